"""How a sentence tells: in the past or in general, as its main point or by the way, and of whose doing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tocsin.read import vocabulary as words
from tocsin.read.trees import is_verbal, kids, low
from tocsin.read.word import Word

_REPORTED = frozenset({"ccomp", "conj", "parataxis"})
_SPECIFIC = frozenset({"det", "poss", "nummod", "amod", "compound", "nmod", "predet"})


@dataclass(frozen=True, slots=True)
class Telling:
    """Word indices of a parse, as ``model.reading.Reading`` describes them."""

    past: set[int] = field(default_factory=set)
    main: set[int] = field(default_factory=set)
    bare: set[int] = field(default_factory=set)
    agents: set[int] = field(default_factory=set)


def telling(doc: Sequence[Word], clause_heads: Sequence[int]) -> Telling:
    """Return how each token is told."""
    found = Telling()
    in_past = {head: _tells_past(doc[head]) for head in set(clause_heads)}
    for token, head in zip(doc, clause_heads, strict=True):
        if _tells_past(token) if is_verbal(token) and token.tag_ != "VBG" else in_past[head]:
            found.past.add(token.i)
        if _is_main(token):
            found.main.add(token.i)
        if token.tag_ == "NNS" and not any(child.dep_ in _SPECIFIC for child in token.children):
            found.bare.add(token.i)
        if token.dep_ in {"nsubj", "agent"} or (token.dep_ == "pobj" and token.head.dep_ == "agent"):
            found.agents.update(part.i for part in token.subtree if part.i - token.i <= 2)
    return found


def _tells_past(verb: Word) -> bool:
    """Whether the verb is finite and past or perfect, without modal or *to*; a headline's present tells the past too."""
    helpers = [low(child) for child in kids(verb, "aux", "auxpass")]
    if any(word in words.MODALS or word == "to" for word in helpers):
        return False
    if verb.tag_ == "VBD":
        return True
    if verb.tag_ == "VBN":
        return not helpers or any(word in {"was", "were", "had", "has", "have", "been"} for word in helpers)
    return False


def _is_main(token: Word) -> bool:
    """Whether it heads the sentence, or what the head of the sentence reports or joins."""
    for _ in range(3):
        if token.dep_ == "ROOT":
            return True
        if token.dep_ not in _REPORTED:
            return False
        token = token.head
    return False
