"""The rows of a group in two versions of a list: which came, which went, which say something else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tocsin.stores.watchlists import WatchlistStore
from tocsin.watchlists.patches import GroupRecord, combined, decode
from tocsin.watchlists.rows import Row, Rows, row_of, taken


@dataclass(frozen=True, slots=True)
class RowsChanged:
    """What differs; rows in the order of their lines."""

    added: tuple[Row, ...]
    removed: tuple[Row, ...]
    changed: tuple[Row, ...]  # as they are now


def compare(before: Iterable[bytes], after: Iterable[bytes]) -> RowsChanged:
    """Compare the lines of two groups. Pure; holds the lines of one."""
    gone = set(before)
    new: list[Row] = []
    for line in after:
        if line in gone:
            gone.remove(line)
        else:
            new.append(row_of(line))
    old = {row.id: row for row in map(row_of, sorted(gone))}
    ids = {row.id for row in new}
    return RowsChanged(
        added=tuple(row for row in new if row.id not in old),
        removed=tuple(row for row in old.values() if row.id not in ids),
        changed=tuple(row for row in new if row.id in old),
    )


async def lines(store: WatchlistStore, group: Rows | GroupRecord) -> Iterator[bytes]:
    """Return the lines of a group: read from a file, or published.

    Raises:
        NotReady: rows are missing or damaged.
    """
    if isinstance(group, Rows):
        return group.lines()
    return published(group, await store.rows(group.chunks))


def published(group: GroupRecord, chunks: Mapping[str, bytes]) -> Iterator[bytes]:
    """Yield the lines of a published group: its base without what was struck out, then what patches brought."""
    patch = combined(decode(taken(name, chunks)) for name in group.patches)
    struck = frozenset(patch.struck)
    number = 0
    for name in group.base:
        for line in taken(name, chunks).split(b"\n"):
            if number not in struck:
                yield line
            number += 1
    yield from patch.lines
