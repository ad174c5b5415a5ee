"""Other sense, as far as a parser sees it: words that are the title of a work (*the film "The Invasion"*)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from tocsin.read import vocabulary as words
from tocsin.read.denying import Found
from tocsin.read.trees import low
from tocsin.read.word import Word

_QUOTES = frozenset({'"', "'", "``"})


def titles(doc: Sequence[Word]) -> Iterator[Found]:
    """Yield titles that a word such as *film* or *novel* introduces, or follows; the parser alone errs too often."""
    for is_title, run in groupby(doc, key=lambda word: word.ent_type_ == "WORK_OF_ART"):
        if is_title and (works := _works(doc, name := list(run))):
            yield works, {word.i for word in name}


def _works(doc: Sequence[Word], name: list[Word]) -> set[int]:
    """The word beside the name, or one that it hangs on, if that says what kind of work it is."""
    before, after = name[0].i - 1, name[-1].i + 1
    while before >= 0 and low(doc[before]) in _QUOTES:
        before -= 1
    while after < len(doc) and low(doc[after]) in _QUOTES:
        after += 1
    beside = [doc[index] for index in (before, after) if 0 <= index < len(doc)]
    beside += [word.head for word in name]
    return {word.i for word in beside if low(word) in words.WORKS and word not in name}
