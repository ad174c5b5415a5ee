"""Windows that hold all words of a phrase: the fast way against trying every combination."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.match.windows import Window, adjacent, windows

places = st.lists(st.integers(0, 14), min_size=1, max_size=6, unique=True).map(
    lambda firsts: [(first, first + 1) for first in sorted(firsts)]
)
words = st.lists(places, min_size=1, max_size=3)


def every(words, between):
    """All windows of distinct tokens, the tightest first."""
    found = []
    for chosen in itertools.product(*words):
        if len(set(chosen)) == len(chosen):
            ordered = tuple(sorted(chosen))
            first, last = ordered[0][0], ordered[-1][1]
            if last - first - len(chosen) <= between:
                found.append(Window(last - first - len(chosen), first, last, ordered))
    return sorted(found, key=lambda window: (window.between, window.first))


@settings(deadline=None)
@given(words, st.integers(0, 6))
def test_same_as_trying_everything(words, between):
    """There is a window exactly where some combination fits, the tightest is among them, and all are true ones."""
    expected = every(words, between)
    found = windows(words, between=between, shared=True)
    assert bool(found) == bool(expected)
    if found:
        assert min(window.between for window in found) == expected[0].between
    assert all(window in expected for window in found)


@settings(deadline=None)
@given(words, st.integers(0, 6))
def test_no_two_overlap(words, between):
    """Windows come in text order and share no token."""
    found = windows(words, between=between, shared=True)
    assert all(left.last <= right.first for left, right in itertools.pairwise(found))


def test_one_token_is_not_two_words():
    """*talk talks* needs two tokens where either word could be either."""
    both = [(0, 1), (3, 4)]
    assert windows([both, both], between=5, shared=True) == [Window(2, 0, 4, ((0, 1), (3, 4)))]
    assert windows([both[:1], both[:1]], between=5, shared=True) == []


def test_between_counts_the_other_words():
    """Words of two tokens are no other words."""
    assert windows([[(0, 2)], [(3, 4)]], between=1, shared=False) == [Window(1, 0, 4, ((0, 2), (3, 4)))]
    assert windows([[(0, 2)], [(3, 4)]], between=0, shared=False) == []


def test_adjacent():
    """Side by side and in order, or not at all."""
    assert adjacent([[(0, 1), (4, 5)], [(1, 3), (6, 7)]]) == [Window(0, 0, 3, ((0, 1), (1, 3)))]
    assert adjacent([[(2, 3)], [(1, 2)]]) == []


def test_adjacent_with_alternatives_of_other_lengths():
    """*the cease talks* and *the cease-fire talks*: whichever leads on to the last word; of two ends the further."""
    cease = [(1, 2), (1, 3)]
    assert adjacent([[(0, 1)], cease, [(3, 4)]]) == [Window(0, 0, 4, ((0, 1), (1, 3), (3, 4)))]
    assert adjacent([[(0, 1)], cease, [(2, 3)]]) == [Window(0, 0, 3, ((0, 1), (1, 2), (2, 3)))]
    assert adjacent([[(0, 1)], cease]) == [Window(0, 0, 3, ((0, 1), (1, 3)))]


def test_a_word_many_times_in_a_phrase():
    """Trying all ways to tell them apart would take years."""
    places = [(place, place + 1) for place in range(11)]
    assert windows([places] * 12, between=5, shared=True) == []
    assert windows([places] * 11, between=5, shared=True) == [Window(0, 0, 11, tuple(places))]
