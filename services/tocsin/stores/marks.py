"""Marks by readers in Redis (their twin: ``memory_marks``): a bounded stream a rule, and which rule changed last.

A mark is only ever appended; what counts is worked out by whoever reads (``score.marks.standing``). So two readers never
write over each other, and the order of the stream is the order that counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import msgspec
from redis.asyncio import Redis

from tocsin import streams
from tocsin.events.times import iso
from tocsin.score.marks import MOST, Mark, by_rule
from tocsin.scripts import Script, run_all

MARK = Script("tocsin.stores", "mark.lua")
MOST_RULES = (
    10_000  # rules that have marks: beyond, the one marked longest ago loses its own (about 150 KB each at most)
)
KEPT = 2 * MOST  # entries of a rule: a mark that is changed or taken back leaves its old word behind
_A_TRIP = 200  # rules that are read in one round trip
_A_WRITE = 1_000  # marks that are written by one call of the script: a few milliseconds of the server

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Mark).decode


class MarkStore(Protocol):
    """Marks, by rule."""

    async def changed(self) -> Mapping[str, int]:
        """Return every rule that has marks, with the number of its last change. Equal numbers: equal marks."""

    async def read(self, rules: Iterable[str]) -> dict[str, tuple[Mark, ...]]:
        """Return what was said about these rules, oldest first, each with its time; taken-back marks are still there."""

    async def add(self, marks: Sequence[Mark]) -> None:
        """Append marks, in order; the oldest of a rule that has too many go."""

    async def clear(self, rule: str) -> None:
        """Delete all marks of a rule."""


class RedisMarkStore:
    """``MarkStore`` over Redis (a client with ``decode_responses`` off)."""

    def __init__(self, client: Redis) -> None:
        self._client = client

    async def changed(self) -> dict[str, int]:
        """Return every rule that has marks, with the number of its last change."""
        found: Any = await self._client.zrange(streams.MARKED_RULES, 0, -1, withscores=True)
        return {rule.decode(): int(number) for rule, number in found}

    async def read(self, rules: Iterable[str]) -> dict[str, tuple[Mark, ...]]:
        """Return what was said about these rules; what is no mark is left out."""
        wanted = list(rules)
        found: dict[str, tuple[Mark, ...]] = {}
        for first in range(0, len(wanted), _A_TRIP):
            some = wanted[first : first + _A_TRIP]
            answers = await run_all(self._client, [("XRANGE", streams.marks(rule), "-", "+") for rule in some])
            for rule, entries in zip(some, answers, strict=True):
                read = (_mark(entry_id, fields, rule) for entry_id, fields in entries)
                found[rule] = tuple(mark for mark in read if mark is not None)
        return found

    async def add(self, marks: Sequence[Mark]) -> None:
        """Append marks, a thousand at a time."""
        for first in range(0, len(marks), _A_WRITE):
            await self._write(by_rule(marks[first : first + _A_WRITE]))

    async def clear(self, rule: str) -> None:
        """Delete all marks of a rule."""
        await self._write({rule: []})

    async def _write(self, rules: Mapping[str, Sequence[Mark]]) -> None:
        keys = [streams.MARKED_RULES, streams.MARKS_REVISION, *map(streams.marks, rules)]
        arguments: list[Any] = [streams.MARKS_CHANGED, KEPT, MOST_RULES]
        for rule, marks in rules.items():
            arguments += [rule, len(marks), *(_encode(msgspec.structs.replace(mark, at="")) for mark in marks)]
        await MARK.run(self._client, keys, arguments)


def _mark(entry_id: bytes, fields: Any, rule: str) -> Mark | None:
    """Read an entry; None where it is no mark of the rule: somebody else wrote it."""
    pairs = fields if isinstance(fields, dict) else dict(zip(fields[::2], fields[1::2], strict=True))
    try:
        mark = _decode(pairs.get(b"data", b""))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    at = iso(int(entry_id.partition(b"-")[0]) / 1000)
    return msgspec.structs.replace(mark, at=at) if mark.rule == rule else None
