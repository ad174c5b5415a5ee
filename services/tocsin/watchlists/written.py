"""A YAML text as a tree that keeps what its author wrote beside the data: comments, blank lines, quotes, brackets.

For texts that ``concepts.placed`` has read without a problem: no anchors, aliases or tags, keys are texts. A comment
on a line of its own belongs to what comes after it; where it is indented deeper than that, to what stands before it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_COMMENT = re.compile(r"(?:(?<=\s)|^)#[^\n\r\x85\u2028\u2029]*", re.MULTILINE)


@dataclass(slots=True)
class Node:
    """A text, a list or a mapping. Places are characters, lines and columns of the file, from 0.

    Attributes:
        text: of a scalar, what YAML reads; None for a list or mapping.
        style: of a scalar: empty for a plain one, else its quote, ``|`` or ``>``.
        source: of a scalar, as it stands in the file.
        flow: a list or mapping in brackets.
    """

    start: int
    line: int
    column: int
    text: str | None = None
    style: str = ""
    source: str = ""
    listed: bool = False
    flow: bool = False
    entries: list[Entry] = field(default_factory=list)
    end: int = 0
    end_line: int = 0

    @property
    def commented(self) -> bool:
        """Whether a comment stands anywhere inside."""
        waiting = list(self.entries)
        while waiting:
            entry = waiting.pop()
            if entry.beside or any(entry.before) or any(entry.after):
                return True
            waiting += entry.node.entries
        return False


@dataclass(slots=True)
class Entry:
    """A key with its value, or an entry of a list.

    Attributes:
        within: the list or mapping it stands in, which is the value of ``owner``.
        before, after: comments on lines of their own, ``""`` for blank lines.
        beside: the comment on its line.
    """

    key: Node | None
    node: Node
    within: Node
    owner: Entry | None
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    beside: str = ""

    @property
    def start(self) -> int:
        """Where it begins."""
        return self.key.start if self.key is not None else self.node.start


@dataclass(slots=True)
class Page:
    """One document of the file: its mapping, and the comments before and after all of it."""

    root: Node
    first: int  # its first character, comments included
    header: list[str] = field(default_factory=list)
    tail: list[str] = field(default_factory=list)


def comments(text: str) -> list[str]:
    """Return the comments of a text, in order."""
    _, scalars, _ = _compose(text)
    return [said for _, said in _comments(text, scalars)]


def read(text: str) -> list[Page]:
    """Return the documents of a text that have anything in them."""
    pages, scalars, entries = _compose(text)
    if pages:
        pages[0].first = 0
        _Placing(text, pages, scalars, entries).place()
        for page in pages:
            if page.root.entries:
                page.header += page.root.entries[0].before
                page.root.entries[0].before = []
    return pages


@dataclass(slots=True)
class _Open:
    node: Node
    owner: Entry | None
    key: Node | None = None


def _compose(text: str) -> tuple[list[Page], list[Node], list[Entry]]:
    """Return the documents without comments, every scalar, and every entry in the order of their beginnings."""
    pages, scalars, entries, stack, first = list[Page](), list[Node](), list[Entry](), list[_Open](), 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.DocumentStartEvent):
            first = _index(event.start_mark)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            node = stack.pop().node
            node.end, node.end_line = _index(event.end_mark), event.end_mark.line if event.end_mark else 0
        elif isinstance(event, yaml.ScalarEvent | yaml.MappingStartEvent | yaml.SequenceStartEvent):
            node = _node(event, text)
            if node.text is not None:
                scalars.append(node)
            if not stack:
                if node.text is None:
                    pages.append(Page(node, first))
                    stack.append(_Open(node, None))
                continue
            top = stack[-1]
            if not top.node.listed and top.key is None:
                top.key = node
                continue
            entry = Entry(top.key, node, top.node, top.owner)
            top.key = None
            top.node.entries.append(entry)
            entries.append(entry)
            if node.text is None:
                stack.append(_Open(node, entry))
    return pages, scalars, entries


def _node(event: Any, text: str) -> Node:
    start, end = event.start_mark, event.end_mark
    node = Node(start.index, start.line, start.column, end=end.index, end_line=end.line)
    if isinstance(event, yaml.ScalarEvent):
        node.text, node.style = event.value, event.style or ""
        node.source = text[node.start : node.end]
    else:
        node.listed, node.flow = isinstance(event, yaml.SequenceStartEvent), bool(event.flow_style)
    return node


def _index(mark: Any) -> int:
    return int(mark.index)


def _comments(text: str, scalars: Iterable[Node]) -> Iterator[tuple[int, str]]:
    """Yield each comment with its place: what begins with a number sign outside scalars."""
    done = 0
    for scalar in scalars:
        yield from ((one.start(), one.group().rstrip()) for one in _COMMENT.finditer(text, done, scalar.start))
        if scalar.style in {"|", ">"} and scalar.source:
            header = scalar.source.splitlines()[0]
            yield from ((scalar.start + one.start(), one.group().rstrip()) for one in _COMMENT.finditer(header, 1))
        done = scalar.end
    yield from ((one.start(), one.group().rstrip()) for one in _COMMENT.finditer(text, done))


class _Placing:
    """Gives each comment and blank line to the entry that it belongs to."""

    def __init__(self, text: str, pages: list[Page], scalars: list[Node], entries: list[Entry]) -> None:
        self._pages, self._entries = pages, entries
        self._starts = [entry.start for entry in entries]
        self._firsts = [page.first for page in pages]
        self._lines = text.splitlines(keepends=True)
        self._offsets = [0]
        for line in self._lines:
            self._offsets.append(self._offsets[-1] + len(line))
        self._said = dict(_comments(text, scalars))
        self._taken = {line for scalar in scalars for line in _continued(scalar)}

    def place(self) -> None:
        """Do it: comments beside something first, then those on lines of their own, in order."""
        own: dict[int, str] = {}
        for place, said in self._said.items():
            line = bisect_right(self._offsets, place) - 1
            if self._lines[line][: place - self._offsets[line]].strip():
                self._beside(place, line, said)
            else:
                own[line] = said
        run: list[tuple[int, str]] = []
        for number, text in enumerate(self._lines):
            if number in own or (not text.strip() and number not in self._taken):
                run.append((number, own.get(number, "")))
            elif run:
                self._run(run)
                run = []
        if run:
            self._run(run)

    def _before(self, place: int) -> Entry | None:
        """The last entry that begins before a place; one of brackets that are closed is what holds the brackets."""
        number = bisect_left(self._starts, place) - 1
        entry = self._entries[number] if number >= 0 else None
        while entry is not None and entry.within.flow and entry.within.end <= place:
            entry = entry.owner
        return entry

    def _after(self, place: int) -> Entry | None:
        """The first entry of the same document that begins after a place."""
        number = bisect_left(self._starts, place)
        page = bisect_right(self._firsts, place)
        end = self._firsts[page] if page < len(self._firsts) else None
        if number >= len(self._starts) or (end is not None and self._starts[number] >= end):
            return None
        return self._entries[number]

    def _beside(self, place: int, line: int, said: str) -> None:
        entry = self._before(place)
        if entry is not None and line in {_line(entry), entry.node.end_line if _closed(entry, place) else -1}:
            if entry.beside:
                entry.after.append(said)
            else:
                entry.beside = said
        elif following := self._after(place):
            following.before.append(said)
        else:
            self._page(place).tail.append(said)

    def _run(self, run: list[tuple[int, str]]) -> None:
        """Place lines that stand together."""
        place = self._offsets[run[0][0]]
        last, following = self._before(place), self._after(place)
        if last is not None and last.within.flow and (following is None or following.start > last.within.end):
            last.after += [said for _, said in run if said]
            return
        inside = following is not None and following.within.flow
        column = following.within.column if following is not None else 0
        waiting: list[str] = []
        here = True  # still before the first comment that is not what came before's
        for number, said in run:
            indent = len(self._lines[number]) - len(self._lines[number].lstrip())
            if said and here and not inside and indent > column and (owner := _at(last, indent)) is not None:
                owner.after += [*waiting, said]
                waiting = []
            else:
                here = here and not said
                waiting.append(said)
        if following is not None:
            following.before += waiting
        else:
            self._page(place).tail += waiting

    def _page(self, place: int) -> Page:
        return self._pages[max(0, bisect_right(self._firsts, place) - 1)]


def _continued(scalar: Node) -> range:
    """The lines that a text takes after its first. Blank ones at the end are no part of most block texts."""
    if scalar.style not in {"|", ">"}:
        return range(scalar.line + 1, scalar.end_line + 1)
    lines = scalar.source.splitlines()
    kept = scalar.source if "+" in lines[0].partition("#")[0] else scalar.source.rstrip()
    return range(scalar.line + 1, scalar.line + len(kept.splitlines()))


def _line(entry: Entry) -> int:
    return entry.key.line if entry.key is not None else entry.node.line


def _closed(entry: Entry, place: int) -> bool:
    """Whether the value ends on a line of its own making before the place: a scalar, or brackets."""
    return (entry.node.text is not None or entry.node.flow) and entry.node.end <= place


def _at(entry: Entry | None, indent: int) -> Entry | None:
    """The innermost of an entry and what holds it that is not indented deeper."""
    while entry is not None and (entry.within.flow or entry.within.column > indent):
        entry = entry.owner
    return entry
