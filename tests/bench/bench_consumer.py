"""``make bench``: the whole consumer beside one that does nothing, on the same stream, in one run.

Both are processes of their own that read the same entries of a real server in the same batches; the no-op decodes each
with the program's own decoder, acknowledges, and does no more. Runs alternate (A B A B …), and each pair gives a ratio:
on a shared machine the ratio is to be trusted, the absolute rates are not. Throughput is measured from outside, from the
moment a tenth of the backlog is acknowledged (the start is then over) to the last acknowledgement.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a file: the test folder is the import root, as in pytest

import msgspec
import redis
import redis.asyncio

from bench import book
from stack import CHANNEL, LOG, Process, Stack, until
from texts import Texts

NOOP = Path(__file__).with_name("noop.py")
WARM = 0.1  # share of the backlog that is not measured
NEAR = 0.1  # share of articles that name an entity and no keyword
MARK = "bench-"  # before the ids of articles that must alert


@dataclass(frozen=True)
class Case:
    """One kind of throughput run."""

    name: str
    alerting: float  # share of articles that alert
    reading: bool


CASES = (
    Case("no article matches", alerting=0.0, reading=False),
    Case("2% alert, reading off", alerting=0.02, reading=False),
    Case("2% alert, reading on", alerting=0.02, reading=True),
)


@dataclass(frozen=True)
class Speed:
    """What one throughput run gave."""

    per_second: float
    cpu_us: float  # an article


class Bench:
    """All runs over one server."""

    def __init__(self, stack: Stack, arguments: argparse.Namespace) -> None:
        self._stack = stack
        self._size: int = arguments.articles
        self._arguments = arguments
        self._texts = Texts(seed=2)
        self._quiet = [self._texts.quiet(entity=n < 600 * NEAR) for n in range(600)]
        self._alerting = [self._texts.incursion(3_800) for _ in range(max(400, int(self._size * 0.02) + 1))]
        published = stack.redis.scan_iter("tocsin:{watchlists}:*")
        self._lists = {key: stack.redis.dump(key) for key in published}

    def fresh(self) -> None:
        """Forget everything but the watchlists: an article that was decided on before costs less."""
        self._stack.redis.flushall()
        for key, value in self._lists.items():
            self._stack.redis.restore(key, 0, value)

    def article(self, number: int, alerting: float) -> dict[str, str]:
        """Return the article of that number; every ``1 / alerting``-th alerts."""
        every = round(1 / alerting) if alerting else 0
        if every and number % every == every // 2:
            return self._alerting[number // every % len(self._alerting)] | {"id": f"{MARK}{number}", "source": "bench"}
        return self._quiet[number % len(self._quiet)] | {"id": str(number), "source": "bench"}

    def fill(self, alerting: float) -> None:
        """Put the backlog on the stream."""
        for first in range(0, self._size, 500):
            with self._stack.redis.pipeline(transaction=False) as pipe:
                for number in range(first, min(first + 500, self._size)):
                    pipe.xadd("articles", self.article(number, alerting))
                pipe.execute()

    def throughput(self, case: Case, *, noop: bool) -> Speed:
        """Consume a backlog from a fresh start; return its speed."""
        self.fresh()
        self.fill(case.alerting)
        process = self._consumer(noop=noop, reading=case.reading)
        try:
            self._wait(process, WARM)
            at, cpu, done = time.perf_counter(), process.cpu_seconds(), self._acknowledged()
            self._wait(process, 1.0)
            measured = self._size - done
            return Speed(measured / (time.perf_counter() - at), (process.cpu_seconds() - cpu) / measured * 1e6)
        finally:
            process.end()

    def _consumer(self, *, noop: bool, reading: bool, publish: bool = False) -> Process:
        if noop:
            command = [sys.executable, str(NOOP), "--url", self._stack.server.url]
            return self._stack.start(command + (["--publish", CHANNEL, "--mark", MARK] if publish else []))
        return self._stack.start(READING__ENABLED=str(reading).lower())

    def _acknowledged(self) -> int:
        state = self._stack.group()
        return 0 if state is None else int(state["entries-read"] or 0) - int(state["pending"])

    def _wait(self, process: Process, share: float) -> None:
        if not until(lambda: self._acknowledged() >= share * self._size or process.code is not None, 240, pause=0.002):
            raise AssertionError(f"it stands still at {self._acknowledged()} of {self._size}")
        if process.code is not None:
            raise AssertionError(f"it ended with {process.code}: {process.log.read_text()[-3000:]}")

    def latency(self, rate: int, *, noop: bool, reading: bool) -> dict[str, list[float]]:
        """Send at a steady rate; return milliseconds from XADD to the subscriber, by way of hearing."""
        self.fresh()
        process = self._consumer(noop=noop, reading=reading, publish=True)
        try:
            heard = asyncio.run(self._paced(rate))
        finally:
            process.end()
        if not heard["pubsub"]:
            raise AssertionError(f"nothing was heard: {process.log.read_text()[-3000:]}")
        return heard

    async def _paced(self, rate: int) -> dict[str, list[float]]:
        client: Any = redis.asyncio.Redis.from_url(self._stack.server.url, protocol=2)
        sent: dict[str, float] = {}
        heard: dict[str, list[float]] = {"pubsub": [], "xread": []}
        seconds = self._arguments.latency_seconds
        share = self._arguments.latency_alerting
        listeners = [
            asyncio.create_task(_subscribe(client, sent, heard["pubsub"])),
            asyncio.create_task(_follow(client, sent, heard["xread"])),
        ]
        # Warm-up articles first: what has started, compiled and parsed once answers as it always will.
        total = int(rate * seconds)
        warm = await self._warm(client)
        due = time.perf_counter()
        for number in range(warm, warm + total):
            article = self.article(number, share)
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            if article["id"].startswith(MARK):
                sent[article["id"]] = time.perf_counter()
            await client.xadd("articles", article)
            due += 1 / rate
        deadline = time.monotonic() + 15
        while min(map(len, heard.values())) < len(sent) and time.monotonic() < deadline:  # noqa: ASYNC110 - it happens in another process
            await asyncio.sleep(0.01)
        for listener in listeners:
            listener.cancel()
        await asyncio.gather(*listeners, return_exceptions=True)
        await client.aclose()
        heard["sent"] = list(sent.values())
        return heard

    async def _warm(self, client: Any) -> int:
        """Send articles that alert until the last of them is in the log; return how many numbers they used."""
        used = 40
        for number in range(used):
            article = self._texts.incursion(3_800)
            await client.xadd("articles", article | {"id": f"{MARK}warm-{number}", "source": "bench"})
        deadline = time.monotonic() + 60
        while await client.xlen(LOG) < used and time.monotonic() < deadline:  # noqa: ASYNC110 - it happens in another process
            await asyncio.sleep(0.02)
        return used


async def _subscribe(client: Any, sent: dict[str, float], heard: list[float]) -> None:
    async with client.pubsub() as channel:
        await channel.subscribe(f"alerts:{CHANNEL}")
        async for message in channel.listen():
            if message["type"] == "message":
                _note(message["data"], sent, heard)


async def _follow(client: Any, sent: dict[str, float], heard: list[float]) -> None:
    last: bytes | str = "$"
    while True:
        for _, entries in await client.xread({LOG: last}, block=1000) or []:
            for identity, fields in entries:
                last = identity
                _note(fields[b"data"], sent, heard)


class _Named(msgspec.Struct):
    id: str


class _Heard(msgspec.Struct):
    article: _Named


def _note(document: bytes, sent: dict[str, float], heard: list[float]) -> None:
    now = time.perf_counter()
    article = msgspec.json.decode(document, type=_Heard).article.id
    if article in sent:
        heard.append((now - sent[article]) * 1000)


def spread(values: Iterable[float], digits: int = 2) -> str:
    """Return median (min to max)."""
    ordered = sorted(values)
    return f"{statistics.median(ordered):,.{digits}f} ({ordered[0]:,.{digits}f} to {ordered[-1]:,.{digits}f})"


def percentiles(values: list[float]) -> str:
    """Return p50 / p99 in milliseconds."""
    ordered = sorted(values)
    return f"{ordered[len(ordered) // 2]:.1f} / {ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]:.1f}"


def throughput_rows(bench: Bench, pairs: int) -> list[str]:
    """Run every case and return the table."""
    rows = [
        "| | articles/s, consumer | articles/s, no-op | ratio | CPU µs an article, consumer | no-op |",
        "|---|---|---|---|---|---|",
    ]
    for case in CASES:
        idle, whole = [], []
        for _ in range(pairs):
            idle.append(bench.throughput(case, noop=True))
            whole.append(bench.throughput(case, noop=False))
        ratios = [ours.per_second / theirs.per_second for ours, theirs in zip(whole, idle, strict=True)]
        cells = [
            spread((one.per_second for one in whole), 0),
            spread((one.per_second for one in idle), 0),
            f"**{spread(ratios, 3)}**",
            spread((one.cpu_us for one in whole), 0),
            spread((one.cpu_us for one in idle), 0),
        ]
        rows.append(f"| {case.name} | {' | '.join(cells)} |")
        print(rows[-1], flush=True)
    return rows


def latency_rows(bench: Bench, rates: list[int]) -> list[str]:
    """Run every rate and return the table."""
    rows = ["| | articles/s | alerts heard | Pub/Sub p50 / p99, ms | XREAD p50 / p99, ms |", "|---|---|---|---|---|"]
    kinds = (
        {"name": "no-op that publishes", "noop": True, "reading": False},
        {"name": "consumer, reading off", "noop": False, "reading": False},
        {"name": "consumer, reading on", "noop": False, "reading": True},
    )
    for rate in rates:
        for kind in kinds:
            heard = bench.latency(rate, noop=bool(kind["noop"]), reading=bool(kind["reading"]))
            count = f"{len(heard['pubsub'])} of {len(heard['sent'])}"
            rows.append(
                f"| {kind['name']} | {rate} | {count} | {percentiles(heard['pubsub'])} | {percentiles(heard['xread'])} |"
            )
            print(rows[-1], flush=True)
    return rows


def main() -> None:
    """Measure, print, and write the page when asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000, help="backlog of a throughput run")
    parser.add_argument("--pairs", type=int, default=3, help="runs of each, alternating")
    parser.add_argument("--rates", type=int, nargs="*", default=[100, 500], help="articles/s of the latency runs")
    parser.add_argument("--latency-seconds", type=float, default=8, help="of each latency run")
    parser.add_argument("--latency-alerting", type=float, default=0.05, help="share that alerts in latency runs")
    book.add_write(parser)
    arguments = parser.parse_args()
    with Stack(LOG__LEVEL="warning") as stack, book.section("consumer", arguments) as section:
        bench = Bench(stack, arguments)
        section["throughput"] = [
            "## The whole consumer beside a no-op consumer",
            "",
            f"{arguments.articles:,} articles of 3.8 KB, one process each, batches of 100, the sample watchlists;",
            f"{NEAR:.0%} of the articles that do not match name an entity of the lists. Median (least to most) of",
            f"{arguments.pairs} alternating pairs.",
            "",
            *throughput_rows(bench, arguments.pairs),
        ]
        section["latency"] = [
            "## From XADD to a subscriber",
            "",
            f"{arguments.latency_alerting:.0%} of the articles alert; sender and subscribers share one process.",
            "",
            *latency_rows(bench, arguments.rates),
        ]
    print("\n".join([*section["throughput"], "", *section["latency"]]))


if __name__ == "__main__":
    main()
