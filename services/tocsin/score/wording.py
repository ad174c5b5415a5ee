"""Signals of the keywords: how well they are hit, how much they say, how much of them there is."""

from __future__ import annotations

from tocsin.model.document import Zone
from tocsin.score.rarity import phrase_rarity
from tocsin.score.view import View

_NOTHING_ASKED = 1.0  # a rule without keywords lacks nothing of them
_LEAD = Zone.LEAD


def strength(view: View) -> float | None:
    """The best hit: adjacent words of a phrase that the author typed are 1."""
    if not view.candidate.hits:
        return _NOTHING_ASKED
    return max(view.qualities, default=0.0)


def rarity(view: View) -> float | None:
    """How much the most telling hit says by itself: *kidnapped* more than *attack*, two words more than one."""
    if not view.candidate.hits:
        return _NOTHING_ASKED
    words = view.document.words
    best = 0.0
    for hit, quality in zip(view.hits, view.qualities, strict=True):
        if quality > best:  # else it could not say more
            best = max(best, quality * phrase_rarity([words[token] for token in hit.tokens]))
    return best


def as_written(view: View) -> float | None:
    """The share of hits that stand in a form that the rule's author wrote: *held* is not quite *hold*."""
    if not view.candidate.hits:
        return _NOTHING_ASKED
    if not view.hits:
        return 0.0
    words, written = view.document.words, frozenset().union(*(keyword.written for keyword in view.keywords))
    return sum(tuple(words[token] for token in hit.tokens) in written for hit in view.hits) / len(view.hits)


def whole(view: View) -> float | None:
    """Whether a phrase of several words is hit, and how closely. Not known where the rule has none."""
    if not view.candidate.hits:
        return _NOTHING_ASKED
    best = 0.0
    for hit, quality in zip(view.hits, view.qualities, strict=True):
        if quality > best and len(hit.phrase.words) > 1:
            best = quality
    if best == 0.0 and not any(len(phrase.words) > 1 for keyword in view.keywords for phrase in keyword.phrases):
        return None
    return best


def variety(view: View) -> float | None:
    """How many different phrases are hit: 0 for one, towards 1. Not known where the rule has only one."""
    if not view.candidate.hits:
        return _NOTHING_ASKED
    if view.one_phrase:
        return None
    return _saturate(len({hit.phrase.written for hit in view.hits}) - 1, 2.0)


def frequency(view: View) -> float | None:
    """How often the keywords are hit: 0 for once, towards 1. Not known where one phrase had a sentence or two."""
    if not view.candidate.hits:
        return _NOTHING_ASKED
    if view.document.is_brief and view.one_phrase:
        return None
    return _saturate(len(view.hits) - 1, 3.0)


def _saturate(count: float, half: float) -> float:
    """0 for 0, a half for ``half``, towards 1."""
    return count / (count + half) if count > 0.0 else 0.0
