"""A back-test for tests that ends itself: ``python backtest_process.py HOW:N OPTIONS…``, the options those of the command.

It writes a state after every chunk. HOW says what happens at the Nth: ``before`` (killed, the output ahead of the state),
``torn`` (killed, the new state half written), ``after`` (killed), ``interrupt`` and ``terminate`` (the signal, as from a
keyboard or an init system), ``worker`` (a worker is killed), ``none``.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from pathlib import Path
from typing import Any

from tocsin.apps import backtest_command, backtest_resume, backtest_state
from tocsin.cli import main

_save = backtest_state.save
_count = 0


def _ended(how: str, at: int) -> Any:
    def save(path: Path, checkpoint: backtest_state.Checkpoint) -> None:
        global _count  # noqa: PLW0603 - one process, one run
        _count += 1
        if _count != at:
            _save(path, checkpoint)
            return
        if how == "torn":
            path.with_name(f"{path.name}.part").write_bytes(b"tocsin backtest 1\nhalf")
        if how in {"before", "torn"}:
            _die(path)
        _save(path, checkpoint)
        if how == "after":
            _die(path)
        if how in {"interrupt", "terminate"}:
            os.kill(os.getpid(), signal.SIGINT if how == "interrupt" else signal.SIGTERM)
        if how == "worker":
            os.kill(multiprocessing.active_children()[0].pid or 0, signal.SIGKILL)

    return save


def _die(path: Path) -> None:
    pids = [str(child.pid) for child in multiprocessing.active_children()]
    path.with_name("workers").write_text(" ".join(pids))
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    how, _, number = sys.argv.pop(1).partition(":")
    backtest_state.save = _ended(how, int(number or 0))
    backtest_resume.SHARE = float("inf")  # of the time: a state after every chunk, whatever it costs
    _asked = backtest_command.Asked

    def _often(**options: Any) -> backtest_command.Asked:
        return _asked(**options, checkpoint_s=0.0)

    backtest_command.Asked = _often  # type: ignore[assignment, misc]
    main()
