"""Large cities: read from ``cities.tsv``, which ``tools/cities.py`` makes."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple


class City(NamedTuple):
    """A city; ``code`` is its number at GeoNames. Aliases as in the other files: ``=Nice`` stands exactly so."""

    code: str
    name: str
    strong: tuple[str, ...]
    weak: tuple[str, ...]


@cache
def cities() -> tuple[City, ...]:
    """Return all of them, the largest first."""
    lines = Path(__file__).with_name("cities.tsv").read_text(encoding="utf-8").splitlines()
    return tuple(_city(line) for line in lines if line and not line.startswith("#"))


def _city(line: str) -> City:
    code, name, strong, weak = line.split("\t")
    return City(code, name, _aliases(strong), _aliases(weak))


def _aliases(written: str) -> tuple[str, ...]:
    return tuple(written.split(";")) if written else ()
