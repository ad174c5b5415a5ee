"""Which sentences are read: those that prove something, of candidates that can still pass."""

from __future__ import annotations

from typing import Any

from builders import a_keyword
from tocsin.model.reading import Guarded
from tocsin.model.rule import Everything, GuardKind
from tocsin.score.ask import needs_reading
from tocsin.score.score import score
from tocsin.score.signals import SIGNALS
from tocsin.score.weights import Weight

from .candidates import a_guard, a_match, a_reading, even_weights

BODY = "The day was mild. A border incursion by North Korea was seen. Someone else spoke of an incursion. The end."
WEIGHTS = even_weights(threshold=0.3)


def test_sentences_with_hits_are_read_and_no_others():
    """Numbers of sentences, not of tokens."""
    candidate, document = a_match(body=BODY)
    assert needs_reading(candidate, document, WEIGHTS) == {1, 2}


def test_the_best_come_first():
    """The tighter hit beside the entity, where only one may be read; the title before the body."""
    candidate, document = a_match(body=BODY)
    assert needs_reading(candidate, document, WEIGHTS, max_sentences=1) == {1}
    titled = a_match("North Korea: border incursion", BODY)
    assert needs_reading(*titled, WEIGHTS, max_sentences=1) == {0}


def test_a_long_article_is_bounded():
    """Six sentences, however many have evidence."""
    candidate, document = a_match(body="A border incursion by North Korea. " * 40)
    assert len(needs_reading(candidate, document, WEIGHTS)) == 6


def test_hopeless_candidates_are_not_read():
    """Where no reading could lift the score over the threshold, none is asked for; where one could, it is."""
    hopeless = a_match(body=BODY, rule={"threshold": 1.0})
    assert needs_reading(*hopeless, WEIGHTS) == frozenset()
    assert needs_reading(*a_match(body=BODY, rule={"threshold": 0.0}), WEIGHTS) != frozenset()


def test_the_bound_is_sound():
    """Whatever a reading says, a candidate that was not read would not have passed."""
    candidate, document = a_match(body=BODY)
    everything = frozenset(range(len(document.spans)))
    best = a_reading(
        document, past=everything, main=everything, agents=everything, clause_of=dict.fromkeys(everything, 1)
    )
    top = score(candidate, document, best, weights=WEIGHTS, now=0.0).score
    asked = a_match(body=BODY, rule={"threshold": top})
    assert needs_reading(*asked, WEIGHTS) != frozenset()


def test_a_guard_may_raise_what_is_left():
    """Where a guard drops hits in other forms than typed, the rest stand as written: that must be asked for, too."""
    only = even_weights(signals={name: Weight(float(name == "as_written"), 0.5) for name in SIGNALS})
    keyword = a_keyword("incursion|incursions", ref="incursion")
    match: dict[str, Any] = {"body": "North Korea saw an incursion. No incursions followed.", "keyword": keyword}
    candidate, document = a_match(**match)
    guards = (a_guard(document, GuardKind.NEGATED, "incursions"),)
    top = score(candidate, document, a_reading(document, guards=guards), weights=only, now=0.0).score
    assert top > score(candidate, document, None, weights=only, now=0.0).score
    assert needs_reading(*a_match(**match, rule={"threshold": top}), only) != frozenset()


def test_everything_is_not_read():
    """A rule that asks for every article asks nothing of a sentence."""
    assert (
        needs_reading(*a_match(body=BODY, rule={"condition": Everything(), "always_run": True}), WEIGHTS) == frozenset()
    )


def test_what_was_read_for_other_rules_does_not_matter():
    """A rule's score is the same whether its sentences were read alone or with everybody else's."""
    body = "North Korea saw a border incursion. " * 8
    candidate, document = a_match(body=body)
    own = needs_reading(candidate, document, WEIGHTS)
    others = frozenset(range(len(document.sentences)))
    assert own < others
    past = frozenset(range(len(document.spans)))
    guard = a_guard(document, GuardKind.DENIED, "border")
    scores = [
        score(candidate, document, a_reading(document, sentences=read, past=past), weights=WEIGHTS, now=0.0).score
        for read in (own, others)
    ]
    assert scores[0] == scores[1]
    unasked = next(iter(others - own))
    sentence = document.sentences[unasked]
    stray = Guarded(guard.kind, guard.cue, frozenset(range(sentence.first, sentence.last)))
    reading = a_reading(document, past=past, guards=(stray,))
    assert score(candidate, document, reading, weights=WEIGHTS, now=0.0).score == scores[0]
