"""Anchors: the terms that rules are filed under, and which rules they bring up.

A rule that needs several words is filed under the rarest and asked for only where another one stands in the article too,
and then all of them: of a hundred thousand rules a thousand share a word with an article, and a handful all their words.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from tocsin.match.found import Named
from tocsin.match.rarity import Need
from tocsin.match.table import Match, Table
from tocsin.match.terms import Wanted
from tocsin.match.together import Together
from tocsin.model.roster import Strings
from tocsin.model.rule import Rule

Range = tuple[int, int]
Term = tuple[str, bool]  # a phrase, or the beginning of a word


class Filed(NamedTuple):
    """A rule, the number of its list, and what it needs.

    ``need`` is None where it always runs; ``words`` are those that it needs all of, besides.
    """

    list: int
    rule: Rule
    need: Need | None
    words: frozenset[Wanted] = frozenset()


class Anchors:
    """The table of the words and phrases that anchor rules, and the entities that do."""

    def __init__(self, filed: Sequence[Filed]) -> None:
        words = _Words()
        alone: defaultdict[Term, list[int]] = defaultdict(list)
        paired: defaultdict[Term, list[int]] = defaultdict(list)
        entities: defaultdict[Range, list[int]] = defaultdict(list)
        spans: defaultdict[int, defaultdict[Range, list[int]]] = defaultdict(lambda: defaultdict(list))
        needed: dict[int, tuple[int, ...]] = {}
        for number, one in enumerate(filed):
            if one.need is None:
                continue
            others = () if one.need.entities or one.need.spans else words.rarest_first(one.words, one.need)
            if others:
                needed[number] = others
            for term in _terms(one.need):
                (paired if others else alone)[term].append(number)
            for entity in one.need.entities:
                entities[one.list, entity].append(number)
            for span in one.need.spans:
                spans[one.list][span].append(number)
        begun = {(text, False): numbers for text, numbers in words.by_pattern.items()}
        terms = sorted(dict.fromkeys([*alone, *paired, *begun]), key=lambda term: term[1])  # phrases, then prefixes
        self.table, found = Table.build(
            Strings.of(text for text, prefix in terms if not prefix), [text for text, prefix in terms if prefix]
        )
        by_number = [terms[place] for place in np.argsort(found).tolist()]
        self._alone = {number: tuple(alone[term]) for number, term in enumerate(by_number) if term in alone}
        self._together = Together(
            [paired.get(term, ()) for term in by_number], [begun.get(term, ()) for term in by_number], needed
        )
        self._by_entity = {entity: tuple(rules) for entity, rules in entities.items()}
        self._by_span = {which: _Spans(of_list) for which, of_list in spans.items()}

    def rules(self, words: Sequence[Match], names: Sequence[Named]) -> set[int]:
        """Return the rules that these terms and names bring up. A weak alias alone brings up none."""
        asked: set[int] = set()
        if words:
            found = {number for _, _, number in words}
            asked = self._together.rules(found)
            for number in self._alone.keys() & found:
                asked.update(self._alone[number])
        if names and (self._by_entity or self._by_span):
            self._ask_entities(names, asked)
        return asked

    def _ask_entities(self, names: Iterable[Named], asked: set[int]) -> None:
        by_entity, by_span = self._by_entity, self._by_span
        there = {(alias.list, alias.entity) for _, _, aliases in names for alias in aliases if alias.strong}
        for one in there:
            rules = by_entity.get(one)
            if rules is not None:
                asked.update(rules)
            if by_span and one[0] in by_span:
                asked.update(by_span[one[0]].rules(one[1]))


class _Spans:
    """Ranges of entities cut where one begins or ends: each piece with the rules that it brings up."""

    def __init__(self, spans: Mapping[Range, Iterable[int]]) -> None:
        self._cuts = sorted({cut for span in spans for cut in span})
        pieces: list[list[int]] = [[] for _ in self._cuts]
        for (first, last), rules in spans.items():
            for piece in range(bisect_left(self._cuts, first), bisect_left(self._cuts, last)):
                pieces[piece] += rules
        self._pieces = [tuple(piece) for piece in pieces]

    def rules(self, entity: int) -> tuple[int, ...]:
        """Return the rules of the ranges that an entity lies in."""
        piece = bisect_right(self._cuts, entity) - 1
        return self._pieces[piece] if piece >= 0 else ()


class _Words:
    """The words that rules need besides their anchor, numbered from 1; ``by_pattern`` are those that a text may be."""

    def __init__(self) -> None:
        self._numbers: dict[frozenset[str], int] = {}
        self.by_pattern: defaultdict[str, list[int]] = defaultdict(list)

    def rarest_first(self, words: Iterable[Wanted], need: Need) -> tuple[int, ...]:
        """Return the numbers of these words, those left out that the anchor speaks for or that no list of texts tells."""
        others = [
            (word.need.cost, self._number(word.patterns))
            for word in words
            if word.patterns is not None and word.need.phrases != need.phrases
        ]
        return tuple(number for _, number in sorted(others))

    def _number(self, patterns: frozenset[str]) -> int:
        known = self._numbers.get(patterns)
        if known is None:
            known = self._numbers[patterns] = len(self._numbers) + 1
            for pattern in patterns:
                self.by_pattern[pattern].append(known)
        return known


def _terms(need: Need) -> Iterator[Term]:
    yield from ((phrase, False) for phrase in need.phrases)
    yield from ((prefix, True) for prefix in need.prefixes)
