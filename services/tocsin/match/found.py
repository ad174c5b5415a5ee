"""What one watchlist finds in one document: mentions at once, phrases when a rule asks for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import re2

from tocsin.match import checks
from tocsin.match.names import Alias
from tocsin.match.proof import View
from tocsin.match.terms import ListTerms, PhraseTerms
from tocsin.match.windows import Place, Window, adjacent, windows
from tocsin.match.words import MAX_PLACES, Words, proves
from tocsin.model.document import Document, Zone
from tocsin.model.match import Hit, Mention

MAX_HITS = 100  # a phrase and document: the tightest; one said more often than that says nothing more

Named = tuple[int, int, tuple[Alias, ...]]  # first token, the one after the last, and whose alias stands there


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

    def __init__(self, terms: ListTerms, names: Iterable[Named], words: Words) -> None:
        """Find the mentions.

        Args:
            terms: of the watchlist.
            names: those in the document that are aliases of the list's entities, and no others'.
            words: of the document.
        """
        self._terms = terms
        self._words = words
        self._document = words.document
        self.mentions = self._resolve(self._raw_mentions(names))
        self._hits: dict[int, tuple[Hit, ...]] = {}

    def view(self) -> View:
        """All that stands in the article."""
        return View(self._document, self.mentions, self.hits)

    def hits(self, keyword: int) -> tuple[Hit, ...]:
        """The hits of a keyword's phrases in text order, those left out that ``unless`` claims."""
        hits = self._hits.get(keyword)
        if hits is None:
            hits = self._hits[keyword] = self._find(keyword)
        return hits

    def _raw_mentions(self, names: Iterable[Named]) -> list[_Raw]:
        document = self._document
        article = document.article
        date = article.arrived_at if article.published_at is None else article.published_at
        raw: list[_Raw] = []
        seen: defaultdict[int, int] = defaultdict(int)
        for first, last, aliases in names:
            if not proves(document, first, last):
                continue
            for alias in aliases:
                if (alias.since is not None and date < alias.since) or (alias.until is not None and date > alias.until):
                    continue
                seen[alias.entity] += 1
                if seen[alias.entity] > MAX_PLACES:
                    continue
                held = True if alias.surface is None else checks.holds(alias.surface, first, document)
                if held is not False:
                    strong = alias.strong and held is True
                    raw.append(_Raw(first, last, alias.entity, strong, held is None, alias.written))
        return raw

    def _resolve(self, raw: list[_Raw]) -> dict[int, list[Mention]]:
        """Longest match, then weak aliases: only beside a strong one, and only where no other present entity has it."""
        if not raw:
            return {}
        mentions: defaultdict[int, list[Mention]] = defaultdict(list)
        raw.sort(key=_in_order)
        if _are_plain(raw):
            for one in raw:
                mentions[one.entity].append(self._mention(one))
            return dict(mentions)
        standing = _longest(_without_straddling(raw))
        present = {one.entity for one in standing if one.strong}
        owners: defaultdict[Place, set[int]] = defaultdict(set)
        strong: defaultdict[int, set[Place]] = defaultdict(set)
        for one in standing:
            if one.entity in present:
                owners[one.first, one.last].add(one.entity)
                if one.strong:
                    strong[one.entity].add((one.first, one.last))

        def is_owner(one: _Raw) -> bool:
            # Two that have a strong mention in common are one thing by two names: a list's own entity and a set's member.
            others = owners[one.first, one.last] - {one.entity}
            return all(not strong[one.entity].isdisjoint(strong[other]) for other in others)

        for one in standing:
            if one.entity in present and (one.strong or is_owner(one)):
                mentions[one.entity].append(self._mention(one))
        return dict(mentions)

    def _mention(self, one: _Raw) -> Mention:
        return Mention(
            self._terms.head(one.entity),
            one.first,
            one.last,
            self._document.sentence_of[one.first],
            one.strong,
            one.written,
            one.ambiguous or not one.strong,
        )

    def _find(self, keyword: int) -> tuple[Hit, ...]:
        asked: Sequence[PhraseTerms] = self._terms.phrases(keyword)
        unless: Sequence[PhraseTerms] = self._terms.unless(keyword)
        if (filed := self._terms.filed(keyword)) is not None:  # a concept has hundreds
            asked, unless = (one.among(self._words.at) for one in filed)
        phrases = [one for one in asked if self._possible(one)]
        if not phrases:
            return ()
        claimed: set[int] = set()
        for terms in unless:
            claimed.update(token for window in self._windows(terms, frozenset()) for token in _tokens(window))
        best: dict[tuple[int, ...], Hit] = {}
        for terms in phrases:
            for window in self._windows(terms, claimed)[:MAX_HITS]:
                tokens = _tokens(window)
                hit = Hit(
                    keyword=self._terms.watchlist.keywords[keyword],
                    phrase=terms.phrase,
                    tokens=tokens,
                    sentence=self._document.sentence_of[tokens[0]],
                    between=window.between,
                )
                if tokens not in best or best[tokens].phrase.strength < terms.phrase.strength:
                    best[tokens] = hit
        return tuple(sorted(best.values(), key=lambda hit: hit.tokens))

    def _possible(self, terms: PhraseTerms) -> bool:
        if terms.exact:
            return bool(self._words.standing(terms))
        return all(map(self._words.places, terms.slots))

    def _windows(self, terms: PhraseTerms, claimed: set[int] | frozenset[int]) -> list[Window]:
        """Windows of a phrase, the tightest first; tokens that are ``claimed`` are not words of it."""
        if terms.phrase.regex is not None:
            return [one for one in _matches(terms.phrase.regex, self._document) if claimed.isdisjoint(_tokens(one))]
        if not self._possible(terms):
            return []
        if terms.exact:
            return _side_by_side(self._words.standing(terms), claimed)
        by_sentence: defaultdict[int, list[list[Place]]] = defaultdict(lambda: [[] for _ in terms.slots])
        for number, slot in enumerate(terms.slots):
            for place in self._words.places(slot):
                if claimed.isdisjoint(range(*place)):
                    by_sentence[self._document.sentence_of[place[0]]][number].append(place)
        found: list[Window] = []
        for words in by_sentence.values():
            if all(words):
                found += (
                    adjacent(words)
                    if terms.phrase.ordered
                    else windows(words, between=terms.phrase.between, shared=terms.shared)
                )
        return sorted(found, key=lambda window: (window.between, window.first))


@lru_cache(maxsize=4096)
def _pattern(regex: str) -> Any:
    options = re2.Options()
    options.case_sensitive = False
    return re2.compile(regex, options)


def _matches(regex: str, document: Document) -> list[Window]:
    """Where a regular expression matches in a sentence as received, as the tokens that it touches."""
    found: list[Window] = []
    pattern = _pattern(regex)
    starts, ends = document.spans.rows.T
    for sentence in document.sentences:
        if sentence.zone is Zone.FURNITURE:
            continue
        tokens = slice(sentence.first, sentence.last)
        text = document.field_text(sentence.field)[sentence.start : sentence.end]
        if not text.isascii():
            text = text.encode("utf-8", "replace").decode()  # a lone surrogate, which RE2 does not take, is a sign
        for match in pattern.finditer(text):
            first = sentence.first + int(ends[tokens].searchsorted(sentence.start + match.start(), side="right"))
            last = sentence.first + int(starts[tokens].searchsorted(sentence.start + match.end()))
            if first < last:
                found.append(Window(0, first, last, tuple((one, one + 1) for one in range(first, last))))
                if len(found) >= MAX_HITS:
                    return found
    return found


def _side_by_side(places: Iterable[Place], claimed: set[int] | frozenset[int]) -> list[Window]:
    """These places as windows of one token after another, in text order."""
    return [
        Window(0, first, last, tuple((token, token + 1) for token in range(first, last)))
        for first, last in sorted(places)
        if claimed.isdisjoint(range(first, last))
    ]


def _tokens(window: Window) -> tuple[int, ...]:
    return tuple(token for place in window.places for token in range(*place))


def _in_order(one: _Raw) -> tuple[int, int, bool]:
    return one.first, -one.last, not one.strong


def _are_plain(raw: list[_Raw]) -> bool:
    """Whether all are strong, each behind the one before it: nothing is to be weighed then. ``raw`` is in order."""
    end = 0
    for one in raw:
        if not one.strong or one.first < end:
            return False
        end = one.last
    return True


def _without_straddling(raw: list[_Raw]) -> list[_Raw]:
    """Leave out weak aliases that reach into a strong one: *the South* of *the South Korean army*."""
    if all(one.strong for one in raw):
        return raw
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
