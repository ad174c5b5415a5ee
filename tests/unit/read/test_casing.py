"""Title case: words that the story writes small are written small again."""

from __future__ import annotations

import pytest

from builders import a_document
from tocsin.read.casing import is_title_case
from tocsin.read.pieces import pieces_of

TITLE = "Kastor Glims Brandt Near Old Harbour"


def _title(title, body=""):
    return next(pieces_of(a_document(title, body), 0)).text


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        (TITLE, True),
        ("Army Attacks Rebels as Talks Fail", True),
        ("Kastor glims Brandt near old harbour", False),
        ("Kastor Brandt", False),
        ("", False),
        ("1234 --- 東京", False),
    ],
)
def test_title_case_is_seen(text, holds):
    """Nearly all longer words begin with a capital, and there are some."""
    assert is_title_case(text) is holds


def test_what_the_story_writes_small_is_written_small():
    """*Glims* is a word there, *Kastor* and *Brandt* are names."""
    assert _title(TITLE, "It glims, said Kastor, in the old harbour.") == "Kastor glims Brandt near old harbour"


def test_without_a_story_only_known_words_are_written_small():
    """Function words and the words that reading knows; no others."""
    assert _title("Soldiers Kill Kastor In Harbour Raid") == "soldiers kill Kastor in Harbour raid"


def test_a_sentence_in_mixed_case_is_left():
    """Its capitals mean what they say."""
    text = "Kastor left the Old harbour after Brandt was closed to all ships"
    assert _title(text, "The old kastor.") == text
