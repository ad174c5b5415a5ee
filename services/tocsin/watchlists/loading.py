"""Files to compiled watchlists, with everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tocsin.concepts.library import read_once
from tocsin.errors import InvalidWatchlist, Problem
from tocsin.model.rule import Watchlist
from tocsin.watchlists.compile import compile_document
from tocsin.watchlists.groups import GroupLoader, from_files
from tocsin.watchlists.source import Source, read_paths, read_text


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of some files: sources and watchlists in the same order (None where one is refused)."""

    sources: list[Source] = field(default_factory=list)
    compiled: list[Watchlist | None] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def errors(self) -> list[Problem]:
        """What cannot be meant."""
        return [problem for problem in self.problems if problem.severity == "error"]

    @property
    def warnings(self) -> list[Problem]:
        """What is unwise."""
        return [problem for problem in self.problems if problem.severity != "error"]

    @property
    def watchlists(self) -> tuple[Watchlist, ...]:
        """The compiled watchlists.

        Raises:
            InvalidWatchlist: there are errors; one bad list refuses all.
        """
        if self.errors:
            raise InvalidWatchlist(self.problems)
        return tuple(watchlist for watchlist in self.compiled if watchlist is not None)


def load(
    paths: Iterable[Path | str],
    *,
    concepts: Sequence[Path] = (),
    strict: bool = False,
    groups: GroupLoader = from_files,
) -> Loaded:
    """Read, check and compile files and folders.

    Args:
        paths: files, or folders of .yaml, .yml and .json files.
        concepts: folders of the user's own concepts.
        strict: warnings become errors.
        groups: where the entities of `from:` come from.
    """
    sources, problems = read_paths(Path(path) for path in paths)
    return _compiled(sources, problems, concepts, groups, strict=strict)


def compile_text(
    text: str,
    *,
    file: str = "<text>",
    first_line: int = 1,
    concepts: Sequence[Path] = (),
    strict: bool = False,
    groups: GroupLoader = from_files,
) -> Loaded:
    """Read, check and compile the watchlists of one text."""
    sources, problems = read_text(text, file=file, first_line=first_line)
    return _compiled(sources, problems, concepts, groups, strict=strict)


def _compiled(
    sources: list[Source], problems: list[Problem], concepts: Sequence[Path], groups: GroupLoader, *, strict: bool
) -> Loaded:
    library, wrong = read_once(tuple(concepts))  # what is wrong in a user's concept is told beside what is wrong here
    problems = [*problems, *wrong]
    compiled: list[Watchlist | None] = []
    first: dict[str, Source] = {}
    for source in sources:
        watchlist, found = compile_document(source, library, groups)
        name, placed = source.document.watchlist, source.placed
        if name in first:
            other = first[name].placed
            found = [*found, Problem(placed.file, placed.line(("watchlist",)), f"a second watchlist is named {name!r}.",
                                     remedy=f"The first stands in {other.file}:{other.line(('watchlist',))}; rename one.")]  # fmt: skip
        first.setdefault(name, source)
        compiled.append(watchlist)
        problems = [*problems, *found]
    if strict:
        problems = [replace(problem, severity="error") for problem in problems]
    return Loaded(sources, compiled, problems)
