"""Compiled watchlists on disk, by content: a replica that starts, or starts again, maps them instead of compiling.

Three kinds of file, each named by a hash of all that went into it (the words of the list, the rows of a group, the code
and the shipped word lists that compile them): a roster, a segment of names, and a compiled watchlist without its large
rosters. Whatever is missing, damaged or of another version is made anew; the folder may be emptied at any time.
Watchlists are pickles: the folder must be this user's alone, and it is made so.
"""

from __future__ import annotations

import io
import os
import pickle
import stat
import time
from collections.abc import Collection, Iterable, Iterator, MutableMapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import structlog

import tocsin
from tocsin.match.names import Names
from tocsin.model.article import digest
from tocsin.model.roster import Roster
from tocsin.model.rule import Phrase, Watchlist
from tocsin.scorer import column_files
from tocsin.scorer.column_files import BadColumns

log = structlog.get_logger("tocsin.cache")

KEPT_S = 14 * 86400.0  # a file that nothing asked for since is deleted
KEPT_BYTES = 4 << 30  # of all files: beyond, those go that were not asked for longest
_MAPPED = 20_000  # aliases; fewer are built in the time that a file takes
_OTHERS = stat.S_IWGRP | stat.S_IWOTH
_PIECE = 250  # keywords, or rules, that are unpickled in one go: a few milliseconds of the interpreter's lock
_SOURCES = ("watchlists", "concepts", "model", "match")
_PACKAGES = ("lemminflect",)  # what inflects words


class Cache(MutableMapping[str, Roster]):
    """The folder; as a mapping, rosters by key: those in use from memory, others from files.

    A cache without a folder keeps nothing on disk.
    """

    def __init__(self, folder: Path | None) -> None:
        """Open the folder, making it where it is missing; one that cannot be written is done without, and said."""
        self._rosters: dict[str, Roster] = {}
        self.folder = _usable(folder)

    def __getitem__(self, key: str) -> Roster:
        """Return a roster, from a file where it is not in use.

        Raises:
            KeyError: there is none.
        """
        roster = self._rosters.get(key)
        if roster is None:
            found = self._columns("roster", key)
            if found is None:
                raise KeyError(key)
            roster = self._rosters[key] = Roster.from_columns(*found)
        return roster

    def __setitem__(self, key: str, roster: Roster) -> None:
        """Keep a roster."""
        self._rosters[key] = roster
        self._write("roster", key, roster.columns(), roster.kinds)

    def __delitem__(self, key: str) -> None:
        """Let go of a roster; its file stays until it is old."""
        del self._rosters[key]

    def __iter__(self) -> Iterator[str]:
        """The keys of the rosters in use."""
        return iter(self._rosters)

    def __len__(self) -> int:
        """How many rosters are in use."""
        return len(self._rosters)

    def only(self, keys: Iterable[str]) -> None:
        """Let go of all rosters but these."""
        kept = set(keys)
        self._rosters = {key: roster for key, roster in self._rosters.items() if key in kept}

    def names(self, rosters: Sequence[tuple[str, Roster]]) -> Names:
        """Return the segment of some rosters: from its file, or built, written and mapped; a small one is only built."""
        if sum(len(roster.owner) for _, roster in rosters) < _MAPPED:
            return Names.build(rosters)
        key = digest(*(key for key, _ in rosters), size=16)
        found = self._columns("names", key)
        if found is None:
            names = Names.build(rosters)
            self._write("names", key, names.columns(), ())
            # Mapped, its pages are the system's to drop and other scorers' to share.
            found = self._columns("names", key)
            if found is None:
                return names
        return Names.from_columns(found[0], rosters)

    def watchlist(self, key: str) -> Watchlist | None:
        """Return a compiled watchlist; None where it is not there, or a roster of it is not."""
        found = self._columns("watchlist", key)
        if found is None:
            return None
        try:
            return _unpickled(io.BytesIO(found[0]["pickle"].data), self)
        except (
            KeyError,
            EOFError,
            pickle.UnpicklingError,
            AttributeError,
            ImportError,
            TypeError,
            ValueError,
        ) as error:
            log.warning("cache_not_read", watchlist=key, error=f"{type(error).__name__}: {error}")
            self._discard("watchlist", key)
            return None

    def put_watchlist(self, key: str, watchlist: Watchlist) -> None:
        """Keep a compiled watchlist, apart from the rosters that were put here before."""
        if self.folder is None:
            return
        file = io.BytesIO()
        _pickled(watchlist, file, self._rosters)
        self._write("watchlist", key, {"pickle": np.frombuffer(file.getbuffer(), dtype=np.uint8)}, ())

    def sweep(self, *, now: float) -> None:
        """Delete files that nothing asked for in two weeks, and the oldest where all are too large."""
        room = KEPT_BYTES
        for path, status in _by_age(self.folder):
            room -= status.st_size
            if room < 0 or status.st_mtime < now - KEPT_S:
                with suppress(OSError):  # another scorer sweeps too
                    path.unlink()

    def _path(self, kind: str, key: str) -> Path | None:
        return None if self.folder is None else self.folder / f"{kind}-{digest(kind, key, code(), size=16)}"

    def _columns(self, kind: str, key: str) -> tuple[column_files.Columns, Sequence[str]] | None:
        path = self._path(kind, key)
        if path is None:
            return None
        try:
            columns, about = column_files.read(path)
            os.utime(path)
        except FileNotFoundError:
            return None
        except (BadColumns, OSError, msgspec.DecodeError) as error:
            log.warning("cache_not_read", file=str(path), error=str(error))
            self._discard(kind, key)
            return None
        return columns, about["kinds"]

    def _discard(self, kind: str, key: str) -> None:
        """Make room for what is made anew."""
        path = self._path(kind, key)
        if path is not None:
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def _write(self, kind: str, key: str, columns: column_files.Columns, kinds: Sequence[str]) -> None:
        path = self._path(kind, key)
        if path is None or path.exists():
            return
        try:
            column_files.write(path, columns, {"kinds": list(kinds)})
        except OSError as error:  # a full disk costs a slower start, nothing else
            log.warning("cache_not_written", file=str(path), error=str(error))


@cache
def code() -> str:
    """Return a hash of all that turns the words of a watchlist into what is looked for."""
    found = [tocsin.__version__, *map(version, _PACKAGES)]
    for name in _SOURCES:
        root = Path(str(resources.files(f"tocsin.{name}")))
        files = (path for path in sorted(root.rglob("*")) if path.is_file() and path.suffix != ".pyc")
        found += [digest(f"{path.relative_to(root)}\n{path.read_text(encoding='utf-8')}") for path in files]
    folding = resources.files("tocsin").joinpath("folding.py").read_text(encoding="utf-8")
    return digest(*found, folding)


def _by_age(folder: Path | None) -> list[tuple[Path, os.stat_result]]:
    """The files of the folder, those that were asked for last first."""
    found = []
    with suppress(OSError):
        for path in folder.iterdir() if folder is not None else ():
            with suppress(OSError):
                status = path.stat()
                if stat.S_ISREG(status.st_mode):
                    found.append((path, status))
    return sorted(found, key=lambda one: -one[1].st_mtime)


def _usable(folder: Path | None) -> Path | None:
    if folder is None:
        return None
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = folder / f".probe-{os.getpid()}-{time.monotonic_ns()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        log.warning("no_cache", folder=str(folder), error=str(error))
        return None
    status = folder.stat()
    if status.st_uid != os.getuid():
        log.warning("no_cache", folder=str(folder), error="it belongs to another user")
        return None
    if status.st_mode & _OTHERS:
        log.warning("no_cache", folder=str(folder), error="others may write there: take that from them (chmod go-w)")
        return None
    return folder


class _Pickler(pickle.Pickler):
    """Writes the key of a roster in its place."""

    def __init__(self, file: io.BufferedIOBase, keys: dict[int, str]) -> None:
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self._keys = keys

    def persistent_id(self, value: Any) -> str | None:
        """Return the key of a roster that has one."""
        return self._keys.get(id(value)) if isinstance(value, Roster) else None


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BufferedIOBase, rosters: MutableMapping[str, Roster]) -> None:
        super().__init__(file)
        self._rosters = rosters

    def persistent_load(self, key: str) -> Roster:
        """Return the roster of that key."""
        return self._rosters[key]


def _pickled(watchlist: Watchlist, file: io.BufferedIOBase, rosters: Collection[str]) -> None:
    """Write a watchlist in pieces, each a pickle of its own; of the rosters that are files only the key."""
    parts = getattr(watchlist.entities, "parts", ())
    keys = {id(part.roster): part.key for part in parts if part.key in rosters}

    def put(value: object) -> None:
        _Pickler(file, keys).dump(value)

    put(msgspec.structs.replace(watchlist, keywords=(), rules=()))
    for pieces in (watchlist.keywords, watchlist.rules):
        put(len(pieces))
        for first in range(0, len(pieces), _PIECE):
            put(pieces[first : first + _PIECE])


def _unpickled(file: io.BufferedIOBase, rosters: MutableMapping[str, Roster]) -> Watchlist:
    def get() -> Any:
        return _Unpickler(file, rosters).load()

    watchlist: Watchlist = get()
    words: dict[Any, Any] = {}
    columns: list[list[Any]] = []
    for _ in range(2):
        count = get()
        found: list[Any] = []
        while len(found) < count:
            found += get()
        columns.append(found)
    keywords = [
        msgspec.structs.replace(one, phrases=tuple(_shared(phrase, words) for phrase in one.phrases))
        for one in columns[0]
    ]
    return msgspec.structs.replace(watchlist, keywords=tuple(keywords), rules=tuple(columns[1]))


def _shared(phrase: Phrase, words: dict[Any, Any]) -> Phrase:
    """The phrase with words that are kept once for all phrases: ten thousand rules say the same few thousand words."""
    return msgspec.structs.replace(phrase, words=tuple(words.setdefault(word, word) for word in phrase.words))
