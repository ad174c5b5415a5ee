"""The concept library: its files, its labelled sentences, and what its words expand to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tocsin.concepts import library
from tocsin.match.index import build
from tocsin.model.article import Article
from tocsin.model.rule import PhraseKind
from tocsin.prepare.fold import fold_article
from tocsin.prepare.structure import structure
from tocsin.watchlists import compile_text, load

SHIPPED = library.shipped()
ROOT = Path(__file__).parents[3]
FOUND = [(name, text) for name, concept in SHIPPED.concepts.items() for text in concept.sentences.found]
NOT_FOUND = [(name, text) for name, concept in SHIPPED.concepts.items() for text in concept.sentences.not_found]
INDEXES = {
    name: build(compile_text(f"watchlist: a\nkeywords: ['concept:{name}']\n").watchlists) for name in SHIPPED.concepts
}
TOUR = """concept: band-tour
title: Band tour
description: A band travels and plays.
heads: [band tour]
phrases: [concert series]
sentences: {found: [The band tour begins.], not_found: [The band rests.]}
"""


def hits(index, text, title=""):
    folded = fold_article(Article(id="1", title=title, body=text, lang="en"))
    document = structure(folded)
    percolated = index.percolate(document, index.scan(folded))
    return [hit.phrase.written for candidate in percolated.candidates for hit in candidate.hits]


@pytest.mark.parametrize(("name", "text"), FOUND, ids=lambda value: value[:50])
def test_labelled_sentences_are_found(name, text):
    """Each sentence that a concept says it finds is found by the real matcher."""
    assert hits(INDEXES[name], text)


@pytest.mark.parametrize(("name", "text"), NOT_FOUND, ids=lambda value: value[:50])
def test_labelled_sentences_are_not_found(name, text):
    """Each sentence that a concept says it leaves alone is left alone."""
    assert hits(INDEXES[name], text) == []


def test_the_library_is_whole():
    """Every shipped file is read without a problem and has sentences enough to mean something."""
    loaded, problems = library.load()
    assert problems == []
    assert {"border-incursion", "defense-pact"} <= set(loaded.concepts)
    for concept in loaded.concepts.values():
        assert len(concept.sentences.found) >= 25, concept.concept
        assert len(concept.sentences.not_found) >= 15, concept.concept


def test_what_a_concept_brings_is_weaker_than_what_is_typed():
    """Heads, phrases, weak phrases and cues have a strength below 1; cues are marked as such."""
    for name in SHIPPED.concepts:
        keyword = SHIPPED.keyword(name)
        assert keyword.ref == f"concept:{name}"
        assert all(phrase.strength < 1 and phrase.origin == f"concept:{name}" for phrase in keyword.phrases)
        assert {phrase.kind for phrase in keyword.phrases} == {PhraseKind.KEYWORD, PhraseKind.CUE}


def test_a_name_is_a_head():
    """A concept's own name brings it, in any spelling and inflection; half of it does not."""
    assert SHIPPED.meaning("Border Incursions") == ("border-incursion",)
    assert SHIPPED.meaning("defence pact") == ("defense-pact",)
    assert SHIPPED.meaning("border") == ()


def test_a_user_folder_adds_and_replaces(tmp_path):
    """A folder's concepts stand beside the shipped ones; one of the same name takes its place."""
    (tmp_path / "tour.yaml").write_text(TOUR)
    (tmp_path / "mine.yaml").write_text(TOUR.replace("band-tour", "defense-pact"))
    loaded, problems = library.load([tmp_path])
    assert problems == []
    assert set(loaded.meaning("band tours")) == {"band-tour", "defense-pact"}
    assert loaded.concepts["defense-pact"].title == "Band tour"
    assert loaded.concepts["border-incursion"].title == "Border incursion"


def test_a_shared_head_expands_to_neither_and_asks(tmp_path):
    """A phrase that names two concepts is expanded by neither; the warning says what to write."""
    (tmp_path / "a.yaml").write_text(TOUR)
    (tmp_path / "b.yaml").write_text(TOUR.replace("concept: band-tour", "concept: roadshow"))
    loaded = compile_text("watchlist: a\nkeywords: [band tour]\n", concepts=[tmp_path])
    [keyword] = loaded.watchlists[0].keywords
    assert (keyword.concept, len(keyword.phrases)) == (None, 1)
    [warning] = loaded.warnings
    assert "Write concept:band-tour or concept:roadshow." in str(warning)
    named = compile_text("watchlist: a\nkeywords: ['concept:roadshow']\n", concepts=[tmp_path])
    assert named.watchlists[0].keywords[0].concept == "roadshow"


@pytest.mark.parametrize(
    ("wrong", "line", "said"),
    [
        (TOUR.replace("heads: [band tour]", "heads: []"), 4, "heads"),
        (TOUR.replace("phrases:", "phrase:"), 5, "phrase"),
        (TOUR.replace("[concert series]", "[concert, 'se*']"), 5, "too many words"),
        (TOUR.replace("[concert series]", "[concert, /ser.+/]"), 5, "regular expression"),
        (TOUR + "tolerates: [sleep]\n", 7, "tolerates"),
        (TOUR.replace("concept: band-tour", "concept: Band Tour"), 1, "concept"),
    ],
)
def test_a_wrong_concept_names_its_place(wrong, line, said):
    """A user's mistake in a concept file is an error with file and line."""
    found, problems = library.read(wrong, file="tour.yaml")
    assert found == []
    assert [(problem.file, problem.line) for problem in problems] == [("tour.yaml", line)]
    assert said in problems[0].message


def test_a_missing_folder_is_told(tmp_path):
    """A folder in the settings that does not exist is a problem, not silence."""
    _, problems = library.load([tmp_path / "none"])
    assert [problem.file for problem in problems] == [str(tmp_path / "none")]


def test_the_short_form_finds_both_events_in_one_report():
    """The short list of the documentation finds incursion and pact, each in the sentences that say so."""
    index = build(load([ROOT / "config" / "watchlists" / "korea-desk.yaml"]).watchlists)
    body = (
        "Moscow and Pyongyang signed a treaty that promises mutual defense assistance.\n\n"
        "North Korean soldiers twice crossed the military demarcation line this month. Seoul called these incursions "
        "across its heavily mined border deliberate, and said border violations would be answered.\n\n"
        "The new pact worries its neighbours."
    )
    written = set(hits(index, body, "Seoul protests over defense pact"))
    assert {"defense pact", "mutual defense assistance", "new pact"} <= written
    assert {'"crossed" demarcation line', "border incursion", "border violation"} <= written
