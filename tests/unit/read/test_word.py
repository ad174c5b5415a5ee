"""Words taken out of a parse."""

from __future__ import annotations

import pytest

from .trees_by_hand import a_doc

TREE = "Men/nsubj/1/NOUN crossed/ROOT/1/VERB the/det/3/DET line/dobj/1/NOUN"


def test_words_hang_together_as_in_the_parse():
    """Heads, children in order, what stands left, all below; the root is its own head."""
    men, crossed, the, line = a_doc(TREE)
    assert crossed.head is crossed
    assert crossed.children == [men, line]
    assert line.lefts == [the]
    assert crossed.lefts == [men]
    assert set(crossed.subtree) == {men, crossed, the, line}
    assert (men.low, men.dep_, men.pos_) == ("men", "nsubj", "NOUN")


def test_neighbours_end_with_the_text():
    """Before the first and after the last there is none; a negative place is not counted from the end."""
    first, *_, last = a_doc(TREE)
    assert first.nbor(3) is last
    with pytest.raises(IndexError):
        first.nbor(-1)
    with pytest.raises(IndexError):
        last.nbor()
