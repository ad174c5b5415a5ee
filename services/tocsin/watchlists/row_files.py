"""Files of entities to rows: CSV, JSON lines, and exports in the form of FollowTheMoney. Streamed; each may be .gz.

========== ================================================================================================
CSV, TSV   a header with the columns id, name and, where wanted, aliases, weak (several parted by ;), type
JSONL      the same keys, one object a line; aliases and weak may be lists
FtM JSONL  ``{"id", "schema", "caption", "properties": {"name": [], "alias": [], "weakAlias": []}}``
========== ================================================================================================
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import IO

import msgspec

from tocsin.watchlists.row_checks import Bad, Checks
from tocsin.watchlists.rows import Row

MAX_ROWS = 5_000_000
MAX_LINE = 2**20  # bytes
COLUMNS = ("id", "name", "aliases", "weak", "type")
_BLOCK = 2**18  # bytes that are read at once
_CSV, _JSON = (".csv", ".tsv", ".txt"), (".jsonl", ".ndjson", ".json")
_SCHEMATA = {
    "Person": "PERSON", "Company": "ORG", "Organization": "ORG", "PublicBody": "ORG", "LegalEntity": "ORG",
    "Vessel": "PRODUCT",
}  # fmt: skip


class Unusable(Exception):
    """The file as a whole cannot be read; ``line`` is 0 where no line is to blame."""

    def __init__(self, message: str, remedy: str = "", *, line: int = 0) -> None:
        super().__init__(message)
        self.message, self.remedy, self.line = message, remedy, line


@dataclass(slots=True)
class Notes:
    """What was seen besides rows: entities of other schemata by schema, columns or keys that nothing reads."""

    skipped: Counter[str] = field(default_factory=Counter)
    unread: list[str] = field(default_factory=list)


def read(
    path: Path, *, kind: str | None = None, notes: Notes | None = None, progress: Callable[[int], None] | None = None
) -> Iterator[Row | Bad]:
    """Read a file row by row.

    Args:
        path: a file.
        kind: the type of rows that have none.
        notes: filled in on the way.
        progress: told, now and then, how many bytes of the file have been read.

    Raises:
        Unusable: the file as a whole cannot be read.
    """
    suffix = Path(path.name.removesuffix(".gz")).suffix.lower()
    if suffix not in _CSV + _JSON:
        raise Unusable(f"{path.name} is neither .csv nor .jsonl.", "Save it as CSV or JSONL (.gz may follow).")
    notes = notes or Notes()
    checks = Checks(kind)
    count = 0
    try:
        with path.open("rb") as raw:
            file: IO[bytes] = gzip.GzipFile(fileobj=raw) if path.name.endswith(".gz") else raw  # type: ignore[assignment]
            lines = _lines(file, raw, progress)
            for count, one in enumerate(
                _csv(lines, checks, notes) if suffix in _CSV else _jsonl(lines, checks, notes), 1
            ):
                if count > MAX_ROWS:
                    raise Unusable(f"the file has over {MAX_ROWS:,} rows.", "Split it into two groups.")
                yield one
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise Unusable(f"the file is damaged ({error}).", "Compress it again.") from error
    except OSError as error:
        raise Unusable(f"the file cannot be read: {error.strerror}.") from error
    if not count and not notes.skipped:
        raise Unusable("the file has no rows.", "Write one row for each entity, or delete the group.")


def _lines(file: IO[bytes], raw: IO[bytes], progress: Callable[[int], None] | None) -> Iterator[str]:
    """Return the lines, their ends included; what is no UTF-8 in them is a lone surrogate."""
    rest = file.read(3)
    if rest[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        raise Unusable("the file is UTF-16.", "Save it as UTF-8.", line=1)
    rest = rest.removeprefix(codecs.BOM_UTF8)
    number = 1
    while block := file.read(_BLOCK):
        whole, end, rest_of_block = block.rpartition(b"\n")
        whole, rest = (rest + whole + end, rest_of_block) if end else (b"", rest + block)
        if len(rest) > MAX_LINE:
            raise Unusable(
                f"the line is over {MAX_LINE:,} bytes.", "Write one row a line.", line=number + whole.count(b"\n")
            )
        number += whole.count(b"\n")
        yield from io.StringIO(whole.decode("utf-8", "surrogateescape"), newline="")
        if progress is not None:
            progress(raw.tell())
    if rest:
        yield rest.decode("utf-8", "surrogateescape")


def _csv(lines: Iterator[str], checks: Checks, notes: Notes) -> Iterator[Row | Bad]:
    delimiter, columns = _columns(next(lines, ""), notes)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    width, line = len(columns), 2
    pick = itemgetter(*(columns.index(name) if name in columns else width for name in COLUMNS))
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield Bad(
                line, f"the row cannot be read: {error}.", 'Close every quote, and write " in a quoted cell as "".'
            )
            line = reader.line_num + 2
            continue
        if cells is None:
            return
        if len(cells) == width:
            cells.append("")  # what a column that is not there holds
            id_, name, aliases, weak, kind = pick(cells)
            found = id_, name, _parted(aliases) if aliases else (), _parted(weak) if weak else (), kind
            yield checks.row(line, found)
        elif cells:
            yield Bad(line, f"the row has {len(cells)} columns, the header {width}.",
                      f'Put a cell that holds {delimiter!r} into "quotes".')  # fmt: skip
        line = reader.line_num + 2


def _columns(header: str, notes: Notes) -> tuple[str, list[str]]:
    """Return the delimiter that makes most of the header, and the names of its columns."""
    read_as = [(delimiter, _split(header, delimiter)) for delimiter in (",", ";", "\t")]
    delimiter, columns = max(read_as, key=lambda one: sum(name in COLUMNS for name in one[1]))
    if not header.strip():
        raise Unusable("the file is empty.", "Begin with the header id,name,aliases,weak,type.")
    for name in COLUMNS:
        if columns.count(name) > 1:
            raise Unusable(f"the header names the column {name!r} twice.", "Delete or rename one.", line=1)
        if name in {"id", "name"} and name not in columns:
            raise Unusable(f"the header has no column {name!r}: it is {header.strip()[:100]!r}.",
                           "Begin with the header id,name,aliases,weak,type (the last three may be missing).", line=1)  # fmt: skip
    notes.unread += [name for name in columns if name and name not in COLUMNS]
    return delimiter, columns


def _split(header: str, delimiter: str) -> list[str]:
    try:
        cells = next(csv.reader([header], delimiter=delimiter), [])
    except csv.Error:
        return []
    return [cell.strip().lower() for cell in cells]


def _parted(cell: str) -> tuple[str, ...]:
    return tuple([part for one in cell.split(";") if (part := one.strip())])


class _Properties(msgspec.Struct):
    name: list[str] = []
    alias: list[str] = []
    weakAlias: list[str] = []  # noqa: N815 - as it is written there


class _Object(msgspec.Struct):
    """A line of either form."""

    id: str | int = ""
    name: str | None = None
    aliases: str | list[str] | None = None
    weak: str | list[str] | None = None
    type: str | None = None
    schema: str = ""
    caption: str | None = None
    properties: _Properties | None = None

    def row(self, line: int, checks: Checks) -> Row | Bad:
        """Return the row."""
        if self.properties is None:
            aliases, weak = _listed(self.aliases), _listed(self.weak)
            return checks.row(line, (str(self.id), self.name or "", aliases, weak, self.type or ""))
        names = [*self.properties.name, *self.properties.alias]
        name = self.caption or (names[0] if names else "")
        aliases = tuple(other for other in dict.fromkeys(names) if other != name)
        weak = tuple(self.properties.weakAlias)
        return checks.row(line, (str(self.id), name, aliases, weak, _SCHEMATA[self.schema]))


_object = msgspec.json.Decoder(_Object)


def _listed(value: str | list[str] | None) -> tuple[str, ...]:
    return _parted(value) if isinstance(value, str) else tuple(value or ())


def _jsonl(lines: Iterator[str], checks: Checks, notes: Notes) -> Iterator[Row | Bad]:
    known = {*COLUMNS, "schema", "caption", "properties"}
    fresh = True
    for number, line in enumerate(lines, 1):
        if line.isspace():
            continue
        try:
            found = _object.decode(line)
            if fresh and found.properties is None:
                notes.unread += [
                    key for key in msgspec.json.decode(line, type=dict[str, msgspec.Raw]) if key not in known
                ]
        except (msgspec.DecodeError, UnicodeError) as error:
            yield Bad(number, f"the line is no row: {error}.", 'Write one object a line: {"id": "a1", "name": "Acme"}.')
            continue
        fresh = False
        if found.properties is not None and found.schema not in _SCHEMATA:
            notes.skipped[found.schema] += 1
            continue
        yield found.row(number, checks)
