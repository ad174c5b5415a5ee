"""The index of all watchlists: one automaton, and each rule filed under its rarest required terms."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence

import daachorse
import msgspec

from tocsin.match.evidence import Evidence
from tocsin.match.found import Found, Places, locate
from tocsin.match.proof import View, prove
from tocsin.match.rarity import required
from tocsin.match.terms import ListTerms, Patterns
from tocsin.model.document import Document, Folded
from tocsin.model.match import Candidate, Percolated
from tocsin.model.rule import Mode, Rule, Watchlist

Match = tuple[int, int, int]  # start and end in the folded text, the spaces around included, and the pattern


class Scan(msgspec.Struct, frozen=True):
    """What the automaton found in one article.

    Attributes:
        matches: in the order of their ends.
        rules: numbers of the rules that could hold, ascending.
    """

    matches: Sequence[Match]
    rules: tuple[int, ...]


class _Filed(msgspec.Struct, frozen=True):
    """A rule, the number of its list, and what it needs; ``needs`` is None where it always runs."""

    list: int
    rule: Rule
    needs: frozenset[int] | None


class Index:
    """Immutable; may be shared by threads, built in one and used in another, and pickled.

    Attributes:
        patterns: how many distinct surface forms the automaton looks for.
        rules: how many rules stand in it (those with mode ``off`` do not).
        always_run: how many of these are evaluated for every article.
    """

    def __init__(self, watchlists: tuple[Watchlist, ...]) -> None:
        self.watchlists = watchlists
        patterns = Patterns()
        self._terms = [ListTerms(watchlist, patterns) for watchlist in watchlists]
        self._lengths = [len(tokens) for tokens in patterns.numbers]
        padded = [f" {' '.join(tokens)} " for tokens in patterns.numbers]
        self._automaton = _automaton(padded)
        self._filed = [
            _file(number, rule, terms, patterns.costs)
            for number, terms in enumerate(self._terms)
            for rule in terms.watchlist.rules
            if rule.mode is not Mode.OFF
        ]
        anchored: defaultdict[int, list[int]] = defaultdict(list)
        for filed_number, filed in enumerate(self._filed):
            for pattern in filed.needs or ():
                anchored[pattern].append(filed_number)
        self._anchored = {pattern: tuple(rules) for pattern, rules in anchored.items()}
        # Most articles end at the anchors: the common words of phrases (*border*, *line*) are looked for only after them.
        self._anchors = sorted(self._anchored)
        self._anchor_automaton = _automaton([padded[pattern] for pattern in self._anchors])
        self._always = tuple(number for number, filed in enumerate(self._filed) if filed.needs is None)
        self.patterns = len(patterns.costs)
        self.rules = len(self._filed)
        self.always_run = len(self._always)

    def scan(self, folded: Folded) -> Scan | None:
        """Look for every surface form; None where no rule can hold."""
        asked: set[int] = set()
        if self._anchor_automaton:
            for _, _, number in self._anchor_automaton.find_overlapping(folded.text):
                asked.update(self._anchored[self._anchors[number]])
        if not asked and not self._always:
            return None
        matches: Sequence[Match] = self._automaton.find_overlapping(folded.text) if self._automaton else ()
        hopeful = self._hopeful(asked, {match[2] for match in matches}) if asked else []
        if not hopeful and not self._always:
            return None
        return Scan(matches, tuple(sorted({*hopeful, *self._always})))

    def scan_all(self, batch: Iterable[Folded]) -> list[Scan | None]:
        """``scan`` for each of them, in order."""
        return [self.scan(folded) for folded in batch]

    def percolate(self, document: Document, scan: Scan | None, *, prefilter: bool = True) -> Percolated:
        """Evaluate the rules that could hold.

        Args:
            document: the structured view of the article that was scanned.
            scan: what ``scan`` returned for it.
            prefilter: False evaluates every rule of the index: slow, and never another result.
        """
        if not prefilter:
            matches = self._automaton.find_overlapping(document.folded.text) if self._automaton else ()
            scan = Scan(matches, tuple(range(self.rules)))
        if scan is None:
            return Percolated(document, (), 0)
        places = self._places(document, scan.matches)
        found: dict[int, tuple[View, Evidence]] = {}
        candidates = []
        for number in scan.rules:
            filed = self._filed[number]
            if filed.list not in found:
                one = Found(self._terms[filed.list], places)
                found[filed.list] = (one.view(), Evidence(document, one))
            view, evidence = found[filed.list]
            candidate = _evaluate(self.watchlists[filed.list], filed.rule, view, evidence)
            if candidate is not None:
                candidates.append(candidate)
        return Percolated(document, tuple(candidates), len(scan.rules))

    def _places(self, document: Document, matches: Sequence[Match]) -> Places:
        starts = document.starts
        tokens: defaultdict[int, list[int]] = defaultdict(list)
        for start, _, pattern in matches:
            tokens[pattern].append(bisect_left(starts, start + 1))
        return locate(document, tokens, self._lengths)

    def _hopeful(self, asked: Iterable[int], patterns: set[int]) -> list[int]:
        """Those rules that hold if every pattern found proves what it speaks for."""
        views: dict[int, View] = {}
        hopeful = []
        for number in asked:
            filed = self._filed[number]
            if filed.list not in views:
                views[filed.list] = _hopeful_view(self._terms[filed.list], patterns)
            if prove(filed.rule.condition, views[filed.list], article=None) is not None:
                hopeful.append(number)
        return hopeful


def build(watchlists: tuple[Watchlist, ...]) -> Index:
    """Build the index. The automaton is built without holding the interpreter's lock."""
    return Index(watchlists)


def _automaton(patterns: list[str]) -> daachorse.CharwiseDoubleArrayAhoCorasick | None:
    return daachorse.CharwiseDoubleArrayAhoCorasick(patterns) if patterns else None


def _file(number: int, rule: Rule, terms: ListTerms, costs: Sequence[float]) -> _Filed:
    needs = required(rule.condition, entity_terms=terms.entity_terms, keyword_terms=terms.keyword_terms, costs=costs)
    return _Filed(number, rule, needs)


def _hopeful_view(terms: ListTerms, patterns: set[int]) -> View:
    entities = set()
    slots: defaultdict[int, set[int]] = defaultdict(set)
    for pattern in patterns:
        for alias in terms.aliases.get(pattern, ()):
            if alias.strong:
                entities.add(alias.entity)
        for word in terms.words.get(pattern, ()):
            slots[word.phrase].add(word.slot)
    keywords = frozenset(
        terms.keyword_of[phrase] for phrase, seen in slots.items() if len(seen) == terms.phrases[phrase].slots
    )
    return View(entities, lambda asked: asked & keywords)


def _evaluate(watchlist: Watchlist, rule: Rule, view: View, evidence: Evidence) -> Candidate | None:
    proof = prove(rule.condition, view, article=view)
    if proof is None:
        return None
    chosen = evidence.choose(rule, proof, view)
    return None if chosen is None else Candidate(watchlist, rule, *chosen)
