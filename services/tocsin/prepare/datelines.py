"""Datelines: *SEOUL (Agency) -*, *KYIV, Nov 3 —*, *Seoul, South Korea -*: where it was written, which may not be where it happened.

What stands before the lead ends with a dash (or a colon), and the lead begins as a sentence does. A place alone, not in
capitals (*Moscow - Russia said*), is taken for the story: so may a person's name be.
"""

from __future__ import annotations

import re

REACH = 100  # characters: a dateline is shorter than that
_LARGE = r"[A-Z\u00c0-\u00d6\u00d8-\u00de]"
# No word holds what stands between words, so there is one way only to read a name: no text can make this slow.
_WORD = rf"{_LARGE}[\w.'\u2019]*"
_CAPITAL = rf"{_LARGE}(?:{_LARGE}|['\u2019.])+"
_BETWEEN = r"(?:\s+|\s?[/-]\s?)"
_SMALL = rf"(?:(?:de|del|la|las|los|el|al|do|da|dos|sur|en|le|les|au|aux|am|an|der|of|and){_BETWEEN})?"
_PLACE = rf"{_WORD}(?:{_BETWEEN}{_SMALL}{_WORD}){{0,5}}"
_CAPITALS = rf"{_CAPITAL}(?:{_BETWEEN}{_SMALL}{_CAPITAL}){{0,4}}"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic|janv|f\u00e9vr|avr|juin|juil|ao\u00fbt|d\u00e9c|m\u00e4rz?|mai|okt|dez|gen|mag|giu|lug|set|ott)[^\W\d_]{0,7}\.?"
_DATE = (
    rf"(?i:(?:\w{{3,9}}day,?\s+)?(?:{_MONTH}\s+\d{{1,2}}|\d{{1,2}}\.?\s+(?:de\s+)?{_MONTH})(?:,?\s+(?:19|20|')?\d\d)?)"
)
_AGENCY = r"\((?:(?=[^()]*[A-Z])[^()\n]{2,40}|[a-z]{2,5})\)"
_DASH = r"(?:\s*\.?\s*(?:--|[\u2013\u2014\u2015])|\.-|\s+\.?[-_]|:(?=\s))\s*(?:\[TEXT\]\s*)?"
_RULE = r"\s*(?:--|[\u2013\u2014\u2015])\s*|\s+[-_]\s+"
_LEAD = r"(?=[\"'\u201c\u2018\u00ab\u201e(\[\u00bf\u00a1]*[^\W_a-z\u00df-\u00f6\u00f8-\u00ff])"
_DATELINE = re.compile(
    rf"(?:(?:{_PLACE}(?:,\s*{_PLACE}){{0,2}}[,.]?\s*)?(?:{_DATE}[,.]?\s*)?{_AGENCY}{_DASH}"
    rf"|{_PLACE}(?:,\s*{_PLACE}){{0,2}},\s*{_DATE}{_DASH}"
    rf"|{_CAPITALS}(?:,\s*{_PLACE}){{0,2}}(?:{_RULE})(?=.{{0,60}}[a-z])"
    rf"|{_PLACE},\s*{_PLACE}(?:{_RULE})(?=.{{0,60}}[a-z])"
    rf"|\(\S{{1,12}}=\S{{1,12}}\)\s.{{0,24}}?\s=\s){_LEAD}"
)
DASHES = "\u2013-\u2015"
_MARK = re.compile(rf"[{DASHES}]|--|[-_](?<=[\s.].)|[:=]\s")  # one of these is in all of them
_JOINTS = frozenset("de del la las los el al do da dos sur en le les au aux am an der of and".split())


def end(text: str, start: int, last: int) -> int:
    """Return where the dateline that begins at ``start`` ends, white space behind it included; ``start`` where none does."""
    reach = text[start : start + REACH]
    if _MARK.search(reach) is None:
        return start  # most leads, and cheaply
    rest = reach.partition(" ")[2]
    if rest[:1].islower() and rest.partition(" ")[0] not in _JOINTS:
        return start  # their second word is a small one
    found = _DATELINE.match(text, start, min(last, start + REACH + 60))
    return start if found is None or found.end() - start > REACH else found.end()
