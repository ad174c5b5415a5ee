"""What characters and words mean to sentences, paragraphs and furniture, told to the kernel.

The kernel knows no character and no word: all that it goes by is made here from what the Python form goes by.
"""

from __future__ import annotations

import re

from tocsin import native
from tocsin.prepare import bylines, datelines, furniture, openings, paragraphs, sentences, surroundings

_RARE_LETTERS = "jqzxkvbgpywfmcu"  # from the rarest: where one of them stands, a phrase is looked for
_PHRASES = {
    phrase: next(phrase.index(letter) for letter in _RARE_LETTERS if letter in phrase)
    for phrase in (*furniture.ANYWHERE, *furniture.IN_LINES)
}

# Bits, as in prose.c. What is a class of characters stands in it as in a regular expression.
_CLASSES = tuple(
    (1 << bit, re.compile(f"[{chars}]"))
    for bit, chars in (
        (0, r"\s"),
        (6, paragraphs.LINE_ENDS),
        (7, re.escape(paragraphs.STOPS)),
        (8, sentences.STOPS),
        (9, sentences.STRAY_STOPS),
        (10, sentences.IDEOGRAPHIC),
        (11, sentences.CLOSERS),
        (12, sentences.WIDE_CLOSERS),
        (13, re.escape(sentences.OPENERS)),
        (14, sentences.QUOTES),
        (15, sentences.PARTING),
        (16, furniture.STOPS),
        (17, furniture.CLOSERS),
        (18, "\u2019"),
        (19, "\u00a9"),
        (20, "".join({phrase[place] + phrase[place].upper() for phrase, place in _PHRASES.items()})),
        (21, re.escape(furniture.SIGNS)),
        (22, furniture.SEPARATORS),
        (23, datelines.DASHES),
    )
)
_LOWER, _LARGE, _ALPHA, _ALNUM, _DECIMAL, _ODD = (1 << bit for bit in (1, 2, 3, 4, 5, 30))
_TITLE, _ABBREVIATION, _BEGINNER, _OPENING, _COMMON, _SECOND, _LONE, _ROLE, _STAMP = (1 << bit for bit in range(9))


def signs_of(char: str) -> int:
    """Return the signs of a character."""
    lower = char.lower()
    odd = len(lower) != 1 or (lower.isascii() and not char.isascii())
    signs = sum(bit for bit, chars in _CLASSES if chars.match(char))
    signs |= _LOWER * char.islower() | _LARGE * (char.isupper() or char.istitle()) | _ALPHA * char.isalpha()
    return signs | _ALNUM * char.isalnum() | _DECIMAL * char.isdecimal() | _ODD * odd


def _kinds() -> dict[str, int]:
    kinds: dict[str, int] = {}
    for words, kind in (
        (sentences.TITLES, _TITLE),
        (sentences.ABBREVIATIONS, _ABBREVIATION),
        (sentences.BEGINNERS, _BEGINNER),
        (openings.FIRST_WORDS, _OPENING),
        (openings.COMMON, _COMMON),
        (openings.SECONDS, _SECOND),
        (openings.LONE_WORDS | bylines.FIRST_WORDS, _LONE),
        (bylines.ROLES, _ROLE),
        (bylines.STAMP_WORDS, _STAMP),
    ):
        for word in words:
            if word.isascii():  # a word with other letters is looked at in any case
                kinds[word] = kinds.get(word, 0) | kind
    return kinds


def prose(*, max_tokens: int, max_sentences: int) -> native.Prose:
    """Tell the kernel all that it goes by; the limits are those of ``structure``."""
    return native.Prose(
        signs_of,
        _kinds(),
        _PHRASES,
        {
            "least_width": paragraphs.WIDTHS[0],
            "most_width": paragraphs.WIDTHS[1],
            "slack": paragraphs.SLACK,
            "max_lines": paragraphs.MAX_LINES,
            "longest_word": sentences.LONGEST_WORD,
            "max_dotted": sentences.MAX_DOTTED,
            "indent": sentences.INDENT,
            "small_least": sentences.SMALL_LEAST,
            "max_ends": max_sentences,
            "long_line": furniture.LONG,
            "last": furniture.LAST,
            "prose_words": furniture.PROSE_WORDS,
            "run_on_words": furniture.RUN_ON_WORDS,
            "anywhere": len(furniture.ANYWHERE),
            "few_lines": surroundings.FEW,
            "glued_words": furniture.GLUED_WORDS,
            "separators": furniture.SEPARATED,
            "dateline": datelines.REACH,
            "max_tokens": max_tokens,
        },
    )
