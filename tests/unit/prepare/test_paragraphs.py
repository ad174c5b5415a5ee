"""Where paragraphs end."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.prepare import paragraphs


def split(text):
    return [text[start:end].strip() for start, end in paragraphs.split(text)]


def test_blank_lines():
    """A blank line parts, one of white space too, with any line end."""
    assert split("One.\n\nTwo.\r\n\r\nThree.\n \t\nFour.") == ["One.", "Two.", "Three.", "Four."]


def test_long_lines_are_paragraphs():
    """Where lines are not cut at a width, each is a paragraph."""
    first, second = "The first " + "word " * 40 + "end.", "The second " + "word " * 70 + "end."
    assert split(f"A heading\n{first}\n{second}") == ["A heading", first, second]


WIRE = """THE ARMY SAID TODAY THAT A PATROL HAD COME UNDER FIRE FROM REBELS
HIDING IN THE HILLS ABOVE THE VILLAGE AND THAT TWO SOLDIERS WERE HURT
BEFORE HELP ARRIVED.
A SPOKESMAN FOR THE REBELS DENIED THAT ANY OF THEIR UNITS HAD BEEN IN
THE AREA AND BLAMED BANDITS."""


def test_lines_cut_at_a_width():
    """The end of a full line is white space; a line that is shorter than it had to be ends a paragraph."""
    first, second = split(WIRE)
    assert first.startswith("THE ARMY")
    assert first.endswith("ARRIVED.")
    assert second.startswith("A SPOKESMAN")


def test_cut_line_that_ends_early():
    """A line that comes to no stop goes on, though the next word would have fitted."""
    assert len(split(WIRE.replace("FROM REBELS\nHIDING", "FROM\nREBELS HIDING"))) == 2


def test_two_cut_lines():
    """Two lines are enough when the first is full and comes to no stop."""
    text = "SOLDIERS OF THE NORTHERN BRIGADE WERE SEEN THIS MORNING CROSSING\nTHE RIVER."
    assert len(split(text)) == 1


@pytest.mark.parametrize("text", ["Storm hits\nThe storm hit the coast.", "Shake hands\nIn a photo they shake hands."])
def test_heading_above_a_sentence(text):
    """A heading is a paragraph of its own."""
    assert split(text) == text.split("\n")


def test_small_letter_goes_on():
    """A line that begins with a small letter goes on from one without a stop."""
    assert len(split("The soldiers crossed\nthe border.")) == 1
    assert len(split("The soldiers crossed.\nthe border")) == 2


@settings(deadline=None)
@given(st.text(st.sampled_from("ab A.\n\r\t\u2028")))
def test_nothing_is_lost(text):
    """Paragraphs are in order, do not overlap, and all that is not white space is in one."""
    spans = paragraphs.split(text)
    assert spans == sorted(spans)
    assert all(left[1] <= right[0] for left, right in itertools.pairwise(spans))
    inside = {at for start, end in spans for at in range(start, end)}
    assert all(at in inside for at, char in enumerate(text) if not char.isspace())
