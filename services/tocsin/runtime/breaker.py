"""The breaker: when article after article is given up after failing in our code, the fault is ours: stop consuming.

Malformed entries never count. Open, nothing is read and readiness says why. After ``window_s`` one trial is let through
(half-open): a failure in our code opens it again, a clean batch closes it. A restart starts closed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable


class Breaker:
    """Counts entries given up within a window.

    Args:
        failures: entries given up within the window that open it.
        window_s: seconds; also how long it stays open before a trial.
        clock: monotonic seconds.
    """

    def __init__(self, *, failures: int, window_s: float, clock: Callable[[], float]) -> None:
        self._failures = failures
        self._window_s = window_s
        self._clock = clock
        self._given_up: deque[float] = deque()
        self._opened_at: float | None = None
        self._trial = False

    def given_up(self) -> None:
        """An entry was given up after failing in our code."""
        now = self._clock()
        self._given_up.append(now)
        while self._given_up[0] <= now - self._window_s:
            self._given_up.popleft()
        if len(self._given_up) >= self._failures:
            self._open(now)

    def failed(self) -> None:
        """Our code failed on an entry (it may yet be tried again): a trial has not gone well."""
        if self._trial:
            self._open(self._clock())

    def succeeded(self) -> None:
        """A batch went through without a failure in our code."""
        if self._trial:
            self._trial = False
            self._opened_at = None
            self._given_up.clear()

    def allows(self) -> bool:
        """Whether reading may go on; turns into a trial once the window has passed."""
        if self._opened_at is None:
            return True
        if self._clock() - self._opened_at >= self._window_s:
            self._trial = True
        return self._trial

    def reason(self) -> str | None:
        """What readiness says; None while it is closed."""
        if self._opened_at is None:
            return None
        return (
            f"breaker open: {self._failures} articles were given up within {self._window_s:g} s after failing in our code; "
            f"see the dead letters and the log"
        )

    def _open(self, now: float) -> None:
        self._opened_at = now
        self._trial = False
