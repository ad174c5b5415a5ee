"""Tense: how a verb is told, headlines and joined verbs included; and whether somebody says so."""

from __future__ import annotations

from tocsin.model.reading import Tense
from tocsin.read import vocabulary as words
from tocsin.read.casting import SAY
from tocsin.read.trees import is_verbal, kids, low
from tocsin.read.word import Word

_FUTURE = frozenset({"will", "'ll", "wo", "shall"})
_HAVE = {"have": Tense.PERFECT, "has": Tense.PERFECT, "'ve": Tense.PERFECT, "had": Tense.PERFECT}
_WAS = frozenset({"was", "were", "did", "got"})
_STEPS = 6  # clauses up to the one that reports


def tense_of(verb: Word) -> Tense:
    """Return the tense class of a verb."""
    helpers = [low(child) for child in kids(verb, "aux", "auxpass")]
    if not helpers and verb.dep_ == "conj" and is_verbal(verb.head) and verb.tag_ in {"VB", "VBN", "VBG"}:
        return tense_of(verb.head)  # "were killed and burned"
    for helper in helpers:
        if helper in _FUTURE:
            return Tense.FUTURE
        if helper in words.MODALS:
            return Tense.MODAL
    if "to" in helpers:
        return Tense.INFINITIVE
    for helper in helpers:
        if helper in _HAVE:
            return _HAVE[helper]
    if any(helper in _WAS for helper in helpers) or verb.tag_ == "VBD":
        return Tense.PAST
    if helpers or verb.tag_ in {"VBZ", "VBP"}:
        return Tense.PRESENT if helpers != ["being"] else Tense.PARTICIPLE
    return _bare(verb)


def _bare(verb: Word) -> Tense:
    """Without auxiliary: *the men killed*, *killing the men*, a headline's *Two killed in ambush*."""
    if verb.tag_ == "VBN":
        return Tense.PAST if verb.dep_ in {"ROOT", "ccomp", "parataxis"} else Tense.PARTICIPLE
    if verb.tag_ == "VBG":
        return Tense.PARTICIPLE
    if verb.dep_ == "ROOT" and any(child.dep_ == "nsubj" for child in verb.children):
        return Tense.PRESENT  # a headline's *Rebels storm capital*
    return Tense.INFINITIVE


def is_said(token: Word) -> bool:
    """Whether the word says that somebody says something; where none does, nothing is reported."""
    return low(token) in SAY or low(token) == "according"


def is_reported(token: Word) -> bool:
    """Whether what the word says is said by somebody: *police said that …*, *according to police, …*."""
    for _ in range(_STEPS):
        if any(low(child) == "according" for child in token.children):
            return True
        head = token.head
        if head.i == token.i:
            return any(low(child) in SAY for child in kids(token, "parataxis", "advcl") if child.tag_ != "VBG")
        if token.dep_ in {"ccomp", "parataxis"} and low(head) in SAY:
            return True
        token = head
    return False
