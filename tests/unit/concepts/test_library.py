"""The concept library: its files, its labelled sentences, and what its words expand to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tocsin.apps.concept_trial import sources, trials
from tocsin.concepts import library
from tocsin.match.index import build
from tocsin.model.article import Article
from tocsin.model.rule import PhraseKind
from tocsin.prepare.fold import fold_article
from tocsin.prepare.structure import structure
from tocsin.watchlists import compile_text, load

SHIPPED = library.shipped()
ROOT = Path(__file__).parents[3]
# Event types of the PLOVER ontology.
PLOVER = frozenset(
    """AGREE CONSULT SUPPORT CONCEDE COOPERATE AID RETREAT REQUEST ACCUSE REJECT THREATEN PROTEST SANCTION MOBILIZE COERCE
    ASSAULT YIELD INVESTIGATE DEMAND DISAPPROVE FIGHT""".split()
)
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


@pytest.fixture(scope="module")
def ran():
    """One index of all concepts, and every labelled sentence through it."""
    return {trial.concept: trial for trial in trials(SHIPPED, sorted(SHIPPED.concepts), sources(()))}


@pytest.mark.parametrize("name", sorted(SHIPPED.concepts))
def test_labelled_sentences_are_read_as_they_say(ran, name):
    """Each sentence that a concept says it finds is found by the real matcher, and each other is left alone."""
    assert [str(failure) for failure in ran[name].failures] == []
    assert ran[name].found[1] == len(SHIPPED.concepts[name].sentences.found)


def test_a_concept_among_all_is_read_as_alone(ran):
    """That all stand in one index changes nothing for any of them."""
    alone = trials(SHIPPED, ["border-incursion"], sources(()))
    assert alone == [ran["border-incursion"]]


def test_no_head_is_claimed_twice():
    """A keyword that is a head of two concepts expands to neither: the shipped ones have none such."""
    assert {" ".join(head): names for head, names in SHIPPED.heads.items() if len(names) > 1} == {}


def test_codes_are_known():
    """Each concept's code is a type of PLOVER and numbers of CAMEO."""
    codes = {name: concept.code for name, concept in SHIPPED.concepts.items()}
    assert {name: code.plover for name, code in codes.items() if code.plover and code.plover not in PLOVER} == {}
    numbers = {
        name: [one for one in code.cameo if not re.fullmatch(r"(?:0[1-9]|1\d|20)\d{0,2}", one)]
        for name, code in codes.items()
    }
    assert {name: wrong for name, wrong in numbers.items() if wrong} == {}


def test_the_library_is_whole():
    """Every shipped file is read without a problem and has sentences enough to mean something."""
    loaded, problems = library.load()
    assert problems == []
    assert len(loaded.concepts) >= 40
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


ACTOR = "arguments: {actor: {types: [ORG], hint: who plays, and who sings}}\n"


@pytest.mark.parametrize(
    ("wrong", "line", "remedy"),
    [
        (TOUR + ACTOR, 7, "Quote it: hint: 'who plays, and who sings'."),
        (TOUR.replace("phrases:", "phrase:"), 5, "Did you mean `phrases`?"),
        (TOUR.replace("title: Band tour\n", ""), 1, "Add `title:`."),
        (TOUR.replace("[concert series]", "concert series"), 5, "one entry a line"),
        (TOUR.replace("[concert series]", "[1984]"), 5, "Write it in quotes: '1984'."),
        (TOUR.replace("[concert series]", "[{tour: off}]"), 5, "must stand in quotes"),
    ],
)
def test_a_wrong_concept_says_what_to_write(wrong, line, remedy):
    """The usual slips of YAML are told in words that somebody who does not know it can act on."""
    found, [problem] = library.read(wrong, file="tour.yaml")
    assert (found, problem.line) == ([], line)
    assert remedy in problem.remedy


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("phrases: [tour of the band]", "finds the same as band tour (in heads)"),
        ("phrases: [concert series, series of concerts]", "finds the same as concert series (in phrases)"),
        ("cues: [band tours]", "finds the same as band tour (in heads)"),
        ("other_senses: [tour bus, the tour bus]", "finds the same as tour bus (in other_senses)"),
        ("phrases: [to perform]", "only 'perform' is looked for"),
    ],
)
def test_what_is_unwise_is_a_warning(part, said):
    """A phrase that adds nothing, or is less than was typed, is told with its line; the concept is still used."""
    [found], [problem] = library.read(TOUR.replace("phrases: [concert series]", part), file="tour.yaml")
    assert (found.concept, problem.severity, problem.line) == ("band-tour", "warning", 5)
    assert said in problem.message
    assert problem.remedy


@pytest.mark.parametrize("sense", ["on tour", "the tour", '"tour of"~0'])
def test_an_other_sense_of_one_word_left(sense):
    """A shield of one word is refused where more was typed; where function words can stand as typed, they do."""
    found, problems = library.read(TOUR + f"other_senses: ['{sense}']\n", file="tour.yaml")
    if sense == "on tour":
        assert problems == []
        assert found[0].other_senses == [sense]
    else:
        assert (found, [problem.severity for problem in problems]) == ([], ["error"])


@pytest.mark.parametrize(
    ("sense", "text", "seen"),
    [
        ("tour guide", "The band tour guides sang.", False),
        ("tour guide", "The band tour was sold out, said a guide.", True),
        ("tour guide", "The guide said the band tour was sold out.", True),
        ("band on tour", "The bands on the tour sang of another band tour.", True),
        ("band tour museum", "The band tour the museum.", False),
        ("band tour museum", "The band tour every museum.", True),
        ('"band tour museum"~3', "The band tour every museum.", False),
    ],
)
def test_an_other_sense_stands_side_by_side(tmp_path, sense, text, seen):
    """An other sense hides only what stands in it: words in order, nothing but articles between, or as far as it says."""
    (tmp_path / "tour.yaml").write_text(TOUR + f"other_senses: ['{sense}']\n")
    index = build(compile_text("watchlist: a\nkeywords: ['concept:band-tour']\n", concepts=[tmp_path]).watchlists)
    assert bool(hits(index, text)) is seen


def test_capitals_of_a_concept_are_found_in_any_case(tmp_path):
    """A short name in capitals needs none in the text, so that nothing is lost; one that is a function word does."""
    (tmp_path / "tour.yaml").write_text(TOUR.replace("[concert series]", "[CEO quits, IT outage]"))
    index = build(compile_text("watchlist: a\nkeywords: ['concept:band-tour']\n", concepts=[tmp_path]).watchlists)
    assert hits(index, "", "CEO QUITS AFTER A WEEK") == ["CEO quits"]
    assert hits(index, "The ceo of the bank quits.") == ["CEO quits"]
    assert hits(index, "An IT outage hit the bank.") == ["IT outage"]
    assert hits(index, "The bank said it had an outage.") == []


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
