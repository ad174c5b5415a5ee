"""What is known of a document while it is compiled: names and what they stand for, and what is wrong so far."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tocsin import folding
from tocsin.concepts.library import Library
from tocsin.concepts.placed import Path
from tocsin.errors import Problem
from tocsin.model.rule import Entity, Keyword
from tocsin.watchlists import entities, language
from tocsin.watchlists.source import Source

COUNTRIES = "set:countries"
CONCEPT = "concept:"


@dataclass(slots=True)
class Compiling:
    """A document being compiled.

    Attributes:
        entity_names: what a rule may write to the indices it means: a name of the list, the name as typed, a set.
        keyword_names: the same of keywords.
    """

    source: Source
    library: Library
    entities: list[Entity] = field(default_factory=list)
    keywords: list[Keyword] = field(default_factory=list)
    entity_names: dict[str, tuple[int, ...]] = field(default_factory=dict)
    keyword_names: dict[str, tuple[int, ...]] = field(default_factory=dict)
    entity_paths: list[Path] = field(default_factory=list)
    keyword_paths: list[Path] = field(default_factory=list)
    keyword_rules: list[tuple[str, int, Path]] = field(default_factory=list)  # short form: rule name, keyword, where
    problems: list[Problem] = field(default_factory=list)
    errors: int = 0

    @property
    def document(self) -> language.Document:
        """The document as written."""
        return self.source.document

    def error(self, path: Path, message: str, remedy: str = "") -> None:
        """Note what cannot be meant."""
        self.errors += 1
        self.problems.append(Problem(self.source.placed.file, self.source.placed.line(path), message, remedy=remedy))

    def warn(self, path: Path, message: str, remedy: str = "") -> None:
        """Note what is unwise."""
        placed = self.source.placed
        self.problems.append(Problem(placed.file, placed.line(path), message, severity="warning", remedy=remedy))

    @property
    def refused(self) -> bool:
        """Whether an error was noted."""
        return self.errors > 0


def slug(text: str) -> str:
    """Return a name made of a phrase: *Border incursion* → ``border-incursion``."""
    return "-".join(folding.tokens(text))


def add_countries(work: Compiling, path: Path) -> tuple[int, ...]:
    """Add ``set:countries`` to the list's entities, once, and return their indices."""
    if COUNTRIES not in work.entity_names:
        first = len(work.entities)
        work.entities += entities.countries()
        work.entity_paths += [path] * (len(work.entities) - first)
        work.entity_names[COUNTRIES] = tuple(range(first, len(work.entities)))
    return work.entity_names[COUNTRIES]


def add_concept(work: Compiling, name: str, path: Path) -> tuple[int, ...]:
    """Return the index of ``concept:NAME`` among the list's keywords, adding it where a rule first names it."""
    ref = CONCEPT + name
    if ref not in work.keyword_names:
        if name not in work.library.concepts:
            unknown_concept(work, name, path)
            return ()
        work.keyword_names[ref] = (len(work.keywords),)
        work.keywords.append(work.library.keyword(name))
        work.keyword_paths.append(path)
    return work.keyword_names[ref]


def unknown_concept(work: Compiling, name: str, path: Path) -> None:
    """Note that no concept goes by that name."""
    near = work.library.like(name)
    known = ", ".join(sorted(work.library.concepts))
    work.error(
        path, f"there is no concept {name!r}.", f"Did you mean {CONCEPT}{near}?" if near else f"There are: {known}."
    )


_DURATION = re.compile(r"(\d+)([smhdw])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def seconds(duration: str) -> float:
    """Return a checked duration (``48h``) in seconds."""
    match = _DURATION.fullmatch(duration)
    assert match is not None
    return float(match[1]) * _SECONDS[match[2]]
