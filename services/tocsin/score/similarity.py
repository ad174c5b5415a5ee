"""How alike texts are: for the list of possible misses, and for nothing that decides.

A ``Similarity`` takes two rows of texts (folded words, spaces between) and returns one number for each pair, 0..1.
``shared_rare_words`` needs nothing but the shipped table of word frequencies and works in any language; ``by_meaning``
compares what English words are about; ``by_vectors`` makes one of any word or sentence vectors.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import msgspec
import numpy as np
import numpy.typing as npt

from tocsin.frequency import word_rarity
from tocsin.vectors import direction

Matrix = npt.NDArray[np.float64]
Similarity = Callable[[Sequence[str], Sequence[str]], Matrix]

_FLOOR = 3.0  # a word this common (1 of 1,000) says nothing
_UNRELATED = 0.3  # the cosine of directions that two texts have in common with most others
_STEM = 4  # letters that an ending leaves at least
_ENDINGS = ("ings", "ing", "ions", "ion", "ies", "ed", "es", "s", "y", "e")


class Alike(msgspec.Struct, frozen=True):
    """The best pair: how alike, and the places of the two texts in their rows."""

    likeness: float
    text: int
    wanted: int


def most_alike(texts: Sequence[str], wanted: Sequence[str], similarity: Similarity) -> Alike | None:
    """Return the best pair, of equals the first one; None where one of the rows is empty."""
    if not texts or not wanted:
        return None
    found = similarity(texts, wanted)
    text, like = divmod(int(found.argmax()), len(wanted))
    return Alike(min(1.0, max(0.0, float(found[text, like]))), text, like)


def by_vectors(vector: Callable[[str], npt.NDArray[np.floating]]) -> Similarity:
    """Return the similarity that vectors of length 1 make: their cosine, 0 where it is negative."""

    def similarity(texts: Sequence[str], wanted: Sequence[str]) -> Matrix:
        if not texts or not wanted:
            return np.zeros((len(texts), len(wanted)))
        rows, columns = (np.array([vector(text) for text in side], dtype=np.float64) for side in (texts, wanted))
        return np.clip(rows @ columns.T, 0.0, 1.0)

    return similarity


def by_meaning(texts: Sequence[str], wanted: Sequence[str]) -> Matrix:
    """Return how alike English texts are by what their words are about; by shared rare words where none is known.

    Two texts of nothing in common still point much the same way: what cosine they have counts as 0.
    """
    found = np.clip((by_vectors(_direction)(texts, wanted) - _UNRELATED) / (1.0 - _UNRELATED), 0.0, 1.0)
    unknown = [row for row, text in enumerate(texts) if not _direction(text).any()]
    if unknown:
        found[unknown] = shared_rare_words([texts[row] for row in unknown], wanted)
    return found


def shared_rare_words(texts: Sequence[str], wanted: Sequence[str]) -> Matrix:
    """Return the cosine of the texts' words, each as heavy as it is rare, without their endings."""
    found = np.zeros((len(texts), len(wanted)))
    bags = [_bag(one) for one in wanted]
    for row, text in enumerate(texts):
        bag, length = _bag(text)
        for column, (other, other_length) in enumerate(bags):
            if shared := bag.keys() & other.keys():
                told = math.fsum(min(bag[word], other[word]) ** 2 for word in shared)
                found[row, column] = told / (length * other_length)
    return found


@lru_cache(maxsize=50_000)
def _direction(text: str) -> npt.NDArray[np.float32]:
    return direction(text.split())


@lru_cache(maxsize=20_000)
def _bag(text: str) -> tuple[Mapping[str, float], float]:
    bag: dict[str, float] = {}
    for word in text.split():
        if (weight := word_rarity(word) - _FLOOR) > 0 and not word.isdecimal():
            bag[_stem(word)] = min(weight, bag.get(_stem(word), weight))
    return bag, math.sqrt(math.fsum(weight**2 for weight in bag.values()))


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM and not word.endswith("ss"):
            return word[: -len(ending)]
    return word
