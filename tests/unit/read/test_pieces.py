"""Pieces: offsets survive what is done to the text before it is parsed."""

from __future__ import annotations

import spacy
from hypothesis import given
from hypothesis import strategies as st

from builders import a_document
from tocsin.read.pieces import LONGEST, PIECES, align, pieces_of
from tocsin.read.word import words_of

TOKENISER = spacy.blank("en")


def _aligned(document):
    for number in range(len(document.sentences)):
        for piece in pieces_of(document, number):
            doc = TOKENISER(piece.text)
            yield piece, doc, align(document, piece, words_of(doc, piece.text))


@given(st.text(alphabet="abcXYZ éß½ﬁ’'.,-\n\t 12東\u00ad\u200b", min_size=1, max_size=80))
def test_every_character_knows_where_it_came_from(body):
    """As many origins as characters, ascending, each the same letter but for case, white space and quotes."""
    document = a_document(body=body)
    for piece, doc, owned in _aligned(document):
        assert len(piece.origin) == len(piece.text)
        assert list(piece.origin) == sorted(set(piece.origin))
        for letter, offset in zip(piece.text, piece.origin, strict=True):
            assert letter in {" ", "'", '"'} or letter.lower() == body[offset].lower()
        assert len(owned) == len(doc)
        tokens = [number for group in owned for number in group]
        assert len(tokens) == len(set(tokens)), "a document token belongs to one parsed token"
        assert set(tokens) <= set(range(piece.first, piece.last))


def test_tokens_meet_where_they_share_characters():
    """*don't* is two tokens on both sides, *U.S.* one on both, *cross-border* three there and two here."""
    document = a_document(body="The U.S. doesn’t see cross-border raids.")
    (piece, doc, owned) = next(_aligned(document))
    words = document.folded.text.split(" ")[1:-1]
    met = {doc[index].text: [words[number] for number in group] for index, group in enumerate(owned)}
    assert met["U.S."] == ["us"]
    assert met["does"] == ["doesn"]
    assert met["cross"] == ["cross"]
    assert met["border"] == ["border"]
    assert met["-"] == []
    assert piece.text.count("’") == 0


def test_capitals_are_lowered_without_losing_a_character():
    """All-capital text is parsed in small letters, of the same length; mixed case is left."""
    capitals = next(pieces_of(a_document(body="ISTANBUL: İZMİR WAS SHELLED ON STRAẞE 5."), 0))
    mixed = next(pieces_of(a_document(body="Troops crossed the line on Friday."), 0))
    assert capitals.capitals
    assert "was shelled" in capitals.text
    assert len(capitals.text) == len(capitals.origin)
    assert mixed.text.startswith("Troops")
    assert not mixed.capitals


def test_a_monstrous_sentence_is_cut_and_bounded():
    """A table of a thousand words is read in a few pieces of bounded length, cut at a stop where there is one."""
    document = a_document(body=" ".join(["wheat 12 up; corn 11 down,"] * 200))
    for number in range(len(document.sentences)):
        pieces = list(pieces_of(document, number))
        assert 1 <= len(pieces) <= PIECES
        assert all(piece.last - piece.first <= LONGEST for piece in pieces)
        assert pieces[0].text.rstrip().endswith((";", ",", "down", "up"))
        assert [piece.first for piece in pieces[1:]] == [piece.last for piece in pieces[:-1]]


def test_what_is_no_prose_is_not_read():
    """A word of a million letters would make the parser refuse the whole batch."""
    document = a_document("", f"Troops crossed the {'a' * 1_100_000} border.")
    assert list(pieces_of(document, 0)) == []
