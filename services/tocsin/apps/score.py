"""`tocsin score`: the consumer process."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence

import structlog

from tocsin import native
from tocsin.events import Limits
from tocsin.read.reader import Reader
from tocsin.runtime.connect import connect
from tocsin.runtime.consumer import Consumer
from tocsin.runtime.embedded import find_url
from tocsin.runtime.health import Health
from tocsin.runtime.metrics import Metrics
from tocsin.runtime.verdicts import Decide, RawEntry, Verdict
from tocsin.score import kinds
from tocsin.score.weights import load as load_weights
from tocsin.scorer.batch import Scorer
from tocsin.scorer.lists import Lists
from tocsin.scorer.offsets import Offsets, with_offsets
from tocsin.settings import Settings
from tocsin.stores.doorbell import Doorbell
from tocsin.stores.marks import RedisMarkStore
from tocsin.stores.redis_channels import RedisChannelStore
from tocsin.stores.watchlists import RedisWatchlistStore
from tocsin.streams import MARKS_CHANGED, WATCHLISTS_CHANGED

log = structlog.get_logger("tocsin.score")

KILL_ON = "TOCSIN_TEST_KILL_ON"  # a test hook: the process dies where an entry holds this text


async def score(settings: Settings) -> None:
    """Consume until SIGTERM or SIGINT."""
    url = find_url(settings)
    log.info("kernel", used=native.KERNEL is not None, reason=native.REASON)
    weights = load_weights(settings.scoring.file)
    metrics, health = Metrics(), Health(settings)
    redis = connect(url, settings.redis)
    doorbell, marks_doorbell = Doorbell(redis, WATCHLISTS_CHANGED), Doorbell(redis, MARKS_CHANGED)
    lists = Lists(RedisWatchlistStore(redis), weights, settings, metrics, doorbell=doorbell)
    offsets = Offsets(RedisMarkStore(redis), poll_s=settings.watchlists.poll_s, doorbell=marks_doorbell)
    reader = (
        Reader(settings.reading.model, deadline_s=settings.reading.deadline_s) if settings.reading.enabled else None
    )
    decide: Decide = Scorer(
        desk=lambda: with_offsets(lists.desk, offsets),
        store=RedisChannelStore(redis, settings.channels),
        reader=reader,
        limits=Limits(max_entry_bytes=settings.articles.max_entry_bytes),
        metrics=metrics,
        log_articles=settings.log.articles,
    )
    if deadly := os.environ.get(KILL_ON):
        decide = _deadly(decide, deadly.encode())
    if reader is not None:
        reader.load()  # a second now, instead of in the first batch
    kinds.load()
    health.require("watchlists", lambda: lists.problem)
    consumer = Consumer(
        settings,
        url=url,
        decide=decide,
        metrics=metrics,
        health=health,
        ready_to_read=lambda: lists.desk is not None and (offsets.known or not settings.scoring.marks),
    )
    following = asyncio.gather(lists.follow(), *([offsets.follow()] if settings.scoring.marks else []))
    try:
        await consumer.run()
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)  # before what it uses is closed
        await doorbell.close()
        await marks_doorbell.close()
        await redis.aclose()


def _deadly(decide: Decide, text: bytes) -> Decide:
    async def decide_or_die(batch: Sequence[RawEntry], *, now: float, alone: bool) -> Sequence[Verdict]:
        if any(text in value for entry in batch for value in entry.fields.values()):
            os._exit(70)
        return await decide(batch, now=now, alone=alone)

    return decide_or_die
