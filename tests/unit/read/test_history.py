"""Historical: a past time covers what it is attached to."""

from __future__ import annotations

import pytest

from tocsin.read.history import Told, historical

from .trees_by_hand import a_doc, covered

NOW = Told(2024, 6)


def _historical(tree, told=NOW):
    doc = a_doc(tree)
    return covered(historical(doc, told), doc)


IN_YEAR = "In/prep/3/ADP {}/pobj/0/NUM/DATE they/nsubj/3/PRON fired/ROOT/3/VERB shells/dobj/3/NOUN"


def test_a_past_year_covers_the_verb_and_what_it_governs():
    """*In 2015 they fired shells*."""
    assert {"fired", "shells"} <= _historical(IN_YEAR.format(2015))


@pytest.mark.parametrize("year", ["2024", "2031"])
def test_this_year_and_the_next_are_no_history(year):
    """The article's own year, and any later."""
    assert _historical(IN_YEAR.format(year)) == set()


def test_the_year_is_measured_against_the_article():
    """2015 is no history in an article of 2015; nor is December in January."""
    assert _historical(IN_YEAR.format(2015), Told(2015, 8)) == set()
    assert (
        _historical(
            "On/prep/4/ADP December/compound/2/PROPN/DATE 2023/pobj/0/NUM/DATE they/nsubj/4/PRON fired/ROOT/4/VERB",
            Told(2024, 1),
        )
        == set()
    )


def test_without_a_date_a_year_says_nothing_but_ago_does():
    """Year 0 is an unknown date."""
    assert _historical(IN_YEAR.format(2015), Told(0, 12)) == set()
    ago = "Ten/nummod/1/NUM/DATE years/npadvmod/2/NOUN/DATE ago/advmod/4/ADV/DATE they/nsubj/4/PRON fired/ROOT/4/VERB"
    assert "fired" in _historical(ago, Told(0, 12))


def test_a_year_beside_a_noun_covers_the_noun_only():
    """*The 2010 attack killed four*: the attack is history, what is said of it need not be."""
    tree = "The/det/2/DET 2010/nummod/2/NUM/DATE attack/nsubj/3/NOUN killed/ROOT/3/VERB four/dobj/3/NUM"
    assert _historical(tree) == {"attack"}


def test_a_branch_with_a_near_time_breaks_out():
    """*Lost the port in 2011 and attacked on Sunday*."""
    tree = (
        "They/nsubj/1/PRON lost/ROOT/1/VERB it/dobj/1/PRON in/prep/1/ADP 2011/pobj/3/NUM/DATE and/cc/1/CCONJ "
        "attacked/conj/1/VERB on/prep/6/ADP Sunday/pobj/7/PROPN/DATE"
    )
    found = _historical(tree)
    assert "lost" in found
    assert "attacked" not in found


def test_the_first_since_is_news_and_a_count_since_is_not():
    """*The worst since 2010*; *have been killed since 1979*."""
    worst = "the/det/1/DET worst/attr/2/ADJ was/ROOT/2/AUX since/prep/1/ADP 2010/pobj/3/NUM/DATE"
    count = "have/aux/2/AUX been/auxpass/2/AUX killed/ROOT/2/VERB since/prep/2/ADP 1979/pobj/3/NUM/DATE"
    assert _historical(worst) == set()
    assert "killed" in _historical(count)


def test_a_number_that_looks_like_a_year_is_none():
    """*2015 people were killed*."""
    tree = "2015/nummod/1/NUM/CARDINAL people/nsubjpass/3/NOUN were/auxpass/3/AUX killed/ROOT/3/VERB"
    assert _historical(tree) == set()


def test_an_anniversary_covers_what_it_is_of():
    """*Marked the anniversary of the attack*."""
    tree = "marked/ROOT/0/VERB the/det/2/DET anniversary/dobj/0/NOUN of/prep/2/ADP the/det/5/DET attack/pobj/3/NOUN"
    assert "attack" in _historical(tree)
