"""How the patterns of a table are laid out in arrays, a million in about a second."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tocsin.match import hashing
from tocsin.match.hashing import Bytes, Hashes, Places
from tocsin.model.roster import Strings

Numbers = npt.NDArray[np.uint32]

NONE = 0xFFFFFFFF  # a slot without a pattern
LONG = 32  # tokens: longer patterns share bit 0 of a slot's lengths
_FILTER_BITS = 16  # for each pattern: 6 of 100 tokens that begin nothing pass; a larger map costs more than these do
_SPARE = 0.33  # of the slots are empty
_CHUNK = 1 << 18  # bytes worked on at once: what fits in the cache, and holds up no other thread


class Layout(NamedTuple):
    """The arrays of a ``Table``: see there."""

    filter: Bytes
    slots: Numbers
    homes: int
    longer: Numbers


class Measured(NamedTuple):
    """Of each pattern: the hash of all of it, of its first two tokens (or its only one), and how many tokens it has."""

    whole: Hashes
    head: Hashes
    tokens: npt.NDArray[np.int64]

    def of(self, which: slice | npt.NDArray[np.bool_]) -> Measured:
        """Return some of them."""
        return Measured(self.whole[which], self.head[which], self.tokens[which])


def measure(patterns: Strings) -> Measured:
    """Hash every pattern.

    Raises:
        ValueError: a pattern is not folded tokens with one space between.
    """
    count = len(patterns)
    found = Measured(np.empty(count, np.uint64), np.empty(count, np.uint64), np.empty(count, np.int64))
    for low, high, start, end in _chunks(patterns.ends.astype(np.int64)):
        bounds = np.concatenate(([0], patterns.ends[low:high] - np.int64(start)))
        _measure(patterns.blob[start:end], bounds[:-1], bounds[1:], found.of(slice(low, high)), low)
    return found


def _chunks(ends: Places) -> Iterator[tuple[int, int, int, int]]:
    """Some patterns at a time, first and last, and where they stand in the blob."""
    low = start = 0
    while low < len(ends):
        high = max(low + 1, int(np.searchsorted(ends, start + _CHUNK, side="right")))
        end = int(ends[high - 1])
        yield low, high, start, end
        low, start = high, end


def _measure(raw: Bytes, starts: Places, ends: Places, into: Measured, first: int) -> None:
    spaces = np.flatnonzero(raw == hashing.SPACE)
    _refuse(raw, starts, ends, spaces, first)
    begun, over = np.searchsorted(spaces, starts), np.searchsorted(spaces, ends)
    into.tokens[:] = over - begun + 1
    heads = ends.copy()
    longer = np.flatnonzero(into.tokens > 2)
    heads[longer] = spaces[begun[longer] + 1]
    sums, inverse = hashing.sums(raw), hashing.powers(hashing.powers_for(len(raw)))[1].take(starts)
    before = sums.take(starts)
    into.whole[:] = (sums.take(ends) - before) * inverse
    into.head[:] = (sums.take(heads) - before) * inverse


def _refuse(raw: Bytes, starts: Places, ends: Places, spaces: Places, first: int) -> None:
    bad = starts == ends
    if not bad.any():
        bad = (raw[starts] == hashing.SPACE) | (raw[ends - 1] == hashing.SPACE)
        doubled = spaces[:-1][np.diff(spaces) == 1]
        bad[np.searchsorted(ends, doubled, side="right")] = True
    if bad.any():
        place = int(np.flatnonzero(bad)[0])
        text = raw[starts[place] : ends[place]].tobytes().decode("utf-8", "replace")
        raise ValueError(f"pattern {first + place} is not folded tokens with one space between: {text!r}")


def leaders(patterns: Strings, whole: Hashes) -> Places:
    """Return the place of the first pattern with the same text, for each."""
    order = np.argsort(whole, kind="stable")
    sorted_ = whole[order]
    repeats = np.concatenate(([False], sorted_[1:] == sorted_[:-1])) if len(order) else np.zeros(0, dtype=np.bool_)
    found = np.arange(len(order))
    if not repeats.any():
        return found
    begun = np.maximum.accumulate(np.where(repeats, 0, np.arange(len(order))))
    members, firsts = order[repeats], order[begun[repeats]]
    same = _same(patterns, members, firsts)
    found[members[same]] = firsts[same]
    met: dict[bytes, int] = {}
    for place in np.sort(members[~same]).tolist():  # another text of the same hash: rare, and never by chance
        found[place] = met.setdefault(patterns.encoded(place), place)
    return found


def _same(patterns: Strings, left: Places, right: Places) -> npt.NDArray[np.bool_]:
    """Whether the patterns at these places have the same text, pair by pair."""
    lengths, ends = patterns.lengths, patterns.ends.astype(np.int64)
    same = lengths[left] == lengths[right]
    todo = np.flatnonzero(same)
    for low, high, _, _ in _chunks(np.cumsum(lengths[left[todo]])):
        pairs = todo[low:high]
        sizes = lengths[left[pairs]]
        firsts = np.cumsum(sizes) - sizes
        inside = np.arange(int(sizes.sum())) - np.repeat(firsts, sizes)
        sides = [patterns.blob[np.repeat(ends[side[pairs]] - sizes, sizes) + inside] for side in (left, right)]
        differs = np.add.reduceat(sides[0] != sides[1], firsts, dtype=np.int64) > 0
        same[pairs[differs]] = False
    return same  # type: ignore[no-any-return]  # what NumPy's stubs make of it


def lay_out(measured: Measured, prefixes: Sequence[bytes]) -> Layout:
    """Lay out distinct patterns, numbered as they come, and after them the prefixes."""
    whole, head, tokens = measured
    long = np.flatnonzero(tokens > 2)
    heads, lengths = _lengths(head[long], tokens[long])
    order = np.argsort(whole, kind="stable")
    sorted_ = whole[order]
    places = np.searchsorted(sorted_, heads)
    standing = np.zeros(len(heads), dtype=np.bool_)
    inside = np.flatnonzero(places < len(sorted_))
    standing[inside] = sorted_[places[inside]] == heads[inside]
    own = np.zeros(len(whole), dtype=np.uint32)
    own[places[standing]] = lengths[standing]
    salted = np.array([hashing.of_bytes(prefix) for prefix in prefixes], dtype=np.uint64) ^ hashing.PREFIX
    alone = heads[~standing]
    slots, homes = _slots(
        np.concatenate((sorted_, alone, salted)),
        np.concatenate((order, np.full(len(alone), NONE), len(whole) + np.arange(len(salted)))),
        np.concatenate((own, lengths[~standing], np.zeros(len(salted), dtype=np.uint32))),
    )
    longer = np.flatnonzero(np.bincount(tokens[tokens >= LONG])).astype(np.uint32)
    return Layout(_filter(np.concatenate((head, salted))), slots, homes, longer)


def _lengths(heads: Hashes, tokens: npt.NDArray[np.int64]) -> tuple[Hashes, Numbers]:
    """Return the distinct heads, ascending, and in how many tokens patterns with that head end: a bit for each number."""
    order = np.argsort(heads, kind="stable")
    sorted_ = heads[order]
    bits = np.uint32(1) << np.where(tokens < LONG, tokens, 0).astype(np.uint32)[order]
    firsts = np.flatnonzero(np.concatenate(([True], sorted_[1:] != sorted_[:-1])) if len(order) else sorted_)
    if not len(firsts):
        return sorted_, bits
    return sorted_[firsts], np.bitwise_or.reduceat(bits, firsts)


def _slots(hashes: Hashes, numbers: Places, lengths: Numbers) -> tuple[Numbers, int]:
    """Each at the place that its key asks for, or behind those that came before it: keys ascend."""
    order = np.argsort(hashes, kind="stable")
    keys = hashes[order] >> np.uint64(32)
    homes = len(keys) + int(len(keys) * _SPARE) + 1
    wanted = ((keys * np.uint64(homes)) >> np.uint64(32)).view(np.int64)
    ranks = np.arange(len(keys))
    places = ranks + np.maximum.accumulate(wanted - ranks)
    total = max(homes, int(places[-1]) + 1 if len(places) else 0) + 1
    slots = np.zeros((total, 3), dtype=np.uint32)
    slots[:, :2] = NONE  # an empty slot ends the search: its key is the highest there is
    slots[places, 0], slots[places, 1], slots[places, 2] = keys, numbers[order], lengths[order]
    return slots, homes


def _filter(hashes: Hashes) -> Bytes:
    """Build a map of bits, those set that the keys ask for."""
    bits = max(8, min(len(hashes) * _FILTER_BITS, 2**32)) & ~7
    taken = np.zeros(bits, dtype=np.bool_)
    taken[((hashes >> np.uint64(32)) * np.uint64(bits)) >> np.uint64(32)] = True
    return np.packbits(taken, bitorder="little")


def those(patterns: Strings, kept: npt.NDArray[np.bool_]) -> Strings:
    """Return some of them; the same column where it is all."""
    if kept.all():
        return patterns
    lengths = patterns.lengths
    pieces = [
        patterns.blob[start:end][np.repeat(kept[low:high], lengths[low:high])]
        for low, high, start, end in _chunks(patterns.ends.astype(np.int64))
    ]
    return Strings(np.concatenate(pieces), np.cumsum(lengths[kept]).astype(np.uint32))


def joined(patterns: Strings, prefixes: Sequence[bytes]) -> Strings:
    """Return the texts of both."""
    if not prefixes:
        return patterns
    more = Strings.of(prefix.decode("utf-8", "surrogatepass") for prefix in prefixes)
    size = int(patterns.ends[-1]) if len(patterns) else 0
    ends = np.concatenate((patterns.ends, more.ends + np.uint32(size)))
    return Strings(np.concatenate((patterns.blob[:size], more.blob)), ends)


def beginnings_of(prefixes: Sequence[str]) -> list[bytes]:
    """Return each once, in UTF-8, shorter ones first.

    Raises:
        ValueError: one is not the beginning of one token.
    """
    for prefix in prefixes:
        if not prefix or " " in prefix:
            raise ValueError(f"a prefix is the beginning of one token, this is not: {prefix!r}")
    return sorted({encoded(prefix) for prefix in prefixes}, key=lambda one: (len(one), one))


def encoded(text: str) -> bytes:
    """Return it as it stands in a column."""
    return text.encode("utf-8", "surrogatepass")
