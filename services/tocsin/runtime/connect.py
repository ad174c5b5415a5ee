"""The one place that makes Redis clients.

A client retries nothing by itself: redis-py's default repeats each command ten times, which doubles what is not
idempotent and hides an outage from the breaker and the probes. Who may repeat a command decides so where it is called
(``patience``). Replies are bytes; RESP2 keeps the shape of replies equal on Redis 6.2 to 8 and Valkey.
"""

from __future__ import annotations

from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from tocsin.settings import RedisSettings


def options(settings: RedisSettings) -> dict[str, Any]:
    """Return the keyword arguments that every client and connection pool of ours is made with."""
    arguments: dict[str, Any] = {
        "decode_responses": False,
        "protocol": 2,
        "retry": Retry(NoBackoff(), 0),
        "socket_timeout": settings.socket_timeout,
        "socket_connect_timeout": settings.connect_timeout,
        "socket_keepalive": True,
        "health_check_interval": 0,  # a read that fails is waited out; a ping before each command would cost a round trip
    }
    if settings.ca_file is not None:
        arguments["ssl_ca_certs"] = str(settings.ca_file)
    return arguments


def connect(url: str, settings: RedisSettings | None = None, *, max_connections: int = 64) -> Redis:
    """Return a client for ``url``; nothing is connected before the first command.

    Args:
        url: ``redis://``, ``rediss://`` or ``unix://``; a password in it is used and never logged.
        settings: time-outs and the private authority; the defaults where None.
        max_connections: of this client's pool; one is held for as long as a command blocks.
    """
    client: Redis = Redis.from_url(url, max_connections=max_connections, **options(settings or RedisSettings()))
    return client
