"""Values for tests, each valid as it stands: name only what the test is about."""

from __future__ import annotations

from typing import Any

from tocsin import folding
from tocsin.model.article import Article
from tocsin.model.document import Document
from tocsin.model.match import Candidate
from tocsin.model.rule import (
    AllOf,
    Check,
    Condition,
    Entity,
    Keyword,
    Mentions,
    Phrase,
    Rule,
    Says,
    Surface,
    Watchlist,
)
from tocsin.prepare.fold import fold_article
from tocsin.prepare.structure import structure


def an_article(title: str = "", body: str = "", **more: Any) -> Article:
    """An article; its id is ``a1`` unless named."""
    return Article(**{"id": "a1", "source": "wire", "title": title, "body": body, **more})


def a_document(title: str = "", body: str = "", **more: Any) -> Document:
    """The structured view of such an article."""
    return structure(fold_article(an_article(title, body, **more)))


def a_surface(written: str, check: Check = Check.NONE) -> Surface:
    """A surface form as the compiler would make it of these words."""
    return Surface(tuple(folding.tokens(written)), written, check)


def _surfaces(written: str | Surface) -> tuple[Surface, ...]:
    return (written,) if isinstance(written, Surface) else tuple(map(a_surface, written.split("|")))


def an_entity(*aliases: str | Surface, ref: str = "", weak: tuple[str | Surface, ...] = (), **more: Any) -> Entity:
    """An entity of these strong aliases; its name is the first, its ref that name in small letters with hyphens."""
    strong = tuple(surface for alias in aliases for surface in _surfaces(alias))
    name = strong[0].written
    return Entity(
        ref=ref or name.lower().replace(" ", "-"),
        name=name,
        strong=strong,
        weak=tuple(surface for alias in weak for surface in _surfaces(alias)),
        **more,
    )


def a_phrase(written: str, **more: Any) -> Phrase:
    """A phrase of words separated by spaces, each with its alternatives separated by ``|`` (``cross|crossed border``)."""
    words = tuple(_surfaces(word.replace("_", " ")) for word in written.split())
    return Phrase(**{"written": written.replace("|", "/"), "words": words, **more})


def a_keyword(*phrases: str | Phrase, ref: str = "", unless: tuple[str | Phrase, ...] = (), **more: Any) -> Keyword:
    """A keyword of these phrases; its ref is the first in small letters with hyphens."""
    made = tuple(a_phrase(phrase) if isinstance(phrase, str) else phrase for phrase in phrases)
    left_out = tuple(a_phrase(phrase) if isinstance(phrase, str) else phrase for phrase in unless)
    return Keyword(ref=ref or made[0].written.replace(" ", "-"), phrases=made, unless=left_out, **more)


def a_rule(condition: Condition | None = None, **more: Any) -> Rule:
    """A rule; without a condition: entity 0 together with keyword 0."""
    both = AllOf((Mentions(frozenset({0})), Says(frozenset({0}))))
    return Rule(**{"name": "rule", "channels": ("desk",), "condition": condition or both, **more})


def a_watchlist(
    entities: tuple[Entity, ...] = (),
    keywords: tuple[Keyword, ...] = (),
    rules: tuple[Rule, ...] | None = None,
    **more: Any,
) -> Watchlist:
    """A watchlist; without rules it has ``a_rule()``."""
    return Watchlist(
        **{
            "name": "desk",
            "entities": entities,
            "keywords": keywords,
            "rules": (a_rule(),) if rules is None else rules,
            **more,
        }
    )


def document_of(article: Article) -> Document:
    """The structured view of an article."""
    return structure(fold_article(article))


def a_candidate(*, rule: str = "rule", watchlist: str = "desk", **more: Any) -> Candidate:
    """A candidate of a rule of that name in a watchlist of that name; nothing mentioned, nothing said."""
    made = a_rule(name=rule, **more)
    return Candidate(a_watchlist(name=watchlist, rules=(made,)), made, (), ())
