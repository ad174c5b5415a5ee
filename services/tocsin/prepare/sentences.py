"""Where sentences end, in the text as received: rules for news.

A full stop ends a sentence unless an abbreviation, an initial or what follows says otherwise. The rules were written
for what scrapers and wires deliver: stops without a space after them, doubled stops, text all in capitals, lines cut
at a fixed width.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_CLOSERS = "\"'\u201d\u2019\u00bb)\\]"
_OPENERS = "\"'\u201c\u2018\u201e\u00ab([\u2014\u2013-*\u2022 \t\r\n"
_IDEOGRAPHIC = "\u3002\uff01\uff1f\uff61"
_END = re.compile(  # a stop, and the stray ones that scrapers leave after it
    rf"[.!?\u2026{_IDEOGRAPHIC}]+[{_CLOSERS}\u300d\u300f\uff09]*(?:\s+[.!?\u2026]+[{_CLOSERS}]*(?=\s|$))*"
)
_GLUED = re.compile(r"[\"\u201c\u2018(]?[A-Z][a-z]")  # what may follow a stop without a space
_PARTING = re.compile(r"[\s(\[\"'\u201c\u2018\u2019/\u2014\u2013-]")
_SMALL_START = re.compile(r"[a-z]{3}[.!?]\s+[a-z]")
_LARGE_START = re.compile(r"[a-z]{3}[.!?]\s+[A-Z]")
_SMALL_LEAST = 3  # places before a text counts as written in small letters: one may be an abbreviation
_LONGEST_WORD = 16  # characters before a stop that are looked at
_WORD_AFTER = re.compile(r"[^\W\d_]+")

# Never the end of a sentence: a name or a number follows.
_TITLES = frozenset(
    """mr mrs ms mx dr prof gen lt col maj capt cmdr cdr adm sgt cpl pvt brig sen rep gov pres amb atty sec supt insp det rev
    fr hon st mt ft messrs mme mlle no nos vs v art sect fig vol p pp ch para op approx est c ca cf e.g i.e viz eg ie
    al-""".split()
)
# May end a sentence: it does when a word that begins sentences follows.
_ABBREVIATIONS = frozenset(
    """inc corp co ltd llc plc bros jr sr esq etc al dept univ assn gov govt u.s u.k u.n e.u d.c u.s.a u.a.e a.m p.m b.c a.d
    jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun
    ala ariz ark calif colo conn del fla ga ill ind kan ky la md mass mich minn miss mo mont neb nev okla ore pa penn
    tenn tex va vt wash wis wyo ave blvd rd ph.d m.d b.a m.a min max sq hrs kg km cm lb oz ste""".split()
)
_BEGINNERS = frozenset(
    """the a an in on at it its he she they we you i but and or if when while after before as this that these those there
    his her their our my for from with by to of however meanwhile according police officials what who why how so since
    although because despite under during another some many most no not two three several earlier later both all each
    such here now then also still yet one nobody""".split()
)
_MAX_DOTTED = 12  # characters: a word with dots in it that is longer is an address, not an abbreviation


def ends(text: str, start: int, end: int) -> Iterator[int]:
    """Yield the offset just after each sentence of ``text[start:end]``, the last one included.

    Args:
        text: the field as received.
        start, end: a paragraph of it.
    """
    lower = None
    for found in _END.finditer(text, start, end):
        at = found.end()
        if at >= end:
            break
        if found[0][0] in _IDEOGRAPHIC:
            yield at
        elif not text[at].isspace():
            stop = found.start()
            if text[stop - 2 : stop].isalnum() and text[stop - 1].islower() and _GLUED.match(text, at, end):
                yield at
        else:
            if lower is None:
                lower = _in_lower_case(text[start:end])
            if _ends_here(text, start, found.start(), at, end, lower=lower):
                yield at
    yield end


def _in_lower_case(paragraph: str) -> bool:
    """Whether sentences begin with small letters here: no capitals, or hardly any where a sentence may begin."""
    if paragraph.islower():
        return True
    small = len(_SMALL_START.findall(paragraph))
    return small >= _SMALL_LEAST and small > 2 * len(_LARGE_START.findall(paragraph))


def _ends_here(text: str, start: int, stop: int, after: int, end: int, *, lower: bool) -> bool:
    """Whether the stop at ``stop`` ends a sentence; what follows begins at ``after``."""
    following = after
    while following < end and text[following] in _OPENERS:
        following += 1
    if following >= end:
        return False  # only quotes and brackets are left: they belong to this sentence
    if text[following].islower() and not lower:
        return False
    if text[stop] != "." or text.startswith("..", stop):
        return True
    low = max(start, stop - _LONGEST_WORD)
    word = text[low:stop]
    if not word[-1:].isalnum():
        return True
    word = _PARTING.split(word)[-1]
    if word.isdecimal() and len(word) <= 2 and not text[start : stop - len(word)].strip():
        return False  # "1. The first point"
    return not _abbreviated(word) or (word.lower() not in _TITLES and _begins(text, following, end))


def _abbreviated(word: str) -> bool:
    lower = word.lower()
    if len(lower) == 1:
        return lower.isalpha() and lower != "i"  # an initial
    if "." in lower:
        return len(lower) <= _MAX_DOTTED and all(len(part) <= 2 for part in lower.split("."))
    return lower in _TITLES or lower in _ABBREVIATIONS


def _begins(text: str, at: int, end: int) -> bool:
    """Whether the word at ``at`` is one that begins sentences."""
    word = _WORD_AFTER.match(text, at, end)
    return word is not None and word[0].lower() in _BEGINNERS
