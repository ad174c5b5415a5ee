"""Going on after an interruption: what is kept, how often, and how Ctrl-C waits for a place to stop at."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import msgspec

from tocsin.apps import backtest_state as state
from tocsin.apps.backtest_compare import Comparison
from tocsin.apps.backtest_input import Place
from tocsin.apps.backtest_lines import Tally
from tocsin.apps.backtest_output import Output
from tocsin.apps.backtest_sides import Known, Side
from tocsin.errors import Refused

EVERY_S = 10.0  # between two checkpoints at the least …
SHARE = 0.05  # … and no more than this share of the time goes into them
_EXIT_TERMINATED = 128 + signal.SIGTERM


class Counted(msgspec.Struct):
    """What a run has counted so far."""

    tally: Tally
    comparison: Comparison
    articles: int = 0
    problems: int = 0  # lines that are no article


class _Memory(msgspec.Struct):
    known: list[Known]
    counted: Counted


class Resume:
    """Keeps the state of a run in a file.

    Args:
        path: the file.
        identity: what must be the same for a run to go on, by what it is called in a message.
        every_s: seconds between two checkpoints.
        clock: seconds, from any zero.
    """

    def __init__(
        self, path: Path, identity: dict[str, str], *, every_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._path = path
        self._identity = identity
        self._every_s = every_s
        self._clock = clock
        self._next = clock() + every_s

    def begin(self, sides: Sequence[Side], counted: Counted, output: Path | None) -> tuple[Place, int, Counted]:
        """Return where to go on, the bytes of output that count, and what was counted; ``sides`` know what they knew.

        Raises:
            Refused: the file is damaged or of another run; or there is none, and the output is there already.
        """
        found = state.load(self._path, self._identity)
        if found is None:
            if output is not None and output.exists() and output.stat().st_size:
                raise Refused(
                    f"--output {output} is there already, but no state in --resume {self._path} to go on from. "
                    "Name the state file that goes with it, or delete the output to begin anew."
                )
            state.save(self._path, self._checkpoint(sides, counted, Place(), 0))
            return Place(), 0, counted
        memory = state.unpack(found.memory)
        for side, known in zip(sides, memory.known, strict=True):
            side.known = known
        return found.place, found.written, memory.counted

    @property
    def due(self) -> bool:
        """Whether it is time for a checkpoint."""
        return self._clock() >= self._next

    def save(self, sides: Sequence[Side], counted: Counted, place: Place, output: Output) -> None:
        """Write a checkpoint; the output up to it is on the disk first."""
        began = self._clock()
        state.save(self._path, self._checkpoint(sides, counted, place, output.flush()))
        ended = self._clock()
        self._next = ended + max(self._every_s, (ended - began) / SHARE)

    def finish(self) -> None:
        """The run is over: the same command begins a new one."""
        self._path.unlink(missing_ok=True)

    def _checkpoint(self, sides: Sequence[Side], counted: Counted, place: Place, written: int) -> state.Checkpoint:
        memory = _Memory([side.known for side in sides], counted)
        return state.Checkpoint(identity=self._identity, place=place, written=written, memory=state.pack(memory))


class Stop:
    """Whether a signal asked for an end. A second Ctrl-C does not wait."""

    def __init__(self) -> None:
        self.asked: int | None = None

    def __call__(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the signature is signal's
        """Take note of a signal."""
        if self.asked is not None:
            raise KeyboardInterrupt
        self.asked = number

    def end(self) -> BaseException:
        """Return what ends the command, with the exit code that the signal stands for."""
        return SystemExit(_EXIT_TERMINATED) if self.asked == signal.SIGTERM else KeyboardInterrupt()


@contextmanager
def stopping() -> Iterator[Stop]:
    """Let Ctrl-C and SIGTERM wait until a checkpoint can be written."""
    stop = Stop()
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
