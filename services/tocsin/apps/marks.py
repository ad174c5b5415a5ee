"""`tocsin marks`: what readers say of alerts: add, list, take back, sum up, import."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from redis.asyncio import Redis
from rich.console import Console
from rich.table import Table

from tocsin.apps.mark_figures import RuleFigures, figures
from tocsin.apps.mark_subjects import find_alert, mark_on_alert, mark_on_article
from tocsin.apps.present import plain
from tocsin.apps.reader_offsets import read_marks
from tocsin.apps.tail import seconds
from tocsin.apps.watchlists import published, who
from tocsin.errors import Refused
from tocsin.model.rule import rule_key
from tocsin.publish.alert import iso
from tocsin.runtime.connect import connect
from tocsin.runtime.embedded import find_url
from tocsin.score.marks import MOST, by_rule, rule_offset, standing
from tocsin.settings import Settings
from tocsin.stores.marks import MarkStore, RedisMarkStore


@asynccontextmanager
async def _server(settings: Settings) -> AsyncIterator[tuple[Redis, MarkStore]]:
    redis = connect(find_url(settings), settings.redis)
    try:
        yield redis, RedisMarkStore(redis)
    finally:
        await redis.aclose()


async def add(
    settings: Settings,
    words: Sequence[str],
    *,
    article: str | None,
    rule: str | None,
    by: str | None,
    note: str,
    out: Console,
) -> int:
    """Mark an alert, or a retained article, and say what offset the rule's marks come to now; return 0.

    Args:
        words: the alert's id, unless an article is named, and the mark.

    Raises:
        Refused: the words do not go together, or there is no such alert, article or rule.
    """
    *ids, mark = words
    if len(ids) != (1 if article is None else 0):
        raise Refused("Write ALERT_ID useful|noise, or useful|noise with --article ID and --rule LIST/RULE.")
    if mark not in {"useful", "noise"}:
        raise Refused(f"{mark!r} is no mark: write useful or noise.")
    said: dict[str, Any] = {"mark": mark, "by": who() if by is None else by, "note": note}
    async with _server(settings) as (redis, store):
        if article is not None:
            if rule is None:
                raise Refused("--article needs --rule LIST/RULE: an article says by itself nothing of rules.")
            made = await mark_on_article(settings, redis, article, rule, **said)
        else:
            made = mark_on_alert(await find_alert(redis, ids[0]), rule, **said)
        before = rule_offset((await store.read([made.rule]))[made.rule])
        await store.add([made])
        marks = (await store.read([made.rule]))[made.rule]
    off = "" if settings.scoring.marks else " (off: scoring.marks)"
    out.print(
        f"{mark}: {made.rule}, article {plain(made.article_id)}, score {made.score:.2f}; "
        f"offset of {len(standing(marks))} marks: {before:+.2f} → {rule_offset(marks):+.2f}{off}",
        markup=False,
    )
    return 0


async def list_marks(settings: Settings, *, rules: list[str], since: str | None, form: str, out: Console) -> int:
    """Print the marks that count, oldest first within each rule; return 0."""
    _form(form)
    span = None if since is None else seconds(since)
    async with _server(settings) as (redis, store):
        found = await store.read(await _named(store, rules))
        after = "" if span is None else iso(float((await redis.time())[0]) - span)
    marks = [mark for of_rule in found.values() for mark in standing(of_rule) if mark.at >= after]
    if form == "jsonl":
        _lines(marks)
        return 0
    table = Table("at", "rule", "mark", "score", "by", "article", "title", "note", box=None)
    for mark in marks:
        shown = (mark.at, mark.rule, mark.mark, f"{mark.score:.2f}", mark.by, mark.article_id, mark.title, mark.note)
        table.add_row(*map(plain, shown))
    out.print(table, markup=False)
    return 0


async def remove(
    settings: Settings,
    alert_id: str | None,
    *,
    article: str | None,
    rule: str | None,
    by: str | None,
    everything: bool,
    out: Console,
    err: Console,
) -> int:
    """Take marks back; return 0, or 1 where there was none.

    Raises:
        Refused: what to take back was not said.
    """
    if everything and (rule is None or alert_id or article or by):
        raise Refused("--all takes back every mark of one rule: write --rule LIST/RULE --all, and nothing else.")
    if not everything and (alert_id is None) == (article is None):
        raise Refused("Say whose marks to take back: an ALERT_ID, --article ID, or --rule LIST/RULE --all.")
    reader = who() if by is None else by
    async with _server(settings) as (_, store):
        found = await store.read(await _named(store, [] if rule is None else [rule]))
        if everything:
            gone = [mark for of_rule in found.values() for mark in standing(of_rule)]
            for name in found:
                await store.clear(name)
        else:
            gone = [
                mark
                for of_rule in found.values()
                for mark in standing(of_rule)
                if mark.by == reader and (mark.alert_id == alert_id if article is None else mark.article_id == article)
            ]
            await store.add([msgspec.structs.replace(mark, mark="removed", terms=(), note="") for mark in gone])
    for mark in gone:
        out.print(f"taken back: {mark.mark}, {mark.rule}, article {plain(mark.article_id)}", markup=False)
    if not gone:
        whose = "" if everything else f" by {reader}; --by NAME names another reader"
        err.print(f"There is no such mark{whose}. `tocsin marks list` shows them.", markup=False)
    return 0 if gone else 1


async def summary(settings: Settings, *, rules: list[str], form: str, out: Console) -> int:
    """Print each rule's figures: marks, precision, offset, terms, what to leave out; return 0."""
    _form(form)
    async with _server(settings) as (_, store):
        found = await store.read(await _named(store, rules))
    told = [figures(rule, marks, in_force=settings.scoring.marks) for rule, marks in sorted(found.items())]
    kept = [one for one in told if one is not None]
    if form == "jsonl":
        _lines(kept)
        return 0
    _show(kept, out)
    if kept and not settings.scoring.marks:
        out.print("Offsets are not in force: scoring.marks is off.")
    return 0


async def import_marks(settings: Settings, path: Path, *, out: Console, err: Console) -> int:
    """Add the marks of a file, all or none; return 0.

    Raises:
        Refused: a line is no mark.
    """
    marks = read_marks(path)
    rules = by_rule(marks)
    async with _server(settings) as (redis, store):
        await _warn_of_unknown(settings, redis, rules, err)
        await store.add(marks)
        after = await store.read(rules)
    for rule, of_rule in rules.items():
        if len(of_rule) > MOST:
            err.print(f"{rule}: of {len(of_rule):,} marks the last {MOST} count.", markup=False)
    for rule in rules:
        out.print(f"{rule}: {len(rules[rule])} marks, offset {rule_offset(after[rule]):+.2f}", markup=False)
    return 0


async def _warn_of_unknown(settings: Settings, redis: Redis, rules: Iterable[str], err: Console) -> None:
    """Marks on a rule that is not published are kept: it may come back, or be published later."""
    try:
        known = {rule_key(one, rule) for one in await published(redis, settings=settings) for rule in one.rules}
    except Refused:
        known = set()
    if unknown := sorted(set(rules) - known):
        more = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
        err.print(
            f"No published rule is called {', '.join(unknown[:5])}{more}: its marks change no score.", markup=False
        )


async def _named(store: MarkStore, rules: list[str]) -> list[str]:
    """The rules that are asked for, else all that have marks."""
    known = sorted(await store.changed())
    return [rule for rule in known if not rules or rule in rules]


def _form(form: str) -> None:
    if form not in {"table", "jsonl"}:
        raise Refused(f"--format {form}: write table or jsonl.")


def _lines(documents: Iterable[object]) -> None:
    for document in documents:
        sys.stdout.write(msgspec.json.encode(document).decode() + "\n")


def _show(kept: Iterable[RuleFigures], out: Console) -> None:
    table = Table("rule", "useful", "noise", "precision", "readers", "offset", box=None)
    every = list(kept)
    for one in every:
        figure = f"{one.offset:+.2f}"
        table.add_row(one.rule, str(one.useful), str(one.noise), f"{one.precision:.0%}", str(one.readers), figure)
    out.print(table, markup=False)
    for one in every:
        if one.terms or one.suggestions:
            out.print(f"\n{one.rule}", style="bold", markup=False)
        for term in one.terms:
            out.print(
                f"  {plain(term.ref)}: {plain(term.text)}  {term.useful} useful, {term.noise} noise, {term.precision:.0%}",
                markup=False,
            )
        for suggestion in one.suggestions:
            out.print(f"  → {plain(suggestion)}", markup=False)
