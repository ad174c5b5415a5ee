"""Terms of office: ``2017-01-20..2021-01-20 2025-01-20..``."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple


class Term(NamedTuple):
    """From when to when, in seconds since the epoch; the last day, month or year is part of it. None: still."""

    since: float
    until: float | None


def terms(written: str) -> tuple[Term, ...]:
    """Read terms, separated by spaces, each ``FROM..`` or ``FROM..TO``: a day, a month or a year each.

    Raises:
        ValueError: something else is written, or a term ends before it begins.
    """
    found = []
    for one in written.split():
        first, dots, last = one.partition("..")
        if not dots:
            raise ValueError(f"a term is FROM..TO or FROM.., not {one!r}")
        term = Term(_seconds(_begin(first)), _seconds(_end(last)) if last else None)
        if term.until is not None and term.until <= term.since:
            raise ValueError(f"the term {one!r} ends before it begins")
        found.append(term)
    return tuple(found)


def _begin(written: str) -> date:
    year, month, day = (*(int(part) for part in written.split("-")), 1, 1)[:3]
    return date(year, month, day)


def _end(written: str) -> date:
    """Return the day after the last one."""
    first, parts = _begin(written), written.count("-")
    if parts == 2:
        return first + timedelta(days=1)
    if parts == 1:
        return date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return date(first.year + 1, 1, 1)


def _seconds(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
