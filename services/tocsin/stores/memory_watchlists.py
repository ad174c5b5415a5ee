"""The published set of watchlists in memory: the twin of ``watchlists.RedisWatchlistStore``, for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tocsin.errors import NotReady
from tocsin.stores.watchlist_plan import (
    Applied,
    Order,
    State,
    built_upon,
    conflict_of,
    groups_of,
    plan_of,
    with_revision,
)
from tocsin.watchlists.records import Record
from tocsin.watchlists.rows import pack


class MemoryWatchlistStore:
    """``WatchlistStore`` in memory; the twin for tests.

    Args:
        clock: seconds since the epoch.
    """

    def __init__(self, *, clock: Callable[[], float] = lambda: 0.0) -> None:
        self._clock = clock
        self._revision: int | None = None
        self._current: dict[str, Record] = {}
        self._versions: dict[str, list[Record]] = {}
        self._state = State()
        self._rows: dict[str, bytes] = {}

    async def revision(self) -> int | None:
        """Return the set's number."""
        return self._revision

    async def read(self) -> tuple[int, tuple[Record, ...]] | None:
        """Return the set's number and its records."""
        if self._revision is None:
            return None
        return self._revision, tuple(self._current[name] for name in sorted(self._current))

    async def apply(self, order: Order) -> Applied:
        """Add and replace lists."""
        revision, records = await self.read() or (0, ())
        if order.revision is not None and order.revision != revision:
            raise conflict_of(order, order.revision, revision, records)
        counts = {draft.name: len(self._versions.get(draft.name, ())) for draft in order.drafts}
        before = built_upon(order, records)
        lost = [chunk for group in before.values() for chunk in group.chunks if chunk not in self._rows]
        groups, chunks = groups_of(order, before, self._rows, lost=lost)
        plan = plan_of(order, revision, records, self._state, counts=counts, now=self._clock(), groups=groups)
        self._rows |= {name: pack(chunk) for name, chunk in chunks.items() if name not in self._rows}
        if not plan.records:
            return plan.applied
        for record in plan.records:
            self._versions.setdefault(record.name, []).append(record)
            if record.removed:
                del self._current[record.name]
            else:
                self._current[record.name] = record
        self._state, self._revision = plan.state, max(revision + 1, int(self._clock() * 1000))
        return with_revision(plan.applied, self._revision)

    async def versions(self, name: str) -> tuple[Record, ...]:
        """Return every version of a watchlist."""
        return tuple(self._versions.get(name, ()))

    async def names(self) -> tuple[str, ...]:
        """Return every name that was ever published."""
        return tuple(sorted(self._versions))

    async def rows(self, names: Iterable[str]) -> dict[str, bytes]:
        """Return chunks of rows by name."""
        try:
            return {name: self._rows[name] for name in names}
        except KeyError as missing:
            raise NotReady(f"watchlist rows are missing ({missing})") from missing
