"""Groups: entities that stand in a file beside the list, or, once published, in chunks of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Protocol

import numpy as np

from tocsin.concepts.phrases import PhraseError
from tocsin.errors import Problem
from tocsin.model.article import digest
from tocsin.model.roster import Part, Roster
from tocsin.watchlists import language
from tocsin.watchlists.bulk import roster
from tocsin.watchlists.group_checks import unwise
from tocsin.watchlists.patches import GroupRecord, Patch, combined, decode
from tocsin.watchlists.row_checks import Bad
from tocsin.watchlists.row_files import COLUMNS, Notes, Unusable, read
from tocsin.watchlists.rows import Row, Rows, line_of, row_of, rows_in, taken

_FORMAT = "1"  # goes into the keys of rosters: another number where the same rows make another roster
_SHOWN = 20  # bad rows that are told one by one
_Found = tuple[tuple[Part, ...], list[Problem]]

Progress = Callable[[Path], AbstractContextManager[Callable[[int], None]]]
"""Opens a display of one file, and is told how many of its bytes have been read."""


class GroupLoader(Protocol):
    """Where a group's entities come from: the parts that they are, and what is wrong with them."""

    def __call__(self, name: str, spec: language.Group, file: str) -> tuple[tuple[Part, ...], list[Problem]]:
        """Return the group's parts; ``file`` is the watchlist's."""


class Files:
    """A ``GroupLoader`` that reads files beside the list, and keeps their rows, so that they can be published.

    Args:
        progress: shows how far a file has been read.
    """

    def __init__(self, progress: Progress | None = None) -> None:
        self._progress = progress
        self._rows: dict[tuple[str, str, language.Group], Rows] = {}

    def __call__(self, name: str, spec: language.Group, file: str) -> _Found:
        """Read the group's file."""
        found = _beside(name, spec.from_, file)
        if isinstance(found, Problem):
            return (), [found]
        made = _read(found, spec, self._progress)
        if isinstance(made, list):
            return (), made
        rows, problems = made
        self._rows[file, name, spec] = rows
        part = Part(roster(name, rows.rows()), group=name, key=_key(name, rows.digest))
        return (part,), [*problems, *unwise(part.roster, str(found))]

    def rows(self, name: str, spec: language.Group, file: str) -> Rows | None:
        """Return the rows of a group that was read."""
        return self._rows.get((file, name, spec))


def from_files(name: str, spec: language.Group, file: str) -> _Found:
    """Read the file that stands beside the list; its rows are not kept."""
    return Files()(name, spec, file)


def _beside(name: str, written: str, file: str) -> Path | Problem:
    """The file that is meant: in the folder of the list, or below it."""

    def wrong(message: str, remedy: str) -> Problem:
        return Problem(file, 0, f"{name}: {message}", remedy=remedy)

    if not Path(file).is_file():
        return wrong("`from:` stands in a list that is no file.", "Name the entities in the list itself.")
    folder = Path(file).resolve().parent
    if "://" in written:
        return wrong(f"{written} is an address.", "Save the file beside the list, and write its name.")
    path = folder / written
    if Path(written).is_absolute() or ".." in Path(written).parts or not path.resolve().is_relative_to(folder):
        return wrong(f"{written} is not in the folder of the list.", "Put the file there or below, and write its name.")
    if not path.is_file():
        return wrong(f"there is no file {written} beside the list.", "Put it there, or correct the name.")
    return Path(file).parent / written


def _read(path: Path, spec: language.Group, progress: Progress | None) -> tuple[Rows, list[Problem]] | list[Problem]:
    """The rows of a file and warnings, or the errors that refuse it."""
    lines: list[bytes] = []
    bad: list[Bad] = []
    notes, count = Notes(), 0
    try:
        with progress(path) if progress is not None else nullcontext() as tell:
            for row in read(path, kind=spec.type, notes=notes, progress=tell):
                if isinstance(row, Row):
                    lines.append(line_of(row))
                else:
                    count += 1
                    bad += [row] if count <= _SHOWN else []
    except Unusable as error:
        return [Problem(str(path), error.line, error.message, remedy=error.remedy)]
    severity = "warning" if spec.bad_rows == "skip" else "error"
    problems = [Problem(str(path), one.line, one.message, severity, one.remedy) for one in bad]
    if count > _SHOWN:
        problems.append(Problem(str(path), 0, f"{count - _SHOWN:,} more rows are bad.", severity))
    if count and severity == "error":
        remedy = "Or write `bad_rows: skip` beside `from:`, to go on without them."
        return [*problems, Problem(str(path), 0, f"{count:,} of {len(lines) + count:,} rows are bad.", remedy=remedy)]
    if not lines:
        return [*problems, Problem(str(path), 0, "the file has no row that could be used.", remedy="Correct it.")]
    return Rows(lines), [*problems, *_noted(notes, path)]


def _noted(notes: Notes, path: Path) -> Iterator[Problem]:
    if notes.unread:
        yield Problem(
            str(path), 1, f"nothing reads {', '.join(notes.unread[:10])}.", "warning",
            f"The names that count are {', '.join(COLUMNS)}.",
        )  # fmt: skip
    if notes.skipped:
        told = ", ".join(f"{schema or 'without schema'} {count:,}" for schema, count in notes.skipped.most_common(5))
        total = notes.skipped.total()
        left_out = "1 entity is left out" if total == 1 else f"{total:,} entities are left out"
        yield Problem(str(path), 0, f"{left_out}: {told}.", "warning")


def from_chunks(
    records: Mapping[str, GroupRecord],
    chunks: Mapping[str, bytes],
    rosters: MutableMapping[str, Roster] | None = None,
) -> GroupLoader:
    """Return a ``GroupLoader`` over published rows.

    Args:
        records: where the rows of each group are.
        chunks: as they are kept, by name: of each group its patches, and its base where ``rosters`` does not have it.
        rosters: bases that are compiled already, by ``base_key``; those that are made are added.

    A group that was patched is two parts: its base, in which the rows that count no more are struck out, and a small one.
    The loader raises ``NotReady`` where a chunk is missing or damaged.
    """

    def load(name: str, spec: language.Group, file: str) -> _Found:  # noqa: ARG001 - what the protocol gives
        if name not in records:
            remedy = "Apply the list again."
            return (), [Problem(file, 0, f"the list was published without the rows of {name}.", remedy=remedy)]
        try:
            return _parts(name, records[name], chunks, {} if rosters is None else rosters), []
        except PhraseError as error:
            return (), [Problem(file, 0, f"{name}/{error.message}", remedy=error.remedy)]

    return load


def base_key(name: str, record: GroupRecord) -> str:
    """Return the key of the roster that a published group's base is."""
    return _key(name, digest(*record.base))


def _key(name: str, rows: str) -> str:
    return f"{name}:{rows}:{_FORMAT}"


def _parts(
    name: str, record: GroupRecord, chunks: Mapping[str, bytes], rosters: MutableMapping[str, Roster]
) -> tuple[Part, ...]:
    key = base_key(name, record)
    base = rosters.get(key)
    if base is None:
        base = rosters[key] = roster(name, (row for chunk in record.base for row in rows_in(taken(chunk, chunks))))
    if not record.patches:
        return (Part(base, group=name, key=key),)
    patch = combined(decode(taken(one, chunks)) for one in record.patches)
    parts = [Part(base, group=name, key=key, struck=_struck(patch, len(base)))]
    if patch.lines:
        more = roster(name, map(row_of, patch.lines))
        parts.append(Part(more, group=name, key=_key(name, digest(*record.base, *record.patches))))
    return tuple(parts)


def _struck(patch: Patch, count: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    struck = np.zeros(count, dtype=np.bool_)
    struck[list(patch.struck)] = True
    return struck
