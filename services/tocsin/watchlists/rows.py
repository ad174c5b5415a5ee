"""The rows of a group as they are kept and published: JSON lines in one order, cut into chunks.

A row is one line, ``["id","name",["alias"],["weak"],"ORG"]``. Rows are sorted by that line, whatever the order of the
file they came from, so that equal rows are equal chunks, and a row's number is its place in the base whoever read it.

A chunk is named by the digest of what it holds, and never changes.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from hashlib import blake2b

import msgspec

from tocsin.errors import NotReady
from tocsin.model.article import digest

CHUNK = 2**20  # bytes of a chunk before it is packed: what one round trip and one step of reading hold
MAX_CHUNK = 2**23  # a chunk that says it is longer was not written by us
_LEVEL = 3  # of zlib: a million rows in a second and a half, 5% larger than by its default in three times that


class Row(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One entity of a group; ``id`` is its name in the group, ``type`` is spaCy's label."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    type: str | None = None


_rows = msgspec.json.Decoder(Row)
line_of = msgspec.json.Encoder().encode
row_of = _rows.decode


class Rows:
    """Rows in order, as chunks that are not yet packed."""

    __slots__ = ("chunks", "count", "digest", "names")

    def __init__(self, lines: list[bytes]) -> None:
        """Take lines, one a row, no id twice; the list is sorted in place."""
        lines.sort()
        self.count = len(lines)
        self.chunks = tuple(_cut(lines))
        self.names = tuple(name_of(chunk) for chunk in self.chunks)
        self.digest = digest(*self.names)

    def lines(self) -> Iterator[bytes]:
        """Return the lines in order."""
        for chunk in self.chunks:
            yield from chunk.split(b"\n")

    def rows(self) -> Iterator[Row]:
        """Return the rows in order."""
        for chunk in self.chunks:
            yield from rows_in(chunk)


def _cut(lines: list[bytes]) -> Iterator[bytes]:
    first = size = 0
    for place, line in enumerate(lines):
        if size + len(line) + 1 > CHUNK and place > first:
            yield b"\n".join(lines[first:place])
            first, size = place, 0
        size += len(line) + 1
    if first < len(lines):
        yield b"\n".join(lines[first:])


def rows_in(chunk: bytes) -> list[Row]:
    """Return the rows of a chunk of a base."""
    return _rows.decode_lines(chunk)


def name_of(chunk: bytes) -> str:
    """Return the digest that a chunk is named by: 32 hex characters."""
    return blake2b(chunk, digest_size=16).hexdigest()


def pack(chunk: bytes) -> bytes:
    """Return a chunk as it is kept."""
    return zlib.compress(chunk, _LEVEL)


def unpack(name: str, packed: bytes) -> bytes:
    """Return the chunk of that name.

    Raises:
        NotReady: it is damaged.
    """
    try:
        chunk = zlib.decompressobj().decompress(packed, MAX_CHUNK)
    except zlib.error:
        chunk = b""
    if name_of(chunk) != name:
        raise NotReady(f"the watchlist rows {name} are damaged; apply the lists again with --force")
    return chunk


def taken(name: str, chunks: Mapping[str, bytes]) -> bytes:
    """Return a chunk, unpacked.

    Raises:
        NotReady: it is missing or damaged.
    """
    if name not in chunks:
        raise NotReady(f"the watchlist rows {name} are missing; apply the lists again with --force")
    return unpack(name, chunks[name])
