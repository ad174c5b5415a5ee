"""Scorers as processes, killed in every way: nothing lost, nothing doubled, poison harms itself only."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from redis.exceptions import RedisError

from live_consumer import add, letters, pending, settled, until
from tocsin import streams
from tocsin.runtime.connect import connect
from tocsin.runtime.embedded import EmbeddedServer

pytestmark = pytest.mark.server

SCRIPT = Path(__file__).parent.parent / "scorer_process.py"
LOG = streams.alerts("chaos")


@contextmanager
def fleet(url, count, **environment):
    """So many scorers; what still runs at the end is killed."""
    scorers = Fleet(url, environment)
    try:
        for _ in range(count):
            scorers.start()
        yield scorers
    finally:
        scorers.end()


class Fleet:
    def __init__(self, url, environment) -> None:
        self.running: list[subprocess.Popen[bytes]] = []
        self._url = url
        self._environment = {**os.environ, "PYTHONPATH": str(SCRIPT.parent), **environment}

    def start(self) -> None:
        self.running.append(subprocess.Popen([sys.executable, str(SCRIPT), self._url], env=self._environment))

    def kill(self, number: int) -> None:
        """Kill -9, and another one in its place."""
        self.running[number].kill()
        self.running.pop(number).wait()
        self.start()

    def bury(self) -> int:
        """Start another one for each that died by itself; return how many did."""
        dead = [scorer for scorer in self.running if scorer.poll() is not None]
        for scorer in dead:
            self.running.remove(scorer)
            self.start()
        return len(dead)

    def end(self) -> None:
        for scorer in self.running:
            scorer.kill()
            scorer.wait()
        self.running.clear()


async def alerts(client) -> Counter[str]:
    return Counter(json.loads(fields[b"data"])["id"] for _, fields in await client.xrange(LOG))


async def test_sigterm_exits_with_zero_and_leaves_nothing(redis_url, redis_client) -> None:
    """SIGTERM under load: exit code 0, nothing pending, the consumer gone from the group, every alert once."""
    await add(redis_client, *(f"t{number}" for number in range(3000)))
    with fleet(redis_url, 1) as scorers:
        await until(lambda: redis_client.xlen(LOG), "it is at work")
        scorers.running[0].send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(scorers.running[0].wait, 30) == 0
    assert await pending(redis_client) == 0
    assert await redis_client.xinfo_consumers("articles", "tocsin") == []
    assert set((await alerts(redis_client)).values()) == {1}


@pytest.mark.slow
async def test_an_article_that_kills_its_process_harms_itself_only(redis_url, redis_client) -> None:
    """Among 100 good ones one ends every process that touches it: 100 alerts, one dead letter, and it is the right one."""
    titles = [f"t{number}" for number in range(100)]
    await add(redis_client, *titles[:50], "deadly", *titles[50:])
    deaths = 0
    with fleet(redis_url, 1, POISON_LIMIT="2") as scorers:

        async def done() -> bool:
            nonlocal deaths
            deaths += scorers.bury()
            return await settled(redis_client, 101)

        await until(done, "all are acknowledged")
    [letter] = await letters(redis_client)
    assert letter[b"reason"] == b"poison"
    assert letter[b"raw:title"] == b"deadly"
    assert letter[b"failures"] == b"2"
    assert await alerts(redis_client) == Counter(titles)
    assert deaths == 3  # once in its batch, when nobody could know; twice alone
    assert await redis_client.exists(streams.in_hand("articles")) == 0


@pytest.mark.slow
async def test_chaos(tmp_path) -> None:
    """Under a steady load scorers, server and group go in every way: what survives in ``articles`` is alerted once."""
    server = EmbeddedServer(tmp_path)
    url = server.start()
    client = connect(url)
    accepted: list[str] = []
    feeding = asyncio.create_task(_feed(url, accepted, 1500))
    chance = random.Random(7)
    with fleet(url, 2) as scorers:
        for blow in ("scorer", "scorer", "server", "stop", "scorer", "group", "scorer", "server", "stop", "scorer"):
            await asyncio.sleep(0.3 + chance.random() / 2)  # at any moment of a batch
            if blow == "scorer":
                scorers.kill(chance.randrange(2))
            elif blow == "stop":
                await until(lambda: _consumes(client, scorers.running[0].pid), "it has begun")
                scorers.running[0].send_signal(signal.SIGTERM)
                assert await asyncio.to_thread(scorers.running[0].wait, 30) == 0
                scorers.bury()
            elif blow == "group":
                await client.xgroup_destroy("articles", "tocsin")
            else:
                assert server._process is not None
                server._process.kill()
                assert server.restart() == url  # from the main thread: its life hangs on it
                await client.aclose()
        await feeding
        await until(lambda: settled(client, len(accepted)), "all are acknowledged")
    entries: Any = await client.xrange("articles")
    kept = {fields[b"title"].decode() for _, fields in entries}
    assert set(accepted) <= kept  # killing the server alone loses nothing that it had accepted
    assert await alerts(client) == Counter(kept)
    assert await client.exists("articles:dead") == 0
    await client.aclose()
    server.stop()


async def _consumes(client, pid) -> bool:
    try:
        consumers = await client.xinfo_consumers("articles", "tocsin")
    except (RedisError, OSError):
        return False
    return any(f"-{pid}-" in consumer["name"].decode() for consumer in consumers)


async def _feed(url, accepted, count) -> None:
    client = connect(url)
    for number in range(count):
        try:
            await client.xadd("articles", {"title": f"t{number}"})
        except (RedisError, OSError):
            await client.aclose()  # the server is away: this one was not accepted
        else:
            accepted.append(f"t{number}")
        await asyncio.sleep(0.003)
    await client.aclose()
