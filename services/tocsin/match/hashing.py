"""Hashes of any run of bytes in a text, from one pass over it.

The hash of bytes ``b0 b1 …`` is ``BYTE[b0] + BYTE[b1] * BASE + BYTE[b2] * BASE² …`` modulo 2^64: a polynomial, so that
the hash of a part is the difference of two sums. Its high bits are good, its low ones are not; two texts may share a
hash (and such texts can be made), so equal hashes are never proof. The constants stand only here: a table in a file was
made with them, and a change of them is a new ``table.FORMAT``.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Hashes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]

MASK = 2**64 - 1
BASE = 0xD1342543DE82EF95  # odd, and 5 modulo 8, so that its powers do not repeat early
INVERSE = pow(BASE, -1, 2**64)
PREFIX = np.uint64(0x5851F42D4C957F2D)  # laid over the hash of a prefix: it is no pattern of the same letters
SPACE = ord(" ")
_SEED = 0x9E3779B97F4A7C15
_LEAST_POWERS = 12  # 2^12 bytes: an article


def _spread(count: int) -> Hashes:
    """Fixed numbers that look random (splitmix64)."""
    mixed = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(_SEED)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


BYTE = _spread(256)


def powers_for(size: int) -> int:
    """Return the ``bits`` to ask ``powers`` for where a text has so many bytes."""
    return max(_LEAST_POWERS, size.bit_length())


@cache
def powers(bits: int) -> tuple[Hashes, Hashes]:
    """Return ``BASE`` and its inverse to the power of 0, 1, … up to 2^bits."""
    made = []
    for base in (BASE, INVERSE):
        factors = np.full(1 << bits, base, dtype=np.uint64)
        factors[0] = 1
        np.cumprod(factors, out=factors)
        factors.flags.writeable = False
        made.append(factors)
    return made[0], made[1]


def sums(raw: Bytes) -> Hashes:
    """Return the hash of the first 0, 1, … ``len(raw)`` bytes."""
    found = np.empty(len(raw) + 1, dtype=np.uint64)
    found[0] = 0
    np.cumsum(BYTE.take(raw) * powers(powers_for(len(raw)))[0][: len(raw)], out=found[1:])
    return found


def of_bytes(raw: bytes) -> int:
    """Hash all of it."""
    return int(sums(np.frombuffer(raw, dtype=np.uint8))[-1])


class Hashed:
    """A folded text, hashed token by token.

    Args:
        raw: its UTF-8.
        own: tokens before which a space stands in so many of its bytes are asked about.

    Attributes:
        raw: its UTF-8.
        starts, ends: of each token in it, in bytes.
        own: how many of the tokens are asked about; those behind them are there for patterns that reach beyond.
        keys: high half of the hash of each own token, then of each own token with the one that follows it.
    """

    def __init__(self, raw: bytes, own: int) -> None:
        self.raw = raw
        codes = np.frombuffer(raw, dtype=np.uint8)
        spaces = np.flatnonzero(codes == SPACE)
        self.starts, self.ends = spaces[:-1] + 1, spaces[1:]
        self.own = own = int(np.searchsorted(spaces[:-1], own))
        self.sums = sums(codes)
        self.before, self.after = self.sums.take(self.starts), self.sums.take(self.ends)
        self.inverse = powers(powers_for(len(raw)))[1].take(self.starts)
        pairs = min(own, max(len(self.starts) - 1, 0))
        hashes = np.empty(own + pairs, dtype=np.uint64)
        np.subtract(self.after[:own], self.before[:own], out=hashes[:own])
        np.subtract(self.after[1 : pairs + 1], self.before[:pairs], out=hashes[own:])
        hashes[:own] *= self.inverse[:own]
        hashes[own:] *= self.inverse[:pairs]
        self.keys: Places = (hashes >> np.uint64(32)).view(np.int64)

    def key(self, first: int, last: int) -> int:
        """High half of the hash of some tokens with the spaces between."""
        between: int = self.after.item(last - 1) - self.before.item(first)
        return (between * self.inverse.item(first) & MASK) >> 32

    def beginnings(self, length: int) -> tuple[Places, Places]:
        """Return the own tokens of so many bytes at least, and the keys of their first so many bytes as prefixes."""
        starts = self.starts[: self.own]
        tokens = np.flatnonzero(self.ends[: self.own] - starts >= length)
        hashes = (self.sums.take(starts[tokens] + length) - self.before[tokens]) * self.inverse[tokens]
        keys: Places = ((hashes ^ PREFIX) >> np.uint64(32)).view(np.int64)
        return tokens, keys
