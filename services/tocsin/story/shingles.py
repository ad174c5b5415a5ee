"""An index from shingle hashes to the articles that have them: every open article is compared, exactly.

New articles go to a dictionary; once it is large it becomes a sorted array, and arrays of like size are merged, so that
adding costs a constant share of sorting and a look-up a few binary searches. Eight bytes a hash.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tocsin.story.fingerprint import Hashes

COMMON = 50  # articles that share a run of words from which it says nothing: a sentence that a site puts under each
_FRESH_HASHES = 30_000  # in the dictionary before they become an array: about 3 MB, merged in a few milliseconds


class ShingleIndex:
    """Counts, for a query's hashes, how many each indexed article shares. Articles are numbered as they come."""

    def __init__(self) -> None:
        self._fresh: dict[int, list[int]] = {}
        self._segments: list[tuple[Hashes, npt.NDArray[np.int32]]] = []
        self._sizes: list[int] = []

    def add(self, hashes: Hashes) -> int:
        """Index an article and return its number."""
        number = len(self._sizes)
        self._sizes.append(len(hashes))
        fresh = self._fresh
        for value in hashes.tolist():
            fresh.setdefault(value, []).append(number)
        if len(fresh) > _FRESH_HASHES:
            self._settle()
        return number

    def add_all(self, several: Sequence[Hashes]) -> int:
        """Index many articles at once, by one sort; return the number of the first."""
        first = len(self._sizes)
        sizes = [len(hashes) for hashes in several]
        self._sizes += sizes
        if sum(sizes):
            numbers = np.repeat(np.arange(first, first + len(several), dtype=np.int32), sizes)
            self._merge(_sorted(np.concatenate(several), numbers))
        return first

    def size(self, number: int) -> int:
        """How many distinct hashes an article has."""
        return self._sizes[number]

    def shared(self, hashes: Hashes) -> dict[int, int]:
        """Return article number → hashes shared with the query, for every article that shares any.

        A hash that more than ``COMMON`` articles have is left out, where they stand in one array: time is bounded too.
        """
        fresh = self._fresh
        counts: Counter[int] = Counter()
        for value in hashes.tolist():
            owners = fresh.get(value)
            if owners is not None and len(owners) <= COMMON:
                counts.update(owners)
        for values, numbers in self._segments:
            left = np.searchsorted(values, hashes, "left")
            right = np.searchsorted(values, hashes, "right")
            found = np.flatnonzero((right > left) & (right - left <= COMMON))
            if found.size:
                hit = np.concatenate([numbers[left[at] : right[at]] for at in found.tolist()])
                owners_hit, times = np.unique(hit, return_counts=True)
                counts.update(dict(zip(owners_hit.tolist(), times.tolist(), strict=True)))
        return counts

    def _settle(self) -> None:
        pairs = [(value, number) for value, numbers in self._fresh.items() for number in numbers]
        self._fresh = {}
        segment = _sorted(
            np.array([value for value, _ in pairs], dtype=np.uint32),
            np.array([number for _, number in pairs], dtype=np.int32),
        )
        self._merge(segment)

    def _merge(self, segment: tuple[Hashes, npt.NDArray[np.int32]]) -> None:
        while self._segments and len(self._segments[-1][0]) <= 2 * len(segment[0]):
            values, numbers = self._segments.pop()
            segment = _sorted(np.concatenate([values, segment[0]]), np.concatenate([numbers, segment[1]]))
        self._segments.append(segment)


def _sorted(values: Hashes, numbers: npt.NDArray[np.int32]) -> tuple[Hashes, npt.NDArray[np.int32]]:
    order = np.argsort(values, kind="stable")
    return values[order], numbers[order]
