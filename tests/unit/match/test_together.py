"""Rules that need several words: by arrays or one by one, those are found that have their words."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tocsin.match import together
from tocsin.match.together import Together

PATTERNS, WORDS, RULES = 12, 6, 8
anchors = st.lists(st.lists(st.integers(0, RULES - 1), max_size=4), min_size=PATTERNS, max_size=PATTERNS)
words = st.lists(st.lists(st.integers(1, WORDS), max_size=2), min_size=PATTERNS, max_size=PATTERNS)
needed = st.lists(st.lists(st.integers(1, WORDS), min_size=1, max_size=5, unique=True), min_size=RULES, max_size=RULES)


@pytest.mark.parametrize("few", [-1, 48])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.tuples(anchors, words, needed, st.sets(st.integers(0, PATTERNS - 1))))
def test_rules_whose_words_are_there(monkeypatch, few, drawn):
    """Exactly those that a pattern brings up and whose three rarest words are among the patterns, by either way."""
    anchors, words, needed, found = drawn
    monkeypatch.setattr(together, "_FEW", few)
    there = {word for pattern in found for word in words[pattern]}
    expected = {
        rule for pattern in found for rule in anchors[pattern] if there.issuperset(needed[rule][: together._LOOKED_AT])
    }
    assert Together(anchors, words, dict(enumerate(needed))).rules(found) == expected


def test_nothing_filed():
    """Without a rule, or without anything found, there is none."""
    assert Together([], [], {}).rules(set()) == set()
    assert Together([()], [(1,)], {}).rules({0}) == set()
