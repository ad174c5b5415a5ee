"""What differs between two versions of a list, as values: entities, keywords, rules, and what holds for all of it.

Documents are compared, not compiled lists: a version that no longer compiles can be compared too, and what the shipped
gazetteer and concepts add is no change of the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tocsin.apps.group_rows import RowsChanged
from tocsin.watchlists.drafting import slug
from tocsin.watchlists.patches import GroupRecord
from tocsin.watchlists.rows import Row, Rows

_ROWS_NAMED = 5  # of each kind
_PARTS = {"watchlist", "entities", "keywords", "rules"}
Aspects = dict[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Side:
    """A version: what it is called, and what it says. ``rules`` are their names and channels, defaults filled in."""

    label: str
    hash: str
    text: str
    document: dict[str, Any]
    rules: dict[str, tuple[str, ...]]
    groups: Mapping[str, Rows | GroupRecord] = field(default_factory=dict)


class Changed(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing about an entity, keyword or rule: its value before and after, or what came to a list and went.

    ``count`` says how many came or went where only the first are named.
    """

    what: str
    before: str | None = None
    after: str | None = None
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    count: int = 0


class Change(msgspec.Struct, frozen=True):
    """A part of the list: ``kind`` is list | entity | group | keyword | rule, ``state`` added | removed | changed."""

    kind: str
    name: str
    state: str
    changes: tuple[Changed, ...]


class Difference(msgspec.Struct, frozen=True):
    """All that differs. ``same``: both say the same, whatever the layout and the comments."""

    watchlist: str
    before: str
    after: str
    same: bool
    changes: tuple[Change, ...]


def difference(name: str, before: Side, after: Side, rows: Mapping[str, RowsChanged] | None = None) -> Difference:
    """Compare two versions of a list. Pure; the order of names, aliases and phrases does not count.

    Args:
        name: of the list.
        before, after: its versions.
        rows: of the groups whose rows are not the same in both, what differs.
    """
    changes = (
        *_parts("list", {name: _settings(before)}, {name: _settings(after)}),
        *_parts("entity", _entities(before), _entities(after)),
        *_with_rows(_parts("group", _groups(before), _groups(after)), rows or {}),
        *_parts("keyword", _keywords(before), _keywords(after)),
        *_parts("rule", _rules(before), _rules(after)),
    )
    return Difference(name, before.label, after.label, before.hash == after.hash, changes)


def _parts(kind: str, before: Mapping[str, Aspects], after: Mapping[str, Aspects]) -> Iterator[Change]:
    """Compare parts of one kind by name: what changed and what is gone in the old order, then what is new."""
    for name, aspects in before.items():
        changes = tuple(_changed(aspects, after.get(name, {})))
        if name not in after:
            yield Change(kind, name, "removed", changes)
        elif changes:
            yield Change(kind, name, "changed", changes)
    for name, aspects in after.items():
        if name not in before:
            yield Change(kind, name, "added", tuple(_changed({}, aspects)))


def _changed(before: Aspects, after: Aspects) -> Iterator[Changed]:
    for what in dict.fromkeys([*before, *after]):
        old, new = before.get(what), after.get(what)
        if isinstance(old, tuple) or isinstance(new, tuple):
            had, has = _listed(old), _listed(new)
            added, removed = tuple(one for one in has if one not in had), tuple(one for one in had if one not in has)
            if added or removed:
                yield Changed(what, added=added, removed=removed)
        elif old != new:
            yield Changed(what, before=old, after=new)


def _listed(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else () if value is None else (value,)


def _aspects(value: Mapping[str, Any], prefix: str = "") -> Aspects:
    """Flatten a mapping: ``filters: {sources: {exclude: [a]}}`` is ``filters sources exclude``."""
    found: Aspects = {}
    for key, one in value.items():
        if isinstance(one, Mapping):
            found |= _aspects(one, f"{prefix}{key} ")
        elif isinstance(one, list):
            found[f"{prefix}{key}"] = tuple(map(_text, one))
        else:
            found[f"{prefix}{key}"] = _text(one)
    return found


def _text(value: object) -> str:
    return "yes" if value is True else "no" if value is False else str(value)


def _settings(side: Side) -> Aspects:
    return _aspects({key: value for key, value in side.document.items() if key not in _PARTS})


def _named(written: Any) -> Iterator[tuple[str, Any]]:
    """Entities or keywords as written, by name: of a list, the name that a rule knows each by."""
    if isinstance(written, Mapping):
        yield from written.items()
        return
    for one in written or ():
        name = one.get("name", "") if isinstance(one, Mapping) else one
        yield (name if name.startswith("set:") else slug(name.removeprefix("concept:")) or name), one


def _entities(side: Side) -> dict[str, Aspects]:
    return {
        name: _aspects(value) if isinstance(value, Mapping) else {"name": value}
        for name, value in _named(side.document.get("entities"))
        if not _is_group(value)
    }


def _groups(side: Side) -> dict[str, Aspects]:
    found = {}
    for name, value in _named(side.document.get("entities")):
        if _is_group(value):
            rows = side.groups.get(name)
            found[name] = _aspects(value) | ({} if rows is None else {"rows": f"{rows.count:,} ({rows.digest[:12]})"})
    return found


def _with_rows(changes: Iterable[Change], rows: Mapping[str, RowsChanged]) -> Iterator[Change]:
    """Add to a changed group which rows came and went."""
    for change in changes:
        found = rows.get(change.name) if change.state == "changed" else None
        more = () if found is None else tuple(_rows(found))
        yield Change(change.kind, change.name, change.state, (*change.changes, *more))


def _rows(found: RowsChanged) -> Iterator[Changed]:
    if found.added:
        yield Changed("rows added", added=_some(found.added), count=len(found.added))
    if found.removed:
        yield Changed("rows removed", removed=_some(found.removed), count=len(found.removed))
    if found.changed:
        yield Changed("rows changed", added=_some(found.changed), count=len(found.changed))


def _some(rows: Sequence[Row]) -> tuple[str, ...]:
    return tuple(f"{row.id} ({row.name})" for row in rows[:_ROWS_NAMED])


def _is_group(value: object) -> bool:
    return isinstance(value, Mapping) and "from" in value


def _keywords(side: Side) -> dict[str, Aspects]:
    found: dict[str, Aspects] = {}
    for name, value in _named(side.document.get("keywords")):
        if isinstance(value, Mapping):
            found[name] = _aspects({"any": [value["name"]], **value} if "name" in value else value)
        else:
            found[name] = {"any": tuple(value) if isinstance(value, list) else (value,)}
    return found


def _rules(side: Side) -> dict[str, Aspects]:
    """Rules as written, with the channels they send to; those of a short list have nothing else of their own."""
    written = {rule["rule"]: rule for rule in side.document.get("rules") or ()}
    found = {}
    for name, channels in side.rules.items():
        said = {key: value for key, value in written.get(name, {}).items() if key not in {"rule", "channels"}}
        for part in ("entities", "keywords"):
            if isinstance(said.get(part), list):
                said[part] = {"any": said[part]}
        found[name] = _aspects(said) | {"channels": channels}
    return found
