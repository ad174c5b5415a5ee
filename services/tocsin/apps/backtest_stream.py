"""The articles of a back-test from the retained stream: read page by page, never more than a page in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

from redis.asyncio import Redis

from tocsin.apps.backtest_input import Line, Place
from tocsin.apps.retained import articles, oldest
from tocsin.apps.tail import seconds
from tocsin.events import Limits
from tocsin.model.article import Article
from tocsin.publish.alert import iso
from tocsin.runtime.connect import connect
from tocsin.runtime.embedded import find_url
from tocsin.settings import Settings

_GRACE_S = 60.0  # the stream need not begin on the second


class ArticleStream:
    """The articles retained since then, up to the server's now.

    Args:
        settings: which server and which stream.
        since: how long ago they arrived at the most: 7d, 12h.

    Raises:
        Refused: ``since`` is no duration, or there is no server.
    """

    def __init__(self, settings: Settings, since: str) -> None:
        self._settings = settings
        self._said = since
        wanted = seconds(since)
        self._redis = connect(find_url(settings), settings.redis)
        self._loop = asyncio.Runner()
        self._now = self._loop.run(_time(self._redis))
        self._since = self._now - wanted

    def missing(self) -> str | None:
        """Say how far back the stream goes where that is less than what was asked for."""
        kept_since = self._loop.run(oldest(self._redis, self._settings.articles.stream))
        if kept_since is not None and kept_since <= self._since + _GRACE_S:
            return None
        reach = "nothing is kept" if kept_since is None else f"articles are kept since {iso(kept_since)}"
        return f"--since {self._said}: {reach}."

    def articles(self) -> Iterator[Line]:
        """Yield them, oldest first; what is no article is in the dead letters."""
        limits = Limits(max_entry_bytes=self._settings.articles.max_entry_bytes)
        found = articles(self._redis, self._settings.articles.stream, self._since, limits, until=self._now)
        number, latest = 0, self._since
        while (article := self._loop.run(_next(found))) is not None:
            number += 1
            latest = max(latest, article.arrived_at)
            yield Line(number, article, "", Place(number, 0, latest), len(article.title) + len(article.body))

    def share(self, at: Place) -> float | None:
        """How much of the time lies before a place, 0..1."""
        span = self._now - self._since
        return min(1.0, max(0.0, at.latest - self._since) / span) if span > 0 else 1.0

    def close(self) -> None:
        """Hang up."""
        self._loop.run(self._redis.aclose())
        self._loop.close()


async def _time(redis: Redis) -> float:
    return float((await redis.time())[0])


async def _next(found: AsyncIterator[Article]) -> Article | None:
    return await anext(found, None)
