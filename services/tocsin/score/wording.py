"""Signals of the keywords: how well they are hit, how much they say, how much of them there is."""

from __future__ import annotations

from tocsin.model.document import Zone
from tocsin.model.match import Hit
from tocsin.score.rarity import phrase_rarity
from tocsin.score.view import View, hit_quality

_NOTHING_ASKED = 1.0  # a rule without keywords lacks nothing of them


def strength(view: View) -> float | None:
    """The best hit: adjacent words of a phrase that the author typed are 1."""
    if not view.candidate.hits:
        return _NOTHING_ASKED
    return max(map(hit_quality, view.hits), default=0.0)


def rarity(view: View) -> float | None:
    """How much the most telling hit says by itself: *kidnapped* more than *attack*, two words more than one."""
    if not view.candidate.hits:
        return _NOTHING_ASKED
    return max((_telling(view, hit) for hit in view.hits), default=0.0)


def _telling(view: View, hit: Hit) -> float:
    return hit_quality(hit) * phrase_rarity(view.words[token] for token in hit.tokens)


def whole(view: View) -> float | None:
    """Whether a phrase of several words is hit, and how closely. Not known where the rule has none."""
    if not view.candidate.hits:
        return _NOTHING_ASKED
    if all(len(phrase.words) == 1 for phrase in view.phrases):
        return None
    return max((hit_quality(hit) for hit in view.hits if len(hit.phrase.words) > 1), default=0.0)


def variety(view: View) -> float | None:
    """How many different phrases are hit: 0 for one, towards 1. Not known where the rule has only one."""
    if not view.candidate.hits:
        return _NOTHING_ASKED
    if len(view.phrases) == 1:
        return None
    return _saturate(len({hit.phrase.written for hit in view.hits}) - 1, 2.0)


def frequency(view: View) -> float | None:
    """How often the keywords are hit: 0 for once, towards 1. Not known where one phrase had a sentence or two."""
    if not view.candidate.hits:
        return _NOTHING_ASKED
    if view.is_brief and len(view.phrases) == 1:
        return None
    return _saturate(len(view.hits) - 1, 3.0)


def density(view: View) -> float | None:
    """How much of the article is about it: hits among 100 words."""
    if not view.candidate.hits:
        return _NOTHING_ASKED
    return _saturate(100.0 * len(view.hits) / max(20, len(view.words)), 2.0)


def headline(view: View) -> float | None:
    """The best hit in the title, or in the first sentence where there is no title; half as much in the lead."""
    if not view.candidate.hits:
        return _NOTHING_ASKED
    best = 0.0
    for hit in view.hits:
        place = view.order[hit.sentence]
        share = 1.0 if place == 0 else 0.5 if view.sentence(hit.sentence).zone is Zone.LEAD else 0.0
        best = max(best, share * hit_quality(hit))
    return best


def early(view: View) -> float | None:
    """How near the beginning the first hit stands: 1 in the title or the first sentence."""
    if not view.candidate.hits:
        return _NOTHING_ASKED
    return 1.0 / (1.0 + min((view.order[hit.sentence] for hit in view.hits), default=100) / 3.0)


def _saturate(count: float, half: float) -> float:
    """0 for 0, a half for ``half``, towards 1."""
    return max(0.0, count) / (max(0.0, count) + half)
