"""Names in a rule to what they stand for."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from tocsin.concepts.placed import Path
from tocsin.model.roster import Part
from tocsin.model.rule import Mentions, Says
from tocsin.watchlists import sets
from tocsin.watchlists.drafting import CONCEPT, SET, Compiling, slug


class Undefined(ValueError):
    """A name that stands for nothing; ``remedy`` says what to write instead."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy


def entities(work: Compiling, name: str) -> Mentions:
    """Return what a name of entities means; a set that is named for the first time joins the list.

    Raises:
        Undefined: there is none.
    """
    found = known_entities(work, name)
    if found is None:
        raise _undefined(work, "entity", name)
    return found


def known_entities(work: Compiling, name: str) -> Mentions | None:
    """Return what a name of entities means, None where it is no such name.

    Raises:
        Undefined: it names a set, or a member of a set or group, that there is not.
    """
    group, _, member = name.partition("/")
    if name.startswith(SET):
        every = add_set(work, group)
        return _member(work, group, name) if member else every
    if name in work.entity_names:
        return work.entity_names[name]
    if "/" in name and any(part.group == group for part in work.parts):
        return _member(work, group, name)
    return work.entity_names.get(slug(name))


def add_set(work: Compiling, name: str) -> Mentions:
    """Add a shipped set behind the list's entities, once, and return what it means.

    Raises:
        Undefined: there is none of that name.
    """
    if name not in work.entity_names:
        if name not in sets.names():
            near = _near(work, name.removeprefix(SET), [one.removeprefix(SET) for one in sets.names()])
            known = ", ".join(sets.names())
            remedy = f"Did you mean {SET}{near}?" if near else f"There are {known}."
            raise Undefined(f"there is no set {name!r}.", remedy)
        digest = sets.digest(name)
        work.add_parts(name, (Part(sets.roster(name), group=name, key=f"{name}@{digest}" if digest else ""),))
    return work.entity_names[name]


def _member(work: Compiling, group: str, ref: str) -> Mentions:
    first = len(work.entities)
    for part in work.parts:
        number = part.roster.find(ref) if part.group == group else None
        if number is not None and (part.struck is None or not part.struck[number]):
            return Mentions(frozenset([first + number]))
        first += len(part.roster)
    where = "define it under `entities:`" if group.startswith(SET) else f"look for the id in the file of {group}"
    raise Undefined(f"there is no {ref!r}.", f"Name all of {group}, or {where}.")


def keywords(work: Compiling, name: str, path: Path) -> Says:
    """Return what the name of a keyword means; a concept that is named for the first time joins the list.

    Raises:
        Undefined: there is none.
    """
    found = known_keywords(work, name, path)
    if found is None:
        raise _undefined(work, "keyword", name)
    return found


def known_keywords(work: Compiling, name: str, path: Path) -> Says | None:
    """Return what the name of a keyword means, None where it is no such name.

    Raises:
        Undefined: it names a concept that there is not.
    """
    if name.startswith(CONCEPT):
        return _concept(work, name.removeprefix(CONCEPT), path)
    found = work.keyword_names.get(name, work.keyword_names.get(slug(name)))
    return None if found is None else Says(frozenset(found))


def _concept(work: Compiling, name: str, path: Path) -> Says:
    ref = CONCEPT + name
    if ref not in work.keyword_names:
        if name not in work.library.concepts:
            raise unknown_concept(work, name)
        work.keyword_names[ref] = (work.add_keyword(work.library.keyword(name), path),)
    return Says(frozenset(work.keyword_names[ref]))


def unknown_concept(work: Compiling, name: str) -> Undefined:
    """Return the error that no concept goes by that name."""
    near = work.library.like(name)
    known = ", ".join(sorted(work.library.concepts))
    return Undefined(
        f"there is no concept {name!r}.", f"Did you mean {CONCEPT}{near}?" if near else f"There are: {known}."
    )


def neither(work: Compiling, name: str) -> Undefined:
    """Return the error that a bare name of an expression is defined nowhere."""
    near = _near(work, name, [*work.entity_names, *work.keyword_names])
    quoted = " ".join(name.replace("_", " ").split("-"))
    remedy = (
        f"Did you mean {near}?" if near else f"Define it; to look for the words themselves write '{quoted}' in quotes."
    )
    return Undefined(f"{name!r} is no entity or keyword of this list.", remedy)


def _undefined(work: Compiling, kind: str, name: str) -> Undefined:
    plural = "entities" if kind == "entity" else "keywords"
    near = _near(work, name, work.entity_names if kind == "entity" else work.keyword_names)
    other = work.keyword_names if kind == "entity" else work.entity_names
    if near:
        remedy = f"Did you mean {near}?"
    elif name in other:
        remedy = f"It is a name under `{'keywords' if kind == 'entity' else 'entities'}:`."
    else:
        remedy = f"Define it under `{plural}:` of this list."
    return Undefined(f"the {kind} {name!r} is not defined.", remedy)


def _near(work: Compiling, name: str, known: Iterable[str]) -> str | None:
    """The name that was meant."""
    if not work.guesses:
        return None
    work.guesses -= 1
    return next(iter(difflib.get_close_matches(name, list(known), 1)), None)
