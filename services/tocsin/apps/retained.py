"""The retained article stream, read as articles: for `backtest --since`, `explain --id | --url` and `watchlists check`."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator

from redis.asyncio import Redis

from tocsin.errors import NotAnArticle
from tocsin.events import Limits, canonical_url, decode_article
from tocsin.model.article import Article
from tocsin.stores.entries import newest, page

_PAGE = 200  # entries a round trip


async def oldest(redis: Redis, stream: str) -> float | None:
    """Return when the oldest retained entry arrived, seconds since the epoch; None where the stream is empty."""
    first = await page(redis, stream, count=1)
    return _time_of(first[0][0]) if first else None


async def articles(
    redis: Redis, stream: str, since: float, limits: Limits, *, until: float = math.inf
) -> AsyncIterator[Article]:
    """Yield the articles that arrived between two times, oldest first; what is no article is in the dead letters."""
    start = f"{int(since * 1000)}-0"
    while True:
        entries = await page(redis, stream, start=start, count=_PAGE)
        for entry_id, fields in entries:
            if _time_of(entry_id) > until:
                return
            try:
                yield decode_article(entry_id, fields, now=_time_of(entry_id), limits=limits)
            except NotAnArticle:
                continue
        if len(entries) < _PAGE:
            return
        start = f"({entries[-1][0]}"


async def newest_first(redis: Redis, stream: str, since: float, limits: Limits) -> AsyncIterator[Article]:
    """Yield the articles that arrived since a time, the newest first."""
    end = "+"
    while True:
        entries = await newest(redis, stream, end=end, count=_PAGE)
        for entry_id, fields in entries:
            if _time_of(entry_id) < since:
                return
            try:
                yield decode_article(entry_id, fields, now=_time_of(entry_id), limits=limits)
            except NotAnArticle:
                continue
        if len(entries) < _PAGE:
            return
        end = f"({entries[-1][0]}"


async def find(redis: Redis, stream: str, limits: Limits, *, id: str | None, url: str | None) -> list[Article]:  # noqa: A002 - the article's own word
    """Return the retained revisions of an article, oldest first."""
    wanted = None if url is None else canonical_url(url)
    return [
        article
        async for article in articles(redis, stream, 0.0, limits)
        if (id is not None and article.id == id)
        or (wanted is not None and article.url is not None and canonical_url(article.url) == wanted)
    ]


def _time_of(entry_id: str) -> float:
    return int(entry_id.partition("-")[0]) / 1000
