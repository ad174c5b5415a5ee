"""docs/watchlists.md says what is so: its lists compile, its expressions are read, its sets are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from builders import an_entity
from tocsin.model.roster import Part, Roster
from tocsin.watchlists import compile_text, sets
from tocsin.watchlists.when import parse, render

GUIDE = (Path(__file__).parents[3] / "docs" / "watchlists.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)


def section(title: str) -> str:
    return GUIDE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


EXPRESSIONS = [
    found.replace("\\|", "|") for found in re.findall(r"^\| `(.+?)` \|", section("Expressions"), re.MULTILINE)
]


def shipyards(name, spec, file):
    return (Part(Roster.of([an_entity("Hanjin", ref=f"{name}/H1")]), group=name),), []


@pytest.mark.parametrize("text", BLOCKS, ids=range(len(BLOCKS)))
def test_lists_of_the_guide_compile(text):
    """Who copies a list from the guide has one that works, without a warning but about what it leaves unused."""
    assert not compile_text(text, groups=shipyards).problems


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_expressions_of_the_guide_are_read(expression):
    """Each row of the table of operators is an expression, in canonical form."""
    assert render(parse(expression)) == expression


def test_precedence_is_as_the_guide_says():
    """The sentence about what binds tightest has its example right."""
    short, long = re.findall(r"`([^`]+)` is `([^`]+)`\. Beside", " ".join(section("Expressions").split()))[0]
    assert parse(short) == parse(long)


def test_all_sets_are_in_the_guide():
    """An analyst finds every set there is."""
    assert set(re.findall(r"^\| `(set:[a-z]+)` \|", section("Sets"), re.MULTILINE)) == set(sets.names())
    assert len(EXPRESSIONS) > 20
    assert len(BLOCKS) >= 3
