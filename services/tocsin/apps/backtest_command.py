"""`tocsin backtest`, the command: which articles, which lists, what is written where, and the exit code."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tocsin.apps.backtest import Line, read_articles, run, setup_of
from tocsin.apps.backtest_lines import Row, Tally, rows
from tocsin.apps.present import plain
from tocsin.apps.retained import articles as retained
from tocsin.apps.retained import oldest
from tocsin.apps.tail import seconds
from tocsin.apps.watchlists import compiled, published_version
from tocsin.errors import Refused
from tocsin.events import Limits
from tocsin.model.decision import Decision
from tocsin.model.rule import Watchlist
from tocsin.publish.alert import iso
from tocsin.runtime.connect import connect
from tocsin.runtime.embedded import find_url
from tocsin.settings import Settings

_PROBLEMS_SHOWN = 20
_EXAMPLES = 5  # articles gained or lost that are shown a rule


def backtest(
    settings: Settings,
    *,
    paths: list[Path],
    articles: Path | None,
    since: str | None,
    against: str | None,
    form: str,
    everything: bool,
    fail_on_change: bool,
    partial: bool,
    out: Console,
    err: Console,
) -> int:
    """Run the command; return its exit code: 0, 1 where ``fail_on_change`` found one, 2 where there is less history.

    Raises:
        Refused: the words do not go together, or a list or file cannot be read.
    """
    if form not in {"table", "jsonl"}:
        raise Refused(f"--format {form}: write table or jsonl.")
    if (articles is None) == (since is None):
        raise Refused("Say which articles: --articles FILE.jsonl (or -), or --since 7d.")
    if fail_on_change and against is None:
        raise Refused("--fail-on-change needs --against: a PATH or NAME@VERSION to compare with.")
    ours = compiled(paths, settings=settings, err=err)
    if since is None:
        assert articles is not None
        lines, total = _from_file(articles)
    else:
        found = asyncio.run(_from_stream(settings, since, partial=partial, err=err))
        if found is None:
            return 2
        lines, total = found, len(found)
    if against is None:
        tally = _one(settings, ours, lines, total, form=form, everything=everything, err=err)
        if form == "table":
            _show(tally, out)
        return 0
    theirs = _other(settings, against, err)
    kept = list(lines)
    before = _one(settings, theirs, kept, len(kept), form="table", everything=True, err=err)
    after = _one(settings, ours, kept, len(kept), form=form, everything=everything, err=err)
    changed = _compare(before, after, out if form == "table" else err)
    return 1 if changed and fail_on_change else 0


def _other(settings: Settings, against: str, err: Console) -> tuple[Watchlist, ...]:
    if Path(against).exists():
        return compiled([Path(against)], settings=settings, err=err)
    name, at, version = against.rpartition("@")
    if not at or not version.isdecimal():
        raise Refused(f"--against {against}: no such file or folder; a published version is written NAME@VERSION.")
    return asyncio.run(_published(settings, name, int(version)))


async def _published(settings: Settings, name: str, version: int) -> tuple[Watchlist, ...]:
    redis = connect(find_url(settings), settings.redis)
    try:
        return (await published_version(redis, name, version, settings=settings),)
    finally:
        await redis.aclose()


def _from_file(path: Path) -> tuple[Iterable[Line], int | None]:
    if str(path) == "-":
        return read_articles(sys.stdin.buffer), None
    if not path.exists():
        raise Refused(f"{path}: no such file.")
    with path.open("rb") as file:
        total = sum(1 for line in file if line.strip())
    return read_articles(_lines(path.open("rb"))), total


def _lines(file: BinaryIO) -> Iterator[bytes]:
    with file:
        yield from file


async def _from_stream(settings: Settings, since: str, *, partial: bool, err: Console) -> list[Line] | None:
    """Return the retained articles since then; None where less is kept and that was not accepted."""
    redis = connect(find_url(settings), settings.redis)
    try:
        stream = settings.articles.stream
        server_now = (await redis.time())[0]
        wanted = server_now - seconds(since)
        kept_since = await oldest(redis, stream)
        if kept_since is None or kept_since > wanted + 60:  # a minute's grace: the stream need not begin on the second
            reach = "nothing is kept" if kept_since is None else f"articles are kept since {iso(kept_since)}"
            err.print(f"--since {since}: {reach}.", markup=False)
            if not partial:
                err.print("Use --partial to go on with what there is.")
                return None
        limits = Limits(max_entry_bytes=settings.articles.max_entry_bytes)
        found = [article async for article in retained(redis, stream, wanted, limits)]
        return [Line(number, article) for number, article in enumerate(found, start=1)]
    finally:
        await redis.aclose()


def _one(
    settings: Settings,
    watchlists: tuple[Watchlist, ...],
    lines: Iterable[Line],
    total: int | None,
    *,
    form: str,
    everything: bool,
    err: Console,
) -> Tally:
    """Run once; write rows where they are asked for, and count."""
    tally = Tally()
    problems = 0
    encode = msgspec.json.Encoder().encode
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        bar = progress.add_task("articles", total=total)
        for line, decisions in run(setup_of(settings, watchlists), lines):
            progress.advance(bar)
            if line.article is None:
                problems += 1
                if problems <= _PROBLEMS_SHOWN:
                    err.print(f"line {line.number}: {line.problem}", markup=False)
                continue
            for row in _rows(decisions):
                tally.add(row)
                if form == "jsonl" and (everything or row.decision == "alert"):
                    sys.stdout.buffer.write(encode(row) + b"\n")
    sys.stdout.flush()
    if problems:
        err.print(f"{problems} lines were no articles and were left out.")
    return tally


def _rows(decisions: list[Decision]) -> Iterator[Row]:
    for decision in decisions:
        yield from rows(decision)


def _show(tally: Tally, out: Console) -> None:
    table = Table("channel", "rule", "alerts", "suppressed", "because", box=None)
    keys = sorted({*tally.alerts, *((channel, rule) for channel, rule, _ in tally.suppressed)})
    for channel, rule in keys:
        reasons = {why: count for (c, r, why), count in tally.suppressed.items() if (c, r) == (channel, rule)}
        because = ", ".join(f"{why} {count}" for why, count in sorted(reasons.items(), key=lambda pair: -pair[1]))
        table.add_row(channel, rule, str(tally.alerts[channel, rule]), str(sum(reasons.values())), because)
    out.print(table)


def _compare(before: Tally, after: Tally, out: Console) -> bool:
    """Print alerts gained and lost, by rule, with examples; return whether there are any."""
    gained = [row for key, row in after.alerted.items() if key not in before.alerted]
    lost = [row for key, row in before.alerted.items() if key not in after.alerted]
    for word, several in (("gained", gained), ("lost", lost)):
        by_rule: dict[tuple[str, str], list[Row]] = {}
        for row in several:
            by_rule.setdefault((row.channel, row.rule), []).append(row)
        for (channel, rule), found in sorted(by_rule.items()):
            out.print(f"{word} {len(found):5d}  {channel} · {rule}", markup=False)
            for row in found[:_EXAMPLES]:
                said = row.evidence[0].sentence.text if row.evidence else ""
                out.print(
                    f"           {row.article_id}  {row.score:.2f}  {' '.join(plain(said).split())[:160]}", markup=False
                )
    out.print(f"{len(gained)} alerts gained, {len(lost)} lost, {len(after.alerted) - len(gained)} the same.")
    return bool(gained or lost)
