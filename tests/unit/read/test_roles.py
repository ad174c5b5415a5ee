"""Roles, subjects and tenses, on trees written by hand."""

from __future__ import annotations

import pytest

from tocsin.model.reading import Tense, Who
from tocsin.read.phrases import counted, phrase, who
from tocsin.read.roles import roles_of_noun, roles_of_verb
from tocsin.read.tenses import is_reported, tense_of

from .trees_by_hand import a_doc


def _texts(tokens):
    return {token.text for token in tokens}


def _of_verb(tree, verb):
    doc = a_doc(tree)
    roles = roles_of_verb(next(token for token in doc if token.text == verb))
    return _texts(roles.actors), _texts(roles.targets)


def _of_noun(tree, noun):
    doc = a_doc(tree)
    roles = roles_of_noun(next(token for token in doc if token.text == noun))
    return _texts(roles.actors), _texts(roles.targets)


def test_active_and_passive():
    """*Lydians attacked Phrygians*, *Lydians were attacked by Phrygians*."""
    active = "Lydians/nsubj/1/PROPN attacked/ROOT/1/VERB Phrygians/dobj/1/PROPN"
    passive = "Lydians/nsubjpass/2/PROPN were/auxpass/2/AUX attacked/ROOT/2/VERB by/agent/2/ADP Phrygians/pobj/3/PROPN"
    assert _of_verb(active, "attacked") == ({"Lydians"}, {"Phrygians"})
    assert _of_verb(passive, "attacked") == ({"Phrygians"}, {"Lydians"})


def test_a_relative_clause_gives_its_noun_the_role_that_it_lacks():
    """*Lydia, which invaded Moravia*; *Lydia, which Moravia invaded*."""
    who_did = "Lydia/ROOT/0/PROPN which/nsubj/2/PRON invaded/relcl/0/VERB Moravia/dobj/2/PROPN"
    to_whom = "Lydia/ROOT/0/PROPN which/dobj/3/PRON Moravia/nsubj/3/PROPN invaded/relcl/0/VERB"
    bare = "Lydia/ROOT/0/PROPN Moravia/nsubj/2/PROPN invaded/relcl/0/VERB"
    for tree, roles in ((who_did, ({"Lydia"}, {"Moravia"})), (to_whom, ({"Moravia"}, {"Lydia"}))):
        doc = a_doc(tree)
        doc[1].tag_ = "WDT"
        found = roles_of_verb(next(token for token in doc if token.text == "invaded"))
        assert (_texts(found.actors), _texts(found.targets)) == roles
    assert _of_verb(bare, "invaded") == ({"Moravia"}, {"Lydia"})


def test_control():
    """*Ordered the army to bomb*: the army bombs; *promised the king to bomb*, *tried to bomb*: the subject does."""
    told = "He/nsubj/1/PRON {}/ROOT/1/VERB {}/dobj/1/NOUN to/aux/4/PART bomb/xcomp/1/VERB it/dobj/4/PRON"
    alone = "He/nsubj/1/PRON tried/ROOT/1/VERB to/aux/3/PART bomb/xcomp/1/VERB it/dobj/3/PRON"
    assert _of_verb(told.format("ordered", "troops"), "bomb") == ({"troops"}, {"it"})
    assert _of_verb(told.format("promised", "kings"), "bomb") == ({"He"}, {"it"})
    assert _of_verb(alone, "bomb") == ({"He"}, {"it"})


def test_accused_of_and_fled_after():
    """Whoever is accused has done it; whoever fled after it has, too."""
    accused = (
        "Police/nsubj/1/NOUN accused/ROOT/1/VERB men/dobj/1/NOUN of/prep/1/ADP looting/pcomp/3/VERB it/dobj/4/PRON"
    )
    fled = "Men/nsubj/1/NOUN fled/ROOT/1/VERB after/prep/1/ADP looting/pcomp/2/VERB it/dobj/3/PRON"
    assert _of_verb(accused, "looting")[0] == {"men"}
    assert _of_verb(fled, "looting")[0] == {"Men"}


def test_a_joined_verb_shares_its_subject_and_not_its_object():
    """*Men crossed lines and fired*."""
    tree = "Men/nsubj/1/NOUN crossed/ROOT/1/VERB lines/dobj/1/NOUN and/cc/1/CCONJ fired/conj/1/VERB"
    assert _of_verb(tree, "fired") == ({"Men"}, set())


def test_a_headline_drops_its_auxiliary():
    """*Two killed* were killed; *They attacked* is as it stands."""
    assert _of_verb("Two/nsubj/1/NUM killed/ROOT/1/VERB", "killed") == (set(), {"Two"})
    assert _of_verb("They/nsubj/1/PRON attacked/ROOT/1/VERB", "attacked") == ({"They"}, set())


def test_nouns_own_their_roles():
    """*X's invasion of Y*, *an attack on Y by X*, *the arrest of Y*, *Y's arrest by X*, *the X raid*."""
    invasion = "Moravia/poss/1/PROPN invasion/ROOT/1/NOUN of/prep/1/ADP Lydia/pobj/2/PROPN"
    attack = "attack/ROOT/0/NOUN on/prep/0/ADP Lydia/pobj/1/PROPN by/prep/0/ADP Moravia/pobj/3/PROPN"
    arrest = "editor/poss/1/NOUN arrest/ROOT/1/NOUN by/prep/1/ADP police/pobj/2/NOUN"
    assert _of_noun(invasion, "invasion") == ({"Moravia"}, {"Lydia"})
    assert _of_noun(attack, "attack") == ({"Moravia"}, {"Lydia"})
    assert _of_noun(arrest, "arrest") == ({"police"}, {"editor"})
    assert _of_noun("rebel/compound/1/NOUN raid/ROOT/1/NOUN", "raid") == ({"rebel"}, set())
    assert _of_noun("missile/compound/1/NOUN test/ROOT/1/NOUN", "test") == (set(), set())


def test_a_time_is_no_target():
    """*The attack on Sunday*."""
    assert _of_noun("attack/ROOT/0/NOUN on/prep/0/ADP Sunday/pobj/1/PROPN/DATE", "attack") == (set(), set())


def test_light_verbs_lend_their_roles():
    """*Launched raids on farms*, *suffered raids*, *came under fire from rebels*."""
    launched = "Men/nsubj/1/NOUN launched/ROOT/1/VERB raids/dobj/1/NOUN on/prep/1/ADP farms/pobj/3/NOUN"
    suffered = "Men/nsubj/1/NOUN suffered/ROOT/1/VERB raids/dobj/1/NOUN"
    under = "Men/nsubj/1/NOUN came/ROOT/1/VERB under/prep/1/ADP fire/pobj/2/NOUN from/prep/1/ADP rebels/pobj/4/NOUN"
    assert _of_noun(launched, "raids") == ({"Men"}, {"farms"})
    assert _of_noun(suffered, "raids") == (set(), {"Men"})
    assert _of_noun(under, "fire") == ({"rebels"}, {"Men"})


def test_a_phrase_is_whole_and_leaves_clauses_out():
    """*Soldiers of Moravia and tanks, who fled*; what is joined with *not* is left out."""
    doc = a_doc(
        "soldiers/ROOT/0/NOUN of/prep/0/ADP Moravia/pobj/1/PROPN and/cc/0/CCONJ tanks/conj/0/NOUN who/nsubj/6/PRON "
        "fled/relcl/0/VERB"
    )
    assert {doc[index].text for index in phrase(doc[0])} == {"soldiers", "of", "Moravia", "and", "tanks"}
    but = a_doc("Marek/ROOT/0/PROPN not/neg/2/PART Brandt/appos/0/PROPN")
    assert phrase(but[0]) == {0}


@pytest.mark.parametrize(
    ("tree", "kind"),
    [
        ("Moravia/ROOT/0/PROPN/GPE", Who.NAMED),
        ("gunmen/ROOT/0/NOUN", Who.HUMAN),
        ("they/ROOT/0/PRON", Who.PRONOUN),
        ("storm/ROOT/0/NOUN", Who.OTHER),
    ],
)
def test_who(tree, kind):
    """A name, people, a pronoun, a thing; nobody where there is no phrase."""
    assert who([a_doc(tree)[0]]) is kind
    assert who([]) is Who.NOBODY


@pytest.mark.parametrize(
    ("tree", "number"),
    [
        ("three/nummod/1/NUM soldiers/ROOT/1/NOUN", 3),
        ("1,200/nummod/1/NUM soldiers/ROOT/1/NOUN", 1200),
        ("dozens/ROOT/0/NOUN", 24),
        ("three/nummod/1/NUM tanks/ROOT/1/NOUN", 0),
        ("99999999999999/nummod/1/NUM soldiers/ROOT/1/NOUN", 0),
    ],
)
def test_people_are_counted(tree, number):
    """Words and figures, of people only; what no crowd reaches is no count."""
    assert counted(next(token for token in a_doc(tree) if token.dep_ == "ROOT")) == number


@pytest.mark.parametrize(
    ("tree", "tense"),
    [
        ("they/nsubj/1/PRON attacked/ROOT/1/VERB", Tense.PAST),
        ("have/aux/1/AUX attacked/ROOT/1/VERB", Tense.PERFECT),
        ("will/aux/1/AUX attack/ROOT/1/VERB", Tense.FUTURE),
        ("may/aux/1/AUX attack/ROOT/1/VERB", Tense.MODAL),
        ("to/aux/1/PART attack/ROOT/1/VERB", Tense.INFINITIVE),
        ("were/auxpass/1/AUX attacked/ROOT/1/VERB", Tense.PAST),
    ],
)
def test_tense(tree, tense):
    """By the auxiliaries, else by the verb's own form."""
    assert tense_of(a_doc(tree)[1]) is tense


def test_what_somebody_says_is_reported():
    """*Police said they attacked*; *according to police, they attacked*; and not what nobody says."""
    said = a_doc("Police/nsubj/1/NOUN said/ROOT/1/VERB they/nsubj/3/PRON attacked/ccomp/1/VERB")
    according = a_doc("according/prep/2/VERB they/nsubj/2/PRON attacked/ROOT/2/VERB")
    assert is_reported(said[3])
    assert is_reported(according[2])
    assert not is_reported(a_doc("they/nsubj/1/PRON attacked/ROOT/1/VERB")[1])
