"""An article made ready for matching: first folded (every article), then structured (only where something was hit)."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import count
from typing import Any, overload

import msgspec
import numpy as np
import numpy.typing as npt

from tocsin.model.article import Article, digest

TITLE_BREAK = "\x1e"  # a token that no text can contain: stands between title and body, so that no phrase spans both

_REVISION_BYTES = 8
_BRIEF = 3  # sentences, the title included


class Folded(msgspec.Struct, frozen=True, dict=True):
    r"""The cheap view that every article gets.

    ``text`` is ``" tok tok … \x1e tok … "``: title tokens, the break, body tokens, one space between and around, so
    that a pattern padded with spaces finds whole tokens only.
    """

    article: Article
    text: str
    known_revision: str | None = None  # where it was worked out before

    @cached_property
    def revision(self) -> str:
        """A hash of the text, 16 hex characters; what changes only in case, punctuation or white space is no new one.

        That of a withdrawn article is the hash of ``withdrawn``, whatever text came with it.
        """
        if self.known_revision is not None:
            return self.known_revision
        return digest("withdrawn" if self.article.withdrawn else self.text, size=_REVISION_BYTES)


class Zone(enum.Enum):
    """What part of the page a sentence stands in. Furniture proves nothing."""

    TITLE = "title"
    LEAD = "lead"  # the first paragraphs of the story itself
    BODY = "body"
    FURNITURE = "furniture"  # menus, See also, comment forms, share and subscribe lines, bylines, captions' credits


class Sentence(msgspec.Struct, frozen=True):
    """A sentence: where it stands in its field as received, and which tokens it holds.

    ``first`` (inclusive) and ``last`` (exclusive) are the document's token numbers.
    """

    field: str  # title | body
    start: int
    end: int
    first: int
    last: int
    paragraph: int  # numbered through the document; the title is paragraph 0
    zone: Zone
    capitals: bool = False  # (nearly) all letters are capitals: case proves nothing here


class Spans(Sequence[tuple[int, int]]):
    """Where tokens stand: pairs of start and end in the rows of an array; only those asked for are made."""

    __slots__ = ("rows",)

    def __init__(self, rows: npt.NDArray[np.int32]) -> None:
        self.rows = rows

    def __len__(self) -> int:
        """How many tokens."""
        return len(self.rows)

    @overload
    def __getitem__(self, token: int) -> tuple[int, int]: ...
    @overload
    def __getitem__(self, token: slice) -> list[tuple[int, int]]: ...
    def __getitem__(self, token: int | slice) -> tuple[int, int] | list[tuple[int, int]]:
        """One of them, or some."""
        if isinstance(token, slice):
            return [(start, end) for start, end in self.rows[token].tolist()]
        return self.rows.item(token, 0), self.rows.item(token, 1)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """All, in order."""
        return iter(self[:])

    def start(self, token: int) -> int:
        """Where a token begins."""
        return self.rows.item(token, 0)

    def end(self, token: int) -> int:
        """Where a token ends."""
        return self.rows.item(token, 1)


class Document(msgspec.Struct, frozen=True, dict=True):
    """The structured view.

    Attributes:
        spans: ``(start, end)`` of each token in its own field as received; the break has ``(0, 0)``.
        title_tokens: tokens before this number are the title's; the break has this very number.
        sentences: in order, each made when it is first asked for; every token but the break belongs to exactly one.
        zones: of each sentence, without making it.
        tokens: of each sentence, likewise: its first token, and the one after its last.
        sentence_of: sentence number of each token; -1 for the break.
    """

    folded: Folded
    spans: Spans = Spans(np.empty((0, 2), dtype=np.int32))
    title_tokens: int = 0
    sentences: Sequence[Sentence] = ()
    zones: list[Zone] = []
    tokens: list[tuple[int, int]] = []
    sentence_of: Sequence[int] = ()

    @cached_property
    def words(self) -> list[str]:
        """The folded tokens, the break included."""
        return self.folded.text.split(" ")[1:-1]

    @cached_property
    def order(self) -> list[int]:
        """For each sentence its place in the story: 0 the title, or the first where there is none; -1 in furniture."""
        furniture, places = Zone.FURNITURE, count()
        return [-1 if zone is furniture else next(places) for zone in self.zones]

    @cached_property
    def notes(self) -> dict[str, Any]:
        """What a module works out once for all candidates of the document, under the module's name."""
        return {}

    @cached_property
    def is_brief(self) -> bool:
        """Whether the story is too short for anything to be said twice: a headline, a sentence or two."""
        return len(self.zones) - self.zones.count(Zone.FURNITURE) <= _BRIEF

    @property
    def article(self) -> Article:
        """The article as received."""
        return self.folded.article

    def field_of(self, token: int) -> str:
        """Name of the field that a token stands in."""
        return "title" if token < self.title_tokens else "body"

    def field_text(self, field: str) -> str:
        """The field exactly as received."""
        return self.article.title if field == "title" else self.article.body
