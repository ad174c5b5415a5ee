"""Signals of the incident: does the article tell what happened, to whom, where and when, or only speak of such things?

An incident is an event, read from the sentence, that a keyword names: with a tense, an actor, a target, a place, a time
and the people counted in it. What is planned, wanted, feared or denied is none, nor are *attacks* in general.
"""

from __future__ import annotations

from tocsin.model.reading import Event, Tense, When, Who
from tocsin.score.view import View

_HAPPENS = frozenset({Tense.PAST, Tense.PERFECT, Tense.PRESENT, Tense.NOMINAL})  # present: as headlines tell it
_KNOWN = frozenset({Who.NAMED, Who.HUMAN})
_FULL = 4  # of the five things that may be told of it


def detail(view: View) -> float | None:
    """How much is told of the incident that is told most of: actor, target, place, people counted, a near time."""
    if view.reading is None or not view.read_hits:
        return None
    told = (_told(event) for event in _incidents(view))
    return min(1.0, max(told, default=0) / _FULL)


def takes_part(view: View) -> float | None:
    """Whether the entity takes part in an incident, as its actor, its target, or the place where it happens."""
    if view.reading is None or not view.read_hits or not view.mentions:
        return None
    mentioned = {token for one in view.mentions for token in range(one.first, one.last)}
    return float(
        any(not mentioned.isdisjoint(event.actors | event.targets | event.places) for event in _incidents(view))
    )


def _told(event: Event) -> int:
    return sum(
        (
            event.actor in _KNOWN,
            event.target in _KNOWN,
            bool(event.places),
            event.people > 0,
            event.when is When.RECENT,
        )
    )


def _incidents(view: View) -> list[Event]:
    """Events that happen, and that a hit names which no guard lowers."""
    found: list[Event] | None = view.notes.get(__name__)
    if found is None:
        assert view.reading is not None
        bare = view.reading.bare
        hits = (hit for hit in view.read_hits if hit.tokens not in view.lowered and bare.isdisjoint(hit.tokens))
        tokens = {token for hit in hits for token in hit.tokens}
        found = [
            event for event in view.reading.events if event.tense in _HAPPENS and not event.tokens.isdisjoint(tokens)
        ]
        view.notes[__name__] = found
    return found
