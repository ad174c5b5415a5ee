"""Rules with roles: who does it to whom."""

from __future__ import annotations

from typing import Any

import pytest

from builders import a_document, a_keyword, a_rule, a_watchlist, an_entity
from tocsin.match.index import build
from tocsin.model.decision import Reason
from tocsin.model.reading import Event, Reading, Who
from tocsin.model.rule import AllOf, GuardAction, GuardKind, Mentions, Says
from tocsin.score.score import score

from .candidates import DEFAULTS, even_weights

NORTH, SOUTH = an_entity("Northland", ref="north"), an_entity("Southland", ref="south")
BODY = "Northland attacked Southland near the river."  # tokens 0..6 after the break
ROLES = (("actor", Mentions(frozenset({0}))), ("target", Mentions(frozenset({1}))))


def _scored(*, action=GuardAction.DROP, roles=ROLES, reading=True, **event):
    rule = a_rule(
        condition=AllOf((Mentions(frozenset({0})), Mentions(frozenset({1})), Says(frozenset({0})))),
        roles=roles,
        guards=(*DEFAULTS, (GuardKind.OTHER_ROLE, action)),
    )
    watchlist = a_watchlist((NORTH, SOUTH), (a_keyword("attack|attacked", ref="attack"),), (rule,))
    document = a_document("", BODY, lang="en")
    index = build((watchlist,))
    (candidate,) = index.percolate(document, index.scan(document.folded)).candidates
    (hit,) = candidate.hits
    place = hit.tokens[0]
    sets: dict[str, Any] = {
        name: frozenset(place + step for step in steps) for name, steps in event.items() if name.endswith("s")
    }
    kinds = {name: value for name, value in event.items() if not name.endswith("s")}
    one = Event(head=place, tokens=frozenset({place}), sentence=0, **sets, **kinds)
    found = Reading(sentences=frozenset({0}), events=(one,)) if reading else None
    return score(candidate, document, found, weights=even_weights(intercept=5.0), now=0.0)


def test_roles_that_hold_pass():
    """North does it, to South."""
    scored = _scored(actors=[-1], targets=[1], actor=Who.NAMED, target=Who.NAMED)
    assert scored.refusal is None
    assert scored.guards == ()


def test_reversed_roles_are_guarded():
    """South does it, to North: dropped, with the words that stand in the wrong place."""
    scored = _scored(actors=[1], targets=[-1], actor=Who.NAMED, target=Who.NAMED)
    assert scored.refusal is Reason.GUARDED
    (guard,) = scored.guards
    assert guard.kind == "other_role"
    assert BODY[guard.span.start : guard.span.end] == guard.span.text == "Northland"


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"actors": [3], "actor": Who.HUMAN},
        {"actors": [3], "actor": Who.PRONOUN},
        {"reading": False},
        {"roles": (), "actors": [1], "targets": [-1], "actor": Who.NAMED, "target": Who.NAMED},
    ],
    ids=["nobody", "people without a name", "a pronoun", "not read", "no roles asked"],
)
def test_what_is_left_open_passes(event):
    """A sentence that does not say who proves nothing against the rule."""
    assert _scored(**event).refusal is None


def test_a_third_party_is_another():
    """Somebody named does it who is not asked for."""
    assert _scored(actors=[4], targets=[1], actor=Who.NAMED, target=Who.NAMED).refusal is Reason.GUARDED


def test_a_rule_may_lower_or_keep():
    """`guards: {other_role: …}` decides what it does."""
    swapped = {"actors": [1], "targets": [-1], "actor": Who.NAMED, "target": Who.NAMED}
    lowered, kept = (_scored(action=action, **swapped) for action in (GuardAction.LOWER, GuardAction.KEEP))
    assert (lowered.refusal, kept.refusal) == (None, None)
    assert len(lowered.guards) == 1
    assert kept.guards == ()
    assert lowered.score < kept.score
