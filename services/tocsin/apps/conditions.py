"""A rule's condition in words: its parts one by one, and what each asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tocsin.model.roster import Entities
from tocsin.model.rule import AllOf, AnyOf, Condition, Everything, Least, Mentions, Near, Not, Says, Watchlist

_NAMES_SHOWN = 6  # names of a long any-of list that are spelled out
_FIELDS = {"title": " in the title", "lead": " in the lead", "body": " in the body"}


class Told(NamedTuple):
    """A part of a condition. ``depth`` is 1 and more under a part that is told as a whole before it."""

    condition: Condition
    wanted: bool  # False: it must not hold
    depth: int = 0


def told(condition: Condition, *, wanted: bool = True, depth: int = 0) -> Iterator[Told]:
    """Yield what a condition asks for, part by part.

    ``2 OF (…)`` and ``NEAR`` are told as a whole first: their parts may all be there, and not enough or not together.
    """
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from told(part, wanted=wanted, depth=depth)
        case Not(part):
            yield from told(part, wanted=not wanted, depth=depth)
        case Least(_, parts):
            yield Told(condition, wanted, depth)
            for part in parts:
                yield from told(part, wanted=wanted, depth=depth + 1)
        case Near(left, right):
            yield Told(condition, wanted, depth)
            yield from told(left, wanted=wanted, depth=depth + 1)
            yield from told(right, wanted=wanted, depth=depth + 1)
        case _:
            yield Told(condition, wanted, depth)


def described(condition: Condition, listed: Watchlist) -> str:
    """Return what a condition asks for, in a line."""
    match condition:
        case Mentions():
            groups, names = _mentioned(condition, listed)
            return _any_of("entity", groups, names, condition.least) + _FIELDS.get(condition.field or "", "")
        case Says(keywords, least, field):
            names = [listed.keywords[number].ref for number in sorted(keywords)]
            return _any_of("keyword", [], names, least) + _FIELDS.get(field or "", "")
        case AllOf(parts):
            return " and ".join(_inside(part, listed) for part in parts)
        case AnyOf(parts):
            return " or ".join(_inside(part, listed) for part in parts)
        case Least(count, parts):
            return f"at least {count} of {len(parts)}: {'; '.join(described(part, listed) for part in parts)}"
        case Near(left, right, unit, words):
            return f"{_inside(left, listed)} and {_inside(right, listed)} within {together(unit, words)}"
        case Not(part):
            return f"not {_inside(part, listed)}"
        case Everything():
            return "every article"


def together(unit: str, words: int) -> str:
    """Return how close things must stand: *5 words*, *one sentence*."""
    return f"{words} words" if unit == "words" else f"one {unit}"


def _inside(condition: Condition, listed: Watchlist) -> str:
    said = described(condition, listed)
    return f"({said})" if isinstance(condition, AllOf | AnyOf | Least) else said


def _mentioned(condition: Mentions, listed: Watchlist) -> tuple[list[str], list[str]]:
    """The groups and sets that are meant whole, with their sizes, and the names of single entities."""
    entities = Entities.of(listed.entities)
    sizes: dict[str, int] = {}
    for first, last in condition.spans:
        part, _ = entities.place(first)
        sizes[part.group] = sizes.get(part.group, 0) + last - first
    named = sorted(condition.entities)[: _NAMES_SHOWN + 1]
    names = [entities.head(number).name for number in named]
    names += [""] * (len(condition.entities) - len(names))  # those are only counted
    return [f"any of {size:,} of {group}" for group, size in sizes.items()], names


def _any_of(kind: str, groups: Sequence[str], names: Sequence[str], least: int) -> str:
    shown = [*names[:_NAMES_SHOWN], *groups]
    more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
    said = ", ".join(shown) + more
    if least > 1:
        return f"{kind}: {least} of {said}"
    return f"{kind}: {said}" if len(shown) == 1 and not more else f"{kind}: any of {said}"
