"""Negated: the scope of a negation is what it governs."""

from __future__ import annotations

from tocsin.read.negation import negated

from .trees_by_hand import a_doc, covered


def _negated(tree):
    doc = a_doc(tree)
    return covered(negated(doc), doc)


def test_a_negated_verb_is_covered_but_its_subject_is_not():
    """*Troops did not cross*: the crossing did not happen, the troops are there."""
    assert _negated("troops/nsubj/3/NOUN did/aux/3/AUX not/neg/3/PART cross/ROOT/3/VERB") == {"cross"}


def test_a_negated_predicate_leaves_the_event_standing():
    """*The violations were not intentional* denies the intent."""
    tree = "violations/nsubj/1/NOUN were/ROOT/1/AUX not/neg/1/PART intentional/acomp/1/ADJ"
    assert "violations" not in _negated(tree)


def test_a_negated_light_verb_takes_the_event_with_it():
    """*The pact was not signed*, *the raid did not occur*: the noun's event did not happen."""
    assert _negated("pact/nsubjpass/3/NOUN was/auxpass/3/AUX not/neg/3/PART signed/ROOT/3/VERB") == {"pact", "signed"}
    assert _negated("raid/nsubj/3/NOUN did/aux/3/AUX not/neg/3/PART occur/ROOT/3/VERB") == {"raid", "occur"}


def test_any_other_verb_leaves_its_object_alone():
    """*Police did not explain the attack*: there was one."""
    tree = "Police/nsubj/3/NOUN did/aux/3/AUX not/neg/3/PART explain/ROOT/3/VERB the/det/5/DET attack/dobj/3/NOUN"
    assert _negated(tree) == {"explain"}


def test_any_makes_the_object_deniable():
    """*Did not see any incursion*: none is asserted."""
    tree = "He/nsubj/3/PRON did/aux/3/AUX not/neg/3/PART tell/ROOT/3/VERB any/det/5/DET lie/dobj/3/NOUN"
    assert _negated(tree) == {"tell", "lie"}


def test_no_covers_noun_and_verb():
    """*No soldiers crossed*: neither soldiers nor crossing."""
    assert _negated("No/det/1/DET soldiers/nsubj/2/NOUN crossed/ROOT/2/VERB") == {"soldiers", "crossed"}


def test_no_evidence_of_an_event_covers_the_event():
    """*No evidence of an incursion*, but *no survivors of the bombing* says nothing of the bombing."""
    tree = "No/det/1/DET {}/ROOT/1/NOUN of/prep/1/ADP an/det/4/DET {}/pobj/2/NOUN"
    assert "incursion" in _negated(tree.format("evidence", "incursion"))
    assert "bombing" not in _negated(tree.format("survivors", "bombing"))


def test_or_carries_the_negation_on_and_but_ends_it():
    """*Did not fire or ram*; *did not fire but rammed*."""
    tree = "did/aux/2/AUX not/neg/2/PART fire/ROOT/2/VERB {}/cc/2/CCONJ ram/conj/2/VERB"
    assert _negated(tree.format("or")) == {"fire", "ram"}
    assert _negated(tree.format("but")) == {"fire"}


def test_two_negations_assert():
    """*Did not deny crossing* and *failed to prevent it* leave the event standing."""
    deny = "did/aux/2/AUX not/neg/2/PART deny/ROOT/2/VERB crossing/xcomp/2/VERB"
    assert "crossing" not in _negated(deny)
    prevent = "failed/ROOT/0/VERB to/aux/2/PART prevent/xcomp/0/VERB the/det/4/DET attack/dobj/2/NOUN"
    assert _negated(prevent) == set()


def test_not_only_denies_nothing():
    """*Not only attacked*."""
    assert _negated("not/neg/2/PART only/advmod/2/ADV attacked/ROOT/2/VERB") == set()


def test_failed_to_covers_what_was_not_done():
    """*Failed to cross*."""
    assert _negated("failed/ROOT/0/VERB to/aux/2/PART cross/xcomp/0/VERB") == {"cross"}
