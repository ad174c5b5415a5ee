"""Filters, and age: guarantee 5."""

from __future__ import annotations

import pytest

from builders import a_candidate, an_article
from tocsin.model.decision import Reason
from tocsin.model.rule import Filters
from tocsin.score.gate import admit

HOUR = 3600.0
NOW = 1_718_971_200.0
STALE = 72 * HOUR


def _admit(filters=None, **article):
    made = an_article(body="text", **{"arrived_at": NOW, **article})
    return admit(a_candidate(filters=filters or Filters()), made, now=NOW, stale_s=STALE)


@pytest.mark.parametrize(
    ("filters", "article", "passes"),
    [
        ({"lang": ("en",)}, {"lang": "en"}, True),
        ({"lang": ("en",)}, {"lang": "ru"}, False),
        ({"lang": ("en",)}, {"lang": "und"}, True),
        ({"lang": ("en",), "drop_unknown": True}, {"lang": "und"}, False),
        ({"sources": ("wire",)}, {"source": "blog"}, False),
        ({"sources": ("wire",)}, {"source": "wire"}, True),
        ({"exclude_sources": ("blog",)}, {"source": "blog"}, False),
        ({"max_age": HOUR}, {"published_at": NOW - HOUR}, True),
        ({"max_age": HOUR}, {"published_at": NOW - HOUR - 1}, False),
        ({"max_age": HOUR}, {"published_at": None}, True),
        ({"max_age": HOUR, "drop_unknown": True}, {"published_at": None}, False),
        ({"max_age": HOUR}, {"published_at": NOW + 600}, True),
    ],
)
def test_filters(filters, article, passes):
    """What is stated must fit; what is unknown passes, unless the filter drops it."""
    assert _admit(Filters(**filters), **article) is (None if passes else Reason.FILTERED)


def test_age_is_measured_at_arrival():
    """An article of yesterday that lay in the backlog for a week is late, not stale; one sent a week late is stale."""
    week = 7 * 24 * HOUR
    assert _admit(published_at=NOW - week - HOUR, arrived_at=NOW - week) is None
    assert _admit(published_at=NOW - week) is Reason.STALE
    assert _admit(published_at=NOW - STALE) is None


def test_undated_is_never_stale():
    """Unknown is not old."""
    assert _admit(published_at=None) is None


def test_filters_come_before_age():
    """Reasons are tested in the order of the contract."""
    assert _admit(Filters(lang=("ru",)), lang="en", published_at=0.0) is Reason.FILTERED
