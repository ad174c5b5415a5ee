"""How rare a term is, and which of its terms a rule is filed under.

A rule is looked at only if one of a set of terms stands in the article; the rarer that set, the less work. ``rarity`` is
the only place that estimates it; the document frequencies of one's own stream can take the place of the shipped ones.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from tocsin.frequency import word_rarity
from tocsin.model.rule import AllOf, AnyOf, Condition, Least, Mentions, Near, Says

_WORDS = 300  # of an article
_APART = 8.0  # each further word makes a term about so many times rarer


def rarity(tokens: Sequence[str]) -> float:
    """Estimate in how many of 1,000 articles these tokens stand side by side: the less the rarer."""
    if not tokens:
        return 0.0
    rarest_word = max(map(word_rarity, tokens))
    return min(1000.0, 1000.0 * _WORDS * math.pow(10.0, -rarest_word)) / math.pow(_APART, len(tokens) - 1)


class Need(NamedTuple):
    """Terms one of which must stand in an article: of these entities, or these phrases, or words that begin so.

    ``cost`` is in how many of 1,000 articles one of them stands, roughly. ``spans`` are ranges of entities.
    """

    cost: float
    entities: frozenset[int] = frozenset()
    spans: frozenset[tuple[int, int]] = frozenset()
    phrases: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset()


def either(needs: Iterable[Need]) -> Need:
    """Return what is needed where any of these needs will do."""
    several = list(needs)
    if len(several) == 1:
        return several[0]
    return Need(
        sum(need.cost for need in several),
        frozenset().union(*(need.entities for need in several)),
        frozenset().union(*(need.spans for need in several)),
        frozenset().union(*(need.phrases for need in several)),
        frozenset().union(*(need.prefixes for need in several)),
    )


def required(
    condition: Condition,
    *,
    of_mentions: Callable[[Mentions], Need],
    of_keyword: Callable[[int], Need | None],
) -> Need | None:
    """The cheapest terms one of which must stand in an article for the condition to hold; None where there are none.

    Args:
        condition: of a rule.
        of_mentions: terms without one of which none of the entities is mentioned.
        of_keyword: terms without one of which the keyword is not found; None where nothing tells (a regular expression).
    """

    def need(part: Condition) -> Need | None:
        return required(part, of_mentions=of_mentions, of_keyword=of_keyword)

    match condition:
        case Mentions(least=least):
            return of_mentions(condition) if least > 0 else None
        case Says(keywords=members, least=least):
            return _any_of([of_keyword(one) for one in sorted(members)]) if least > 0 else None
        case AllOf(parts=parts):
            return _cheapest(map(need, parts))
        case Near(left=left, right=right):
            return _cheapest((need(left), need(right)))
        case AnyOf(parts=parts):
            return _any_of([need(part) for part in parts])
        case Least(count=count, parts=parts):
            # If so many of them hold, one holds of any set that leaves out fewer.
            known = sorted((one for part in parts if (one := need(part)) is not None), key=lambda one: one.cost)
            enough = len(parts) - count + 1
            return either(known[:enough]) if 0 < enough <= len(known) else None
        case _:
            return None  # Not and Everything require nothing


def _cheapest(needs: Iterable[Need | None]) -> Need | None:
    return min((need for need in needs if need is not None), key=lambda need: need.cost, default=None)


def _any_of(needs: Sequence[Need | None]) -> Need | None:
    known = [need for need in needs if need is not None]
    return either(known) if len(known) == len(needs) else None
