"""A document to the ``model.rule.Watchlist`` that the matcher looks for."""

from __future__ import annotations

from collections.abc import Iterable

from tocsin import folding
from tocsin.concepts.library import Library
from tocsin.concepts.phrases import PhraseError
from tocsin.concepts.placed import Path
from tocsin.errors import Problem
from tocsin.model.rule import Watchlist
from tocsin.watchlists import checks, entities, language, rules
from tocsin.watchlists.drafting import CONCEPT, COUNTRIES, Compiling, add_countries, slug
from tocsin.watchlists.keywords import Draft, keyword
from tocsin.watchlists.source import Source


def compile_document(source: Source, library: Library) -> tuple[Watchlist | None, list[Problem]]:
    """Compile a document. Deterministic; reads no clock.

    Returns:
        The watchlist with version 0, or None where something cannot be meant; and the problems, warnings included.
    """
    work = Compiling(source, library)
    _entities(work)
    _keywords(work)
    made = rules.compile_rules(work)
    checks.check(work, made)
    if work.refused:
        return None, work.problems
    document = source.document
    watchlist = Watchlist(
        name=document.watchlist,
        content_hash=source.content_hash,
        description=document.description or "",
        entities=tuple(work.entities),
        keywords=tuple(work.keywords),
        rules=tuple(made),
    )
    return watchlist, work.problems


def _entities(work: Compiling) -> None:
    written = work.document.entities
    complete = work.document.short if work.document.complete is None else work.document.complete
    named: list[tuple[str | None, str | language.Entity, Path]]
    if isinstance(written, dict):
        named = [(name, value, ("entities", name)) for name, value in written.items()]
    else:
        named = [(None, value, ("entities", place)) for place, value in enumerate(written or ())]
    for name, value, path in named:
        _entity(work, name, value, path, complete=complete)


def _entity(work: Compiling, name: str | None, value: str | language.Entity, path: Path, *, complete: bool) -> None:
    if name is not None and (name.startswith("set:") or not folding.tokens(name)):
        work.error(path, f"{name!r} cannot be the name of an entity.", "Write a name of letters and digits.")
        return
    if isinstance(value, str) and value.startswith("set:"):
        if name is not None or value != COUNTRIES:
            work.error(
                path, f"there is no set {value!r} here.", f"This version has {COUNTRIES}, in a list or in a rule."
            )
            return
        add_countries(work, path)
        return
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
        return
    index = (len(work.entities),)
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
    index = len(work.keywords)
    if made is not None:
        work.keywords.append(made)
        work.keyword_paths.append(draft.path)
    for name in dict.fromkeys(names):
        work.keyword_names[name] = (index,) if made is not None else ()
    return index if made is not None else None
