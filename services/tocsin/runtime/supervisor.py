"""`tocsin up`: the embedded server (or the one that is named) and one child process of each kind, kept running.

The supervisor runs in the main thread and does nothing but wait: for a child that ends (it is started again, later each
time it dies young), for the server that ends, and for the signal to stop. Children end with it, the server last.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Self

import structlog

from tocsin.runtime.embedded import EmbeddedServer, embedded
from tocsin.runtime.parent import die_with_parent
from tocsin.settings import Settings

log = structlog.get_logger("tocsin.up")

FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 30.0
GROWN_UP_S = 60.0  # a child that lived this long is started again at once
STOP_S = 30.0  # for the batch in hand; then it is killed, and its entries are claimed
LOOK_S = 1.0  # the server is not our child where a watchdog runs it: look after it now and then


@dataclass(slots=True)
class _Child:
    kind: str
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    wait_s: float = FIRST_WAIT_S
    due_at: float = 0.0


@dataclass(slots=True)
class _Signals:
    """Turns signals into a pipe that can be waited on."""

    stop: int | None = None
    _before: dict[int, object] = field(default_factory=dict)
    _pipe: tuple[int, int] = (-1, -1)

    def __enter__(self) -> Self:
        self._pipe = os.pipe()
        for end in self._pipe:
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._pipe[1], warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
            self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        signal.set_wakeup_fd(-1)
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type] # what signal.signal returned goes back
        for end in self._pipe:
            os.close(end)

    def wait(self, seconds: float) -> None:
        """Return after this long, or as soon as a signal has come."""
        ready, _, _ = select.select([self._pipe[0]], [], [], seconds)
        if ready:
            os.read(self._pipe[0], 1024)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        if number != signal.SIGCHLD:
            self.stop = number


class Supervisor:
    """Runs the processes of one machine.

    Args:
        settings: as loaded; children read the same environment, with the server's address added.
        kinds: of processes, one child each; a kind is a command of ``python -m tocsin``.
        ready: called with the server's address once it answers, before any child starts.
        command: how a child is started; for tests.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        kinds: Sequence[str],
        ready: Callable[[str], None] = lambda _url: None,
        command: Callable[[str], list[str]] = lambda kind: [sys.executable, "-m", "tocsin", kind],
    ) -> None:
        self._settings = settings
        self._children = [_Child(kind) for kind in kinds]
        self._ready = ready
        self._command = command
        self._server: EmbeddedServer | None = None

    def run(self) -> int:
        """Run until SIGTERM or SIGINT; return the exit code, 0.

        Raises:
            AlreadyRunning: another supervisor has the data folder.
            NotReady: there is no server and none can be started.
        """
        with _Signals() as signals:
            try:
                url = self._serve()
                self._ready(url)
                while signals.stop is None:
                    self._look_after(url)
                    signals.wait(self._next_due())
                log.info("stopping", signal=signal.Signals(signals.stop).name)
            finally:
                self._stop_children()
                if self._server is not None:
                    self._server.stop()
        return 0

    def _serve(self) -> str:
        if self._settings.redis.url is not None:
            return self._settings.redis.url.get_secret_value()
        server = embedded(self._settings)
        url = server.start()
        self._server = server
        log.info("server", url=url, pid=server.pid, folder=str(server.folder))
        return url

    def _look_after(self, url: str) -> None:
        if self._server is not None and not self._server.alive():
            log.error("server_died")
            self._server.restart()
        now = time.monotonic()
        for child in self._children:
            if child.process is not None and (code := child.process.poll()) is not None:
                self._bury(child, code, now)
            if child.process is None and now >= child.due_at:
                self._start(child, url, now)

    def _start(self, child: _Child, url: str, now: float) -> None:
        child.process = subprocess.Popen(  # noqa: S603 - our own command
            self._command(child.kind),
            env={**os.environ, "TOCSIN_REDIS__URL": url},
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is ours to pass on
            preexec_fn=die_with_parent(),  # noqa: PLW1509 - no other thread
        )
        child.started_at = now
        log.info("child_started", kind=child.kind, pid=child.process.pid)

    def _bury(self, child: _Child, code: int, now: float) -> None:
        if now - child.started_at >= GROWN_UP_S:
            child.wait_s = FIRST_WAIT_S
        log.error("child_ended", kind=child.kind, exit_code=code, again_in_s=child.wait_s)
        child.process = None
        child.due_at = now + child.wait_s
        child.wait_s = min(child.wait_s * 2, LONGEST_WAIT_S)

    def _next_due(self) -> float:
        now = time.monotonic()
        waits = [child.due_at - now for child in self._children if child.process is None]
        return max(0.0, min([LOOK_S, *waits]))

    def _stop_children(self) -> None:
        running = [child.process for child in self._children if child.process is not None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + STOP_S
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.warning("child_killed", pid=process.pid)
                process.kill()
                process.wait()
