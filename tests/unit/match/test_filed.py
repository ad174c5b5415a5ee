"""Keywords of many phrases: filing them changes what is asked, not what is found."""

from __future__ import annotations

import pytest

from builders import a_document
from tocsin.concepts import library
from tocsin.match import terms
from tocsin.match.index import build
from tocsin.watchlists import compile_text

CONCEPTS = ("border-incursion", "air-strike", "protest")
LIST = """watchlist: a
keywords: {{event: {{any: ['concept:{}', 'bord* cross', 'vill*', '"cease fire"']}}}}
rules: [{{rule: event, keywords: {{any: [event]}}}}]
"""


def _hits(index, text):
    document = a_document("", text, lang="en")
    scan = index.scan(document.folded)
    found = index.percolate(document, scan).candidates if scan is not None else ()
    return [(hit.keyword.ref, hit.phrase.written, hit.tokens) for one in found for hit in one.hits]


@pytest.mark.parametrize("name", CONCEPTS)
def test_filed_phrases_are_found_like_others(name, monkeypatch):
    """Labelled sentences of the library, one in eight and the concept's own, give the same hits either way."""
    filed = build(compile_text(LIST.format(name)).watchlists)
    own = library.shipped().concepts[name].sentences
    every = [
        text
        for concept in library.shipped().concepts.values()
        for text in (*concept.sentences.found, *concept.sentences.not_found)
    ]
    sentences = [*every[::8], *own.found, *own.not_found]
    got = [_hits(filed, text) for text in sentences]
    monkeypatch.setattr(terms, "_MANY", 1_000_000)
    plain = build(compile_text(LIST.format(name)).watchlists)
    assert got == [_hits(plain, text) for text in sentences]
    assert sum(map(len, got)) > 20
