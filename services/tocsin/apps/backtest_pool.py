"""Chunks of articles through worker processes and back, in their order, a bounded number of them under way."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from pathlib import Path

from tocsin.apps.backtest_input import Line
from tocsin.apps.backtest_worker import Bench, Job, Judged, decode, encode, judge_chunk, start, write_job
from tocsin.errors import Transient
from tocsin.model.article import Article

# What a worker takes at a time: enough for the parser to batch, little enough to keep all cores busy and memory small.
# The same for any number of workers, so that the parser's batches, and with them all results, are the same too.
CHUNK = 64  # articles
CHUNK_BYTES = 4 * 2**20
AHEAD = 4  # chunks under way per worker

JudgedChunk = tuple[list[Line], list[Judged]]


def judge_all(job: Job, lines: Iterable[Line], *, workers: int | None = None) -> Iterator[JudgedChunk]:
    """Yield the lines chunk by chunk, each with what was judged of its articles.

    Args:
        job: what the workers do.
        lines: read as they are needed.
        workers: processes; None: one a core. A single chunk is judged here: starting a process would take longer.

    Raises:
        Transient: a worker died.
    """
    chunks = _chunks(lines)
    first = list(islice(chunks, 2))
    if len(first) < 2:
        bench = Bench(job) if first else None
        for chunk in first:
            assert bench is not None
            yield chunk, bench.judge(_wanted(chunk))
        return
    yield from _in_processes(job, chain(first, chunks), workers or os.cpu_count() or 1)


def _in_processes(job: Job, chunks: Iterator[list[Line]], workers: int) -> Iterator[JudgedChunk]:
    context = multiprocessing.get_context("spawn")  # a forked copy of a threaded parser may hang
    with tempfile.TemporaryDirectory(prefix="tocsin-backtest-") as folder:
        write_job(job, Path(folder))
        pool = ProcessPoolExecutor(workers, mp_context=context, initializer=start, initargs=(Path(folder),))
        yield from _through(pool, chunks, workers * AHEAD)


def _through(pool: ProcessPoolExecutor, chunks: Iterator[list[Line]], ahead: int) -> Iterator[JudgedChunk]:
    under_way: deque[tuple[list[Line], Future[bytes]]] = deque()
    try:
        while True:
            for chunk in islice(chunks, ahead - len(under_way)):
                under_way.append((chunk, pool.submit(judge_chunk, encode(_wanted(chunk)))))
            if not under_way:
                return
            judged = decode(under_way[0][1].result())
            yield under_way.popleft()[0], judged
    except BrokenProcessPool as error:
        raise Transient(_died(under_way)) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _died(under_way: deque[tuple[list[Line], Future[bytes]]]) -> str:
    lines = [line.number for chunk, _ in under_way for line in (chunk[0], chunk[-1])]
    place = f"while lines {lines[0]} to {lines[-1]} were worked on" if lines else "as it started"
    return (
        f"a worker process died {place}: killed, most likely because memory ran out, or crashed. "
        "Each worker holds an index of all lists: --workers 1 needs the least memory."
    )


def _chunks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    chunk: list[Line] = []
    size = 0
    for line in lines:
        chunk.append(line)
        size += line.size
        if len(chunk) == CHUNK or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _wanted(chunk: list[Line]) -> list[Article]:
    return [line.article for line in chunk if line.article is not None]
