"""Keep the rules' offsets at what readers have marked: read when the doorbell rings, in force from the next batch on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import msgspec
import structlog

from tocsin.pipeline import Desk
from tocsin.runtime.patience import is_redis
from tocsin.score.marks import offsets_of
from tocsin.stores.marks import MarkStore

log = structlog.get_logger("tocsin.marks")

_SHOWN = 50  # rules that one change logs by name: an import may move thousands


class Offsets:
    """The offsets in force; an unreadable store changes none of them.

    Args:
        store: of the marks.
        poll_s: seconds between looks; the doorbell is for what happens between them.
        doorbell: returns when marks may have changed, or after so many seconds.
    """

    def __init__(
        self, store: MarkStore, *, poll_s: float, doorbell: Callable[[float], Awaitable[object]] = asyncio.sleep
    ) -> None:
        self._store = store
        self._poll_s = poll_s
        self._doorbell = doorbell
        self._seen: Mapping[str, int] = {}
        self.current: Mapping[str, float] = {}
        self.known = False  # whether the marks were read at all: before that no batch is decided

    async def follow(self) -> None:
        """Look for new marks, until cancelled. Nothing that is found wrong ends it."""
        while True:
            try:
                await self.look()
                await self._doorbell(self._poll_s)
            except Exception as error:  # the task must outlive whatever it meets; the offsets in force stay
                log.warning("marks_not_read", error=f"{type(error).__name__}: {error}", exc_info=not is_redis(error))
                await asyncio.sleep(self._poll_s)

    async def look(self) -> bool:
        """Take on what has changed; return whether an offset did. Only rules that were marked since are read again."""
        now = dict(await self._store.changed())
        fresh = [rule for rule, number in now.items() if self._seen.get(rule) != number]
        marks = await self._store.read(fresh)
        changed = await asyncio.to_thread(offsets_of, marks)
        before = self.current
        kept = {rule: offset for rule, offset in before.items() if rule in now and rule not in marks}
        self.current, self._seen, self.known = kept | changed, now, True
        return _tell(before, self.current)


def with_offsets(desk: Desk | None, offsets: Offsets) -> Desk | None:
    """Return the desk with the offsets in force."""
    return desk if desk is None or not offsets.current else msgspec.structs.replace(desk, offsets=offsets.current)


def _tell(before: Mapping[str, float], after: Mapping[str, float]) -> bool:
    moved = sorted(rule for rule in {*before, *after} if before.get(rule, 0.0) != after.get(rule, 0.0))
    for rule in moved[:_SHOWN]:
        log.info("offset_changed", rule=rule, was=before.get(rule, 0.0), now=after.get(rule, 0.0))
    if len(moved) > _SHOWN:
        log.info("offsets_changed", rules=len(moved), shown=_SHOWN)
    return bool(moved)
