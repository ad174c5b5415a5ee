"""The words of a parse, taken out of spaCy once: every rule looks at them many times, and spaCy decodes at every look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spacy.attrs import DEP, ENT_TYPE, HEAD, IDX, LENGTH, POS, TAG
from spacy.tokens import Doc

_LABELS = (DEP, POS, TAG, ENT_TYPE)
_NAMES: dict[int, str] = {0: ""}  # labels by spaCy's number, which is the same in every pipeline


class Word:
    """A word as spaCy's ``Token`` names things; ``head`` is itself at the root, ``doc`` all words of the parse.

    ``idx`` is the offset of its first letter in the text that was parsed.
    """

    __slots__ = ("children", "dep_", "doc", "ent_type_", "head", "i", "idx", "low", "pos_", "tag_", "text")

    def __init__(self, doc: list[Word], i: int, idx: int, text: str, labels: Sequence[str]) -> None:
        self.doc, self.i, self.idx, self.text, self.low = doc, i, idx, text, text.lower()
        self.dep_, self.pos_, self.tag_, self.ent_type_ = labels
        self.head = self
        self.children: list[Word] = []

    @property
    def lefts(self) -> list[Word]:
        """Children that stand before it."""
        return [child for child in self.children if child.i < self.i]

    @property
    def subtree(self) -> Iterator[Word]:
        """It, and all that hangs on it, in no order."""
        waiting = [self]
        while waiting:
            word = waiting.pop()
            yield word
            waiting += word.children

    def nbor(self, steps: int = 1) -> Word:
        """The word so many places after it.

        Raises:
            IndexError: there is none.
        """
        if self.i + steps < 0:
            raise IndexError(self.i + steps)
        return self.doc[self.i + steps]


def words_of(doc: Doc, text: str) -> list[Word]:
    """Return the words of a parse of the text."""
    words: list[Word] = []
    rows = doc.to_array([HEAD, IDX, LENGTH, *_LABELS]).astype("int64").tolist()
    for i, (_, start, length, *numbers) in enumerate(rows):
        labels = [_NAMES[number] if number in _NAMES else _name(doc, number) for number in numbers]
        words.append(Word(words, i, start, text[start : start + length], labels))
    for word, (steps, *_) in zip(words, rows, strict=True):
        if steps:
            word.head = words[word.i + steps]
            word.head.children.append(word)
    return words


def _name(doc: Doc, number: int) -> str:
    name = _NAMES[number] = doc.vocab.strings[number % 2**64]  # as spaCy counts
    return name
