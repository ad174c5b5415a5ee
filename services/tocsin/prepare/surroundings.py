"""What a line is by what stands around it: menus, links under their headings, what follows the story, captions."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import NamedTuple

from tocsin.prepare import bylines
from tocsin.prepare.openings import is_short, opens, opens_form

_HEADING_WORDS = 5  # words of the longest heading over links
_MENU_WORDS = 4  # words of the longest menu entry
_MENU_RUN = 4  # menu entries that make a menu
_LINK_RUN = 3  # headlines in a row after the story that make a list of links
FEW = min(_MENU_RUN, _LINK_RUN)  # lines, none known as furniture: fewer are neither menu nor links
_LINKS = 6  # lines in a row without a stop, one in four known as furniture, that make a list of links anywhere
_HEADINGS = 2  # lines before prose that may be its headings
_TEASERS = 2  # sentences under headlines that make a list of links
_GAP = 8  # lines of furniture in a row that part the story from what is none …
_SHARE = 3  # … where that is less than a third of it …
_MAIN = 400  # … and the story has so many characters of prose at least
_CAPTION = 400  # characters: a caption is shorter than that
_BULLETS = "-*\u2022\u2013\u2014\u25aa\u25cf0123456789"  # begin the entries of a list that may be the story's own


class Kind(enum.Enum):
    """What a paragraph is."""

    STORY = "story"
    HEADING = "heading"  # a heading, or the title again: part of the story, but not its lead's first paragraph
    FURNITURE = "furniture"


_STORY, _FURNITURE = Kind.STORY, Kind.FURNITURE  # looked up once: an enum's members are slow to reach


class Lines(NamedTuple):
    """The paragraphs of a body, each in every column.

    Attributes:
        text: the body as received.
        blocks: start and end of each.
        texts: each without the white space around it; empty where it was not looked at, which is prose of the story.
        prose, stopped: whether it reads as prose, and whether it ends as a sentence does (True where not looked at).
        again: which are the title again.
        kinds: what each is, as far as known: it is changed in place.
    """

    text: str
    blocks: Sequence[Sequence[int]]
    texts: list[str]
    prose: list[bool]
    stopped: list[bool]
    again: set[int]
    kinds: list[Kind]

    def mark(self, first: int, last: int | None = None) -> None:
        """Call furniture what stands from ``first`` (inclusive) to ``last`` (exclusive), but not the title again."""
        for number in range(first, len(self.kinds) if last is None else last):
            if number not in self.again:
                self.kinds[number] = _FURNITURE

    def written(self, number: int) -> str:
        """A paragraph, whether it was looked at or not."""
        start, end = self.blocks[number][:2]
        return self.text[start:end].strip()


def look(lines: Lines) -> None:
    """Find furniture among what does not look it by itself; changes ``lines.kinds``."""
    if lines.prose.count(False) < FEW and _FURNITURE not in lines.kinds:
        return
    _captions(lines)
    _teasers(lines)
    _sections(lines)
    _menus(lines)
    _tail(lines)
    _links(lines)
    _islands(lines)


def _captions(lines: Lines) -> None:
    """What says what is seen, before a line that is a credit and nothing else."""
    for number in range(1, len(lines.kinds)):
        if lines.kinds[number] is not _FURNITURE or lines.prose[number] or lines.kinds[number - 1] is not _STORY:
            continue
        start, end = lines.blocks[number - 1][:2]
        line = lines.texts[number]
        is_credited = end - start <= _CAPTION and bylines.is_photo(line, line.lower())
        if is_credited and bylines.is_seen(lines.written(number - 1)):
            lines.kinds[number - 1] = _FURNITURE


def _heads_links(line: str) -> bool:
    """Whether a line of furniture may stand over links: no credit does."""
    if line.count(" ") >= _HEADING_WORDS or bylines.is_credit(line, line.lower()):
        return False
    return opens(line, 0, len(line)) or is_short(line)


def _teasers(lines: Lines) -> None:
    """Under a heading over links, to the end: headlines, each with a sentence that says more. Most of the prose is before."""
    promised = size = 0
    for number in range(len(lines.kinds) - 1, -1, -1):
        if lines.prose[number]:
            if number == 0 or lines.prose[number - 1] or lines.kinds[number - 1] is _FURNITURE:
                return  # the story itself, or what no headline stands over
            promised += 1
            size += lines.blocks[number][1] - lines.blocks[number][0]
        elif promised >= _TEASERS and lines.kinds[number] is _FURNITURE and _heads_links(lines.texts[number]):
            if sum(_prose(lines, one) for one in range(number)) > size:
                lines.mark(number)
            return


def _prose(lines: Lines, number: int) -> int:
    """Characters of a paragraph, if it is prose."""
    return (lines.blocks[number][1] - lines.blocks[number][0]) * lines.prose[number]


def _sections(lines: Lines) -> None:
    """The headlines under a heading such as *Most Popular*, down to the next prose."""
    inside = False
    for number, line in enumerate(lines.texts):
        if lines.prose[number] or number in lines.again or line[-1:] == ".":
            inside = False
        elif lines.kinds[number] is _FURNITURE:
            inside = inside or _heads_links(line)
        elif inside:
            lines.kinds[number] = _FURNITURE


def _menus(lines: Lines) -> None:
    """Many short lines in a row are a menu."""
    run = 0
    for number in range(len(lines.kinds) + 1):
        if number < len(lines.kinds) and not lines.prose[number] and _is_entry(lines.texts[number]):
            run += 1
            continue
        if run >= _MENU_RUN and not _is_list(lines, number - run):
            lines.mark(number - run, number)
        run = 0


def _is_entry(line: str) -> bool:
    return line.count(" ") < _MENU_WORDS and line[-1:] not in ".!?"


def _is_list(lines: Lines, first: int) -> bool:
    """Whether what begins at ``first`` is a list of the story's own: with bullets, or behind a colon."""
    if first == 0 or lines.kinds[first - 1] is not _STORY:
        return False
    return lines.texts[first][:1] in _BULLETS or lines.written(first - 1)[-1:] == ":"


def _tail(lines: Lines) -> None:
    """What follows a comment form, and the links after the story."""
    kinds, last_prose = lines.kinds, -1
    for number, line in enumerate(lines.texts):
        if kinds[number] is _FURNITURE and last_prose >= 0 and opens_form(line, 0, len(line)):
            kinds[number:] = [_FURNITURE] * (len(kinds) - number)
            break
        if kinds[number] is _STORY and (lines.prose[number] or lines.stopped[number]):
            last_prose = number
    if last_prose < 0:
        return
    tail = range(last_prose + 1, len(kinds))
    first = next((number for number in tail if kinds[number] is _FURNITURE), None)
    if first is None and len(tail) >= _LINK_RUN and not any(lines.texts[number][:1] in _BULLETS for number in tail):
        first = tail[0]
    if first is not None:
        kinds[first:] = [_FURNITURE] * (len(kinds) - first)


def _links(lines: Lines) -> None:
    """Many lines in a row without a stop, furniture among them; the last ones before prose may be its headings."""
    run, count = 0, len(lines.kinds)
    for number in range(count + 1):
        if number < count and not lines.prose[number] and not lines.stopped[number]:
            run += 1
            continue
        first = number - run
        if run >= _LINKS and lines.kinds[first:number].count(_FURNITURE) * 4 >= run and not _is_list(lines, first):
            lines.mark(first, number - (_HEADINGS if number < count else 0))
        run = 0


def _islands(lines: Lines) -> None:
    """A little prose behind much furniture: comments, notices, what is promised of other stories.

    Before the story such prose is furniture only above the title again: a lead may be parted from what follows it.
    """
    islands: list[list[int]] = []  # the first paragraph, the one after the last, characters of prose
    gap = _GAP
    for number, kind in enumerate(lines.kinds):
        if kind is _FURNITURE:
            gap += 1
            continue
        if gap >= _GAP:
            islands.append([number, number, 0])
        gap = 0
        islands[-1][1] = number + 1
        islands[-1][2] += _prose(lines, number)
    if len(islands) < 2:
        return
    main = max(islands, key=lambda island: island[2])
    if main[2] < _MAIN:
        return
    heading = max((number for number in lines.again if number < main[1]), default=0)
    for first, last, size in islands:
        if _SHARE * size < main[2]:
            lines.mark(first, last if first > main[0] else min(last, heading))
