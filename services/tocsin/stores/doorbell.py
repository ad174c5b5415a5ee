"""The doorbells of watchlists and marks: at most once, so whoever listens looks by itself now and then too."""

from __future__ import annotations

import asyncio

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError


class Doorbell:
    """Listens over a connection of its own, which is made when first waited for and again when it was lost.

    Args:
        client: of the server.
        channel: the Pub/Sub channel, ``streams.WATCHLISTS_CHANGED`` or ``MARKS_CHANGED``.
    """

    def __init__(self, client: Redis, channel: str) -> None:
        self._client = client
        self._channel = channel
        self._pubsub: PubSub | None = None

    async def __call__(self, timeout_s: float) -> bool:
        """Wait until it rings, or so many seconds; return whether it rang. A lost connection is no ring, and no error."""
        end = asyncio.get_running_loop().time() + timeout_s
        try:
            if self._pubsub is None:
                self._pubsub = self._client.pubsub(ignore_subscribe_messages=True)
                await self._pubsub.subscribe(self._channel)
            while (left := end - asyncio.get_running_loop().time()) > 0:
                if await self._pubsub.get_message(timeout=left) is not None:
                    return True
        except (RedisError, OSError):
            await self.close()
            await asyncio.sleep(max(0.0, end - asyncio.get_running_loop().time()))
        return False

    async def close(self) -> None:
        """Hang up."""
        pubsub, self._pubsub = self._pubsub, None
        if pubsub is not None:
            try:
                await pubsub.aclose()  # type: ignore[no-untyped-call]  # redis-py does not say what it takes
            except (RedisError, OSError):
                return  # it was lost already
