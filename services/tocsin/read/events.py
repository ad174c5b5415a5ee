"""Events: every verb and every noun that may name one, with roles, tense, place, time and the people counted in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tocsin.model.reading import Tense, When, Who
from tocsin.read import vocabulary as words
from tocsin.read.casting import NEED_OBJECT, is_people, names_event
from tocsin.read.history import Told, past_time, this_one
from tocsin.read.phrases import counted, joined_heads, phrase, who
from tocsin.read.roles import Roles, roles_of_noun, roles_of_verb
from tocsin.read.tenses import is_reported, is_said, tense_of
from tocsin.read.trees import kids, low, noun_tokens
from tocsin.read.word import Word

_MEASURES = frozenset({"DATE", "TIME", "MONEY", "PERCENT", "QUANTITY", "ORDINAL", "CARDINAL"})
_PLACES = frozenset({"GPE", "LOC", "FAC"})
_WHERE = frozenset({"in", "at", "near", "outside", "inside", "around", "along", "off", "across", "into", "on", "over"})
_NOUNS = frozenset({"NOUN", "PROPN"})
_INSIDE = frozenset({"compound", "nmod", "amod"})  # such a noun is a word of its head's event
_TIMED = ("prep", "npadvmod", "advmod", "nummod", "compound", "amod", "nmod", "poss", "tmod")


@dataclass(frozen=True, slots=True)
class Found:
    """An event in spaCy's token numbers; the fields are those of ``model.reading.Event``."""

    head: int
    tokens: set[int]
    tense: Tense
    actors: set[int]
    targets: set[int]
    actor: Who
    target: Who
    reported: bool
    places: set[int]
    times: set[int]
    when: When
    people: int


@dataclass(frozen=True, slots=True)
class Around:
    """What is looked up once for all events of a parse: the words of times, and whether anybody says anything in it."""

    times: dict[int, When]
    said: bool


def find_events(doc: Sequence[Word], told: Told) -> Iterator[Found]:
    """Yield the events of a parse: nouns, then verbs; a light verb belongs to its noun's and has none of its own."""
    around = Around(_times(doc, told), any(is_said(token) for token in doc))
    nouns = [(token, roles_of_noun(token)) for token in doc if _may_happen(token)]
    carriers = {roles.carrier.i for noun, roles in nouns if roles.carrier is not None and names_event(low(noun))}
    for noun, roles in nouns:
        carrier = roles.carrier if roles.carrier is not None and roles.carrier.i in carriers else None
        yield _found(noun, roles, carrier or _telling(noun), around, merged=carrier is not None)
    for token in filter(_headline_verb, doc):
        before = [other for other in (*token.lefts, *token.head.lefts) if other.i < token.i and other.i != token.i]
        yield _found(token, Roles(before[-1:], [token.head]), token, around, merged=False)
    for token in doc:
        if token.pos_ == "VERB" and token.i not in carriers and token.dep_ not in {"aux", "auxpass"}:
            yield _found(token, roles_of_verb(token), token, around, merged=False)


def _may_happen(token: Word) -> bool:
    if token.pos_ not in {"NOUN", "PROPN"} or token.dep_ in _INSIDE or token.ent_type_ in _MEASURES:
        return False
    word = low(token)
    return not is_people(word) if token.pos_ == "NOUN" else names_event(word) and not token.ent_type_


def _headline_verb(token: Word) -> bool:
    """*Army attacks rebels* read as one long noun: a plural does not stand before a noun, a verb does."""
    if token.dep_ not in {"compound", "nmod"} or token.tag_ not in {"NNS", "NNPS"} or token.head.pos_ not in _NOUNS:
        return False
    return token.i > 0 and (names_event(low(token)) or low(token) in NEED_OBJECT) and token.nbor(-1).pos_ in _NOUNS


def _telling(noun: Word) -> Word | None:
    """The verb that says of the noun only that it happens."""
    head = noun.head
    return head if noun.dep_ == "nsubj" and low(head) in words.HAPPEN else None


def _found(head: Word, roles: Roles, verb: Word | None, around: Around, *, merged: bool) -> Found:
    tokens = {head.i} if head.pos_ == "VERB" else {part.i for part in noun_tokens(head)}
    tokens.update(child.i for child in kids(head, "prt"))
    if merged and verb is not None:
        tokens |= {verb.i, *(child.i for child in kids(verb, "prt"))}
    holders = [head] if verb is None or verb.i == head.i else [head, verb]
    actors = _phrases(roles.actors) - {head.i}
    targets = _phrases(roles.targets) - actors - {head.i}
    times = _time_of(holders, around.times)
    people = [counted(one) for one in joined_heads([*roles.targets, *roles.actors])]
    return Found(
        head=head.i,
        tokens=tokens - actors - targets,
        tense=Tense.NOMINAL if verb is None else tense_of(verb),
        actors=actors,
        targets=targets,
        actor=who(roles.actors),
        target=who(roles.targets),
        reported=around.said and is_reported(verb or head),
        places=_places(holders),
        times=times,
        when=_kind(times, around.times),
        people=next((number for number in people if number), 0),
    )


def _phrases(heads: Iterable[Word]) -> set[int]:
    found: set[int] = set()
    for head in heads:
        found |= phrase(head)
    return found


def _times(tokens: Iterable[Word], told: Told) -> dict[int, When]:
    """The words of times, with what kind of time each is."""
    found: dict[int, When] = {}
    for token in tokens:
        if past_time(token, told):
            found[token.i] = When.OLD
        elif low(token) in words.RECENT or this_one(token):
            found[token.i] = When.RECENT
        elif token.ent_type_ in {"DATE", "TIME"}:
            found[token.i] = When.OTHER
    return found


def _time_of(holders: Iterable[Word], times: dict[int, When]) -> set[int]:
    if not times:
        return set()
    found: set[int] = set()
    for holder in holders:
        for child in kids(holder, *_TIMED):
            if child.dep_ != "prep" or not any(noun.pos_ == "VERB" for noun in child.children):
                found.update(part.i for part in _near(child) if part.i in times)
    return found


def _near(child: Word) -> Iterator[Word]:
    """The word with its own words, two levels down: *on Monday night*, *in the year of the plague*."""
    yield child
    for below in child.children:
        yield below
        yield from below.children


def _kind(words_of_it: set[int], times: dict[int, When]) -> When:
    kinds = {times[index] for index in words_of_it}
    return next((kind for kind in (When.OLD, When.RECENT, When.OTHER) if kind in kinds), When.NONE)


def _places(holders: Iterable[Word]) -> set[int]:
    found: set[int] = set()
    for holder in holders:
        for prep in kids(holder, "prep"):
            if low(prep) in _WHERE:
                for noun in kids(prep, "pobj"):
                    if any(part.ent_type_ in _PLACES for part in (noun, *noun.children)):
                        found |= phrase(noun)
    return found
