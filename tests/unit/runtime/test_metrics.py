"""What an operator sees of a swap of watchlists."""

from __future__ import annotations

import pytest

from tocsin.runtime.metrics import LISTS_SHOWN, Metrics

SIZE = {"seconds": 1.5, "rules": 3, "always_run": 1, "patterns": 70}


@pytest.fixture
def metrics():
    return Metrics()


def test_versions_that_came_and_went_are_counted(metrics):
    """A swap counts each version that is new to it, and each that it took the place of or removed."""
    metrics.swapped(10, {"a": 1, "b": 1}, **SIZE)
    metrics.swapped(11, {"a": 2, "c": 1}, **SIZE)
    assert metrics.value("tocsin_watchlist_swaps_total") == 2
    assert metrics.value("tocsin_watchlist_versions_applied_total") == 4
    assert metrics.value("tocsin_watchlist_versions_superseded_total") == 2
    assert metrics.value("tocsin_watchlist_version", watchlist="a") == 2
    assert b'watchlist="b"' not in metrics.text()
    assert metrics.value("tocsin_watchlist_set_revision") == 11
    assert metrics.value("tocsin_watchlists") == 2
    assert metrics.value("tocsin_watchlist_compile_seconds") == 1.5
    assert metrics.value("tocsin_rules") == 3
    assert metrics.value("tocsin_rules_always_run") == 1
    assert metrics.value("tocsin_patterns") == 70


def test_a_thousand_lists_do_not_make_a_thousand_series(metrics):
    """Names come from outside: only so many have a gauge of their own; all are counted."""
    metrics.swapped(1, {f"list-{number:04}": 7 for number in range(1000)}, **SIZE)
    assert metrics.text().count(b"tocsin_watchlist_version{") == LISTS_SHOWN
    assert metrics.value("tocsin_watchlists") == 1000


def test_rules_run_are_counted_and_spread(metrics):
    """The sum of all, and how many an article took."""
    for count in (0, 3, 40):
        metrics.rules_run(count)
    assert metrics.value("tocsin_rules_run_total") == 43
    assert metrics.value("tocsin_rules_run_per_article_bucket", le="5.0") == 2
    assert metrics.value("tocsin_rules_run_per_article_count") == 3
