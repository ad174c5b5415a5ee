"""Where a back-test's rows go: standard output, or a file that can be cut back to where a checkpoint was."""

from __future__ import annotations

import fcntl
import os
import sys
from pathlib import Path
from typing import BinaryIO

import msgspec

from tocsin.apps.backtest_lines import Row
from tocsin.errors import Refused


class Output:
    """Rows as JSON lines.

    Args:
        path: of a file; None: standard output.

    Raises:
        Refused: the file cannot be written, or another back-test is writing it.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._encode = msgspec.json.Encoder().encode
        self._file: BinaryIO = sys.stdout.buffer
        if path is not None:
            self._file = _opened(path)

    def begin(self, written: int = 0) -> None:
        """Cut the file to the bytes that count.

        Raises:
            Refused: it has fewer than that.
        """
        if self._path is None:
            return
        size = self._file.seek(0, os.SEEK_END)
        if size < written:
            raise Refused(
                f"--output {self._path}: holds {size} bytes, and {written} were written when the run was interrupted. "
                "Bring that file back, or delete the state file to begin anew."
            )
        self._file.truncate(written)
        self._file.seek(written)

    def write(self, row: Row) -> None:
        """Write one row."""
        self._file.write(self._encode(row) + b"\n")

    def flush(self) -> int:
        """Hand over what is buffered; of a file, see to it that it lasts. Return the bytes written to the file."""
        self._file.flush()
        if self._path is None:
            return 0
        os.fsync(self._file.fileno())
        return self._file.tell()

    def close(self) -> None:
        """Close the file; standard output stays open."""
        self._file.flush()
        if self._path is not None:
            self._file.close()


def _opened(path: Path) -> BinaryIO:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise Refused(f"--output {path}: cannot be written: {error.strerror}.") from error
    file = os.fdopen(handle, "r+b")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise Refused(f"--output {path}: another back-test is writing it.") from error
    return file
