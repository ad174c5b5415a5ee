"""Clauses and telling."""

from __future__ import annotations

from tocsin.read.clauses import clause_heads
from tocsin.read.telling import telling

from .trees_by_hand import a_doc

REPORT = (
    "Seoul/nsubj/1/PROPN said/ROOT/1/VERB soldiers/nsubj/3/NOUN crossed/ccomp/1/VERB lines/dobj/3/NOUN "
    "that/nsubj/6/PRON divide/relcl/4/VERB them/dobj/6/PRON"
)


def test_a_reported_clause_is_one_of_its_own_and_a_relative_clause_is_not():
    """What a noun's relative clause says belongs to the clause of the noun."""
    heads = clause_heads(a_doc(REPORT))
    assert heads[:2] == [1, 1]
    assert heads[2:] == [3] * 6


def test_a_joined_verb_opens_a_clause_and_a_joined_noun_does_not():
    """*Crossed and fired*; *soldiers and tanks*."""
    doc = a_doc(
        "soldiers/nsubj/3/NOUN and/cc/0/CCONJ tanks/conj/0/NOUN crossed/ROOT/3/VERB and/cc/3/CCONJ fired/conj/3/VERB"
    )
    assert clause_heads(doc) == [3, 3, 3, 3, 3, 5]


def test_past_is_told_but_not_under_a_modal():
    """*Crossed* is, *would cross* is not."""
    told = a_doc("soldiers/nsubj/1/NOUN crossed/ROOT/1/VERB")
    might = a_doc("soldiers/nsubj/2/NOUN would/aux/2/AUX crossed/ROOT/2/VERB")
    assert telling(told, clause_heads(told)).past == {0, 1}
    assert telling(might, clause_heads(might)).past == set()


def test_what_a_report_reports_is_its_main_point():
    """The reporting verb and the verb of what it reports, not what describes a noun."""
    doc = a_doc(REPORT)
    assert telling(doc, clause_heads(doc)).main == {1, 3}


def test_subjects_and_agents_act():
    """*Soldiers crossed*, *crossed by soldiers*; an object does not act."""
    doc = a_doc("line/nsubjpass/2/NOUN was/auxpass/2/AUX crossed/ROOT/2/VERB by/agent/2/ADP soldiers/pobj/3/NOUN")
    assert 4 in telling(doc, clause_heads(doc)).agents
    assert 0 not in telling(doc, clause_heads(doc)).agents
