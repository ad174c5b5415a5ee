"""A rule's offset follows from its marks alone, moves the way they say, and never far."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.score.odds import log_odds, logistic
from tocsin.score.offsets import LIMIT, PRIOR_MARKS, offset_of, shifted

SCORES = st.floats(0.0, 1.0)
MARKS = st.lists(st.tuples(SCORES, st.booleans()), max_size=40)


def test_no_marks_no_offset():
    """A rule that nobody marked is scored as it was."""
    assert offset_of([]) == 0.0
    assert shifted(0.4321, 0.0) == 0.4321


@given(MARKS, SCORES)
def test_one_more_noise_mark_never_raises_the_offset_and_a_useful_one_never_lowers_it(marks, score):
    """Whoever marks can rely on the direction, whatever was marked before."""
    assert offset_of([*marks, (score, False)]) <= offset_of(marks) <= offset_of([*marks, (score, True)])


@given(MARKS, st.randoms(use_true_random=False))
def test_the_order_of_marks_does_not_matter(marks, random):
    """Every scorer comes to the same number, in whatever order it met the marks."""
    mixed = list(marks)
    random.shuffle(mixed)
    assert offset_of(mixed) == offset_of(marks)


@given(MARKS)
def test_an_offset_is_bounded(marks):
    """However many marks say the same."""
    assert -LIMIT <= offset_of(marks) <= LIMIT


@given(SCORES, SCORES, st.floats(-LIMIT, LIMIT), st.floats(-LIMIT, LIMIT))
def test_a_shifted_score_keeps_the_order_and_stays_a_probability(one, other, offset, further):
    """More score, or more offset, is never less."""
    low, high = sorted((one, other))
    assert 0.0 <= shifted(low, offset) <= shifted(high, offset) + 1e-12 <= 1.0 + 1e-12
    small, large = sorted((offset, further))
    if small and large:
        assert shifted(one, small) <= shifted(one, large) + 1e-12


@given(st.floats(0.001, 0.999), st.floats(-LIMIT, LIMIT))
def test_the_score_before_the_offset_can_be_told_from_the_one_with_it(score, offset):
    """An alert says score and offset; a mark on it is about the score before."""
    assert shifted(shifted(score, offset), -offset) == pytest.approx(score, abs=1e-9)


def test_many_marks_bring_the_score_to_what_readers_find():
    """Of articles at 0.7 a quarter is useful: with enough marks the score says 0.25, with few it has only begun to."""
    few, many = ([(0.7, number % 4 == 0) for number in range(count)] for count in (8, 400))
    assert shifted(0.7, offset_of(many)) == pytest.approx(0.25, abs=0.03)
    assert 0.4 < shifted(0.7, offset_of(few)) < 0.6


def test_the_prior_is_worth_as_many_marks_as_it_says():
    """As many marks at even odds as the prior is worth move the offset about half of the way that they ask for."""
    marks = [(0.5, number % 5 != 0) for number in range(PRIOR_MARKS)]
    assert 0.35 < offset_of(marks) / log_odds(0.8) < 0.6


def test_log_odds_and_logistic_undo_each_other():
    """At the edges too, as far as a rounded score can tell."""
    assert logistic(log_odds(0.3)) == pytest.approx(0.3)
    assert math.isfinite(log_odds(0.0))
    assert math.isfinite(log_odds(1.0))
