"""What is known of a document while it is compiled: names and what they stand for, and what is wrong so far."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tocsin import folding
from tocsin.concepts.library import Library
from tocsin.concepts.placed import Path
from tocsin.errors import Problem
from tocsin.model.roster import Part
from tocsin.model.rule import Entity, Keyword, Mentions
from tocsin.watchlists import language
from tocsin.watchlists.source import Source

CONCEPT = "concept:"
SET = "set:"


@dataclass(slots=True)
class Compiling:
    """A document being compiled.

    The list's own entities come first; sets and groups follow them in ``parts``, and own ones are complete before the
    first of these is added.

    Attributes:
        entities: those that the list itself names.
        parts: sets and groups, behind them.
        entity_names: what a rule may write to what it means: a name of the list, the name as typed, a group, a set.
        keyword_names: the same of keywords, by number.
        loose: keywords that may be found without a word that an index holds: by a regular expression.
        typed: phrases of ``when:`` expressions, which are keywords without a name, and where each was first written.
    """

    source: Source
    library: Library
    entities: list[Entity] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    keywords: list[Keyword] = field(default_factory=list)
    entity_names: dict[str, Mentions] = field(default_factory=dict)
    keyword_names: dict[str, tuple[int, ...]] = field(default_factory=dict)
    entity_paths: list[Path] = field(default_factory=list)
    keyword_paths: list[Path] = field(default_factory=list)
    keyword_rules: list[tuple[str, int, Path]] = field(default_factory=list)  # short form: rule name, keyword, where
    loose: set[int] = field(default_factory=set)
    typed: dict[str, tuple[int, Path]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    errors: int = 0
    guesses: int = 100  # how often it is still looked for what a name was meant to be: costly in a large list

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

    def add_keyword(self, keyword: Keyword, path: Path) -> int:
        """Add a keyword; return its number."""
        number = len(self.keywords)
        self.keywords.append(keyword)
        self.keyword_paths.append(path)
        if any(phrase.regex is not None for phrase in keyword.phrases):
            self.loose.add(number)
        return number

    def add_parts(self, name: str, parts: tuple[Part, ...]) -> Mentions:
        """Add the rosters of a set or group; return what its name means: any of its members."""
        first = len(self.entities) + sum(len(part.roster) for part in self.parts)
        spans = []
        for part in parts:
            spans.append((first, first + len(part.roster)))
            first += len(part.roster)
        self.parts += parts
        self.entity_names[name] = Mentions(spans=tuple(span for span in spans if span[0] < span[1]))
        return self.entity_names[name]

    @property
    def refused(self) -> bool:
        """Whether an error was noted."""
        return self.errors > 0


def slug(text: str) -> str:
    """Return a name made of a phrase: *Border incursion* → ``border-incursion``."""
    return "-".join(folding.tokens(text))


_DURATION = re.compile(r"(\d+)([smhdw])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def seconds(duration: str) -> float:
    """Return a checked duration (``48h``) in seconds."""
    match = _DURATION.fullmatch(duration)
    assert match is not None
    return float(match[1]) * _SECONDS[match[2]]
