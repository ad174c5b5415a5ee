"""Where paragraphs end, in the text as received.

A blank line ends a paragraph. A single newline does, unless the text is cut into lines of a fixed width (wire copy,
mail): then it is white space, but after a line that came to a stop before it was full.
"""

from __future__ import annotations

import re
from itertools import pairwise

Span = tuple[int, int]

LINE_ENDS = r"\n\r\u2028\u2029"
_LINE = re.compile(rf"[^{LINE_ENDS}]+")
WIDTHS = (40, 120)  # characters: what a fixed width may be
MAX_LINES = 20_000  # what follows is one paragraph
SLACK = 4  # characters that a full line may fall short of the width
_FIRST_WORD = re.compile(r"\s*(\S+)")
STOPS = ".!?:;\"'\u201d\u2019)\u3002"


def split(text: str) -> list[Span]:
    """Return the paragraphs that hold more than white space, in order; offsets as in ``text``."""
    lines = _lines(text)
    if not lines:
        return []
    if len(lines) > MAX_LINES:
        lines[MAX_LINES:] = [(lines[MAX_LINES][0], lines[-1][1])]
    joints = [(line, after) for line, after in pairwise(lines) if _joined(text, line[1], after[0])]
    if not joints:
        return lines
    width = _width(text, lines, joints)
    blocks = [lines[0]]
    for line, after in pairwise(lines):
        if _joined(text, line[1], after[0]) and _goes_on(text, line, after, width):
            blocks[-1] = (blocks[-1][0], after[1])
        else:
            blocks.append(after)
    return blocks


def _lines(text: str) -> list[Span]:
    """Lines that hold more than white space, that left off at their right end."""
    if "\r" in text or "\u2028" in text or "\u2029" in text:
        return [found.span() for found in _LINE.finditer(text) if not found[0].isspace()]
    lines = []
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        if line and not line.isspace():
            lines.append((start, end))
        start = end + 1
    return lines


def _joined(text: str, end: int, start: int) -> bool:
    """Whether a single newline stands between, not an empty line nor one of white space."""
    return start - end == 1 or text[end:start] == "\r\n"


def _width(text: str, lines: list[Span], joints: list[tuple[Span, Span]]) -> int | None:
    """The width that lines are cut at; None where they are not: too long, or too unequal."""
    lengths = sorted(end - start for start, end in lines)
    width = lengths[len(lengths) * 9 // 10] if len(lengths) > 10 else lengths[-1]
    if not WIDTHS[0] <= width <= WIDTHS[1]:
        return None
    full = sum(_full(text, line, after, width) for line, after in joints)
    if len(joints) < 3:  # too few to tell by their lengths alone: a heading over a paragraph looks the same
        return width if full == len(joints) and all(text[line[1] - 1] not in STOPS for line, _ in joints) else None
    return width if full * 2 >= len(joints) else None


def _full(text: str, line: Span, after: Span, width: int) -> bool:
    """Whether the next line's first word would not have fitted."""
    word = _FIRST_WORD.match(text, *after)
    return word is not None and line[1] - line[0] + 1 + len(word[1]) > width - SLACK


def _goes_on(text: str, line: Span, after: Span, width: int | None) -> bool:
    """Whether the paragraph goes on over the line's end."""
    if width is not None:
        unfinished = text[line[1] - 1] not in STOPS and (line[1] - line[0]) * 2 > width
        return unfinished or _full(text, line, after, width)
    start = text[after[0] : after[0] + 80].lstrip()
    # A line that begins with a small letter goes on from one that did not come to a stop.
    return start[:1].islower() and text[line[0] : line[1]].rstrip()[-1] not in STOPS
