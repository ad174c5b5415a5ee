"""Denied: someone says that it did not happen. Hypothetical: it may, will or should happen, or is played through."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc, Token

from tocsin.read import vocabulary as words
from tocsin.read.negation import Found, is_negated
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

_AND = frozenset({"and", "or", "nor"})
_DENIALS = frozenset({"denial", "denials", "rejection"})


def denied(doc: Doc) -> Iterator[Found]:
    """Yield what somebody denies."""
    for token in doc:
        if low(token) in words.DISMISS and is_verbal(token) and not is_negated(token):
            if scope := _denied_by(token):
                yield {token.i}, scope
        elif low(token) in _DENIALS and (scope := complement_events(token)):
            yield {token.i}, scope


def _denied_by(verb: Token) -> set[int]:
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


def hypothetical(doc: Doc) -> Iterator[Found]:
    """Yield what is possible, wanted, feared, planned or rehearsed."""
    for token in doc:
        word = low(token)
        if (token.dep_ == "aux" and word in words.MODALS and token.i < token.head.i and not is_negated(token.head)) or (
            token.dep_ == "mark" and word in words.CONDITIONS
        ):
            yield {token.i}, _unreal(token.head)
        elif word in words.POSSIBLE and token.dep_ == "amod":
            yield {token.i}, event_tokens(token.head)
        elif word in words.POSSIBLE and token.dep_ == "acomp":
            yield {token.i}, set().union(*map(event_tokens, kids(token.head, "nsubj")))
        elif is_verbal(token):
            if scope := _intended(token):
                yield {token.i}, scope
        elif word in words.INTEND_NOUNS and (scope := _of_intention(token)):
            yield {token.i}, scope


def _unreal(verb: Token) -> set[int]:
    """The verb, what is joined to it, and the events that it would carry."""
    scope: set[int] = set()
    for member in with_conjuncts(verb, words=_AND):
        if member.i != verb.i and any(child.dep_ in {"nsubj", "nsubjpass"} for child in member.children):
            continue
        scope |= {member.i} | light_objects(member)
        for child in kids(member, "xcomp"):
            scope |= {child.i} | light_objects(child)
        for child in kids(member, "attr"):
            scope |= event_tokens(child)
    return scope


def _infinitive(verb: Token) -> bool:
    return any(low(child) == "to" and child.dep_ == "aux" for child in verb.children)


def _intended(verb: Token) -> set[int]:
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


def _of_intention(noun: Token) -> set[int]:
    """*A threat of attack*, *plans to cross*."""
    scope: set[int] = set()
    for child in kids(noun, "acl"):
        if _infinitive(child):
            scope |= _unreal(child)
    for child in pobjs(noun, "of", "for"):
        scope |= event_tokens(child)
    return scope
