"""Lua scripts that ship beside the code, called by digest and sent whole only where the server does not know them.

EVALSHA with a NOSCRIPT fallback works on Redis 6.2 to 8 and on Valkey; a restarted server has forgotten every script.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib import resources
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import NoScriptError


class Script:
    """One Lua file of a package, behind those whose functions it calls (``after``)."""

    def __init__(self, package: str, name: str, *, after: Sequence[str] = ()) -> None:
        folder = resources.files(package)
        self.text = "\n".join(folder.joinpath(one).read_text("utf-8") for one in (*after, name))
        self.sha = hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()

    def call(self, keys: Sequence[str], arguments: Sequence[Any] = ()) -> tuple[Any, ...]:
        """Return the call as ``run_all`` takes it."""
        return (self, len(keys), *keys, *arguments)

    async def run(self, client: Redis, keys: Sequence[str], arguments: Sequence[Any] = ()) -> Any:
        """Run it once; one round trip where the server knows it."""
        [answer] = await run_all(client, [self.call(keys, arguments)])
        return answer


async def run_all(client: Redis, calls: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Send all calls in one round trip; return their answers in order.

    A call is a command (``("XACK", …)``) or what ``Script.call`` returned. They are not a transaction: each stands for
    itself, and only those that met a server without their script are sent again.

    Raises:
        RedisError: the first error that an answer holds; the other calls have been carried out.
    """
    answers = await _send(client, calls)
    missing = [number for number, answer in enumerate(answers) if isinstance(answer, NoScriptError)]
    if missing:
        scripts = {calls[number][0].sha: calls[number][0] for number in missing}
        for script in scripts.values():
            await client.script_load(script.text)
        again = await _send(client, [calls[number] for number in missing])
        for number, answer in zip(missing, again, strict=True):
            answers[number] = answer
    for answer in answers:
        if isinstance(answer, Exception):
            raise answer
    return answers


async def _send(client: Redis, calls: Sequence[tuple[Any, ...]]) -> list[Any]:
    async with client.pipeline(transaction=False) as pipe:
        for first, *rest in calls:
            if isinstance(first, Script):
                pipe.execute_command("EVALSHA", first.sha, *rest)
            else:
                pipe.execute_command(first, *rest)
        return list(await pipe.execute(raise_on_error=False))
