"""`tocsin watchlists history | rollback`: which versions there are, and how to have an old one again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from redis.asyncio import Redis
from rich.console import Console

from tocsin.apps.present import plain
from tocsin.apps.watchlists import published_version, report, who
from tocsin.errors import InvalidWatchlist, Refused
from tocsin.publish.alert import iso
from tocsin.runtime.connect import connect
from tocsin.runtime.embedded import find_url
from tocsin.settings import Settings
from tocsin.stores.watchlist_plan import Order
from tocsin.stores.watchlists import RedisWatchlistStore
from tocsin.watchlists.records import Draft, Record

_HASH = 12  # characters that are shown


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A version as history shows it; ``state`` is current | old | removed (that the list was taken back then)."""

    watchlist: str
    version: int
    state: str
    when: str
    who: str
    origin: str
    file: str
    hash: str
    rules: int
    entities: int
    keywords: int
    groups: dict[str, int]  # rows of each


async def history(settings: Settings, name: str | None, *, as_json: bool = False, out: Console) -> int:
    """Print every version of a list, newest first; without a name, what became of every list; return 0.

    Raises:
        Refused: the name was never published.
    """
    redis = connect(find_url(settings), settings.redis)
    try:
        versions = await _last(redis) if name is None else await _all(redis, name)
    finally:
        await redis.aclose()
    if as_json:
        for one in versions:
            out.print(msgspec.json.encode(one).decode(), markup=False, soft_wrap=True)
    else:
        _show(versions, out, named=name is None)
    return 0


async def rollback(
    settings: Settings, name: str, number: int | None, *, force: bool = False, out: Console, err: Console
) -> int:
    """Publish what an old version says as a new one; return 0, or 1 where it does not compile any more.

    Args:
        settings: name the server.
        name: of the list, which may have been removed.
        number: of the version; None: the one before the current, of a removed list its last.
        force: also where the current version came from elsewhere than a file.
        out, err: documents, and findings.

    Raises:
        Refused: there is no such version, or it would overwrite a list of another origin.
        Conflict: somebody else published meanwhile.
    """
    redis = connect(find_url(settings), settings.redis)
    try:
        store = RedisWatchlistStore(redis)
        found = await store.read()
        versions = await store.versions(name)
        old = wanted(name, versions, number)
        try:
            compiled = await published_version(redis, name, old.number, settings=settings)
        except InvalidWatchlist as refused:
            report(refused.problems, err)
            err.print(f"Version {old.number} of {name} cannot be compiled any more. Nothing was changed.", markup=False)
            return 1
        draft = _again(old, {rule.name: rule.channels for rule in compiled.rules})
        order = Order([draft], origin="file", who=who(), force=force, revision=found[0] if found else None)
        applied = await store.apply(order)
    finally:
        await redis.aclose()
    if name in applied.unchanged:
        out.print(f"{name}: version {versions[-1].number} says what version {old.number} says. Nothing was changed.")
        return 0
    before = "the list was removed" if versions[-1].removed else f"in place of version {versions[-1].number}"
    by = f"published {iso(old.when)} by {old.who or 'unknown'}"
    out.print(f"{name}: version {applied.versions[name]} is version {old.number} again ({by}), {before}", markup=False)
    out.print(f"watchlist set at revision {applied.revision}")
    return 0


def wanted(name: str, versions: Sequence[Record], number: int | None) -> Record:
    """Return the version that a number means; None is the one to go back to.

    Raises:
        Refused: there is none.
    """
    kept = [one for one in versions if not one.removed]
    if not kept:
        raise Refused(f"the watchlist {name!r} was never published.")
    if number is None:
        if versions[-1].removed:
            return kept[-1]
        if len(kept) == 1:
            raise Refused(f"{name} has only version {kept[0].number}: there is none before it.")
        return kept[-2]
    for one in kept:
        if one.number == number:
            return one
    have = ", ".join(str(one.number) for one in kept)
    raise Refused(f"there is no version {number} of the watchlist {name!r}: it has {have}.")


def _again(old: Record, rules: dict[str, tuple[str, ...]]) -> Draft:
    return Draft(
        name=old.name, hash=old.hash, file=old.file, line=old.line, source=old.source, document=old.document, rules=rules,
        groups=dict(old.groups),
    )  # fmt: skip


async def _all(redis: Redis, name: str) -> list[Version]:
    records = await RedisWatchlistStore(redis).versions(name)
    if not records:
        raise Refused(f"the watchlist {name!r} was never published.")
    return list(reversed(_versions(records)))


async def _last(redis: Redis) -> list[Version]:
    store = RedisWatchlistStore(redis)
    return [_versions(await store.versions(name))[-1] for name in await store.names()]


def _versions(records: Sequence[Record]) -> list[Version]:
    return [_version(record, current=record is records[-1]) for record in records]


def _version(record: Record, *, current: bool) -> Version:
    document = record.document
    return Version(
        watchlist=record.name,
        version=record.number,
        state="removed" if record.removed else "current" if current else "old",
        when=iso(record.when),
        who=record.who,
        origin=record.origin,
        file=record.file,
        hash=record.hash[:_HASH],
        rules=len(record.rules),
        entities=len(document.get("entities") or ()) - len(record.groups),
        keywords=len(document.get("keywords") or ()),
        groups={name: group.count for name, group in record.groups.items()},
    )


def _show(versions: Iterable[Version], out: Console, *, named: bool) -> None:
    """Print a line a version; nothing is cut, whatever the width of the terminal."""
    head = ["version", "state", "when", "who", "hash", "rules", "entities", "keywords", "from"]
    lines = [[*(["watchlist"] if named else []), *head]]
    for one in versions:
        counts = ["", "", ""] if one.state == "removed" else [str(one.rules), _entities(one), str(one.keywords)]
        cells = [str(one.version), one.state, one.when, one.who or "unknown", one.hash, *counts, _from(one)]
        lines.append([*([one.watchlist] if named else []), *cells])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = [cell.ljust(width) for cell, width in zip(line, widths, strict=True)]
        out.print(plain("  ".join(cells).rstrip()), markup=False, soft_wrap=True)


def _entities(one: Version) -> str:
    """*12*, or *12 + companies 1,000,000*."""
    return " + ".join([str(one.entities), *(f"{name} {count:,}" for name, count in one.groups.items())])


def _from(one: Version) -> str:
    return one.file if one.origin == "file" else f"{one.origin} {one.file}".strip()
