"""Walking a dependency tree: the few steps that every guard needs."""

from __future__ import annotations

from collections.abc import Iterator

from tocsin.read.vocabulary import CARRY_OUT, HAPPEN
from tocsin.read.word import Word

VERBAL = frozenset({"VERB", "AUX"})
SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass"})
OBJECTS = frozenset({"dobj", "attr", "oprd", "dative", "obj"})
NOUN_PARTS = frozenset({"compound", "amod", "nmod", "poss"})
CLAUSAL = frozenset({"ccomp", "xcomp", "acl", "relcl", "pcomp", "advcl"})


def low(token: Word) -> str:
    """The word in lower case."""
    return token.low


def kids(token: Word, *deps: str) -> Iterator[Word]:
    """Children with one of these labels."""
    return iter([child for child in token.children if child.dep_ in deps] if token.children else ())


def is_verbal(token: Word) -> bool:
    """Whether it is a verb, or an auxiliary that stands as one."""
    return token.pos_ in VERBAL


def has_word(token: Word, words: frozenset[str], *deps: str) -> bool:
    """Whether a child with one of these labels (any, if none is given) is one of the words."""
    return any(low(child) in words and (not deps or child.dep_ in deps) for child in token.children)


def noun_tokens(noun: Word) -> Iterator[Word]:
    """The noun and what is compounded with it: all of *cross-border raid*."""
    yield noun
    for child in noun.lefts:
        if child.dep_ in NOUN_PARTS and child.ent_type_ != "DATE":
            yield child
            yield from (part for part in child.lefts if part.dep_ in NOUN_PARTS)


def with_conjuncts(token: Word, *, words: frozenset[str]) -> Iterator[Word]:
    """The token and what is joined to it by one of these conjunctions."""
    yield token
    joined = {low(child) for child in kids(token, "cc")}
    for child in kids(token, "conj"):
        if joined & words or not joined:
            yield from with_conjuncts(child, words=words)


def objects(verb: Word) -> Iterator[Word]:
    """Its objects and predicate nouns."""
    for child in kids(verb, *OBJECTS):
        yield child
        yield from kids(child, "conj")


def pobjs(token: Word, *prepositions: str) -> Iterator[Word]:
    """Objects of its prepositions (of these, if any are named), gerunds too."""
    for prep in kids(token, "prep", "agent"):
        if not prepositions or low(prep) in prepositions:
            for child in kids(prep, "pobj", "pcomp"):
                yield child
                yield from kids(child, "conj")


def event_tokens(token: Word) -> set[int]:
    """Indices of the words by which a phrase names an event: a noun with its compounds, a verb with its object."""
    if not is_verbal(token):
        return {part.i for part in noun_tokens(token)}
    found = {token.i}
    found.update(part.i for child in kids(token, "xcomp", "prt") for part in [child])
    return found


def complement_events(noun: Word) -> set[int]:
    """Events that a noun such as *report* or *evidence* is about: *of an attack*, *that they crossed*."""
    found: set[int] = set()
    for child in pobjs(noun, "of", "about", "on"):
        found |= event_tokens(child)
        if not is_verbal(child) and child.text.lower().endswith("ing"):
            found.add(child.i)
    for child in kids(noun, "acl", "relcl", "ccomp"):
        marked = any(
            low(word) == "that" and word.dep_ in {"mark", "nsubj", "dobj", "nsubjpass"} for word in child.children
        )
        if any(word.tag_ == "WRB" and word.i < child.i for word in child.children):
            continue  # "no indication of how it was resolved"
        if child.dep_ != "relcl" or marked:
            found |= event_tokens(child) | light_objects(child)
    return found


def light_objects(verb: Word) -> set[int]:
    """Nouns that name the event which a light verb carries: *launched an attack*, *an attack took place*."""
    found: set[int] = set()
    if low(verb) in CARRY_OUT:
        for child in (*kids(verb, "dobj", "nsubjpass"), *pobjs(verb, "out", "on", "into")):
            found |= event_tokens(child)
    if low(verb) in HAPPEN or any(low(child) in HAPPEN for child in kids(verb, "xcomp")):  # also: *were to happen*
        for child in kids(verb, "nsubj"):
            found |= event_tokens(child)
    return found
