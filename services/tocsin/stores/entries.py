"""Stream entries as (id, fields): the client's replies, with the types that they have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from redis.asyncio import Redis

Entries = list[tuple[str, dict[bytes, bytes]]]


async def page(redis: Redis, stream: str, *, start: str = "-", count: int) -> Entries:
    """Return up to ``count`` entries from ``start`` on (``(ID`` leaves that one out), oldest first."""
    return _entries(await redis.xrange(stream, min=start, count=count))


async def newest(redis: Redis, stream: str, *, end: str = "+", count: int = 1) -> Entries:
    """Return the newest entries up to ``end`` (``(ID`` leaves that one out), the newest first."""
    return _entries(await redis.xrevrange(stream, max=end, count=count))


async def after(
    redis: Redis, positions: Mapping[str, str], *, count: int, block_ms: int | None
) -> list[tuple[str, Entries]]:
    """Return, for each stream that has any, the entries after its position; wait for them where asked to."""
    reply = cast("Any", await redis.xread(cast("Any", dict(positions)), count=count, block=block_ms))
    return [(stream.decode(), _entries(entries)) for stream, entries in reply or []]


def _entries(reply: object) -> Entries:
    found = cast("list[tuple[bytes, dict[bytes, bytes]]]", reply or [])
    return [(entry_id.decode(), fields) for entry_id, fields in found]
