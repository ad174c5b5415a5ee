"""Evidence: spans that say what they name, few and telling."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tocsin.score.evidence import MOST, evidence_of
from tocsin.score.view import View

from .candidates import a_match

PIECES = st.lists(
    st.sampled_from(
        [
            "border incursion",
            "North Korea",
            "crossed the border",
            "“é” ½",
            "\n\n",
            "Mild.",
            "See also",
            "\u00ad",
            "東京",
        ]
    ),
    max_size=30,
)


def _evidence(title="", body="", **more):
    candidate, document = a_match(title, body, **more)
    return evidence_of(View(candidate, document, None, 0.0)), document


@given(PIECES, PIECES)
def test_every_span_equals_its_text(title, body):
    """``field[start:end] == text`` for span and sentence, the one inside the other, whatever stands around."""
    found, document = _evidence(" ".join([*title, "North Korea: border incursion"]), " ".join(body))
    assert found
    for one in found:
        field = document.field_text(one.field)
        assert field[one.start : one.end] == one.text != ""
        assert field[one.sentence.start : one.sentence.end] == one.sentence.text
        assert one.sentence.start <= one.start <= one.end <= one.sentence.end
    assert len(found) <= MOST


def test_entity_and_keyword_are_both_shown_and_bounded():
    """A hundred mentions do not crowd out the keyword, nor a hundred keywords the entity."""
    for body in ("North Korea. " * 100 + "A border incursion.", "A border incursion. " * 100 + "North Korea."):
        found, _ = _evidence("", body)
        assert {one.kind for one in found} == {"entity", "keyword"}
        assert len(found) <= MOST


def test_evidence_is_in_text_order_and_its_sentence_is_the_title_in_a_title():
    """Title first."""
    found, document = _evidence("North Korea in border incursion", "A border incursion by North Korea.")
    assert [one.field for one in found] == ["title", "title", "body", "body"]
    assert found[0].sentence.text == document.article.title


def test_overlapping_hits_are_shown_once():
    """*Border incursion* and *incursion* over the same words: the stronger."""
    found, _ = _evidence("", "A border incursion by North Korea.")
    assert [one.text for one in found if one.kind == "keyword"] == ["border incursion"]


def test_furniture_is_no_evidence():
    """Nothing from *See also*."""
    body = "North Korea saw a border incursion on Friday.\n\nIt was the first one.\n\nSee also\nBorder incursion by North Korea"
    found, document = _evidence("News", body)
    edge = document.article.body.index("See also")
    assert found
    assert all(one.start < edge for one in found)
