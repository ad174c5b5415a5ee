"""A consumer over a real server, for tests: quick settings, a handler that notes what it was given, waiting for facts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from tocsin.runtime.consumer import ACKNOWLEDGE, Consumer, RawEntry, Verdict
from tocsin.runtime.health import Health
from tocsin.runtime.metrics import Metrics
from tocsin.settings import ArticleSettings, Settings, TelemetrySettings

DEADLINE_S = 30.0  # far beyond what anything here takes; a busy machine is no failure


def quick(**articles: Any) -> Settings:
    """Settings under which everything that waits for a time waits a short one."""
    defaults: dict[str, Any] = {"block_ms": 50, "claim_idle_ms": 300, "poison_limit": 2}
    return Settings(articles=ArticleSettings(**(defaults | articles)), telemetry=TelemetrySettings(enabled=False))


async def until(fact: Callable[[], Awaitable[Any] | Any], what: str) -> None:
    """Wait until ``fact`` holds; fail with ``what`` where it never does."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        found = fact()
        if await found if isinstance(found, Awaitable) else found:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"never: {what}")


class Notes:
    """A handler that acknowledges, unless a rule for a title says otherwise.

    Attributes:
        batches: titles of each call, in order.
        alone: titles that were handed over alone.
        now: the clock of each call.
    """

    def __init__(self, **rules: Callable[[], Verdict]) -> None:
        self.batches: list[list[str]] = []
        self.alone: list[str] = []
        self.now: list[float] = []
        self.rules = rules

    @property
    def titles(self) -> list[str]:
        """Everything that was handed over, repetitions included."""
        return [title for batch in self.batches for title in batch]

    async def __call__(self, batch: Sequence[RawEntry], *, now: float, alone: bool) -> Sequence[Verdict]:
        titles = [entry.fields.get(b"title", b"").decode() for entry in batch]
        self.batches.append(titles)
        self.now.append(now)
        if alone:
            self.alone += titles
        return [self.rules[title]() if title in self.rules else ACKNOWLEDGE for title in titles]


class Running:
    """A consumer that runs, and what can be seen of it."""

    def __init__(self, consumer: Consumer, metrics: Metrics, health: Health) -> None:
        self.consumer = consumer
        self.metrics = metrics
        self.health = health


@asynccontextmanager
async def running(url: str, settings: Settings, decide: Any, **more: Any) -> AsyncIterator[Running]:
    """Run a consumer for the length of the block, and end it as SIGTERM does."""
    metrics, health = Metrics(), Health(settings)
    consumer = Consumer(settings, url=url, decide=decide, metrics=metrics, health=health, **more)
    task = asyncio.create_task(consumer.run())
    try:
        yield Running(consumer, metrics, health)
    finally:
        consumer.stop()
        await asyncio.wait_for(task, DEADLINE_S)


async def add(client: Any, *titles: str, **fields: bytes | str) -> list[str]:
    """Append an article for each title; return the entry ids."""
    return [(await client.xadd("articles", {"title": title, **fields})).decode() for title in titles]


async def pending(client: Redis) -> int:
    """Entries that the group has not acknowledged."""
    return int((await client.xpending("articles", "tocsin"))["pending"])


async def settled(client: Redis, entries: int) -> bool:
    """Whether so many entries were ever added, and the group has read and acknowledged them all."""
    try:
        stream, [group] = await client.xinfo_stream("articles"), await client.xinfo_groups("articles")
    except (ResponseError, ValueError):
        return False  # no stream yet, or no group
    read = group["last-delivered-id"] == stream["last-generated-id"]
    return bool(stream["entries-added"] >= entries and read and group["pending"] == 0)


async def letters(client: Any) -> list[dict[bytes, bytes]]:
    """The dead letters, oldest first."""
    return [fields for _, fields in await client.xrange("articles:dead")]
