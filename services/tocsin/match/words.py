"""Where the words and phrases of one document stand, outside page furniture."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from tocsin.match import checks
from tocsin.match.terms import PhraseTerms, Slot
from tocsin.match.windows import Place
from tocsin.model.document import Document, Zone
from tocsin.model.rule import Check, Surface

MAX_SEARCHES = 32  # of a document for a text: where more are asked for, its words are looked up first
MAX_PLACES = 2000  # of a word or name in a document, the first ones: bounds the work on an article of many megabytes


def proves(document: Document, first: int, last: int) -> bool:
    """Whether these tokens may prove something: in one sentence, for a full stop parts names and phrases, and no furniture."""
    number = document.sentence_of[first]
    if number < 0 or document.sentence_of[last - 1] != number:
        return False
    return document.zones[number] is not Zone.FURNITURE


class Words:
    """Where the words of a document stand. Looked up when the first phrase is asked for that is no plain text."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._slots: dict[Slot, list[Place]] = {}
        self._texts: dict[tuple[str, ...], list[Place]] = {}
        self._searches = MAX_SEARCHES

    @cached_property
    def at(self) -> dict[str, list[int]]:
        """Where each token stands."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for number, token in enumerate(self.document.words):
            found[token].append(number)
        return dict(found)

    def places(self, slot: Slot) -> list[Place]:
        """Where one word of a phrase stands, outside page furniture, ascending."""
        known = self._slots.get(slot)
        if known is None:
            found = {
                (first, first + 1) for token in slot.plain & self.at.keys() for first in self.at[token][:MAX_PLACES]
            }
            for surface in slot.others:
                found.update(self._surface(surface))
            known = self._slots[slot] = sorted(place for place in found if proves(self.document, *place))[:MAX_PLACES]
        return known

    def standing(self, terms: PhraseTerms) -> list[Place]:
        """Where an exact phrase stands, outside page furniture."""
        known = self._texts.get(terms.texts)
        if known is None:
            self._searches -= len(terms.texts)
            if self._searches < 0 and not all(map(self.places, terms.slots)):
                return []
            found = [place for text in terms.texts for place in self._text(text)]
            known = self._texts[terms.texts] = [place for place in found if proves(self.document, *place)]
        return known

    def _text(self, text: str) -> Iterable[Place]:
        """Where these tokens stand side by side, a space on either side of them."""
        within, length = self.document.folded.text, text.count(" ") - 1
        first = last = 0
        at = within.find(text)
        for _ in range(MAX_PLACES):
            if at < 0:
                return
            first += within.count(" ", last, at)
            yield first, first + length
            last, at = at, within.find(text, at + 1)

    def _surface(self, surface: Surface) -> Iterable[Place]:
        tokens, length = surface.tokens, len(surface.tokens)
        if surface.check is Check.PREFIX and length == 1:
            begun = [token for token in self.at if token.startswith(tokens[0])]
            return [(first, first + 1) for token in begun for first in self.at[token][:MAX_PLACES]]
        starts = self.at.get(tokens[0], ())[:MAX_PLACES]
        if surface.check is Check.PREFIX:
            return [(first, first + length) for first in starts if self._begins(first, tokens)]
        return [
            (first, first + length)
            for first in starts
            if (length == 1 or tuple(self.document.words[first : first + length]) == tokens)
            # Capitals that cannot be proved are not enough for a word.
            and (surface.check is Check.NONE or checks.holds(surface, first, self.document) is True)
        ]

    def _begins(self, first: int, tokens: tuple[str, ...]) -> bool:
        there = self.document.words[first : first + len(tokens)]
        return len(there) == len(tokens) and there[:-1] == list(tokens[:-1]) and there[-1].startswith(tokens[-1])
