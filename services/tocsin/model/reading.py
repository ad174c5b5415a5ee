"""What the parser said about the sentences that carry evidence."""

from __future__ import annotations

import enum

import msgspec

from tocsin.model.match import Span
from tocsin.model.rule import GuardKind


class Guarded(msgspec.Struct, frozen=True):
    """A guard that covers some tokens: the cue that shows it, and the document tokens in its scope."""

    kind: GuardKind
    cue: Span
    tokens: frozenset[int]


class Tense(enum.Enum):
    """How an event is told. What a light verb carries (*launched an attack*) is told as that verb is."""

    PAST = "past"  # also a headline's *Troops killed in ambush*
    PERFECT = "perfect"
    PRESENT = "present"  # also a headline's *Troops kill herder*
    FUTURE = "future"
    MODAL = "modal"
    INFINITIVE = "infinitive"
    PARTICIPLE = "participle"
    NOMINAL = "nominal"  # a noun that nothing says the time of


class Who(enum.Enum):
    """What kind of thing acts, or is acted on."""

    NOBODY = "nobody"  # none is named in the sentence
    NAMED = "named"  # by a proper name or a people's
    HUMAN = "human"  # soldiers, a teacher, police
    PRONOUN = "pronoun"  # he, they, it: named in another place, which is not looked up
    OTHER = "other"


class When(enum.Enum):
    """What kind of time stands with an event."""

    NONE = "none"
    RECENT = "recent"  # a weekday, today, last night
    OLD = "old"  # years ago, in a year that is past: history
    OTHER = "other"  # any other date or time


class Event(msgspec.Struct, frozen=True):
    """A verb, or a noun that may name an event, with its roles. Sets hold document tokens.

    A hit belongs to the event whose ``tokens`` it shares; *launched an attack* is one event with two of them.

    Attributes:
        head: the token of the verb or noun; of a light verb and its noun, the noun's.
        tokens: head, particles, compounds, light verb.
        sentence: number of its sentence.
        tense: how it is told.
        actors: whole noun phrases, joined ones too, of who does it; relative clauses left out.
        targets: the same of whom, or what, it is done to.
        actor: what kind of thing acts.
        target: what kind of thing it is done to.
        reported: it stands in what somebody says (*said*, *according to*).
        places: named places that stand with it.
        times: words of its time, and ``when`` their kind.
        people: how many people it counts among its actors or targets, at least (*dozens*: 24); 0 if it does not.
    """

    head: int
    tokens: frozenset[int]
    sentence: int
    tense: Tense = Tense.NOMINAL
    actors: frozenset[int] = frozenset()
    targets: frozenset[int] = frozenset()
    actor: Who = Who.NOBODY
    target: Who = Who.NOBODY
    reported: bool = False
    places: frozenset[int] = frozenset()
    times: frozenset[int] = frozenset()
    when: When = When.NONE
    people: int = 0


class Reading(msgspec.Struct, frozen=True):
    """The reading of one document.

    Attributes:
        sentences: numbers of the sentences that were parsed.
        guards: guards found in them.
        clause_of: clause number of each read token (unique through the document).
        entity_type: spaCy's label for each read token that stands in a named entity.
        past: read tokens whose clause tells what happened: past or perfect tense, no modal, no infinitive.
        main: read tokens that are the head of their sentence's main clause, or of what its reporting verb reports.
        bare: read tokens that are plural nouns with nothing before them (*attacks*, in general).
        agents: read tokens of the subjects, or agents, of their clauses.
        events: every verb and every noun that may name an event, in the read sentences, in their order.
        unread: the deadline passed or the parser failed: nothing else here says anything.
        no_reader: there is no parser for the document's language, and sentences were asked for: nothing else here says
            anything, and nothing failed.
    """

    sentences: frozenset[int] = frozenset()
    guards: tuple[Guarded, ...] = ()
    clause_of: dict[int, int] = {}
    entity_type: dict[int, str] = {}
    past: frozenset[int] = frozenset()
    main: frozenset[int] = frozenset()
    bare: frozenset[int] = frozenset()
    agents: frozenset[int] = frozenset()
    events: tuple[Event, ...] = ()
    unread: bool = False
    no_reader: bool = False
