"""Whether the article's places are the rule's: *embassy of A in B* is news of B.

Only for rules that ask for countries, a few of them: what stands against them are the names, peoples and capitals of
all other countries in the gazetteer.
"""

from __future__ import annotations

from functools import cache, lru_cache

from tocsin import folding
from tocsin.score.view import View
from tocsin.watchlists import gazetteer

_FEW = 10  # a rule that asks for more countries than that asks for any


def dominance(view: View) -> float | None:
    """The share of the rule's own among all mentions of countries in the story."""
    own, others = _own_and_others(view)
    return len(own) / (len(own) + len(others)) if own else None


def here(view: View) -> float | None:
    """Whether the story begins in the rule's country: the first country that it names is one of the rule's."""
    own, others = _own_and_others(view)
    return (1.0 if min(own) < min(others, default=10**9) else 0.0) if own else None


def _own_and_others(view: View) -> tuple[list[int], list[int]]:
    """First tokens of mentions of the rule's countries, and of others; both empty where it asks for none, or for any."""
    covered = {token for mention in view.mentions for token in range(mention.first, mention.last)}
    found = _countries(view.document.folded.text)
    codes = {code for first, last, code in found if not covered.isdisjoint(range(first, last))}
    if not codes or len({mention.entity.ref for mention in view.mentions}) > _FEW:
        return [], []
    own = [mention.first for mention in view.mentions]
    others: list[int] = []
    for first, last, code in found:
        if not covered.isdisjoint(range(first, last)) or view.is_furniture(view.document.sentence_of[first]):
            continue
        (own if code in codes else others).append(first)
    return own, others


@lru_cache(maxsize=64)  # an article in hand is asked by each of its candidates
def _countries(text: str) -> tuple[tuple[int, int, str], ...]:
    """Mentions of countries as (first token, one past the last, code), longest names first, none overlapping."""
    words = tuple(text.split(" ")[1:-1])
    table = _table()
    found: list[tuple[int, int, str]] = []
    free = 0
    for first, word in enumerate(words):
        if first < free or word not in table:
            continue
        for name, code in table[word]:
            if words[first : first + len(name)] == name:
                found.append((first, first + len(name), code))
                free = first + len(name)
                break
    return tuple(found)


@cache
def _table() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Names by their first token, the longer ones first. Those that are common words in another case are left out."""
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for entry in gazetteer.entries():
        for form in entry.strong if entry.type == "GPE" else ():
            if not form.startswith("=") and len(form) > 3 and (name := tuple(folding.tokens(form))):
                table.setdefault(name[0], []).append((name, entry.code))
    for names in table.values():
        names.sort(key=lambda one: -len(one[0]))
    return table
