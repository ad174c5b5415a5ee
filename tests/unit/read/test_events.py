"""Events on the real model: what stands with them."""

from __future__ import annotations

import pickle

import pytest

from builders import a_document
from tocsin.model.reading import Event, Tense, When, Who

NOON = 1718971200.0  # 2024-06-21


def _event(reader, text, word) -> tuple[Event, list[str]]:
    document = a_document(body=text, lang="en", published_at=NOON)
    reading = reader.read([(document, frozenset(range(len(document.sentences))))])[0]
    token = document.words.index(word)
    found = [event for event in reading.events if token in event.tokens]
    assert len(found) == 1, found
    return found[0], document.words


def _words(words, tokens):
    return {words[number] for number in tokens}


def test_one_event_has_its_place_its_time_and_its_people(reader):
    """Kind, place, actor, target, time, number: what makes a report concrete."""
    event, words = _event(reader, "Gunmen killed three soldiers in Nairobi on Monday, police said.", "killed")
    assert (event.actor, event.target, event.people) == (Who.HUMAN, Who.HUMAN, 3)
    assert _words(words, event.places) == {"nairobi"}
    assert _words(words, event.times) == {"monday"}
    assert (event.when, event.tense, event.reported) == (When.RECENT, Tense.PAST, True)


def test_a_light_verb_and_its_noun_are_one_event(reader):
    """*Launched an attack*: one event, told in the past, whose head is the noun."""
    event, words = _event(reader, "The rebels launched an attack on the dam.", "launched")
    assert {"launched", "attack"} <= _words(words, event.tokens)
    assert words[event.head] == "attack"
    assert event.tense is Tense.PAST
    assert _words(words, event.targets) == {"the", "dam"}


@pytest.mark.parametrize(
    ("time", "kind"),
    [
        ("on Tuesday", When.RECENT),
        ("ten years ago", When.OLD),
        ("in 1985", When.OLD),
        ("in May", When.OTHER),
        ("with knives", When.NONE),
    ],
)
def test_times_are_of_four_kinds(reader, time, kind):
    """A weekday is near, years ago are history, a month is neither."""
    assert _event(reader, f"Bandits attacked the convoy {time}.", "attacked")[0].when is kind


def test_an_event_is_cheap_to_send_and_stays_the_same(reader):
    """Readings travel between processes."""
    event, _ = _event(reader, "Bandits attacked the convoy.", "attacked")
    assert pickle.loads(pickle.dumps(event)) == event
    assert len(pickle.dumps(event)) < 1000


def test_tokens_of_an_event_are_never_its_actors_or_targets(reader):
    """A hit on a name must not find the event that the name takes part in."""
    event, words = _event(reader, "The Russian invasion of Ukraine began.", "invasion")
    assert event.tokens.isdisjoint(event.actors | event.targets)
    assert _words(words, event.actors) == {"russian"}


@pytest.mark.parametrize("text", ["", "?", "attack", "of of of of", "and and, who whom which", "not not not no no"])
def test_no_text_breaks_it(reader, text):
    """Word salad is read as something, or as nothing."""
    document = a_document(body=text, lang="en", published_at=NOON)
    assert not reader.read([(document, frozenset(range(len(document.sentences))))])[0].unread
