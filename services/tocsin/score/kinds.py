"""Whether the sentences with evidence tell of the rule's kind of event, or rather of another kind.

Both signals compare directions (``vectors``): of a sentence, of what the rule's author typed, and of each concept of the
shipped library, whose labelled sentences stand for its kind. Of a text in another language neither is known: words that
look like English ones (*die*, *war*) would point somewhere, and mean nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np

from tocsin import folding
from tocsin.concepts import library
from tocsin.concepts.library import Concept
from tocsin.model.rule import Keyword
from tocsin.score.choice import best_sentences
from tocsin.score.view import View
from tocsin.vectors import Floats, direction, unit

_SENTENCES = 4
_PHRASES = 40  # of a keyword, as its author typed them; or of a concept, the ones that name it first
_NAMING = 12  # phrases beside the heads that show what a concept is about
_OWN, _AT_LEAST = 0.12, 0.45  # concepts as near to the rule's words as the nearest, or nearly, are the rule's own
_OTHER = 0.25  # those this much farther are other kinds; between the two nothing is said
_LIKE = (0.1, 0.75)  # from a sentence that has hardly to do with it, to one that says just that
_MARGIN = (-0.35, 0.45)


class _Kinds(NamedTuple):
    """The library's concepts, a row each: where their sentences point, and where their phrases do."""

    sentences: Floats
    phrases: Floats


class _Asked(NamedTuple):
    """What a rule asks for: its words, these with its own concepts; of all concepts, which are its own, which others."""

    words: Floats
    kind: Floats
    own: Floats
    others: Floats
    names: tuple[str, ...]  # of the own ones, then of the others


def load() -> None:
    """Read the library now (a tenth of a second) rather than at the first candidate."""
    _kinds()


def likeness(view: View) -> float | None:
    """How like the rule's words, and the concepts nearest to them, the likeliest sentence with evidence is."""
    compared = _compared(view)
    return None if compared is None else _between(float((compared[0] @ compared[1].kind).max()), _LIKE)


def kind(view: View) -> float | None:
    """How much nearer a sentence is to the rule's kind of event than to the nearest other kind; a half: a tie."""
    compared = _compared(view)
    if compared is None:
        return None
    sentences, asked = compared
    own = sentences @ asked.words
    if len(asked.own):
        own = np.maximum(own, (sentences @ asked.own.T).max(axis=1))
    margin = own - (sentences @ asked.others.T).max(axis=1, initial=0.0)
    return _between(float(margin.max()), _MARGIN)


def nearest(view: View) -> tuple[str, bool] | None:
    """Return the concept that a sentence with evidence is nearest to, and whether it is the rule's own kind.

    Concepts of which ``kind`` says nothing are passed over; None where nothing can be compared.
    """
    compared = _compared(view)
    if compared is None:
        return None
    sentences, asked = compared
    near = (sentences @ np.concatenate((asked.own, asked.others)).T).max(axis=0)
    best = int(near.argmax()) if len(near) else -1
    return (asked.names[best], best < len(asked.own)) if best >= 0 else None


def _compared(view: View) -> tuple[Floats, _Asked] | None:
    """Directions of the sentences with evidence, a row each, and what they are held against."""
    if not view.candidate.hits or not view.document.article.may_be_english:
        return None
    known = view.notes.get(__name__, False)
    if known is False:
        known = view.notes[__name__] = _compare(view)
    compared: tuple[Floats, _Asked] | None = known
    return compared


def _compare(view: View) -> tuple[Floats, _Asked] | None:
    asked = _asked(tuple(dict.fromkeys(text for keyword in view.keywords for text in _typed(keyword)))[:_PHRASES])
    if not asked.words.any():
        return None
    rows = [_of_sentence(view, number) for number in sorted(best_sentences(view, _SENTENCES))]
    rows = [row for row in rows if row.any()]
    return (np.stack(rows), asked) if rows else None


def _typed(keyword: Keyword) -> Sequence[str]:
    """A keyword's phrases as its author wrote them, or those of the concept that it is."""
    typed = [phrase.written for phrase in keyword.phrases if phrase.origin == "typed"]
    return typed or [phrase.written for phrase in keyword.phrases[:_PHRASES]]


def _meant(typed: Iterable[str]) -> list[int]:
    """Numbers of the concepts that phrases name outright."""
    shipped = library.shipped()
    names = list(shipped.concepts)
    return sorted(
        {names.index(name) for text in typed for name in shipped.meaning(text) if len(shipped.meaning(text)) == 1}
    )


def _of_sentence(view: View, number: int) -> Floats:
    """Where a sentence points without the names in it: who and where says nothing of what happens."""
    first, last = view.document.tokens[number]
    named = view.reading.entity_type if view.reading is not None else {}
    mentioned = {token for one in view.mentions if one.sentence == number for token in range(one.first, one.last)}
    words = view.document.words
    return direction(words[token] for token in range(first, last) if token not in named and token not in mentioned)


@lru_cache(maxsize=4096)
def _asked(typed: tuple[str, ...]) -> _Asked:
    words, kinds = _mean(direction(folding.tokens(text)) for text in typed), _kinds()
    near = kinds.phrases @ words
    best = float(near.max(initial=0.0))
    own = near >= max(best - _OWN, _AT_LEAST)
    if meant := _meant(typed):  # *air strike* names its concept, however near *labour strike* may sound
        surest = float(near[meant].max())
        own = (near >= max(surest - _OWN, _AT_LEAST)) & (near <= surest)
        own[meant] = True
    together = words
    if own.any():
        together = unit(words + near[own] @ kinds.sentences[own] / near[own].sum())
    others = near < max(best - _OTHER, 0.0)
    known = (*library.shipped().concepts,)
    names = tuple(known[place] for side in (own, others) for place in np.flatnonzero(side))
    return _Asked(words, together, kinds.sentences[own], kinds.sentences[others], names)


@cache
def _kinds() -> _Kinds:
    concepts = library.shipped().concepts.values()
    return _Kinds(np.stack([*map(_told, concepts)]), np.stack([*map(_named, concepts)]))


def _told(concept: Concept) -> Floats:
    return _mean(direction(folding.tokens(text)) for text in concept.sentences.found)


def _named(concept: Concept) -> Floats:
    return _mean(direction(folding.tokens(text)) for text in (*concept.heads, *concept.phrases[:_NAMING]))


def _mean(directions: Iterable[Floats]) -> Floats:
    return unit(np.sum([*directions], axis=0, dtype=np.float32))


def _between(value: float, ends: tuple[float, float]) -> float:
    """0 at one end and below, 1 at the other and above."""
    low, high = ends
    return min(1.0, max(0.0, (value - low) / (high - low)))
