"""The sentences of a candidate, with what stands in them: entities, keywords, cues, guards, who does it to whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from tocsin.model.match import Hit
from tocsin.model.reading import Event, Tense
from tocsin.model.rule import GuardAction, PhraseKind
from tocsin.score.choice import best_sentences
from tocsin.score.guarding import reads_as_other
from tocsin.score.spans import span_of
from tocsin.score.view import View

_SHOWN = 4


class Spot(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something marked in a sentence; ``field[start:end] == text``, in code points of the field as received.

    Attributes:
        kind: entity | keyword | cue | guard | actor | target. A phrase with words between has a spot for each part.
        ref: entity or keyword; of a guard its kind.
        phrase: of a keyword or cue: the phrase that was found, as the list or the concept writes it.
        origin: typed, or concept:NAME.
        does: of a guard: drop or lower.
    """

    kind: str
    start: int
    end: int
    text: str
    ref: str = ""
    phrase: str = ""
    origin: str = ""
    does: str = ""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence as received, with its spots in text order, the longer of two that begin together first."""

    field: str
    start: int
    end: int
    text: str
    zone: str
    read: bool  # by the parser: else there are no guards and no roles
    spots: tuple[Spot, ...]


def sentences_of(view: View, most: int = _SHOWN) -> tuple[Shown, ...]:
    """Return the sentences that tell most, in text order, hits that a guard drops included."""
    return tuple(_shown(view, number) for number in sorted(best_sentences(view, most)))


def _shown(view: View, number: int) -> Shown:
    sentence = view.document.sentences[number]
    spots = {spot for spot in _spots(view, number) if sentence.start <= spot.start and spot.end <= sentence.end}
    return Shown(
        field=sentence.field,
        start=sentence.start,
        end=sentence.end,
        text=view.document.field_text(sentence.field)[sentence.start : sentence.end],
        zone=sentence.zone.value,
        read=view.reading is not None and number in view.reading.sentences,
        spots=tuple(sorted(spots, key=lambda spot: (spot.start, -spot.end, spot.kind, spot.ref))),
    )


def _spots(view: View, number: int) -> Iterator[Spot]:
    for mention in view.mentions:
        if mention.sentence == number:
            yield _spot(view, range(mention.first, mention.last), "entity", ref=mention.entity.ref)
            if view.reading is not None and reads_as_other(mention, view.reading):
                yield _spot(
                    view, range(mention.first, mention.last), "guard", ref="other_sense", does=GuardAction.LOWER.value
                )
    hits = [hit for hit in (*_dropped(view), *view.hits) if hit.sentence == number]
    for hit in hits:
        yield from _of_hit(view, hit)
    yield from _of_guards(view, hits)
    for event in {event.head: event for hit in hits for event in _events(view, hit)}.values():
        yield from _of_roles(view, event)


def _dropped(view: View) -> list[Hit]:
    return [
        view.found[at] for at, guards in view.guarded.items() if any(action is GuardAction.DROP for _, action in guards)
    ]


def _of_hit(view: View, hit: Hit) -> Iterator[Spot]:
    kind = "cue" if hit.phrase.kind is PhraseKind.CUE else "keyword"
    for run in runs(hit.tokens):
        yield _spot(view, run, kind, ref=hit.keyword.ref, phrase=hit.phrase.written, origin=hit.phrase.origin)


def _of_guards(view: View, hits: list[Hit]) -> Iterator[Spot]:
    for hit in hits:
        for guard, action in view.guarded.get(view.found.index(hit), ()):
            cue = guard.cue
            yield Spot(
                kind="guard", start=cue.start, end=cue.end, text=cue.text, ref=guard.kind.value, does=action.value
            )


def _events(view: View, hit: Hit) -> list[Event]:
    """The events that a hit names: those told by a verb, else the last noun's: of *border incursion* it is the head."""
    events = view.reading.events if view.reading is not None else ()
    mine = [event for event in events if not event.tokens.isdisjoint(hit.tokens)]
    return [event for event in mine if event.tense is not Tense.NOMINAL] or mine[-1:]


def _of_roles(view: View, event: Event) -> Iterator[Spot]:
    for kind, tokens in (("actor", event.actors), ("target", event.targets)):
        for run in runs(sorted(tokens)):
            yield _spot(view, run, kind)


def runs(tokens: Iterable[int]) -> Iterator[range]:
    """Yield the stretches of neighbours among ascending numbers."""
    first = last = -1
    for token in tokens:
        if last >= 0 and token != last + 1:
            yield range(first, last + 1)
            first = token
        first, last = (token if last < 0 else first), token
    if last >= 0:
        yield range(first, last + 1)


def _spot(view: View, tokens: range, kind: str, **more: str) -> Spot:
    span = span_of(view.document, tokens[0], tokens[-1])
    return Spot(kind=kind, start=span.start, end=span.end, text=span.text, **more)
