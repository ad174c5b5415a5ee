"""The structured view: offsets hold for any text, sentences and zones are what a reader would say."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import a_document, an_article
from tocsin import folding
from tocsin.model.document import TITLE_BREAK, Zone
from tocsin.prepare.fold import fold_article

chars = (
    st.characters()
    | st.characters(categories=["Cs"])
    | st.sampled_from("aB.U S'\n\n\t -1é½ßİ東。한\u0301!?\"\u201d\x1e")
)
any_text = st.text(chars) | st.lists(
    st.sampled_from(
        ["Kim", "crossed.", "the", "U.S.", "border.\n", "See also", "No. 5", "\n\n", ". .", "By Jo Li\n", "?"]
    )
).map(" ".join)


def texts(document):
    return [document.field_text(one.field)[one.start : one.end] for one in document.sentences]


def zones(document):
    return [one.zone for one in document.sentences]


@settings(deadline=None)
@given(any_text, any_text)
def test_every_token_has_its_place(title, body):
    """Spans lead into the field as received, and each token is in one sentence, whose columns say what it says."""
    document = a_document(title, body)
    tokens = document.folded.text.split(" ")[1:-1]
    assert len(document.spans) == len(document.sentence_of) == len(document.words) == len(tokens)
    assert tokens.index(TITLE_BREAK) == document.title_tokens
    for number, token in enumerate(tokens):
        if token == TITLE_BREAK:
            assert (document.sentence_of[number], document.spans[number]) == (-1, (0, 0))
            continue
        sentence = document.sentences[document.sentence_of[number]]
        start, end = document.spans[number]
        assert sentence.first <= number < sentence.last
        assert document.tokens[document.sentence_of[number]] == (sentence.first, sentence.last)
        assert document.zones[document.sentence_of[number]] is sentence.zone
        assert sentence.field == document.field_of(number)
        assert sentence.start <= start < end <= sentence.end
        assert folding.tokens(document.field_text(sentence.field)[start:end])


@settings(deadline=None)
@given(any_text, any_text)
def test_sentences_are_in_order(title, body):
    """Sentences follow each other without overlap, and paragraphs are numbered upwards."""
    sentences = a_document(title, body).sentences
    for left, right in itertools.pairwise(sentences):
        assert left.last == right.first - (left.field != right.field)
        assert left.paragraph <= right.paragraph
        assert left.field != right.field or left.end <= right.start


def test_title_is_one_sentence_in_paragraph_0():
    """Whatever stops a title holds, it is one sentence of its own zone."""
    document = a_document("War? No. A truce!", "It held.")
    assert texts(document) == ["War? No. A truce!", "It held."]
    assert [(one.zone, one.paragraph) for one in document.sentences] == [(Zone.TITLE, 0), (Zone.LEAD, 1)]


def test_lead_is_the_beginning_of_the_story():
    """Three sentences of the first two paragraphs are the lead; a heading and a byline do not use it up."""
    body = (
        "A Truce\n\nBy Ann Bell\n\nOne fell. Two fell.\n\nThree of them fell. Four of them fell.\n\nFive of them fell."
    )
    document = a_document("A truce", body)
    assert list(zip(texts(document)[1:], zones(document)[1:], strict=True)) == [
        ("A Truce", Zone.LEAD),
        ("By Ann Bell", Zone.FURNITURE),
        ("One fell.", Zone.LEAD),
        ("Two fell.", Zone.LEAD),
        ("Three of them fell.", Zone.LEAD),
        ("Four of them fell.", Zone.BODY),
        ("Five of them fell.", Zone.BODY),
    ]


@pytest.mark.parametrize(
    ("text", "capitals"),
    [
        ("TROOPS CROSSED THE BORDER", True),
        ("TROOPS CROSSED THE BORDER, Reuters says", False),
        ("Troops crossed", False),
        ("troops crossed", False),
        ("ВОЙСКА ПЕРЕШЛИ ГРАНИЦУ", True),
        ("Войска перешли границу", False),
        ("북한군이 국경을 넘었다", False),
        ("UN, US", False),
    ],
)
def test_capitals(text, capitals):
    """A sentence is in capitals when nearly all its letters are and there are enough to tell."""
    assert a_document("", text).sentences[0].capitals is capitals


def test_short_sentence_in_a_text_of_capitals():
    """Where the whole text is in capitals, so is a sentence too short to tell."""
    document = a_document("", "US WARNS. THE GUERRILLAS ATTACKED A POLICE STATION IN THE NORTH.")
    assert [one.capitals for one in document.sentences] == [True, True]


def test_endless_sentence_is_cut():
    """A text without a stop is cut: nothing downstream meets a sentence of 100,000 words."""
    document = a_document("", "word " * 100_000)
    assert max(one.last - one.first for one in document.sentences) <= 300


@pytest.mark.parametrize("unit", ["Aa. ", "a\n", "a b\n\n"])
def test_sentences_are_bounded(unit):
    """A text of nothing but stops or lines is cut by length past a bound; no token is lost."""
    document = a_document("", unit * 100_000)
    assert len(document.sentences) < 42_000
    assert document.sentences[-1].last == len(document.spans)


def test_revision():
    """Case and punctuation make no revision, words do; title and body are told apart; a withdrawn one has its own."""
    base = fold_article(an_article("A truce", "It held.")).revision
    assert len(base) == 16
    assert fold_article(an_article("A TRUCE!", "it  held")).revision == base
    assert fold_article(an_article("A truce", "It fell.")).revision != base
    assert fold_article(an_article("A truce it", "held.")).revision != base
    withdrawn = {fold_article(an_article("A truce", body, withdrawn=True)).revision for body in ("It held.", "")}
    assert len(withdrawn) == 1
    assert base not in withdrawn


@settings(deadline=None)
@given(any_text, any_text)
def test_spans_and_sentences_read_as_lists(title, body):
    """Slices, negative numbers and loops say what single questions say; both are plain numbers and texts."""
    document = a_document(title, body)
    for column in (document.spans, document.sentences):
        singly = [column[number] for number in range(len(column))]
        assert list(column) == column[:] == singly
        assert column[1:-1] == singly[1:-1]
        assert not singly or column[-1] == singly[-1]
    assert all(type(place) is int for span in document.spans for place in span)
    assert [list(folding.spans(field)) for field in (title, body)] == [
        document.spans[: document.title_tokens],
        document.spans[document.title_tokens + 1 :],
    ]


def test_places_in_the_story():
    """The title is 0; page furniture has no place and moves none."""
    document = a_document("War", "See also: Peace\n\nOne fell in the town today.\n\nTwo fell in the town today.")
    assert document.order == [0, -1, 1, 2]
    assert document.is_brief


@pytest.mark.parametrize(
    ("dateline", "lead"),
    [
        ("MERLE (Tidewire) - ", "Two fell."),
        ("MERLE, Nov 3 (Tidewire) - ", "Two fell."),
        ("PORT LOWELL, Ostland \u2014 ", "Two fell."),
        ("Karvin, Westmark \u2013 ", "\u201cTwo fell,\u201d it said."),
        ("Nov 3 (Tidewire) - ", "Two fell."),
        ("SANTA RITA, 12 JAN 90 (ACAX-EFX) -- [TEXT] ", "TWO FELL."),
        ("Valmar, 3 nov (EFX).- ", "Dos cayeron."),
        ("", "Merle \u2013 Two fell."),
        ("", "Ann Bell (38) - Two fell."),
        ("", "NATO \u2014 the alliance \u2014 said so."),
        ("", "BELL \u2014 WHO FELL \u2014 SAID SO."),
        ("", "Two fell in Merle, Ostland \u2014 a first."),
    ],
)
def test_a_dateline_is_a_sentence_of_its_own(dateline, lead):
    """It stands in no sentence with what happened; what follows is the lead. What may be a person's name is none."""
    document = a_document("A title", dateline + lead)
    assert texts(document)[1:] == [part.strip() for part in (dateline, lead) if part]
    assert zones(document)[-1] is Zone.LEAD
    assert [document.sentence_of[number] for number in range(document.title_tokens + 1, len(document.spans))] == [
        number for number, (first, last) in enumerate(document.tokens) if number for _ in range(first, last)
    ]


def test_no_text_makes_datelines_slow():
    """What looks like one name after the other is read in a time in proportion to its length."""
    for unit in ("A-", "A ", "A, ", "AA/", "De la ", "Nov 3, ", "(A) "):
        assert texts(a_document("", unit * 5000 + "end."))
