"""Rows to a roster: a million names in a few seconds.

What an alias means is ``entities.surfaces`` and nothing else. Most names mean their tokens as they stand, without a
condition; ``plain`` sees that for many at once, for a tenth of the price. Rows of which all names are such are taken
over as columns, the few others one by one.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from tocsin import folding
from tocsin.concepts import words
from tocsin.concepts.phrases import PhraseError
from tocsin.concepts.spelling import varied
from tocsin.model.roster import STRONG, Roster, Strings
from tocsin.model.rule import Check
from tocsin.watchlists.entities import spelled, surfaces
from tocsin.watchlists.rows import Row

_BATCH = 4096  # rows whose texts are in memory as Python objects
_BETWEEN = "0tocsin0"  # no name holds this word; where one does, its batch is folded text by text
_FORMS = '="/'  # begin an alias that is more than its words
_STAR, _HYPHENED, _FORM, _SPACE, _SMALL, _CAPITAL, _DIGIT = (1 << bit for bit in range(7))
_SEEN = np.array(
    [
        _STAR * (char == "*") | _HYPHENED * (char == "-") | _FORM * (char in _FORMS) | _SPACE * char.isspace()
        | _SMALL * char.islower() | _CAPITAL * char.isupper() | _DIGIT * char.isdigit()
        for char in map(chr, range(128))
    ],
    dtype=np.uint8,
)  # fmt: skip
_HYPHEN = re.compile(r"(?<=\w)-(?=\w)")


def plain(texts: Sequence[str]) -> tuple[list[str | None], dict[int, list[str]]]:
    """Fold many aliases at once.

    Returns:
        Of each text its folded tokens, where ``surfaces`` finds these without a condition, and besides at most other
        spellings and hyphenated words joined; None: ask it. And those others, by place.
    """
    folded = _folded(texts)
    others = varied(set(" ".join(folded).split(" ")))
    forms = [one if sure else None for one, sure in zip(folded, _are_plain(texts, folded), strict=True)]
    more = {
        place: [" ".join(made) for made in spelled(tuple(one.split(" ")))[1:]]
        for place, one in enumerate(folded)
        if not others.isdisjoint(one.split(" ")) and forms[place] is not None
    }
    places = [place for place, text in enumerate(texts) if "-" in text and forms[place] is not None]
    joined = _folded([_HYPHEN.sub("", texts[place]) for place in places])
    for place, one in zip(places, joined, strict=True):
        if one != forms[place]:
            more.setdefault(place, []).append(one)
    return forms, more


def _folded(texts: Sequence[str]) -> list[str]:
    """Fold them in one go: words part them, and nothing in one depends on another."""
    together = folding.fold(f" {_BETWEEN} ".join(texts))[1:-1]
    folded = together.split(f" {_BETWEEN} ")
    if len(folded) == len(texts) and together.count(_BETWEEN) == len(texts) - 1:
        return folded
    return [folding.fold(text).strip() for text in texts]  # one has no token, or holds the word


def _are_plain(texts: Sequence[str], folded: Sequence[str]) -> list[bool]:
    """Return ``_is_plain`` of each, for ASCII by looking at all characters at once."""
    joined = "".join(texts)
    if not joined.isascii() or "" in texts or not texts:
        return [_is_plain(text, one) for text, one in zip(texts, folded, strict=True)]
    seen = _SEEN[np.frombuffer(joined.encode("ascii"), dtype=np.uint8)]
    lengths = np.fromiter(map(len, texts), dtype=np.intp, count=len(texts))
    ends = np.cumsum(lengths)
    firsts, found = seen[ends - lengths], np.bitwise_or.reduceat(seen, ends - lengths)
    several = np.array([" " in one for one in folded])
    odd = (firsts & (_FORM | _SPACE) != 0) | (seen[ends - 1] & _SPACE != 0) | (found & _STAR != 0)
    odd |= found & (_SMALL | _CAPITAL | _DIGIT) == 0  # no token
    capitals = found & (_SMALL | _CAPITAL) == _CAPITAL
    odd |= ~several & (capitals | (firsts & _SMALL != 0) | (found & _HYPHENED != 0))
    letters = np.add.reduceat((seen & (_SMALL | _CAPITAL) != 0).astype(np.uint32), ends - lengths)
    odd |= several & capitals & (letters <= words.CAPITALS_LIMIT)
    sure: list[bool] = (~odd).tolist()
    return sure


def _is_plain(text: str, folded: str) -> bool:
    if "*" in text or not folded or text[0] in _FORMS or text[0].isspace() or text[-1].isspace():
        return False
    if " " in folded:
        short = text.isupper() and sum(map(str.isalpha, text)) <= words.CAPITALS_LIMIT
        return not short and (text.isascii() or not words.is_hangul((folded,)))
    # Of one word: neither an abbreviation nor in small letters nor with a hyphen, each of which has forms of its own.
    return text.isascii() and not text.isupper() and not text[0].islower() and "-" not in text


def roster(group: str, rows: Iterable[Row]) -> Roster:
    """Make the roster of a group; a row's ref is ``GROUP/ID``. Reads ``rows`` once, a few thousand at a time.

    Raises:
        PhraseError: an alias cannot be looked for; names the row.
    """
    columns = _Columns(f"{group}/")
    source = iter(rows)
    while batch := list(islice(source, _BATCH)):
        columns.add(batch)
    return columns.roster()


@dataclass(slots=True)
class _Aliases:
    """Aliases of rows: columns of one length."""

    owner: list[int] = field(default_factory=list)
    flags: bytearray = field(default_factory=bytearray)
    written: list[str] = field(default_factory=list)
    folded: list[str] = field(default_factory=list)


class _Columns:
    """A roster that grows by batches."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._refs, self._names, self._written, self._folded = _Texts(), _Texts(), _Texts(), _Texts()
        self._kinds: dict[str, int] = {}
        self._types = bytearray()
        self._owner, self._flags = array("I"), bytearray()

    def add(self, batch: list[Row]) -> None:
        """Add rows."""
        batched = _Batch.of(batch, len(self._types))
        self._refs.add([self._prefix + row.id for row in batch])
        self._names.add([row.name.removeprefix("=") for row in batch])
        self._types.extend([self._kinds.setdefault(row.type or "", len(self._kinds)) for row in batch])
        aliases = batched.aliases()
        self._owner.extend(aliases.owner)
        self._flags.extend(aliases.flags)
        self._written.add(aliases.written)
        self._folded.add(aliases.folded)

    def roster(self) -> Roster:
        """Return what was added."""
        kinds = ("", *sorted(kind for kind in self._kinds if kind))
        places = np.array([kinds.index(kind) for kind in self._kinds], dtype=np.uint8)
        types = np.frombuffer(bytes(self._types), dtype=np.uint8)
        return Roster(
            refs=self._refs.strings(), names=self._names.strings(), kinds=kinds,
            types=places[types] if len(types) else types,
            owner=np.frombuffer(self._owner.tobytes(), dtype=np.uint32),
            flags=np.frombuffer(bytes(self._flags), dtype=np.uint8),
            written=self._written.strings(), folded=self._folded.strings(),
        )  # fmt: skip


@dataclass(slots=True)
class _Batch:
    """Some rows, and all their aliases one after another.

    Attributes:
        first: number of the first row.
        ends: of each row, where its aliases end.
        weak: of each row, where its weak ones begin.
    """

    rows: list[Row]
    first: int
    texts: list[str]
    ends: list[int]
    weak: list[int]
    forms: list[str | None] = field(default_factory=list)
    more: dict[int, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: list[Row], first: int) -> _Batch:
        """Lay out the rows."""
        texts: list[str] = []
        ends, weak = [], []
        for row in rows:
            texts.append(row.name)
            if row.aliases:
                texts.extend(row.aliases)
            weak.append(len(texts))
            if row.weak:
                texts.extend(row.weak)
            ends.append(len(texts))
        return cls(rows, first, texts, ends, weak, *plain(texts))

    def aliases(self) -> _Aliases:
        """Return the aliases of the rows, in order."""
        plain_ones, made, done = self._columns(), _Aliases(), 0
        for place in [*self._odd(), len(self.rows)]:
            until = self.ends[place - 1] if place else 0
            made.owner += plain_ones.owner[done:until]
            made.flags += plain_ones.flags[done:until]
            made.written += plain_ones.written[done:until]
            made.folded += plain_ones.folded[done:until]
            if place < len(self.rows):
                self._add(made, place, until)
                done = self.ends[place]
        return made

    def _columns(self) -> _Aliases:
        """Return the aliases as if all were plain."""
        counts = np.diff(np.array(self.ends), prepend=0)
        flags = bytearray([STRONG]) * len(self.texts)
        for weak, end in zip(self.weak, self.ends, strict=True):
            if weak < end:
                flags[weak:end] = bytes(end - weak)
        owner = np.repeat(np.arange(self.first, self.first + len(self.rows)), counts).tolist()
        return _Aliases(owner, flags, self.texts, [form or "" for form in self.forms])

    def _odd(self) -> list[int]:
        """Places of rows that have an alias which is not plain, or the same one twice."""
        odd = [place for place, form in enumerate(self.forms) if form is None] + list(self.more)
        rows = set(np.searchsorted(self.ends, odd, side="right").tolist())
        start = 0
        for place, end in enumerate(self.ends):
            if end - start > 1 and len(set(self.forms[start:end])) < end - start:
                rows.add(place)
            start = end
        return sorted(rows)

    def _add(self, made: _Aliases, place: int, start: int) -> None:
        """Add the aliases of one row as ``entities.entity`` does: a form that was there is not there twice."""
        for first, last, strength in ((start, self.weak[place], STRONG), (self.weak[place], self.ends[place], 0)):
            seen = set()
            for alias in range(first, last):
                for tokens, check, written in self._forms(place, alias):
                    key = (tokens, check, written if check is Check.CASE else "")
                    if key not in seen:
                        seen.add(key)
                        made.owner.append(self.first + place)
                        made.flags.append(strength | check)
                        made.written.append(written)
                        made.folded.append(tokens)

    def _forms(self, place: int, alias: int) -> list[tuple[str, Check, str]]:
        text, form = self.texts[alias], self.forms[alias]
        if form is not None:
            return [(tokens, Check.NONE, text) for tokens in (form, *self.more.get(alias, ()))]
        try:
            return [(" ".join(one.tokens), one.check, one.written) for one in surfaces(text)]
        except PhraseError as error:
            raise PhraseError(f"{self.rows[place].id}: {error.message}", error.remedy) from error


class _Texts:
    """A column of texts that grows."""

    def __init__(self) -> None:
        self._blobs: list[bytes] = []
        self._lengths = array("I")

    def add(self, texts: Sequence[str]) -> None:
        """Add texts."""
        joined = "".join(texts)
        self._blobs.append(joined.encode("utf-8", "surrogatepass"))
        if len(self._blobs[-1]) == len(joined):
            self._lengths.extend(map(len, texts))
        else:
            self._lengths.extend(len(text.encode("utf-8", "surrogatepass")) for text in texts)

    def strings(self) -> Strings:
        """Return what was added."""
        ends = np.cumsum(np.frombuffer(self._lengths.tobytes(), dtype=np.uint32), dtype=np.uint64)
        if len(ends) and ends[-1] >= 2**32:
            raise PhraseError("the names of the group have over 4 GiB.", "Split it into two groups.")
        return Strings(np.frombuffer(b"".join(self._blobs), dtype=np.uint8), ends.astype(np.uint32))
