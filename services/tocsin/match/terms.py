"""The terms of one watchlist: which pattern of the automaton speaks for which alias, and for which word of which phrase."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from typing import NamedTuple

from tocsin.match.rarity import rarest, rarity
from tocsin.model.rule import Check, Phrase, Surface, Watchlist

_MAX_SPELLED = 64  # an ordered phrase with no more variants than that is looked for as a whole, each variant a pattern


class Patterns:
    """The distinct surface forms of all lists, numbered as they are met.

    Attributes:
        numbers: of each sequence of folded tokens.
        costs: ``rarity`` of each pattern.
    """

    def __init__(self) -> None:
        self.numbers: dict[tuple[str, ...], int] = {}
        self.costs: list[float] = []

    def number(self, tokens: tuple[str, ...]) -> int:
        """The pattern's number, a new one where it was not met before."""
        known = self.numbers.get(tokens)
        if known is None:
            known = self.numbers[tokens] = len(self.costs)
            self.costs.append(rarity(tokens))
        return known


class Alias(NamedTuple):
    """A pattern is an alias of an entity of the list."""

    entity: int
    surface: Surface
    strong: bool


class Word(NamedTuple):
    """A pattern is one word of a phrase of the list; of an ordered one it is the whole phrase."""

    phrase: int
    slot: int
    parts: tuple[Surface, ...]
    checked: bool  # some part must be checked against the text as received


class PhraseTerms(NamedTuple):
    """A phrase as it is looked for.

    ``shared``: two of its words have a token in common, so that one place in the text could pass for both.
    """

    phrase: Phrase
    slots: int
    shared: bool
    side_by_side: bool  # an ordered phrase with too many variants to spell out: its words must follow each other
    anchor: frozenset[int]  # the patterns of its rarest word


class ListTerms:
    """What one watchlist looks for.

    Attributes:
        aliases, words: for each pattern, whose alias and which phrase's word it is.
        phrases: numbered as ``Word.phrase`` says.
        keyword_phrases, unless_phrases: for each keyword, the numbers of its phrases.
        keyword_of: for each phrase its keyword, -1 for one of ``unless``.
        entity_patterns: for each entity, the patterns of its strong aliases.
    """

    def __init__(self, watchlist: Watchlist, patterns: Patterns) -> None:
        self.watchlist = watchlist
        self.aliases: dict[int, tuple[Alias, ...]] = {}
        self.words: dict[int, tuple[Word, ...]] = {}
        self.phrases: list[PhraseTerms] = []
        self.keyword_of: list[int] = []
        self.entity_patterns = [
            self._aliases(index, entity.strong, patterns, strong=True)
            for index, entity in enumerate(watchlist.entities)
        ]
        for index, entity in enumerate(watchlist.entities):
            self._aliases(index, entity.weak, patterns, strong=False)
        self.keyword_phrases = [
            self._phrases(word.phrases, index, patterns) for index, word in enumerate(watchlist.keywords)
        ]
        self.unless_phrases = [self._phrases(word.unless, -1, patterns) for word in watchlist.keywords]

    def entity_terms(self, entity: int) -> frozenset[int]:
        """Patterns without one of which the entity is not mentioned: a weak alias needs a strong one beside it."""
        return self.entity_patterns[entity]

    def keyword_terms(self, keyword: int) -> frozenset[int]:
        """Patterns without one of which the keyword is not found: the rarest word of each of its phrases."""
        return frozenset().union(*(self.phrases[phrase].anchor for phrase in self.keyword_phrases[keyword]))

    def _aliases(self, entity: int, surfaces: Iterable[Surface], patterns: Patterns, *, strong: bool) -> frozenset[int]:
        found = set()
        for surface in surfaces:
            if surface.tokens:
                pattern = patterns.number(surface.tokens)
                found.add(pattern)
                self.aliases[pattern] = (*self.aliases.get(pattern, ()), Alias(entity, surface, strong))
        return frozenset(found)

    def _phrases(self, phrases: Iterable[Phrase], keyword: int, patterns: Patterns) -> tuple[int, ...]:
        return tuple(
            self._phrase(phrase, keyword, patterns) for phrase in phrases if phrase.words and all(phrase.words)
        )

    def _phrase(self, phrase: Phrase, keyword: int, patterns: Patterns) -> int:
        number = len(self.phrases)
        spelled = phrase.ordered and math.prod(map(len, phrase.words)) <= _MAX_SPELLED
        variants: list[list[tuple[Surface, ...]]]
        if spelled:
            variants = [list(itertools.product(*phrase.words))]
        else:
            variants = [[(surface,) for surface in word] for word in phrase.words]
        sets = [
            frozenset(self._word(number, slot, parts, patterns) for parts in alternatives)
            for slot, alternatives in enumerate(variants)
        ]
        self.phrases.append(
            PhraseTerms(
                phrase,
                slots=len(sets),
                shared=_share_tokens(variants),
                side_by_side=phrase.ordered and not spelled,
                anchor=rarest(sets, patterns.costs),
            )
        )
        self.keyword_of.append(keyword)
        return number

    def _word(self, phrase: int, slot: int, parts: tuple[Surface, ...], patterns: Patterns) -> int:
        pattern = patterns.number(tuple(itertools.chain.from_iterable(part.tokens for part in parts)))
        checked = any(part.check is not Check.NONE for part in parts)
        self.words[pattern] = (*self.words.get(pattern, ()), Word(phrase, slot, parts, checked))
        return pattern


def _share_tokens(words: Iterable[Iterable[tuple[Surface, ...]]]) -> bool:
    tokens = [{token for parts in word for part in parts for token in part.tokens} for word in words]
    return sum(map(len, tokens)) != len(set().union(*tokens))
