"""The published set of watchlists in Redis (its twin: ``memory_watchlists``).

A set is a revision (its number: milliseconds of server time, or one more than the last where that is more, so that a set
that was lost or rolled back never comes by the same number twice) and one current version record a name; every version is kept, immutable, in a list of its own. One
script replaces what ``apply`` names, all or none, if the revision is still the one that was read.

The hash of current records has a field ``*`` beside the names: ``{"gone": [names of removed lists]}``. It makes an empty
set a set, and tells one that lost its hash (an eviction, a bad restore) from one that never had lists.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from typing import Any, Protocol

import msgspec
from redis.asyncio import Redis

from tocsin import streams
from tocsin.errors import Conflict, NotReady
from tocsin.model.roster import Roster
from tocsin.model.rule import Watchlist
from tocsin.scripts import Script, run_all
from tocsin.settings import Settings
from tocsin.stores import rows
from tocsin.stores.watchlist_plan import (
    Applied,
    Groups,
    Order,
    State,
    built_upon,
    changed,
    conflict_of,
    groups_of,
    plan_of,
    with_revision,
)
from tocsin.watchlists import records as published
from tocsin.watchlists.records import Record

APPLY = Script("tocsin.stores", "apply.lua")
_CONFLICT, _ROWS_MISSING = -1, -2  # what the script answers instead of a revision
STATE = "*"  # no watchlist can have this name
_REMEDY = "apply all lists again with --force"
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Record).decode


class WatchlistStore(Protocol):
    """The published set."""

    async def revision(self) -> int | None:
        """Return the set's number; None where none was ever published."""

    async def read(self) -> tuple[int, tuple[Record, ...]] | None:
        """Return the set's number and its records by name; None where none was ever published.

        Raises:
            NotReady: there is a set, but it is not whole: a missing or unreadable one is not an empty one.
        """

    async def apply(self, order: Order) -> Applied:
        """Add and replace lists, all or none. Content that is there already makes no new version.

        Raises:
            Conflict: another was first; names the lists that changed meanwhile.
            Refused: a list of another origin would be overwritten.
            NotReady: the set is not whole, and ``force`` does not say to write over it.
        """

    async def versions(self, name: str) -> tuple[Record, ...]:
        """Return every version of a watchlist, oldest first; none where the name was never published."""

    async def names(self) -> tuple[str, ...]:
        """Return every name that was ever published, sorted."""

    async def rows(self, names: Iterable[str]) -> dict[str, bytes]:
        """Return chunks of rows by name, as ``records.compile_records`` takes them.

        Raises:
            NotReady: one is missing.
        """


class RedisWatchlistStore:
    """``WatchlistStore`` over Redis (a client with ``decode_responses`` off)."""

    def __init__(self, client: Redis) -> None:
        self._client = client

    async def revision(self) -> int | None:
        """Return the set's number."""
        raw, whole = await run_all(
            self._client, [("GET", streams.WATCHLISTS_REVISION), ("HEXISTS", streams.WATCHLISTS, STATE)]
        )
        if raw is not None and not whole:
            raise NotReady(f"the watchlist set is gone or was cut ({streams.WATCHLISTS}); apply again")
        return None if raw is None else _number(raw)

    async def read(self) -> tuple[int, tuple[Record, ...]] | None:
        """Return the set's number and its records, read at one moment."""
        found = await self._read()
        return None if found is None else found[:2]

    async def apply(self, order: Order) -> Applied:
        """Add and replace lists by one script."""
        found = await self._read(repair=order.force)
        revision, records, state, now = found or (0, (), State(), await self._now())
        if order.revision is not None and order.revision != revision:
            raise await self._conflict(order, order.revision)
        counts = await self._counts([draft.name for draft in order.drafts])
        groups, chunks = await self._groups(order, records)
        plan = plan_of(order, revision, records, state, counts=counts, now=now, groups=groups)
        await rows.put(self._client, chunks)
        if not plan.records:
            return plan.applied
        arguments: list[Any] = [str(revision or ""), streams.WATCHLISTS_CHANGED, _encode(plan.state)]
        for record in plan.records:
            arguments += [record.name, _encode(record), "remove" if record.removed else "put"]
        keys = [streams.WATCHLISTS_REVISION, streams.WATCHLISTS]
        keys += [streams.watchlist_versions(record.name) for record in plan.records]
        named = {chunk for record in plan.records for group in record.groups.values() for chunk in group.chunks}
        keys += [streams.watchlist_rows(chunk) for chunk in sorted(named)]
        after = int(await APPLY.run(self._client, keys, arguments))
        if after == _CONFLICT:
            raise await self._conflict(order, revision)
        if after == _ROWS_MISSING:
            raise NotReady("rows that the lists name are missing on the server; apply the lists again from their files")
        return with_revision(plan.applied, after)

    async def versions(self, name: str) -> tuple[Record, ...]:
        """Return every version of a watchlist."""
        raw = await self._client.lrange(streams.watchlist_versions(name), 0, -1)
        return tuple(_record(name, one) for one in raw)

    async def names(self) -> tuple[str, ...]:
        """Return every name that was ever published."""
        found = await self._read()
        return () if found is None else tuple(sorted({*(record.name for record in found[1]), *found[2].gone}))

    async def rows(self, names: Iterable[str]) -> dict[str, bytes]:
        """Return chunks of rows by name."""
        return await rows.fetch(self._client, names)

    async def _groups(self, order: Order, records: Iterable[Record]) -> tuple[Groups, dict[str, bytes]]:
        """Work out where the rows of the order will be; return that, and the chunks to be written."""
        before = built_upon(order, records)
        lost = await rows.missing(self._client, {chunk for group in before.values() for chunk in group.chunks})
        chunks = await rows.fetch(self._client, set(changed(order, before)) - set(lost))
        return await asyncio.to_thread(groups_of, order, before, chunks, lost=lost)  # of a million rows, a second

    async def _read(self, *, repair: bool = False) -> tuple[int, tuple[Record, ...], State, float] | None:
        """Read at one moment; with ``repair`` a set that is not whole counts as what can be read of it."""
        async with self._client.pipeline(transaction=True) as pipe:
            pipe.get(streams.WATCHLISTS_REVISION)
            pipe.hgetall(streams.WATCHLISTS)
            pipe.time()
            raw, fields, clock = await pipe.execute()
        if raw is None and not fields:
            return None
        if raw is None and not repair:
            raise NotReady(f"the watchlist set has lost its revision ({streams.WATCHLISTS_REVISION}); {_REMEDY}")
        return (*_set(_number(raw or b"0"), fields, repair=repair), clock[0] + clock[1] / 1e6)

    async def _now(self) -> float:
        seconds, micros = await self._client.time()
        return float(seconds + micros / 1e6)

    async def _counts(self, names: Sequence[str]) -> dict[str, int]:
        lengths = await run_all(self._client, [("LLEN", streams.watchlist_versions(name)) for name in names])
        return dict(zip(names, lengths, strict=True))

    async def _conflict(self, order: Order, seen: int) -> Conflict:
        """Say who was first. What changed since a revision is not kept, so the lists of this order are looked at."""
        found = await self._read()
        return conflict_of(order, seen, found[0] if found else 0, found[1] if found else ())


def compile_records(
    records: Iterable[Record],
    *,
    settings: Settings,
    chunks: Mapping[str, bytes] | None = None,
    rosters: MutableMapping[str, Roster] | None = None,
) -> tuple[Watchlist, ...]:
    """Compile a published set as these settings say; ``chunks`` and ``rosters`` as in ``records.compile_records``.

    Raises:
        InvalidWatchlist: one of the lists cannot be compiled.
        NotReady: rows are missing.
    """
    return published.compile_records(
        records,
        concepts=settings.watchlists.concepts,
        backfill=settings.channels.backfill_hours * 3600,
        chunks=chunks,
        rosters=rosters,
    )


async def compiled_from(
    store: WatchlistStore, records: Sequence[Record], *, settings: Settings
) -> tuple[Watchlist, ...]:
    """Fetch the rows of published versions, and compile them.

    Raises:
        InvalidWatchlist: one of the lists cannot be compiled.
        NotReady: rows are missing.
    """
    chunks = await store.rows(published.needed(records))
    return await asyncio.to_thread(compile_records, records, settings=settings, chunks=chunks)


def _number(raw: bytes | str) -> int:
    try:
        return int(raw)
    except ValueError as error:
        raise NotReady(f"the revision of the watchlist set is no number: {raw[:40]!r}") from error


def _record(name: str, raw: bytes | str) -> Record:
    try:
        return _decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotReady(f"the published watchlist {name!r} cannot be read: {error}; {_REMEDY}") from error


def _state(revision: int, raw: bytes | None) -> State:
    if raw is None:
        raise NotReady(f"the watchlist set of revision {revision} is gone or was cut ({streams.WATCHLISTS}); {_REMEDY}")
    try:
        return msgspec.json.decode(raw, type=State)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotReady(f"the state of the watchlist set cannot be read: {error}; {_REMEDY}") from error


def _set(revision: int, fields: dict[bytes, bytes], *, repair: bool) -> tuple[int, tuple[Record, ...], State]:
    """Decode what was read; with ``repair``, what cannot be is left out."""
    state, records = State(), []
    raw = fields.pop(STATE.encode(), None)
    try:
        state = _state(revision, raw)
    except NotReady:
        if not repair:
            raise
    for name, value in sorted(fields.items()):
        try:
            records.append(_record(name.decode("utf-8", "replace"), value))
        except NotReady:
            if not repair:
                raise
    return revision, tuple(records), state
