"""Progress says how far, how fast and how long yet; off a terminal it is quiet."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from tocsin.apps.backtest_progress import EVERY_S, Meter, how_far


def said(console: Console) -> str:
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


class Hands:
    """A clock that stands where it was put."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("lines", "seconds", "done", "began", "told"),
    [
        (0, 0.0, None, 0.0, "0 lines, 0/s"),
        (1200, 2.0, None, 0.0, "1,200 lines, 600/s"),
        (1200, 2.0, 0.25, 0.0, "1,200 lines, 600/s, 25%, 6 s left"),
        (1200, 60.0, 0.75, 0.5, "1,200 lines, 20/s, 75%, 1 min 00 s left"),
        (1200, 3600.0, 0.1, 0.0, "1,200 lines, 0/s, 10%, 9 h 00 min left"),
        (5, 0.1, 0.5, 0.5, "5 lines, 50/s, 50%"),
    ],
)
def test_it_is_said_in_words(lines, seconds, done, began, told):
    """The time left is reckoned from this run's own pace; where nothing is known of it, it is not told."""
    assert how_far(lines, seconds, done, began=began) == told


def test_off_a_terminal_a_short_run_says_nothing_and_a_long_one_a_line_every_ten_seconds():
    """Logs of a job that runs every night stay readable."""
    console, clock = Console(file=io.StringIO(), width=200), Hands()
    with Meter(console, 0.0, clock=clock) as meter:
        for tenth in range(1, 11):
            clock.now += 0.1
            meter.advance(10, tenth / 1000)
        assert said(console) == ""
        clock.now += EVERY_S
        meter.advance(10, 0.5)
        meter.advance(10, 0.5)
        clock.now += EVERY_S / 2
        meter.advance(10, 0.6)
    assert said(console).splitlines() == ["110 lines, 10/s, 50%, 11 s left", "130 lines, 8/s, 16 s in all."]


def test_a_run_that_failed_does_not_say_that_it_is_over():
    """The error is the last word."""
    console, clock = Console(file=io.StringIO(), width=200), Hands()
    meter = Meter(console, None, clock=clock)
    clock.now += 2 * EVERY_S
    meter.__exit__(ValueError, ValueError("broken"), None)
    assert said(console) == ""


def test_on_a_terminal_there_is_a_bar():
    """It shows the same words, and goes away at the end."""
    console = Console(file=io.StringIO(), width=200, force_terminal=True)
    with Meter(console, None) as meter:
        meter.advance(64, None)
    assert "64 lines" in said(console)
