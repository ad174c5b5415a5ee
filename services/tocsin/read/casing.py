"""Headlines In Title Case: which of their words are names only by their looks.

The parser takes a capital for a name, and a headline of names for one long name. A word is written small again if the
article itself writes it small somewhere, or if it is one of the words that the reading is made of.
"""

from __future__ import annotations

import re

from tocsin.model.document import Document
from tocsin.read import casting
from tocsin.read import vocabulary as words

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_SMALL = re.compile(r"(?<![^\W_])[^\W\d_A-Z][^\W\d_A-Z]+(?![^\W_])")
_SHORT = 3  # letters of words that title case may leave small
_FEWEST, _SHARE = 3, 0.75  # capitalised words: how many, and of how many of the longer ones
_FUNCTION = frozenset(
    "a an the and or but nor not no of in on at by to for from with without into over under after before as if than "
    "near amid against across along among around off out up down about between during through until via all any more "
    "that which who whom whose is are was were be been being has have had do does did will would could can may might "
    "must should his her its their he she it they this these those there".split()
)
_OPEN = (
    words.MODALS | words.CONDITIONS | words.INTEND | words.DENY | words.DISMISS | words.IMPLIES_NOT | words.CARRY_OUT
    | words.HAPPEN | words.FEAR | words.INTEND_NOUNS | words.REPORT_NOUNS | words.POSSIBLE | casting.LIGHT
    | casting.UNDERGO | casting.BLAME | casting.SAY | casting.NEED_OBJECT
) - words.MONTHS.keys()  # fmt: skip


def is_title_case(text: str) -> bool:
    """Whether (nearly) all longer words begin with a capital."""
    longer: list[str] = [word for word in _WORD.findall(text) if len(word) > _SHORT]
    capitals = sum(word[0].isupper() for word in longer)
    return capitals >= _FEWEST and capitals >= _SHARE * len(longer)


def write_small(document: Document, letters: list[str]) -> None:
    """Write words of a text in title case small again, in place; no letter moves."""
    small = _written_small(document)
    for match in _WORD.finditer("".join(letters)):
        word = match[0].lower()
        if word in small or word in _FUNCTION or word in _OPEN or casting.is_people(word) or casting.names_event(word):
            for offset in range(match.start(), match.end()):
                low = letters[offset].lower()
                letters[offset] = low if len(low) == 1 else letters[offset]


def _written_small(document: Document) -> frozenset[str]:
    """The words that the article's text writes small somewhere, worked out once."""
    notes = document.notes
    if "read.casing" not in notes:
        notes["read.casing"] = frozenset(_SMALL.findall(document.article.body))
    found: frozenset[str] = notes["read.casing"]
    return found
