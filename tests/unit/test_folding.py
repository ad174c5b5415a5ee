"""Folding: tokens, their spans, and that the two never part."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tocsin import folding
from tocsin.model.document import TITLE_BREAK

# Any code point, lone surrogates included, and those that the rules are about more often.
any_text = st.text(
    st.characters()
    | st.characters(categories=["Cs"])
    | st.sampled_from("aB.U S'-1é½ßİﬁ東한\u0301\u1112\u1161\uff76\uff9e\xad\0\x1e")
)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("North Korea's troops", ["north", "korea", "s", "troops"]),
        ("cease-fire CEASE\u2011FIRE", ["cease", "fire", "cease", "fire"]),
        ("Straße \u0130stanbul \ufb01re Łódź", ["strasse", "istanbul", "fire", "lodz"]),
        ("cafe\u0301 café", ["cafe", "cafe"]),
        ("\uff35\uff33 \uff21\uff22\uff23\uff11\uff12", ["us", "abc12"]),
        ("3½ km²", ["3", "1", "2", "km2"]),
        ("北朝鮮がICBM", ["北", "朝", "鮮", "か", "icbm"]),
        ("in\u00adcur\u00adsion a\u200bb", ["incursion", "a", "b"]),
        ("Hawai\u02bbi Hawai\u2019i", ["hawai", "i", "hawai", "i"]),
        ("\u0661\u0662 ١٢", ["12", "12"]),
        ("\ud800x\0y\x1ez\u2764\ufe0f", ["x", "y", "z"]),
        ("\u0939\u093f\u0928\u094d\u0926\u0940", ["\u0939\u093f\u0928\u0926\u0940"]),
        ("Apple\u2122 AT&T", ["apple", "at", "t"]),
    ],
)
def test_tokens(text, tokens):
    """Case, width, diacritics and marks are gone; what is no letter or digit separates."""
    assert folding.tokens(text) == tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("the U.S. and U.S.-led, U.S", ["the", "us", "and", "us", "led", "us"]),
        ("U.S.Army at.u.s J.R.R. Tolkien", ["us", "army", "at", "us", "jrr", "tolkien"]),
        ("J. Smith example.com 3.5 v1.2.a.b", ["j", "smith", "example", "com", "3", "5", "v1", "2", "ab"]),
        ("\u00c9.U. \uff35\uff0e\uff33\uff0e", ["eu", "us"]),
        ("\0U.S.\0", ["us"]),
    ],
)
def test_dots_join_single_letters(text, tokens):
    """A dotted abbreviation is one token, in any width, with and without its last dot."""
    assert folding.tokens(text) == tokens
    assert folding.tokens(text + " \u0439") == [*tokens, "\u0438"]  # the slow path says the same


def test_hangul_in_parts_is_hangul():
    """Decomposed Hangul folds to what composed Hangul folds to: one token a syllable."""
    composed = "북한이 국경을"
    assert len(folding.tokens(composed)) == 6
    assert folding.tokens(unicodedata.normalize("NFD", composed)) == folding.tokens(composed)


def test_span_takes_in_the_marks():
    """A mark after the last letter belongs to it, and so does a letter that folds to two."""
    text = "cafe\u0301 stra\xdfe \xbd"
    assert [text[start:end] for start, end in folding.spans(text)] == ["cafe\u0301", "stra\xdfe", "\xbd", "\xbd"]


@settings(deadline=None)
@given(any_text)
@example("½")
@example("\u0301")
@example("U.S.\u0301")
def test_spans_are_those_of_the_tokens(text):
    """Each span is in the text, in order, and folds to its token (or to the tokens that share a character)."""
    tokens, spans = folding.tokens(text), folding.spans(text)
    assert len(tokens) == len(spans)
    assert spans == sorted(spans)
    for token, (start, end) in zip(tokens, spans, strict=True):
        assert 0 <= start < end <= len(text)
        assert token in folding.tokens(text[start:end]) or unicodedata.normalize("NFD", text[start])[0] >= "\u1100"
    letters = [at for at, char in enumerate(text) if folding.tokens(char)]
    assert all(any(start <= at < end for start, end in spans) for at in letters)


@settings(deadline=None)
@given(any_text)
def test_tokens_are_clean(text):
    """A token is never empty, holds no white space and no control character, and folds to itself."""
    for token in folding.tokens(text):
        assert token
        assert TITLE_BREAK not in token
        assert re.search(r"[\s\x00-\x1f]", token) is None
        assert folding.tokens(token) == [token]


@settings(deadline=None)
@given(any_text)
def test_fold_pads_with_single_spaces(text):
    """The folded string is its tokens with one space between and around."""
    padded = " " + "".join(f"{token} " for token in folding.tokens(text))
    assert folding.fold(text) == padded


@settings(deadline=None)
@given(st.text(st.characters(max_codepoint=0x7F)), st.sampled_from(["\u2019", "\u0439", "\u4e1c" * 40]))
def test_fast_and_slow_path_agree(text, beyond):
    """ASCII folds to the same tokens whether or not something beyond ASCII stands in the same text."""
    assert folding.tokens(f"{text} {beyond}")[: len(folding.tokens(text))] == folding.tokens(text)
    assert folding.spans(f"{text} {beyond}")[: len(folding.tokens(text))] == folding.spans(text)


@settings(deadline=None)
@given(any_text, any_text)
def test_a_space_separates(left, right):
    """Nothing folds across a space."""
    assert folding.tokens(f"{left} {right}") == folding.tokens(left) + folding.tokens(right)
