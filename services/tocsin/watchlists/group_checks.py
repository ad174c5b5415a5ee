"""What is unwise in a group: told once with examples, for it may be true of thousands of names."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tocsin.errors import Problem
from tocsin.model.roster import STRONG, Roster
from tocsin.model.rule import Check
from tocsin.watchlists.lexicon import common_words

_SHOWN = 5  # examples


def unwise(roster: Roster, file: str) -> Iterator[Problem]:
    """Return warnings about the names of a group."""
    blob, ends = roster.folded.blob.tobytes(), roster.folded.ends.tolist()
    names = [blob[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    yield from _shared(roster, names, file)
    yield from _common(roster, names, file)


def _shared(roster: Roster, names: list[bytes], file: str) -> Iterator[Problem]:
    """Names that several rows have: a hit names each of them."""
    hashes = np.fromiter(map(hash, names), dtype=np.int64, count=len(names))
    order = np.argsort(hashes, kind="stable")
    hashes, owners = hashes[order], roster.owner[order]
    same = (hashes[1:] == hashes[:-1]) & (owners[1:] != owners[:-1])
    if not same.any():
        return
    names_shared, first = len(np.unique(hashes[1:][same])), np.flatnonzero(same)
    pairs = [(int(order[place]), int(order[place + 1])) for place in first[:_SHOWN].tolist()]
    told = ", ".join(f"{roster.written[one]!r} ({_id(roster, one)}, {_id(roster, two)})" for one, two in pairs)
    yield Problem(
        file, 0, f"{_count(names_shared, 'name stands', 'names stand')} in more than one row: {told}{_more(len(first))}.",
        "warning", "Each of the rows is found where one is meant; delete the name where it is not the usual one.",
    )  # fmt: skip


def _common(roster: Roster, names: list[bytes], file: str) -> Iterator[Problem]:
    """Single common words, found in any case."""
    common = {word.encode() for word in common_words()}
    places = [place for place, name in enumerate(names) if name in common]
    strong = [place for place in places if int(roster.flags[place]) == STRONG | Check.NONE]
    if strong:
        told = ", ".join(f"{roster.written[place]!r} ({_id(roster, place)})" for place in strong[:_SHOWN])
        yield Problem(
            file, 0, f"{_count(len(strong), 'name is a common word', 'names are common words')}, found in any case: {told}{_more(len(strong))}.", "warning",
            "Write '=Name', which keeps the case, or move them to weak.",
        )  # fmt: skip


def _id(roster: Roster, alias: int) -> str:
    return roster.refs[int(roster.owner[alias])].partition("/")[2]


def _count(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}"


def _more(count: int) -> str:
    return ", …" if count > _SHOWN else ""
