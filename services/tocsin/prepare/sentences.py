"""Where sentences end, in the text as received: rules for news.

A full stop ends a sentence unless an abbreviation, an initial or what follows says otherwise. The rules were written
for what scrapers and wires deliver: stops without a space after them, doubled stops, text all in capitals, lines cut
at a fixed width.
"""

from __future__ import annotations

import re

Span = tuple[int, int]

CLOSERS = "\"'\u201d\u2019\u00bb)\\]"
OPENERS = "\"'\u201c\u2018\u201e\u00ab([\u2014\u2013-*\u2022 \t\r\n"
IDEOGRAPHIC = "\u3002\uff01\uff1f\uff61"
STRAY_STOPS = ".!?\u2026"
STOPS = STRAY_STOPS + IDEOGRAPHIC
WIDE_CLOSERS = "\u300d\u300f\uff09"
QUOTES = '"\u201c\u2018('  # between a stop without a space and what follows
PARTING = "\\s(\\[\"'\u201c\u2018\u2019/\u2014\u2013-"
# A stop, and the stray ones that scrapers leave after it. A single character first: that is what is searched for fast.
_END = re.compile(rf"[{STOPS}][{STOPS}]*[{CLOSERS}{WIDE_CLOSERS}]*(?:\s+[{STRAY_STOPS}]+[{CLOSERS}]*(?=\s|$))*")
_GLUED = re.compile(rf"[{QUOTES}]?[A-Z][a-z]")  # what may follow a stop without a space
_PARTING = re.compile(f"[{PARTING}]")
_SMALL_START = re.compile(r"[a-z]{3}[.!?]\s+[a-z]")
_LARGE_START = re.compile(r"[a-z]{3}[.!?]\s+[A-Z]")
SMALL_LEAST = 3  # places before a text counts as written in small letters: one may be an abbreviation
INDENT = 200  # characters before the first word of a paragraph that are looked at
LONGEST_WORD = 16  # characters before a stop that are looked at
_WORD_AFTER = re.compile(r"[^\W\d_]+")

# Never the end of a sentence: a name or a number follows.
TITLES = frozenset(
    """mr mrs ms mx dr prof gen lt col maj capt cmdr cdr adm sgt cpl pvt brig sen rep gov pres amb atty sec supt insp det rev
    fr hon st mt ft messrs mme mlle no nos vs v art sect fig vol p pp ch para op approx est c ca cf e.g i.e viz eg ie
    al-""".split()
)
# May end a sentence: it does when a word that begins sentences follows.
ABBREVIATIONS = frozenset(
    """inc corp co ltd llc plc bros jr sr esq etc al dept univ assn gov govt u.s u.k u.n e.u d.c u.s.a u.a.e a.m p.m b.c a.d
    jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun
    ala ariz ark calif colo conn del fla ga ill ind kan ky la md mass mich minn miss mo mont neb nev okla ore pa penn
    tenn tex va vt wash wis wyo ave blvd rd ph.d m.d b.a m.a min max sq hrs kg km cm lb oz ste""".split()
)
BEGINNERS = frozenset(
    """the a an in on at it its he she they we you i but and or if when while after before as this that these those there
    his her their our my for from with by to of however meanwhile according police officials what who why how so since
    although because despite under during another some many most no not two three several earlier later both all each
    such here now then also still yet one nobody""".split()
)
MAX_DOTTED = 12  # characters: a word with dots in it that is longer is an address, not an abbreviation


def ends(text: str, blocks: list[Span], most: int) -> list[tuple[int, int]]:
    """Return where each sentence ends, the offset just after it, with the number of its paragraph.

    Args:
        text: the field as received.
        blocks: its paragraphs; the end of each ends a sentence.
        most: from so many sentences on, only paragraphs end them.
    """
    if not blocks:
        return []
    found: list[tuple[int, int]] = []
    number, block = 0, blocks[0]
    in_small = _InSmall(text)
    for match in _END.finditer(text, block[0], blocks[-1][1]):
        stop, after = match.span()
        while stop >= block[1]:
            found.append((block[1], number))
            number += 1
            block = blocks[number]
        if after < block[1] and len(found) < most and _ends_here(text, block, stop, after, in_small):
            found.append((after, number))
    found += [(end, place) for place, (_, end) in enumerate(blocks[number:], start=number)]
    return found


class _InSmall:
    """Says whether a paragraph is written in small letters; it is asked only where that matters, then for every stop."""

    __slots__ = ("_answer", "_block", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._block: Span | None = None
        self._answer = False

    def __call__(self, block: Span) -> bool:
        if block != self._block:
            self._block, self._answer = block, _in_lower_case(self._text[slice(*block)])
        return self._answer


def _ends_here(text: str, block: Span, stop: int, after: int, in_small: _InSmall) -> bool:
    """Whether the stop at ``stop`` ends a sentence of the paragraph; what follows begins at ``after``."""
    if text[stop] in IDEOGRAPHIC:
        return True
    if not text[after].isspace():
        return _glued(text, stop, after, block[1])
    start, end = block
    following = after
    while following < end and text[following] in OPENERS:
        following += 1
    if following >= end:
        return False  # only quotes and brackets are left: they belong to this sentence
    if text[following].islower() and not in_small(block):
        return False
    return text[stop] != "." or not _goes_on(text, start, stop, following, end)


def _glued(text: str, stop: int, after: int, end: int) -> bool:
    """Whether a stop without a space after it ends a sentence all the same."""
    return text[stop - 2 : stop].isalnum() and text[stop - 1].islower() and _GLUED.match(text, after, end) is not None


def _goes_on(text: str, start: int, stop: int, following: int, end: int) -> bool:
    """Whether the word before a full stop says that the sentence goes on at ``following``."""
    if text.startswith("..", stop):
        return False
    before = text[max(start, stop - LONGEST_WORD) : stop]
    word = before.rpartition(" ")[2]
    if not word.isalpha():  # else there is nothing in it to part at
        if not before[-1:].isalnum():
            return False
        word = _PARTING.split(before)[-1]
        first = stop - start <= INDENT and not text[start : stop - len(word)].strip()
        if first and word.isdecimal() and len(word) <= 2:
            return True  # "1. The first point"
    word = word.lower()
    return _abbreviated(word) and (word in TITLES or not _begins(text, following, end))


def _in_lower_case(paragraph: str) -> bool:
    """Whether sentences begin with small letters here: no capitals, or hardly any where a sentence may begin."""
    if paragraph.islower():
        return True
    small = len(_SMALL_START.findall(paragraph))
    return small >= SMALL_LEAST and small > 2 * len(_LARGE_START.findall(paragraph))


def _abbreviated(word: str) -> bool:
    """Whether a word in lower case, which a full stop follows, is an abbreviation or an initial."""
    if len(word) == 1:
        return word.isalpha() and word != "i"  # an initial
    if "." in word:
        return len(word) <= MAX_DOTTED and all(len(part) <= 2 for part in word.split("."))
    return word in TITLES or word in ABBREVIATIONS


def _begins(text: str, at: int, end: int) -> bool:
    """Whether the word at ``at`` is one that begins sentences."""
    word = _WORD_AFTER.match(text, at, end)
    return word is not None and word[0].lower() in BEGINNERS
