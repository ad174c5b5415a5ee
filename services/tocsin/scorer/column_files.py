"""Named arrays in a file that is mapped, not read: what a compiled watchlist set keeps on disk.

A file is a magic line, the length and checksum of a header (little endian), the header (JSON: format, ``about``, and of
each array its name, type, shape, place and checksum), and the arrays, each on a 64-byte boundary. It is written whole
under another name and moved into place, so that a reader never sees half of one.
"""

from __future__ import annotations

import math
import mmap
import os
import struct
import tempfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from tocsin.errors import TocsinError

_MAGIC = b"tocsin columns 1\n"
_HEAD = struct.Struct("<II")
_ALIGN = 64

Columns = dict[str, npt.NDArray[Any]]


class BadColumns(TocsinError):
    """A file is not what was written: cut, changed, or of another format. Make it anew."""


class _Column(msgspec.Struct, frozen=True):
    name: str
    type: str
    shape: list[int]
    place: int
    checksum: int


class _Header(msgspec.Struct, frozen=True):
    about: dict[str, Any]
    columns: list[_Column]


def write(path: Path, columns: Mapping[str, npt.NDArray[Any]], about: Mapping[str, Any]) -> None:
    """Write arrays, and what is to be known about them (anything JSON can hold).

    Raises:
        OSError: the file cannot be written; nothing is left of it.
    """
    place = 0
    described = []
    for name, column in columns.items():
        described.append(_Column(name, column.dtype.str, list(column.shape), place, zlib.crc32(_raw(column))))
        place += _padded(column.nbytes)
    header = msgspec.json.encode(_Header(dict(about), described))
    file = tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False)  # noqa: SIM115 - closed below
    try:
        with file:
            lead = _MAGIC + _HEAD.pack(len(header), zlib.crc32(header)) + header
            file.write(lead.ljust(_padded(len(lead)), b"\0"))
            for column in columns.values():
                file.write(_raw(column))
                file.write(bytes(_padded(column.nbytes) - column.nbytes))
        os.replace(file.name, path)  # noqa: PTH105 - the name is a string
    except BaseException:
        Path(file.name).unlink(missing_ok=True)
        raise


def read(path: Path) -> tuple[Columns, dict[str, Any]]:
    """Map a file's arrays, read-only; return them and what ``about`` said.

    Raises:
        FileNotFoundError: there is none.
        BadColumns: it is not what was written.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size < len(_MAGIC) + _HEAD.size:
            raise BadColumns(f"{path} is cut short")
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    if mapped[: len(_MAGIC)] != _MAGIC:
        raise BadColumns(f"{path} is no column file of this version")
    length, checksum = _HEAD.unpack_from(mapped, len(_MAGIC))
    begin = len(_MAGIC) + _HEAD.size
    header = mapped[begin : begin + length]
    if len(header) != length or zlib.crc32(header) != checksum:
        raise BadColumns(f"the head of {path} is damaged")
    described = msgspec.json.decode(header, type=_Header)
    columns: Columns = {}
    first = _padded(begin + length)
    for one in described.columns:
        kind = np.dtype(one.type)
        count = math.prod(one.shape)
        if first + one.place + count * kind.itemsize > size:
            raise BadColumns(f"{path} is cut short")
        column = np.frombuffer(mapped, dtype=kind, count=count, offset=first + one.place).reshape(one.shape)
        if zlib.crc32(_raw(column)) != one.checksum:
            raise BadColumns(f"{one.name} in {path} is damaged")
        columns[one.name] = column
    return columns, described.about


def _raw(column: npt.NDArray[Any]) -> memoryview:
    return np.ascontiguousarray(column).reshape(-1).view(np.uint8).data


def _padded(size: int) -> int:
    return -(-size // _ALIGN) * _ALIGN
