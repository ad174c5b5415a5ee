"""All guards that are read from a parse. ``other_sense`` is not: the matcher and the scorer see that one."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc

from tocsin.model.rule import GuardKind
from tocsin.read.history import Told, historical
from tocsin.read.irrealis import denied, hypothetical
from tocsin.read.negation import negated


def find_guards(doc: Doc, told: Told) -> Iterator[tuple[GuardKind, set[int], set[int]]]:
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
