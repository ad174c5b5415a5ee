"""Marks from a file, and the offsets in force: for `marks import`, `backtest --marks` and `explain`."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
from redis.asyncio import Redis

from tocsin.errors import Refused
from tocsin.runtime.connect import connect
from tocsin.runtime.embedded import find_url
from tocsin.score.marks import Mark, by_rule, offsets_of
from tocsin.settings import Settings
from tocsin.stores.marks import RedisMarkStore

LIVE = "live"
_MOST = 200_000  # lines of a file of marks: more cannot be kept
_decode = msgspec.json.Decoder(Mark).decode


def read_marks(path: Path) -> list[Mark]:
    """Return the marks of a file, in order: a JSON document a line, as `marks list --format jsonl` writes them.

    Raises:
        Refused: the file cannot be read, or a line is no mark; nothing of it is used then.
    """
    found: list[Mark] = []
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if number > _MOST:
                    raise Refused(
                        f"{path}: has more than {_MOST:,} lines; only the newest marks of a rule count: cut it."
                    )
                if line.strip():
                    found.append(_mark(path, number, line))
    except OSError as error:
        raise Refused(f"{path}: cannot be read: {error.strerror}.") from error
    return found


def _mark(path: Path, number: int, line: bytes) -> Mark:
    try:
        return _decode(line.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused(
            f"{path}:{number}: is no mark: {error}. Write "
            '{"article_id": "a1", "rule": "LIST/RULE", "mark": "useful" or "noise", "score": 0.61} on one line; '
            "source, by, note, alert_id, version, title and terms may stand beside it."
        ) from error


async def live_offsets(redis: Redis) -> dict[str, float]:
    """Return the offset that each rule's marks on the server come to."""
    store = RedisMarkStore(redis)
    return offsets_of(await store.read(await store.changed()))


def offsets_from(settings: Settings, where: str | None) -> dict[str, float]:
    """Return offsets for a back-test: of a file of marks, of the server (``live``), or none.

    Raises:
        Refused: the file cannot be read.
        NotReady: there is no server.
    """
    if where is None:
        return {}
    if where != LIVE:
        return offsets_of(by_rule(read_marks(Path(where))))

    async def work() -> dict[str, float]:
        redis = connect(find_url(settings), settings.redis)
        try:
            return await live_offsets(redis)
        finally:
            await redis.aclose()

    return asyncio.run(work())
