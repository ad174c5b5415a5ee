"""What everybody knows of countries, blocs and a few people: names, demonyms, capitals.

Written from general knowledge. A form with ``=`` before it stands in the text exactly so, or in capitals throughout:
it is a common word in another case (*Turkey*, *Chad*, *Polish*).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tocsin import folding

FOLDER = Path(__file__).parent
_FILES = ("countries.yaml", "places.yaml", "people.yaml")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that has a name.

    Attributes:
        code: ISO 3166-1 alpha-2 for a country, else a slug; never looked for in a text.
        names: forms under which an author may ask for it, the usual one first.
        strong: all strong aliases, names included; with ``=`` where case decides.
        country: whether it is in ``set:countries``.
    """

    code: str
    name: str
    names: tuple[str, ...]
    strong: tuple[str, ...]
    weak: tuple[str, ...]
    type: str
    country: bool


@cache
def entries() -> tuple[Entry, ...]:
    """Return every entry, countries first."""
    found: list[Entry] = []
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for file in _FILES:
        path = FOLDER / file
        if path.exists():
            data = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - a safe loader, our own file
            found += [_entry(code, fields, country=file == "countries.yaml") for code, fields in data.items()]
    return tuple(found)


def _entry(code: str, fields: Mapping[str, Any], *, country: bool) -> Entry:
    names = tuple(fields["names"])
    capital = fields.get("capital", ())
    capitals = (capital,) if isinstance(capital, str) else tuple(capital)
    people = tuple(fields.get("people", ()))
    return Entry(
        code=code,
        name=names[0].removeprefix("="),
        names=names,
        strong=(*names, *people, *capitals, *fields.get("also", ())),
        weak=tuple(fields.get("weak", ())),
        type=fields.get("type", "GPE"),
        country=country,
    )


@cache
def _by_name() -> dict[tuple[str, ...], Entry]:
    found: dict[tuple[str, ...], Entry] = {}
    for entry in entries():
        for name in entry.names:
            found.setdefault(tuple(folding.tokens(name)), entry)
    return found


def lookup(name: str) -> Entry | None:
    """Return the entry that goes by this name (not by its capital or people), in whatever case."""
    return _by_name().get(tuple(folding.tokens(name)))


def countries() -> tuple[Entry, ...]:
    """Return what ``set:countries`` means."""
    return tuple(entry for entry in entries() if entry.country)
