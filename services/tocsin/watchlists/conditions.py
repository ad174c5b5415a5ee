"""Conditions put together, and what can be said of one without an article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from tocsin.model.rule import AllOf, AnyOf, Condition, Everything, Least, Mentions, Near, Not, Says

_PAIRS = 100  # of each kind that are compared: who writes more of them is told less


def any_of(parts: Iterable[Condition]) -> Condition:
    """Join by *or*. Entities, and keywords, that are asked for in the same field are one test."""
    kept: list[Condition] = []
    mentions: dict[str | None, list[Mentions]] = {}
    says: dict[str | None, list[Says]] = {}
    for part in _flat(parts, AnyOf):
        match part:
            case Mentions(least=1, field=field):
                if field not in mentions:
                    kept.append(part)
                mentions.setdefault(field, []).append(part)
            case Says(least=1, field=field):
                if field not in says:
                    kept.append(part)
                says.setdefault(field, []).append(part)
            case _:
                kept.append(part)
    merged = tuple(
        union(mentions[part.field]) if isinstance(part, Mentions) and part.least == 1
        else _either(says[part.field])
        if isinstance(part, Says) and part.least == 1
        else part
        for part in kept
    )  # fmt: skip
    return merged[0] if len(merged) == 1 else AnyOf(merged)


def union(several: Iterable[Mentions]) -> Mentions:
    """Return any of what these are, all in one field."""
    found = list(several)
    spans = {span for one in found for span in one.spans}
    field = found[0].field if found else None
    return Mentions(frozenset().union(*(one.entities for one in found)), spans=tuple(sorted(spans)), field=field)


def _either(several: list[Says]) -> Says:
    return Says(frozenset().union(*(one.keywords for one in several)), field=several[0].field)


def all_of(parts: Iterable[Condition]) -> Condition:
    """Join by *and*."""
    flat = tuple(dict.fromkeys(_flat(parts, AllOf)))
    return flat[0] if len(flat) == 1 else AllOf(flat)


def _flat(parts: Iterable[Condition], kind: type[AllOf | AnyOf]) -> Iterator[Condition]:
    for part in parts:
        if isinstance(part, kind):
            yield from part.parts
        else:
            yield part


def indexable(condition: Condition, loose: AbstractSet[int]) -> bool:
    """Whether something that an index holds must stand in an article for the condition to hold.

    Args:
        condition: of a rule.
        loose: keywords that may be found without.
    """
    match condition:
        case Mentions():
            return True
        case Says(keywords=members):
            return members.isdisjoint(loose)
        case AllOf(parts=parts):
            return any(indexable(part, loose) for part in parts)
        case AnyOf(parts=parts):
            return all(indexable(part, loose) for part in parts)
        case Least(count=count, parts=parts):
            return sum(not indexable(part, loose) for part in parts) < count
        case Near(left=left, right=right):
            return indexable(left, loose) or indexable(right, loose)
        case _:
            return False


def positive(condition: Condition) -> Iterator[Mentions | Says]:
    """Return the tests under no ``Not``, in the order written."""
    match condition:
        case Mentions() | Says():
            yield condition
        case AllOf(parts=parts) | AnyOf(parts=parts) | Least(parts=parts):
            for part in parts:
                yield from positive(part)
        case Near(left=left, right=right):
            yield from positive(left)
            yield from positive(right)
        case _:
            return


def every(condition: Condition) -> Iterator[Mentions | Says]:
    """Return all tests, those under a ``Not`` too."""
    match condition:
        case Not(part=part):
            yield from every(part)
        case AllOf(parts=parts) | AnyOf(parts=parts) | Least(parts=parts):
            for part in parts:
                yield from every(part)
        case Near(left=left, right=right):
            yield from every(left)
            yield from every(right)
        case Mentions() | Says():
            yield condition
        case _:
            return


class _Banned(NamedTuple):
    """What is known not to hold: entities and keywords by field, and proximities."""

    names: dict[str | None, Mentions] = {}  # noqa: RUF012 - never written to
    words: dict[str | None, Says] = {}  # noqa: RUF012 - the same
    others: frozenset[Condition] = frozenset()

    def and_(self, more: Iterable[Condition]) -> _Banned:
        """Return both."""
        apart = [one for ban in more for one in (ban.parts if isinstance(ban, AnyOf) else (ban,))]
        names = [*self.names.values(), *(one for one in apart if isinstance(one, Mentions) and one.least == 1)]
        words = [*self.words.values(), *(one for one in apart if isinstance(one, Says) and one.least == 1)]
        fields = (None, "title", "lead", "body")
        of = {field: [one for one in names if one.field in {None, field}] for field in fields}
        said = {field: [one for one in words if one.field in {None, field}] for field in fields}
        return _Banned(
            {field: union(some) for field, some in of.items() if some},
            {field: _either(some) for field, some in said.items() if some},
            self.others | {one for one in apart if isinstance(one, Near)},
        )


_NOTHING = _Banned()


def never(condition: Condition, banned: _Banned = _NOTHING) -> bool:
    """Whether the condition can be seen to hold in no article, where nothing of ``banned`` holds."""
    match condition:
        case Mentions(field=field):
            return field in banned.names and _covers(banned.names[field], condition)
        case Says(field=field):
            return field in banned.words and _covers(banned.words[field], condition)
        case AllOf(parts=parts):
            excluded = [part.part for part in parts if isinstance(part, Not)]
            known = banned.and_(excluded) if excluded else banned
            return any(map(always, excluded)) or any(never(part, known) for part in parts if not isinstance(part, Not))
        case AnyOf(parts=parts):
            return all(never(part, banned) for part in parts)
        case Least(count=count, parts=parts):
            return sum(not never(part, banned) for part in parts) < count
        case Near(left=left, right=right):
            apart = not meet(left, right)
            return apart or condition in banned.others or never(left, banned) or never(right, banned)
        case Not(part=part):
            return always(part)
        case _:
            return False


def always(condition: Condition) -> bool:
    """Whether the condition can be seen to hold in every article: ``a | !a``."""
    match condition:
        case Everything():
            return True
        case Not(part=part):
            return never(part)
        case AllOf(parts=parts):
            return all(always(part) for part in parts)
        case AnyOf(parts=parts):
            excluded = tuple(part.part for part in parts if isinstance(part, Not))
            others = [part for part in parts if not isinstance(part, Not)]
            return any(map(always, parts)) or any(
                _holds_with(one, other) for one in excluded[:_PAIRS] for other in others[:_PAIRS]
            )
        case Least(count=count, parts=parts):
            return sum(always(part) for part in parts) >= count
        case _:
            return False


def _holds_with(narrow: Condition, wide: Condition) -> bool:
    """Whether the second holds wherever the first does, as far as can be seen at once."""
    if isinstance(narrow, Mentions | Says) and isinstance(wide, Mentions | Says):
        return type(narrow) is type(wide) and wide.field in {None, narrow.field} and _covers(wide, narrow)
    return narrow == wide


def _covers(wide: Mentions | Says, narrow: Mentions | Says) -> bool:
    if isinstance(wide, Says) or isinstance(narrow, Says):
        return isinstance(wide, Says) and isinstance(narrow, Says) and narrow.keywords <= wide.keywords
    return all(
        one in wide.entities or any(first <= one < last for first, last in wide.spans) for one in narrow.entities
    ) and all(any(first <= one and other <= last for first, last in wide.spans) for one, other in narrow.spans)


_FIELDS = {None: {"title", "lead", "rest"}, "title": {"title"}, "lead": {"lead"}, "body": {"lead", "rest"}}


def meet(left: Condition, right: Condition) -> bool:
    """Whether both could stand in one sentence, or at a distance of words: title and body have none."""
    return any(_near(one, other) for one in places(left) for other in places(right))


def _near(one: str, other: str) -> bool:
    return (one == "title") == (other == "title")


def places(condition: Condition) -> set[str]:
    """Return where what is asked for may stand: title, lead, rest (of the body)."""
    return set().union(*(_FIELDS[one.field] for one in positive(condition)))
