"""The optional compiled kernel (``native/``): the innermost loops, where it is installed.

``KERNEL`` is None where it is not, where it is of another ABI, or where ``TOCSIN_KERNEL=off`` says so; ``REASON`` says
which. What it does is also done in Python by those who use it, with the same result.

Calls hold the interpreter's lock: each takes microseconds, and letting go of it would give a thread that builds an index
milliseconds at a time.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import sys
import threading
from array import array
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

ABI = 3  # changes with every signature, struct or meaning in the kernel
_UNKNOWN = -3  # of the kernel's results: a letter that is not yet looked up
_ROOM = 1 << 14  # bytes, tokens or matches that a thread's buffers have room for at first
BEGINS, LOOK, GOES_ON, DATED = 1, 2, 4, 8  # bits of pieces, as in prose.c
OPENS, NO_PROSE, SAYS, AGAIN = 1, 2, 4, 8  # bits of paragraphs
_TRIES = 8  # more than there are reasons to ask again
_TABLES = 64  # for so many tables a thread has counters

Match = tuple[int, int, int]


class _Hash(ctypes.Structure):
    _fields_ = (
        ("byte", ctypes.c_void_p), ("power", ctypes.c_void_p), ("inverse", ctypes.c_void_p),
        ("powers", ctypes.c_uint64), ("prefix", ctypes.c_uint64),
    )  # fmt: skip


class _Table(ctypes.Structure):
    _fields_ = (
        ("filter", ctypes.c_void_p), ("filter_bits", ctypes.c_uint64),
        ("slots", ctypes.c_void_p), ("slot_count", ctypes.c_uint64), ("homes", ctypes.c_uint64),
        ("blob", ctypes.c_void_p), ("blob_size", ctypes.c_uint64),
        ("ends", ctypes.c_void_p), ("count", ctypes.c_uint64), ("patterns", ctypes.c_uint64),
        ("longer", ctypes.c_void_p), ("longer_count", ctypes.c_uint64),
        ("beginnings", ctypes.c_void_p), ("beginning_count", ctypes.c_uint64),
    )  # fmt: skip


class _Letters(ctypes.Structure):
    _fields_ = (("letters", ctypes.c_void_p), ("letter_count", ctypes.c_uint64))


class _Prose(ctypes.Structure):
    _limits = (
        "least_width", "most_width", "slack", "max_lines", "longest_word", "max_dotted", "indent", "small_least", "max_ends",
        "long_line", "last", "prose_words", "run_on_words", "anywhere", "few_lines", "glued_words", "separators", "dateline",
        "max_tokens",
    )  # fmt: skip
    _fields_ = (
        ("signs", ctypes.c_void_p), ("sign_count", ctypes.c_uint64),
        ("words", ctypes.c_void_p), ("word_count", ctypes.c_uint64),
        ("phrases", ctypes.c_void_p), ("phrase_ends", ctypes.c_void_p), ("rare", ctypes.c_void_p),
        ("phrase_count", ctypes.c_uint64),
        *((name, ctypes.c_int64) for name in _limits),
    )  # fmt: skip


class _Counts(ctypes.Structure):
    _fields_ = tuple(
        (name, ctypes.c_int64) for name in ("title_tokens", "blocks", "pieces", "block_looks", "piece_looks", "numbers")
    )


class Kept:
    """A struct of the kernel's, and the arrays that it points into."""

    def __init__(self, struct: ctypes.Structure, arrays: Sequence[npt.NDArray[Any]]) -> None:
        self.struct, self.arrays, self.address = struct, arrays, ctypes.addressof(struct)
        self.alone = (ctypes.c_void_p * 1)(self.address)  # an array of pointers with this one in it


def hash_constants(
    *, byte: npt.NDArray[np.uint64], power: npt.NDArray[np.uint64], inverse: npt.NDArray[np.uint64], prefix: int
) -> Kept:
    """Make the constants of ``match.hashing`` known to the kernel; ``len(power)`` bounds the bytes of a block."""
    arrays = [_flat(one, np.uint64) for one in (byte, power, inverse)]
    return Kept(_Hash(*map(_at, arrays), min(len(power), len(inverse)), prefix), arrays)


def table(
    *,
    filter: npt.NDArray[np.uint8],  # noqa: A002 - its name among the columns
    slots: npt.NDArray[np.uint32],
    homes: int,
    blob: npt.NDArray[np.uint8],
    ends: npt.NDArray[np.uint32],
    patterns: int,
    longer: npt.NDArray[np.uint32],
    beginnings: npt.NDArray[np.uint32],
) -> Kept:
    """Make the columns of a ``match.table.Table`` known to the kernel."""
    bits, letters = _flat(filter, np.uint8), _flat(blob, np.uint8)
    rows, bounds, counts, lengths = (_flat(one, np.uint32) for one in (slots, ends, longer, beginnings))
    struct = _Table(
        _at(bits), len(bits) * 8, _at(rows), len(rows) // 3, homes, _at(letters), len(letters),
        _at(bounds), len(bounds), patterns, _at(counts), len(counts), _at(lengths), len(lengths),
    )  # fmt: skip
    return Kept(struct, (bits, letters, rows, bounds, counts, lengths))


class Letters:
    """What each character beyond ASCII folds to, told to the kernel when it is first met.

    Args:
        folds_to: what a code point folds to: letters and digits, spaces where tokens part, dots.
    """

    _KNOWN, _ELSE, _MOST = 1 << 63, 1, 7  # as in kernel.c: what has more than seven bytes is left to Python

    def __init__(self, folds_to: Callable[[int], str]) -> None:
        self._folds_to = folds_to
        self._column = np.zeros(sys.maxunicode + 1, dtype=np.uint64)  # pages that nothing is written to take no memory
        self._kept = Kept(_Letters(_at(self._column), len(self._column)), [self._column])
        self.address = self._kept.address

    def learn(self, text: str) -> None:
        """Look up the characters of a text."""
        for char in set(text):
            if not char.isascii() and not self._column[ord(char)]:
                folded = self._folds_to(ord(char)).encode()
                known = self._KNOWN | len(folded) << 56 | int.from_bytes(folded, "little")
                self._column[ord(char)] = known if len(folded) <= self._MOST else self._ELSE


class Prose:
    """What characters and words mean, told to the kernel: characters when they are first met.

    Args:
        signs_of: the bits of a character (``prepare.signs``), of which the highest is not used.
        kinds: the bits of each word, in lower case and ASCII, at most 16 letters.
        phrases: what the kernel looks for anywhere, in lower case and ASCII, at most 64; with each the place of a letter in
            it that has the sign ``RARE``, in lower case and in upper.
        limits: the fields of ``Prose`` in prose.c that are no tables.
    """

    _MET, _BYTES, _HALF = 1 << 31, 16, 1 << 64  # as in prose.c

    def __init__(
        self,
        signs_of: Callable[[str], int],
        kinds: Mapping[str, int],
        phrases: Mapping[str, int],
        limits: Mapping[str, int],
    ) -> None:
        self._signs_of = signs_of
        self._column = np.zeros(sys.maxunicode + 1, dtype=np.uint32)  # pages that nothing is written to take no memory
        self.learn("".join(map(chr, range(128))))
        rows = sorted((int.from_bytes(word.encode("ascii").ljust(self._BYTES, b"\0")), kinds[word]) for word in kinds)
        words = np.array([(*divmod(key, self._HALF), kind) for key, kind in rows], dtype=np.uint64)
        letters = np.frombuffer("".join(phrases).encode("ascii"), dtype=np.uint8)
        ends = np.cumsum([len(phrase) for phrase in phrases], dtype=np.uint64)
        rare = np.array(list(phrases.values()), dtype=np.uint64)
        struct = _Prose(
            _at(self._column), len(self._column), _at(words), len(words), _at(letters), _at(ends), _at(rare), len(ends),
            **limits,
        )  # fmt: skip
        self._kept = Kept(struct, [self._column, words, letters, ends, rare])
        self.address = self._kept.address

    def learn(self, text: str) -> None:
        """Look up the characters of a text."""
        for char in set(text):
            if not self._column[ord(char)]:
                self._column[ord(char)] = self._signs_of(char) | self._MET


class Structure(NamedTuple):
    """What ``Kernel.structure`` finds in an article.

    Attributes:
        spans: start and end of each token in its own field, with a row of zeros for the break.
        title_tokens: how many.
        sentence_of: number of the piece that each token is in; -1 for the break.
        blocks: start, end, bits of each paragraph: whether it may open as furniture does (1), is no prose (2), may be
            furniture by what else it says (4), may be the title again (8); empty where all are the story's.
        pieces: of each sentence, the title first: start, end, first token, the one after its last, paragraph, bits: whether
            it begins the paragraph (1), may be furniture though it does not (2), is the rest of one that is too long (4),
            and whether it may begin with a dateline (8).
        looks: whether any of the pieces has the second or third bit.
    """

    spans: npt.NDArray[np.int32]
    title_tokens: int
    sentence_of: Sequence[int]
    blocks: list[list[int]]
    pieces: list[list[int]]
    looks: bool


class _Buffers(threading.local):
    """Room for results, of each thread its own."""

    def __init__(self) -> None:
        self.text = ctypes.create_string_buffer(_ROOM)
        self.numbers = (ctypes.c_uint32 * _ROOM)()
        self.counts = (ctypes.c_int64 * _TABLES)()
        self.rows, self.found = np.empty((_ROOM // 2, 2), dtype=np.int32), np.empty(_ROOM, dtype=np.int32)
        self.rows_at, self.found_at = _at(self.rows), _at(self.found)  # looked up once: NumPy takes a microsecond
        self.of_structure = _Counts()
        self.of_structure_at = ctypes.addressof(self.of_structure)

    def text_of(self, size: int) -> ctypes.Array[ctypes.c_char]:
        if size <= len(self.text):
            return self.text
        larger = ctypes.create_string_buffer(size)
        if size <= _ROOM << 6:  # what a rare huge article needed is not kept
            self.text = larger
        return larger

    def numbers_of(self, size: int) -> ctypes.Array[ctypes.c_uint32]:
        if size <= len(self.numbers):
            return self.numbers
        larger = (ctypes.c_uint32 * size)()
        if size <= _ROOM << 6:
            self.numbers = larger
        return larger


class Kernel:
    """The functions of a loaded library. Each returns None where it leaves the work to Python."""

    def __init__(self, library: ctypes.PyDLL) -> None:
        pointer, number = ctypes.c_void_p, ctypes.c_int64
        self._fold = library.tocsin_fold
        self._fold.argtypes, self._fold.restype = (pointer, ctypes.c_char_p, number, pointer, number), number
        self._positions = library.tocsin_positions
        self._positions.argtypes, self._positions.restype = self._fold.argtypes, number
        self._scan = library.tocsin_scan
        self._scan.argtypes = (
            pointer, ctypes.c_char_p, number, number, pointer, number, pointer, number, pointer,
        )  # fmt: skip
        self._scan.restype = number
        self._structure = library.tocsin_structure
        self._structure.argtypes = (
            pointer, pointer, ctypes.c_char_p, number, ctypes.c_char_p, number, pointer, number, pointer, number, pointer,
        )  # fmt: skip
        self._structure.restype = number
        self._buffers = _Buffers()

    def fold(self, text: str, letters: Letters) -> str | None:
        """Do what ``folding.fold`` does."""
        raw = text.encode("utf-8", "surrogatepass")
        size = len(raw)
        room = size + 2 if size == len(text) else 4 * size + 2  # seven bytes for two are the most
        out = self._buffers.text_of(room)
        made = self._fold(letters.address, raw, size, out, room)
        if made == _UNKNOWN:
            letters.learn(text)
            made = self._fold(letters.address, raw, size, out, room)
        return ctypes.string_at(out, made).decode() if made >= 0 else None

    def positions(self, text: str, letters: Letters) -> npt.NDArray[np.int32] | None:
        """Do what ``folding.positions`` does."""
        raw = text.encode("utf-8", "surrogatepass")
        room = len(raw) // 4 + 16  # tokens; where there are more, the kernel is asked again
        while True:
            found = np.empty((room, 2), dtype=np.int32)
            count = self._positions(letters.address, raw, len(raw), found.ctypes.data, room)
            if count == _UNKNOWN:
                letters.learn(text)
            elif count <= room:
                return found[:count] if count >= 0 else None
            else:
                room = count

    def structure(self, title: str, body: str, letters: Letters, prose: Prose) -> Structure | None:
        """Find tokens, paragraphs and sentences as ``prepare.structure`` does."""
        head, raw = title.encode("utf-8", "surrogatepass"), body.encode("utf-8", "surrogatepass")
        buffers = self._buffers
        counts = buffers.of_structure
        rows, rows_at, out, out_at = buffers.rows, buffers.rows_at, buffers.found, buffers.found_at
        for _ in range(_TRIES):
            tokens = self._structure(
                letters.address, prose.address, head, len(head), raw, len(raw), rows_at, len(rows),
                out_at, len(out), buffers.of_structure_at,
            )  # fmt: skip
            if tokens == _UNKNOWN:
                letters.learn(title)
                letters.learn(body)
                prose.learn(body)
            elif tokens < 0:
                return None
            elif tokens > len(rows):
                rows = np.empty((tokens, 2), dtype=np.int32)
                rows_at = _at(rows)
            elif counts.numbers > len(out):
                out = np.empty(counts.numbers, dtype=np.int32)
                out_at = _at(out)
            else:
                return _structure(rows, tokens, out, counts)
        return None

    def scan(
        self, constants: Kept, raw: bytes, own: int, tables: Sequence[Kept]
    ) -> tuple[list[list[Match]], int] | None:
        """Return what begins at the block's own tokens, for each table, and how many own tokens there are.

        Args:
            constants: of the hash.
            raw: a block of folded text in UTF-8.
            own: tokens before which a space stands in so many of its bytes are asked about.
            tables: what is looked for.
        """
        asked = len(tables)
        addresses = tables[0].alone if asked == 1 else (ctypes.c_void_p * asked)(*[one.address for one in tables])
        buffers = self._buffers
        counts = buffers.counts if asked <= _TABLES else (ctypes.c_int64 * asked)()
        out = buffers.numbers
        while True:
            room = len(out) // 3
            owned = self._scan(constants.address, raw, len(raw), own, addresses, asked, out, room, counts)
            if owned < 0:
                return None
            found = counts[:asked]
            total = sum(found)
            if total <= room:
                break
            out = buffers.numbers_of(3 * total)
        numbers = iter(out[: 3 * total])
        matches = list(zip(numbers, numbers, numbers, strict=True))
        return (_parted(matches, found) if asked != 1 else [matches]), owned


def _structure(rows: npt.NDArray[np.int32], tokens: int, out: npt.NDArray[np.int32], counts: _Counts) -> Structure:
    begun = tokens + 3 * counts.blocks
    return Structure(
        rows[:tokens].copy(),
        counts.title_tokens,
        array("i", out[:tokens].tobytes()),  # few of them are ever asked for
        out[tokens:begun].reshape(-1, 3).tolist() if counts.block_looks else [],
        out[begun : counts.numbers].reshape(-1, 6).tolist(),
        counts.piece_looks > 0,
    )


def _parted(matches: list[Match], counts: list[int]) -> list[list[Match]]:
    parts, start = [], 0
    for count in counts:
        parts.append(matches[start : start + count])
        start += count
    return parts


def _flat(array: npt.NDArray[Any], kind: type[np.generic]) -> npt.NDArray[Any]:
    """The array itself where C can read it, else a copy."""
    return np.require(array, dtype=kind, requirements=["C", "A"]).reshape(-1)


def _at(array: npt.NDArray[Any]) -> int:
    return array.ctypes.data


def load() -> tuple[Kernel | None, str]:
    """Return the kernel, or None and why."""
    wish = os.environ.get("TOCSIN_KERNEL", "on")
    if wish != "on":
        return None, "TOCSIN_KERNEL=off" if wish == "off" else f"TOCSIN_KERNEL={wish}: it is either on or off"
    if sys.byteorder != "little":
        return None, "the kernel reads little-endian columns only"
    try:
        library = ctypes.PyDLL(str(importlib.import_module("tocsin_kernel").PATH))
        found = library.tocsin_kernel_abi()
    except ImportError:
        return None, "tocsin-kernel is not installed"
    except (AttributeError, OSError) as error:
        return None, f"tocsin-kernel cannot be loaded: {error}"
    if found != ABI:
        return None, f"tocsin-kernel is of ABI {found}, this needs {ABI}: install the one that comes with this version"
    return Kernel(library), ""


KERNEL, REASON = load()
