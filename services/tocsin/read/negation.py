"""Negated: the text says that the event did not happen.

What is denied is what the negation governs and no more: *did not cross* denies the crossing, *the violations were not
intentional* the intent, *did not explain the attack* the explanation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tocsin.read import vocabulary as words
from tocsin.read.casting import is_people
from tocsin.read.denying import NOT, Found, calls_off, denied_with, next_word
from tocsin.read.nonevents import failed, untrue, without, yet_to
from tocsin.read.trees import (
    complement_events,
    event_tokens,
    is_verbal,
    kids,
    low,
    noun_tokens,
    with_conjuncts,
)
from tocsin.read.word import Word

_ALSO = frozenset({"or", "nor"})
_ONLY = frozenset({"only", "just", "merely", "simply", "alone", "least"})
_ONE = frozenset({"one", "a"})
_TO_COME = frozenset({"will", "wo", "would", "'ll", "shall", "can", "ca"})


def negated(tokens: Iterable[Word]) -> Iterator[Found]:
    """Yield what is negated in a sentence, and by what."""
    for token in tokens:
        word = low(token)
        if word in NOT and token.dep_ in {"neg", "advmod", "preconj", "cc", "det"}:
            yield from _not(token)
        if word == "no" and next_word(token) == "longer":
            yield from _no_longer(token)
        elif (
            (word in words.NO_WORDS and token.dep_ in {"det", "advmod", "nummod"})
            or word in words.NOBODY
            or word == "noone"
        ):
            yield from _no(token)
        if word == "without" or (word in {"instead", "rather", "short"} and next_word(token) in {"of", "than"}):
            yield from without(token)
        if word in words.IMPLIES_NOT or calls_off(token):
            yield from failed(token)
        if word == "yet" and next_word(token) == "to":
            yield from yet_to(token)
        if word in words.UNTRUE:
            yield from untrue(token)


def _not(cue: Word) -> Iterator[Found]:
    head = cue.head
    if head.i == cue.i or next_word(cue) in _ONLY:
        return
    if low(cue) == "neither" and cue.dep_ in {"preconj", "cc"} and head.dep_ in {"nsubj", "nsubjpass"}:
        yield {cue.i}, _deprived(head)
        return
    if next_word(cue) in _ONE and (none := _subject_above(head)) is not None:  # "not one villager", "not a single shot"
        yield {cue.i}, _deprived(none)
        return
    if cue.dep_ == "det" or not is_verbal(head):
        if low(cue) in {"not", "never", "neither"} and cue.dep_ != "det":
            yield {cue.i}, _but_not(cue)
        return
    if low(head) in words.DOUBLE or calls_off(head):
        yield {cue.i}, {head.i}
        return
    if _until(head) and not any(low(child) in _TO_COME for child in kids(head, "aux")):
        return  # "did not fire until Friday": then they did; "will not fire until …": they have not
    scope: set[int] = set()
    for verb in with_conjuncts(head, words=_ALSO):
        if verb.i == head.i or verb.i > cue.i:
            scope |= denied_with(verb)
    yield {cue.i}, scope


def _subject_above(token: Word) -> Word | None:
    """The subject that the word is, or counts."""
    for word in (token, token.head):
        if word.dep_ in {"nsubj", "nsubjpass"}:
            return word
    return None


def _until(verb: Word) -> bool:
    """Whether a time ends what the negated verb says."""
    return any(low(child) in {"until", "till"} for holder in (verb, *kids(verb, "advcl")) for child in holder.children)


def _but_not(cue: Word) -> set[int]:
    """*Not an invasion (but …)*, *a gas leak, not a bomb*: the noun that follows, and only a noun phrase's own."""
    for token in cue.doc[cue.i + 1 : cue.i + 5]:
        if token.pos_ in {"NOUN", "PROPN"} and token.dep_ != "compound":
            ranked = any(low(child) in words.RANKS for child in token.children)
            return set() if ranked else event_tokens(token)
        if token.pos_ not in {"DET", "ADJ", "NOUN", "PROPN", "NUM"}:
            break
    return set()


def _no(cue: Word) -> Iterator[Found]:
    """*No incursion*, *nobody crossed*, *no evidence of an attack*."""
    noun = cue.head if cue.dep_ in {"det", "nummod", "advmod"} else cue
    if (
        noun.pos_ not in {"NOUN", "PROPN", "PRON", "NUM"}
        or low(noun) in words.NO_BUT_YES
        or next_word(cue) in words.NO_BUT_YES
    ):
        return
    alone = noun.i == cue.i or is_people(low(noun))  # "no massacre survivor": there was a massacre
    scope = {noun.i} if alone else {part.i for part in noun_tokens(noun)}
    if low(noun) in words.EVIDENCE:
        scope |= complement_events(noun)
        scope |= _about_subject(noun)
    for member in kids(noun, "conj"):
        scope |= event_tokens(member)
    yield {cue.i}, scope | _deprived(noun) | _at_no_time(noun)


def _no_longer(cue: Word) -> Iterator[Found]:
    """*No longer shells the town*."""
    verb = cue.nbor().head
    if is_verbal(verb):
        yield {cue.i, cue.i + 1}, denied_with(verb)


def _at_no_time(noun: Word) -> set[int]:
    """*At no point did they cross*."""
    if low(noun) in words.TIMES_AND_WAYS and noun.dep_ == "pobj" and is_verbal(noun.head.head):
        return denied_with(noun.head.head)
    return set()


def _about_subject(noun: Word) -> set[int]:
    """*There was no evidence that they crossed*: some parsers hang the clause on the verb."""
    if noun.dep_ in {"attr", "dobj"} and noun.head.i != noun.i:
        return {i for child in kids(noun.head, "ccomp") for i in event_tokens(child) if child.i > noun.i}
    return set()


def _deprived(noun: Word) -> set[int]:
    """The verb that has no subject, or no one as its object."""
    verb = noun.head
    if not is_verbal(verb):
        return set()
    if noun.dep_ in {"nsubj", "nsubjpass"}:
        return set().union(*(denied_with(v) for v in with_conjuncts(verb, words=_ALSO)))
    if noun.dep_ == "dobj" and low(verb) not in words.HAVE:
        return {verb.i}
    return set()
