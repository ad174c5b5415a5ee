"""Words that say that something did not happen without denying it: *failed*, *without*, *called off*, *false*."""

from __future__ import annotations

from collections.abc import Iterator

from tocsin.read import vocabulary as words
from tocsin.read.denying import Found, calls_off, denied_with, is_negated
from tocsin.read.trees import complement_events, event_tokens, is_verbal, kids, low
from tocsin.read.word import Word


def without(cue: Word) -> Iterator[Found]:
    """*Without crossing*, *instead of attacking*, *stopped short of signing*; *a cent short of the forecast* is none."""
    heads = [*kids(cue, "pcomp", "pobj")]
    if low(cue) != "without":
        heads += kids(cue.nbor(), "pcomp")
    if low(cue) in {"instead", "rather"}:
        heads += kids(cue.nbor(), "pobj")
    for head in heads:
        yield {cue.i}, event_tokens(head)


def failed(cue: Word) -> Iterator[Found]:
    """*Failed to cross*, *the strike was called off*; *failed to prevent the attack* denies nothing."""
    if is_negated(cue) or any(low(child) in words.CONDITIONS for child in kids(cue, "mark")):
        return
    scope: set[int] = set()
    for child in kids(cue, "xcomp"):
        if low(child) not in words.DOUBLE:
            scope |= denied_with(child)
    doubled = cue.dep_ == "xcomp" and low(cue.head) in words.DOUBLE
    to_come = any(low(child) == "to" for child in kids(cue, "aux"))  # "to avoid the war": it came or not
    if (low(cue) in words.NOT_FOR_OBJECT or calls_off(cue)) and not doubled and not to_come:
        for child in kids(cue, "dobj", "nsubjpass"):
            scope |= event_tokens(child)
        if cue.dep_ == "amod":
            scope |= event_tokens(cue.head)
    if scope:
        yield {cue.i}, scope


def yet_to(cue: Word) -> Iterator[Found]:
    """*Have yet to sign*."""
    verb = next((token for token in cue.doc[cue.i + 2 : cue.i + 4] if is_verbal(token)), None)
    if verb is not None:
        yield {cue.i}, denied_with(verb)


def untrue(cue: Word) -> Iterator[Found]:
    """*Reports of a coup are false*, *false reports of a coup*, *it was untrue that the dam collapsed*."""
    if cue.dep_ == "acomp":
        clauses = [*kids(cue.head, "ccomp", "csubj"), *kids(cue, "ccomp")]
        if scope := set().union(*map(event_tokens, clauses)):
            yield {cue.i}, scope
    for noun in _called_untrue(cue):
        if low(noun) in words.REPORT_NOUNS | words.EVIDENCE:
            yield {cue.i}, complement_events(noun)


def _called_untrue(cue: Word) -> list[Word]:
    if cue.dep_ == "amod":
        return [cue.head]
    if cue.dep_ in {"acomp", "attr", "oprd"}:
        return [*kids(cue.head, "nsubj", "dobj")]
    return [*kids(cue, "nsubj", "nsubjpass")] if cue.dep_ == "ccomp" else []
