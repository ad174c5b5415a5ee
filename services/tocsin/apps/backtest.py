"""`tocsin backtest`: the decision core over stored articles, at full speed, sending nothing.

Folding, matching, reading and scoring run in worker processes, a chunk of articles each; placing and deciding run here,
in article order, over the in-memory twin of the store. The wall clock is never read: an article's arrival is its
``received_at``, else its ``published_at``, else the latest arrival so far, and ``now`` is that arrival.
"""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path

import msgspec

from tocsin.errors import NotAnArticle
from tocsin.events import Limits, decode_article, parse_time
from tocsin.model.article import Article
from tocsin.model.decision import Decision, Reason, Scored
from tocsin.model.reading import Reading
from tocsin.model.rule import Watchlist
from tocsin.pipeline import Desk, Found, by_channel, find, judge, open_desk, to_read
from tocsin.read.reader import Reader
from tocsin.score.weights import load as load_weights
from tocsin.scorer.channels import Channels, Settled, Task
from tocsin.settings import ChannelSettings, Settings
from tocsin.stores.memory_channels import MemoryChannelStore
from tocsin.story.fingerprint import Hashes, fingerprint

CHUNK = 64  # articles a worker takes at a time: enough for the parser to batch, little enough to keep both cores busy
AHEAD = 4  # chunks under way per worker
EPOCH = 0.0  # arrival of an article of which nothing is known: 1970-01-01T00:00Z


class Line(msgspec.Struct, frozen=True):
    """One article line: where it stood, and the article or why it is none."""

    number: int
    article: Article | None
    problem: str = ""


class Judged(msgspec.Struct, frozen=True):
    """What a worker says of an article with candidates."""

    found: Found
    scored: tuple[Scored, ...]
    hashes: Hashes | None  # where something passes


class Setup(msgspec.Struct, frozen=True):
    """What a worker needs, and what makes a back-test repeatable."""

    watchlists: tuple[Watchlist, ...]
    scoring: Path
    channels: ChannelSettings
    reading: bool
    model: str
    deadline_s: float


def setup_of(settings: Settings, watchlists: tuple[Watchlist, ...]) -> Setup:
    """Return the set-up that the settings describe. The parser gets all the time it needs: results must not vary."""
    return Setup(
        watchlists=watchlists,
        scoring=settings.scoring.file,
        channels=settings.channels,
        reading=settings.reading.enabled,
        model=settings.reading.model,
        deadline_s=600.0,
    )


def read_articles(lines: Iterable[bytes]) -> Iterator[Line]:
    """Yield each line's article, arrivals set as a back-test sets them; a line that is none says why."""
    latest = EPOCH
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            stated = msgspec.json.decode(line, type=dict[str, object])
            arrival = parse_time(stated.get("received_at")) or parse_time(stated.get("published_at")) or latest
        except (msgspec.DecodeError, ValueError, UnicodeDecodeError, RecursionError):
            arrival = latest  # what is wrong is said where it is decoded
        latest = max(latest, arrival)
        try:
            article = decode_article(
                f"{int(arrival * 1000)}-{number}", {b"data": line}, now=arrival, limits=Limits(max_entry_bytes=2**30)
            )
        except NotAnArticle as refused:
            yield Line(number, None, str(refused))
            continue
        yield Line(number, msgspec.structs.replace(article, arrived_at=arrival, entry_id=f"line {number}"))


_desk: Desk | None = None
_reader: Reader | None = None


def _start_worker(setup: Setup) -> None:
    global _desk, _reader  # noqa: PLW0603 - a process pool's initializer has no other place
    _desk = open_desk(setup.watchlists, load_weights(setup.scoring), stale_s=setup.channels.stale_hours * 3600)
    _reader = Reader(setup.model, deadline_s=setup.deadline_s) if setup.reading else None


def _judge_chunk(articles: list[Article]) -> list[Judged | None]:
    """Find, read and score one chunk, in a worker."""
    assert _desk is not None
    found = [find(_desk, article, now=article.arrived_at) for article in articles]
    asked = [(one, sentences) for one in found if one is not None and (sentences := to_read(_desk, one))]
    if _reader is None:
        readings = [Reading(unread=True)] * len(asked)
    else:
        readings = _reader.read([(one.document, sentences) for one, sentences in asked]) if asked else []
    reading_of = {id(one): reading for (one, _), reading in zip(asked, readings, strict=True)}
    judged: list[Judged | None] = []
    for one in found:
        if one is None:
            judged.append(None)
            continue
        scored = judge(_desk, one, reading_of.get(id(one)), now=one.article.arrived_at)
        passes = any(each.passes for each in scored)
        judged.append(Judged(one, scored, fingerprint(one.document) if passes else None))
    return judged


def run(setup: Setup, articles: Iterable[Line], *, workers: int | None = None) -> Iterator[tuple[Line, list[Decision]]]:
    """Yield each line and the decisions of the channels that its article was a candidate in, in line order.

    Args:
        setup: watchlists and limits.
        articles: as ``read_articles`` gives them; those that are no article come through with no decisions.
        workers: processes; None: one a core.
    """
    workers = workers or os.cpu_count() or 1
    context = multiprocessing.get_context("spawn")  # a forked copy of a threaded parser may hang
    desk = open_desk(setup.watchlists, load_weights(setup.scoring), stale_s=setup.channels.stale_hours * 3600)
    channels = Channels(MemoryChannelStore(setup.channels))
    told: dict[str, set[str]] = {}
    with (
        asyncio.Runner() as loop,
        ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker, initargs=(setup,)) as pool,
    ):
        under_way: deque[tuple[list[Line], Future[list[Judged | None]]]] = deque()
        lines = iter(articles)
        chunks: Iterator[list[Line]] = iter(lambda: list(itertools.islice(lines, CHUNK)), [])

        def submit() -> None:
            for chunk in itertools.islice(chunks, workers * AHEAD - len(under_way)):
                wanted = [line.article for line in chunk if line.article is not None]
                under_way.append((chunk, pool.submit(_judge_chunk, wanted)))

        submit()
        while under_way:
            chunk, future = under_way.popleft()
            judged = iter(future.result())
            submit()
            decided: list[tuple[Line, list[Decision]]] = []
            pairs = [(line, next(judged) if line.article is not None else None) for line in chunk]
            loop.run(_decide_chunk(desk, channels, told, pairs, decided))
            yield from decided


async def _decide_chunk(
    desk: Desk,
    channels: Channels,
    told: dict[str, set[str]],
    chunk: Iterable[tuple[Line, Judged | None]],
    decided: list[tuple[Line, list[Decision]]],
) -> None:
    """Decide on a chunk's lines in order; results go to ``decided``, for asyncio prints what a task returns."""
    for line, judged in chunk:
        if line.article is None:
            decided.append((line, []))
        else:
            decided.append((line, await _decide(desk, channels, told, line, judged)))


async def _decide(
    desk: Desk, channels: Channels, told: dict[str, set[str]], line: Line, judged: Judged | None
) -> list[Decision]:
    article = line.article
    assert article is not None
    before = told.get(article.key, set())
    if judged is None and before:
        found = find(desk, article, now=article.arrived_at, always=True)
        assert found is not None
        judged = Judged(found, (), fingerprint(found.document))
    if judged is None:
        return []
    tasks = [
        Task(number=line.number, channel=channel, document=judged.found.document, scored=scored, hashes=judged.hashes)
        for channel, scored in by_channel(judged.scored, before).items()
    ]
    settled = await channels.commit(desk, tasks, now=article.arrived_at)
    for one in settled:
        if one.decision.sent and one.state == "committed":
            told.setdefault(article.key, set()).add(one.task.channel)
    return [_as_decided(one) for one in sorted(settled, key=lambda one: one.task.channel)]


def _as_decided(settled: Settled) -> Decision:
    """A revision that the channel had decided on before is told once: the second time it is a duplicate."""
    if settled.state != "noop":
        return settled.decision
    told = settled.decision.reason
    rules = tuple((one, Reason.DUPLICATE if reason is told else reason) for one, reason in settled.decision.rules)
    return msgspec.structs.replace(settled.decision, reason=Reason.DUPLICATE, kind=None, alert=None, rules=rules)
