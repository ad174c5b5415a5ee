"""Contenders in processes of their own, run in turns: A B C A B C …, so that what the machine does beside hits all alike.

A contender is sent to its process before it is built. Memory is what the process holds after building less what it held
before (phrases and texts are there already). Time is CPU time of the process.

The first third of the inputs warms up; every turn then goes through inputs that the contender has not seen before, as a
stream would: what remembers words (spaCy's tokeniser does) is helped by its memory as far as it would be there.
"""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple, Protocol, Self

_TURN_LIMIT_S = 600.0
_AGAIN = 20  # inputs before those of a turn that are gone through again, untimed: the processor's caches were another's


class Task(NamedTuple):
    """What is measured in turns: goes through some of the inputs and returns how much it found in them."""

    run: Callable[[Sequence[Any]], int]
    inputs: Sequence[Any]


class Contender(Protocol):
    """Something to measure. It must be picklable until it is prepared."""

    @property
    def environment(self) -> Mapping[str, str]:
        """Variables that its process has besides."""

    def prepare(self) -> None:
        """Import libraries. Not measured. Raises ImportError where one is not installed."""

    def build(self) -> None:
        """Make ready. Measured once."""

    def tasks(self) -> Mapping[str, Task]:
        """Return what is measured, by name. All have as many inputs."""


@dataclass(frozen=True)
class Built:
    """What building took. Bytes are resident memory; ``peak`` is the most there was at any time, less what was before."""

    cpu_s: float
    held: int
    peak: int


@dataclass
class Measured:
    """A task of a contender: microseconds an input of each turn, and what it found in all these inputs together."""

    us: list[float] = field(default_factory=list)
    found: int = 0
    inputs: int = 0

    @property
    def median(self) -> float:
        """Microseconds."""
        return statistics.median(self.us)

    @property
    def each(self) -> float:
        """What was found in one input."""
        return self.found / self.inputs if self.inputs else 0.0


class Left(Exception):
    """A contender that is left out, and why."""


class Worker:
    """The process of a contender; use it as a context.

    Raises:
        Left: when it is entered: the contender needs what is not installed, failed, or took too long to build.
    """

    def __init__(self, contender: Contender, *, limit_s: float = 300.0) -> None:
        self._contender, self._limit_s = contender, limit_s
        self.built = Built(0.0, 0, 0)

    def __enter__(self) -> Self:
        context = multiprocessing.get_context("spawn")
        self._end, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, self._contender), daemon=True)
        with _environment(self._contender.environment):
            self._process.start()
        theirs.close()
        try:
            self.built = self._answer(self._limit_s)
        except Left:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self._end.close()
        self._process.kill()
        self._process.join()

    def turn(self, task: str, first: int, last: int) -> tuple[float, int]:
        """Run a task over inputs ``first`` to ``last`` (exclusive); return CPU seconds and what it found."""
        self._end.send((task, first, last))
        answer: tuple[float, int] = self._answer(_TURN_LIMIT_S)
        return answer

    def _answer(self, seconds: float) -> Any:
        if not self._end.poll(seconds):
            raise Left(f"not done after {seconds:.0f} s")
        try:
            answer = self._end.recv()
        except EOFError:
            self._process.join()
            raise Left(f"its process ended with {self._process.exitcode}") from None
        if isinstance(answer, str):
            raise Left(answer)
        return answer


def interleaved(
    workers: Mapping[str, Worker], tasks: Sequence[str], *, inputs: range, rounds: int, apart: bool = True
) -> dict[str, dict[str, Measured]]:
    """Run tasks of all workers in turns, so many rounds each.

    Args:
        workers: by name.
        tasks: those that a worker has not (``tasks`` of its contender) must not be named here.
        inputs: which of each task's.
        rounds: turns of each worker and task.
        apart: no two tasks go through the same inputs.

    Returns:
        By task and worker.
    """
    found = {task: {name: Measured() for name in workers} for task in tasks}
    first = inputs.start + len(inputs) // 3
    step = max(1, (inputs.stop - first) // (rounds * (len(tasks) if apart else 1)))
    for task in tasks:
        for worker in workers.values():
            worker.turn(task, inputs.start, first)
    for _ in range(rounds):
        for task in tasks:
            for name, worker in workers.items():
                _note(found[task][name], worker.turn(task, first, first + step), step)
            first += step if apart else 0
        first += 0 if apart else step
    return found


def _note(measured: Measured, turn: tuple[float, int], inputs: int) -> None:
    measured.us.append(turn[0] / inputs * 1e6)
    measured.found += turn[1]
    measured.inputs += inputs


def ratios(theirs: Measured, ours: Measured) -> list[float]:
    """How many times as much theirs took, turn by turn."""
    return [one / other for one, other in zip(theirs.us, ours.us, strict=True)]


def middle(values: Sequence[float]) -> list[float]:
    """Median, least and most, as they are written down."""
    return [round(one, 3) for one in (statistics.median(values), min(values), max(values))]


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _serve(end: Connection, contender: Contender) -> None:
    try:
        contender.prepare()
        end.send(_build(contender))
        tasks = contender.tasks()
        while True:
            task, first, last = end.recv()
            end.send(_turn(tasks[task], first, last))
    except (EOFError, BrokenPipeError):
        pass  # nobody asks any more
    except ImportError as error:
        end.send(f"not installed: {error.name or error}")
    except Exception as error:  # noqa: BLE001 - whatever a library trips over, the others go on
        end.send(f"{type(error).__name__}: {error}")


def _build(contender: Contender) -> Built:
    before = resident()
    began = time.process_time()
    contender.build()
    spent = time.process_time() - began
    peak = status("VmHWM")
    after = resident()
    gc.freeze()  # what was built lives to the end: the collector need not walk it
    return Built(spent, max(0, after - before), max(0, peak - before))


def _turn(task: Task, first: int, last: int) -> tuple[float, int]:
    task.run(task.inputs[max(0, first - _AGAIN) : first])
    inputs = task.inputs[first:last]
    began = time.process_time()
    found = task.run(inputs)
    return time.process_time() - began, found


def resident() -> int:
    """Return bytes of resident memory, what is merely not given back left out."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)  # freed pages go back, so that they are not counted
    return status("VmRSS")


def status(name: str) -> int:
    """Return a size of this process (``VmRSS``, ``VmHWM``) in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))
