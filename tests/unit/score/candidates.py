"""Candidates for the scorer's tests: real matches of small watchlists, and readings written by hand."""

from __future__ import annotations

from typing import Any

from builders import a_document, a_keyword, a_rule, a_watchlist, an_entity
from tocsin.match.index import build
from tocsin.model.document import Document
from tocsin.model.match import Candidate, Span
from tocsin.model.reading import Guarded, Reading
from tocsin.model.rule import GuardAction, GuardKind, Says
from tocsin.score.signals import SIGNALS
from tocsin.score.weights import Weight, Weights

NORTH = an_entity("North Korea", "North Korean", ref="north-korea", type="GPE")
INCURSION = a_keyword("border incursion|incursions", "crossed border", "incursion|incursions", ref="incursion")
DEFAULTS = (
    (GuardKind.NEGATED, GuardAction.DROP),
    (GuardKind.OTHER_SENSE, GuardAction.DROP),
    (GuardKind.DENIED, GuardAction.LOWER),
    (GuardKind.HYPOTHETICAL, GuardAction.LOWER),
    (GuardKind.HISTORICAL, GuardAction.LOWER),
)


def even_weights(**changes: Any) -> Weights:
    """Every signal is worth the same."""
    signals = {name: Weight(1.0, 0.5) for name in SIGNALS}
    return Weights(**{"threshold": 0.5, "intercept": 0.0, "signals": signals, **changes})


def a_match(
    title: str = "",
    body: str = "",
    *,
    keyword=INCURSION,
    entity=NORTH,
    rule: dict[str, Any] | None = None,
    **article: Any,
) -> tuple[Candidate, Document]:
    """The candidate of such an article for a rule that asks for entity (if there is one) and keyword."""
    options = {"guards": DEFAULTS, **(rule or {})}
    if entity is None:
        options.setdefault("condition", Says(frozenset({0})))
    watchlist = a_watchlist((entity,) if entity else (), (keyword,) if keyword else (), (a_rule(**options),))
    index = build((watchlist,))
    document = a_document(title, body, **{"lang": "en", **article})
    (candidate,) = index.percolate(document, index.scan(document.folded)).candidates
    return candidate, document


def a_reading(document: Document, **more: Any) -> Reading:
    """A reading of all sentences that found nothing, unless told."""
    return Reading(**{"sentences": frozenset(range(len(document.sentences))), **more})


def a_guard(document: Document, kind: GuardKind, *words: str) -> Guarded:
    """A guard that covers every occurrence of these folded words, shown by the first."""
    texts = document.folded.text.split(" ")[1:-1]
    tokens = [number for number, text in enumerate(texts) if text in words]
    field = document.field_of(tokens[0])
    start, end = document.spans[tokens[0]]
    return Guarded(kind, Span(field, start, end, document.field_text(field)[start:end]), frozenset(tokens))
