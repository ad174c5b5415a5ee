"""What one watchlist finds in one document: mentions at once, phrases when a rule asks for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tocsin.match import checks
from tocsin.match.proof import View
from tocsin.match.terms import ListTerms, Word
from tocsin.match.windows import Place, Window, adjacent, windows
from tocsin.model.document import Document, Zone
from tocsin.model.match import Hit, Mention
from tocsin.model.rule import Check

MAX_HITS = 100  # a phrase and document: the tightest; one said more often than that says nothing more
MAX_PLACES = 2000  # of a pattern in a document, the first ones: bounds the work on an article of many megabytes


class Places(NamedTuple):
    """Where patterns stand in a document: for each pattern its occurrences outside page furniture, ascending.

    An occurrence lies in one sentence: tokens of which a full stop parts two are no name and no phrase.
    """

    document: Document
    of: Mapping[int, Sequence[Place]]


class _Raw(NamedTuple):
    first: int
    last: int
    entity: int
    strong: bool
    ambiguous: bool
    written: str


class Found:
    """What one watchlist finds in one document.

    Attributes:
        mentions: for each entity that is mentioned, its mentions in text order.
    """

    def __init__(self, terms: ListTerms, places: Places) -> None:
        self._terms = terms
        self._document = places.document
        self.mentions = self._resolve(self._raw_mentions(places))
        self._slots: defaultdict[int, defaultdict[int, list[Place]]] = defaultdict(lambda: defaultdict(list))
        for pattern, where in places.of.items():
            for word in terms.words.get(pattern, ()):
                kept = [place for place in where if self._stands(word, place)] if word.checked else where
                if kept:
                    self._slots[word.phrase][word.slot].extend(kept)
        self._hits: dict[int, tuple[Hit, ...]] = {}
        self._possible = frozenset(
            terms.keyword_of[phrase]
            for phrase, slots in self._slots.items()
            if len(slots) == terms.phrases[phrase].slots and terms.keyword_of[phrase] >= 0
        )

    def view(self) -> View:
        """All that stands in the article."""
        return View(frozenset(self.mentions), lambda asked: {one for one in asked & self._possible if self.hits(one)})

    def hits(self, keyword: int) -> tuple[Hit, ...]:
        """The hits of a keyword's phrases in text order, those left out that ``unless`` claims."""
        hits = self._hits.get(keyword)
        if hits is None:
            hits = self._hits[keyword] = self._find(keyword) if keyword in self._possible else ()
        return hits

    def _raw_mentions(self, places: Places) -> list[_Raw]:
        raw = []
        for pattern, where in places.of.items():
            for entity, surface, strong in self._terms.aliases.get(pattern, ()):
                for first, last in where:
                    held = surface.check is Check.NONE or checks.holds(surface, first, self._document)
                    if held is not False:
                        raw.append(_Raw(first, last, entity, strong and held is True, held is None, surface.written))
        return raw

    def _resolve(self, raw: list[_Raw]) -> dict[int, list[Mention]]:
        """Longest match, then weak aliases: only beside a strong one, and only where no other present entity has it."""
        raw = _without_straddling(raw)
        raw.sort(key=lambda one: (one.first, -one.last, not one.strong))
        standing = _longest(raw)
        present = {one.entity for one in standing if one.strong}
        owners: defaultdict[Place, set[int]] = defaultdict(set)
        for one in standing:
            if one.entity in present:
                owners[one.first, one.last].add(one.entity)
        mentions: defaultdict[int, list[Mention]] = defaultdict(list)
        for one in standing:
            if one.entity in present and (one.strong or len(owners[one.first, one.last]) == 1):
                mentions[one.entity].append(self._mention(one))
        return dict(mentions)

    def _mention(self, one: _Raw) -> Mention:
        return Mention(
            entity=self._terms.watchlist.entities[one.entity],
            first=one.first,
            last=one.last,
            sentence=self._document.sentence_of[one.first],
            strong=one.strong,
            written=one.written,
            ambiguous=one.ambiguous or not one.strong,
        )

    def _stands(self, word: Word, place: Place) -> bool:
        """Whether every part's check holds; capitals that cannot be proved are not enough for a word."""
        first = place[0]
        for part in word.parts:
            if checks.holds(part, first, self._document) is not True:
                return False
            first += len(part.tokens)
        return True

    def _find(self, keyword: int) -> tuple[Hit, ...]:
        claimed: set[int] = set()
        for number in self._terms.unless_phrases[keyword]:
            claimed.update(token for window in self._windows(number, frozenset()) for token in _tokens(window))
        best: dict[tuple[int, ...], Hit] = {}
        for number in self._terms.keyword_phrases[keyword]:
            phrase = self._terms.phrases[number].phrase
            for window in self._windows(number, claimed)[:MAX_HITS]:
                tokens = _tokens(window)
                hit = Hit(
                    keyword=self._terms.watchlist.keywords[keyword],
                    phrase=phrase,
                    tokens=tokens,
                    sentence=self._document.sentence_of[tokens[0]],
                    between=window.between,
                )
                if tokens not in best or best[tokens].phrase.strength < phrase.strength:
                    best[tokens] = hit
        return tuple(sorted(best.values(), key=lambda hit: hit.tokens))

    def _windows(self, number: int, claimed: set[int] | frozenset[int]) -> list[Window]:
        """Windows of a phrase, the tightest first; tokens that are ``claimed`` are not words of it."""
        terms = self._terms.phrases[number]
        slots = self._slots.get(number)
        if slots is None or len(slots) < terms.slots:
            return []
        by_sentence: defaultdict[int, list[list[Place]]] = defaultdict(lambda: [[] for _ in range(terms.slots)])
        for slot, where in slots.items():
            for place in sorted(where):
                if claimed.isdisjoint(range(*place)):
                    by_sentence[self._document.sentence_of[place[0]]][slot].append(place)
        found: list[Window] = []
        for words in by_sentence.values():
            if all(words):
                found += (
                    adjacent(words)
                    if terms.side_by_side
                    else windows(words, between=terms.phrase.between, shared=terms.shared)
                )
        return sorted(found, key=lambda window: (window.between, window.first))


def locate(document: Document, matches: Mapping[int, Sequence[int]], lengths: Sequence[int]) -> Places:
    """Keep the occurrences that prove something.

    Args:
        document: the structured view.
        matches: for each pattern that was hit, the numbers of the tokens it begins at.
        lengths: tokens of each pattern.
    """
    furniture = {number for number, one in enumerate(document.sentences) if one.zone is Zone.FURNITURE}
    sentence_of = document.sentence_of
    of: dict[int, list[Place]] = {}
    for pattern, starts in matches.items():
        length = lengths[pattern]
        of[pattern] = [
            (first, first + length)
            for first in starts
            if sentence_of[first] not in furniture and sentence_of[first] == sentence_of[first + length - 1]
        ][:MAX_PLACES]
    return Places(document, of)


def _tokens(window: Window) -> tuple[int, ...]:
    return tuple(token for place in window.places for token in range(*place))


def _without_straddling(raw: list[_Raw]) -> list[_Raw]:
    """Leave out weak aliases that reach into a strong one: *the South* of *the South Korean army*."""
    strong = {token: (one.first, one.last) for one in raw if one.strong for token in range(one.first, one.last)}
    return [
        one
        for one in raw
        if one.strong
        or all(
            one.first <= first and last <= one.last
            for first, last in (strong[token] for token in range(one.first, one.last) if token in strong)
        )
    ]


def _longest(raw: list[_Raw]) -> list[_Raw]:
    """Leave out what stands inside something longer. ``raw`` is sorted by first token, longer ones first.

    What only overlaps something of the same entity is left out too: one place is one mention of it.
    """
    standing: list[_Raw] = []
    reach = 0  # the furthest end so far, and
    reach_first = -1  # where the one that reaches furthest begins
    ends: dict[int, int] = {}
    for one in raw:
        inside = one.last < reach or (one.last == reach and one.first > reach_first)
        if not inside and one.first >= ends.get(one.entity, 0):
            standing.append(one)
            ends[one.entity] = one.last
        if one.last > reach:
            reach, reach_first = one.last, one.first
    return standing
