"""Denied: someone says that it did not happen. Hypothetical: it may, will or should happen, or is played through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tocsin.read import vocabulary as words
from tocsin.read.casting import is_people
from tocsin.read.denying import Found, is_negated
from tocsin.read.trees import (
    complement_events,
    event_tokens,
    is_verbal,
    kids,
    light_objects,
    low,
    objects,
    pobjs,
    with_conjuncts,
)
from tocsin.read.word import Word

_AND = frozenset({"and", "or", "nor"})
_IS = frozenset({"is", "are", "being", "be"})
_DENIALS = frozenset({"denial", "denials"})
_ABLE_NOT = frozenset({"can", "ca", "could", "will", "wo", "'ll", "shall"})  # under *not*: it does not happen, no more


def denied(tokens: Iterable[Word]) -> Iterator[Found]:
    """Yield what somebody denies."""
    for token in tokens:
        if low(token) in words.DISMISS and is_verbal(token) and not (is_negated(token) or _not_even_denied(token)):
            if scope := _denied_by(token):
                yield {token.i}, scope
        elif low(token) in _DENIALS and (scope := complement_events(token)):
            yield {token.i}, scope


def _not_even_denied(verb: Word) -> bool:
    """*Declined to confirm or deny*."""
    if verb.dep_ == "conj":
        verb = verb.head
    return verb.dep_ == "xcomp" and low(verb.head) in words.IMPLIES_NOT


def _denied_by(verb: Word) -> set[int]:
    scope: set[int] = set()
    outright = low(verb) in words.DENY
    for child in kids(verb, "ccomp", "xcomp"):
        scope |= event_tokens(child) | light_objects(child)
    for noun in (*objects(verb), *kids(verb, "nsubjpass")):
        if low(noun) in words.REPORT_NOUNS:
            scope |= complement_events(noun)
        elif outright:
            scope |= event_tokens(noun)
    return scope


def hypothetical(tokens: Iterable[Word]) -> Iterator[Found]:
    """Yield what is possible, wanted, feared, planned or rehearsed."""
    for token in tokens:
        word = low(token)
        if _modal(token) or (token.dep_ == "mark" and word in words.CONDITIONS):
            yield {token.i}, _unreal(token.head)
        elif word in words.POSSIBLE and token.dep_ == "amod":
            yield {token.i}, event_tokens(token.head)
        elif word in words.TO_COME and (doing := [*filter(_infinitive, kids(token, "xcomp"))]):
            yield {token.i}, set().union(*map(_unreal, doing))
        elif word in words.POSSIBLE and token.dep_ == "acomp":
            yield {token.i}, set().union(*map(event_tokens, kids(token.head, "nsubj")))
        elif is_verbal(token):
            if scope := _intended(token) | _planned(token):
                yield {token.i}, scope
        elif word in words.INTEND_NOUNS and (scope := _of_intention(token)):
            yield {token.i}, scope


def _modal(token: Word) -> bool:
    if token.dep_ != "aux" or low(token) not in words.MODALS:
        return False
    return not (is_negated(token.head) and low(token) in _ABLE_NOT)


def _unreal(verb: Word) -> set[int]:
    """The verb, what is joined to it, and the events that it would carry."""
    scope: set[int] = set()
    for member in with_conjuncts(verb, words=_AND):
        if member.i != verb.i and any(child.dep_ in {"nsubj", "nsubjpass"} for child in member.children):
            continue
        scope |= {member.i} | light_objects(member)
        for child in kids(member, "xcomp"):
            scope |= {child.i} | light_objects(child)
        for child in kids(member, "attr", "acomp"):
            scope |= event_tokens(child)
            scope.update(other.i for other in kids(child, "conj"))
    return scope


def _infinitive(verb: Word) -> bool:
    return any(low(child) == "to" and child.dep_ == "aux" for child in verb.children)


def _intended(verb: Word) -> set[int]:
    scope: set[int] = set()
    if low(verb) in words.INTEND:
        for child in filter(_infinitive, kids(verb, "xcomp", "ccomp", "advcl")):
            scope |= _unreal(child)
    if low(verb) in words.FEAR:
        for noun in objects(verb):
            scope |= event_tokens(noun)
    if low(verb) in words.REHEARSE:
        for cause in (cause for noun in objects(verb) for cause in pobjs(noun, "to", "of", "against", "for")):
            scope |= event_tokens(cause)
    if low(verb) in words.CALL_FOR:
        for noun in pobjs(verb, "for", "of"):
            scope |= event_tokens(noun)
    return scope


def _planned(verb: Word) -> set[int]:
    """*The march is planned for Monday*; a headline's *Ministers to sign*, *Rebels vow to storm* (read as a noun)."""
    scope: set[int] = set()
    if low(verb) in words.FEAR and any(low(child) in _IS for child in kids(verb, "auxpass")):
        scope.update(i for noun in kids(verb, "nsubjpass") for i in event_tokens(noun))
    if (
        verb.dep_ == "ROOT"
        and _infinitive(verb)
        and any(child.dep_ in {"nsubj", "nsubjpass"} for child in verb.children)
    ):
        scope |= _unreal(verb)
    if low(verb) in words.INTEND:
        for noun in pobjs(verb, "to"):
            if not any(child.dep_ in {"det", "poss"} for child in noun.children) and not is_people(low(noun)):
                scope |= event_tokens(noun)
    return scope


def _of_intention(noun: Word) -> set[int]:
    """*A threat of attack*, *plans to cross*."""
    scope: set[int] = set()
    doing = [*kids(noun, "acl")]
    if noun.dep_ == "dobj":  # "foiled a plot to kill": some parsers hang what follows on the verb
        doing += [child for child in kids(noun.head, "advcl", "xcomp") if child.i > noun.i]
    for child in filter(_infinitive, doing):
        scope |= _unreal(child)
    for child in pobjs(noun, "of", "for"):
        scope |= event_tokens(child)
    return scope
