"""The short form of every chaos test: the same faults, a few of each (``make chaos`` runs the long form)."""

from __future__ import annotations

import pytest

from chaos.malformed import malformed
from chaos.poison import poison
from chaos.storm import MARGIN_S, Plan, storm

pytestmark = [pytest.mark.server, pytest.mark.slow]
CLAIM_IDLE_MS = 1_000


@pytest.mark.timeout(180)
def test_faults_under_load_lose_nothing_and_double_nothing():
    """Kill -9 of scorers and of the server, a cut file, a lost group, a deleted stream, an orderly stop: one alert each."""
    plan = Plan(kills=3, stops=1, server_kills=2, rate=60, claim_idle_ms=CLAIM_IDLE_MS, seed=4)
    count = storm(plan)
    assert (count.lost, count.doubled, count.dead_letters, count.bad_ends) == (0, 0, 0, 0), count.lines()
    assert count.surviving > 100, count.lines()
    assert count.recovery_s < CLAIM_IDLE_MS / 1000 + MARGIN_S, count.lines()


@pytest.mark.timeout(120)
def test_malformed_entries_harm_nothing_else():
    """Each is a dead letter with its reason; the articles between them are scored by a process that never ended."""
    count = malformed(bad=161, good=160, huge=1)
    assert count.holds, count.lines()
    assert count.largest_kept <= 2**16, count.lines()


@pytest.mark.timeout(120)
def test_an_article_that_kills_its_process_is_given_up_alone():
    """Two deaths (the limit set here) with it alone in hand make it a dead letter; the articles read with it are scored."""
    count = poison(good=60, claim_idle_ms=500, limit=2)
    assert count.holds, count.lines()
    assert count.deaths >= 2
