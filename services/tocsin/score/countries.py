"""The countries that a document names, and which of them are a rule's own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from tocsin import folding
from tocsin.model.document import Document
from tocsin.model.match import Mention
from tocsin.watchlists import gazetteer

_FEW = 10  # a rule that asks for more countries than that asks for any


def own_and_others(mentions: Sequence[Mention], document: Document) -> tuple[list[int], list[int]]:
    """First tokens of mentions of the rule's countries, and of others; both empty where it asks for none, or for any."""
    if not any(_may_be_country(mention, document.words) for mention in mentions):
        return [], []  # most rules: what they ask for is no country
    if len({mention.entity.ref for mention in mentions}) > _FEW:
        return [], []
    covered = {token for mention in mentions for token in range(mention.first, mention.last)}
    found = _countries(document)
    codes = {code for first, last, code in found if not covered.isdisjoint(range(first, last))}
    if not codes:
        return [], []
    own = [mention.first for mention in mentions]
    others: list[int] = []
    for first, last, code in found:
        if not covered.isdisjoint(range(first, last)) or _in_furniture(document, first):
            continue
        (own if code in codes else others).append(first)
    return own, others


def _may_be_country(mention: Mention, words: list[str]) -> bool:
    """Whether the name of a country stands where the mention does, or overlaps it."""
    names = _names()
    for first in range(max(0, mention.first - names.longest + 1), mention.last):
        for name, _ in names.by_first.get(words[first], ()):
            if first + len(name) > mention.first and words[first : first + len(name)] == name:
                return True
    return False


def _in_furniture(document: Document, token: int) -> bool:
    sentence = document.sentence_of[token]
    return sentence < 0 or document.order[sentence] < 0


def _countries(document: Document) -> list[tuple[int, int, str]]:
    """Mentions of countries as (first token, one past the last, code), longest names first, none overlapping."""
    known: list[tuple[int, int, str]] | None = document.notes.get(__name__)
    if known is not None:
        return known
    words, names = document.words, _names().by_first
    found: list[tuple[int, int, str]] = []
    free = 0
    for first in [number for number, word in enumerate(words) if word in names]:
        if first < free:
            continue
        for name, code in names[words[first]]:
            if words[first : first + len(name)] == name:
                found.append((first, first + len(name), code))
                free = first + len(name)
                break
    document.notes[__name__] = found
    return found


class _Names(NamedTuple):
    """Of countries, those left out that are common words in another case.

    Attributes:
        by_first: names by their first token, the longer ones first, with the country's code.
        longest: tokens of the longest one.
    """

    by_first: dict[str, list[tuple[list[str], str]]]
    longest: int


@cache
def _names() -> _Names:
    by_first: dict[str, list[tuple[list[str], str]]] = {}
    for entry in gazetteer.entries():
        for form in entry.strong if entry.type == "GPE" else ():
            if not form.startswith("=") and len(form) > 3 and (name := folding.tokens(form)):
                by_first.setdefault(name[0], []).append((name, entry.code))
    for names in by_first.values():
        names.sort(key=lambda one: -len(one[0]))
    return _Names(by_first, max(len(names[0][0]) for names in by_first.values()))
