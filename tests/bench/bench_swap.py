"""A new version of a list of 100,000 entries, applied while articles flow.

Run ``python tests/bench/bench_swap.py [--size 100000] [--rate 500]``. A real server, a scorer process, and this process,
which sends articles at a steady rate and hears the alerts. Both versions know every article's name, but each by a name
of its own, so that an alert shows which version it was scored by, and that must be the one that it states. Latency is
counted from XADD to XREAD of those articles that alert, before, during (from the start of ``watchlists apply`` to the
first alert of the new version, and a second more) and after. The command gets what the others leave of the machine: it
stands for an analyst's own.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a file: the test folder is the import root, as in pytest

import msgspec
import redis.asyncio

from bench import book
from bench.bench_scale import LIST, write_list
from bench.material import Material
from stack import Process, Stack
from texts import Texts

SIZE = 100_000
RATE = 500  # articles a second
ALERTING = 0.05  # share of articles that alert
SECONDS = 20.0  # before the new version, and after it
LONGEST = 120.0  # seconds to wait for the new version
GRACE = 1.0  # seconds after its first alert that still count as during the swap
CHANNEL = "bench"
LOG = f"alerts:{{{CHANNEL}}}"
NAMES = {1: "Zanbar Quolith", 2: "Trevik Osmundar"}  # the same entity in version 1 and 2
ENTITY = "names/marker"
TEXT = f"{LIST}    threshold: 0.01\n    channels: [{CHANNEL}]\n"


@dataclass
class Flow:
    """What was sent and heard, by the clock of this process.

    Attributes:
        sent: when, of each article that must alert.
        heard: article, when, stated version, and the versions whose name stands in the evidence.
    """

    sent: dict[str, float] = field(default_factory=dict)
    heard: list[tuple[str, float, int, frozenset[int]]] = field(default_factory=list)
    applied: float = 0.0
    swapped: float = 0.0


class _Ref(msgspec.Struct):
    ref: str
    text: str


class _Version(msgspec.Struct):
    version: int


class _Named(msgspec.Struct):
    id: str


class _Heard(msgspec.Struct):
    article: _Named
    watchlist: _Version
    evidence: list[_Ref]


def versions(folder: Path, phrases: Sequence[str], changed: int) -> tuple[Path, Path]:
    """Write two versions of a list that differ in so many rows, and in the marker's name."""
    paths = []
    kept = len(phrases) // 2
    for version, name in NAMES.items():
        rows = list(phrases[:kept])
        if version == 2 and changed > 1:
            rows[: changed - 1] = phrases[kept : kept + changed - 1]
        place = folder / str(version)
        place.mkdir()
        path = write_list(place, rows, text=TEXT)
        with (place / "names.csv").open("a") as file:
            file.write(f"marker,{name}\r\n")
        paths.append(path)
    return paths[0], paths[1]


def article(texts: Texts, number: int, *, alerting: bool) -> dict[str, str]:
    """Return an article of 1.8 KB; one that alerts bears both names."""
    made = texts.quiet(1_800)
    if alerting:
        made["body"] = f"{' and '.join(NAMES.values())} met on Monday. {made['body']}"
    return made | {"id": str(number), "source": "bench"}


async def flow(stack: Stack, path: Path, texts: Texts, options: argparse.Namespace) -> Flow:
    """Send articles; apply the second version in the midst of them."""
    client: Any = redis.asyncio.Redis.from_url(stack.server.url, protocol=2)
    seen = Flow()
    stop = asyncio.Event()
    tasks = [
        asyncio.create_task(_send(client, seen, texts, options, stop)),
        asyncio.create_task(_follow(client, seen)),
    ]
    await asyncio.sleep(options.seconds)
    seen.applied = time.perf_counter()
    applying = stack.start(["nice", "-n", "19", sys.executable, "-m", "tocsin", "watchlists", "apply", str(path)])
    await _until_swapped(seen, applying)
    await asyncio.sleep(GRACE + options.seconds)
    stop.set()
    await tasks[0]
    deadline = time.monotonic() + 15
    while len(seen.heard) < len(seen.sent) and time.monotonic() < deadline:  # noqa: ASYNC110 - it happens in another process
        await asyncio.sleep(0.02)
    tasks[1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await client.aclose()
    return seen


async def _until_swapped(seen: Flow, applying: Process) -> None:
    deadline = time.monotonic() + LONGEST
    while not seen.swapped:
        if time.monotonic() > deadline or applying.code:
            raise AssertionError(f"no alert of the new version: {applying.log.read_text()[-3000:]}")
        await asyncio.sleep(0.01)


async def _send(client: Any, seen: Flow, texts: Texts, options: argparse.Namespace, stop: asyncio.Event) -> None:
    rng, rate = random.Random(5), options.rate
    ready = [article(texts, number, alerting=rng.random() < options.alerting) for number in range(rate * 4)]
    due, number = time.perf_counter(), 0
    while not stop.is_set():
        made = dict(ready[number % len(ready)])
        # Its like was sent seconds ago: other words make it another article, and another story.
        made["id"], alerting = str(number), "met on Monday" in made["body"]
        if alerting:
            made = article(texts, number, alerting=True)
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        if alerting:
            seen.sent[made["id"]] = time.perf_counter()
        await client.xadd("articles", made)
        due, number = due + 1 / rate, number + 1


async def _follow(client: Any, seen: Flow) -> None:
    last: bytes | str = "0"
    while True:
        for _, entries in await client.xread({LOG: last}, block=1000) or []:
            now = time.perf_counter()
            for identity, fields in entries:
                last = identity
                alert = msgspec.json.decode(fields[b"data"], type=_Heard)
                texts = {one.text for one in alert.evidence if one.ref == ENTITY}
                proved = frozenset(version for version, name in NAMES.items() if name in texts)
                if alert.article.id not in seen.sent:
                    continue  # sent to warm up
                seen.heard.append((alert.article.id, now, alert.watchlist.version, proved))
                if alert.watchlist.version == 2 and not seen.swapped:
                    seen.swapped = now


def summed(seen: Flow) -> dict[str, Any]:
    """Latencies by phase, and what must hold of every alert."""
    phases: dict[str, list[float]] = {"before": [], "during": [], "after": []}
    for one, at, _, _ in seen.heard:
        sent = seen.sent[one]
        phase = "before" if sent < seen.applied else "during" if sent < seen.swapped + GRACE else "after"
        phases[phase].append((at - sent) * 1000)
    ids = [one for one, *_ in seen.heard]
    found: dict[str, Any] = {
        "sent": len(seen.sent),
        "heard": len(set(ids)),
        "doubled": len(ids) - len(set(ids)),
        "wrong_version": sum(proved != {stated} for _, _, stated, proved in seen.heard),
        "by_version": {str(number): sum(stated == number for _, _, stated, _ in seen.heard) for number in NAMES},
        "swap_s": round(seen.swapped - seen.applied, 3),
    }
    for phase, values in phases.items():
        ordered = sorted(values)
        found[phase] = {
            "alerts": len(ordered),
            "p50_ms": round(ordered[len(ordered) // 2], 2) if ordered else None,
            "p99_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))], 2) if ordered else None,
        }
    if found["before"]["p99_ms"] and found["during"]["p99_ms"]:
        found["ratio"] = round(found["during"]["p99_ms"] / found["before"]["p99_ms"], 2)
    return found


def run(material: Material, options: argparse.Namespace, changed: int) -> dict[str, Any]:
    """Run once, with a new version in which so many rows are others."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        texts = Texts(seed=5)
        known = texts.vocabulary
        entries = material.entries(3 * options.size, hits=0)
        phrases = [one for one in entries.phrases if not known.issuperset(one.split(" "))][: 2 * options.size]
        first, second = versions(Path(folder), phrases, changed)
        with Stack(watchlists=first, LOG__LEVEL="warning", READING__ENABLED="false") as stack:
            scorer = stack.start()
            _warm(stack, scorer, texts)
            found = summed(asyncio.run(flow(stack, second, texts, options)))
            found["peak_mb"] = round(scorer.peak_bytes() / 1e6, 1)
    print(f"{changed:,} rows changed: {found}", flush=True)
    return found


def _warm(stack: Stack, scorer: Process, texts: Texts) -> None:
    """Send articles that alert until some are heard; then forget them."""
    for number in range(60):
        stack.redis.xadd("articles", article(texts, number, alerting=True) | {"id": f"warm-{number}"})
    deadline = time.monotonic() + 60
    while stack.redis.xlen(LOG) < 60:
        if time.monotonic() > deadline or scorer.code is not None:
            raise AssertionError(f"nothing was heard: {scorer.log.read_text()[-3000:]}")
        time.sleep(0.05)
    stack.redis.delete(LOG)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    book.add_write(parser)
    parser.add_argument("--quick", action="store_true", help="seconds, not minutes: to see that it runs")
    parser.add_argument("--size", type=int, default=SIZE, help="entries of the list")
    parser.add_argument("--changed", type=int, nargs="+", default=None, help="rows that are others in the new version")
    parser.add_argument("--rate", type=int, default=RATE, help="articles a second")
    parser.add_argument("--alerting", type=float, default=ALERTING, help="share of articles that alert")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="before the new version, and after it")
    options = parser.parse_args(arguments)
    if options.quick:
        options.size, options.rate, options.seconds, options.alerting = 500, 100, 1.0, 0.2
    material = Material(count=200)
    with book.section("swap", options) as section:
        found = {str(rows): run(material, options, rows) for rows in options.changed or (100, options.size)}
        section["swap"] = {"size": options.size, "rate": options.rate, "alerting": options.alerting, "changed": found}


if __name__ == "__main__":
    main()
