"""The terms of one watchlist: what each of its phrases is looked for by."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import product
from typing import NamedTuple

from tocsin.match.rarity import Need, either, rarity
from tocsin.model.roster import STRONG, Entities, Part
from tocsin.model.rule import AllOf, Check, Condition, Entity, Keyword, Mentions, Near, Phrase, Says, Surface, Watchlist

_SAMPLE = 200  # aliases by which the cost of a large group is estimated
_MAX_SPELLED = 64  # variants of an ordered phrase
_MAX_TEXTS = 8  # of these, for each to be looked for by itself: a search of the text takes a tenth of splitting it
_MANY = 12  # phrases of a keyword and of what it must not be part of: from there on they are filed
_HEADS = 50_000  # entities of a list that are kept at hand once they were mentioned


class Slot(NamedTuple):
    """One word of a phrase: what it may look like.

    ``plain`` are single tokens that need no check; ``others`` are of several tokens, checked, or beginnings of a token.
    """

    plain: frozenset[str]
    others: tuple[Surface, ...]

    @property
    def need(self) -> Need:
        """What must stand in an article for this word to be found."""
        phrases, prefixes = set(self.plain), set()
        for surface in self.others:
            if surface.check is not Check.PREFIX:
                phrases.add(" ".join(surface.tokens))
            elif len(surface.tokens) == 1:
                prefixes.add(surface.tokens[0])
            else:  # the tokens before the one that is only begun
                phrases.add(" ".join(surface.tokens[:-1]))
        cost = sum(rarity(phrase.split(" ")) for phrase in phrases) + sum(map(_rarity_of_prefix, prefixes))
        return Need(cost, phrases=frozenset(phrases), prefixes=frozenset(prefixes))

    @property
    def tokens(self) -> frozenset[str] | None:
        """Tokens one of which must stand in the article for the word to be found; None where no list of them tells."""
        if any(surface.check is Check.PREFIX for surface in self.others):
            return None
        return self.plain.union(surface.tokens[0] for surface in self.others)


class Wanted(NamedTuple):
    """What a condition needs besides other things: one of some texts, which are ``patterns`` of whole tokens.

    ``need`` says what it is to the index; ``patterns`` is None where no list of them tells.
    """

    need: Need
    patterns: frozenset[str] | None


class PhraseTerms(NamedTuple):
    """A phrase as it is looked for.

    ``shared``: two of its words have a token in common, so that one place in the text could pass for both. ``need`` is
    None for a regular expression: nothing tells whether it stands somewhere. ``texts``: an ordered phrase stands where
    one of these does, and nowhere else, each with a space on either side; empty where no short list of them says so.
    ``exact``: nothing more is to be asked where one stands.
    """

    phrase: Phrase
    slots: tuple[Slot, ...]
    shared: bool
    need: Need | None
    texts: tuple[str, ...] = ()
    exact: bool = False


class Filed:
    """Many phrases, each filed under the tokens of its rarest word, so that most are never asked for."""

    def __init__(self, phrases: tuple[PhraseTerms, ...]) -> None:
        self._phrases = phrases
        self._under: defaultdict[str, list[int]] = defaultdict(list)
        self._always: list[int] = []
        for number, phrase in enumerate(phrases):
            words = [tokens for slot in phrase.slots if (tokens := slot.tokens) is not None]
            for token in min(words, key=lambda tokens: sum(rarity([token]) for token in tokens), default=()):
                self._under[token].append(number)
            if not words:
                self._always.append(number)

    def among(self, tokens: Mapping[str, object]) -> list[PhraseTerms]:
        """Return those that could stand in a text of these tokens, in order."""
        numbers = {number for token in self._under.keys() & tokens.keys() for number in self._under[token]}
        return [self._phrases[number] for number in sorted(numbers.union(self._always))]


class Slots:
    """The slots of all lists, each made once: lists of many rules say the same words again and again."""

    def __init__(self) -> None:
        self._by_identity: dict[int, tuple[object, Slot]] = {}
        self._by_content: dict[tuple[Surface, ...], Slot] = {}
        self._needs: dict[Slot, Need] = {}
        self._wanted: dict[Slot, Wanted] = {}

    def of(self, surfaces: tuple[Surface, ...]) -> Slot:
        """Return the slot of a word's alternatives."""
        known = self._by_identity.get(id(surfaces))
        if known is not None:
            return known[1]
        slot = self._by_content.get(surfaces)
        if slot is None:
            plain = frozenset(
                surface.tokens[0] for surface in surfaces if surface.check is Check.NONE and len(surface.tokens) == 1
            )
            others = tuple(one for one in surfaces if one.check is not Check.NONE or len(one.tokens) != 1)
            slot = self._by_content[surfaces] = Slot(plain, others)
        self._by_identity[id(surfaces)] = (surfaces, slot)  # kept with it, so that the identity stays its own
        return slot

    def wanted(self, slot: Slot) -> Wanted:
        """Return what must stand in an article for a word to be found."""
        wanted = self._wanted.get(slot)
        if wanted is None:
            wanted = self._wanted[slot] = Wanted(self.need(slot), slot.tokens)
        return wanted

    def need(self, slot: Slot) -> Need:
        """Return ``slot.need``, worked out once."""
        need = self._needs.get(slot)
        if need is None:
            need = self._needs[slot] = slot.need
        return need


class ListTerms:
    """What one watchlist looks for. Phrases are taken apart when they are first asked for."""

    def __init__(self, watchlist: Watchlist, slots: Slots) -> None:
        self.watchlist = watchlist
        self.entities = Entities.of(watchlist.entities)
        self._slots = slots
        self._phrases: dict[int, tuple[tuple[PhraseTerms, ...], tuple[PhraseTerms, ...]]] = {}
        self._filed: dict[int, tuple[Filed, Filed]] = {}
        self._needs: dict[int, Need | None] = {}
        self._entity_needs: dict[Mentions, Need] = {}
        self._heads: dict[int, Entity] = {}

    def phrases(self, keyword: int) -> tuple[PhraseTerms, ...]:
        """Return a keyword's phrases."""
        return self._of_keyword(keyword)[0]

    def unless(self, keyword: int) -> tuple[PhraseTerms, ...]:
        """Return what a keyword's words must not be part of."""
        return self._of_keyword(keyword)[1]

    def filed(self, keyword: int) -> tuple[Filed, Filed] | None:
        """Return both as they are filed; None where they are few."""
        phrases, unless = self._of_keyword(keyword)
        if len(phrases) + len(unless) < _MANY:
            return None
        if keyword not in self._filed:
            self._filed[keyword] = Filed(phrases), Filed(unless)
        return self._filed[keyword]

    def head(self, entity: int) -> Entity:
        """Return an entity without its aliases."""
        known = self._heads.get(entity)
        if known is None:
            if len(self._heads) >= _HEADS:
                self._heads.clear()
            known = self._heads[entity] = self.entities.head(entity)
        return known

    def together(self, condition: Condition) -> frozenset[Wanted]:
        """Return what must all be found for the condition to hold, as far as that is plain to see."""
        match condition:
            case Says(keywords=members) if len(members) == 1:
                (keyword,) = members
                phrases = self.phrases(keyword)
                return self._wanted_of(phrases[0]) if len(phrases) == 1 else frozenset()
            case AllOf(parts=parts):
                return frozenset().union(*map(self.together, parts))
            case Near(left=left, right=right):
                return self.together(left) | self.together(right)
            case _:
                return frozenset()

    def _wanted_of(self, phrase: PhraseTerms) -> frozenset[Wanted]:
        if phrase.need is not None and phrase.texts:
            return frozenset((Wanted(phrase.need, phrase.need.phrases),))
        return frozenset(map(self._slots.wanted, phrase.slots))

    def keyword_need(self, keyword: int) -> Need | None:
        """Return terms without one of which the keyword is not found: the rarest word of each of its phrases."""
        if keyword not in self._needs:
            needs = [phrase.need for phrase in self.phrases(keyword)]
            known = [need for need in needs if need is not None]
            self._needs[keyword] = either(known) if len(known) == len(needs) else None
        return self._needs[keyword]

    def mentions_need(self, mentions: Mentions) -> Need:
        """Return terms without one of which none of these entities is mentioned: a weak alias needs a strong one."""
        if mentions not in self._entity_needs:
            own = sum(map(self._cost, mentions.entities))
            self._entity_needs[mentions] = Need(
                own + sum(self._cost_of_span(span) for span in mentions.spans),
                mentions.entities,
                frozenset(mentions.spans),
            )
        return self._entity_needs[mentions]

    def _of_keyword(self, keyword: int) -> tuple[tuple[PhraseTerms, ...], tuple[PhraseTerms, ...]]:
        known = self._phrases.get(keyword)
        if known is None:
            written: Keyword = self.watchlist.keywords[keyword]
            known = self._phrases[keyword] = self._terms(written.phrases), self._terms(written.unless)
        return known

    def _terms(self, phrases: Iterable[Phrase]) -> tuple[PhraseTerms, ...]:
        return tuple(self._phrase(one) for one in phrases if one.regex or (one.words and all(one.words)))

    def _phrase(self, phrase: Phrase) -> PhraseTerms:
        if phrase.regex is not None:
            return PhraseTerms(phrase, (), shared=False, need=None)
        slots = tuple(map(self._slots.of, phrase.words))
        shared = len(slots) > 1 and _share_tokens(slots)
        need = _spelled_out(phrase)
        if need is None:
            need = min(map(self._slots.need, slots), key=lambda need: need.cost)
            return PhraseTerms(phrase, slots, shared=shared, need=need)
        texts = tuple(f" {text} " for text in sorted(need.phrases)) if len(need.phrases) <= _MAX_TEXTS else ()
        exact = bool(texts) and not any(slot.others for slot in slots)
        return PhraseTerms(phrase, slots, shared=shared, need=need, texts=texts, exact=exact)

    def _cost(self, entity: int) -> float:
        part, number = self.entities.place(entity)
        return _cost_of(part, *_aliases(part, number, number + 1))

    @cached_property
    def _span_costs(self) -> dict[tuple[int, int], float]:
        return {}

    def _cost_of_span(self, span: tuple[int, int]) -> float:
        if span not in self._span_costs:
            cost = 0.0
            for first, part in zip(self.entities.firsts, self.entities.parts, strict=True):
                begin, end = max(span[0], first) - first, min(span[1], first + len(part.roster)) - first
                if begin < end:
                    cost += _cost_of(part, *_aliases(part, begin, end))
            self._span_costs[span] = cost
        return self._span_costs[span]


def _spelled_out(phrase: Phrase) -> Need | None:
    """An ordered phrase is looked for as a whole, each of its variants, where these are not too many."""
    if not phrase.ordered or math.prod(map(len, phrase.words)) > _MAX_SPELLED:
        return None
    if any(surface.check is Check.PREFIX for word in phrase.words for surface in word):
        return None
    variants = [tuple(token for surface in one for token in surface.tokens) for one in product(*phrase.words)]
    return Need(sum(map(rarity, variants)), phrases=frozenset(map(" ".join, variants)))


def _aliases(part: Part, first: int, last: int) -> tuple[int, int]:
    low, high = part.roster.owner.searchsorted([first, last]).tolist()
    return low, high


def _cost_of(part: Part, first: int, last: int) -> float:
    """The cost of these strong aliases, by a sample where they are many."""
    roster, step = part.roster, max(1, (last - first) // _SAMPLE)
    rows = [row for row in range(first, last, step) if roster.flags[row] & STRONG]
    return step * sum(rarity(roster.folded[row].split(" ")) for row in rows)


def _rarity_of_prefix(prefix: str) -> float:
    return 10 * rarity((prefix,))  # it stands for a handful of words


def _share_tokens(slots: Iterable[Slot]) -> bool:
    seen: set[str] = set()
    for slot in slots:
        tokens = set(slot.plain).union(*(surface.tokens for surface in slot.others))
        if not seen.isdisjoint(tokens) or any(surface.check is Check.PREFIX for surface in slot.others):
            return True
        seen |= tokens
    return False
