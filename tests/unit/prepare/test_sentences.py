"""Where sentences end in news."""

from __future__ import annotations

import pytest

from tocsin.prepare import sentences

MANY = 1000


def split(text):
    at, found = 0, []
    for end, _ in sentences.ends(text, [(0, len(text))], MANY):
        found.append(text[at:end].strip())
        at = end
    return found


@pytest.mark.parametrize(
    "text",
    [
        "Gen. Park met Lt. Col. Ivan B. Petrov on Jan. 5 in St. Louis.",
        "The U.S. Army and the U.N. Security Council spoke at 9 a.m. Monday.",
        "It paid $3.5 million for No. 7 of the list.",
        "\u201cIs this war?\u201d he asked. ",
        "\u201cStop!\u201d she said, and left.",
        "The Koreas ... are at odds.",
        "George W. Bush and J.R.R. Tolkien Jr. agreed.",
        "He spoke to Acme Corp. Chairman Lee.",
        "1. The first point of the list.",
        "   2. The second point of the list.",
        "visit example.com or example.org today.",
        "GEN. NORIEGA AND COL. DIAZ FLED.",
    ],
)
def test_one_sentence(text):
    """Abbreviations, initials, numbers, quotations and dots inside a sentence do not end it."""
    assert split(text) == [text.strip()]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Troops crossed the line.", "They withdrew."),
        ("He left for the U.S.", "The army stayed."),
        ("It was sold to Acme Inc.", "But no one knew."),
        ("\u201cWe will fight.\u201d", "He paused."),
        ("He said (in Seoul.)", "Then he left."),
        ("What now?!", "Nobody knows."),
        ("It fell in 2015.", "In 2016 it rose."),
        ("The pact grew\u2026", "Then it died."),
        ("He met them at 11 a.m.", "In the evening he left."),
        ("THE GUERRILLAS ATTACKED.", "THE ARMY REPLIED."),
        ("It held.", "\u201cFor now,\u201d he said."),
        ("it held.", "then it fell."),
    ],
)
def test_two_sentences(first, second):
    """A stop ends a sentence, with its quotes and brackets."""
    assert split(f"{first} {second}") == [first, second]
    assert split(f"{first}\n{second}") == [first, second]


def test_mangled_text():
    """Stops doubled by a scraper stay with their sentence; a lost space is still an end."""
    assert split("It plans no attack on the city. . The deal holds.") == [
        "It plans no attack on the city. .",
        "The deal holds.",
    ]
    assert split("They freed the prisoners.The army left.") == ["They freed the prisoners.", "The army left."]
    assert split("He wrote \u201cbad day\u2019. day.\u201d") == ["He wrote \u201cbad day\u2019. day.\u201d"]


def test_ideographic_stops():
    """Chinese and Japanese stops need no space after them."""
    assert split("他走了。「停。」她说\uff01好") == ["他走了。", "「停。」", "她说\uff01", "好"]


def test_only_the_paragraphs():
    """What stands outside the paragraphs is neither read nor returned; each sentence comes with its paragraph."""
    text = "One. Two. Three. Four"
    assert sentences.ends(text, [(5, 9)], MANY) == [(9, 0)]
    assert sentences.ends(text, [(0, 9), (10, 21)], MANY) == [(4, 0), (9, 0), (16, 1), (21, 1)]
    assert sentences.ends(text, [], MANY) == []


def test_a_stop_does_not_reach_into_the_next_paragraph():
    """Stray stops at the beginning of a paragraph belong to no sentence of the one before."""
    text = "One.\n\n... Two. Three"
    assert [(text[:end], number) for end, number in sentences.ends(text, [(0, 4), (6, len(text))], MANY)] == [
        (text[:4], 0),
        ("One.\n\n... Two.", 1),
        (text, 1),
    ]


def test_enough_sentences():
    """From a number of sentences on, only paragraphs end them."""
    assert sentences.ends("One. Two. Three. Four", [(0, 16), (17, 21)], 2) == [(4, 0), (9, 0), (16, 0), (21, 1)]
