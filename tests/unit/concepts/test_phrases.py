"""What a phrase means: words in any inflection, exact words, distances, case, hyphens, spellings."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin import folding
from tocsin.concepts import phrases, words
from tocsin.concepts.phrases import PhraseError, compile_phrase
from tocsin.concepts.spelling import spellings
from tocsin.model.rule import Check


def forms(phrase, slot=0):
    return {" ".join(surface.tokens) for surface in compile_phrase(phrase).words[slot]}


def test_an_unquoted_phrase_is_its_content_words_in_any_inflection():
    """Each content word brings its inflections; order is free and up to 12 other words may stand between."""
    phrase = compile_phrase("border incursion")
    assert (phrase.ordered, phrase.between, phrase.strength, phrase.origin) == (False, 12, 1.0, "typed")
    assert {"border", "borders"} <= forms("border incursion", 0)
    assert {"incursion", "incursions"} <= forms("border incursion", 1)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("kidnap", {"kidnap", "kidnaps", "kidnapped", "kidnapping"}),
        ("held", {"hold", "holds", "holding", "held"}),
        ("cross", {"cross", "crosses", "crossed", "crossing"}),
        ("treaties", {"treaty", "treaties"}),
        ("shot", {"shot", "shots", "shoot", "shoots", "shooting"}),
        ("warplanes", {"warplane", "warplanes"}),
    ],
)
def test_inflections(typed, wanted):
    """The lemma of what was typed and all its inflections are found."""
    assert wanted <= forms(typed)


@pytest.mark.parametrize(
    ("typed", "unwanted"),
    [
        ("kidnap", {"kidnapper", "kidnappers"}),
        ("cross", {"crosser", "crossest", "crossly"}),
        ("border", {"borderer"}),
        ("armed", {"arm", "arms"}),
    ],
)
def test_inflection_is_not_derivation(typed, unwanted):
    """Neither derived words nor forms that only a dictionary has are found."""
    assert not unwanted & forms(typed)


def test_names_are_not_inflected():
    """A word with a capital is a name, unless it begins a phrase and the dictionary has it."""
    assert forms("Ukraine war", 0) == {"ukraine"}
    assert forms("war in Georgia", 1) == {"georgia"}
    assert "incursions" in forms("Border Incursion", 1)
    assert compile_phrase("UN report").words[0][0].check is Check.CAPITALS


def test_function_words_are_optional_unless_all_are():
    """Articles, pronouns and prepositions are dropped; particles and a phrase of nothing else stay."""
    assert [word[0].written for word in compile_phrase("crossed the border").words] == ["crossed", "border"]
    assert [word[0].written for word in compile_phrase("blew himself up").words] == ["blew", "up"]
    assert len(compile_phrase("who is who").words) == 3
    assert "WHO" in {word[0].written for word in compile_phrase("the WHO report").words}


def test_exact_phrases():
    """In double quotes exactly these tokens, in order; with a distance any inflection and order again."""
    exact = compile_phrase('"crossed the border"')
    assert exact.ordered
    assert [surface.tokens for word in exact.words for surface in word] == [("crossed", "the", "border")]
    near = compile_phrase('"crossed demarcation line"~8')
    assert (near.ordered, near.between, len(near.words)) == (False, 8, 3)
    assert "crossing" in {" ".join(surface.tokens) for surface in near.words[0]}


def test_a_quoted_word_inside_stands_exactly_so():
    """`"crossed" border` does not find cross-border, nor does it inflect the quoted word."""
    assert forms('"crossed" border', 0) == {"crossed"}
    assert {"border", "borders"} <= forms('"crossed" border', 1)


def test_case_is_kept_where_asked():
    """`=Apple` is found as written only."""
    [[surface]] = compile_phrase("=Apple").words
    assert (surface.tokens, surface.written, surface.check) == (("apple",), "Apple", Check.CASE)


def test_hyphens():
    """A hyphen typed finds hyphen, space and joined; joined finds joined and hyphen, not space."""
    [typed] = compile_phrase("cease-fire").words
    assert {(surface.tokens, surface.check) for surface in typed} >= {
        (("cease", "fire"), Check.NONE),
        (("ceasefire",), Check.NONE),
        (("ceasefires",), Check.NONE),
    }
    [joined] = compile_phrase("ceasefire").words
    checks = {surface.tokens: surface.check for surface in joined}
    assert checks["ceasefire",] is Check.NONE
    assert checks["cease", "fire"] is Check.HYPHEN


@pytest.mark.parametrize(
    ("one", "other"),
    [("defence", "defense"), ("organised", "organized"), ("centre", "center"), ("labour", "labor"), ("programme", "program"),
     ("travelled", "traveled"), ("neighbours", "neighbors"), ("manoeuvre", "maneuver"), ("mobilisation", "mobilization")],
)  # fmt: skip
def test_british_and_american_are_one(one, other):
    """Either spelling finds the other, inflected too."""
    assert other in forms(one)
    assert one in forms(other)


@pytest.mark.parametrize("word", ["analyst", "programmer", "checks", "story", "tired", "promise", "exercise", "wise"])
def test_words_that_are_spelled_alike(word):
    """The table leaves alone what only looks like one of its words."""
    assert spellings(word) == ()


def test_keys_are_equal_for_what_means_the_same():
    """Spelling, inflection, order and function words do not tell phrases apart; other words do."""
    assert phrases.key("defence pacts") == phrases.key("defense pact") == phrases.key("a pact of defense")
    assert phrases.key("trade pact") != phrases.key("defense pact")


def test_a_prefix_is_the_beginning_of_a_word():
    """A star at the end of a word asks for its beginning; the other words inflect as ever."""
    phrase = compile_phrase("border* incursion")
    assert [(one.tokens, one.written, one.check) for one in phrase.words[0]] == [(("border",), "border*", Check.PREFIX)]
    assert {"incursion", "incursions"} <= forms("border* incursion", 1)
    assert compile_phrase('"bord* line"~3').between == 3
    assert [one.tokens for one in compile_phrase("Cross-bord*").words[0]] == [("cross", "bord")]
    assert phrases.key("border* incursion") != phrases.key("border incursion")


def test_a_regular_expression_is_kept_as_written():
    """It has no words; what it finds is the matcher's business."""
    phrase = compile_phrase(r"/T-?(72|90)\b/")
    assert (phrase.regex, phrase.words, phrase.ordered) == (r"T-?(72|90)\b", (), False)
    assert phrases.key("/a+/") != phrases.key("/b+/")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "!!",
        '""',
        '"x',
        "a AND b",
        "x*",
        "*ab",
        "a*b",
        "*",
        "abc**",
        "=abc*",
        '"abc* b"',
        "/x*/",
        "/(/",
        r"/(a)\1/",
        r"/\b/",
        "/(?=a)b/",
        '"a b"~x',
        '"a b"~-1',
        '"a" b ~3',
        "=",
        '="!"',
    ],
)
def test_what_is_no_phrase(text):
    """Everything that cannot be meant is refused with a remedy, and nothing else is raised."""
    with pytest.raises(PhraseError) as refused:
        compile_phrase(text)
    assert refused.value.remedy


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_a_phrase_or_refused(text):
    """Whatever is typed compiles to surfaces of folded tokens, or is refused by name."""
    try:
        phrase = compile_phrase(text)
    except PhraseError:
        return
    assert bool(phrase.words) is (phrase.regex is None)
    for word in phrase.words:
        assert word
        for surface in word:
            assert surface.tokens
            assert [token for part in surface.tokens for token in folding.tokens(part)] == list(surface.tokens)


def test_lemminflect_is_not_loaded_at_import():
    """Importing the language costs no dictionary; the first word that is inflected loads it."""
    code = "import sys, tocsin.watchlists, tocsin.concepts.words; sys.exit('lemminflect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_compounds_are_split_where_words_part():
    """Joined words part between words and after prefixes, not before suffixes."""
    assert ("cease", "fire") in words.split_compound("ceasefire")
    assert ("anti", "tank") in words.split_compound("antitank")
    assert words.split_compound("incursion") == ()
