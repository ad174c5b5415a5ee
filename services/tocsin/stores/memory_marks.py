"""Marks by readers in memory: the twin of ``marks.RedisMarkStore``, for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from tocsin.events.times import iso
from tocsin.score.marks import Mark, by_rule
from tocsin.stores.marks import KEPT, MOST_RULES


class MemoryMarkStore:
    """``MarkStore`` in memory.

    Args:
        clock: seconds since the epoch, for the time of a mark.
    """

    def __init__(self, *, clock: Callable[[], float] = lambda: 0.0) -> None:
        self._clock = clock
        self._marks: dict[str, list[Mark]] = {}  # in the order of the rules' last changes
        self._changed: dict[str, int] = {}
        self._number = 0

    async def changed(self) -> dict[str, int]:
        """Return every rule that has marks, with the number of its last change."""
        return dict(self._changed)

    async def read(self, rules: Iterable[str]) -> dict[str, tuple[Mark, ...]]:
        """Return what was said about these rules."""
        return {rule: tuple(self._marks.get(rule, ())) for rule in rules}

    async def add(self, marks: Sequence[Mark]) -> None:
        """Append marks."""
        at = iso(self._clock())
        self._number += 1
        for rule, of_rule in by_rule(marks).items():
            kept = [*self._marks.pop(rule, ()), *(msgspec.structs.replace(mark, at=at) for mark in of_rule)]
            self._marks[rule] = kept[-KEPT:]
            self._changed[rule] = self._number
        while len(self._marks) > MOST_RULES:
            longest_ago = next(iter(self._marks))
            del self._marks[longest_ago], self._changed[longest_ago]

    async def clear(self, rule: str) -> None:
        """Delete all marks of a rule."""
        self._marks.pop(rule, None)
        self._changed.pop(rule, None)
