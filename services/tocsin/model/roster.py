"""Many entities in little room: columns instead of objects.

A ``Roster`` holds a million entities in about 100 MB, may be mapped from a file, and is never changed. ``Entities`` is
what a watchlist has: rosters one after another, so that an entity's number is its place in that order. A change of a few
rows of a large one is its roster with those rows struck out (``Part.struck``) and a small roster behind it.

Arrays are NumPy's, little endian. A ``Strings`` is a column of texts: UTF-8 one after another, and where each ends.
"""

from __future__ import annotations

from abc import abstractmethod
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from hashlib import blake2b
from typing import Any, TypeVar, overload

import msgspec
import numpy as np
import numpy.typing as npt

from tocsin.model.rule import Check, Entity, Surface

Bytes = npt.NDArray[np.uint8]
Ends = npt.NDArray[np.uint32]
One = TypeVar("One")
STRONG = 0x80  # of ``flags``; the other bits are the Check


class _Made(Sequence[One]):
    """A sequence whose members are made when they are asked for, by ``_at``."""

    @abstractmethod
    def _at(self, place: int) -> One:
        """Make the one at a place, counted from 0."""

    @overload
    def __getitem__(self, place: int) -> One: ...
    @overload
    def __getitem__(self, place: slice) -> list[One]: ...
    def __getitem__(self, place: int | slice) -> One | list[One]:
        """Make one of them, or some."""
        if isinstance(place, slice):
            return [self._at(one) for one in range(*place.indices(len(self)))]
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        return self._at(place % len(self))


class Strings(_Made[str]):
    """A column of texts. ``blob`` is their UTF-8 without anything between, ``ends`` where each ends in it."""

    def __init__(self, blob: Bytes, ends: Ends) -> None:
        self.blob, self.ends = blob, ends

    @classmethod
    def of(cls, texts: Iterable[str]) -> Strings:
        """Make a column."""
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
        ends = np.cumsum(np.fromiter(map(len, encoded), dtype=np.int64, count=len(encoded)))
        return cls(np.frombuffer(b"".join(encoded), dtype=np.uint8), ends.astype(np.uint32))

    def __len__(self) -> int:
        """How many."""
        return len(self.ends)

    def _at(self, place: int) -> str:
        return self.encoded(place).decode("utf-8", "surrogatepass")

    def encoded(self, place: int) -> bytes:
        """One of them in UTF-8."""
        if place < 0:
            place += len(self.ends)
        start = self.ends.item(place - 1) if place else 0
        return self.blob[start : self.ends.item(place)].tobytes()

    @property
    def lengths(self) -> npt.NDArray[np.int64]:
        """Bytes of each."""
        ends = self.ends.astype(np.int64)
        ends[1:] -= ends[:-1].copy()
        return ends


class Roster(_Made[Entity]):
    """Entities as columns.

    Attributes:
        refs, names: of each entity.
        types: of each entity, its place in ``kinds``; 0 is none.
        kinds: spaCy's labels, the first one empty.
        owner: of each alias, the entity's number here, ascending.
        flags: of each alias, ``STRONG`` or not, with its ``Check``.
        written: each alias as its author wrote it.
        folded: each alias as it is looked for: folded tokens, one space between.
        since, until: of each entity, between which article dates (seconds since the epoch) it is what the list says it
            is; None where no entity has such bounds, NaN where one has none.
    """

    def __init__(
        self,
        *,
        refs: Strings,
        names: Strings,
        types: npt.NDArray[np.uint8],
        kinds: tuple[str, ...],
        owner: npt.NDArray[np.uint32],
        flags: npt.NDArray[np.uint8],
        written: Strings,
        folded: Strings,
        since: npt.NDArray[np.float64] | None = None,
        until: npt.NDArray[np.float64] | None = None,
    ) -> None:
        self.refs, self.names, self.types, self.kinds = refs, names, types, kinds
        self.owner, self.flags, self.written, self.folded = owner, flags, written, folded
        self.since, self.until = since, until

    @classmethod
    def of(cls, entities: Iterable[Entity]) -> Roster:
        """Make the columns of some entities."""
        members = list(entities)
        kinds = ("", *sorted({one.type for one in members if one.type}))
        aliases = [
            (number, surface, strong)
            for number, one in enumerate(members)
            for strong, surfaces in ((True, one.strong), (False, one.weak))
            for surface in surfaces
            if surface.tokens
        ]
        dated = any(one.since is not None or one.until is not None for one in members)
        return cls(
            refs=Strings.of(one.ref for one in members),
            names=Strings.of(one.name for one in members),
            types=np.array([kinds.index(one.type or "") for one in members], dtype=np.uint8),
            kinds=kinds,
            owner=np.array([number for number, _, _ in aliases], dtype=np.uint32),
            flags=np.array([int(one.check) | (STRONG if strong else 0) for _, one, strong in aliases], dtype=np.uint8),
            written=Strings.of(surface.written for _, surface, _ in aliases),
            folded=Strings.of(" ".join(surface.tokens) for _, surface, _ in aliases),
            since=_dates([one.since for one in members]) if dated else None,
            until=_dates([one.until for one in members]) if dated else None,
        )

    def __eq__(self, other: object) -> bool:
        """Whether all columns hold the same."""
        return isinstance(other, Roster) and self.digest == other.digest

    def __hash__(self) -> int:
        """Of all that is in it."""
        return hash(self.digest)

    def __len__(self) -> int:
        """How many entities."""
        return len(self.refs)

    def _at(self, place: int) -> Entity:
        """Make the entity, its aliases included."""
        first, last = np.searchsorted(self.owner, [place, place + 1]).tolist()
        surfaces = [(bool(self.flags[row] & STRONG), self.surface(row)) for row in range(first, last)]
        return msgspec.structs.replace(
            self.head(place),
            strong=tuple(surface for strong, surface in surfaces if strong),
            weak=tuple(surface for strong, surface in surfaces if not strong),
        )

    def head(self, place: int) -> Entity:
        """Make the entity without its aliases: what evidence needs of it."""
        return Entity(
            ref=self.refs[place],
            name=self.names[place],
            type=self.kinds[self.types.item(place)] or None,
            strong=(),
            since=_date(self.since, place),
            until=_date(self.until, place),
        )

    def dates(self, place: int) -> tuple[float | None, float | None]:
        """Return between which article dates an entity counts; None where nothing bounds it."""
        return _date(self.since, place), _date(self.until, place)

    def surface(self, row: int) -> Surface:
        """Make one alias."""
        tokens = tuple(self.folded[row].split(" "))
        return Surface(tokens, self.written[row], Check(int(self.flags[row]) & ~STRONG))

    def find(self, ref: str) -> int | None:
        """Return the number of the entity with that ref."""
        wanted = _digest(ref.encode("utf-8", "surrogatepass"))
        keys, order = self._by_ref
        place = int(np.searchsorted(keys, wanted))
        while place < len(keys) and keys[place] == wanted:
            number = int(order[place])
            if self.refs[number] == ref:
                return number
            place += 1
        return None

    @cached_property
    def _by_ref(self) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.intp]]:
        hashed = [_digest(self.refs.encoded(place)) for place in range(len(self))]
        digests = np.array(hashed, dtype=np.uint64)
        order = np.argsort(digests, kind="stable")
        return digests[order], order

    @cached_property
    def digest(self) -> str:
        """A hash of all that is in it: 32 hex characters."""
        state = blake2b(repr(self.kinds).encode(), digest_size=16)
        for name, column in self.columns().items():
            state.update(f"{name} {column.nbytes} ".encode())
            state.update(np.ascontiguousarray(column).reshape(-1).view(np.uint8).data)
        return state.hexdigest()

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the arrays by name, for writing; ``kinds`` is apart."""
        found: dict[str, npt.NDArray[Any]] = {"types": self.types, "owner": self.owner, "flags": self.flags}
        for name in ("refs", "names", "written", "folded"):
            column: Strings = getattr(self, name)
            found |= {f"{name}.blob": column.blob, f"{name}.ends": column.ends}
        if self.since is not None and self.until is not None:
            found |= {"since": self.since, "until": self.until}
        return found

    @classmethod
    def from_columns(cls, columns: dict[str, npt.NDArray[Any]], kinds: Iterable[str]) -> Roster:
        """Return what ``columns`` was taken from."""
        texts = {
            name: Strings(columns[f"{name}.blob"], columns[f"{name}.ends"])
            for name in ("refs", "names", "written", "folded")
        }
        return cls(
            types=columns["types"], kinds=tuple(kinds), owner=columns["owner"], flags=columns["flags"],
            since=columns.get("since"), until=columns.get("until"), **texts,
        )  # fmt: skip


class Part:
    """A roster in a watchlist.

    Attributes:
        group: the name of the group it is, or belongs to; empty for the entities that the list itself names.
        struck: entities that count no more, one truth value each; None where all count.
        key: what tells this roster from any other, so that an index may keep what it knows of it; empty: nothing does.
    """

    __slots__ = ("group", "key", "roster", "struck")

    def __init__(
        self, roster: Roster, *, group: str = "", struck: npt.NDArray[np.bool_] | None = None, key: str = ""
    ) -> None:
        self.roster, self.group, self.struck, self.key = roster, group, struck, key

    @property
    def _said(self) -> tuple[object, ...]:
        return self.group, self.roster, None if self.struck is None else self.struck.tobytes()

    def __eq__(self, other: object) -> bool:
        """Whether the same entities of the same group count; the key does not matter."""
        return isinstance(other, Part) and self._said == other._said

    def __hash__(self) -> int:
        """Of what is compared."""
        return hash(self._said)


class Entities(_Made[Entity]):
    """The entities of a watchlist: its parts, one after another."""

    def __init__(self, parts: Iterable[Part] = ()) -> None:
        self.parts = tuple(parts)
        self.firsts: list[int] = []
        total = 0
        for part in self.parts:
            self.firsts.append(total)
            total += len(part.roster)
        self._total = total

    @classmethod
    def of(cls, entities: Iterable[Entity]) -> Entities:
        """Return them as one part."""
        if isinstance(entities, Entities):
            return entities
        roster = Roster.of(entities)
        return cls([Part(roster)] if len(roster) else [])

    def __eq__(self, other: object) -> bool:
        """Whether the parts are equal, in the same order."""
        return isinstance(other, Entities) and self.parts == other.parts

    def __hash__(self) -> int:
        """Of the parts."""
        return hash(self.parts)

    def __len__(self) -> int:
        """How many, those that are struck out included."""
        return self._total

    def _at(self, place: int) -> Entity:
        """Make the entity with that number, its aliases included."""
        part, inside = self.place(place)
        return part.roster[inside]

    def head(self, place: int) -> Entity:
        """Make the entity with that number, without its aliases."""
        part, inside = self.place(place)
        return part.roster.head(inside)

    def place(self, number: int) -> tuple[Part, int]:
        """Return the part that an entity stands in, and its number there."""
        if not 0 <= number < self._total:
            raise IndexError(number)
        which = bisect_right(self.firsts, number) - 1
        return self.parts[which], number - self.firsts[which]

    def __iter__(self) -> Iterator[Entity]:
        """Make them all, one after another."""
        for part in self.parts:
            yield from part.roster

    def spans(self, group: str) -> tuple[tuple[int, int], ...]:
        """Return the numbers of a group's entities: ``[first, last)`` of each of its parts."""
        return tuple(
            (first, first + len(part.roster))
            for first, part in zip(self.firsts, self.parts, strict=True)
            if part.group == group
        )

    def find(self, group: str, ref: str) -> int | None:
        """Return the number of a group's entity; None where it has none of that ref, or it is struck out."""
        for first, part in zip(self.firsts, self.parts, strict=True):
            number = part.roster.find(ref) if part.group == group else None
            if number is not None and (part.struck is None or not part.struck[number]):
                return first + number
        return None


def _digest(ref: bytes) -> int:
    return int.from_bytes(blake2b(ref, digest_size=8).digest(), "little")


def _dates(values: list[float | None]) -> npt.NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _date(column: npt.NDArray[np.float64] | None, place: int) -> float | None:
    if column is None or np.isnan(column[place]):
        return None
    return float(column[place])
