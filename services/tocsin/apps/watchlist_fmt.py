"""`tocsin watchlists fmt`: files in canonical form, or which ones are not."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import Console

from tocsin.apps.watchlists import report
from tocsin.errors import Problem, Refused
from tocsin.watchlists.formatting import format_text
from tocsin.watchlists.source import MAX_BYTES, SUFFIXES

_STANDARD_INPUT = "-"


def fmt(paths: list[Path], *, check: bool = False, out: Console, err: Console) -> int:
    """Write files in canonical form, each whole or not at all.

    Args:
        paths: files, or folders of them; ``-`` alone reads standard input and writes standard output.
        check: write nothing, name the files that would change.

    Returns:
        0; 1 where a file has errors, or, with ``check``, would change.

    Raises:
        Refused: ``-`` stands beside files, or a path is not there.
    """
    if Path(_STANDARD_INPUT) in paths:
        if len(paths) > 1:
            raise Refused("- is standard input; name it alone, or name files.")
        return _standard_input(check=check, err=err)
    failed, changed, seen = False, 0, 0
    for file in _files(paths, err):
        seen += 1
        before, problems = _read(file)
        after = None
        if before is not None:
            after, problems = format_text(before.decode("utf-8-sig"), file=str(file))
        if after is None:
            failed = True
            report(problems, err)
        elif after.encode() != before:
            changed += 1
            out.print(str(file), markup=False, soft_wrap=True)
            if not check:
                _write(file, after)
    word = "would change" if check else "changed"
    err.print(f"{seen} file{'' if seen == 1 else 's'}, {changed} {word}.", markup=False)
    return 1 if failed or (check and changed) else 0


def _standard_input(*, check: bool, err: Console) -> int:
    raw = sys.stdin.buffer.read()
    try:
        before = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        report([_not_utf8("<standard input>", error)], err)
        return 1
    after, problems = format_text(before, file="<standard input>")
    if after is None:
        report(problems, err)
        return 1
    if check:
        return 0 if after.encode() == raw else 1
    sys.stdout.buffer.write(after.encode())
    sys.stdout.flush()
    return 0


def _files(paths: Iterable[Path], err: Console) -> Iterator[Path]:
    for path in paths:
        if not path.exists():
            raise Refused(f"{path}: no such file or folder.")
        for file in sorted(one for one in path.iterdir() if one.suffix in SUFFIXES) if path.is_dir() else [path]:
            if file.suffix == ".json":
                err.print(f"{file}: JSON is left as it is.", markup=False)
            else:
                yield file


def _read(file: Path) -> tuple[bytes | None, list[Problem]]:
    try:
        if file.stat().st_size > MAX_BYTES:
            return None, [Problem(str(file), 0, f"the file is over {MAX_BYTES:,} bytes.", remedy="Split it.")]
        raw = file.read_bytes()
        raw.decode()
    except OSError as error:
        return None, [Problem(str(file), 0, f"cannot be read: {error.strerror}.")]
    except UnicodeDecodeError as error:
        return None, [_not_utf8(str(file), error)]
    return raw, []


def _not_utf8(file: str, error: UnicodeDecodeError) -> Problem:
    line = error.object.count(b"\n", 0, error.start) + 1
    return Problem(file, line, "this is not UTF-8.", remedy="Save the file as UTF-8.")


def _write(file: Path, text: str) -> None:
    """Replace the file at once, so that whoever is interrupted has the old one or the new one."""
    target = file.resolve()  # a link stays a link
    fresh = target.with_name(f".{target.name}.new")
    try:
        fresh.write_bytes(text.encode())
        shutil.copymode(target, fresh)
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)
