"""Directions of words."""

from __future__ import annotations

import numpy as np
import pytest

from tocsin.vectors import dimensions, direction


def test_words_of_one_thing_point_together():
    """Texts that tell of one thing are nearer to one another than to others."""
    kidnapping = direction("gunmen abducted the priest and hold him hostage".split())
    ransom = direction("kidnappers demand ransom for the captive".split())
    harvest = direction("the wheat harvest fell after the drought".split())
    assert kidnapping @ ransom > 0.3 > kidnapping @ harvest


@pytest.mark.parametrize("words", [[], ["qwxzyv"], ["ереван", "東京"], ["\x1e", "12"]])
def test_what_is_in_no_dictionary_points_nowhere(words):
    """Unknown words are left out; of nothing but such, the direction is zeros."""
    assert direction(words).shape == (dimensions(),)
    assert not direction(words).any()
    assert np.array_equal(direction([*words, "harvest"]), direction(["harvest"]))


def test_a_direction_has_length_one():
    """Length says nothing: a text twice over points where it pointed."""
    once, twice = direction(["storm", "flood"]), direction(["storm", "flood"] * 2)
    assert np.linalg.norm(once) == pytest.approx(1.0)
    assert np.allclose(once, twice)


def test_names_point_nowhere():
    """Who and where says nothing of what happens."""
    assert not direction(["colombia", "salvador", "jakarta", "clinton"]).any()
