"""Whether this process does its work, and if not, why: what the probes say.

*Ready* means that articles are being consumed: the last read was answered a short while ago, the group exists, its
oldest pending entry is not stuck, the breaker is shut, a watchlist set decides, the server keeps what it is given. A
ping proves none of that. *Live* means that the event loop turns; only a restart helps where it does not.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from tocsin.settings import Settings

READ_S = 15.0  # a read is answered within block_ms; a server that restarts is back within this
BEAT_S = 60.0  # a batch with much to read may hold the loop for seconds, never for this long


class Health:
    """Reasons why this process is not ready, by name; thread-safe to read.

    Args:
        settings: for how old a pending entry may get.
        clock: monotonic seconds.
    """

    def __init__(self, settings: Settings, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._stuck_s = settings.telemetry.ready_max_pending_age_s
        self._required: dict[str, Callable[[], str | None]] = {}
        self._problems: dict[str, str] = {"reading": "nothing has been read yet"}
        self._warnings: dict[str, str] = {}
        self._read_at: float | None = None
        self._beat_at = clock()
        self._oldest: tuple[str, float] | None = None  # the oldest pending entry, and since when it has been that

    def require(self, name: str, problem: Callable[[], str | None]) -> None:
        """Ask ``problem`` whenever somebody probes; it returns what is wrong, or nothing."""
        self._required[name] = problem

    def note(self, name: str, problem: str | None) -> None:
        """Set or clear a problem."""
        if problem:
            self._problems[name] = problem
        else:
            self._problems.pop(name, None)

    def warn(self, name: str, warning: str | None) -> None:
        """Set or clear what a person should know; it does not make the process unready."""
        if warning:
            self._warnings[name] = warning
        else:
            self._warnings.pop(name, None)

    def read(self) -> None:
        """A read was answered, with entries or without."""
        self._read_at = self._clock()
        self._problems.pop("reading", None)

    def oldest_pending(self, entry_id: str) -> None:
        """This is the oldest unacknowledged entry now; empty where there is none."""
        if not entry_id:
            self._oldest = None
        elif self._oldest is None or self._oldest[0] != entry_id:
            self._oldest = (entry_id, self._clock())

    def beat(self) -> None:
        """The event loop turns."""
        self._beat_at = self._clock()

    def live(self) -> str | None:
        """Return why this process should be restarted; None while it is live."""
        silence = self._clock() - self._beat_at
        return f"the event loop has not turned for {silence:.0f} s" if silence > BEAT_S else None

    def problems(self) -> dict[str, str]:
        """Return every reason why this process is not ready; empty while it is."""
        found = dict(self._problems)
        for name, ask in self._required.items():
            if problem := ask():
                found[name] = problem
        now = self._clock()
        if self._read_at is not None and now - self._read_at > READ_S:
            found.setdefault("reading", f"the last read was answered {now - self._read_at:.0f} s ago")
        if self._oldest is not None and now - self._oldest[1] > self._stuck_s:
            found["pending"] = (
                f"entry {self._oldest[0]} has been the oldest unacknowledged for {now - self._oldest[1]:.0f} s"
            )
        if dead := self.live():
            found["loop"] = dead
        return found

    def warnings(self) -> dict[str, str]:
        """Return what a person should know."""
        return dict(self._warnings)
