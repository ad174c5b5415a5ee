"""Watchlist files to documents: which files a path means, and what each holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tocsin.concepts import placed
from tocsin.concepts.placed import Placed
from tocsin.errors import Problem
from tocsin.model.article import digest
from tocsin.watchlists import language
from tocsin.watchlists.validation import validate

MAX_BYTES = 4 * placed.MAX_CHARACTERS  # refused before it is read: a character has four bytes at most
SUFFIXES = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class Source:
    """One watchlist as written. A file may hold several, parted by lines of three hyphens."""

    placed: Placed
    document: language.Document

    @property
    def content_hash(self) -> str:
        """Hash of what is said, whatever the layout, the comments and the order of keys."""
        return content_hash(self.placed.data)


def content_hash(data: object) -> str:
    """Return the hash of a document's data: 24 hex characters of its canonical JSON."""
    return digest(canonical(data))


def canonical(data: object) -> str:
    """Return one JSON text for equal data."""
    import json  # noqa: PLC0415 - the standard library's is the one that sorts keys

    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def read_paths(paths: Iterable[Path]) -> tuple[list[Source], list[Problem]]:
    """Read files, and of folders every .yaml, .yml and .json file in them (not in their subfolders), by name."""
    sources: list[Source] = []
    problems: list[Problem] = []
    for path in paths:
        files = sorted(file for file in path.iterdir() if file.suffix in SUFFIXES) if path.is_dir() else [path]
        if not files:
            problems.append(Problem(str(path), 0, "the folder has no watchlist (.yaml, .yml, .json)."))
        for file in files:
            found, wrong = _read_file(file)
            sources += found
            problems += wrong
    return sources, problems


def _read_file(file: Path) -> tuple[list[Source], list[Problem]]:
    try:
        if file.stat().st_size > MAX_BYTES:
            return [], [Problem(str(file), 0, f"the file is over {MAX_BYTES:,} bytes.", remedy="Split it.")]
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        return [], [Problem(str(file), 0, f"cannot be read: {error.strerror}.")]
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return [], [Problem(str(file), line, "this is not UTF-8.", remedy="Save the file as UTF-8.")]
    return read_text(text, file=str(file))


def read_text(text: str, *, file: str, first_line: int = 1) -> tuple[list[Source], list[Problem]]:
    """Read the watchlists of one text."""
    documents, problems = placed.read(text, file=file, first_line=first_line)
    if not documents and not problems:
        problems.append(Problem(file, 0, "the file holds no watchlist.", remedy="Begin with `watchlist: a-name`."))
    sources = []
    for document in documents:
        model, wrong = validate(document)
        problems += wrong
        if model is not None:
            sources.append(Source(document, model))
    return sources, problems
