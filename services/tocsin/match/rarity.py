"""How rare a term is, and which of its terms a rule is filed under.

A rule is looked at only if one of a set of terms stands in the article; the rarer that set, the less work. ``rarity`` is
the only place that estimates it: document frequencies of the stream can take its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from tocsin.model.rule import AllOf, AnyOf, Condition, Mentions, Says

# Words that stand in very many articles whatever these are about.
_COMMON = frozenset(
    """a an the and or of in on at to for from by with as is are was were be been has have had will would can could may might
    not no new over after before into out up down off about against between under day days week month year years time
    people man men woman women government official officials president minister state states country countries national
    international military army force forces troops police security defense defence war attack attacks group groups
    company market trade deal agreement talks meeting plan power public north south east west world city capital court
    party leader leaders member members first last two three one million percent report reports border air sea land fire
    strike strikes use make made take took taken give given go gone come came get got set put hit call called say said
    says tell told kill killed cross crossed crossing""".split()
)
_COMMON_PENALTY = 12.0


def rarity(tokens: Sequence[str]) -> float:
    """Estimate in how many of 1,000 articles these tokens stand side by side: the less the rarer.

    A word of eight letters stands for about 4 of 1,000; each further word makes a term about eight times rarer.
    """
    estimates = [
        min(1000.0, 256.0 / max(1, len(token)) ** 2 * (_COMMON_PENALTY if token in _COMMON else 1.0))
        for token in tokens
    ]
    return min(estimates) / 8 ** (len(tokens) - 1) if estimates else 0.0


def rarest(sets: Iterable[frozenset[int]], costs: Sequence[float]) -> frozenset[int]:
    """The set of patterns with the least sum of costs; ties go to the first."""
    return min(sets, key=lambda patterns: sum(costs[pattern] for pattern in patterns))


def required(
    condition: Condition,
    *,
    entity_terms: Callable[[int], frozenset[int]],
    keyword_terms: Callable[[int], frozenset[int]],
    costs: Sequence[float],
) -> frozenset[int] | None:
    """The rarest set of patterns one of which must be hit for the condition to hold; None where there is no such set.

    Args:
        condition: of a rule.
        entity_terms, keyword_terms: patterns without one of which the entity, or keyword, is not found.
        costs: ``rarity`` of each pattern.
    """
    match condition:
        case Mentions(entities=members, least=least):
            return _union(map(entity_terms, members)) if least > 0 else None
        case Says(keywords=members, least=least):
            return _union(map(keyword_terms, members)) if least > 0 else None
        case AllOf(parts=parts) | AnyOf(parts=parts):
            inner = [
                required(part, entity_terms=entity_terms, keyword_terms=keyword_terms, costs=costs) for part in parts
            ]
            known = [patterns for patterns in inner if patterns is not None]
            if isinstance(condition, AllOf):
                return rarest(known, costs) if known else None
            return _union(known) if len(known) == len(inner) else None
        case _:
            return None  # Not and Everything require nothing


def _union(sets: Iterable[frozenset[int]]) -> frozenset[int]:
    return frozenset().union(*sets)
