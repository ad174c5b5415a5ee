"""Rows of groups in Redis: chunks by the digest of what they hold. They are written before the version that names them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from redis.asyncio import Redis

from tocsin import streams
from tocsin.errors import NotReady
from tocsin.scripts import run_all
from tocsin.watchlists.rows import pack

_A_TRIP = 32  # chunks in one round trip: 32 MB at most, 10 MB as a rule


async def fetch(client: Redis, names: Iterable[str]) -> dict[str, bytes]:
    """Return chunks by name, as they are kept.

    Raises:
        NotReady: one is missing.
    """
    found: dict[str, bytes] = {}
    for some in _trips(names):
        answers = await run_all(client, [("GET", streams.watchlist_rows(name)) for name in some])
        found |= {name: packed for name, packed in zip(some, answers, strict=True) if packed is not None}
        if absent := [name for name in some if name not in found]:
            keys = f"{streams.watchlist_rows(absent[0])}" + (f" and {len(absent) - 1} more" if absent[1:] else "")
            raise NotReady(f"watchlist rows are missing ({keys}); apply the lists again with --force")
    return found


async def missing(client: Redis, names: Iterable[str]) -> list[str]:
    """Return the names of chunks that are not there."""
    asked = list(names)
    answers = await run_all(client, [("EXISTS", streams.watchlist_rows(name)) for name in asked])
    return [name for name, there in zip(asked, answers, strict=True) if not there]


async def put(client: Redis, chunks: Mapping[str, bytes]) -> None:
    """Write chunks that are not yet packed; one that is there is left as it is."""
    for some in _trips(chunks):
        await run_all(client, [("SET", streams.watchlist_rows(name), pack(chunks[name]), "NX") for name in some])


def _trips(names: Iterable[str]) -> Iterator[list[str]]:
    every = list(names)
    return (every[first : first + _A_TRIP] for first in range(0, len(every), _A_TRIP))
