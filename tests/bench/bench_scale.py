"""What a list of a million entries costs: compiling it, starting from the cache, changing a few entries, memory.

Run ``python tests/bench/bench_scale.py [--size 1000000]``. Every step has a process of its own, as a scorer would: *cold*
reads a watchlist whose entities stand in a CSV file and builds the index; *cached* maps what that left on disk; *change*
puts some rows anew into the index while an event loop ticks in the main thread. Times of *cold* are CPU seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import gc
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a file: the test folder is the import root, as in pytest

import msgspec
import numpy as np

from bench import book, lists
from bench.engines import folded_view
from bench.material import Material
from bench.rounds import middle, resident, status
from tocsin.match.index import Index, build
from tocsin.model.roster import Entities, Part, Roster
from tocsin.model.rule import Mentions, Watchlist
from tocsin.scorer.cache import Cache
from tocsin.watchlists import load

SIZE = 1_000_000
CHANGED = (1, 10, 1_000)
TIMES = 5  # a change is made, in each process
GROUP = "names"
LIST = f"""watchlist: bench
entities:
  {GROUP}: {{from: names.csv, type: PERSON}}
rules:
  - rule: any
    entities: {{any: [{GROUP}]}}
"""

Answer = TypeVar("Answer")


def write_list(folder: Path, phrases: Sequence[str], *, text: str = LIST) -> Path:
    """Write a watchlist and the CSV file that its entities stand in; return the watchlist's path."""
    with (folder / "names.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("id", "name"))
        rows.writerows((f"e{number}", phrase.title()) for number, phrase in enumerate(phrases))
    path = folder / "bench.yaml"
    path.write_text(text)
    return path


def cold(path: Path, cache: Path) -> dict[str, Any]:
    """Compile a list and build its index; leave both in the cache."""
    before = resident()
    began = time.process_time()
    watchlist = _compiled(path)
    compiled = time.process_time()
    index = build((watchlist,))
    built = time.process_time()
    found = {"compile_s": compiled - began, "build_s": built - compiled, "peak_mb": _mb(status("VmHWM"))}
    found |= {"held_mb": _mb(resident() - before), "process_mb": _mb(status("VmRSS")), "names": index.names}
    _keep(Cache(cache), watchlist)
    return found


def cached(cache: Path, texts: Sequence[str]) -> dict[str, Any]:
    """Start from the cache, and look through some articles."""
    before = resident()
    wall, began = time.perf_counter(), time.process_time()
    index = _from_cache(Cache(cache))
    spent, waited = time.process_time() - began, time.perf_counter() - wall
    first = time.process_time()
    found = sum(index.scan(folded_view(text)) is not None for text in texts)
    return {
        "cpu_s": spent,
        "wall_s": waited,
        "first_us": (time.process_time() - first) / len(texts) * 1e6,
        "held_mb": _mb(resident() - before),
        "process_mb": _mb(status("VmRSS")),
        "with_hit": found,
    }


def change(cache: Path, rows: int) -> dict[str, Any]:
    """Exchange so many entries; return milliseconds until the new index is there, and the loop's longest pause."""
    index = _from_cache(Cache(cache))
    gc.collect()
    gc.freeze()
    idle = asyncio.run(_while(lambda: time.sleep(0.2)))
    took, stalls = [], []
    for time_ in range(TIMES):
        waited, stall = asyncio.run(_while(lambda at=time_: _changed(index, rows, at)))  # type: ignore[misc]
        took.append(waited)
        stalls.append(stall)
    return {"ms": middle(took), "stall_ms": middle(stalls), "idle_stall_ms": idle[1]}


def _compiled(path: Path) -> Watchlist:
    loaded = load([path])
    if loaded.errors:
        raise SystemExit("\n".join(map(str, loaded.errors)))
    return loaded.watchlists[0]


def _keep(cache: Cache, watchlist: Watchlist) -> None:
    for part in _keyed(watchlist):
        cache[part.key] = part.roster
    cache.put_watchlist("bench", watchlist)
    cache.names([(part.key, part.roster) for part in _keyed(watchlist)])


def _from_cache(cache: Cache) -> Index:
    watchlist = cache.watchlist("bench")
    assert watchlist is not None
    return Index((watchlist,), [cache.names([(part.key, part.roster) for part in _keyed(watchlist)])])


def _keyed(watchlist: Watchlist) -> list[Part]:
    return [part for part in Entities.of(watchlist.entities).parts if len(part.roster)]


def _changed(index: Index, rows: int, seed: int) -> Index:
    """The index with some rows of its largest part struck out, and as many new ones beside it."""
    (watchlist,) = index.watchlists
    parts = Entities.of(watchlist.entities).parts
    largest = max(parts, key=lambda part: len(part.roster))
    gone = np.random.default_rng(seed).choice(len(largest.roster), rows, replace=False)
    struck = np.zeros(len(largest.roster), dtype=np.bool_)
    struck[gone] = True
    fresh: Roster = lists.roster([f"changed name {seed} {number}" for number in range(rows)])
    entities = Entities(
        [
            *(part for part in parts if part is not largest),
            Part(largest.roster, group=largest.group, struck=struck, key=largest.key),
            Part(fresh, group=largest.group, key=f"changed@{seed}"),
        ]
    )
    spans = Mentions(spans=entities.spans(largest.group))
    rules = tuple(msgspec.structs.replace(rule, condition=spans) for rule in watchlist.rules)
    return build((msgspec.structs.replace(watchlist, entities=entities, rules=rules),), previous=index)


async def _while(work: Callable[[], object]) -> tuple[float, float]:
    """Do work in a thread; return how long it took, and the longest that the loop stood still (milliseconds)."""
    began = last = time.perf_counter()
    longest = 0.0
    doing = asyncio.create_task(asyncio.to_thread(work))
    while not doing.done():
        await asyncio.sleep(0.001)
        now = time.perf_counter()
        longest, last = max(longest, now - last - 0.001), now
    await doing
    return (time.perf_counter() - began) * 1000, longest * 1000


def _mb(size: int) -> float:
    return round(size / 1e6, 1)


def alone(work: Callable[..., Answer], *arguments: Any) -> Answer:
    """Call a function in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    book.add_options(parser)
    parser.add_argument("--size", type=int, default=SIZE, help="entries of the list")
    parser.add_argument("--changed", type=int, nargs="+", default=list(CHANGED), help="entries of a change")
    options = parser.parse_args(arguments)
    if options.quick:
        options.size, options.changed = 2_000, [1, 10]
    options.count = min(options.count, 500)
    material: Material = book.material(options)
    with (
        tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder,
        book.section("scale", options, material) as kept,
    ):
        path = write_list(Path(folder), material.entries(options.size).phrases)
        cache = Path(folder) / "cache"
        found: dict[str, Any] = {"size": options.size, "cold": alone(cold, path, cache)}
        print("cold:  ", found["cold"], flush=True)
        found["cache_mb"] = _mb(sum(file.stat().st_size for file in cache.iterdir()))
        found["cached"] = alone(cached, cache, material.texts)
        print("cached:", found["cached"], flush=True)
        found["changes"] = {str(rows): alone(change, cache, rows) for rows in options.changed}
        print("change:", found["changes"], flush=True)
        kept["scale"] = found


if __name__ == "__main__":
    main()
