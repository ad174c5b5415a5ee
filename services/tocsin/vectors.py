"""What words are about, as directions: the closer two texts point, the more alike is what they tell.

The table is made by ``tools/word_vectors.py`` from a sentence model (all-MiniLM-L6-v2, Apache-2.0): 128 whole numbers a
word, dictionary words of English only, so that names neither help nor hinder. A common word is short, a rare one long.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


@cache
def _table() -> tuple[dict[str, int], npt.NDArray[np.int8]]:
    folder = resources.files("tocsin")
    words = folder.joinpath("word_vectors.txt").read_text(encoding="ascii").split()
    rows = np.frombuffer(folder.joinpath("word_vectors.i8").read_bytes(), dtype=np.int8)
    return {word: place for place, word in enumerate(words)}, rows.reshape(len(words), -1)


def dimensions() -> int:
    """How many numbers a direction has."""
    return int(_table()[1].shape[1])


def direction(words: Iterable[str]) -> Floats:
    """Return where folded words point together: unit length, or all zeros where none of them is known."""
    known, rows = _table()
    places = [place for word in words if (place := known.get(word)) is not None]
    if not places:
        return np.zeros(rows.shape[1], dtype=np.float32)
    return unit(rows[places].sum(axis=0, dtype=np.float32))


def unit(vector: Floats) -> Floats:
    """Return the vector at length 1; zeros stay."""
    length = float(np.sqrt(vector @ vector))
    return vector / np.float32(length) if length else vector
