"""A real stack for tests that look from outside: one server of our own, scorers as processes, plain Redis to see them by.

Nothing here reaches into the program: processes are started by their command line and judged by what is in Redis.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import redis

from tocsin.runtime.embedded import EmbeddedServer

ROOT = Path(__file__).parents[1]
WATCHLISTS = ROOT / "config" / "watchlists"
CHANNEL = "korea-desk"
LOG = f"alerts:{{{CHANNEL}}}"
TICKS = os.sysconf("SC_CLK_TCK")
SCORER = [sys.executable, "-m", "tocsin", "score"]


def until(holds: Callable[[], bool], seconds: float, pause: float = 0.05) -> bool:
    """Ask until it holds, or the time is over; say which. A server that is down counts as *not yet*."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if holds():
                return True
        except (redis.ConnectionError, redis.TimeoutError):
            pass
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)


class Process:
    """One process of ours, with its log in a file."""

    def __init__(self, command: list[str], log: Path, environment: dict[str, str]) -> None:
        self.log = log
        self._sink = log.open("ab")
        self._popen = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=self._sink, stderr=self._sink)
        self.pid = self._popen.pid

    @property
    def code(self) -> int | None:
        """Exit status; None while it runs."""
        return self._popen.poll()

    def send(self, number: signal.Signals) -> None:
        """Send a signal, unless it has ended."""
        if self.code is None:
            self._popen.send_signal(number)

    def end(self, number: signal.Signals = signal.SIGTERM, seconds: float = 20) -> int:
        """Send a signal and wait for the end; return the exit status. What does not end in time is killed."""
        self.send(number)
        try:
            self._popen.wait(seconds)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()
        self._sink.close()
        return int(self._popen.returncode)

    def cpu_seconds(self) -> float:
        """Processor time used so far, by it and by its children that still live."""
        return sum(_cpu(pid) for pid in (self.pid, *_children(self.pid)))

    def peak_bytes(self) -> int:
        """Most memory that it ever held (resident)."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))


class Stack:
    """A server in a fresh folder with the sample watchlists applied; use it as a context.

    Args:
        settings: further settings of every process, as the environment spells them without ``TOCSIN_``.
        watchlists: folder or file to apply; None applies nothing.
    """

    def __init__(self, *, watchlists: Path | None = WATCHLISTS, **settings: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="tocsin-stack-")
        self.folder = Path(self._folder.name)
        self.server = EmbeddedServer(self.folder)
        self.settings = settings
        self.processes: list[Process] = []
        self._watchlists = watchlists

    def __enter__(self) -> Self:
        self.server.start()
        self.redis: Any = redis.Redis.from_url(self.server.url, protocol=2)
        try:
            if self._watchlists is not None:
                self.command("watchlists", "apply", str(self._watchlists))
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self.processes:
            process.end(signal.SIGKILL)
        self.redis.close()
        self.server.stop()
        self._folder.cleanup()

    def environment(self, **settings: str) -> dict[str, str]:
        """The environment of a process of this stack."""
        ours = {
            "REDIS__URL": self.server.url,
            "DATA_DIR": str(self.folder),
            "TELEMETRY__PORT": "0",
            "LOG__FORMAT": "json",
        }
        named = {f"TOCSIN_{name}": value for name, value in (ours | self.settings | settings).items()}
        # Byte code is written, whatever the shell says: a start that compiles every module anew takes twice as long.
        dropped = ("TOCSIN_", "PYTHONDONTWRITEBYTECODE")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
        return kept | named

    def command(self, *arguments: str) -> str:
        """Run a ``tocsin`` command to its end and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "tocsin", *arguments],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"tocsin {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr[-3000:]}")
        return done.stdout

    def start(self, command: list[str] | None = None, **settings: str) -> Process:
        """Start a process, a scorer unless another command is given."""
        log = self.folder / f"process-{len(self.processes)}.log"
        process = Process(command or SCORER, log, self.environment(**settings))
        self.processes.append(process)
        return process

    def group(self, stream: str = "articles", group: str = "tocsin") -> dict[str, Any] | None:
        """What the server says about the consumer group; None where there is none."""
        try:
            found = self.redis.xinfo_groups(stream)
        except redis.ResponseError:
            return None
        return next((one for one in found if one["name"] in {group, group.encode()}), None)

    def drained(self, stream: str = "articles", group: str = "tocsin") -> bool:
        """Whether every entry was read and acknowledged. The lag that the server states is void after deletions."""
        state = self.group(stream, group)
        if state is None or state["pending"]:
            return False
        last = self.redis.xrevrange(stream, count=1)
        return not last or _number(last[0][0]) <= _number(state["last-delivered-id"])

    def alerts(self, channel: str = CHANNEL) -> list[tuple[bytes, bytes]]:
        """The channel's whole log: (stream id, document)."""
        return [(identity, fields[b"data"]) for identity, fields in self.redis.xrange(f"alerts:{{{channel}}}")]

    def dead_letters(self, stream: str = "articles") -> list[dict[bytes, bytes]]:
        """Every dead letter's fields."""
        return [fields for _, fields in self.redis.xrange(f"{stream}:dead")]


def _number(identity: bytes) -> tuple[int, int]:
    milliseconds, _, sequence = identity.decode().partition("-")
    return int(milliseconds), int(sequence or 0)


def _cpu(pid: int) -> float:
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return 0.0
    return (int(after_name[11]) + int(after_name[12])) / TICKS


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *_children(child)]
    return found
