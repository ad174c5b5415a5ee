"""YAML as plain data in which every value knows its line, for files that people write.

Stricter than YAML: no anchors, aliases or tags, no key twice, no key that is not text, bounded size and depth. Every
refusal names file and line and says what to write instead. Events are composed here rather than by PyYAML, because its
composer is recursive (a file of brackets ends the process) and keeps the last of two equal keys in silence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from tocsin.errors import Problem

MAX_CHARACTERS = 4 * 2**20  # a file this long is not written by hand: more names come from a file of rows
MAX_DEPTH = 20  # the language needs 6
Path = tuple[str | int, ...]
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVERS = yaml.SafeLoader.yaml_implicit_resolvers
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(slots=True)
class Placed:
    """One document: its data, and the line (1-based, in the file) of every key and list entry.

    Attributes:
        text: the document's own source, comments included; ``first_line`` is where it starts in the file.
        lines: path of keys and indices to line; the empty path is the document itself.
        raw: what stands in the file where YAML reads a plain word as something other than text (``NO``, ``1984``).
        quoted: paths of values in double quotes, which YAML takes away.
    """

    file: str
    data: Any = None
    text: str = ""
    first_line: int = 1
    lines: dict[Path, int] = field(default_factory=dict)
    raw: dict[Path, str] = field(default_factory=dict)
    quoted: set[Path] = field(default_factory=set)

    def line(self, path: Path) -> int:
        """Return the line of the longest part of the path that exists; parts that do not (union tags) are skipped."""
        return self.lines.get(self.resolve(path), self.first_line)

    def resolve(self, path: Path) -> Path:
        """Return the longest existing path that the parts, taken in order, lead to."""
        found: Path = ()
        for part in path:
            if (*found, part) in self.lines:
                found = (*found, part)
        return found


class _Refuse(Exception):
    def __init__(self, line: int, message: str, remedy: str = "") -> None:
        self.line, self.message, self.remedy = line, message, remedy


def read(text: str, *, file: str, first_line: int = 1) -> tuple[list[Placed], list[Problem]]:
    """Compose every document of a YAML text.

    Args:
        text: the whole file.
        file: name for messages.
        first_line: number of the text's first line, where the text is a part of a file.

    Returns:
        The documents that could be read (none where the text as a whole is refused), and the problems.
    """
    offset = first_line - 1
    if len(text) > MAX_CHARACTERS:
        message = f"the file has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read."
        return [], [Problem(file, 0, message, remedy="Move names to a file of rows (`from:`), or split it.")]
    if bad := _CONTROL.search(text):
        line = text.count("\n", 0, bad.start()) + first_line
        return [], [Problem(file, line, f"a control character ({bad.group()!a}) stands here.", remedy="Delete it.")]
    documents: list[Placed] = []
    try:
        _compose(text, file, offset, documents)
    except _Refuse as refusal:
        return [], [Problem(file, refusal.line + offset, refusal.message, remedy=refusal.remedy)]
    except yaml.MarkedYAMLError as error:
        return [], [_syntax(error, text, file, offset)]
    except yaml.YAMLError as error:
        return [], [Problem(file, 0, f"this is not YAML: {error}".replace("\n", " "))]
    return documents, []


@dataclass(slots=True)
class _Open:
    """A mapping or list that is being read."""

    value: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None  # of a mapping: the key whose value comes next


def _compose(text: str, file: str, offset: int, documents: list[Placed]) -> None:
    source = text.splitlines(keepends=True)
    placed, stack, after = Placed(file), list[_Open](), 0
    for event in yaml.parse(text, Loader=_LOADER):
        assert event.start_mark is not None
        assert event.end_mark is not None
        line = event.start_mark.line + 1
        if isinstance(event, yaml.DocumentStartEvent):
            placed = Placed(file, first_line=after + 1 + offset)
        elif isinstance(event, yaml.DocumentEndEvent):
            end = len(source) if not event.explicit and event.end_mark.line >= len(source) - 1 else event.end_mark.line
            placed.text, after = "".join(source[after:end]), end
            if placed.data is not None:
                documents.append(placed)
        elif isinstance(event, yaml.AliasEvent):
            raise _Refuse(line, f"an alias (*{event.anchor}) stands here, which the language does not have.",
                          f"Write it out; a word that starts with * must stand in quotes: '*{event.anchor}'.")  # fmt: skip
        elif isinstance(event, yaml.ScalarEvent):
            _scalar(event, line, offset, placed, stack)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            _open(event, line, offset, placed, stack)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            stack.pop()


def _open(event: Any, line: int, offset: int, placed: Placed, stack: list[_Open]) -> None:
    if event.tag is not None:
        raise _Refuse(line, f"a YAML tag ({event.tag}) stands here, which the language does not have.", "Delete it.")
    if len(stack) >= MAX_DEPTH:
        raise _Refuse(
            line, f"more than {MAX_DEPTH} lists or mappings are nested here.", "Check the brackets and indents."
        )
    if stack and isinstance(stack[-1].value, dict) and stack[-1].key is None:
        raise _Refuse(
            line,
            "a list or mapping stands where a key must be.",
            "A name with brackets or braces in it must stand in quotes.",
        )
    value: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
    stack.append(_Open(value, _put(value, line, offset, placed, stack)))


def _put(value: Any, line: int, offset: int, placed: Placed, stack: list[_Open]) -> Path:
    """Add a value to what is open (or make it the document) and return its path."""
    if not stack:
        placed.data = value
        placed.lines[()] = line + offset
        return ()
    top = stack[-1]
    if isinstance(top.value, list):
        path: Path = (*top.path, len(top.value))
        top.value.append(value)
        placed.lines[path] = line + offset
        return path
    assert top.key is not None
    path = (*top.path, top.key)
    top.value[top.key] = value
    top.key = None
    return path


_QUOTE_ALL = """Put all of it in double quotes, and phrases in it in single ones: when: "!'border collie' & russia"."""
_BEGINS_WHEN = re.compile(r"""\bwhen:\s+["'!&*]""")


def _scalar(event: Any, line: int, offset: int, placed: Placed, stack: list[_Open]) -> None:
    top = stack[-1] if stack else None
    mark = event.tag or (event.anchor and f"&{event.anchor}")
    if mark and top is not None and top.key == "when":
        raise _Refuse(line, f"{mark} is read by YAML itself, and not as the beginning of an expression.", _QUOTE_ALL)
    if event.tag is not None:
        raise _Refuse(line, f"a YAML tag ({event.tag}) stands here, which the language does not have.", "Delete it.")
    value = _resolve(event)
    if top is None or isinstance(top.value, list) or top.key is not None:
        path = _put(value, line, offset, placed, stack)
        if not isinstance(value, str):
            placed.raw[path] = event.value
        if event.style == '"':
            placed.quoted.add(path)
        return
    if not isinstance(value, str):
        shown = event.value or "(nothing)"
        raise _Refuse(
            line,
            f"the key {shown} is read by YAML as {_kind(value)}, not as a name.",
            f"Write '{event.value}' in quotes.",
        )
    if value in top.value:
        first = placed.lines[(*top.path, value)]
        raise _Refuse(line, f"the key {value!r} stands twice (first in line {first}).", "Merge the two, or rename one.")
    top.key = value
    placed.lines[(*top.path, value)] = line + offset


def _resolve(event: Any) -> Any:
    """Read a plain scalar as YAML 1.1 does, but leave dates as text."""
    text: str = event.value
    if not event.implicit[0]:
        return text
    for tag, pattern in [*_RESOLVERS.get(text[:1], ()), *_RESOLVERS.get(None, ())]:
        if pattern.match(text):
            kind = tag.rsplit(":", 1)[-1]
            if kind == "null":
                return None
            if kind == "bool":
                return text.lower() in {"yes", "true", "on"}
            if kind in {"int", "float"}:
                return _number(text, kind)
            return text
    return text


def _number(text: str, kind: str) -> Any:
    try:
        return int(text.replace("_", ""), 10) if kind == "int" else float(text.replace("_", ""))
    except ValueError:  # octal, hexadecimal, sexagesimal: nothing in the language is written so
        return text


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "yes or no (true or false)"
    return "nothing" if value is None else "a number"


_SYNTAX = (
    ("\\t", "a tab stands here; YAML indents with spaces.", "Replace tabs by spaces."),
    ("found unexpected end of stream", "a quoted text that starts before here is never closed.", "Close the quote."),
    ("unexpected end of stream", "a quoted text that starts before here is never closed.", "Close the quote."),
    ("mapping values are not allowed", "a colon stands where none can be.", "Check the indent of this line, or put a text that contains ': ' in quotes."),
    ("cannot start any token", "a text cannot start with this character.", "Put it in single quotes."),
    ("did not find expected alphabetic", "a text that starts with * or & must stand in quotes.", "Write '*' in single quotes."),
    ("expected alphabetic or numeric", "a text that starts with * or & must stand in quotes.", "Write '*' in single quotes."),
)  # fmt: skip


def _syntax(error: yaml.MarkedYAMLError, text: str, file: str, offset: int) -> Problem:
    """Say a YAML syntax error so that somebody who has never read YAML's grammar can act on it."""
    mark = error.problem_mark or error.context_mark
    line = (mark.line if mark else 0) + 1
    said = " ".join(str(part) for part in (error.context, error.problem) if part)
    lines = text.splitlines()
    here = lines[line - 1] if line <= len(lines) else ""
    if "\t" in here[: len(here) - len(here.lstrip())] or "'\\t'" in said:
        message, remedy = _SYNTAX[0][1:]
    elif _BEGINS_WHEN.search(here) and "unexpected end" not in said and "when: *" not in here:
        message, remedy = "an expression that begins with a quote or a sign is read by YAML itself.", _QUOTE_ALL
    elif re.search(r"""["']\s*~\s*\d""", here) or re.search(r"""["']\s*~\s*\d""", lines[line - 2] if line > 1 else ""):
        message, remedy = (
            "a phrase in quotes is followed by ~N.",
            """Put the whole of it in single quotes: '"two words"~5'.""",
        )
    else:
        message, remedy = next(
            ((m, r) for sign, m, r in _SYNTAX if sign in said), (f"this is not YAML: {said}.", _hint(said))
        )
    if "never closed" in message and error.context_mark:
        line = error.context_mark.line + 1
    return Problem(file, line + offset, message, remedy=remedy)


def _hint(said: str) -> str:
    if "flow sequence" in said:
        return "A list in brackets needs commas between its entries and a ] at its end."
    if "flow mapping" in said:
        return "A mapping in braces needs commas between its entries and a } at its end."
    if "block" in said or "simple key" in said:
        return "Check the indent of this line and that every key is followed by ': '."
    return "Check quotes, brackets and indents."
