"""How far a large file has been read, on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

_LARGE = 20_000_000  # bytes: a few seconds


@contextmanager
def reading(err: Console, path: Path) -> Iterator[Callable[[int], None]]:
    """Show a bar while a file is read; what is yielded is told how many of its bytes have been read."""
    size = path.stat().st_size
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn()
    hidden = size < _LARGE or not err.is_terminal
    with Progress(*columns, console=err, transient=True, disable=hidden) as shown:
        task = shown.add_task(path.name, total=size)
        yield lambda done: shown.update(task, completed=done)
