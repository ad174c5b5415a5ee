"""In how many articles each term of some lists stands, as the matcher finds it.

Each alias becomes an entity of its own and each phrase a keyword of its own, with a rule that asks for it alone; the
index of these rules is asked about every article. The longest name still wins (*Korea* is not found in *North Korea*),
groups and sets of the list included.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from tocsin.match.index import Index, build
from tocsin.model.article import Article
from tocsin.model.roster import Entities, Part, Roster
from tocsin.model.rule import Condition, Entity, Keyword, Mentions, Rule, Says, Surface, Watchlist
from tocsin.prepare.fold import fold_article
from tocsin.prepare.structure import structure
from tocsin.watchlists.source import Source


@dataclass(frozen=True, slots=True)
class Term:
    """An alias or phrase of a list, and where it stands.

    ``kind`` is alias | phrase, ``owner`` what it belongs to; ``typed`` is false of what the gazetteer added.
    """

    watchlist: str
    kind: str
    owner: str
    written: str
    file: str
    line: int
    typed: bool


@dataclass(slots=True)
class Counts:
    """What was counted.

    Attributes:
        articles: how many were looked at.
        terms: every own term, and in how many articles it stands.
        members: of each group (list and name), the aliases that were met and in how many articles.
    """

    articles: int
    terms: dict[Term, int]
    members: dict[tuple[str, str], Counter[tuple[str, str]]]


class TermCounter:
    """Counts the terms of compiled lists in articles."""

    def __init__(self, lists: Iterable[tuple[Source, Watchlist]]) -> None:
        self._terms: list[Term] = []
        self._groups: list[tuple[str, str]] = []
        self._index: Index = build(tuple(self._probe(source, watchlist) for source, watchlist in lists))
        self._counts = [0] * len(self._terms)
        self._members: list[Counter[tuple[str, str]]] = [Counter() for _ in self._groups]
        self._articles = 0

    def add(self, article: Article) -> None:
        """Count one article."""
        self._articles += 1
        folded = fold_article(article)
        scan = self._index.scan(folded)
        if scan is None:
            return
        for candidate in self._index.percolate(structure(folded), scan).candidates:
            kind, _, number = candidate.rule.name.partition(" ")
            if kind == "term":
                self._counts[int(number)] += 1
            else:
                self._members[int(number)].update({(one.entity.ref, one.written) for one in candidate.mentions})

    def counts(self) -> Counts:
        """Return what was counted so far."""
        terms: dict[Term, int] = {}
        for term, count in zip(self._terms, self._counts, strict=True):
            terms[term] = max(count, terms.get(term, 0))  # a phrase may be typed in two keywords of one name
        return Counts(self._articles, terms, dict(zip(self._groups, self._members, strict=True)))

    def _probe(self, source: Source, watchlist: Watchlist) -> Watchlist:
        """Return a list that asks for each term of a list alone."""
        places, name, file = _Places(source), watchlist.name, source.placed.file
        own, parts = _own_entities(watchlist)
        entities: list[Entity] = []
        rules: list[Rule] = []
        for entity in own:
            for written, surfaces in _by_written((*entity.strong, *entity.weak)):
                condition = Mentions(frozenset([len(entities)]))
                entities.append(msgspec.structs.replace(entity, strong=surfaces, weak=(), since=None, until=None))
                line, typed = places.line(written, entity.name, entity.ref), places.has(written)
                term = Term(name, "alias", entity.ref, written, file, line, typed)
                rules.append(self._rule_of(term, condition))
        keywords: list[Keyword] = []
        for keyword in watchlist.keywords:
            for phrase in keyword.phrases:
                if phrase.origin == "typed":
                    says = Says(frozenset([len(keywords)]))
                    keywords.append(msgspec.structs.replace(keyword, phrases=(phrase,)))
                    line = places.line(phrase.written, keyword.ref)
                    rules.append(
                        self._rule_of(Term(name, "phrase", keyword.ref, phrase.written, file, line, typed=True), says)
                    )
        everybody = Entities([Part(Roster.of(entities)), *parts])
        for group in dict.fromkeys(part.group for part in parts if not part.group.startswith("set:")):
            self._groups.append((name, group))
            rules.append(_rule(f"group {len(self._groups) - 1}", Mentions(spans=everybody.spans(group))))
        return Watchlist(name=name, entities=everybody, keywords=tuple(keywords), rules=tuple(rules))

    def _rule_of(self, term: Term, condition: Condition) -> Rule:
        self._terms.append(term)
        return _rule(f"term {len(self._terms) - 1}", condition)


def _rule(name: str, condition: Condition) -> Rule:
    return Rule(name=name, channels=("-",), condition=condition)


def _own_entities(watchlist: Watchlist) -> tuple[Sequence[Entity], list[Part]]:
    """Return the entities that the list itself names, and the groups and sets beside them."""
    parts = Entities.of(watchlist.entities).parts
    return [entity for part in parts if not part.group for entity in part.roster], [
        part for part in parts if part.group
    ]


def _by_written(surfaces: Iterable[Surface]) -> Iterator[tuple[str, tuple[Surface, ...]]]:
    """Each alias as its author wrote it, with all its variants."""
    found: dict[str, list[Surface]] = {}
    for surface in surfaces:
        found.setdefault(surface.written, []).append(surface)
    for written, variants in found.items():
        yield written, tuple(variants)


class _Places:
    """The lines that texts of a document stand in."""

    def __init__(self, source: Source) -> None:
        self._first = source.placed.line(("watchlist",))
        self._lines: dict[str, int] = {}
        self._expressions: list[tuple[str, int]] = []
        names: dict[str, int] = {}
        for path, line in source.placed.lines.items():
            value = source.placed.data
            for part in path:
                value = value[part]
            if path and isinstance(path[-1], str):
                names.setdefault(_bare(path[-1]), line)
            if isinstance(value, str):
                self._lines.setdefault(_bare(value), line)
                if path and path[-1] == "when":
                    self._expressions.append((value.casefold(), line))
        self._lines = names | self._lines  # what is typed as a term comes before a name that is the same

    def has(self, text: str) -> bool:
        """Whether a text stands in the document as it is."""
        return _bare(text) in self._lines

    def line(self, *texts: str) -> int:
        """Return the line of the first of these texts that stands in the document, or else in an expression of it."""
        for text in map(_bare, texts):
            if text in self._lines:
                return self._lines[text]
            for expression, line in self._expressions:
                if text in expression:
                    return line
        return self._first


def _bare(text: str) -> str:
    return text.strip().removeprefix("=").strip('"').casefold()
