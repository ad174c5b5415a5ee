"""``when:`` expressions: text to a tree, and the tree back to its canonical text.

Tightest first: a term with its field (``title:``), then NEAR/N, SENTENCE, PARAGRAPH (left to right), ``!``, ``&``, ``|``.
``parse(render(node)) == node``, positions aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedToken, v_args
from lark.lexer import Lexer

from tocsin.watchlists import signs
from tocsin.watchlists.signs import WhenError

__all__ = ["And", "Everything", "Field", "Name", "Near", "Node", "Not", "Of", "Or", "Phrase", "WhenError", "parse", "render"]  # fmt: skip

MAX_DEPTH = 50  # of the tree: deeper is no longer read by anybody

_GRAMMAR = """
?start: either
?either: both (_OR both)*
?both: one (_AND one)*
?one: NOT near -> negated
    | near
?near: term
    | near NEAR term -> within
    | near TOGETHER term -> within
?term: NAME -> name
    | PHRASE -> phrase
    | FIELD term -> placed
    | COUNT _LPAR either (_COMMA either)* _RPAR -> least
    | _LPAR either _RPAR
%declare NAME PHRASE FIELD COUNT NEAR TOGETHER _LPAR _RPAR _COMMA _AND _OR NOT
"""


def _at() -> int:
    return field(default=0, compare=False)  # where it begins, in characters from 0


@dataclass(frozen=True, slots=True)
class Name:
    """An entity, keyword, group or member of one (``companies/ACME``), ``concept:x`` or ``set:x``."""

    text: str
    at: int = _at()


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words to be found, in the syntax that ``keywords:`` has: unquoted, ``"exact"``, ``=Cased``, ``begin*``, ``/re/``."""

    text: str
    at: int = _at()


@dataclass(frozen=True, slots=True)
class Field:
    """The part must stand in title | lead | body."""

    name: str
    part: Node
    at: int = _at()


@dataclass(frozen=True, slots=True)
class Near:
    """Both stand together; ``unit`` is words | sentence | paragraph, ``words`` how many may stand between."""

    left: Node
    right: Node
    unit: str
    words: int = 0
    at: int = _at()  # of the operator


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Node
    at: int = _at()


@dataclass(frozen=True, slots=True)
class And:
    """Every part holds; no part is an ``And``."""

    parts: tuple[Node, ...]
    at: int = _at()


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part holds; no part is an ``Or``."""

    parts: tuple[Node, ...]
    at: int = _at()


@dataclass(frozen=True, slots=True)
class Of:
    """At least ``count`` of the parts hold."""

    count: int
    parts: tuple[Node, ...]
    at: int = _at()


@dataclass(frozen=True, slots=True)
class Everything:
    """``*`` alone: every article."""

    at: int = _at()


Node = Name | Phrase | Field | Near | Not | And | Or | Of | Everything


def parse(text: str) -> Node:
    """Read an expression.

    Raises:
        WhenError: it cannot be meant; with the character, what was expected, and what to write instead.
    """
    if text.strip() == "*":
        return Everything(text.index("*"))
    found = signs.tokens(text)
    try:
        node: Any = _parser().parse(found)
    except UnexpectedToken as error:
        raise _unexpected(error.token, found, text) from None
    _check(node, text)
    return node  # type: ignore[no-any-return]


def render(node: Node) -> str:
    """Return the canonical text: no parenthesis that is not needed, one space around operators."""
    return _render(node, 0)


def walk(node: Node) -> Iterator[Node]:
    """Return the node and everything in it, outermost first, in the order of the text."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += reversed(children(one))


def children(node: Node) -> tuple[Node, ...]:
    """Return what a node is made of."""
    match node:
        case And(parts=parts) | Or(parts=parts) | Of(parts=parts):
            return parts
        case Field(part=part) | Not(part=part):
            return (part,)
        case Near(left=left, right=right):
            return (left, right)
        case _:
            return ()


_APOSTROPHE = re.compile(r"(?<!\w)'|'(?!\w)")  # no inner one: it would close the quotes


def _render(node: Node, least: int) -> str:
    """Render; in parentheses where it binds less than ``least``: | 0, & 1, ! 2, NEAR 3, term 4."""
    match node:
        case Or(parts=parts):
            binds, text = 0, " | ".join(_render(part, 1) for part in parts)
        case And(parts=parts):
            binds, text = 1, " & ".join(_render(part, 2) for part in parts)
        case Not(part=part):
            binds, text = 2, f"!{_render(part, 3)}"
        case Near(left=left, right=right, unit=unit, words=words):
            operator = f"NEAR/{words}" if unit == "words" else unit.upper()
            binds, text = 3, f"{_render(left, 3)} {operator} {_render(right, 4)}"
        case Field(name=name, part=part):
            binds, text = 4, f"{name}:{_render(part, 4)}"
        case Of(count=count, parts=parts):
            binds, text = 4, f"{count} OF ({', '.join(_render(part, 0) for part in parts)})"
        case Phrase(text=written):
            bare = signs.BARE.fullmatch(written)
            binds, text = 4, written if bare else f"'{_APOSTROPHE.sub('’', written)}'"
        case Name(text=text):
            binds = 4
        case Everything():
            binds, text = 4, "*"
    return text if binds >= least else f"({text})"


class _Given(Lexer):
    """The tokens are made before: their mistakes have messages of their own."""

    __future_interface__ = 2

    def __init__(self, conf: object) -> None:
        del conf

    def lex(self, lexer_state: Any, parser_state: Any) -> Iterator[Token]:
        """Return them as they are."""
        del parser_state
        return iter(lexer_state.text)


@v_args(inline=True)
class _Tree(Transformer[Token, Node]):
    """The parser's reductions to nodes; each method is the rule of that name."""

    def name(self, token: Token) -> Name:
        return Name(str(token), _start(token))

    def phrase(self, token: Token) -> Phrase:
        return Phrase(str(token), _start(token))

    def placed(self, token: Token, part: Node) -> Field:
        return Field(str(token), part, _start(token))

    def negated(self, token: Token, part: Node) -> Not:
        return Not(part, _start(token))

    def within(self, left: Node, token: Token, right: Node) -> Near:
        unit, words = ("words", int(token)) if token.type == "NEAR" else (token.lower(), 0)
        return Near(left, right, unit, words, _start(token))

    def least(self, token: Token, *parts: Node) -> Of:
        return Of(int(token[:9]), parts, _start(token))

    def either(self, *parts: Node) -> Or:
        flat = [one for part in parts for one in (part.parts if isinstance(part, Or) else (part,))]
        return Or(tuple(flat), parts[0].at)

    def both(self, *parts: Node) -> And:
        flat = [one for part in parts for one in (part.parts if isinstance(part, And) else (part,))]
        return And(tuple(flat), parts[0].at)


def _start(token: Token) -> int:
    return token.start_pos or 0


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", lexer=_Given, transformer=_Tree(), maybe_placeholders=False)


_NAMED = {"_AND": "`&`", "_OR": "`|`", "NOT": "`!`", "_LPAR": "`(`", "_RPAR": "`)`", "_COMMA": "`,`"}
_OPERATORS = {"_AND", "_OR", "NOT", "NEAR", "TOGETHER"}
_BEGINS = {"NAME", "PHRASE", "FIELD", "COUNT", "_LPAR", "NOT"}  # what a term begins with
_TERM = "Add a name of this list, 'words in any inflection' or \"exact words\""


def _unexpected(token: Token, found: list[Token], text: str) -> WhenError:
    """Say what was expected, by what stands before."""
    place = next((number for number, one in enumerate(found) if one is token), len(found))
    before = found[place - 1] if place else None
    after = found[place] if place < len(found) else None
    at = _start(after) if after is not None else len(text.rstrip())
    message, remedy = _expected(before, after)
    return WhenError(message, remedy, at=at, text=text)


def _expected(before: Token | None, after: Token | None) -> tuple[str, str]:
    if before is None:
        if after is None:
            return "the expression is empty.", f"{_TERM}, or delete `when:`."
        return f"an expression cannot begin with {_shown(after)}.", "Begin with a term."
    if before.type in {"NAME", "PHRASE", "_RPAR"}:
        return _after_a_term(before, after)
    if before.type == "COUNT" and (after is None or after.type != "_LPAR"):
        return f"after {_shown(before)} a list in parentheses must follow.", f"Write {before} OF (a, b, c)."
    if after is None:
        return f"after {_shown(before)} a term must follow.", f"{_TERM}; or delete {_shown(before)}."
    if after.type == "_RPAR" and before.type == "_LPAR":
        return "the parentheses are empty.", "Delete them, or write terms in them."
    if after.type == "NOT" and before.type == "NOT":
        return "two `!` cancel each other.", "Delete both."
    if after.type == "NOT" and before.type == "FIELD":
        return "`!` stands before the field, not behind it.", f"Write !{before}: …"
    if after.type == "NOT":
        return f"`!` cannot stand beside {_shown(before)}.", f"Write a & !(a {_bare(before)} b)."
    return f"after {_shown(before)} a term must follow, not {_shown(after)}.", f"{_TERM}; or delete one of the two."


def _after_a_term(before: Token, after: Token | None) -> tuple[str, str]:
    assert after is not None  # parentheses are balanced: after a term an expression may end
    if after.type == "_COMMA":
        return "a comma stands only between the parts of `2 OF (a, b, c)`.", "Write | for any of them, & for all."
    if after.type == "NOT":
        return f"between {_shown(before)} and `!` an operator is missing.", "Write & ! for what must not be there."
    between = f"between {_shown(before)} and {_shown(after)} an operator is missing."
    if {before.type, after.type} <= {"NAME"}:
        return between, f"Write & or | there; words that belong together stand in quotes: '{before} {after}'."
    return between, "Write & (both) or | (either) there."


def _shown(token: Token) -> str:
    return _NAMED.get(token.type) or f"`{_bare(token)}`"


def _bare(token: Token) -> str:
    forms = {"NEAR": "NEAR/{}", "FIELD": "{}:", "COUNT": "{} OF"}
    return forms.get(token.type, "{}").format(token if len(token) <= 24 else f"{token[:24]} …")


def _check(node: Node, text: str) -> None:
    """What the grammar lets pass: fields in fields, too deep a tree, N OF fewer, and what cannot stand in a proximity."""
    waiting = [(node, 1, False)]
    while waiting:
        one, depth, in_field = waiting.pop()
        if depth > MAX_DEPTH:
            raise WhenError("the expression is nested too deeply here.",
                            f"At most {MAX_DEPTH} levels: make keywords or rules of its parts.", at=one.at, text=text)  # fmt: skip
        if isinstance(one, Field) and in_field:
            raise WhenError("a field stands inside a field.", "Delete one of the two.", at=one.at, text=text)
        if isinstance(one, Of) and one.count > len(one.parts):
            raise WhenError(f"{one.count} of {len(one.parts)} can never hold.",
                            "Write a smaller number, or more parts.", at=one.at, text=text)  # fmt: skip
        if isinstance(one, Of) and one.count < 1:
            raise WhenError("0 of them always hold.", "Write 1 or more.", at=one.at, text=text)
        if isinstance(one, Near):
            for side in (one.left, one.right):
                _check_side(side, one, text)
        waiting += [(part, depth + 1, in_field or isinstance(one, Field)) for part in children(one)]


_IN_NEAR = {
    Not: ("`!` cannot stand inside {}: what is not there stands nowhere.", "Write it outside: … & !(…)."),
    And: ("`&` cannot stand inside {}.", "Write one {} for each, joined by &."),
    Of: ("`N OF` cannot stand inside {}.", "Write | for any of them, or one {} for each."),
}


def _check_side(side: Node, near: Near, text: str) -> None:
    waiting = [side]
    while waiting:
        one = waiting.pop()
        if type(one) in _IN_NEAR:
            operator = f"NEAR/{near.words}" if near.unit == "words" else near.unit.upper()
            message, remedy = (said.format(operator) for said in _IN_NEAR[type(one)])
            raise WhenError(message, remedy, at=one.at, text=text)
        if not isinstance(one, Near):  # which is checked by itself
            waiting += children(one)
