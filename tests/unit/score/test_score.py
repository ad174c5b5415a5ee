"""Scores, refusals, guards."""

from __future__ import annotations

import pytest

from builders import a_keyword, an_entity
from tocsin.model.decision import Reason
from tocsin.model.reading import Reading
from tocsin.model.rule import Everything, GuardAction, GuardKind, Mentions
from tocsin.score.score import score

from .candidates import DEFAULTS, INCURSION, NORTH, a_guard, a_match, a_reading, even_weights

BODY = "A border incursion by North Korean soldiers was reported on Friday. Later another incursion was reported."
WEIGHTS = even_weights(threshold=0.3)


def _score(candidate, document, reading=None, **more):
    return score(candidate, document, reading, weights=more.pop("weights", WEIGHTS), now=more.pop("now", 0.0))


def test_every_part_is_there_and_between_0_and_1():
    """The score can be told from its parts by the published formula."""
    scored = _score(*a_match("North Korea: border incursion", BODY))
    assert set(scored.parts) == set(WEIGHTS.signals)
    assert all(0.0 <= part <= 1.0 for part in scored.parts.values())
    assert scored.score == pytest.approx(WEIGHTS.combine(scored.parts), abs=1e-3)
    assert scored.passes


def test_all_hits_negated_is_guarded_and_one_unguarded_hit_saves_it():
    """*Drop* refuses only what nothing else proves."""
    candidate, document = a_match(body=BODY)
    everything = a_guard(document, GuardKind.NEGATED, "border", "incursion")
    first = a_guard(document, GuardKind.NEGATED, "border")
    refused = _score(candidate, document, a_reading(document, guards=(everything,)))
    saved = _score(candidate, document, a_reading(document, guards=(first,)))
    assert refused.refusal is Reason.GUARDED
    assert saved.refusal is None
    assert [guard.kind for guard in saved.guards] == ["negated"]
    assert "A border incursion" not in {one.text for one in saved.evidence}
    assert "incursion" in {one.text for one in saved.evidence}


def test_a_lowering_guard_lowers_and_a_kept_one_does_nothing():
    """The rule says what a guard does: lower the score, or nothing at all; either way by its own action."""
    candidate, document = a_match(body=BODY)
    reading = a_reading(document, guards=(a_guard(document, GuardKind.DENIED, "border", "incursion"),))
    plain = _score(candidate, document, a_reading(document))
    lowered = _score(candidate, document, reading)
    keep = tuple((kind, GuardAction.KEEP if kind is GuardKind.DENIED else action) for kind, action in DEFAULTS)
    kept = _score(*a_match(body=BODY, rule={"guards": keep}), reading)
    assert lowered.score < plain.score
    assert lowered.refusal is not Reason.GUARDED
    assert kept.score == plain.score
    assert not kept.guards


def test_a_concept_tolerates_its_own_business():
    """A concept about denials is not lowered by them."""
    threat = a_keyword("border incursion", "incursion", ref="incursion", tolerates=frozenset({"denied"}))
    candidate, document = a_match(body=BODY, keyword=threat)
    reading = a_reading(document, guards=(a_guard(document, GuardKind.DENIED, "border", "incursion"),))
    assert _score(candidate, document, reading).score == _score(candidate, document, a_reading(document)).score


def test_the_threshold_is_inclusive_and_the_rules_own_wins():
    """A score equal to the threshold passes."""
    candidate, document = a_match(body=BODY)
    exact = _score(candidate, document).score
    at = _score(*a_match(body=BODY, rule={"threshold": exact}))
    above = _score(*a_match(body=BODY, rule={"threshold": exact + 0.0001}))
    assert at.refusal is None
    assert above.refusal is Reason.BELOW_THRESHOLD
    assert at.threshold == exact


def test_unread_is_marked_and_neutral():
    """A reading that failed scores as none at all, and says so."""
    candidate, document = a_match(body=BODY)
    failed = _score(candidate, document, Reading(unread=True))
    none = _score(candidate, document, None)
    assert failed.marks == ("unread",)
    assert none.marks == ()
    assert failed.score == none.score


def test_everything_scores_one_without_evidence():
    """``when: '*'``."""
    candidate, document = a_match(body=BODY, rule={"condition": Everything(), "always_run": True})
    scored = _score(candidate, document)
    assert (scored.score, scored.evidence, scored.passes) == (1.0, (), True)


def test_a_rule_of_entities_only_passes_on_a_plain_mention():
    """It asks for no keyword, so it lacks none."""
    rule = {"condition": Mentions(frozenset({0}))}
    scored = _score(*a_match("Markets", "North Korea opened a zoo.", keyword=None, rule=rule))
    assert scored.parts["strength"] == scored.parts["closeness"] == 1.0
    assert {one.kind for one in scored.evidence} == {"entity"}
    assert scored.passes


def test_a_mention_of_another_type_is_less_sure_and_says_so():
    """*Jordan* the player."""
    jordan = an_entity("Jordan", type="GPE")
    candidate, document = a_match(body="Jordan praised the incursion.", entity=jordan)
    token = next(iter(candidate.mentions)).first
    person = _score(candidate, document, a_reading(document, entity_type={token: "PERSON"}))
    place = _score(candidate, document, a_reading(document, entity_type={token: "GPE"}))
    assert person.parts["entity_certainty"] < place.parts["entity_certainty"]
    assert [(guard.kind, guard.span.text) for guard in person.guards] == [("other_sense", "Jordan")]
    assert place.guards == ()


def test_scores_do_not_depend_on_seconds():
    """Within an hour the score stands; a day later it is lower; undated is neutral."""
    candidate, document = a_match(body=BODY, published_at=1000.0)
    early, later, next_day = (_score(candidate, document, now=now).score for now in (1000.0, 4000.0, 91_000.0))
    undated = _score(*a_match(body=BODY), now=91_000.0)
    assert early == later > next_day
    assert undated.parts["freshness"] == WEIGHTS.signals["freshness"].neutral


@pytest.mark.parametrize("title", ["", "BORDER INCURSION BY NORTH KOREA"])
def test_headlines_and_capitals_are_scored(title):
    """A headline alone, and a text all in capitals."""
    body = "" if title else "A BORDER INCURSION BY NORTH KOREAN SOLDIERS WAS REPORTED."
    candidate, document = a_match(title, body)
    scored = _score(candidate, document, a_reading(document))
    assert scored.passes
    assert {one.kind for one in scored.evidence} == {"entity", "keyword"}
    assert INCURSION.ref in {one.ref for one in scored.evidence}
    assert NORTH.ref in {one.ref for one in scored.evidence}
