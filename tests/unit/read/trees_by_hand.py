"""Parses written down by hand: what the guards must make of a tree, whatever a model makes of a text."""

from __future__ import annotations

from spacy.tokens import Doc
from spacy.vocab import Vocab

from tocsin.read.word import Word, words_of

_VOCAB = Vocab()


def a_doc(tree: str) -> list[Word]:
    """A parse, one word each: ``word/dep/head[/POS[/ENT]]``; head is the number of the word it hangs on (its own: root)."""
    rows = [part.split("/") for part in tree.split()]
    ents = [f"B-{row[4]}" if len(row) > 4 else "O" for row in rows]
    doc = Doc(
        _VOCAB,
        words=[row[0] for row in rows],
        deps=[row[1] for row in rows],
        heads=[int(row[2]) for row in rows],
        pos=[row[3] if len(row) > 3 else "X" for row in rows],
        tags=["VBD" if len(row) > 3 and row[3] == "VERB" else "X" for row in rows],
        ents=ents,
    )
    return words_of(doc, doc.text)


def covered(found, doc: list[Word]) -> set[str]:
    """The words in the scope of all guards found."""
    return {doc[index].text for _, scope in found for index in scope}
