"""What a keyword brings, and what of a phrase is told to be lost."""

from __future__ import annotations

import pytest

from tocsin.watchlists import compile_text

CONCEPT = """concept: {name}
title: A kind of event
description: It happens.
heads: {heads}
phrases: [{name} series]
sentences: {{found: [The concert series begins.], not_found: [The band rests.]}}
"""


@pytest.fixture
def concepts(tmp_path):
    """A folder with two concepts of the user's own."""
    (tmp_path / "tour.yaml").write_text(CONCEPT.format(name="band-tour", heads="[band tour, world tour, road show]"))
    (tmp_path / "disc.yaml").write_text(CONCEPT.format(name="new-record", heads="[new record, record release]"))
    return [tmp_path]


@pytest.mark.parametrize(
    ("phrases", "brought"),
    [
        ("band tour", {"band-tour"}),
        ("band tour, new record", {"band-tour", "new-record"}),
        ("band tour, world tour, new record", {"band-tour", "new-record"}),
        ("band tour, world tour, road show, new record", {"band-tour"}),
        ("band tour, world tour, road show, new record, 'concept:new-record'", {"band-tour", "new-record"}),
        ("pasta recipe", set()),
    ],
)
def test_a_keyword_brings_the_concepts_that_it_is_about(concepts, phrases, brought):
    """Of the concepts that its phrases name, those named at least half as often as the first; and what is asked for."""
    text = f"watchlist: a\nkeywords: {{music: {{any: [{phrases}], expand: true}}}}\nrules: [{{rule: a, when: music}}]\n"
    [keyword] = compile_text(text, concepts=concepts).watchlists[0].keywords
    assert {one.origin for one in keyword.phrases} - {"typed"} == {f"concept:{name}" for name in brought}


@pytest.mark.parametrize(
    ("keyword", "word"),
    [("spy on", "spy"), ("retaliate if", "retaliate"), ("'\"coup while\"~0'", "coup"), ("the hostage", "hostage")],
)
def test_words_that_vanish_are_told(keyword, word):
    """Where function words leave one word of several, the warning names it and says how to keep all."""
    [told] = compile_text(f"watchlist: a\nkeywords: [{keyword}]\n").warnings
    assert f"only {word!r} is looked for" in told.message
    assert f"or {word} alone" in told.remedy
    assert told.line == 2


@pytest.mark.parametrize(
    "keyword", ["mine collapse", "naval mine", "spy on embassy", "'\"spy on\"'", "cease-fire", "WHO report"]
)
def test_words_that_stay_are_not(keyword):
    """Where at least two words are left, or the words are asked for exactly, nothing is told."""
    assert compile_text(f"watchlist: a\nkeywords: [{keyword}]\n").warnings == []


def test_words_that_vanish_elsewhere_are_told():
    """In an expression, and under `not:`, where one word would hide more than was meant."""
    told = compile_text(
        "watchlist: a\nkeywords: {spies: {any: [naval mine], not: [to a game]}}\n"
        "rules:\n  - {rule: a, when: \"spies | 'spy on'\"}\n"
    ).warnings
    assert [(one.line, "is looked for" in one.message) for one in told] == [(2, True), (4, True)]


def test_a_broken_concept_is_told_with_its_place(tmp_path):
    """A user's broken file is an error with file, line and remedy; lists are still checked with all other concepts."""
    (tmp_path / "bad.yaml").write_text(CONCEPT.format(name="bad", heads="[/a b/]"))
    (tmp_path / "good.yaml").write_text(CONCEPT.format(name="good", heads="[road show]"))
    (tmp_path / "latin.yaml").write_bytes("concept: café\n".encode("latin-1"))
    loaded = compile_text("watchlist: a\nkeywords: ['concept:good', 'concept:arrest']\n", concepts=[tmp_path])
    assert [(problem.file, problem.line) for problem in loaded.errors] == [
        (str(tmp_path / "bad.yaml"), 4),
        (str(tmp_path / "latin.yaml"), 1),
    ]
    assert all(problem.remedy for problem in loaded.errors)
    [compiled] = loaded.compiled
    assert compiled is not None
    assert len(compiled.keywords) == 2
