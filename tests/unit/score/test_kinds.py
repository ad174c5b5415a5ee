"""Whether the sentences with evidence tell of the rule's kind of event."""

from __future__ import annotations

from typing import Any

import pytest

from builders import a_keyword, an_entity
from tocsin.model.rule import Mentions
from tocsin.score import kinds
from tocsin.score.view import View

from .candidates import a_match, a_reading

kind: Any = kinds.kind  # a number, where one is known
likeness: Any = kinds.likeness
nearest: Any = kinds.nearest
RAID = a_keyword("air strike", "raid|raids|raided", ref="air-strike")
STRIKE = "Fighter jets carried out raids on the depot and warplanes struck the airfield."
SEARCH = "Police carried out raids on homes and detained suspects over the fraud."


def _view(body, *, keyword=RAID, entity=None, read=False):
    candidate, document = a_match("", body, keyword=keyword, entity=entity)
    return View(candidate, document, a_reading(document) if read else None, 0.0)


def test_another_kind_of_event_is_lower():
    """*Raids* by warplanes are what *air strike* asks for; raids by the police are arrests."""
    assert kind(_view(STRIKE)) > 0.5 > kind(_view(SEARCH))
    assert likeness(_view(STRIKE)) > likeness(_view(SEARCH))


def test_the_nearest_kind_is_named_with_whose_it_is():
    """For people who ask why: the rule's own where it tells of that, another where it tells of another."""
    assert nearest(_view(STRIKE)) == ("air-strike", True)
    other = nearest(_view(SEARCH))
    assert other is not None
    assert other[1] is False


def test_names_do_not_matter():
    """What the rule's entity is called says nothing of what happens."""
    bomb = an_entity("Storm", ref="storm")
    named = _view(f"Storm said: {STRIKE}", entity=bomb)
    other = _view(f"Depot said: {STRIKE}", entity=an_entity("Depot", ref="depot"))
    assert likeness(named) == pytest.approx(likeness(other), abs=0.15)


@pytest.mark.parametrize("body", ["A raid qwrt zyxv.", "raid"])
def test_a_word_or_two_is_enough(body):
    """A text of few known words is held against what they say; nothing fails."""
    assert 0.0 <= likeness(_view(body)) <= 1.0


def test_unknown_where_nothing_points_anywhere():
    """Words of another language: neither is known, and the neutral value stands in."""
    angriff = a_keyword("Luftangriff", ref="angriff")
    assert likeness(_view("Ein Luftangriff traf Kiew.", keyword=angriff)) is None
    assert kind(_view("Ein Luftangriff traf Kiew.", keyword=angriff)) is None


@pytest.mark.parametrize(("lang", "known"), [("en", True), ("und", True), ("de", False)])
def test_only_english_is_compared(lang, known):
    """*Die* and *war* are words of both, and not the same ones."""
    candidate, document = a_match("", "Die raid war kurz.", keyword=RAID, entity=None, lang=lang)
    view = View(candidate, document, None, 0.0)
    assert (likeness(view) is not None, kind(view) is not None) == (known, known)


def test_unknown_where_no_keyword_is_asked():
    """A rule of entities alone asks for no kind of event."""
    candidate, document = a_match(
        "", STRIKE, keyword=None, entity=an_entity("depot", ref="depot"), rule={"condition": Mentions(frozenset({0}))}
    )
    view = View(candidate, document, None, 0.0)
    assert (likeness(view), kind(view), nearest(view)) == (None, None, None)
