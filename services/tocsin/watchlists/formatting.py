"""Watchlists in canonical form: one order of keys, one indent, one way to write a text; comments are kept.

Our own writer: what round-trips YAML in general ties a comment to what stands *before* it, so that keys put in order
would leave their comments behind. The language needs only texts, lists and mappings (``written``).

Lists and mappings stay in brackets, or without them, as their author wrote them, unless what is in brackets has
comments inside or does not fit on a line. The result is read again: other data or a lost comment is an error, never
a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from tocsin.concepts import placed
from tocsin.errors import Problem
from tocsin.watchlists import when, written
from tocsin.watchlists.quoting import BLANK, WIDTH, block, folded, one_line, quoted
from tocsin.watchlists.source import content_hash, read_text
from tocsin.watchlists.written import Entry, Node, Page

_INDENT = 2
_OPERATOR = re.compile(r" (?=[&|] )")
_FOLDS = re.compile(r"\S+( \S+)+")


class Shape(NamedTuple):
    """The keys of a mapping in order, the shape of some of their values, and of entries and all other values."""

    order: tuple[str, ...] = ()
    inner: dict[str, Any] = {}  # noqa: RUF012 - never written to
    each: Any = None


_CHOICE = Shape(("any", "all", "none"))
_FILTERS = Shape(("lang", "sources", "max_age", "unknown"), {"sources": Shape(("include", "exclude"))})
_ENTITY = Shape(("name", "description", "from", "complete", "aliases", "weak", "type", "bad_rows"))
_KEYWORD = Shape(("name", "any", "not", "expand"))
_RULE = Shape(
    (
        "rule", "description", "when", "entities", "keywords", "within", "roles", "severity", "threshold", "channels",
        "filters", "guards", "mode", "always_run",
    ),
    {
        "entities": _CHOICE,
        "keywords": _CHOICE,
        "roles": Shape(("actor", "target")),
        "filters": _FILTERS,
        "guards": Shape(("negated", "denied", "hypothetical", "historical", "other_sense", "other_role")),
    },
)  # fmt: skip
DOCUMENT = Shape(
    ("watchlist", "description", "channels", "filters", "complete", "expand", "entities", "keywords", "rules"),
    {
        "filters": _FILTERS,
        "entities": Shape(each=_ENTITY),
        "keywords": Shape(each=_KEYWORD),
        "rules": Shape(each=_RULE),
    },
)


def format_text(text: str, *, file: str) -> tuple[str | None, list[Problem]]:
    """Return a watchlist text in canonical form; None, and why, where it has errors.

    Line ends become plain ones, and the last line has one. Formatting twice changes nothing more.
    """
    _, problems = read_text(text, file=file)
    if _refused(problems):
        return None, problems
    documents, _ = placed.read(text, file=file)
    conditions: dict[str, str] = {}
    problems += [problem for document in documents for problem in _conditions(document, conditions)]
    if _refused(problems):
        return None, problems
    made = _Writer(conditions).text(written.read(text))
    after, wrong = placed.read(made, file=file)
    before = [content_hash(_canonical(document.data, conditions)) for document in documents]
    same = not wrong and before == [content_hash(document.data) for document in after]
    if not same or sorted(written.comments(made)) != sorted(written.comments(text)):
        message = "this file cannot be formatted without changing what it says."
        return None, [Problem(file, 0, message, remedy="It is left as it is; please report it.")]
    return made, []


def _refused(problems: list[Problem]) -> bool:
    return any(problem.severity == "error" for problem in problems)


def _conditions(document: placed.Placed, found: dict[str, str]) -> Iterator[Problem]:
    """Put the canonical form of every `when:` into ``found``."""
    for number, rule in enumerate(document.data.get("rules") or ()):
        said = rule.get("when")
        if said is not None:
            try:
                found[said] = when.render(when.parse(said))
            except when.WhenError as error:
                line = document.line(("rules", number, "when"))
                message = f"`when:` of {rule.get('rule')!r}, {error.place}: {error.message}"
                yield Problem(document.file, line, message, remedy=error.remedy)


def _canonical(data: Any, conditions: dict[str, str]) -> Any:
    rules = [
        {**rule, "when": conditions.get(rule["when"], rule["when"])} if "when" in rule else rule
        for rule in data.get("rules") or ()
    ]
    return {**data, "rules": rules} if rules else data


class _Writer:
    def __init__(self, conditions: dict[str, str]) -> None:
        self._conditions = conditions
        self._json = False

    def text(self, pages: list[Page]) -> str:
        return "---\n".join("".join(f"{line}\n" for line in self._page(page)) for page in pages)

    def _page(self, page: Page) -> Iterator[str]:
        self._json = page.root.flow
        lines = [*page.header, *self._mapping(page.root, 0, DOCUMENT), *page.tail]
        yield from _spaced(lines)

    def _mapping(self, node: Node, indent: int, shape: Shape) -> Iterator[str]:
        for entry in _ordered(node, shape):
            inner = shape.inner.get(entry.key.text or "", shape.each) if entry.key is not None else shape.each
            yield from self._around(entry, indent, self._value(entry, indent, inner or Shape()))

    def _around(self, entry: Entry, indent: int, lines: Iterator[str]) -> Iterator[str]:
        """The lines of an entry between its comments."""
        yield from (_at(indent, said) for said in entry.before)
        yield from lines
        yield from (_at(indent, said) for said in entry.after)

    def _value(self, entry: Entry, indent: int, shape: Shape) -> Iterator[str]:
        """A key and its value, or a dash and an entry of a list."""
        start = f"{self._scalar(entry.key)}:" if entry.key is not None else "-"
        beside = f" {entry.beside}" if entry.beside else ""
        node = entry.node
        if node.text is not None:
            first, *more = self._long(entry, len(start) + 1 + indent)
            yield _at(indent, f"{start} {first}{beside}")
            yield from (_at(indent + _INDENT, line) for line in more)
            return
        if (node.flow and not node.commented) or not node.entries:
            inline = self._inline(node, shape)
            if not node.entries or indent + len(start) + 1 + len(inline) <= WIDTH:
                yield _at(indent, f"{start} {inline}{beside}")
                return
        inside = list(self._mapping(node, indent + _INDENT, shape))
        if entry.key is not None:
            yield _at(indent, f"{start}{beside}")
            yield from _without_blank(inside)
            return
        # An entry of a list begins on the line of its dash; comments on what became its first key stand above.
        begin = next(number for number, line in enumerate(inside) if line and not line.lstrip().startswith("#"))
        above = [*inside[:begin], *filter(None, [beside])]
        yield from (_at(indent, line.strip()) for line in _without_blank(above))
        yield _at(indent, f"- {inside[begin].lstrip()}")
        yield from inside[begin + 1 :]

    def _inline(self, node: Node, shape: Shape) -> str:
        """What stands in brackets."""
        parts = []
        for entry in _ordered(node, shape):
            key = entry.key
            inner = (shape.inner.get(key.text or "", shape.each) if key is not None else shape.each) or Shape()
            scalar = entry.node.text is not None
            value = self._scalar(entry.node, flow=True) if scalar else self._inline(entry.node, inner)
            parts.append(value if key is None else f"{self._scalar(key, flow=True)}: {value}")
        return f"[{', '.join(parts)}]" if node.listed else f"{{{', '.join(parts)}}}"

    def _long(self, entry: Entry, used: int) -> list[str]:
        """A text as a value: on the line of its key, or as a block after it."""
        node, text = entry.node, entry.node.text or ""
        if entry.key is not None and entry.key.text == "when":
            text = self._conditions.get(text, text)
            one, parts = quoted(text), _OPERATOR.split(text)
            fits = used + len(one) <= WIDTH or len(parts) == 1 or not one_line(text)
            return [one] if fits else folded(parts, used)
        if node.style in {"|", ">"}:
            return block(text, node.style, node.source) or [quoted(text)]
        one = self._scalar(node)
        broken = "\n" in node.source and used + len(one) > WIDTH
        return folded(text.split(" "), used) if broken and _FOLDS.fullmatch(text) else [one]

    def _scalar(self, node: Node, *, flow: bool = False) -> str:
        text = node.text or ""
        if not node.style and one_line(text):
            return text  # what is plain here is plain anywhere it is put
        return quoted(text, flow=flow, double=node.style == '"' and not self._json)


def _at(indent: int, line: str) -> str:
    return f"{' ' * indent}{line}" if line and line != BLANK else line


def _spaced(lines: Iterable[str]) -> Iterator[str]:
    """Leave out blank lines at both ends, and all but one of several; those of a block text stay."""
    blank, begun = False, False
    for line in lines:
        if line:
            if blank and begun:
                yield ""
            yield "" if line == BLANK else line
        begun, blank = begun or bool(line), not line


def _without_blank(lines: list[str]) -> list[str]:
    """Leave out blank lines at the beginning."""
    first = next((number for number, line in enumerate(lines) if line), len(lines))
    return lines[first:]


def _ordered(node: Node, shape: Shape) -> list[Entry]:
    """The entries of a mapping in canonical order: known keys first; names that an author gave stay as they are."""
    if node.listed:
        return node.entries
    rank = {key: place for place, key in enumerate(shape.order)}
    return sorted(node.entries, key=lambda entry: rank.get((entry.key.text if entry.key else "") or "", len(rank)))
