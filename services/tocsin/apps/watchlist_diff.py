"""`tocsin watchlists diff`: what a change of a list comes to, in an analyst's words."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.text import Text

from tocsin.apps.group_rows import compare, lines
from tocsin.apps.present import plain
from tocsin.apps.watchlist_changes import Change, Changed, Difference, Side, difference
from tocsin.apps.watchlist_history import wanted
from tocsin.errors import Refused
from tocsin.publish.alert import iso
from tocsin.runtime.connect import connect
from tocsin.runtime.embedded import find_url
from tocsin.settings import Settings
from tocsin.stores.watchlists import RedisWatchlistStore
from tocsin.watchlists import load
from tocsin.watchlists.groups import Files
from tocsin.watchlists.records import Draft, Record, drafts

_SIGNS = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}
_SHOWN = 12  # names of one kind that are spelled out


async def diff(
    settings: Settings,
    name: str,
    before: str | None,
    after: str | None,
    *,
    text: bool = False,
    as_json: bool = False,
    exit_code: bool = False,
    out: Console,
) -> int:
    """Print what differs between two versions of a list, or between one and a file.

    Args:
        settings: name the server.
        name: of the list.
        before, after: numbers of versions, or paths. Both None: the last two versions. One: it and the current version,
            the older of the two first; a path is the newer.
        text: the texts line by line instead.
        as_json: one JSON document instead.
        exit_code: return 1 where they differ.
        out: where it is written.

    Raises:
        Refused: there is no such version, or the file has no such list.
    """
    redis = connect(find_url(settings), settings.redis)
    try:
        store = RedisWatchlistStore(redis)
        first, second = _sides(settings, name, await store.versions(name), before, after)
        rows = {
            group: compare(await lines(store, first.groups[group]), await lines(store, second.groups[group]))
            for group in sorted(first.groups.keys() & second.groups.keys())
            if first.groups[group].digest != second.groups[group].digest
        }
    finally:
        await redis.aclose()
    found = difference(name, first, second, rows)
    if as_json:
        out.print(msgspec.json.encode(found).decode(), markup=False, soft_wrap=True)
    elif text:
        _lines(first, second, out)
    else:
        _show(found, out)
    return 1 if exit_code and not found.same else 0


def _sides(
    settings: Settings, name: str, versions: Sequence[Record], before: str | None, after: str | None
) -> tuple[Side, Side]:
    current = versions[-1] if versions and not versions[-1].removed else None
    if before is None:
        old = wanted(name, versions, None)
        kept = [one for one in versions if not one.removed]
        return _version(old), _version(kept[-1])
    if after is not None:
        return _side(settings, name, versions, before), _side(settings, name, versions, after)
    one = _side(settings, name, versions, before)
    if current is None:
        raise Refused(f"{name} has no current version to compare with: name two versions, or a version and a path.")
    return (one, _version(current)) if before.isdecimal() else (_version(current), one)


def _side(settings: Settings, name: str, versions: Sequence[Record], said: str) -> Side:
    if said.isdecimal():
        return _version(wanted(name, versions, int(said)))
    path = Path(said)
    if not path.exists():
        raise Refused(f"{said}: neither the number of a version nor a file or folder.")
    files = Files()
    for draft in drafts(load([path], concepts=settings.watchlists.concepts, groups=files), files):
        if draft.name == name:
            return _file(draft)
    raise Refused(f"{said} holds no watchlist {name!r}.")


def _version(record: Record) -> Side:
    return Side(
        label=f"version {record.number} of {iso(record.when)} by {record.who or 'unknown'}",
        hash=record.hash,
        text=record.source,
        document=record.document,
        rules={rule: known.channels for rule, known in record.rules.items()},
        groups=record.groups,
    )


def _file(draft: Draft) -> Side:
    return Side(
        label=draft.file,
        hash=draft.hash,
        text=draft.source,
        document=draft.document,
        rules=dict(draft.rules),
        groups=draft.groups,
    )


def _lines(before: Side, after: Side, out: Console) -> None:
    texts = before.text.splitlines(), after.text.splitlines()
    for line in difflib.unified_diff(*texts, before.label, after.label, lineterm=""):
        style = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")
        out.print(Text(plain(line), style=style), soft_wrap=True)


def _show(found: Difference, out: Console) -> None:
    out.print(Text(f"{found.watchlist}: {found.before} → {found.after}", style="bold"), soft_wrap=True)
    if not found.changes:
        out.print("no difference" if found.same else "no difference but in the order of what is listed")
    for change in found.changes:
        sign, style = _SIGNS[change.state]
        out.print(Text(f"{sign} {change.kind} {plain(change.name)}", style=style), soft_wrap=True)
        for line in _said(change):
            out.print(f"    {plain(line)}", markup=False, soft_wrap=True)


def _said(change: Change) -> Iterable[str]:
    """The lines under a change. What is new or gone as a whole shows what it says, not what it is instead of."""
    for one in change.changes:
        yield f"{one.what}: {_one(one, whole=change.state != 'changed')}"


def _one(one: Changed, *, whole: bool) -> str:
    if one.count:
        names = one.added or one.removed
        more = f", and {one.count - len(names):,} more" if one.count > len(names) else ""
        return f"{one.count:,}: {', '.join(names)}{more}"
    if one.added or one.removed:
        if whole:
            return _names("", one.added or one.removed)
        return "  ".join(filter(None, (_names("+ ", one.added), _names("- ", one.removed))))
    if whole:
        return (one.after if one.before is None else one.before) or ""
    return f"{one.before or 'not set'} → {one.after or 'not set'}"


def _names(sign: str, names: Sequence[str]) -> str:
    shown = f", {sign}".join(names[:_SHOWN])
    more = f", {sign}{len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{sign}{shown}{more}" if names else ""
