"""What percolation found: mentions and phrase hits, and the candidates they make."""

from __future__ import annotations

import msgspec

from tocsin.model.document import Document
from tocsin.model.rule import Entity, Keyword, Phrase, Rule, Watchlist


class Span(msgspec.Struct, frozen=True):
    """``field[start:end] == text`` in code points of the field as received, always."""

    field: str
    start: int
    end: int
    text: str


class Mention(msgspec.Struct, frozen=True):
    """One occurrence of an entity's alias: tokens ``first`` (inclusive) to ``last`` (exclusive)."""

    entity: Entity
    first: int
    last: int
    sentence: int
    strong: bool
    written: str  # the alias as the watchlist writes it
    ambiguous: bool = False  # a weak alias, or capitals that prove nothing


class Hit(msgspec.Struct, frozen=True):
    """One occurrence of a phrase: the tokens of its words (ascending), all in one sentence.

    ``between`` counts the other words between the first and the last: 0 is adjacent.
    """

    keyword: Keyword
    phrase: Phrase
    tokens: tuple[int, ...]
    sentence: int
    between: int


class Candidate(msgspec.Struct, frozen=True):
    """An (article, rule) whose entity and keyword conditions are met outside page furniture."""

    watchlist: Watchlist
    rule: Rule
    mentions: tuple[Mention, ...]
    hits: tuple[Hit, ...]


class Percolated(msgspec.Struct, frozen=True):
    """The candidates of one document, and how many rules were evaluated to find them."""

    document: Document
    candidates: tuple[Candidate, ...]
    rules_run: int
