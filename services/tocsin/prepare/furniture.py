"""Page furniture in plain text: what a scraper took along that is not the story.

Menus, links to other stories, comment forms, share and subscribe lines, notices, credits, captions and bylines prove
nothing: a tempting headline among them must not raise an alert. What could be either is taken for the story: a wire brief
is one short line, and losing a lead is worse than reading a menu.

First each line by itself (``openings``, ``bylines``), then by what stands around it (``surroundings``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tocsin import folding, native
from tocsin.prepare import bylines, openings, surroundings
from tocsin.prepare.openings import is_short, may_open, opens
from tocsin.prepare.surroundings import Kind, Lines

LONG = 400  # characters: furniture is shorter than that
PROSE_WORDS = 6  # words of the shortest paragraph that counts as prose, if it ends as a sentence does
RUN_ON_WORDS = 25  # words from which it is prose however it ends

# Makes furniture of a line wherever it stands.
_WORDS = (
    "all rights reserved", "we use cookies", "enable javascript", "email address will not be published",
    "contributed to this report", "contributed to this story", "contributed to this article",
    "earlier version of this article", "earlier version of this story", "externen inhalt, der",
    "wir verwenden cookies", "utilise des cookies", "cet article vous a",
)  # fmt: skip
_CONSENT = ("by clicking", "by signing up", "by subscribing")  # begin a line that asks for it
# One of these is in all that is known by what stands anywhere in it: where none is, a paragraph of prose is not looked at.
ANYWHERE = (
    *(words for words in _WORDS if not words.startswith(("contributed", "earlier"))),
    "contributed to this", "earlier version of this", *_CONSENT, *bylines.SIGNED,
)  # fmt: skip
IN_LINES = tuple(words for words in bylines.SIGN_WORDS if words not in ANYWHERE)  # the same, of what is no prose
SIGNS = (
    bylines.SIGNS + openings.LONE_SIGNS
)  # one of these is in it, too, or a word that says so, or it is glued or separated
_GLUED_HOME = re.compile(r"Home(?:[A-Z]|\s*[|\u00bb>/\u203a])")
GLUED_WORDS, SEPARATED = 3, 2  # so many make a menu of a line
SEPARATORS = r"|\u00bb>/\u203a\u00b7\u2022"
_GLUED = re.compile(r"[a-z][A-Z]")
_SEPARATORS = re.compile(rf"\s[{SEPARATORS}]\s?|\s?[|\u00bb\u203a]\s")
STOPS = ".!?\u2026\u3002\uff01\uff1f"
CLOSERS = "\"'\u201d\u2019)\\]\u00bb\u300d\u300f"
LAST = 12  # characters of a line that are looked at for a stop
_ENDS = re.compile(rf"[{STOPS}][{CLOSERS}]*$")
_STOPS = tuple(STOPS)
_OPENS, _NO_PROSE, _SAYS, _AGAIN = native.OPENS, native.NO_PROSE, native.SAYS, native.AGAIN
_STORY, _FURNITURE = Kind.STORY, Kind.FURNITURE  # looked up once: an enum's members are slow to reach


def find(title: str, told: str, text: str, blocks: Sequence[Sequence[int]]) -> list[Kind]:
    """Say what each paragraph is.

    Args:
        title: of the article: the line that repeats it is a heading.
        told: the title folded.
        text: the body as received.
        blocks: of each paragraph the start, the end, and what it may be, by the bits of ``native.Structure``.
    """
    count = len(blocks)
    texts, prose, kinds = [""] * count, [True] * count, [_STORY] * count
    stopped = [True] * count
    for number, (start, end, bits) in enumerate(blocks):
        if not bits:
            continue
        if end - start > LONG:
            texts[number] = text[start : start + LONG].strip()
            continue
        texts[number] = line = text[start:end].strip()
        if bits & _NO_PROSE:
            stopped[number] = stop = _comes_to_a_stop(line)
            prose[number] = is_prose(line, stopped=stop)
        if (bits & _OPENS and may_open(line, 0) and opens(line, 0, len(line))) or (
            bits & _SAYS and _says(line, prose=prose[number])
        ):
            kinds[number] = _FURNITURE
    again = _titles(title, told, texts, blocks)
    lines = Lines(text, blocks, texts, prose, stopped, again, kinds)
    surroundings.look(lines)
    _headings(lines)
    return kinds


def is_prose(line: str, *, stopped: bool) -> bool:
    """Whether a line reads as prose: long enough, or ending as a sentence does. CJK text has no words to count."""
    words = line.count(" ") + 1
    return words >= RUN_ON_WORDS or (stopped and (words >= PROSE_WORDS or not line.isascii()))


def _comes_to_a_stop(line: str) -> bool:
    return line.endswith(_STOPS) or _ENDS.search(line[-LAST:]) is not None


def _says(line: str, *, prose: bool) -> bool:
    """Whether a line is furniture by anything but how it opens."""
    if line.startswith("Home") and _GLUED_HOME.match(line) is not None:
        return True
    lower = line.lower()
    for words in _WORDS:  # no generator: this is asked of every line
        if words in lower:
            return True
    if lower.startswith(_CONSENT) or bylines.is_caption(line, lower, prose=prose):
        return True
    if prose:
        return False
    if is_short(line) or bylines.is_credit(line, lower):
        return True
    return len(_GLUED.findall(line)) >= GLUED_WORDS or len(_SEPARATORS.findall(line)) >= SEPARATED


def _titles(title: str, told: str, lines: list[str], blocks: Sequence[Sequence[int]]) -> set[int]:
    """Which lines are the title again."""
    reach = 2 * len(title) + 8 if len(told) > 1 else 0
    return {
        number
        for number, line in enumerate(lines)
        if 0 < len(line) < reach and blocks[number][2] & _AGAIN and _folds_to(line, told)
    }


def _folds_to(line: str, told: str) -> bool:
    first = line[:1]
    if first.isascii() and first.isalnum() and first.lower() != told[1]:
        return False  # most lines, without folding them
    return folding.fold(line) == told


def _headings(lines: Lines) -> None:
    """The title again, and what stands before the first prose without coming to a stop, are headings."""
    kinds, again = lines.kinds, lines.again
    first = next((number for number, is_text in enumerate(lines.prose) if is_text and kinds[number] is _STORY), 0)
    for number in again.union(range(first)):
        if kinds[number] is _STORY and (number in again or not lines.stopped[number]):
            kinds[number] = Kind.HEADING
