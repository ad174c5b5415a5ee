"""How alike texts are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.score.similarity import Alike, by_meaning, by_vectors, most_alike, shared_rare_words

TEXTS = st.lists(
    st.sampled_from(["", "the", "the cat", "border incursion", "borders crossed by troops", "9 9"]), max_size=4
)


@pytest.mark.parametrize("similarity", [shared_rare_words, by_meaning])
@given(texts=TEXTS, wanted=TEXTS)
def test_likeness_is_between_0_and_1_one_for_each_pair(similarity, texts, wanted):
    """Whatever the texts, none at all and empty ones included."""
    found = similarity(texts, wanted)
    assert found.shape == (len(texts), len(wanted))
    assert ((found >= 0) & (found <= 1 + 1e-9)).all()


def test_rare_words_make_texts_alike_and_common_ones_do_not():
    """Endings do not matter."""
    [[same, common, other]] = shared_rare_words(
        ["troops crossed the border"], ["crossing borders", "the of and", "herring quota"]
    )
    assert same > 0.3
    assert common == other == 0.0


def test_the_best_pair_is_named_and_there_is_none_of_nothing():
    """Which text, and what it is like."""
    best = most_alike(["herring quota", "border incursion"], ["tax", "border incursions"], shared_rare_words)
    assert best is not None
    assert (best.text, best.wanted) == (1, 1)
    assert best.likeness == pytest.approx(1.0)
    assert most_alike([], ["tax"], shared_rare_words) is None
    assert most_alike(["tax"], [], shared_rare_words) is None


def test_vectors_make_a_similarity():
    """Their cosine, and nothing below 0."""
    vectors = {"up": np.array([0.0, 1.0]), "down": np.array([0.0, -1.0]), "right": np.array([1.0, 0.0])}
    similarity = by_vectors(vectors.__getitem__)
    assert similarity(["up"], ["up", "down", "right"]).tolist() == [[1.0, 0.0, 0.0]]
    assert most_alike(["down", "up"], ["up"], similarity) == Alike(1.0, 1, 0)


def test_other_words_for_the_same_are_alike_and_other_subjects_are_not():
    """By what words are about, which shared words cannot tell."""
    texts, wanted = ["gunmen abducted a priest"], ["kidnapped hostage", "herring quota"]
    [[same, other]] = by_meaning(texts, wanted)
    assert same > 0.35
    assert other < 0.2
    assert shared_rare_words(texts, wanted).max() == 0.0


def test_words_that_are_in_no_table_are_compared_as_words():
    """Of another script, say."""
    [[same, other]] = by_meaning(["военные пересекли границу"], ["пересекли границу", "border"])
    assert same > 0.5
    assert other == 0.0
