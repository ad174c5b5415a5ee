"""A scorer process for tests: ``python scorer_process.py URL``. It alerts once for every article, on the channel chaos.

An article whose title holds ``deadly`` ends the process at once, as a crash in native code would.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Sequence

from live_consumer import quick
from tocsin.model.story import Entry
from tocsin.runtime.connect import connect
from tocsin.runtime.consumer import ACKNOWLEDGE, Consumer, RawEntry, Verdict
from tocsin.runtime.health import Health
from tocsin.runtime.logs import configure
from tocsin.runtime.metrics import Metrics
from tocsin.settings import LogSettings
from tocsin.stores.redis_channels import RedisChannelStore

CHANNEL = "chaos"


async def main(url: str) -> None:
    settings = quick(poison_limit=int(os.environ.get("POISON_LIMIT", "5")), claim_idle_ms=500)
    client = connect(url)
    store = RedisChannelStore(client, settings.channels)

    async def decide(batch: Sequence[RawEntry], *, now: float, alone: bool) -> Sequence[Verdict]:
        titles = [entry.fields[b"title"].decode() for entry in batch]
        if any("deadly" in title for title in titles):
            os._exit(70)
        entries = [Entry(done=title, alert=json.dumps({"id": title}).encode()) for title in titles]
        await store.commit([(CHANNEL, entries)])
        return [ACKNOWLEDGE] * len(batch)

    consumer = Consumer(settings, url=url, decide=decide, metrics=Metrics(), health=Health(settings))
    await consumer.run()
    await client.aclose()


if __name__ == "__main__":
    configure(LogSettings(level="warning"))
    asyncio.run(main(sys.argv[1]))
