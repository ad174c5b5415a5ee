"""The articles of a back-test, one JSON document a line: of a file, plain or gzipped, or of standard input.

The wall clock is never read: an article's arrival is its ``received_at``, else its ``published_at``, else the latest
arrival so far.
"""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Iterable, Iterator
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO, cast

import msgspec

from tocsin.errors import NotAnArticle, Refused
from tocsin.events import Limits, decode_article, parse_time
from tocsin.model.article import Article

EPOCH = 0.0  # arrival of an article of which nothing is known: 1970-01-01T00:00Z
MAX_LINE = 64 * 2**20  # bytes; a longer line is no article and is passed over without being held in memory
_PIECE = 2**20  # bytes of a line that is passed over, read at a time
_MARK = b"\xef\xbb\xbf"  # what some editors put at the beginning of UTF-8
_GZIP = b"\x1f\x8b"
_LIMITS = Limits(max_entry_bytes=2**30)  # a line is bounded already


class Place(msgspec.Struct, frozen=True):
    """How far the input was read: all that is needed to go on behind it."""

    number: int = 0  # lines
    end: int = 0  # their bytes, unpacked
    latest: float = EPOCH  # the latest arrival among them


class Line(msgspec.Struct, frozen=True):
    """One article line: where it stood, the article or why it is none, and the place behind it."""

    number: int
    article: Article | None
    problem: str = ""
    after: Place = Place()
    size: int = 0  # bytes


class _Times(msgspec.Struct):
    received_at: Any = None
    published_at: Any = None


_times = msgspec.json.Decoder(_Times).decode


def read_articles(lines: Iterable[bytes]) -> Iterator[Line]:
    """Yield each line's article, arrivals set as a back-test sets them; a line that is none says why."""
    return _articles(((line, len(line)) for line in lines), Place())


def _articles(lines: Iterable[tuple[bytes | None, int]], at: Place) -> Iterator[Line]:
    """Yield the articles of lines, each with its bytes (None: too long to be held) and its length."""
    number, end, latest = at.number, at.end, at.latest
    for line, size in lines:
        number, end = number + 1, end + size
        if line is None:
            yield Line(
                number, None, f"too_large: The line is longer than {MAX_LINE} bytes.", Place(number, end, latest)
            )
            continue
        if number == 1:
            line = line.removeprefix(_MARK)  # noqa: PLW2901 - the mark is no part of the line
        if not line.strip():
            continue
        arrival = _arrival(line, latest)
        latest = max(latest, arrival)
        after = Place(number, end, latest)
        try:
            article = decode_article(f"{int(arrival * 1000)}-{number}", {b"data": line}, now=arrival, limits=_LIMITS)
        except NotAnArticle as refused:
            yield Line(number, None, str(refused), after, size)
            continue
        article = msgspec.structs.replace(article, arrived_at=arrival, entry_id=f"line {number}")
        yield Line(number, article, "", after, size)


def _arrival(line: bytes, latest: float) -> float:
    try:
        stated = _times(line)
        return parse_time(stated.received_at) or parse_time(stated.published_at) or latest
    except (msgspec.DecodeError, ValueError, UnicodeDecodeError, RecursionError):
        return latest  # what is wrong is said where it is decoded


class ArticleFile:
    """An open file of articles, plain or gzipped, or standard input (``-``).

    Raises:
        Refused: it is not there, a folder, or may not be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._size = 0
        if str(path) == "-":
            self._raw = cast("BufferedReader", sys.stdin.buffer)
        else:
            self._raw = _opened(path)
            self._size = path.stat().st_size if path.is_file() else 0  # a pipe has none
        self._zipped = self._raw.peek(2)[:2] == _GZIP
        self._file = cast("BinaryIO", gzip.GzipFile(fileobj=self._raw)) if self._zipped else self._raw

    def articles(self, at: Place = Place()) -> Iterator[Line]:  # noqa: B008 - a frozen value
        """Yield the articles behind a place.

        Raises:
            Refused: the file breaks off, or cannot be read any further.
        """
        if at.end:
            self._file.seek(at.end)
        last = at.number
        try:
            for line in _articles(_lines(self._file), at):
                last = line.number
                yield line
        except (OSError, EOFError, zlib.error) as error:
            raise Refused(f"{self.path}: cannot be read beyond line {last}: {error}") from error

    def share(self, at: Place) -> float | None:
        """How much of the file lies before a place, 0..1; None where its length is not known."""
        if not self._size:
            return None
        return min(1.0, (self._raw.tell() if self._zipped else at.end) / self._size)

    def close(self) -> None:
        """Close it; standard input stays open."""
        if self._raw is not sys.stdin.buffer:
            self._raw.close()


def _opened(path: Path) -> BufferedReader:
    if path.is_dir():
        raise Refused(
            f"{path} is a folder: name a file of articles, one JSON document a line, or - for standard input."
        )
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise Refused(f"{path}: no such file.") from error
    except OSError as error:
        raise Refused(f"{path}: cannot be read: {error.strerror}.") from error


def _lines(file: BinaryIO) -> Iterator[tuple[bytes | None, int]]:
    while line := file.readline(MAX_LINE + 1):
        if len(line) <= MAX_LINE or line.endswith(b"\n"):
            yield line, len(line)
            continue
        size = len(line)
        while not line.endswith(b"\n") and (line := file.readline(_PIECE)):
            size += len(line)
        yield None, size
