"""Pieces: the text of asked sentences as the parser gets it, and the way back to document tokens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tocsin.model.document import Document, Sentence
from tocsin.read.casing import is_title_case, write_small
from tocsin.read.word import Word

LONGEST = 80  # document tokens in a piece: parsing is linear, but what is longer is a table or a list, not a sentence
CHARACTERS = 10_000  # of a piece: beyond is no prose, and from a million on the parser refuses
PIECES = 3  # of one sentence; what is beyond is not read
_STRAIGHT = str.maketrans({"\u2019": "'", "\u2018": "'", "“": '"', "”": '"'})
_BREAKS = ".;:!?\n"  # where a sentence that is too long is cut, if one of these stands near enough


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of tokens of one sentence, and its text for the parser.

    ``origin[i]`` is the offset in the field of the i-th character of ``text``; white space is one space each there.
    """

    sentence: int
    first: int
    last: int
    text: str
    origin: tuple[int, ...]
    capitals: bool


def pieces_of(document: Document, number: int) -> Iterator[Piece]:
    """Yield the pieces of a sentence: one, unless it is longer than any sentence should be."""
    sentence = document.sentences[number]
    field = document.field_text(sentence.field)
    first = sentence.first
    for _ in range(PIECES):
        if first >= sentence.last:
            return
        last = _cut(document, field, first, sentence.last)
        start = sentence.start if first == sentence.first else document.spans[first][0]
        end = sentence.end if last == sentence.last else document.spans[last][0]
        if end - start > CHARACTERS:
            return
        letters, origin = _flatten(field, start, end, lower=sentence.capitals)
        if is_title_case("".join(letters)):
            write_small(document, letters)
        text = "".join(letters)
        yield Piece(number, first, last, text, origin, _case_says_nothing(sentence, text))
        first = last


def _cut(document: Document, field: str, first: int, last: int) -> int:
    """Return where the piece that begins at ``first`` ends: at the last stop within reach, or at the limit."""
    if last - first <= LONGEST:
        return last
    limit = first + LONGEST
    for token in range(limit, first + LONGEST // 2, -1):
        gap = field[document.spans[token - 1][1] : document.spans[token][0]]
        if any(stop in gap for stop in _BREAKS):
            return token
    return limit


def _flatten(field: str, start: int, end: int, *, lower: bool) -> tuple[list[str], tuple[int, ...]]:
    """Return the letters with single spaces and straight quotes, and each character's offset in the field.

    Text in capitals is lowered: the parser errs a fourth less on it (labelled attachment 94 against 72).
    """
    letters: list[str] = []
    origin: list[int] = []
    for offset, letter in enumerate(field[start:end].translate(_STRAIGHT), start):
        if letter.isspace() or not letter.isprintable():
            if letters and letters[-1] != " ":
                letters.append(" ")
                origin.append(offset)
            continue
        small = letter.lower() if lower else letter
        letters.append(small if len(small) == 1 else letter)
        origin.append(offset)
    return letters, tuple(origin)


def _case_says_nothing(sentence: Sentence, text: str) -> bool:
    return sentence.capitals or text.islower()


def align(document: Document, piece: Piece, parsed: Sequence[Word]) -> list[tuple[int, ...]]:
    """Return, for each word of the parse, the document tokens that it shares characters with.

    A document token that two spaCy tokens share (*don't* is ``do n't`` there, ``don t`` here) belongs to the one that
    covers more of it.
    """
    owned: list[list[int]] = [[] for _ in parsed]
    bounds = [_bounds(piece, word.idx, len(word.text)) for word in parsed]
    at = 0
    for number in range(piece.first, piece.last):
        start, end = document.spans[number]
        while at < len(bounds) and bounds[at][1] <= start:
            at += 1
        best, most = -1, 0
        for index in range(at, len(bounds)):
            if bounds[index][0] >= end:
                break
            shared = min(end, bounds[index][1]) - max(start, bounds[index][0])
            if shared > most:
                best, most = index, shared
        if best >= 0:
            owned[best].append(number)
    return [tuple(tokens) for tokens in owned]


def _bounds(piece: Piece, start: int, length: int) -> tuple[int, int]:
    """Return the field offsets of characters ``start`` to ``start + length`` of the piece."""
    return piece.origin[start], piece.origin[start + length - 1] + 1
