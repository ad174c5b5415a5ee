"""Rules that need several words, and which of them have all of theirs in an article.

Of a hundred thousand rules some thousands share their rarest word with an article and a handful all their words: telling
them apart is one pass over arrays. Where few words were found, arrays cost more than they save.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

_LOOKED_AT = 3  # words of a rule besides its anchor, the rarest: what has these is looked at closely anyway
_FEW = 48  # patterns found, and rules that they bring up, that are gone through one by one
_ALWAYS = 0  # a word that is always there: a rule with fewer words has it in the place of the others

Places = npt.NDArray[np.int64]


class Together:
    """Immutable. Patterns, rules and words are numbers; the words are numbered from 1."""

    def __init__(
        self, anchors: Sequence[Iterable[int]], words: Sequence[Iterable[int]], needed: Mapping[int, Sequence[int]]
    ) -> None:
        """Lay out what is asked.

        Args:
            anchors: of each pattern, the rules that it brings up.
            words: of each pattern, the words that it is.
            needed: of each rule, the words that it needs all of, the rarest first.
        """
        self._rows, rules = _laid_out(anchors)
        self._at, self._words = _laid_out(words)
        self._rules = rules
        self._needed = [
            np.array([_word(needed[rule], place) for rule in rules.tolist()], dtype=np.int32)
            for place in range(_LOOKED_AT)
        ]
        self._count = 1 + max(int(column.max(initial=_ALWAYS)) for column in (self._words, *self._needed))

    def rules(self, patterns: Collection[int]) -> set[int]:
        """Return the rules that these patterns bring up, each pattern given once, and that have their words among them."""
        if not (patterns and len(self._rules) and len(self._words)):
            return set()
        rows = self._rows
        if len(patterns) <= _FEW:
            brought_up = [row for one in patterns for row in range(rows[one], rows[one + 1])]
            if len(brought_up) <= _FEW:
                return self._one_by_one(patterns, brought_up) if brought_up else set()
        return self._at_once(np.fromiter(patterns, dtype=np.int64, count=len(patterns)))

    def _one_by_one(self, patterns: Iterable[int], rows: Iterable[int]) -> set[int]:
        at, words = self._at, self._words
        there = {_ALWAYS}
        there.update(words.item(place) for one in patterns for place in range(at[one], at[one + 1]))
        return {self._rules.item(row) for row in rows if all(column.item(row) in there for column in self._needed)}

    def _at_once(self, patterns: Places) -> set[int]:
        there = np.zeros(self._count, dtype=np.bool_)
        there[_ALWAYS] = True
        there[self._words.take(_ranges(self._at, patterns))] = True
        rows = _ranges(self._rows, patterns)
        for column in self._needed:
            rows = rows.compress(there.take(column.take(rows)))
        return set(self._rules.take(rows).tolist())


def _word(needed: Sequence[int], place: int) -> int:
    return needed[place] if place < len(needed) else _ALWAYS


def _laid_out(lists: Sequence[Iterable[int]]) -> tuple[array[int], npt.NDArray[np.int32]]:
    """Return the lists one after another: where each begins, one more at the end, and what is in them."""
    starts, members = array("q", [0]), array("i")
    for one in lists:
        members.extend(one)
        starts.append(len(members))
    return starts, np.array(members, dtype=np.int32)


def _ranges(starts: array[int], numbers: Places) -> Places:
    """Return the places of all members of these lists."""
    bounds = np.frombuffer(starts, dtype=np.int64)
    begins = bounds.take(numbers)
    sizes = bounds.take(numbers + 1) - begins
    ends = sizes.cumsum()
    places: Places = np.arange(ends[-1]) + (begins - ends + sizes).repeat(sizes)
    return places
