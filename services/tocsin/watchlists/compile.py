"""A document to the ``model.rule.Watchlist`` that the matcher looks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from tocsin import folding
from tocsin.concepts.library import Library
from tocsin.concepts.phrases import PhraseError
from tocsin.concepts.placed import Path
from tocsin.errors import Problem
from tocsin.model.roster import Entities, Part, Roster
from tocsin.model.rule import Mentions, Watchlist
from tocsin.watchlists import checks, entities, language, naming, rules
from tocsin.watchlists.drafting import CONCEPT, SET, Compiling, slug
from tocsin.watchlists.groups import GroupLoader, from_files
from tocsin.watchlists.keywords import Draft, keyword
from tocsin.watchlists.naming import Undefined
from tocsin.watchlists.source import Source

_Written = str | language.Entity | language.Group


def compile_document(
    source: Source, library: Library, groups: GroupLoader = from_files
) -> tuple[Watchlist | None, list[Problem]]:
    """Compile a document. Deterministic; reads no clock, and no file but by ``groups``.

    Returns:
        The watchlist with version 0, or None where something cannot be meant; and the problems, warnings included.
    """
    work = Compiling(source, library)
    _entities(work, groups)
    _keywords(work)
    _by_slug(work.entity_names)
    _by_slug(work.keyword_names)
    made = rules.compile_rules(work)
    checks.check(work, made)
    if work.refused:
        return None, work.problems
    document = source.document
    watchlist = Watchlist(
        name=document.watchlist,
        content_hash=source.content_hash,
        description=document.description or "",
        entities=Entities([*([Part(Roster.of(work.entities))] if work.entities else []), *work.parts]),
        keywords=tuple(work.keywords),
        rules=tuple(made),
    )
    return watchlist, work.problems


def _by_slug(names: dict[str, Any]) -> None:
    """Let an expression name what its author wrote with spaces or capitals: *North Korea* is north-korea."""
    for name in list(names):
        if not name.startswith((SET, CONCEPT)):
            names.setdefault(slug(name), names[name])


def _entities(work: Compiling, groups: GroupLoader) -> None:
    """The list's own entities first, then the sets and groups that it names: a number is a place in that order."""
    written = work.document.entities
    complete = work.document.short if work.document.complete is None else work.document.complete
    named: list[tuple[str | None, _Written, Path]]
    if isinstance(written, dict):
        named = [(name, value, ("entities", name)) for name, value in written.items()]
    else:
        named = [(None, value, ("entities", place)) for place, value in enumerate(written or ())]
    many = []
    for name, value, path in named:
        if name is not None and (name.startswith(SET) or not folding.tokens(name)):
            work.error(path, f"{name!r} cannot be the name of an entity.", "Write a name of letters and digits.")
        elif isinstance(value, language.Group) or (isinstance(value, str) and value.startswith(SET)):
            many.append((name, value, path))
        else:
            _entity(work, name, value, path, complete=complete)
    for name, value, path in many:
        if isinstance(value, language.Group):
            assert name is not None  # the model lets a group stand under a name only
            _group(work, name, value, path, groups)
        else:
            _set(work, name, str(value), path)


def _set(work: Compiling, name: str | None, written: str, path: Path) -> None:
    try:
        members = naming.add_set(work, written)
    except Undefined as error:
        work.error(path, error.message, error.remedy)
        return
    if name is not None:
        work.entity_names[name] = members


def _group(work: Compiling, name: str, spec: language.Group, path: Path, groups: GroupLoader) -> None:
    if "/" in name or ":" in name:
        work.error(path, f"{name!r} cannot be the name of a group: its members are named after it, NAME/ID.",
                   f"Write {slug(name)}.")  # fmt: skip
        return
    placed = work.source.placed
    parts, found = groups(name, spec, placed.file)
    problems = [
        replace(one, line=placed.line(path)) if (one.file, one.line) == (placed.file, 0) else one for one in found
    ]
    work.problems += problems
    work.errors += sum(problem.severity == "error" for problem in problems)
    work.add_parts(name, parts)


def _entity(work: Compiling, name: str | None, value: str | language.Entity, path: Path, *, complete: bool) -> None:
    spec = language.Entity(name=value) if isinstance(value, str) else value
    ref = name or slug(spec.name) or spec.name
    if ref in work.entity_names:
        work.error(path, f"the entity {ref!r} is there twice.", "Delete one.")
        return
    try:
        made = entities.entity(
            ref=ref, name=spec.name, aliases=spec.aliases or [], weak=spec.weak or [], kind=spec.type,
            complete=complete if spec.complete is None else spec.complete,
        )  # fmt: skip
    except PhraseError as error:
        work.error(_alias_path(path, spec), error.message, error.remedy)
        index = Mentions()  # so that the rules that name it are not said to be wrong too
    else:
        index = Mentions(frozenset([len(work.entities)]))
        work.entities.append(made)
        work.entity_paths.append(path)
    for known in dict.fromkeys([ref, *([] if name else [spec.name])]):
        work.entity_names[known] = index


def _alias_path(path: Path, spec: language.Entity) -> Path:
    """Where the alias stands that cannot be looked for."""
    for part, aliases in (("name", [spec.name]), ("aliases", spec.aliases or []), ("weak", spec.weak or [])):
        for place, alias in enumerate(aliases):
            try:
                entities.surfaces(alias)
            except PhraseError:
                return (*path, part, place)
    return path


def _keywords(work: Compiling) -> None:
    written = work.document.keywords
    expand = work.document.short if work.document.expand is None else work.document.expand
    if isinstance(written, dict):
        for name, value in written.items():
            spec = value if isinstance(value, language.Keyword) else None
            phrases = spec.any if spec else value if isinstance(value, list) else [str(value)]
            paths = [("keywords", name, *(("any",) if spec else ()), place) for place in range(len(phrases))]
            own = expand if spec is None or spec.expand is None else spec.expand
            draft = Draft(name, list(phrases), list(spec.not_ or []) if spec else [], own, ("keywords", name), paths)
            _keyword(work, draft, [name])
        return
    for place, entry in enumerate(written or ()):
        _listed_keyword(work, entry, ("keywords", place), expand=expand)


def _listed_keyword(work: Compiling, entry: str | language.NamedKeyword, path: Path, *, expand: bool) -> None:
    spec = language.NamedKeyword(name=entry) if isinstance(entry, str) else entry
    name = slug(spec.name.removeprefix(CONCEPT))
    phrases = spec.any or [spec.name]
    paths = [(*path, "any", place) if spec.any else path for place in range(len(phrases))]
    draft = Draft(name, phrases, spec.not_ or [], expand if spec.expand is None else spec.expand, path, paths)
    if not name:
        work.error(path, f"{spec.name!r} has no letter or digit.", "Write a word, or delete it.")
        return
    index = _keyword(work, draft, [name, spec.name])
    if index is not None:
        work.keyword_rules.append((name, index, path))


def _keyword(work: Compiling, draft: Draft, names: Iterable[str]) -> int | None:
    if draft.name in work.keyword_names:
        work.error(draft.path, f"the keyword {draft.name!r} is there twice.", "Delete one.")
        return None
    made = keyword(work, draft)
    index = None if made is None else work.add_keyword(made, draft.path)
    for name in dict.fromkeys(names):
        work.keyword_names[name] = () if index is None else (index,)
    return index
