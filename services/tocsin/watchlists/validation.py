"""From data to the document model, with every complaint in an analyst's words and at its line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from tocsin.concepts.placed import Path, Placed
from tocsin.errors import Problem
from tocsin.watchlists import language

_SYNONYMS = {
    "keyword": "keywords", "entity": "entities", "name": "watchlist", "channel": "channels", "rule": "rules",
    "list": "watchlist", "alias": "aliases", "desc": "description", "exclude": "not", "or": "any", "and": "all",
    "severities": "severity", "priority": "severity", "level": "severity", "languages": "lang", "language": "lang",
    "query": "when", "expression": "when", "condition": "when", "if": "when", "where": "when", "file": "from",
    "csv": "from", "source": "from", "subject": "actor", "agent": "actor", "who": "actor", "object": "target",
    "victim": "target", "patient": "target", "whom": "target", "role": "roles", "distance": "within", "near": "within",
}  # fmt: skip


def validate(placed: Placed) -> tuple[language.Document | None, list[Problem]]:
    """Return the document as the model reads it, or the problems that refuse it."""
    if not isinstance(placed.data, dict):
        message = "this is no watchlist: it must be keys with values."
        return None, [Problem(placed.file, placed.first_line, message, remedy="Begin with `watchlist: a-name`.")]
    if "watchlist" not in placed.data:
        near = next((key for key in placed.data if "watchlist" in {key.lower(), _SYNONYMS.get(key.lower())}), None)
        remedy = f"Write `watchlist:` instead of `{near}:`." if near else "Begin with `watchlist: a-name`."
        return None, [
            Problem(placed.file, placed.line((near,) if near else ()), "the watchlist has no name.", remedy=remedy)
        ]
    problems = [*_misplaced(placed), *_empty(placed)]
    if problems:
        return None, problems
    try:
        return language.Document.model_validate(placed.data), []
    except ValidationError as error:
        kept = _one_each(error.errors(include_url=False), placed)
        return None, list(dict.fromkeys(_problem(one, placed) for one in kept))


def _one_each(wrong: list[Any], placed: Placed) -> list[Any]:
    """A misspelled key that was needed is an unknown and a missing one; a text with a colon is so too. One says it."""
    kept = []
    unknown = {placed.resolve(tuple(one["loc"])) for one in wrong if one["type"] == "extra_forbidden"}
    missing = {placed.resolve(tuple(one["loc"])): one for one in wrong if one["type"] == "missing"}
    for one in wrong:
        path = placed.resolve(tuple(one["loc"]))
        if one["type"] == "missing":
            meant = {_near(str(key[-1]), path) for key in unknown if key[:-1] == path}
            said = one["loc"][-1] in meant or "from" in meant
        else:
            lack = missing.get(path[:-1]) if one["type"] == "extra_forbidden" else None
            known = _keys(path[:-1])
            said = lack is not None and set(lack["input"]).isdisjoint(known) and _near(str(path[-1]), path[:-1]) is None
        if not said:
            kept.append(one)
    return kept


def _misplaced(placed: Placed) -> Iterator[Problem]:
    """Groups that stand in a list: nothing would name them."""
    for path in placed.lines:
        if len(path) == 3 and path[0] == "entities" and isinstance(path[1], int) and path[2] == "from":
            yield Problem(
                placed.file, placed.line(path), "a group (`from:`) stands in a list, where it has no name.",
                remedy=f"Write entities: {{companies: {{from: {_at(placed.data, path)}}}}}.",
            )  # fmt: skip


def _empty(placed: Placed) -> Iterator[Problem]:
    """Keys with nothing after them: YAML reads null, which nobody writes on purpose."""
    for path in placed.raw:
        if path and isinstance(path[-1], str) and _at(placed.data, path) is None:
            yield Problem(
                placed.file, placed.line(path), f"`{path[-1]}` is empty.", remedy="Fill it in, or delete the key."
            )


def _at(value: Any, path: Path) -> Any:
    for part in path:
        value = value[part]
    return value


def _problem(wrong: Any, placed: Placed) -> Problem:
    path: Path = placed.resolve(tuple(wrong["loc"]))
    key = next((str(part) for part in reversed(path) if isinstance(part, str)), "")
    message, remedy = _say(wrong, placed, path, key)
    return Problem(placed.file, placed.line(path), message, remedy=remedy)


def _say(wrong: Any, placed: Placed, path: Path, key: str) -> tuple[str, str]:
    """Say a pydantic error: what is wrong, and what to write instead."""
    kind, given = wrong["type"], wrong["input"]
    if kind == "extra_forbidden":
        return _unknown_key(str(path[-1]), path[:-1])
    if kind == "missing" and isinstance(given, dict) and path and isinstance(path[-1], int):
        said = next((f"{name}: {value}" for name, value in given.items() if isinstance(value, str)), "")
        if said and not set(given) & set(_keys(path)):
            return (
                f"an entry of `{key}` is read as a key and a value.",
                f"A text with ': ' in it must stand in quotes: '{said}'.",
            )
    if kind == "missing":
        name = str(wrong["loc"][-1])
        where = (
            f"`{path[-1]}`"
            if path and isinstance(path[-1], str)
            else f"an entry of `{key}`"
            if path
            else "the watchlist"
        )
        return f"{where} has no `{name}`.", f"Add `{name}:`."
    if given is None or (isinstance(given, str | list | dict) and not given):
        if path and isinstance(path[-1], int):
            return f"an entry of `{key}` is empty.", "Fill it in, or delete it."
        return f"`{key}` is empty.", "Fill it in, or delete the key."
    if kind in {"list_type", "union_tag_invalid", "dict_type", "model_type", "model_attributes_type"}:
        return _wrong_form(path, key, given, wrong)
    return _say_text(wrong, key, placed.raw.get(path))


def _say_text(wrong: Any, key: str, raw: str | None) -> tuple[str, str]:
    """Say what is wrong with one value; ``raw`` is how it is written where YAML reads it as something else than text."""
    kind, given = wrong["type"], wrong["input"]
    if kind == "string_type" and raw is not None and key not in {"within", "max_age"}:
        reading = "yes or no" if isinstance(given, bool) else "a number"
        return f"{raw} is read by YAML as {reading}, not as text (in `{key}`).", f"Write it in quotes: '{raw}'."
    if kind == "string_type" and raw is None:
        what = "a mapping" if isinstance(given, dict) else "a list"
        hint = " A text with ': ' in it must stand in quotes." if isinstance(given, dict) else ""
        return f"`{key}` holds {what} where a text must be.", f"Write one text.{hint}"
    if kind == "string_too_long":
        return (
            f"`{key}` has {len(given):,} characters; at most {wrong['ctx']['max_length']:,} are read.",
            "Shorten it; an expression may name keywords and groups (`from:`) instead of many words.",
        )
    if (
        kind in {"string_pattern_mismatch", "literal_error", "string_type"}
        or "equal" in kind
        or kind.startswith(("float", "int", "bool"))
    ):
        return _wrong_value(key, raw if raw is not None else given, wrong)
    return f"`{key}`: {wrong['msg']}.", ""


def _wrong_form(path: Path, key: str, given: Any, wrong: Any) -> tuple[str, str]:
    where = f"an entry of `{key}`" if path and isinstance(path[-1], int) else f"`{key}`"
    if wrong["type"] == "list_type" and isinstance(given, str) and key != "rules":
        return f"{where} must be a list.", f"Write [{given}]."
    if isinstance(given, bool | int | float):
        return f"{where} cannot be {given!r}.", "A word such as NO or 1984 must stand in quotes."
    forms = {"list_type": "a list", "union_tag_invalid": _either(path)}.get(wrong["type"], "a mapping (key: value)")
    return f"{where} must be {forms}.", _example(path, key, given)


def _either(path: Path) -> str:
    """What may stand where several forms may."""
    if path[:1] == ("keywords",) and len(path) == 2 and isinstance(path[-1], str):
        return "a phrase, a list of phrases or a mapping"
    return "a list or a mapping" if len(path) == 1 or path[:1] == ("rules",) else "a text or a mapping"


def _example(path: Path, key: str, given: Any) -> str:
    """What to write instead, made of what was written."""
    last = path[-1] if path else None
    if path[:1] == ("rules",) and len(path) == 1:
        return "Write a hyphen before each: - {rule: a-name, when: …}."
    if path[:1] == ("rules",) and isinstance(last, int):
        return f"Write {{rule: a-name, when: {given if isinstance(given, str) else '…'}}}."
    if isinstance(given, str) and key in {"entities", "keywords"}:
        return f"Write [{given}]."
    if isinstance(given, list) and len(path) > 1 and all(isinstance(one, str) for one in given):
        names = ", ".join(given)
        if path[0] == "entities":
            return f"Write {{name: {last}, aliases: [{names}]}}." if isinstance(last, str) else "Write each by itself."
        if key == "sources":
            return f"Write {{include: [{names}]}} or {{exclude: [{names}]}}."
        if key == "keywords":
            return f"Write {{name: {given[0]}, any: [{names}]}}."
    return "See the examples in config/watchlists."


def _wrong_value(key: str, given: Any, wrong: Any) -> tuple[str, str]:
    if key in {"watchlist", "channels"}:
        proposal = re.sub(r"[^a-z0-9._-]+", "-", str(given).lower()).strip("-._")[:64]
        what = "channel name" if key == "channels" else "name of a watchlist"
        return (
            f"{str(given)!r} is no {what}: small letters, digits, '.', '_' and '-', 64 at most.",
            f"Write {proposal or 'a-name'}.",
        )
    if key == "rule":
        proposal = re.sub(r"[^\w.-]+", "-", str(given)).strip("-._")
        return (
            f"{str(given)!r} is no name of a rule: letters, digits, '.', '_' and '-'.",
            f"Write {proposal or 'a-name'}.",
        )
    if key == "max_age":
        return f"{str(given)!r} is no duration.", "Write a number and one of s m h d w: 30m, 48h, 7d."
    if key == "within":
        return f"{str(given)!r} is no distance.", "Write sentence, paragraph, article, or '12 words'."
    if key == "threshold":
        return (
            f"the threshold {given} is not a number from 0 to 1.",
            "0.6 means: alert where at least 60% of such alerts are right.",
        )
    if key == "lang":
        return f"{str(given)!r} is no language code.", "Write two small letters: en, ko, ru."
    if wrong["type"] == "bool_type":
        return f"`{key}` is yes or no, not {str(given)!r}.", "Write true or false."
    if wrong["type"] == "literal_error":
        allowed = [part.strip("'") for part in re.split(", | or ", str(wrong["ctx"]["expected"]))]
        near = next(iter(difflib.get_close_matches(str(given).lower(), [word.lower() for word in allowed], 1)), None)
        near = next((word for word in allowed if word.lower() == near), None)
        return (
            f"`{key}` cannot be {str(given)!r}.",
            f"Did you mean {near}?" if near else f"It is one of {', '.join(allowed)}.",
        )
    return f"`{key}` cannot be {str(given)!r}: {wrong['msg']}.", ""


def _unknown_key(key: str, parent: Path) -> tuple[str, str]:
    if key in _keys(parent):  # of the other form
        return f"`{key}` cannot stand beside `from:`.", "Write it into the file, or drop `from:`."
    near = _near(key, parent)
    remedy = f"Did you mean `{near}`?" if near else f"Here may stand: {', '.join(_keys(parent))}."
    return f"unknown key {key!r}.", remedy


def _near(key: str, parent: Path) -> str | None:
    """The key that was meant."""
    known = _keys(parent)
    near = "rule" if key == "name" and "rule" in known else _SYNONYMS.get(key)
    return near if near in known else next(iter(difflib.get_close_matches(key.lower(), known, 1, 0.6)), None)


def _keys(parent: Path) -> list[str]:
    """Which keys may stand in a mapping, told by where it stands."""
    depth = len(parent)
    also: dict[str, Any] = {}
    model: type[BaseModel] = language.Document
    if "filters" in parent:
        model = language.Sources if parent[-1] == "sources" else language.Filters
    elif depth and parent[0] == "entities":
        model = language.Entity
        also = language.Group.model_fields if depth > 1 and isinstance(parent[1], str) else {}
    elif depth and parent[0] == "keywords":
        model = language.NamedKeyword if isinstance(parent[-1], int) else language.Keyword
    elif depth and parent[0] == "rules":
        inside: dict[str, type[BaseModel]] = {
            "guards": language.Guards,
            "entities": language.Choice,
            "keywords": language.Choice,
            "roles": language.Roles,
        }
        model = inside.get(str(parent[-1]), language.Rule)
    return list(dict.fromkeys(field.alias or name for name, field in {**model.model_fields, **also}.items()))
