"""What everybody knows of countries, organisations, leaders and currencies: their names, as news writes them.

Written from general knowledge. A form with ``=`` before it stands in the text exactly so: it is a common word in another
case (*Turkey*, *Chad*, *Polish*).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tocsin import folding
from tocsin.watchlists.gazetteer.terms import Term, terms

FOLDER = Path(__file__).parent
_TYPES = {
    "countries": "GPE",
    "places": "GPE",
    "organisations": "ORG",
    "leaders": "PERSON",
    "currencies": "",
}  # a currency may be read as anything


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that has a name.

    Attributes:
        code: ISO 3166-1 alpha-2 for a country, ISO 4217 for a currency, else a slug; never looked for in a text.
        names: forms under which an author may ask for it, the usual one first.
        strong: all strong aliases, names included; with ``=`` where case decides.
        kind: the file it stands in: countries, places, organisations, leaders, currencies.
        capitals: of a country; names of its capital that are enough alone.
        namesakes: of a country; its capital where the name alone says too little.
        terms: of a leader; when it was in office.
    """

    code: str
    name: str
    names: tuple[str, ...]
    strong: tuple[str, ...]
    weak: tuple[str, ...]
    type: str
    kind: str
    capitals: tuple[str, ...] = ()
    namesakes: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()


@cache
def entries() -> tuple[Entry, ...]:
    """Return every entry, countries first."""
    return tuple(entry for kind in _TYPES for entry in of_kind(kind))


@cache
def of_kind(kind: str) -> tuple[Entry, ...]:
    """Return the entries of one file."""
    data = _read(kind)
    if kind == "leaders":
        return tuple(_leader(fields) for group in data.values() for fields in group)
    return tuple(_entry(code, fields, kind) for code, fields in data.items())


def shields(kind: str) -> tuple[str, ...]:
    """Return names that hold a name of that kind and are something else: *New Mexico*."""
    return tuple(_read("shields").get(kind, ()))


def countries() -> tuple[Entry, ...]:
    """Return what ``set:countries`` means."""
    return of_kind("countries")


def lookup(name: str) -> Entry | None:
    """Return the entry that goes by this name (not by its capital or people), in whatever case."""
    return _by_name().get(tuple(folding.tokens(name)))


@cache
def _read(name: str) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.load(text, Loader=loader)  # noqa: S506 - a safe loader, our own file
    return found


@cache
def _by_name() -> dict[tuple[str, ...], Entry]:
    found: dict[tuple[str, ...], Entry] = {}
    for entry in entries():
        for name in entry.names:
            found.setdefault(tuple(folding.tokens(name)), entry)
    return found


def _entry(code: str, fields: Mapping[str, Any], kind: str) -> Entry:
    names, asked = tuple(fields["names"]), tuple(fields.get("asked", ()))
    capitals, seats, namesakes = (tuple(_several(fields, key)) for key in ("capital", "seat", "namesake"))
    return Entry(
        code=code,
        name=(*asked, *names)[0].removeprefix("="),
        names=(*names, *asked),
        strong=(*names, *fields.get("people", ()), *capitals, *fields.get("also", ())),
        weak=(*fields.get("weak", ()), *seats, *namesakes),
        type=fields.get("type", _TYPES[kind]),
        kind=kind,
        capitals=(*capitals, *seats),
        namesakes=namesakes,
    )


def _leader(fields: Mapping[str, Any]) -> Entry:
    names = (fields["name"], *fields.get("names", ()))
    return Entry(
        code="-".join(folding.tokens(names[0])),
        name=names[0],
        names=names,
        strong=(*names, *fields.get("also", ())),
        weak=tuple(fields.get("weak", ())),
        type=_TYPES["leaders"],
        kind="leaders",
        terms=terms(fields["term"]),
    )


def _several(fields: Mapping[str, Any], key: str) -> Iterator[str]:
    value = fields.get(key, ())
    yield from (value,) if isinstance(value, str) else value
