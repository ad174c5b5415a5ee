"""The index counts exactly what a scan of all articles would count."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.story import shingles
from tocsin.story.shingles import ShingleIndex

HASH_SETS = st.lists(st.frozensets(st.integers(0, 60), max_size=30), min_size=1, max_size=25)


def as_hashes(values: frozenset[int]):
    return np.array(sorted(values), dtype=np.uint32)


@given(articles=HASH_SETS, query=st.frozensets(st.integers(0, 60), max_size=30), fresh=st.integers(1, 40))
@settings(deadline=None)
def test_agrees_with_comparing_every_article(articles, query, fresh):
    """Whatever has settled into arrays and whatever is still fresh: the counts are set intersections."""
    before = shingles._FRESH_HASHES
    shingles._FRESH_HASHES = fresh
    try:
        index = ShingleIndex()
        for one in articles:
            index.add(as_hashes(one))
        counts = dict(index.shared(as_hashes(query)))
    finally:
        shingles._FRESH_HASHES = before
    assert counts == {number: len(one & query) for number, one in enumerate(articles) if one & query}


@pytest.mark.parametrize("settled", [False, True])
def test_what_every_article_has_says_nothing(settled):
    """A sentence under each article of a site makes none a copy of another, fresh or settled; the rest still counts."""
    boilerplate = frozenset(range(5))
    index = ShingleIndex()
    for number in range(shingles.COMMON + 1):
        index.add(as_hashes(boilerplate | {100 + number}))
    if settled:
        index._settle()
    assert dict(index.shared(as_hashes(boilerplate | {103}))) == {3: 1}
