"""The table of folded phrases: which of up to a million stand in a folded text, whole tokens only.

A token, and a token with the one that follows it, begin a pattern or do not: a map of bits answers that for all tokens
of a text at once, and few pass. Those are looked up among the slots, which say what pattern that is and how many tokens
the patterns that go on from there have; each of these is looked up in turn. What is found is then compared letter by
letter, so the hash decides nothing. The cost hardly grows with the number of patterns; hits are what costs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from tocsin import native
from tocsin.match import hashing, layout
from tocsin.match.hashing import Hashed, Places
from tocsin.model.roster import Strings

Match = tuple[int, int, int]  # first token (inclusive), last token (exclusive), number of the pattern

FORMAT = 1  # of the columns, and of the hash that they were made with
BLOCK = 1 << 16  # bytes: a longer text is looked at in blocks, so that memory is bounded


class Table:
    """Patterns, numbered from 0 in the order in which each was first given; prefixes after them.

    Immutable; may be shared by threads, pickled, and mapped from a file. All of it is in arrays:

    Attributes:
        count: distinct patterns, prefixes included.
        patterns: how many of them are no prefixes.
        longest: bytes of the longest.
        texts: of each, in UTF-8.
        filter: bits; the bit at ``key * bits >> 32`` is set where the key is that of a head (a pattern's first two
            tokens, or its only one) or of a prefix. A key is the high half of a hash.
        slots: rows of key, number, lengths, the keys ascending, each at ``key * homes >> 32`` or not far behind. Bit
            ``n`` of lengths: patterns of ``n`` tokens go on from here; bit 0: some of ``layout.LONG`` tokens or more.
            A slot without number and lengths is empty; the last one is.
        longer: token counts from ``layout.LONG`` on, ascending.
        beginnings: bytes of the prefixes, ascending, each once.
    """

    def __init__(
        self,
        about: npt.NDArray[np.int64],
        *,
        texts: Strings,
        filter: npt.NDArray[np.uint8],  # noqa: A002 - its name among the columns
        slots: npt.NDArray[np.uint32],
        longer: npt.NDArray[np.uint32],
        beginnings: npt.NDArray[np.uint32],
    ) -> None:
        self._about = about
        _, self.patterns, self.homes, self.longest = about.tolist()
        self.count = len(texts)
        self.texts, self.filter, self.slots, self.longer, self.beginnings = texts, filter, slots, longer, beginnings

    @classmethod
    def build(cls, patterns: Strings, prefixes: Sequence[str] = ()) -> tuple[Table, npt.NDArray[np.uint32]]:
        """Make a table.

        Args:
            patterns: folded tokens with one space between; may repeat.
            prefixes: beginnings of tokens; each finds every token that begins so, the whole token included.

        Returns:
            The table, and for each given pattern its number, then for each given prefix.

        Raises:
            ValueError: a pattern or prefix is empty, or not folded.
        """
        measured = layout.measure(patterns)
        leaders = layout.leaders(patterns, measured.whole)
        first = leaders == np.arange(len(leaders))
        distinct = layout.those(patterns, first)
        beginnings = layout.beginnings_of(prefixes)
        found = layout.lay_out(measured.of(first), beginnings)
        texts = layout.joined(distinct, beginnings)
        longest = int(texts.lengths.max(initial=0))
        table = cls(
            np.array([FORMAT, len(distinct), found.homes, longest], dtype=np.int64),
            texts=texts,
            filter=found.filter,
            slots=found.slots,
            longer=found.longer,
            beginnings=np.array(sorted({len(one) for one in beginnings}), dtype=np.uint32),
        )
        places = {prefix: len(distinct) + place for place, prefix in enumerate(beginnings)}
        numbers = (np.cumsum(first) - 1)[leaders]
        asked = np.array([places[layout.encoded(prefix)] for prefix in prefixes], dtype=np.int64)
        return table, np.concatenate((numbers, asked)).astype(np.uint32)

    def text(self, number: int) -> str:
        """Return the pattern or prefix with that number."""
        if not 0 <= number < self.count:
            raise IndexError(number)
        return self.texts[number]

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the arrays by name, for writing."""
        return {
            "about": self._about,
            "blob": self.texts.blob,
            "ends": self.texts.ends,
            "filter": self.filter,
            "slots": self.slots,
            "longer": self.longer,
            "beginnings": self.beginnings,
        }

    @classmethod
    def from_columns(cls, columns: Mapping[str, npt.NDArray[Any]]) -> Table:
        """Return what ``columns`` was taken from; the arrays are kept as they are, nothing is read through.

        Raises:
            ValueError: they are of another format, or their shapes do not belong together.
        """
        columns = {name: np.asarray(column) for name, column in columns.items()}  # a memmap is slow in every use
        about, slots = columns["about"], columns["slots"]
        if about.shape != (4,) or about[0] != FORMAT:
            raise ValueError(f"a table of format {about[:1].tolist()}, this is format {FORMAT}: build it again")
        texts = Strings(columns["blob"], columns["ends"])
        whole = slots.ndim == 2 and slots.shape[1] == 3 and 0 < about[2] < len(slots)
        if not whole or not 0 <= about[1] <= len(texts) or not len(columns["filter"]):
            raise ValueError("the columns of a table do not belong together: build it again")
        rest = {name: columns[name] for name in ("filter", "slots", "longer", "beginnings")}
        return cls(about, texts=texts, **rest)

    def __reduce__(self) -> tuple[Callable[[Mapping[str, npt.NDArray[Any]]], Table], tuple[Any]]:
        """Pickle the arrays alone."""
        return Table.from_columns, (self.columns(),)

    def find(self, hashed: Hashed) -> list[Match]:
        """Return what begins at the text's own tokens, in order: what the kernel is held to."""
        found: list[Match] = []
        own = hashed.own
        for place, key in self._standing(hashed.keys):
            if place < own:
                self._look_up(hashed, key, place, place + 1, found)
            elif lengths := self._look_up(hashed, key, place - own, place - own + 2, found):
                self._go_on(hashed, place - own, lengths, found)
        for length in self.beginnings.tolist():
            tokens, keys = hashed.beginnings(length)
            for place, key in self._standing(keys):
                token = tokens.item(place)
                self._look_up(hashed, key, token, token + 1, found, beginning=length)
        found.sort()
        return found

    def _standing(self, keys: Places) -> Iterator[tuple[int, int]]:
        """Return those keys that have a slot, with their places."""
        bits = (keys * (len(self.filter) * 8)) >> 32
        passing = np.flatnonzero((self.filter.take(bits >> 3) >> (bits & 7).astype(np.uint8)) & 1)
        cells, homes = self._cells, self.homes
        for place, key in zip(passing.tolist(), keys.take(passing).tolist(), strict=True):
            cell = 3 * (key * homes >> 32)
            while cells[cell] < key:
                cell += 3
            if cells[cell] == key:
                yield place, key

    def _go_on(self, hashed: Hashed, first: int, lengths: int, found: list[Match]) -> None:
        """Look up the patterns of three tokens or more that begin here."""
        last, rest = first + 3, lengths >> 3
        while rest and last <= len(hashed.starts):
            if rest & 1:
                self._look_up(hashed, hashed.key(first, last), first, last, found)
            last, rest = last + 1, rest >> 1
        for count in self.longer.tolist() if lengths & 1 else ():
            if first + count <= len(hashed.starts):
                self._look_up(hashed, hashed.key(first, first + count), first, first + count, found)

    def _look_up(
        self, hashed: Hashed, key: int, first: int, last: int, found: list[Match], *, beginning: int = 0
    ) -> int:
        """Append the pattern that these tokens are, if any; return the lengths of those that go on from them.

        ``beginning``: so many bytes of the first token are looked up as a prefix.
        """
        cells, lengths = self._cells, 0
        cell = 3 * (key * self.homes >> 32)
        while cells[cell] < key:
            cell += 3
        while cell < len(cells) and cells[cell] == key:
            number, more = cells[cell + 1], cells[cell + 2]
            cell += 3
            lengths |= more
            if number >= self.count or (number >= self.patterns) != bool(beginning):
                continue
            start = hashed.starts.item(first)
            end = start + beginning if beginning else hashed.ends.item(last - 1)
            if self._text(number) == hashed.raw[start:end]:
                found.append((first, last, number))
        return lengths

    def _text(self, number: int) -> bytes:
        ends, blob = self._letters
        return bytes(blob[ends[number - 1] if number else 0 : ends[number]])

    @cached_property
    def kept(self) -> native.Kept:
        """The columns as the kernel is given them."""
        return native.table(
            filter=self.filter, slots=self.slots, homes=self.homes, blob=self.texts.blob, ends=self.texts.ends,
            patterns=self.patterns, longer=self.longer, beginnings=self.beginnings,
        )  # fmt: skip

    @cached_property
    def _cells(self) -> memoryview:
        return _view(self.slots)  # a number from it takes a third of the time that it takes from an array

    @cached_property
    def _letters(self) -> tuple[memoryview, memoryview]:
        return _view(self.texts.ends), _view(self.texts.blob)


def scan(text: str, tables: Sequence[Table]) -> list[list[Match]]:
    """Find the patterns of every table.

    Args:
        text: folded; ``model.document.Folded.text``.
        tables: any number of them; the text is hashed once.

    Returns:
        For each table what was found, in order of first token, then last, then number.
    """
    raw = text.encode("utf-8", "surrogatepass")
    if len(raw) <= BLOCK:
        return _scan_block(raw, len(raw), tables)[0]
    whole: list[list[Match]] = [[] for _ in tables]
    first = 0
    for block in _blocks(raw, max((one.longest for one in tables), default=0)):
        found, owned = _scan_block(block, BLOCK, tables)
        for into, matches in zip(whole, found, strict=True):
            into += [(low + first, high + first, number) for low, high, number in matches]
        first += owned
    return whole


def _scan_block(raw: bytes, own: int, tables: Sequence[Table]) -> tuple[list[list[Match]], int]:
    """Return what is found in a block, for each table, and how many own tokens it has."""
    if native.KERNEL is not None:
        found = native.KERNEL.scan(_constants(hashing.powers_for(len(raw))), raw, own, [one.kept for one in tables])
        if found is not None:
            return found
    hashed = Hashed(raw, own)
    return [one.find(hashed) for one in tables], hashed.own


@cache
def _constants(bits: int) -> native.Kept:
    power, inverse = hashing.powers(bits)
    return native.hash_constants(byte=hashing.BYTE, power=power, inverse=inverse, prefix=int(hashing.PREFIX))


def _blocks(raw: bytes, longest: int) -> Iterator[bytes]:
    """Cut a text into blocks; the tokens behind a space in the first ``BLOCK`` bytes of one are its own.

    The rest of a block is there for patterns that reach beyond. A token that is cut at its end is closed by a space: it
    is longer than any pattern, or begins too far behind to matter.
    """
    size = BLOCK + longest + 2
    for start in range(0, len(raw), BLOCK):
        piece = raw[start : start + size]
        yield piece if start + size >= len(raw) else piece + b" "


def _view(array: npt.NDArray[Any]) -> memoryview:
    return np.require(array, requirements=["C", "A"]).reshape(-1).data
