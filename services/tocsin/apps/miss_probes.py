"""What a rule asks of entities alone, and what it asks to be said: the two halves that possible misses are found by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from tocsin.model.rule import (
    AllOf,
    AnyOf,
    Condition,
    Everything,
    Least,
    Mentions,
    Mode,
    Near,
    Rule,
    Says,
    Watchlist,
    Within,
)


def phrases_of(listed: Watchlist, rule: Rule, most: int) -> list[str]:
    """The rule's phrases, the strongest first: those that need not be absent."""
    keywords = [listed.keywords[number] for number in dict.fromkeys(_said(rule.condition))]
    phrases = [phrase for keyword in keywords for phrase in keyword.phrases if phrase.words]
    ranked = sorted(phrases, key=lambda phrase: -phrase.strength)
    texts = (" ".join(" ".join(word[0].tokens) for word in phrase.words) for phrase in ranked)
    return list(dict.fromkeys(texts))[:most]


def _said(condition: Condition) -> Iterator[int]:
    match condition:
        case Says(keywords):
            yield from sorted(keywords)
        case AllOf(parts) | AnyOf(parts) | Least(_, parts):
            for part in parts:
                yield from _said(part)
        case Near(left, right):
            yield from _said(left)
            yield from _said(right)
        case _:
            return


def probes_of(listed: Watchlist) -> Watchlist:
    """The list with rules that ask for the entities of its rules alone; those that have no keywords are left out."""
    rules = []
    for rule in listed.rules:
        if rule.mode is Mode.OFF or not any(True for _ in _said(rule.condition)):
            continue
        condition = entities_only(rule.condition)
        always = condition is None
        rules.append(
            msgspec.structs.replace(
                rule, condition=condition or Everything(), within=Within(), always_run=always or rule.always_run
            )
        )
    return msgspec.structs.replace(listed, rules=tuple(rules))


def entities_only(condition: Condition) -> Condition | None:
    """Return what a condition asks of entities, whatever is said of them; None where it asks nothing."""
    match condition:
        case Mentions():
            return condition
        case AllOf(parts):
            return _least(len(parts), parts)
        case AnyOf(parts):
            return _least(1, parts)
        case Least(least, parts):
            return _least(least, parts)
        case Near(left, right):
            return _least(2, (left, right))
        case _:
            return None


def _least(least: int, parts: Sequence[Condition]) -> Condition | None:
    """At least so many of the parts, where those that ask nothing of entities hold."""
    asked = [one for part in parts if (one := entities_only(part)) is not None]
    needed = least - (len(parts) - len(asked))
    if needed <= 0:
        return None
    if needed == len(asked):
        return asked[0] if needed == 1 else AllOf(tuple(asked))
    return AnyOf(tuple(asked)) if needed == 1 else Least(needed, tuple(asked))
