"""The breaker: opens on articles given up, closes by a trial."""

from __future__ import annotations

import pytest

from tocsin.runtime.breaker import Breaker


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def breaker(clock):
    return Breaker(failures=3, window_s=60, clock=clock)


def test_it_opens_on_enough_within_the_window(breaker, clock) -> None:
    """Three within a minute; one that lies further back does not count."""
    breaker.given_up()
    clock.now = 30
    breaker.given_up()
    assert breaker.allows()
    clock.now = 60
    breaker.given_up()  # the first is a minute old
    assert breaker.allows()
    clock.now = 61
    breaker.given_up()
    assert not breaker.allows()
    assert "given up" in breaker.reason()


def test_failures_alone_do_not_open_it(breaker) -> None:
    """Only what was given up counts: a failure may yet be tried again."""
    for _ in range(100):
        breaker.failed()
    assert breaker.allows()
    assert breaker.reason() is None


def open_it(breaker) -> None:
    for _ in range(3):
        breaker.given_up()
    assert not breaker.allows()


def test_a_good_trial_closes_it(breaker, clock) -> None:
    """After the window one trial is let through; until it has gone well the reason stands."""
    open_it(breaker)
    clock.now = 59.9
    assert not breaker.allows()
    clock.now = 60
    assert breaker.allows()
    assert breaker.reason() is not None
    breaker.succeeded()
    assert breaker.reason() is None
    breaker.given_up()
    breaker.given_up()
    assert breaker.allows()  # what was before is forgotten


def test_a_bad_trial_opens_it_again(breaker, clock) -> None:
    """One failure in the trial is enough, and the window begins anew."""
    open_it(breaker)
    clock.now = 60
    assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()
    clock.now = 119
    assert not breaker.allows()
    clock.now = 120
    assert breaker.allows()


def test_success_while_open_proves_nothing(breaker) -> None:
    """A batch that was in hand when it opened does not close it."""
    open_it(breaker)
    breaker.succeeded()
    assert not breaker.allows()
