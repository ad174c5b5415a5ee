"""Common words: what a name must not be taken for, and what says too little to be a keyword alone."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def common_words() -> frozenset[str]:
    """Return the shipped list of common English words, folded (``words.txt``; ``#`` begins a comment)."""
    lines = Path(__file__).with_name("words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines for word in line.partition("#")[0].split())
