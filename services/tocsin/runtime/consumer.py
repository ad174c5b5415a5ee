"""The consumer: FastStream as the shell, and around it what keeps articles from being lost, doubled or stuck.

``Consumer(settings, url=…, decide=…, …)`` is all that a scorer needs::

    consumer = Consumer(settings, url=url, decide=handle, metrics=metrics, health=health, ready_to_read=lists.present)
    await consumer.run()  # until SIGTERM or SIGINT; the batch in hand is finished and acknowledged first

FastStream brings the application, its lifespan, its middlewares and the AsyncAPI document; its Redis-stream defaults
lose and strand messages, so the read (``reading``), the hand-over (``work``) and everything around them (``upkeep``)
are ours. Here they are put together.
"""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Callable, Sequence
from typing import Any, cast

import structlog
from faststream import AckPolicy, FastStream
from faststream.redis import StreamSub
from faststream.redis.message import FAKE_CONSUMER, RedisBatchStreamMessage
from faststream.specification import AsyncAPI

from tocsin import __version__
from tocsin.runtime.breaker import Breaker
from tocsin.runtime.connect import connect
from tocsin.runtime.contract import ArticleDocument
from tocsin.runtime.group import Group
from tocsin.runtime.health import Health
from tocsin.runtime.metrics import Metrics
from tocsin.runtime.patience import is_redis
from tocsin.runtime.probes import Probes
from tocsin.runtime.reading import Reading, ShellBroker, ShellClient, raw_batch
from tocsin.runtime.upkeep import Upkeep
from tocsin.runtime.verdicts import ACKNOWLEDGE, RETRY, Action, Decide, RawEntry, Verdict
from tocsin.runtime.work import Work
from tocsin.settings import Settings

__all__ = ["ACKNOWLEDGE", "RETRY", "Action", "Consumer", "Decide", "RawEntry", "Verdict"]

log = structlog.get_logger("tocsin.consumer")


class Consumer:
    """Reads ``articles`` in the group, hands batches to ``decide``, settles what it says.

    Attributes:
        name: in the group, unique to this process start.
        app: the FastStream application.
        probes: where metrics and health are served.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        url: str,
        decide: Decide,
        metrics: Metrics,
        health: Health,
        ready_to_read: Callable[[], bool] = lambda: True,
        middlewares: Sequence[Any] = (),
    ) -> None:
        """Put a consumer together; nothing is connected yet.

        Args:
            settings: as loaded.
            url: of the server.
            decide: decides on a batch and commits what follows.
            metrics: where figures go.
            health: where problems go; the breaker and the first read are noted by the consumer itself.
            ready_to_read: nothing is read before it says so (no watchlist set yet).
            middlewares: FastStream's own (Prometheus, OpenTelemetry).
        """
        articles = settings.articles
        self.name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        self._client = connect(url, settings.redis)
        self._group = Group(self._client, articles, self.name)
        self._breaker = Breaker(
            failures=articles.breaker_failures, window_s=articles.breaker_window_s, clock=time.monotonic
        )
        self._ready_to_read = ready_to_read
        held: set[str] = set()  # ids that were read and are not settled
        self._reading = Reading(
            self._group,
            may_read=self._may_read,
            held=held,
            calm=lambda: self._breaker.reason() is None,
            health=health,
            metrics=metrics,
        )
        self._work = Work(
            self._group,
            decide,
            held=held,
            poison_limit=articles.poison_limit,
            breaker=self._breaker,
            health=health,
            metrics=metrics,
            stopping=lambda: self._reading.stopping,
            pause=self._reading.pause,
        )
        self._upkeep = Upkeep(
            self._client,
            self._group,
            self._work,
            settings=articles,
            may_read=self._may_read,
            breaker=self._breaker,
            health=health,
            metrics=metrics,
        )
        self.probes = Probes(settings.telemetry, metrics=metrics, health=health)
        health.require("breaker", self._breaker.reason)
        self.app = self._shell(url, settings, middlewares)

    async def run(self) -> None:
        """Consume until ``stop`` or a signal; waits for the server as long as it takes."""
        self.probes.start()
        self._upkeep.start()
        log.info("consumer_starts", consumer=self.name)
        try:
            await self.app.run()
        finally:
            await self._upkeep.stop()
            self.probes.stop()
            await self._leave()
            await self._client.aclose()
        log.info("consumer_ended", consumer=self.name)

    def asyncapi(self) -> str:
        """Return the AsyncAPI document of this consumer as JSON; no secret of the URL is in it."""
        return str(self.app.schema.to_specification().to_json()).replace(self.name, "(unique to each start)")

    def stop(self) -> None:
        """Ask ``run`` to end: finish the batch in hand, acknowledge it, leave the group if nothing is pending."""
        self.app.exit()

    def _may_read(self) -> bool:
        return self._ready_to_read() and self._breaker.allows()

    async def _leave(self) -> None:
        try:
            await self._group.leave()
        except Exception as error:
            if not is_redis(error):
                raise
            log.info("consumer_stays", consumer=self.name, error=str(error))  # it is removed after idle_consumer_s

    def _shell(self, url: str, settings: Settings, middlewares: Sequence[Any]) -> FastStream:
        client = ShellClient(self._reading)
        broker = ShellBroker(client, url, apply_types=False, logger=None, middlewares=middlewares)
        subscription = StreamSub(
            settings.articles.stream,
            group=settings.articles.group,
            consumer=self.name,
            batch=True,
            max_records=settings.articles.batch,
        )

        async def parse(message: Any) -> RedisBatchStreamMessage:
            return RedisBatchStreamMessage(
                raw_message=message, body=raw_batch(message), consumer=FAKE_CONSUMER, group=None
            )

        async def decode(message: Any) -> Any:
            return message.body

        @broker.subscriber(
            stream=subscription, parser=parse, decoder=decode, ack_policy=AckPolicy.MANUAL, title="articles"
        )
        async def articles(batch: list[ArticleDocument]) -> None:
            """Articles in: flat fields, one JSON document in ``data``, or FastStream's envelope."""
            entries = cast("list[RawEntry]", batch)  # the annotation is the AsyncAPI document's; nothing converts
            await self._work.batch(entries, now=self._reading.now)

        contract = AsyncAPI(
            title="Tocsin", version=__version__, description="Articles in on a Redis stream, alerts out."
        )
        return FastStream(broker, logger=None, on_shutdown=[self._reading.stop], specification=contract)
