"""What marks say about rules and their keywords: how many were useful, and what to leave out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from tocsin.score.marks import Mark, Term, rule_offset, standing

ENOUGH = 3  # articles in which the same words were noise, and never useful, before leaving them out is suggested
_TERMS = 20  # of a rule that are shown, those marked most


class TermFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Marks on articles in which a keyword was found by these words."""

    ref: str
    text: str
    useful: int
    noise: int
    precision: float


class RuleFigures(msgspec.Struct, frozen=True, kw_only=True):
    """A rule's marks. ``offset`` is what they come to in log-odds, whether or not it is in force.

    ``suggestions`` are sentences for whoever writes the list.
    """

    rule: str
    useful: int
    noise: int
    readers: int
    precision: float
    offset: float
    in_force: bool
    terms: tuple[TermFigures, ...]
    suggestions: tuple[str, ...]


def figures(rule: str, marks: Iterable[Mark], *, in_force: bool) -> RuleFigures | None:
    """Return the figures of one rule's marks; None where none stands."""
    kept = standing(marks)
    if not kept:
        return None
    useful = sum(mark.mark == "useful" for mark in kept)
    articles = _by_term(kept)
    return RuleFigures(
        rule=rule,
        useful=useful,
        noise=len(kept) - useful,
        readers=len({mark.by for mark in kept}),
        precision=round(useful / len(kept), 3),
        offset=rule_offset(kept),
        in_force=in_force,
        terms=tuple(_terms(articles)),
        suggestions=tuple(_suggestions(articles, useful=useful)),
    )


_Articles = dict[tuple[str, str, str], bool]  # article and reader → useful


def _by_term(marks: Iterable[Mark]) -> dict[Term, _Articles]:
    found: defaultdict[Term, _Articles] = defaultdict(dict)
    for mark in marks:
        for term in mark.terms:
            found[term][mark.about] = mark.mark == "useful"
    return dict(found)


def _merged(articles: Mapping[Term, _Articles], of: Iterable[Term]) -> tuple[int, int]:
    """Useful marks and others, each mark once, of those that have one of these terms."""
    marks: _Articles = {}
    for term in of:
        marks |= articles[term]
    useful = sum(marks.values())
    return useful, len(marks) - useful


def _grouped(articles: Mapping[Term, _Articles]) -> dict[tuple[str, str], list[Term]]:
    groups: defaultdict[tuple[str, str], list[Term]] = defaultdict(list)
    for term in articles:
        groups[term.ref, term.text].append(term)
    return dict(groups)


def _terms(articles: Mapping[Term, _Articles]) -> list[TermFigures]:
    found = []
    for (ref, text), terms in _grouped(articles).items():
        useful, noise = _merged(articles, terms)
        precision = round(useful / (useful + noise), 3)
        found.append(TermFigures(ref=ref, text=text, useful=useful, noise=noise, precision=precision))
    return sorted(found, key=lambda one: (-one.useful - one.noise, one.ref, one.text))[:_TERMS]


def _suggestions(articles: Mapping[Term, _Articles], *, useful: int) -> Iterator[str]:
    """Yield what to leave out: a word beside a hit that only noise has, else the hit itself."""
    for (ref, text), terms in sorted(_grouped(articles).items()):
        beside: defaultdict[str, list[Term]] = defaultdict(list)
        for term in terms:
            for phrase in (
                f"{term.before} {text}" if term.before else "",
                f"{text} {term.after}" if term.after else "",
            ):
                if phrase:
                    beside[phrase].append(term)
        counted = {phrase: _merged(articles, of) for phrase, of in beside.items()}
        total_useful, total_noise = _merged(articles, terms)
        if not total_useful and total_noise >= ENOUGH and useful:
            yield f"{ref}: {text!r} was noise {total_noise} times and never useful: leave it out"
            continue
        for phrase, (good, bad) in sorted(counted.items(), key=lambda pair: (-pair[1][1], pair[0])):
            if not good and bad >= ENOUGH and total_useful:
                yield f"{ref}: {phrase!r} was noise {bad} times and never useful: write it under `not:`"
