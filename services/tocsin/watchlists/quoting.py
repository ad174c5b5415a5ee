"""How a text is written in YAML: plain where it may be, in quotes where it must be, or as a block of lines."""

from __future__ import annotations

import json
import re

import yaml

WIDTH = 100  # columns of a line, where it can be broken
BLANK = "\0"  # a blank line of a block text, which is no spacing
_RESOLVERS = yaml.SafeLoader.yaml_implicit_resolvers
_NUMBER_LIKE = re.compile(r"[-+]?[.\d][\d_.eExXoO:+-]*")  # a number to some reader of YAML, if not to this one
_BRACKETS = frozenset(",[]{}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff]")
_UNSAFE_START = re.compile(r"[-?:,\[\]{}#&*!|>'\"%@`=<~]")
_UNSAFE = re.compile(r": |:$| #")


def one_line(text: str) -> bool:
    """Whether a text can stand as it is wherever a plain one stood."""
    return _CONTROL.search(text) is None


def quoted(text: str, *, flow: bool = False, double: bool = False) -> str:
    """Write a text on one line, with the quotes that it needs.

    Args:
        text: what is to be read.
        flow: it stands in brackets.
        double: its author put it in double quotes. Around several words they stay: ``check`` asks whether they were meant
            as a part of the phrase.
    """
    if _CONTROL.search(text):
        return _escaped(text)
    if double and " " in text and not set('"\\') & set(text):
        return f'"{text}"'
    if _plain(text) and not (flow and _BRACKETS & set(text)):
        return text
    if "'" in text and not set('"\\') & set(text):
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def block(text: str, style: str, source: str) -> list[str]:
    """Return the lines of a block text (``|`` or ``>``) as they stand in ``source``, without their indent.

    Empty where it cannot be kept so.
    """
    head, *lines = source.splitlines()
    numbered = any(sign.isdigit() for sign in head.partition("#")[0])
    if numbered or _CONTROL.search(text.replace("\n", "")) or not text.strip():
        return []
    if text.endswith("\n\n") or text[0] in " \n":
        return []
    while lines and not lines[-1].strip():
        lines.pop()
    indent = min(len(line) - len(line.lstrip(" ")) for line in lines if line.strip())
    return [style + ("" if text.endswith("\n") else "-"), *(line[indent:] or BLANK for line in lines)]


def folded(parts: list[str], used: int) -> list[str]:
    """Return a text as a folded block, broken between parts; one that is too long has a line of its own.

    Args:
        parts: of the text, which has one space between them and no other line than this.
        used: columns that stand before it.
    """
    lines = [parts[0]]
    width = WIDTH - min(used, WIDTH // 2)
    for part in parts[1:]:
        if len(lines[-1]) + 1 + len(part) <= width:
            lines[-1] += f" {part}"
        else:
            lines.append(part)
    return [">-", *lines]


def _plain(text: str) -> bool:
    """Whether a text needs no quotes, whoever reads it."""
    if not text or text != text.strip() or _UNSAFE_START.match(text) or _UNSAFE.search(text):
        return False
    if _NUMBER_LIKE.fullmatch(text) or text.startswith(("--- ", "... ")):
        return False
    return not any(pattern.match(text) for _, pattern in [*_RESOLVERS.get(text[:1], ()), *_RESOLVERS.get(None, ())])


def _escaped(text: str) -> str:
    made = json.dumps(text, ensure_ascii=False)
    return _CONTROL.sub(lambda found: f"\\u{ord(found.group()):04x}", made)
