"""Phrases as a compiled watchlist: plain entities, and rules of two phrases."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Sequence

import numpy as np

from bench.material import Entries
from tocsin.model.roster import STRONG, Entities, Part, Roster, Strings
from tocsin.model.rule import (
    AllOf,
    AnyOf,
    Condition,
    Keyword,
    Mentions,
    Near,
    Not,
    Phrase,
    Rule,
    Says,
    Surface,
    Watchlist,
)

MOST_RULES = 100_000  # beyond, entities stand in groups and a rule asks for any of one
GROUPS = 100  # of a list with more entries than that
CHANNEL = "bench"

Term = Callable[[int], Condition]


def plain(phrases: Sequence[str], *, version: int = 1, most_rules: int = MOST_RULES) -> Watchlist:
    """Return a list in which every phrase is an entity; it has a rule for each, or for each of a hundred groups."""
    if len(phrases) <= most_rules:
        rules = [_rule(number, Mentions(frozenset({number}))) for number in range(len(phrases))]
        parts = [Part(roster(phrases), key=f"plain@{version}")]
    else:
        cuts = [len(phrases) * number // GROUPS for number in range(GROUPS + 1)]
        ranges = list(itertools.pairwise(cuts))
        rules = [_rule(number, Mentions(spans=(span,))) for number, span in enumerate(ranges)]
        parts = [
            Part(roster(phrases[first:last]), group=f"g{number}", key=f"g{number}@{version}")
            for number, (first, last) in enumerate(ranges)
        ]
    return Watchlist(name="bench", version=version, entities=Entities(parts), rules=tuple(rules))


def pairs(entries: Entries, *, said: bool) -> Watchlist:
    """Return a rule for each two phrases, in turn ``a & b``, ``a NEAR/10 b`` and ``(a | b) & !c``.

    Half of the phrases that stand in an article stand in a rule with another one of that article. With ``said`` the
    phrases are exact keywords, as ``when: '"…" & "…"'`` makes them; else they are entities.
    """
    phrases = entries.phrases
    couples = _couples(entries)
    rules = [
        _rule(number, _condition(number, couple, couples[number - 1][1], _says if said else _mentions))
        for number, couple in enumerate(couples)
    ]
    if said:
        return Watchlist(name="bench", version=1, keywords=tuple(map(_keyword, phrases)), rules=tuple(rules))
    entities = Entities([Part(roster(phrases), key="pairs@1")])
    return Watchlist(name="bench", version=1, entities=entities, rules=tuple(rules))


def roster(phrases: Sequence[str]) -> Roster:
    """Return phrases (folded ones) as entities of one strong alias each."""
    texts = Strings.of(phrases)
    return Roster(
        refs=Strings.of(map(str, range(len(phrases)))),
        names=texts,
        types=np.zeros(len(phrases), dtype=np.uint8),
        kinds=("",),
        owner=np.arange(len(phrases), dtype=np.uint32),
        flags=np.full(len(phrases), STRONG, dtype=np.uint8),
        written=texts,
        folded=texts,
    )


def _rule(number: int, condition: Condition) -> Rule:
    return Rule(name=f"r{number}", channels=(CHANNEL,), condition=condition)


def _couples(entries: Entries) -> list[tuple[int, int]]:
    standing: dict[int, list[int]] = {}
    for article, place in entries.planted[::2]:
        standing.setdefault(article, []).append(place)
    together = [(places[at], places[at + 1]) for places in standing.values() for at in range(0, len(places) - 1, 2)]
    used = {place for couple in together for place in couple}
    rest = [place for place in range(len(entries.phrases)) if place not in used]
    couples = [*together, *zip(rest[::2], rest[1::2], strict=False)]
    random.Random(len(couples)).shuffle(couples)
    return couples


def _condition(number: int, couple: tuple[int, int], third: int, term: Term) -> Condition:
    one, other = term(couple[0]), term(couple[1])
    match number % 3:
        case 0:
            return AllOf((one, other))
        case 1:
            return Near(one, other, "words", 10)
        case _:
            return AllOf((AnyOf((one, other)), Not(term(third))))


def _mentions(place: int) -> Condition:
    return Mentions(frozenset({place}))


def _says(place: int) -> Condition:
    return Says(frozenset({place}))


def _keyword(phrase: str) -> Keyword:
    words = tuple((Surface((word,), word),) for word in phrase.split(" "))
    return Keyword(ref=phrase, phrases=(Phrase(written=phrase, words=words, ordered=True),))
