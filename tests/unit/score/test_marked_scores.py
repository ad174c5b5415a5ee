"""An offset shifts a score, is shown beside the signals, and decides like any other part."""

from __future__ import annotations

import pytest

from tocsin.model.alert import READER_MARKS
from tocsin.model.decision import Reason
from tocsin.model.rule import Everything
from tocsin.pipeline import open_desk
from tocsin.score.ask import needs_reading
from tocsin.score.offsets import shifted
from tocsin.score.score import score
from tocsin.score.signals import measure_at_best
from tocsin.score.view import View

from .candidates import a_match, even_weights

BODY = "A border incursion by North Korean soldiers was reported on Friday. Later another incursion was reported."


def test_an_offset_shifts_the_score_and_stands_beside_the_signals():
    """The score follows from the parts: those of the signals as they were, and the offset in log-odds."""
    candidate, document = a_match(body=BODY)
    weights = even_weights(threshold=0.0)
    plain = score(candidate, document, None, weights=weights, now=0.0)
    marked = score(candidate, document, None, weights=weights, now=0.0, offset=-1.25)
    assert marked.score == pytest.approx(shifted(plain.score, -1.25), abs=1e-3)
    assert marked.parts == {**plain.parts, READER_MARKS: -1.25}
    assert marked.evidence == plain.evidence
    assert READER_MARKS not in plain.parts


@pytest.mark.parametrize(("offset", "refusal"), [(-2.0, Reason.BELOW_THRESHOLD), (2.0, None)])
def test_an_offset_decides(offset, refusal):
    """On both sides of the threshold."""
    candidate, document = a_match(body=BODY)
    weights = even_weights()
    threshold = score(candidate, document, None, weights=weights, now=0.0).score
    even = even_weights(threshold=threshold)
    assert score(candidate, document, None, weights=even, now=0.0, offset=offset).refusal is refusal


def test_what_an_offset_could_let_pass_is_read_and_what_it_keeps_out_is_not():
    """The parser is asked just where the score with the offset could still pass."""
    candidate, document = a_match(body=BODY)
    weights = even_weights()
    at_most = weights.combine(measure_at_best(View(candidate, document, None, 0.0)))
    out_of_reach = even_weights(threshold=shifted(at_most, 0.5))
    within_reach = even_weights(threshold=shifted(at_most, -0.5))
    assert not needs_reading(candidate, document, out_of_reach)
    assert needs_reading(candidate, document, out_of_reach, offset=1.0)
    assert needs_reading(candidate, document, within_reach)
    assert not needs_reading(candidate, document, within_reach, offset=-1.0)


def test_a_rule_that_asked_for_everything_has_no_score_to_shift():
    """It is 1, whatever readers say."""
    candidate, document = a_match(body=BODY, rule={"condition": Everything(), "always_run": True})
    scored = score(candidate, document, None, weights=even_weights(), now=0.0, offset=-2.0)
    assert (scored.score, scored.parts) == (1.0, {})


def test_a_desk_knows_the_offsets_of_its_rules_by_their_key():
    """``LIST/RULE``; a rule that nobody marked has none."""
    candidate, _ = a_match(body=BODY)
    assert open_desk((), even_weights(), offsets={"desk/rule": 0.5}).offset(candidate) == 0.5
    assert open_desk((), even_weights(), offsets={"other/rule": 0.5}).offset(candidate) == 0.0
