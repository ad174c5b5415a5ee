"""Negated: the text says that the event did not happen.

What is denied is what the negation governs and no more: *did not cross* denies the crossing, *the violations were not
intentional* the intent, *did not explain the attack* the explanation.
"""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc, Token

from tocsin.read import vocabulary as words
from tocsin.read.trees import (
    complement_events,
    event_tokens,
    is_verbal,
    kids,
    light_objects,
    low,
    noun_tokens,
    objects,
    with_conjuncts,
)

Found = tuple[set[int], set[int]]  # cue tokens, tokens in scope
_ALSO = frozenset({"or", "nor"})
_NOT = frozenset({"not", "n't", "never", "nt", "neither", "nor"})
_ONLY = frozenset({"only", "just", "merely", "simply", "alone", "least"})
_ANY = frozenset({"any", "either", "a", "an"})


def negated(doc: Doc) -> Iterator[Found]:
    """Yield what is negated in a sentence, and by what."""
    for token in doc:
        word = low(token)
        if word in _NOT and token.dep_ in {"neg", "advmod", "preconj", "cc", "det"}:
            yield from _not(token)
        if (
            (word in words.NO_WORDS and token.dep_ in {"det", "advmod", "nummod"})
            or word in words.NOBODY
            or word == "noone"
        ):
            yield from _no(token)
        if word == "without" or (word in {"instead", "rather", "short"} and _next(token) in {"of", "than"}):
            yield from _without(token)
        if word in words.IMPLIES_NOT or _calls_off(token):
            yield from _failed(token)
        if word == "yet" and _next(token) == "to":
            yield from _yet_to(token)
        if word in words.UNTRUE:
            yield from _untrue(token)


def is_negated(verb: Token) -> bool:
    """Whether a verb has a negation of its own."""
    return any(low(child) in _NOT and child.dep_ == "neg" for child in verb.children)


def _next(token: Token) -> str:
    return low(token.nbor()) if token.i + 1 < len(token.doc) else ""


def _calls_off(verb: Token) -> bool:
    """*Called off*, *ruled out*."""
    return any(low(verb) in words.CALL_OFF.get(low(child), ()) for child in kids(verb, "prt", "advmod"))


def _not(cue: Token) -> Iterator[Found]:
    head = cue.head
    if head.i == cue.i or _next(cue) in _ONLY:
        return
    if cue.dep_ == "det" or not is_verbal(head):
        if low(cue) in {"not", "never", "neither"} and cue.dep_ != "det":
            yield {cue.i}, _but_not(cue)
        return
    if low(head) in words.DOUBLE or _calls_off(head):
        yield {cue.i}, {head.i}
        return
    if any(low(child) in {"until", "till"} for prep in (head, *kids(head, "advcl")) for child in prep.children):
        return
    scope: set[int] = set()
    for verb in with_conjuncts(head, words=_ALSO):
        if verb.i == head.i or verb.i > cue.i:
            scope |= _denied_with(verb)
    yield {cue.i}, scope


def _but_not(cue: Token) -> set[int]:
    """*Not an invasion (but …)*, *a gas leak, not a bomb*: the noun that follows, and only a noun phrase's own."""
    for token in cue.doc[cue.i + 1 : cue.i + 5]:
        if token.pos_ in {"NOUN", "PROPN"} and token.dep_ != "compound":
            ranked = any(low(child) in words.RANKS for child in token.children)
            return set() if ranked else event_tokens(token)
        if token.pos_ not in {"DET", "ADJ", "NOUN", "PROPN", "NUM"}:
            break
    return set()


def _denied_with(verb: Token) -> set[int]:
    """What does not happen when the verb does not."""
    scope = {verb.i} | light_objects(verb)
    for child in kids(verb, "xcomp"):
        scope |= _denied_with(child)
    if low(verb) in words.NEG_RAISING:
        for child in kids(verb, "ccomp"):
            scope |= _denied_with(child)
    if any(low(child) in words.TRUE for child in kids(verb, "acomp")):
        for holder in (verb, *kids(verb, "acomp")):
            scope.update(i for child in kids(holder, "ccomp", "csubj") for i in event_tokens(child))
    for noun in objects(verb):
        determiners = {low(child) for child in kids(noun, "det")}
        predicate = noun.dep_ == "attr"
        ranked = any(low(child) in words.RANKS for child in noun.children)
        if "any" in determiners or (predicate and not ranked and determiners <= _ANY):
            scope |= event_tokens(noun)
    return scope


def _no(cue: Token) -> Iterator[Found]:
    """*No incursion*, *nobody crossed*, *no evidence of an attack*."""
    noun = cue.head if cue.dep_ in {"det", "nummod", "advmod"} else cue
    if (
        noun.pos_ not in {"NOUN", "PROPN", "PRON", "NUM"}
        or low(noun) in words.NO_BUT_YES
        or _next(cue) in words.NO_BUT_YES
    ):
        return
    scope = {part.i for part in noun_tokens(noun)} if noun.i != cue.i else {cue.i}
    if low(noun) in words.EVIDENCE:
        scope |= complement_events(noun)
        scope |= _about_subject(noun)
    for member in kids(noun, "conj"):
        scope |= event_tokens(member)
    yield {cue.i}, scope | _deprived(noun) | _at_no_time(noun)


def _at_no_time(noun: Token) -> set[int]:
    """*At no point did they cross*."""
    if low(noun) in words.TIMES_AND_WAYS and noun.dep_ == "pobj" and is_verbal(noun.head.head):
        return _denied_with(noun.head.head)
    return set()


def _about_subject(noun: Token) -> set[int]:
    """*There was no evidence that they crossed*: some parsers hang the clause on the verb."""
    if noun.dep_ in {"attr", "dobj"} and noun.head.i != noun.i:
        return {i for child in kids(noun.head, "ccomp") for i in event_tokens(child) if child.i > noun.i}
    return set()


def _deprived(noun: Token) -> set[int]:
    """The verb that has no subject, or no one as its object."""
    verb = noun.head
    if not is_verbal(verb):
        return set()
    if noun.dep_ in {"nsubj", "nsubjpass"}:
        return set().union(*(_denied_with(v) for v in with_conjuncts(verb, words=_ALSO)))
    if noun.dep_ == "dobj" and low(verb) not in words.CARRY_OUT:
        return {verb.i}
    return set()


def _without(cue: Token) -> Iterator[Found]:
    """*Without crossing*, *instead of attacking*, *stopped short of signing*."""
    heads = [*kids(cue, "pcomp", "pobj")]
    if low(cue) != "without":
        heads += [child for prep in (cue.nbor(),) for child in kids(prep, "pcomp", "pobj")]
    for head in heads:
        yield {cue.i}, event_tokens(head)


def _failed(cue: Token) -> Iterator[Found]:
    """*Failed to cross*, *the strike was called off*; *failed to prevent the attack* denies nothing."""
    if is_negated(cue):
        return
    scope: set[int] = set()
    for child in kids(cue, "xcomp"):
        if low(child) not in words.DOUBLE:
            scope |= _denied_with(child)
    doubled = cue.dep_ == "xcomp" and low(cue.head) in words.DOUBLE
    to_come = any(
        low(child) == "to" for child in kids(cue, "aux")
    )  # "to avoid the war" says nothing of whether it came
    if (low(cue) in words.NOT_FOR_OBJECT or _calls_off(cue)) and not doubled and not to_come:
        for child in kids(cue, "dobj", "nsubjpass"):
            scope |= event_tokens(child)
        if cue.dep_ == "amod":
            scope |= event_tokens(cue.head)
    if scope:
        yield {cue.i}, scope


def _yet_to(cue: Token) -> Iterator[Found]:
    """*Have yet to sign*."""
    verb = next((token for token in cue.doc[cue.i + 2 : cue.i + 4] if is_verbal(token)), None)
    if verb is not None:
        yield {cue.i}, _denied_with(verb)


def _untrue(cue: Token) -> Iterator[Found]:
    """*Reports of a coup are false*, *false reports of a coup*."""
    if cue.dep_ == "amod":
        subjects = [cue.head]
    elif cue.dep_ in {"acomp", "attr", "oprd"}:
        subjects = [*kids(cue.head, "nsubj", "dobj")]
    elif cue.dep_ == "ccomp":
        subjects = [*kids(cue, "nsubj", "nsubjpass")]
    else:
        subjects = []
    for noun in subjects:
        if low(noun) in words.REPORT_NOUNS | words.EVIDENCE:
            yield {cue.i}, complement_events(noun)
