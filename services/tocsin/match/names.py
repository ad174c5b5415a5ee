"""Names: one table over all aliases of some rosters, and whose alias a name is.

A segment is immutable and knows rosters by their key, so that an index for a changed set of watchlists keeps it: what is
new goes into a second, small segment beside it, and what is gone is passed over.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tocsin.match.table import Table
from tocsin.model.roster import STRONG, Part, Roster, Strings
from tocsin.model.rule import Check, Surface

_KNOWN = 200_000  # aliases that are kept at hand once they were found: of a name as many as there are lists with it


class Use(NamedTuple):
    """Where a roster stands: its watchlist, the number of its first entity there, and what is struck out of it."""

    list: int
    first: int
    part: Part


class Alias(NamedTuple):
    """A name is an alias of an entity of a list.

    ``surface`` is None where nothing must be checked in the text as received.
    """

    list: int
    entity: int
    strong: bool
    written: str
    surface: Surface | None
    since: float | None
    until: float | None


class Names:
    """The table of some rosters' aliases. ``size`` is how many there are."""

    def __init__(
        self,
        table: Table,
        starts: npt.NDArray[np.uint32],
        rows: npt.NDArray[np.uint32],
        rosters: Sequence[tuple[str, Roster]],
    ) -> None:
        """Put a segment together.

        Args:
            table: of the aliases' folded texts.
            starts: of each name, where its rows begin in ``rows``; one more at the end.
            rows: numbers of aliases, those of the second roster following those of the first.
            rosters: each with its key.
        """
        self.table, self.starts, self.rows = table, starts, rows
        self.rosters = tuple(rosters)
        self.keys = frozenset(key for key, _ in rosters)
        self.firsts = np.cumsum([0, *(len(roster.owner) for _, roster in rosters)])[:-1].tolist()
        self.size = len(rows)

    @classmethod
    def build(cls, rosters: Iterable[tuple[str, Roster]]) -> Names:
        """Build the segment: a second or two for a million aliases, mostly outside the interpreter's lock."""
        several = list(rosters)
        table, numbers = Table.build(joined([roster.folded for _, roster in several]))
        rows = np.argsort(numbers, kind="stable").astype(np.uint32)
        starts = np.concatenate(([0], np.cumsum(np.bincount(numbers, minlength=table.count)))).astype(np.uint32)
        return cls(table, starts, rows, several)

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return all but the rosters, for writing."""
        table = {f"table.{name}": column for name, column in self.table.columns().items()}
        return {"starts": self.starts, "rows": self.rows, **table}

    @classmethod
    def from_columns(cls, columns: Mapping[str, npt.NDArray[Any]], rosters: Sequence[tuple[str, Roster]]) -> Names:
        """Return what ``columns`` was taken from, over the same rosters."""
        table = {name.partition(".")[2]: column for name, column in columns.items() if name.startswith("table.")}
        return cls(Table.from_columns(table), columns["starts"], columns["rows"], rosters)


class Finder:
    """A segment in an index: what its names mean to the index's watchlists."""

    def __init__(self, names: Names, uses: Mapping[str, Sequence[Use]]) -> None:
        self.names = names
        self._uses = [tuple(uses.get(key, ())) for key, _ in names.rosters]
        self._known: dict[int, tuple[Alias, ...]] = {}
        self._kept = 0  # aliases in it, and names that are nobody's

    def aliases(self, name: int) -> tuple[Alias, ...]:
        """Return whose alias a name is; none where it is nobody's any more."""
        known = self._known.get(name)
        if known is None:
            known = tuple(self._resolve(name))
            self._kept += max(1, len(known))
            if self._kept > _KNOWN:
                self._known.clear()
                self._kept = len(known)
            self._known[name] = known
        return known

    def _resolve(self, name: int) -> Iterable[Alias]:
        names, starts = self.names, self.names.starts
        for row in names.rows[starts.item(name) : starts.item(name + 1)].tolist():
            which = bisect_right(names.firsts, row) - 1
            uses = self._uses[which]
            if not uses:
                continue
            roster = names.rosters[which][1]
            alias = row - names.firsts[which]
            owner, flags = roster.owner.item(alias), roster.flags.item(alias)
            surface = roster.surface(alias) if flags & ~STRONG != Check.NONE else None
            written = roster.written[alias] if surface is None else surface.written
            since, until = roster.dates(owner)
            for use in uses:
                if use.part.struck is None or not use.part.struck[owner]:
                    yield Alias(use.list, use.first + owner, bool(flags & STRONG), written, surface, since, until)


def joined(columns: Sequence[Strings]) -> Strings:
    """Return columns one after another."""
    if len(columns) == 1:
        return columns[0]
    if not columns:
        return Strings.of([])
    offsets = np.cumsum([0, *(len(column.blob) for column in columns)])[:-1]
    ends = [column.ends.astype(np.int64) + offset for column, offset in zip(columns, offsets.tolist(), strict=True)]
    return Strings(np.concatenate([column.blob for column in columns]), np.concatenate(ends).astype(np.uint32))
