"""What is worked out the short way says what the long way says."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import a_document, an_entity
from tocsin.model.match import Mention
from tocsin.score import countries, presence
from tocsin.score.view import View

from .candidates import a_match

PIECES = st.lists(
    st.sampled_from(
        ["North Korea", "border incursion", "incursions", "It rained.", ".", "\n\n", "See also", "x " * 30]
    ),
    max_size=25,
).map(" ".join)


@settings(deadline=None)
@given(PIECES, PIECES)
def test_closeness_is_the_best_of_all_pairs(title, body):
    """Of every hit with every mention the nearest counts, though not every pair is looked at."""
    candidate, document = a_match(title, f"North Korea. An incursion. {body}")
    view = View(candidate, document, None, 0.0)
    assert presence.closeness(view) == max(_grade(view, hit, one) for hit in view.hits for one in view.mentions)


def _grade(view, hit, mention):
    document = view.document
    if hit.sentence == mention.sentence:
        between = max(0, max(hit.tokens[0], mention.first) - min(hit.tokens[-1], mention.last - 1) - 1)
        low, high = presence.SAME_SENTENCE
        return high - (high - low) * min(1.0, between / 25.0)
    apart = abs(document.order[hit.sentence] - document.order[mention.sentence])
    if apart == 1:
        return presence.NEXT_SENTENCE
    if document.sentences[hit.sentence].paragraph == document.sentences[mention.sentence].paragraph:
        return presence.SAME_PARAGRAPH
    return presence.ARTICLE / (1.0 + apart / 10.0)


WORDS = st.lists(
    st.sampled_from(["North", "South", "Korea", "Korean", "Republic", "of", "the", "Congo", "Guinea", "New", "Papua"]),
    min_size=3,
    max_size=20,
)


@settings(deadline=None)
@given(WORDS, st.data())
def test_a_mention_that_is_no_country_is_seen_at_once(words, data):
    """Own countries are found where, among all that the text names, one overlaps the mention: and only there."""
    document = a_document("", " ".join(words))
    first = data.draw(st.integers(1, len(words)))  # the break is token 0
    last = data.draw(st.integers(first + 1, len(words) + 1))
    mention = Mention(an_entity("x"), first, last, document.sentence_of[first], strong=True, written="x")
    overlapping = [one for one in countries._countries(document) if one[0] < last and first < one[1]]
    own, _ = countries.own_and_others([mention], document)
    assert bool(own) is bool(overlapping)


def test_a_document_is_searched_for_countries_once():
    """All candidates of a document share what was found in it."""
    document = a_document("", "Peru spoke with Chile.")
    assert countries._countries(document) is countries._countries(document)
