"""`tocsin misses`: what rules did not alert and might have, for a person to look through."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path

import msgspec
from rich.console import Console
from rich.text import Text

from tocsin.apps.backtest import in_force
from tocsin.apps.backtest_input import ArticleFile, Line, Place
from tocsin.apps.backtest_progress import Meter
from tocsin.apps.backtest_stream import ArticleStream
from tocsin.apps.mark_subjects import only_rule
from tocsin.apps.miss_search import Miss, Search
from tocsin.apps.present import plain
from tocsin.apps.reader_offsets import live_offsets
from tocsin.apps.watchlists import compiled, published
from tocsin.errors import Refused
from tocsin.model.rule import Watchlist, rule_key
from tocsin.read.reader import Reader
from tocsin.runtime.connect import connect
from tocsin.runtime.embedded import find_url
from tocsin.score.weights import load as load_weights
from tocsin.settings import HOUR, Settings

_TOGETHER = 100  # articles that are read in one go
_DEADLINE_S = 600.0  # a person waits; results must not vary with a machine's load
_WIDE = 240  # characters of a sentence in the table


def misses(
    settings: Settings,
    *,
    paths: list[Path],
    rules: list[str],
    articles: Path | None,
    since: str | None,
    limit: int,
    form: str,
    out: Console,
    err: Console,
) -> None:
    """Look through stored articles and print what may have been missed.

    Raises:
        Refused: the words do not go together, there is no such rule, or a list or file cannot be read.
        NotReady: there is no server, and one is needed.
    """
    if form not in {"table", "jsonl"}:
        raise Refused(f"--format {form}: write table or jsonl.")
    if (articles is None) == (since is None):
        raise Refused("Say which articles: --articles FILE.jsonl (or -), or --since 7d.")
    lists, offsets = (compiled(paths, settings=settings, err=err), {}) if paths else asyncio.run(_published(settings))
    reader = Reader(settings.reading.model, deadline_s=_DEADLINE_S) if settings.reading.enabled else None
    search = Search(
        _with_rules(in_force(lists), rules),
        load_weights(settings.scoring.file),
        reader=reader,
        limit=limit,
        offsets=offsets,
        stale_s=settings.channels.stale_hours * HOUR,
    )
    source = ArticleFile(articles) if articles is not None else ArticleStream(settings, since or "")
    with closing(source):
        if isinstance(source, ArticleStream) and (missing := source.missing()) is not None:
            err.print(missing, markup=False)
        _look(search, source, err)
    _tell(list(search.told()), form, out)


async def _published(settings: Settings) -> tuple[tuple[Watchlist, ...], Mapping[str, float]]:
    redis = connect(find_url(settings), settings.redis)
    try:
        offsets = await live_offsets(redis) if settings.scoring.marks else {}
        return await published(redis, settings=settings), offsets
    finally:
        await redis.aclose()


def _with_rules(lists: Sequence[Watchlist], rules: list[str]) -> tuple[Watchlist, ...]:
    """The lists with the rules that were named, all of them where none was."""
    if not rules:
        return tuple(lists)
    for rule in rules:
        only_rule(lists, rule)  # says which there are, where there is no such one
    kept = (
        msgspec.structs.replace(one, rules=tuple(rule for rule in one.rules if rule_key(one, rule) in rules))
        for one in lists
    )
    return tuple(one for one in kept if one.rules)


def _look(search: Search, source: ArticleFile | ArticleStream, err: Console) -> None:
    lines = iter(source.articles())
    problems = 0
    with Meter(err, source.share(Place())) as meter:
        for chunk in _chunks(lines):
            search.look([line.article for line in chunk if line.article is not None])
            problems += sum(line.article is None for line in chunk)
            meter.advance(len(chunk), source.share(chunk[-1].after))
    if problems:
        err.print(f"{problems:,} lines were no articles and were left out.")


def _chunks(lines: Iterator[Line]) -> Iterator[list[Line]]:
    while chunk := list(islice(lines, _TOGETHER)):
        yield chunk


def _tell(found: Sequence[Miss], form: str, out: Console) -> None:
    if form == "jsonl":
        for miss in found:
            sys.stdout.write(msgspec.json.encode(miss).decode() + "\n")
        return
    rule = ""
    for miss in found:
        if miss.rule != rule:
            rule = miss.rule
            out.print(f"\n{rule}", style="bold", markup=False)
        for line in _lines(miss):
            out.print(line, soft_wrap=True)
    if not found:
        out.print("Nothing was held back, and nothing reads alike.")


def _lines(miss: Miss) -> Iterator[Text]:
    if miss.score is None:
        head = f"  alike {miss.likeness or 0:.2f}"
    else:
        head = f"  {miss.kind} {miss.score:.2f} of {miss.threshold:.2f}"
    yield Text(f"{head}  {_one_line(miss.article_id)}  {_one_line(miss.title)}")
    yield Text(f"    {_one_line(miss.sentence)[:_WIDE]}", style="dim")
    if miss.like:
        yield Text(f"    like “{_one_line(miss.like)[:_WIDE]}”", style="dim")
    elif miss.lacks:
        word = "because of" if miss.kind == "guarded" else "lacks"
        yield Text(f"    {word} {', '.join(map(_one_line, miss.lacks))}", style="dim")


def _one_line(text: str) -> str:
    return " ".join(plain(text).split())
