"""All guards that are read from a parse. Of ``other_sense`` only titles are: the matcher and the scorer see the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tocsin.model.rule import GuardKind
from tocsin.read.history import Told, historical
from tocsin.read.irrealis import denied, hypothetical
from tocsin.read.negation import negated
from tocsin.read.titles import titles
from tocsin.read.word import Word


def find_guards(doc: Sequence[Word], told: Told) -> Iterator[tuple[GuardKind, set[int], set[int]]]:
    """Yield guards as (kind, cue tokens, tokens in scope), in spaCy's token numbers; neither set is empty.

    A word is in scope when *its* event is guarded: *the incursion was not deliberate* guards *deliberate* only.
    """
    for cue, scope in negated(doc):
        if scope:
            yield GuardKind.NEGATED, cue, scope
    for cue, scope in denied(doc):
        yield GuardKind.DENIED, cue, scope
    for cue, scope in hypothetical(doc):
        if scope:
            yield GuardKind.HYPOTHETICAL, cue, scope
    for cue, scope in historical(doc, told):
        yield GuardKind.HISTORICAL, cue, scope
    for cue, scope in titles(doc):
        yield GuardKind.OTHER_SENSE, cue, scope
