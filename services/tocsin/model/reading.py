"""What the parser said about the sentences that carry evidence."""

from __future__ import annotations

import msgspec

from tocsin.model.match import Span
from tocsin.model.rule import GuardKind


class Guarded(msgspec.Struct, frozen=True):
    """A guard that covers some tokens: the cue that shows it, and the document tokens in its scope."""

    kind: GuardKind
    cue: Span
    tokens: frozenset[int]


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
        unread: the deadline passed or the parser failed: nothing else here says anything.
    """

    sentences: frozenset[int] = frozenset()
    guards: tuple[Guarded, ...] = ()
    clause_of: dict[int, int] = {}
    entity_type: dict[int, str] = {}
    past: frozenset[int] = frozenset()
    main: frozenset[int] = frozenset()
    bare: frozenset[int] = frozenset()
    agents: frozenset[int] = frozenset()
    unread: bool = False
