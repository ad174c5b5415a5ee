"""Clauses: which verb a word belongs to."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.read.word import Word

OPENING = frozenset({"ROOT", "ccomp", "advcl", "parataxis", "csubj", "csubjpass"})


def opens_clause(token: Word) -> bool:
    """Tell whether a clause of its own hangs on this token: relative clauses belong to the noun they describe."""
    if token.dep_ in OPENING:
        return True
    return token.dep_ == "conj" and token.pos_ in {"VERB", "AUX"} and token.head.pos_ in {"VERB", "AUX"}


def clause_heads(doc: Sequence[Word]) -> list[int]:
    """Return the index of the clause's head for each token."""
    heads: list[int] = []
    for token in doc:
        head = token
        while not opens_clause(head) and head.head.i != head.i:
            head = head.head
        heads.append(head.i)
    return heads
