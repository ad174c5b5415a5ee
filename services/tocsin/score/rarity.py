"""How much a phrase says: rare words say more than common ones."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import resources

UNLISTED = 5.8  # -log10 of the share of running words: rarer than any word of the table
_FLOOR = 3.0  # a word this common (1 of 1,000) says nothing by itself
_FULL = 6.0  # two rare words, or three middling ones: nothing is gained beyond


@cache
def _table() -> dict[str, float]:
    lines = resources.files("tocsin.score").joinpath("word_rarity.txt").read_text(encoding="ascii").splitlines()
    found: dict[str, float] = {}
    for line in lines:
        if not line.startswith("#"):
            value, *words = line.split()
            found.update(dict.fromkeys(words, float(value)))
    return found


def word_rarity(word: str) -> float:
    """Return -log10 of a folded word's share of running English: 1.4 (*the*) to 5.8 (rare, foreign, a name)."""
    return _table().get(word, UNLISTED)


def phrase_rarity(words: Iterable[str]) -> float:
    """Return 0..1: how much these words say together."""
    return min(1.0, sum(max(0.0, word_rarity(word) - _FLOOR) for word in words) / _FULL)
