"""How far a back-test is, how fast it goes and how long it will take: on standard error, for whoever waits."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

EVERY_S = 10.0  # between two lines where standard error is no terminal: none at all for a short run
_TOLD_FROM_S = 0.5  # a rate over less says nothing


def how_far(lines: int, seconds: float, done: float | None, *, began: float = 0.0) -> str:
    """Say it in words.

    Args:
        lines: worked on so far, in this run.
        seconds: that it took.
        done: share of the input that is done, 0..1; None where nobody knows.
        began: share of it that an earlier run had done.
    """
    rate = lines / seconds if seconds > 0 else 0.0
    told = [f"{lines:,} lines", f"{rate:,.0f}/s"]
    if done is not None:
        told.append(f"{done:.0%}")
    if done is not None and done > began and seconds >= _TOLD_FROM_S:
        told.append(f"{_duration(seconds * (1 - done) / (done - began))} left")
    return ", ".join(told)


class Meter:
    """A bar on a terminal; elsewhere a line every ten seconds.

    Args:
        console: standard error.
        began: share of the input that an earlier run had done, 0..1; None where its length is not known.
        clock: seconds, from any zero.
    """

    def __init__(self, console: Console, began: float | None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._began = began or 0.0
        self._since = self._said = clock()
        self._lines = 0
        self._bar: Progress | None = None
        if console.is_terminal:
            self._bar = Progress(BarColumn(), TextColumn("{task.description}"), console=console, transient=True)
            self._task = self._bar.add_task("starting", total=None if began is None else 1.0)

    def __enter__(self) -> Self:
        """Show the bar, where there is one."""
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Take the bar away; after a long run that came to its end, say what it was."""
        if self._bar is not None:
            self._bar.stop()
        if kind is None and self._clock() - self._since >= EVERY_S:
            seconds = self._clock() - self._since
            self._console.print(f"{how_far(self._lines, seconds, None)}, {_duration(seconds)} in all.", markup=False)

    def advance(self, lines: int, done: float | None) -> None:
        """Take note of lines that were worked on, and of the share of the input that is done; say so when it is time."""
        self._lines += lines
        now = self._clock()
        if self._bar is None and now - self._said < EVERY_S:
            return
        told = how_far(self._lines, now - self._since, done, began=self._began)
        if self._bar is not None:
            self._bar.update(self._task, completed=done or 0.0, description=told)
        else:
            self._said = now
            self._console.print(told, markup=False)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
