"""Where paragraphs end, in the text as received.

A blank line ends a paragraph. A single newline does, unless the text is cut into lines of a fixed width (wire copy,
mail): then it is white space, but after a line that came to a stop before it was full.
"""

from __future__ import annotations

import re
from itertools import pairwise

Span = tuple[int, int]

_LINE = re.compile(r"[^\n\r\u2028\u2029]+")
_WIDTHS = (40, 120)  # characters: what a fixed width may be
_MAX_LINES = 20_000  # what follows is one paragraph
_SLACK = 4  # characters that a full line may fall short of the width
_FIRST_WORD = re.compile(r"\s*(\S+)")
_STOPS = ".!?:;\"'\u201d\u2019)\u3002"


def split(text: str) -> list[Span]:
    """Return the paragraphs that hold more than white space, in order; offsets as in ``text``."""
    lines = _lines(text)
    if not lines:
        return []
    if len(lines) > _MAX_LINES:
        lines[_MAX_LINES:] = [(lines[_MAX_LINES][0], lines[-1][1])]
    width = _width(text, lines)
    blocks = [lines[0]]
    for line, after in pairwise(lines):
        if _blank_between(text, line[1], after[0]) or not _goes_on(text, line, after, width):
            blocks.append(after)
        else:
            blocks[-1] = (blocks[-1][0], after[1])
    return blocks


def _lines(text: str) -> list[Span]:
    """Lines that hold more than white space, that left off at their right end."""
    if "\n" not in text and "\r" not in text and "\u2028" not in text and "\u2029" not in text:
        return [(0, len(text))] if text.strip() else []
    return [found.span() for found in _LINE.finditer(text) if found[0].strip()]


def _blank_between(text: str, end: int, start: int) -> bool:
    """Whether an empty line, or one of white space, stands between."""
    gap = text[end:start].replace("\r\n", "\n")
    return len(gap) > 1


def _width(text: str, lines: list[Span]) -> int | None:
    """The width that lines are cut at; None where they are not: too few, too long, or too unequal."""
    joints = [(line, after) for line, after in pairwise(lines) if not _blank_between(text, line[1], after[0])]
    if not joints:
        return None
    lengths = sorted(end - start for start, end in lines)
    width = lengths[len(lengths) * 9 // 10] if len(lengths) > 10 else lengths[-1]
    if not _WIDTHS[0] <= width <= _WIDTHS[1]:
        return None
    full = sum(_full(text, line, after, width) for line, after in joints)
    if len(joints) < 3:  # too few to tell by their lengths alone: a heading over a paragraph looks the same
        return width if full == len(joints) and all(text[line[1] - 1] not in _STOPS for line, _ in joints) else None
    return width if full * 2 >= len(joints) else None


def _full(text: str, line: Span, after: Span, width: int) -> bool:
    """Whether the next line's first word would not have fitted."""
    word = _FIRST_WORD.match(text, *after)
    return word is not None and line[1] - line[0] + 1 + len(word[1]) > width - _SLACK


def _goes_on(text: str, line: Span, after: Span, width: int | None) -> bool:
    """Whether the paragraph goes on over the line's end."""
    if width is not None:
        unfinished = text[line[1] - 1] not in _STOPS and (line[1] - line[0]) * 2 > width
        return unfinished or _full(text, line, after, width)
    start = text[after[0] : after[0] + 80].lstrip()
    # A line that begins with a small letter goes on from one that did not come to a stop.
    return start[:1].islower() and text[line[0] : line[1]].rstrip()[-1] not in _STOPS
