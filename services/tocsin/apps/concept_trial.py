"""A concept's labelled sentences, run through the real matcher."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tocsin.concepts import library, placed
from tocsin.concepts.library import Concept, Library
from tocsin.errors import Problem
from tocsin.match.index import Index, build
from tocsin.model.article import Article
from tocsin.model.rule import Keyword, Rule, Says, Watchlist
from tocsin.prepare.fold import fold_article
from tocsin.prepare.structure import structure

PARTS = ("found", "not_found")


@dataclass(frozen=True, slots=True)
class Source:
    """The file that a concept stands in, and the line of each of its sentences: part and number to line."""

    path: Path
    lines: dict[tuple[str, int], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trial:
    """How many sentences of a concept were right, of how many, and what is wrong with the rest."""

    concept: str
    found: tuple[int, int]
    not_found: tuple[int, int]
    failures: tuple[Problem, ...]


def sources(folders: Iterable[Path]) -> dict[str, Source]:
    """Return where each concept of the shipped library and of these folders stands; a later one takes its place."""
    return {name: source for folder in (library.SHIPPED, *folders) for name, source in placed_in(folder).items()}


def placed_in(path: Path) -> dict[str, Source]:
    """Return the concepts of a file or folder, with their places; what cannot be read is left out."""
    found: dict[str, Source] = {}
    for file in sorted(path.glob("*.yaml")) if path.is_dir() else [path]:
        documents, _ = placed.read(file.read_text(encoding="utf-8", errors="replace"), file=str(file))
        for document in documents:
            name = document.data.get("concept") if isinstance(document.data, dict) else None
            if isinstance(name, str):
                found[name] = Source(file, dict(_lines(document)))
    return found


def _lines(document: placed.Placed) -> Iterator[tuple[tuple[str, int], int]]:
    for path, line in document.lines.items():
        if len(path) == 3 and path[0] == "sentences":
            yield (str(path[1]), int(path[2])), line


def index_of(keywords: Sequence[Keyword]) -> Index:
    """Return one index in which each keyword has a rule of its own, named as the keyword."""
    rules = tuple(
        Rule(name=keyword.ref, channels=("trial",), condition=Says(frozenset({number})))
        for number, keyword in enumerate(keywords)
    )
    return build((Watchlist(name="trial", keywords=tuple(keywords), rules=rules),))


def said(index: Index, text: str) -> set[str]:
    """Return the names of the keywords that are found in a text."""
    folded = fold_article(Article(id="1", title="", body=text, lang="en"))
    scan = index.scan(folded)
    percolated = index.percolate(structure(folded), scan)
    return {candidate.rule.name for candidate in percolated.candidates if candidate.hits}


def trials(concepts: Library, names: Sequence[str], places: dict[str, Source]) -> list[Trial]:
    """Run the sentences of the concepts of these names."""
    index = index_of([concepts.keyword(name) for name in names])
    return [_trial(index, concepts.concepts[name], places.get(name)) for name in names]


def _trial(index: Index, concept: Concept, source: Source | None) -> Trial:
    failures: list[Problem] = []
    right: dict[str, tuple[int, int]] = {}
    for part in PARTS:
        sentences = getattr(concept.sentences, part)
        wrong = [
            _failure(concept.concept, part, number, text, source)
            for number, text in enumerate(sentences)
            if (f"concept:{concept.concept}" in said(index, text)) is (part == "not_found")
        ]
        right[part] = len(sentences) - len(wrong), len(sentences)
        failures += wrong
    return Trial(concept.concept, right["found"], right["not_found"], tuple(failures))


def _failure(name: str, part: str, number: int, text: str, source: Source | None) -> Problem:
    if part == "found":
        message, remedy = "is not found in", "Add a phrase that it has, or move the sentence to not_found."
    else:
        message, remedy = "is found in", "Quote or narrow the phrase, or add an other sense."
    file, line = (str(source.path), source.lines.get((part, number), 0)) if source else (name, 0)
    return Problem(file, line, f"{name} {message}: {text}", remedy=remedy)
