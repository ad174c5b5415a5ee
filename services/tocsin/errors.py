"""The error tree: a class says what the caller does next.

::

    TocsinError
    ├── Refused              the input cannot be meant: report the place and the remedy, go on without it
    │   ├── NotAnArticle     an entry is no article: to the dead letters, never retried
    │   ├── InvalidWatchlist a watchlist set is refused whole; the old one stays
    │   └── InvalidSettings  a start-up setting is refused: exit 2 before anything is read
    ├── Transient            try again later, nothing is acknowledged meanwhile
    │   └── NotReady         something this process needs is not there yet (no watchlist set, no server)
    └── Conflict             someone else was first (compare-and-set): read again, then decide
"""

from __future__ import annotations

from dataclasses import dataclass


class TocsinError(Exception):
    """Base of every error that Tocsin raises on purpose."""


class Refused(TocsinError):
    """The input cannot be meant as it stands."""


class NotAnArticle(Refused):
    """An entry of the article stream that is no article.

    Attributes:
        reason: a stable word for metrics and dead letters, e.g. ``bad_json``.
        detail: one sentence for a person, naming the field.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding in a watchlist file: where it is, what is wrong, what to write instead."""

    file: str
    line: int  # 1-based; 0 where no line is known
    message: str
    severity: str = "error"  # error | warning
    remedy: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.severity}: {self.message}" + (f" {self.remedy}" if self.remedy else "")


class InvalidWatchlist(Refused):
    """A watchlist set that is refused whole."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class InvalidSettings(Refused):
    """A setting that cannot be run with."""


class Transient(TocsinError):
    """Try again later; nothing has been acknowledged."""


class NotReady(Transient):
    """Something this process needs is not there yet."""


class Conflict(TocsinError):
    """Someone else was first: read again, then decide."""
