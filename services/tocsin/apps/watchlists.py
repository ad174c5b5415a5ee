"""`tocsin watchlists check | show | apply`: plain functions; documents to ``out``, everything else to ``err``."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from redis.asyncio import Redis
from rich.console import Console
from rich.text import Text

from tocsin.apps import term_report
from tocsin.apps.reading_progress import reading
from tocsin.apps.watchlist_text import render
from tocsin.errors import InvalidWatchlist, Problem, Refused
from tocsin.model.rule import Watchlist
from tocsin.runtime.connect import connect
from tocsin.runtime.embedded import find_url
from tocsin.settings import Settings
from tocsin.stores.watchlist_plan import Applied, Order
from tocsin.stores.watchlists import RedisWatchlistStore, compiled_from
from tocsin.watchlists import Loaded, load
from tocsin.watchlists.groups import Files
from tocsin.watchlists.records import Draft, Record, drafts


def check(
    paths: list[Path],
    *,
    strict: bool = False,
    since: str | None = None,
    settings: Settings,
    out: Console,
    err: Console,
) -> int:
    """Check files; return 0, or 1 where there are errors. Findings are the document here: they go to ``out``.

    With ``since`` (a duration), how often each term stands in the articles that arrived since is told too.
    """
    loaded = _load(paths, settings, _files(err), strict=strict)
    report(loaded.problems, out)
    rules = sum(len(one.rules) for one in loaded.compiled if one is not None)
    told = [_count(len(loaded.errors), "error"), _count(len(loaded.warnings), "warning")]
    err.print(f"{_count(len(loaded.compiled), 'watchlist')}, {_count(rules, 'rule')}: {', '.join(told)}.", markup=False)
    if loaded.errors:
        return 1
    if since is not None:
        counted = [
            (source, one) for source, one in zip(loaded.sources, loaded.compiled, strict=True) if one is not None
        ]
        term_report.tell(settings, counted, since=since, out=out, err=err)
    return 0


def show(paths: list[Path], *, settings: Settings, out: Console, err: Console) -> int:
    """Print what the lists come to; return 0, or 1 where there are errors."""
    loaded = _load(paths, settings, _files(err))
    report(loaded.problems, err)
    for source, watchlist in zip(loaded.sources, loaded.compiled, strict=True):
        if watchlist is not None:
            render(source, watchlist, out)
    return 1 if loaded.errors else 0


async def apply_paths(
    settings: Settings, paths: list[Path], *, prune: bool, force: bool, strict: bool, out: Console, err: Console
) -> int:
    """Publish files on the server that the settings name; return 0, or 1 where they are refused.

    Raises:
        Conflict, NotReady, Refused: see ``stores.watchlists``.
    """
    files = _files(err)
    loaded = _load(paths, settings, files, strict=strict)
    report(loaded.problems, err)
    if loaded.errors:
        err.print("Nothing was applied.")
        return 1
    redis = connect(find_url(settings), settings.redis)
    try:
        applied = await _apply(redis, drafts(loaded, files), prune=prune, force=force)
    finally:
        await redis.aclose()
    _told(applied, out)
    return 0


async def apply(redis: Redis, paths: Iterable[Path], *, settings: Settings, console: Console) -> Applied:
    """Publish files over an open client; say on the console what was done.

    Raises:
        InvalidWatchlist: a list has errors; nothing was applied.
    """
    files = _files(console)
    loaded = _load(paths, settings, files)
    report(loaded.warnings, console)
    applied = await _apply(redis, drafts(loaded, files), prune=False, force=False)
    _told(applied, console)
    return applied


def apply_to(url: str, paths: Iterable[Path], *, settings: Settings, err: Console) -> Applied:
    """Do ``apply`` on the server at ``url``, from code that runs no event loop."""

    async def work() -> Applied:
        redis = connect(url, settings.redis)
        try:
            return await apply(redis, paths, settings=settings, console=err)
        finally:
            await redis.aclose()

    return asyncio.run(work())


def compiled(paths: Iterable[Path], *, settings: Settings, err: Console) -> tuple[Watchlist, ...]:
    """Compile files for a back-test or an explanation; warnings go to ``err``.

    Raises:
        InvalidWatchlist: a list has errors.
    """
    loaded = _load(paths, settings, _files(err))
    if not loaded.errors:
        report(loaded.warnings, err)
    return loaded.watchlists


async def published(redis: Redis, *, settings: Settings) -> tuple[Watchlist, ...]:
    """Return the published set, compiled.

    Raises:
        Refused: none was ever published.
        NotReady: it is not whole.
    """
    found = await RedisWatchlistStore(redis).read()
    if found is None:
        raise Refused("no watchlist set was ever published: run `tocsin watchlists apply PATH`, or name --watchlists.")
    return await compiled_from(RedisWatchlistStore(redis), found[1], settings=settings)


async def published_version(redis: Redis, name: str, number: int, *, settings: Settings) -> Watchlist:
    """Return one version of a published list, compiled.

    Raises:
        Refused: there is no such version.
    """
    versions = [one for one in await RedisWatchlistStore(redis).versions(name) if not one.removed]
    wanted = [one for one in versions if one.number == number]
    if not wanted:
        have = f"it has {', '.join(str(one.number) for one in versions)}" if versions else "it was never published"
        raise Refused(f"there is no version {number} of the watchlist {name!r}: {have}.")
    return (await compiled_from(RedisWatchlistStore(redis), wanted, settings=settings))[0]


async def published_at(redis: Redis, when: float, *, settings: Settings) -> tuple[Watchlist, ...]:
    """Return the set as it was published at that time (seconds since the epoch), compiled; empty where none was."""
    store = RedisWatchlistStore(redis)
    current: list[Record] = []
    for name in await store.names():
        until = [one for one in await store.versions(name) if one.when <= when]
        if until and not until[-1].removed:
            current.append(until[-1])
    try:
        return await compiled_from(store, current, settings=settings)
    except InvalidWatchlist:  # a version of then that this version's language refuses
        return ()


def report(problems: Iterable[Problem], console: Console) -> None:
    """Print findings, one a line, as an editor can jump to them."""
    for problem in problems:
        style = "red" if problem.severity == "error" else "yellow"
        console.print(Text(str(problem), style=style), soft_wrap=True)


def _files(err: Console) -> Files:
    return Files(partial(reading, err))


def _load(paths: Iterable[Path], settings: Settings, files: Files, *, strict: bool = False) -> Loaded:
    return load(paths, concepts=settings.watchlists.concepts, strict=strict, groups=files)


async def _apply(redis: Redis, found: Sequence[Draft], *, prune: bool, force: bool) -> Applied:
    order = Order(found, origin="file", who=who(), prune=prune, force=force)
    return await RedisWatchlistStore(redis).apply(order)


def who() -> str:
    """Return the name of whoever runs this, for the record."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user that has no name
        return "unknown"


def _told(applied: Applied, console: Console) -> None:
    for word, names in (("added", applied.added), ("changed", applied.changed), ("unchanged", applied.unchanged)):
        for name in names:
            console.print(f"{word} {name} version {applied.versions[name]}", markup=False, highlight=False)
    for name in applied.removed:
        console.print(f"removed {name}", markup=False, highlight=False)
    console.print(f"watchlist set at revision {applied.revision}", markup=False, highlight=False)


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
