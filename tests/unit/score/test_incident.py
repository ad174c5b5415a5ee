"""Whether an incident is told, and whether the entity takes part in it."""

from __future__ import annotations

from typing import Any

import pytest

from tocsin.model.reading import Event, Tense, When, Who
from tocsin.model.rule import GuardKind
from tocsin.score.incident import detail, takes_part
from tocsin.score.view import View

from .candidates import a_guard, a_match, a_reading

BODY = "North Korean troops made a border incursion near the river on Friday, and three guards fled."


def _view(*, event=None, guarded=False, bare=False):
    candidate, document = a_match("", BODY)
    hit = candidate.hits[0].tokens
    more: dict[str, Any] = {"bare": frozenset(hit) if bare else frozenset()}
    if event is not None:
        more["events"] = (Event(**{"head": hit[-1], "tokens": frozenset(hit), "sentence": 0, **event}),)
    if guarded:
        more["guards"] = (a_guard(document, GuardKind.DENIED, "incursion"),)
    return View(candidate, document, a_reading(document, **more), 0.0)


FULL = {"actor": Who.NAMED, "target": Who.HUMAN, "places": frozenset({7}), "people": 3, "when": When.RECENT}


def test_more_told_is_higher():
    """Actor, target, place, people and time each add, up to four of them."""
    values = [detail(_view(event=dict(list(FULL.items())[:count]))) for count in range(6)]
    assert values == [0.0, 0.25, 0.5, 0.75, 1.0, 1.0]


@pytest.mark.parametrize(
    "less",
    [
        {"event": {**FULL, "tense": Tense.MODAL}},
        {"event": {**FULL, "tense": Tense.FUTURE}},
        {"event": FULL, "guarded": True},
        {"event": FULL, "bare": True},
        {},
    ],
    ids=["modal", "future", "denied", "in general", "no event"],
)
def test_what_does_not_happen_is_no_incident(less):
    """Planned, denied, general, or not read as an event."""
    assert detail(_view(**less)) == 0.0


def test_the_entity_takes_part():
    """As the actor, the target, or the place; standing in the sentence is not enough."""
    assert takes_part(_view(event={"actors": frozenset({0, 1, 2})})) == 1.0
    assert takes_part(_view(event={"targets": frozenset({0, 1})})) == 1.0
    assert takes_part(_view(event={"actors": frozenset({13})})) == 0.0


def test_unknown_without_a_reading():
    """Nothing is held against what was not read."""
    candidate, document = a_match("", BODY)
    blind = View(candidate, document, None, 0.0)
    assert (detail(blind), takes_part(blind)) == (None, None)
