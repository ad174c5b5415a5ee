"""What is said of a condition without an article holds for every article."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.model.rule import AllOf, AnyOf, Condition, Everything, Least, Mentions, Near, Not, Says
from tocsin.watchlists.conditions import all_of, always, any_of, indexable, meet, never

FIELDS = ("title", "lead", "rest")  # where a thing may stand; `body:` is the last two
LOOSE = frozenset({0})
World = frozenset[tuple[str, int, str]]  # kind, number and place of all that stands in an article


def a(number: int, field: str | None = None) -> Mentions:
    return Mentions(frozenset({number}), field=field)


def k(number: int, field: str | None = None) -> Says:
    return Says(frozenset({number}), field=field)


def stand(condition: Condition, world: World) -> Iterator[str]:
    """The places of what a test, or a side of a proximity, finds."""
    match condition:
        case Mentions(field=field) | Says(field=field):
            kind = "entity" if isinstance(condition, Mentions) else "keyword"
            for of, number, place in world:
                asked = (
                    number in condition.entities or any(low <= number < high for low, high in condition.spans)
                    if isinstance(condition, Mentions)
                    else number in condition.keywords
                )
                if of == kind and asked and field in {None, place, "body" if place != "title" else None}:
                    yield place
        case AnyOf(parts=parts):
            for part in parts:
                yield from stand(part, world)
        case Near(left=left, right=right):
            both = product(stand(left, world), stand(right, world))
            yield from (one for one, other in both if (one == "title") == (other == "title"))
        case _:
            raise AssertionError(condition)


def holds(condition: Condition, world: World) -> bool:
    """Everything in one part of the article is as near as can be."""
    match condition:
        case AllOf(parts=parts):
            return all(holds(part, world) for part in parts)
        case AnyOf(parts=parts):
            return any(holds(part, world) for part in parts)
        case Least(count=count, parts=parts):
            return sum(holds(part, world) for part in parts) >= count
        case Not(part=part):
            return not holds(part, world)
        case Everything():
            return True
        case _:
            return any(True for _ in stand(condition, world))


fields = st.sampled_from([None, None, "title", "lead", "body"])
tests = st.one_of(
    st.builds(lambda members, field: Mentions(members, field=field), st.frozensets(st.integers(0, 2), min_size=1), fields),
    st.builds(lambda field: Mentions(spans=((0, 2),), field=field), fields),
    st.builds(lambda members, field: Says(members, field=field), st.frozensets(st.integers(0, 1), min_size=1), fields),
)  # fmt: skip
nears = st.builds(lambda left, right: Near(left, right, "words", 5), tests, tests)
conditions = st.recursive(
    tests | nears,
    lambda parts: st.one_of(
        st.builds(Not, parts),
        st.builds(all_of, st.lists(parts, min_size=1, max_size=3)),
        st.builds(any_of, st.lists(parts, min_size=1, max_size=3)),
        st.builds(lambda several, count: Least(count, tuple(several)), st.lists(parts, min_size=1, max_size=3), st.integers(1, 3)),
    ),
    max_leaves=8,
)  # fmt: skip
worlds = st.frozensets(
    st.tuples(st.just("entity"), st.integers(0, 2), st.sampled_from(FIELDS))
    | st.tuples(st.just("keyword"), st.integers(0, 1), st.sampled_from(FIELDS))
)


@settings(max_examples=500, deadline=None)
@given(conditions, st.lists(worlds, min_size=1, max_size=8))
def test_never_and_always_are_right(condition, some):
    """A rule that is refused could hold in no article, and one that warns holds in all."""
    if never(condition):
        assert not any(holds(condition, world) for world in some)
    if always(condition):
        assert all(holds(condition, world) for world in some)


@settings(max_examples=500, deadline=None)
@given(conditions, worlds)
def test_what_is_indexable_needs_a_word(condition, world):
    """Where no entity and no keyword with words is found, no rule holds that the index is to find."""
    bare = frozenset(one for one in world if one[0] == "keyword" and one[1] in LOOSE)
    if indexable(condition, LOOSE):
        assert not holds(condition, bare)


@settings(max_examples=300, deadline=None)
@given(st.lists(conditions, min_size=1, max_size=4), worlds)
def test_joining_keeps_the_meaning(parts, world):
    """Tests that are put together ask for what they asked for alone."""
    assert holds(any_of(parts), world) is any(holds(part, world) for part in parts)
    assert holds(all_of(parts), world) is all(holds(part, world) for part in parts)


def test_tests_of_one_field_are_one():
    """A rule of ten thousand names is one test, not ten thousand."""
    assert any_of([a(0), k(0), a(1), k(1), a(2, "title")]) == AnyOf(
        (Mentions(frozenset({0, 1})), Says(frozenset({0, 1})), a(2, "title"))
    )
    assert any_of([a(0), Mentions(spans=((3, 9),))]) == Mentions(frozenset({0}), spans=((3, 9),))


NEVER = [
    all_of([a(0), Not(a(0))]),
    all_of([a(0, "title"), Not(a(0))]),
    all_of([a(0), k(0), Not(any_of([a(1), a(0), k(1)]))]),
    all_of([Mentions(spans=((2, 4),)), Not(Mentions(spans=((0, 9),)))]),
    all_of([a(3), Not(Mentions(spans=((0, 9),)))]),
    all_of([Least(2, (a(0), a(1), a(2))), Not(any_of([a(0), a(1)]))]),
    Near(a(0, "title"), k(0, "body"), "sentence"),
    Near(a(0, "title"), k(0, "lead"), "words", 5),
    all_of([Near(a(0), k(0), "sentence"), Not(a(0))]),
    all_of([Near(a(0), k(0), "sentence"), Not(Near(a(0), k(0), "sentence"))]),
    any_of([all_of([a(0), Not(a(0))]), all_of([k(0), Not(k(0))])]),
]


@pytest.mark.parametrize("condition", NEVER, ids=range(len(NEVER)))
def test_what_can_never_hold_is_seen(condition):
    """What is asked for is excluded, or stands in different parts of an article."""
    assert never(condition)
    assert always(Not(condition))


@pytest.mark.parametrize(
    "condition",
    [a(0), Not(a(0)), all_of([a(0), Not(a(0, "title"))]), all_of([a(0), Not(a(1))]), Near(a(0, "lead"), k(0, "body"), "sentence"),
     all_of([Least(2, (a(0), a(1), a(2))), Not(a(0))]), any_of([a(0), Not(a(1))]),
     all_of([Near(a(0), k(0), "sentence"), Not(Near(a(0), k(0), "words", 3))])],
    ids=range(8),
)  # fmt: skip
def test_what_could_hold_is_let_through(condition):
    """No rule is refused that some article could satisfy."""
    assert not never(condition)
    assert not always(condition)


def test_fields_that_meet():
    """The lead is part of the body; the title stands for itself."""
    assert meet(a(0, "lead"), k(0, "body"))
    assert meet(a(0), k(0, "title"))
    assert not meet(a(0, "title"), k(0, "lead"))
