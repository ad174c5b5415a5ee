"""Denied and hypothetical."""

from __future__ import annotations

from tocsin.read.irrealis import denied, hypothetical

from .trees_by_hand import a_doc, covered


def _denied(tree):
    doc = a_doc(tree)
    return covered(denied(doc), doc)


def _hypothetical(tree):
    doc = a_doc(tree)
    return covered(hypothetical(doc), doc)


def test_what_is_denied_is_covered():
    """*Denied that troops crossed*, *denied the incursion*."""
    clause = "Moscow/nsubj/1/PROPN denied/ROOT/1/VERB that/mark/4/SCONJ troops/nsubj/4/NOUN crossed/ccomp/1/VERB"
    assert _denied(clause) == {"crossed"}
    assert _denied("Moscow/nsubj/1/PROPN denied/ROOT/1/VERB the/det/3/DET incursion/dobj/1/NOUN") == {"incursion"}


def test_denied_responsibility_leaves_the_event_standing():
    """*Denied responsibility for the attack*: there was one."""
    tree = (
        "He/nsubj/1/PRON denied/ROOT/1/VERB responsibility/dobj/1/NOUN for/prep/2/ADP the/det/5/DET attack/pobj/3/NOUN"
    )
    assert "attack" not in _denied(tree)


def test_only_reports_are_dismissed_not_people():
    """*Dismissed reports of an attack*; *dismissed the officer* is no denial."""
    tree = "He/nsubj/1/PRON dismissed/ROOT/1/VERB {}/dobj/1/NOUN of/prep/2/ADP attacks/pobj/3/NOUN"
    assert _denied(tree.format("reports")) == {"attacks"}
    assert _denied(tree.format("veterans")) == set()


def test_not_denied_is_not_denied():
    """*Did not deny*."""
    assert _denied("did/aux/2/AUX not/neg/2/PART deny/ROOT/2/VERB the/det/4/DET raid/dobj/2/NOUN") == set()


def test_modals_and_conditions_make_hypothetical():
    """*May attack*, *if they attack*; a plain past does not."""
    assert _hypothetical("They/nsubj/2/PRON may/aux/2/AUX attack/ROOT/2/VERB") == {"attack"}
    assert _hypothetical("if/mark/2/SCONJ they/nsubj/2/PRON attack/advcl/3/VERB run/ROOT/3/VERB") == {"attack"}
    assert _hypothetical("They/nsubj/1/PRON attacked/ROOT/1/VERB") == set()


def test_what_is_planned_or_rehearsed_is_hypothetical():
    """*Plan to sign*, *a possible coup*, *simulates an invasion*; *managed to sign* happened."""
    plan = "They/nsubj/1/PRON {}/ROOT/1/VERB to/aux/3/PART sign/xcomp/1/VERB"
    assert _hypothetical(plan.format("plan")) == {"sign"}
    assert _hypothetical(plan.format("managed")) == set()
    assert "coup" in _hypothetical("a/det/2/DET possible/amod/2/ADJ coup/ROOT/2/NOUN")
    assert _hypothetical("It/nsubj/1/PRON simulates/ROOT/1/VERB an/det/3/DET invasion/dobj/1/NOUN") == {"invasion"}
