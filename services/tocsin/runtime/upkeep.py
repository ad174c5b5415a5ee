"""What a consumer does beside reading: keep its entries fresh, claim what others left, tell where it stands, tidy up.

Each job runs by itself and outlives every error; what must be done by one process only is done under a lease.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable

import structlog
from redis.asyncio import Redis

from tocsin.runtime.breaker import Breaker
from tocsin.runtime.group import CLAIMED_A_CALL, Group
from tocsin.runtime.health import Health
from tocsin.runtime.metrics import Metrics
from tocsin.runtime.patience import is_redis
from tocsin.runtime.work import Work
from tocsin.scripts import run_all
from tocsin.settings import ArticleSettings

log = structlog.get_logger("tocsin.upkeep")

BEAT_S = 1.0
LEASE_S = 10.0  # of the upkeep; renewed every second while its holder lives
TIDY_S = 10.0  # between two trimmings
CHECK_S = 30.0  # between two looks at the server's configuration


class Upkeep:
    """The jobs of one consumer; ``start`` them, ``stop`` them."""

    def __init__(
        self,
        client: Redis,
        group: Group,
        work: Work,
        *,
        settings: ArticleSettings,
        may_read: Callable[[], bool],
        breaker: Breaker,
        health: Health,
        metrics: Metrics,
    ) -> None:
        self._client = client
        self._group = group
        self._work = work
        self._idle_s = settings.claim_idle_ms / 1000
        self._may_read = may_read
        self._breaker = breaker
        self._health = health
        self._metrics = metrics
        self._tidied_at = -TIDY_S
        self._closing = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._claiming: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start all jobs."""
        jobs: list[tuple[Callable[[], Awaitable[None]], float]] = [
            (self._beat, BEAT_S),
            (self.keep, self._idle_s / 4),
            (self.watch, BEAT_S),
            (self.tidy, BEAT_S),
            (self.check_server, CHECK_S),
        ]
        self._tasks = [asyncio.create_task(self._repeat(job, every), name=job.__name__) for job, every in jobs]
        self._claiming = asyncio.create_task(self._repeat(self.claim, self._idle_s / 2), name="claim")

    async def stop(self) -> None:
        """Let the entry in hand be finished, then end all jobs."""
        self._closing.set()
        if self._claiming is not None:
            await self._claiming
        for task in self._tasks:  # each is between two rounds or in a command that may hang
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def keep(self) -> None:
        """Keep what is in hand from being claimed."""
        await self._group.keep(sorted(self._work.held))

    async def claim(self) -> None:
        """Take over what a silent consumer left, and work on it."""
        while self._may_claim():
            found = await self._group.claim()
            ids = [entry_id for entry_id in found if entry_id not in self._work.held]
            if ids:
                self._metrics.claimed(len(ids))
                log.info("claimed", entries=len(ids), first=ids[0])
                await self._work.claimed(ids, may_go_on=self._may_claim)
            if len(found) < CLAIMED_A_CALL:
                return

    async def watch(self) -> None:
        """Tell metrics and probes where the group stands."""
        lag = await self._group.lag()
        self._metrics.breaker(open_=self._breaker.reason() is not None)
        self._health.note("group", None if lag.exists else "the consumer group does not exist")
        self._health.oldest_pending(lag.oldest)
        arrived = int(lag.oldest.partition("-")[0]) / 1000 if lag.oldest else None
        oldest_s = max(0.0, time.time() - arrived) if arrived is not None else 0.0
        self._metrics.position(lag=lag.behind, pending=lag.pending, oldest_s=oldest_s, length=lag.length)

    async def tidy(self) -> None:
        """Write the low-water mark; now and then trim the stream and remove silent consumers. One process does it."""
        if not await self._group.lead(LEASE_S):
            return
        await self._group.remember_position()
        if time.monotonic() - self._tidied_at < TIDY_S:
            return
        self._tidied_at = time.monotonic()
        [(seconds, _)] = await run_all(self._client, [("TIME",)])
        trimmed = await self._group.trim(float(seconds))
        removed = await self._group.retire()
        if trimmed or removed:
            log.info("tidied", articles_trimmed=trimmed, consumers_removed=removed)

    async def check_server(self) -> None:
        """See whether the server keeps what it is given."""
        memory, persistence = await run_all(self._client, [("INFO", "memory"), ("INFO", "persistence")])
        policy = memory.get("maxmemory_policy", "noeviction")
        self._health.note(
            "eviction",
            None
            if policy == "noeviction"
            else f"the server's maxmemory-policy is {policy}: it may throw away done-marks and alerts; set noeviction",
        )
        self._health.warn(
            "persistence",
            None
            if persistence.get("aof_enabled")
            else "the server's append-only file is off: a crash loses what came since its last snapshot",
        )

    async def _beat(self) -> None:
        self._health.beat()

    def _may_claim(self) -> bool:
        return not self._closing.is_set() and self._may_read()

    async def _repeat(self, job: Callable[[], Awaitable[None]], every: float) -> None:
        while not self._closing.is_set():
            try:
                await job()
            except Exception as error:  # noqa: BLE001 - a job that fails is tried again
                level = log.debug if is_redis(error) else log.error
                level("job_failed", job=job.__name__, error=f"{type(error).__name__}: {error}")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), every)
