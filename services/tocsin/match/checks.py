"""What the text as received must show once the folded tokens of a surface have been found."""

from __future__ import annotations

import functools
import itertools

from tocsin import folding
from tocsin.concepts.words import FUNCTION_WORDS
from tocsin.model.document import Document
from tocsin.model.rule import Check, Surface

_HYPHENS = "-\u00ad\u2010\u2011\u2012\u2013\u2212\uff0d"


def holds(surface: Surface, first: int, document: Document) -> bool | None:
    """Whether the surface's check holds for the tokens that begin at ``first``.

    Returns:
        None where the sentence is all in capitals, so that capitals neither prove nor disprove it.
    """
    match surface.check:
        case Check.NONE:
            return True
        case Check.CAPITALS:
            return _capitals(surface, first, document)
        case Check.CASE:
            return _as_written(surface, _texts(surface, first, document), capitals=_in_capitals(first, document))
        case Check.HYPHEN:
            return _hyphenated(surface, first, document)
        case Check.PREFIX:
            return True  # looked for as what it is, and nothing more is asked
        case Check.LEFT_EDGE:
            start = document.spans[first][0]
            return start == 0 or not document.field_text(document.field_of(first))[start - 1].isalpha()


def _texts(surface: Surface, first: int, document: Document) -> list[str]:
    """Each token of the surface as the text has it."""
    text = document.field_text(document.field_of(first))
    return [text[start:end] for start, end in document.spans[first : first + len(surface.tokens)]]


def _in_capitals(first: int, document: Document) -> bool:
    return document.sentences[document.sentence_of[first]].capitals


def _capitals(surface: Surface, first: int, document: Document) -> bool | None:
    texts = _texts(surface, first, document)
    if not all(part.isupper() for part in texts):
        return False
    if not _in_capitals(first, document) or any("." in part for part in texts):
        return True  # the dots of an abbreviation prove it in any text
    return False if surface.tokens[0] in FUNCTION_WORDS else None  # US, WHO, IT: the pronoun, more often than not


def _as_written(surface: Surface, texts: list[str], *, capitals: bool) -> bool | None:
    written = _written(surface)
    if texts == written:
        return True
    return None if capitals and texts == [part.upper() for part in written] else False


@functools.lru_cache(maxsize=4096)
def _written(surface: Surface) -> list[str]:
    """Each token of the surface as the watchlist writes it; folded ones where these are not its words."""
    if tuple(folding.tokens(surface.written)) != surface.tokens:
        return list(surface.tokens)
    return [surface.written[start:end] for start, end in folding.spans(surface.written)]


def _hyphenated(surface: Surface, first: int, document: Document) -> bool:
    """Whether nothing but hyphens stands between the tokens (a line may end after one)."""
    text = document.field_text(document.field_of(first))
    spans = document.spans[first : first + len(surface.tokens)]
    gaps = [text[left[1] : right[0]].rstrip() for left, right in itertools.pairwise(spans)]
    return all(gap and not gap.strip(_HYPHENS) for gap in gaps)
