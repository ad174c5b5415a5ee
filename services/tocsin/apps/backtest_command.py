"""`tocsin backtest`, the command: which articles, which lists, what is written where, and the exit code."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, nullcontext
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from tocsin.apps.backtest import Decided, Setup, decide_all, in_force, open_sides, print_of, setup_of
from tocsin.apps.backtest_compare import Comparison
from tocsin.apps.backtest_input import ArticleFile, Line, Place
from tocsin.apps.backtest_lines import Row, Tally, rows
from tocsin.apps.backtest_output import Output
from tocsin.apps.backtest_progress import Meter
from tocsin.apps.backtest_resume import EVERY_S, Counted, Resume, Stop, stopping
from tocsin.apps.backtest_state import print_of_code, print_of_file
from tocsin.apps.backtest_stream import ArticleStream
from tocsin.apps.reader_offsets import offsets_from
from tocsin.apps.watchlists import compiled, published_version
from tocsin.errors import Refused
from tocsin.model.article import digest
from tocsin.model.decision import Decision
from tocsin.model.rule import Watchlist
from tocsin.runtime.connect import connect
from tocsin.runtime.embedded import find_url
from tocsin.settings import Settings
from tocsin.stores.watchlists import RedisWatchlistStore

_PROBLEMS_SHOWN = 20
_PIPE_CLOSED = 141  # what a shell reports of a command whose reader went away


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line says, besides the lists.

    Attributes:
        articles, since: a file (``-``: standard input), or a duration; one of them.
        against: a path, ``NAME@VERSION`` or ``NAME``: the lists to compare with.
        form: table or jsonl.
        everything: rows of suppressed candidates too.
        fail_on_change: exit 1 where alerts were gained or lost.
        partial: less history than asked for will do.
        output: where jsonl goes; None: standard output.
        resume: the file that holds the state of a run that can be gone on with.
        workers: processes; None: one a core.
        marks: a file of marks by readers, or ``live``: those on the server; None: scores stand as they are.
        checkpoint_s: seconds between two states.
    """

    articles: Path | None = None
    since: str | None = None
    against: str | None = None
    form: str = "table"
    everything: bool = False
    fail_on_change: bool = False
    partial: bool = False
    output: Path | None = None
    resume: Path | None = None
    workers: int | None = None
    marks: str | None = None
    checkpoint_s: float = EVERY_S


def backtest(settings: Settings, asked: Asked, *, paths: list[Path], out: Console, err: Console) -> int:
    """Run the command; return its exit code.

    Returns:
        0; 1 where ``fail_on_change`` found a change; 2 where less history is kept than was asked for; 141 where nobody
        reads standard output any more.

    Raises:
        Refused: the words do not go together, or a list or file cannot be read. Exit code 2.
        Transient: a worker died. Exit code 1.
        KeyboardInterrupt, SystemExit: stopped by Ctrl-C or SIGTERM, the state kept. Exit codes 130 and 143.
    """
    _check(asked)
    with closing(_source(settings, asked)) as source:
        if isinstance(source, ArticleStream) and (missing := source.missing()) is not None:
            err.print(missing, markup=False)
            if not asked.partial:
                err.print("Use --partial to go on with what there is.")
                return 2
        ours = compiled(paths, settings=settings, err=err)
        theirs = [_other(settings, asked.against, ours, err)] if asked.against is not None else []
        try:
            setup = setup_of(settings, ours, *theirs, offsets=offsets_from(settings, asked.marks))
            counted = _run(setup, asked, source, err)
            _show(counted, asked, out=out, err=err)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter complains as it ends
            return _PIPE_CLOSED
    return 1 if asked.fail_on_change and counted.comparison.changed else 0


def _check(asked: Asked) -> None:
    if asked.form not in {"table", "jsonl"}:
        raise Refused(f"--format {asked.form}: write table or jsonl.")
    if (asked.articles is None) == (asked.since is None):
        raise Refused("Say which articles: --articles FILE.jsonl (or -), or --since 7d.")
    if asked.fail_on_change and asked.against is None:
        raise Refused("--fail-on-change needs --against: a PATH, NAME@VERSION or NAME to compare with.")
    if asked.output is not None and asked.form != "jsonl":
        raise Refused("--output is for rows: write --format jsonl beside it.")
    if asked.resume is None:
        return
    if asked.articles is None or not asked.articles.is_file():
        raise Refused("--resume needs --articles FILE: what comes from a pipe or a server cannot be gone back to.")
    if asked.form == "jsonl" and asked.output is None:
        raise Refused("--resume with --format jsonl needs --output FILE: standard output cannot be cut back.")


def _source(settings: Settings, asked: Asked) -> ArticleFile | ArticleStream:
    if asked.since is not None:
        return ArticleStream(settings, asked.since)
    assert asked.articles is not None
    return ArticleFile(asked.articles)


def _other(settings: Settings, against: str, ours: Sequence[Watchlist], err: Console) -> tuple[Watchlist, ...]:
    """The lists to compare with; a list that stands on our side alone is said to."""
    if Path(against).exists():
        theirs = compiled([Path(against)], settings=settings, err=err)
    else:
        theirs = in_force([asyncio.run(_published(settings, against))])
    alone = sorted({one.name for one in ours} - {one.name for one in theirs})
    if alone:
        err.print(f"--against {against} has no {', '.join(alone)}: all of their alerts are gained.", markup=False)
    return theirs


async def _published(settings: Settings, against: str) -> Watchlist:
    name, at, version = against.rpartition("@")
    redis = connect(find_url(settings), settings.redis)
    try:
        if at and version.isdecimal():
            return await published_version(redis, name, int(version), settings=settings)
        versions = await RedisWatchlistStore(redis).versions(against)
        if not versions:
            raise Refused(
                f"--against {against}: no such file or folder, and no published watchlist of that name. "
                "Write a PATH, NAME (as published now) or NAME@VERSION."
            )
        if versions[-1].removed:
            raise Refused(f"--against {against}: that list was removed. Write {against}@VERSION for what it was.")
        return await published_version(redis, against, versions[-1].number, settings=settings)
    finally:
        await redis.aclose()


def _run(setup: Setup, asked: Asked, source: ArticleFile | ArticleStream, err: Console) -> Counted:
    """Go through the articles; rows are written as they come."""
    job, sides = open_sides(setup)
    counted, place, written = Counted(Tally(), Comparison()), Place(), 0
    resume = None
    if asked.resume is not None:
        resume = Resume(asked.resume, _identity(setup, asked), every_s=asked.checkpoint_s)
        place, written, counted = resume.begin(sides, counted, asked.output)
        if place.number:
            err.print(f"going on behind line {place.number:,}, where {asked.resume} left off", markup=False)
    with closing(Output(asked.output)) as output:
        output.begin(written)
        lines = _articles(source, place)
        with (
            stopping() if resume is not None else nullcontext(Stop()) as stop,
            Meter(err, source.share(place)) as meter,
        ):
            for chunk in decide_all(job, sides, lines, workers=asked.workers):
                _take(chunk, counted, output, asked, err)
                place = chunk[-1][0].after
                meter.advance(len(chunk), source.share(place))
                if resume is not None and (resume.due or stop.asked):
                    resume.save(sides, counted, place, output)
                if stop.asked:
                    err.print(f"stopped behind line {place.number:,}; the same command goes on there", markup=False)
                    raise stop.end()
        output.flush()
    _conclude(counted, err)
    if resume is not None:
        resume.finish()
    return counted


def _articles(source: ArticleFile | ArticleStream, place: Place) -> Iterator[Line]:
    return source.articles(place) if isinstance(source, ArticleFile) else source.articles()


def _take(chunk: Iterable[Decided], counted: Counted, output: Output, asked: Asked, err: Console) -> None:
    """Count a chunk, compare it and write its rows."""
    for line, decisions in chunk:
        if line.article is None:
            counted.problems += 1
            if counted.problems <= _PROBLEMS_SHOWN:
                err.print(f"line {line.number}: {line.problem}", markup=False)
            continue
        counted.articles += 1
        ours, *theirs = [_rows(of_side) for of_side in decisions]
        for other in theirs:
            counted.comparison.add(line.article, other, ours)
        for row in ours:
            counted.tally.add(row)
            if asked.form == "jsonl" and (asked.everything or row.decision == "alert"):
                output.write(row)


def _rows(decisions: Iterable[Decision]) -> list[Row]:
    return [row for decision in decisions for row in rows(decision)]


def _conclude(counted: Counted, err: Console) -> None:
    """Say what was left out.

    Raises:
        Refused: there were lines, and none of them was an article: that is no file of articles.
    """
    if counted.problems:
        more = f" The first {_PROBLEMS_SHOWN} stand above." if counted.problems > _PROBLEMS_SHOWN else ""
        err.print(f"{counted.problems:,} lines were no articles and were left out.{more}")
    if counted.problems and not counted.articles:
        raise Refused(
            "None of the lines is an article: they must be JSON documents with a title or a body, one a line."
        )
    if not counted.articles:
        err.print("There were no articles.")


def _show(counted: Counted, asked: Asked, *, out: Console, err: Console) -> None:
    """Print the table, or the comparison; where rows go to standard output, the comparison goes to standard error."""
    if asked.against is not None:
        counted.comparison.show(out if asked.form == "table" else err)
    elif asked.form == "table":
        _table(counted.tally, out)


def _table(tally: Tally, out: Console) -> None:
    table = Table("channel", "rule", "alerts", "suppressed", "because", box=None)
    keys = sorted({*tally.alerts, *((channel, rule) for channel, rule, _ in tally.suppressed)})
    for channel, rule in keys:
        reasons = {why: count for (c, r, why), count in tally.suppressed.items() if (c, r) == (channel, rule)}
        because = ", ".join(f"{why} {count}" for why, count in sorted(reasons.items(), key=lambda pair: -pair[1]))
        table.add_row(channel, rule, str(tally.alerts[channel, rule]), str(sum(reasons.values())), because)
    out.print(table)


def _identity(setup: Setup, asked: Asked) -> dict[str, str]:
    """Return what a run must have in common with the one that it goes on with."""
    assert asked.articles is not None
    prints = [" ".join(sorted(map(print_of, side))) for side in setup.sides]
    limits = f"{setup.channels.model_dump_json()} reading {setup.reading} {setup.model}"
    return {
        "the articles": print_of_file(asked.articles),
        "the watchlists": prints[0],
        "--against": " ".join(prints[1:]),
        "the weights": digest(msgspec.json.encode(setup.weights, order="sorted").decode()),
        "the settings of channels and reading": limits,
        "--marks": digest(msgspec.json.encode(setup.offsets, order="sorted").decode()),
        "--format, --all or --output": f"{asked.form} {asked.everything} {asked.output and asked.output.resolve()}",
        "the code of Tocsin": print_of_code(),
    }
