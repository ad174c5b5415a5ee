"""Sets of entities that ship with the programme: ``set:countries`` and the like, each made once a process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from hashlib import blake2b

from tocsin.model.roster import Roster
from tocsin.model.rule import Entity
from tocsin.watchlists import entities, gazetteer
from tocsin.watchlists.gazetteer import cities

PREFIX = "set:"


def names() -> tuple[str, ...]:
    """Return the names of all sets."""
    return tuple(_MADE)


@cache
def roster(name: str) -> Roster:
    """Return the members of a set; refs are ``NAME/CODE``.

    Raises:
        KeyError: there is no set of that name.
    """
    return Roster.of(_MADE[name]())


@cache
def digest(name: str) -> str:
    """Return a hash of what the set holds, for caching what was made of it: 32 hex characters.

    Raises:
        KeyError: there is no set of that name.
    """
    hashed = blake2b(digest_size=16)
    made = roster(name)
    for kind in made.kinds:
        hashed.update(kind.encode() + b"\0")
    for column, array in sorted(made.columns().items()):
        hashed.update(column.encode() + b"\0" + array.tobytes())
    return hashed.hexdigest()


def _capitals() -> Iterable[Entity]:
    return entities.with_shields("capitals", _each_capital())


def _each_capital() -> Iterator[Entity]:
    """Capitals, each under its country's code; one that shares its name needs its country behind it."""
    for entry in gazetteer.countries():
        country = entry.name
        strong = (*entry.capitals, *(f"{capital}, {country}" for capital in entry.namesakes))
        if strong:
            name = (*entry.capitals, *entry.namesakes)[0].removeprefix("=")
            yield _entity(f"set:capitals/{entry.code}", name, "GPE", strong, entry.namesakes)


def _cities() -> Iterable[Entity]:
    found = (_entity(f"set:cities/{one.code}", one.name, "GPE", one.strong, one.weak) for one in cities.cities())
    return entities.with_shields("cities", found)


def _currencies() -> Iterable[Entity]:
    return entities.with_shields("currencies", _entries("currencies"))


def _organisations() -> Iterator[Entity]:
    return _entries("organisations")


def _entries(kind: str) -> Iterator[Entity]:
    for entry in gazetteer.of_kind(kind):
        yield _entity(f"set:{kind}/{entry.code}", entry.name, entry.type, entry.strong, entry.weak)


def _leaders() -> Iterator[Entity]:
    """Leaders, once for each term: the latest under the plain name, an earlier one with the number of that term."""
    for entry in gazetteer.of_kind("leaders"):
        for number, term in enumerate(entry.terms, 1):
            code = entry.code if number == len(entry.terms) else f"{entry.code}-{number}"
            yield _entity(
                f"set:leaders/{code}",
                entry.name,
                entry.type,
                entry.strong,
                entry.weak,
                since=term.since,
                until=term.until,
            )


def _entity(
    ref: str,
    name: str,
    kind: str,
    strong: tuple[str, ...],
    weak: tuple[str, ...],
    *,
    since: float | None = None,
    until: float | None = None,
) -> Entity:
    return Entity(
        ref=ref,
        name=name,
        type=kind or None,
        strong=entities.forms(strong),
        weak=entities.forms(weak),
        since=since,
        until=until,
    )


_MADE: dict[str, Callable[[], Iterable[Entity]]] = {
    "set:countries": entities.countries,
    "set:capitals": _capitals,
    "set:cities": _cities,
    "set:currencies": _currencies,
    "set:leaders": _leaders,
    "set:organisations": _organisations,
}
