"""How common words are in general English, from a shipped table."""

from __future__ import annotations

from functools import cache
from importlib import resources

UNLISTED = 5.8  # -log10 of the share of running words: rarer than any word of the table


@cache
def _table() -> dict[str, float]:
    lines = resources.files("tocsin").joinpath("word_rarity.txt").read_text(encoding="ascii").splitlines()
    found: dict[str, float] = {}
    for line in lines:
        if not line.startswith("#"):
            value, *words = line.split()
            found.update(dict.fromkeys(words, float(value)))
    return found


def word_rarity(word: str) -> float:
    """Return -log10 of a folded word's share of running English: 1.4 (*the*) to 5.8 (rare, foreign, a name)."""
    return _table().get(word, UNLISTED)
