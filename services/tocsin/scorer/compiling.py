"""Published versions to compiled watchlists, off the hot path.

What was compiled before is kept: in memory for the versions that run, on disk for the next start. What is small is
compiled in a thread; what is large in a process of its own, which leaves the result as files for this one to map: a
million entities neither hold up the scorer nor make it grow.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import multiprocessing
import os
import sys
from collections.abc import Awaitable, Callable, Collection, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, ParamSpec, TypeVar

import msgspec

from tocsin.errors import InvalidWatchlist, Problem
from tocsin.model.article import digest
from tocsin.model.roster import Entities
from tocsin.model.rule import Watchlist
from tocsin.scorer.cache import Cache
from tocsin.watchlists.records import Record, compile_records, needed, roster_keys

LARGE_SOURCE = 64 * 1024  # characters of a list that are compiled in another process
LARGE_GROUP = 20_000  # rows; a change of a group that is here already is small whatever its size
_KEYED = 1_000  # entities from which a roster is a file of its own
_SWITCH_S = 0.0005  # how long a compiling thread may hold the interpreter's lock against the scorer
_NICE = 10

Of = ParamSpec("Of")
Result = TypeVar("Result")
Fetch = Callable[[Collection[str]], Awaitable[dict[str, bytes]]]


class _Job(NamedTuple):
    record: Record
    chunks: dict[str, bytes]
    key: str
    concepts: tuple[Path, ...]
    backfill: float


class Compiler:
    """Compiles versions, each once.

    Args:
        cache: where compiled ones are kept.
        concepts: folders of the user's own concepts.
        backfill: seconds that a rule of a new channel looks back.
    """

    def __init__(self, cache: Cache, *, concepts: Sequence[Path] = (), backfill: float = 3600.0) -> None:
        self._cache = cache
        self._concepts = tuple(concepts)
        self._backfill = backfill
        self._known: dict[str, Watchlist] = {}  # of the set that runs
        self._made: dict[str, Watchlist] = {}  # of the one compiled last

    async def compile(self, records: Sequence[Record], fetch: Fetch) -> tuple[Watchlist, ...]:
        """Compile a set, in the order given.

        Args:
            records: current versions.
            fetch: returns chunks of rows by name.

        Raises:
            InvalidWatchlist: one of the lists cannot be compiled, or the process that compiled it died.
            NotReady: rows are missing.
        """
        keys = await asyncio.to_thread(self._keys, records)
        self._made = {key: await self._one(record, key, fetch) for record, key in zip(records, keys, strict=True)}
        return tuple(self._made[key] for key in keys)

    def keep(self, records: Sequence[Record]) -> None:
        """Remember what was compiled last: these versions, which run now, and nothing else."""
        self._known = self._made
        parts = [part for made in self._known.values() for part in getattr(made.entities, "parts", ())]
        self._cache.only({*roster_keys(records), *(part.key for part in parts if part.key)})

    async def _one(self, record: Record, key: str, fetch: Fetch) -> Watchlist:
        made = self._known.get(key) or await in_thread(self._cache.watchlist, key)
        if made is not None:
            return made
        chunks = await fetch(await in_thread(needed, [record], self._cache))
        job = _Job(record, chunks, key, self._concepts, self._backfill)
        if self._cache.folder is not None and self._is_large(record):
            await _apart(job, self._cache.folder)
            made = await in_thread(self._cache.watchlist, key)
        if made is None:
            made = await in_thread(_compiled, job, self._cache)
        return made

    def _is_large(self, record: Record) -> bool:
        return len(record.source) > LARGE_SOURCE or any(
            group.count > LARGE_GROUP and not roster_keys([record]) <= set(self._cache)
            for group in record.groups.values()
        )

    def _keys(self, records: Sequence[Record]) -> list[str]:
        """Of each a hash of all that the compiled list comes from; the code is the cache's business."""
        own = [
            f"{path.name}\n{path.read_text(encoding='utf-8', errors='replace')}"
            for folder in self._concepts
            for path in sorted(folder.glob("*.y*ml"))
        ]
        return [digest(msgspec.json.encode(one).decode(), str(self._backfill), *own) for one in records]


async def _apart(job: _Job, folder: Path) -> None:
    """Compile in another process, which leaves the result in the folder."""
    context = multiprocessing.get_context("spawn")  # a forked copy of a threaded parser may hang
    pool = ProcessPoolExecutor(1, mp_context=context, initializer=os.nice, initargs=(_NICE,))
    try:
        problems = await asyncio.get_running_loop().run_in_executor(pool, _compile_apart, job, folder)
    except BrokenProcessPool as died:
        record = job.record
        told = f"the process that compiled {record.name} died: it may have needed more memory than there is."
        raise InvalidWatchlist([Problem(record.file, record.line, told)]) from died
    except asyncio.CancelledError:
        for process in pool._processes.values():  # noqa: SLF001 - else the scorer would wait for it before it ends
            process.kill()
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    if problems:
        raise InvalidWatchlist(problems)


async def in_thread(work: Callable[Of, Result], *args: Of.args, **kwargs: Of.kwargs) -> Result:
    """Do some work in a thread that takes turns quickly, while the collector does not walk what is being built.

    Not to be asked for twice at a time.
    """
    interval, collecting = sys.getswitchinterval(), gc.isenabled()
    sys.setswitchinterval(_SWITCH_S)
    gc.disable()
    try:
        return await asyncio.to_thread(work, *args, **kwargs)
    finally:
        if collecting:
            gc.enable()
        sys.setswitchinterval(interval)


def give_back() -> None:
    """Return freed memory to the system: after a swap it is what the old index took, and the C library would keep it."""
    with suppress(OSError, AttributeError):  # glibc's own; elsewhere there is nothing to ask
        ctypes.CDLL(None).malloc_trim(0)


def _compile_apart(job: _Job, folder: Path) -> list[Problem]:
    gc.disable()  # the process does this one thing and ends
    try:
        _compiled(job, Cache(folder))
    except InvalidWatchlist as refused:
        return list(refused.problems)
    return []


def _compiled(job: _Job, cache: Cache) -> Watchlist:
    (made,) = compile_records(
        [job.record], concepts=job.concepts, backfill=job.backfill, chunks=job.chunks, rosters=cache
    )
    if isinstance(made.entities, Entities):
        for part in made.entities.parts:
            if part.key and len(part.roster) >= _KEYED and part.key not in cache:
                cache[part.key] = part.roster
    cache.put_watchlist(job.key, made)
    return made
