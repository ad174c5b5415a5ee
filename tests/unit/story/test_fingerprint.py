"""Shingle hashes: distinct, sorted, the same in every process."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tocsin.story.fingerprint import RUN, pack, shingle_hashes, unpack

WORDS = [f"word{number}" for number in range(40)]


def test_every_run_of_five_words_counts_once():
    """As many hashes as different runs: of five words said again, only the runs across the seam are new."""
    assert len(shingle_hashes(WORDS)) == len(WORDS) - RUN + 1
    assert len(shingle_hashes(WORDS + WORDS[:RUN])) == len(WORDS) - RUN + 1 + (RUN - 1)


def test_order_of_words_matters():
    """The same words in another order are another text."""
    assert np.intersect1d(shingle_hashes(WORDS), shingle_hashes(WORDS[::-1])).size == 0


def test_short_texts_have_one_hash_and_empty_ones_none():
    """A headline of three words can still be told from another."""
    assert len(shingle_hashes(["a", "b", "c"])) == 1
    assert not np.array_equal(shingle_hashes(["a", "b", "c"]), shingle_hashes(["a", "b", "d"]))
    assert len(shingle_hashes([])) == 0


def test_hashes_do_not_depend_on_the_process():
    """Two scorers compare what each of them hashed: Python's own salted hash would not do."""
    code = "from tocsin.story.fingerprint import *; print(shingle_hashes(['a','b','c','d','e','f']).tolist())"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == str(shingle_hashes(["a", "b", "c", "d", "e", "f"]).tolist())


@given(st.lists(st.text(max_size=4), max_size=60))
def test_packing_loses_nothing(words: list[str]):
    """What is stored is what is compared, whatever the words are made of."""
    hashes = shingle_hashes(words)
    assert np.array_equal(unpack(pack(hashes)), hashes)
    assert np.array_equal(np.unique(hashes), hashes)
