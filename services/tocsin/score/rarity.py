"""How much a phrase says: rare words say more than common ones."""

from __future__ import annotations

from collections.abc import Iterable

from tocsin.frequency import word_rarity

_FLOOR = 3.0  # a word this common (1 of 1,000) says nothing by itself
_FULL = 6.0  # two rare words, or three middling ones: nothing is gained beyond


def phrase_rarity(words: Iterable[str]) -> float:
    """Return 0..1: how much these words say together."""
    return min(1.0, sum(max(0.0, word_rarity(word) - _FLOOR) for word in words) / _FULL)
