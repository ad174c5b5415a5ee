"""The sentences of a document, each made when it is first asked for: most are never looked at."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import overload

from tocsin.model.document import Sentence, Spans, Zone
from tocsin.prepare.capitals import in_capitals


class Pieces(Sequence[Sentence]):
    """Sentences by number.

    Args:
        title, body: as received.
        spans: of the document's tokens.
        pieces: of each where it begins and ends, white space included; its first token, and the one after its last; its
            paragraph: 0 is the title.
        zones: of each.
    """

    def __init__(self, title: str, body: str, spans: Spans, pieces: list[list[int]], zones: list[Zone]) -> None:
        self._title, self._body, self._spans = title, body, spans
        self._pieces, self._zones = pieces, zones
        self._made: dict[int, Sentence] = {}

    def __len__(self) -> int:
        """How many."""
        return len(self._pieces)

    @overload
    def __getitem__(self, number: int) -> Sentence: ...
    @overload
    def __getitem__(self, number: slice) -> list[Sentence]: ...
    def __getitem__(self, number: int | slice) -> Sentence | list[Sentence]:
        """One of them, or some."""
        if isinstance(number, slice):
            return [self[one] for one in range(*number.indices(len(self)))]
        made = self._made.get(number)
        if made is None:
            made = self._made[number] = self._make(self._pieces[number], self._zones[number])
        return made

    def _make(self, piece: list[int], zone: Zone) -> Sentence:
        start, end, first, last, paragraph, _ = piece
        text = self._body if paragraph else self._title
        start, end = _trimmed(text, start, end, self._spans.start(first), self._spans.end(last - 1))
        capitals = in_capitals(text[start:end], in_field=self._capitals) if paragraph else in_capitals(text)
        return Sentence("body" if paragraph else "title", start, end, first, last, paragraph, zone, capitals)

    @cached_property
    def _capitals(self) -> bool:
        return in_capitals(self._body)


def _trimmed(text: str, start: int, end: int, first: int, last: int) -> tuple[int, int]:
    """The span without the white space around; it takes in what is from ``first`` to ``last``, whatever it was."""
    while start < first and text[start].isspace():
        start += 1
    while end > last and text[end - 1].isspace():
        end -= 1
    return min(start, first), max(end, last)
