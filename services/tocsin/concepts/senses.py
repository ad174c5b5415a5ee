"""Other senses of a concept's words: what is said where they mean something else."""

from __future__ import annotations

import msgspec

from tocsin import folding
from tocsin.concepts import phrases, words
from tocsin.model.rule import Check, Phrase, Surface


def compile_sense(text: str, *, between: int = phrases.BETWEEN) -> Phrase:
    """Compile an other sense of a concept: its words, in any inflection, in order and side by side.

    Looser, it would hide what the concept is for wherever its words happen to stand in one sentence. Articles may come and
    go; other function words stand as typed. With a distance, or a quoted word inside, it is as any phrase.

    Raises:
        PhraseError: see ``phrases.parse``.
    """
    written = phrases.parse(text)
    if '"' in text or written.exact or written.regex is not None:
        return phrases.compile_phrase(text, between=between, capitals=False)
    typed = tuple(word for word in text.split() if folding.tokens(word) and word.lower() not in words.ARTICLES)
    if len(typed) < 2:  # no order to keep
        return phrases.compile_phrase(text, between=between, capitals=False)
    first, *rest = phrases.slots(typed, frozenset(), capitals=False)
    return Phrase(written=text, words=(first, *map(_with_articles, rest)), ordered=True, between=0)


def _with_articles(alternatives: tuple[Surface, ...]) -> tuple[Surface, ...]:
    return alternatives + tuple(
        msgspec.structs.replace(surface, tokens=(article, *surface.tokens))
        for surface in alternatives
        if surface.check is Check.NONE
        for article in words.ARTICLES
    )
