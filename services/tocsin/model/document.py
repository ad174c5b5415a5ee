"""An article made ready for matching: first folded (every article), then structured (only where something was hit)."""

from __future__ import annotations

import enum

import msgspec

from tocsin.model.article import Article

TITLE_BREAK = "\x1e"  # a token that no text can contain: stands between title and body, so that no phrase spans both


class Folded(msgspec.Struct, frozen=True):
    r"""The cheap view that every article gets.

    ``text`` is ``" tok tok … \\x1e tok … "``: title tokens, the break, body tokens, one space between and around, so
    that a pattern padded with spaces finds whole tokens only.
    """

    article: Article
    text: str
    revision: str  # hash of the folded title and body: 16 hex characters


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


class Document(msgspec.Struct, frozen=True):
    """The structured view.

    Attributes:
        starts: offset of each token in ``folded.text``, ascending; the break counts as a token.
        spans: ``(start, end)`` of each token in its own field as received; the break has ``(0, 0)``.
        title_tokens: tokens before this number are the title's; the break has this very number.
        sentences: in order; every token but the break belongs to exactly one.
        sentence_of: sentence number of each token; -1 for the break.
    """

    folded: Folded
    starts: tuple[int, ...] | list[int]
    spans: list[tuple[int, int]]
    title_tokens: int
    sentences: tuple[Sentence, ...]
    sentence_of: list[int]

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
