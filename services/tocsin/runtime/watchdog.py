"""Run a command that must not outlive its parent, where the kernel has no parent-death signal.

``python -m tocsin.runtime.watchdog COMMAND …``: the parent holds the writing end of this process's standard input. When
that end closes, for whatever reason the parent is gone, the command is told to end. SIGTERM and SIGINT are passed on.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from types import FrameType

from tocsin.runtime.parent import die_with_parent


def run(command: Sequence[str]) -> int:
    """Run ``command`` until it ends or the parent is gone; return its exit code."""
    child = subprocess.Popen(  # noqa: S603 - the caller's own command
        command,
        stdin=subprocess.DEVNULL,
        pass_fds=_inherited(),
        preexec_fn=die_with_parent(),  # noqa: PLW1509 - no other thread yet; this process may be killed too
    )

    def pass_on(number: int, _frame: FrameType | None) -> None:
        child.send_signal(number)

    signal.signal(signal.SIGTERM, pass_on)
    signal.signal(signal.SIGINT, pass_on)
    threading.Thread(target=_end_with_parent, args=(child,), daemon=True).start()
    return child.wait()


def _end_with_parent(child: subprocess.Popen[bytes]) -> None:
    while os.read(0, 1024):
        pass
    child.terminate()


def _inherited() -> tuple[int, ...]:
    """Descriptors that the command must keep (the data folder's lock), named by the parent."""
    return tuple(int(number) for number in os.environ.get("TOCSIN_KEEP_FDS", "").split(",") if number)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
