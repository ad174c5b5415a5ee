"""A steady load of articles that must each alert, sent through every fault until the server says that it has them."""

from __future__ import annotations

import threading
import time
from typing import Any, Self

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from texts import Texts


class Load:
    """Appends unique matching articles at a steady pace from a thread of its own; use it as a context.

    An XADD whose answer was lost is sent again with the same id and content: the stream may then hold it twice, which is
    one article revision and must give one alert.

    Args:
        url: of the server.
        rate: articles a second.
        texts: where they come from.
        prefix: of their ids.
    """

    def __init__(self, url: str, *, rate: float, texts: Texts, prefix: str = "load") -> None:
        self.sent = 0
        self._rate = rate
        self._texts = texts
        self._prefix = prefix
        self._redis: Any = redis.Redis.from_url(url, retry=Retry(NoBackoff(), 0), socket_timeout=2)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join(30)
        self._redis.close()

    def _run(self) -> None:
        due = time.monotonic()
        while not self._over.is_set():
            article = self._texts.incursion(400) | {"id": f"{self._prefix}-{self.sent}", "source": "chaos"}
            while not self._accepted(article):
                if self._over.wait(0.05):
                    return
            self.sent += 1
            due = max(due + 1 / self._rate, time.monotonic() - 1)  # after an outage at most a second is caught up on
            self._over.wait(max(0.0, due - time.monotonic()))

    def _accepted(self, article: dict[str, str]) -> bool:
        try:
            self._redis.xadd("articles", article)
        except redis.RedisError:
            return False
        return True
