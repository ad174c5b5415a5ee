"""`tocsin publish`: append articles to the stream from JSON lines or plain text, in order, with a progress bar."""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import msgspec
from dateutil.parser import isoparse
from redis.asyncio import Redis
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress

from tocsin.errors import Refused
from tocsin.runtime.connect import connect
from tocsin.runtime.embedded import find_url
from tocsin.settings import Settings

_PIPELINE = 200  # entries a round trip
_TIMES = ("published_at", "received_at")


def read_lines(source: Iterable[bytes], name: str) -> Iterator[dict[str, object]]:
    """Yield one article a line.

    Raises:
        Refused: a line is no JSON object; names file and line.
    """
    for number, line in enumerate(source, start=1):
        if not line.strip():
            continue
        try:
            article = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Refused(f"{name}:{number}: not a JSON object on one line: {error}") from error
        if not isinstance(article, dict):
            raise Refused(f"{name}:{number}: a line must be a JSON object with title or body.")
        yield article


def as_article(raw: bytes, name: str) -> dict[str, object]:
    """Return a text as an article: the first line is the title, the rest the body.

    Raises:
        Refused: it is not UTF-8, or there is nothing in it.
    """
    try:
        title, _, body = raw.decode("utf-8-sig").partition("\n")
    except UnicodeDecodeError as error:
        raise Refused(f"{name}: not UTF-8: {error}.") from error
    if not title.strip() and not body.strip():
        raise Refused(f"{name}: there is no text in it.")
    return {"title": title.strip(), "body": body.strip("\n")}


def _read_stream(source: BinaryIO) -> Iterator[dict[str, object]]:
    """Yield JSON lines; or the one article of a text, where the first line is no JSON object."""
    first = source.readline()
    while first and not first.strip():
        first = source.readline()
    if first.lstrip().startswith(b"{"):
        yield from read_lines(itertools.chain([first], source), "standard input")
    elif first:
        yield as_article(first + source.read(), "standard input")


def read(path: Path) -> Iterator[dict[str, object]]:
    """Yield the articles of a file (``-``: standard input; ``.txt``: one article; else JSON lines).

    Raises:
        Refused: there is no such file, or a line is no article; what stood before it has been yielded.
    """
    if str(path) == "-":
        yield from _read_stream(sys.stdin.buffer)
    elif not path.is_file():
        raise Refused(f"{path}: no such file.")
    elif path.suffix == ".txt":
        yield as_article(path.read_bytes(), str(path))
    else:
        with path.open("rb") as file:
            yield from read_lines(file, str(path))


def rebase(articles: list[dict[str, object]], now: float) -> list[dict[str, object]]:
    """Shift every stated time by the same amount, so that the latest ``received_at`` is ``now``: samples stay news.

    Args:
        articles: as read.
        now: seconds since the epoch, UTC.
    """
    stamps = [isoparse(str(article["received_at"])) for article in articles if article.get("received_at")]
    if not stamps:
        return articles
    shift = datetime.fromtimestamp(int(now), tz=UTC) - max(stamps)
    return [
        {name: _moved(value, shift) if name in _TIMES else value for name, value in one.items()} for one in articles
    ]


def _moved(value: object, shift: timedelta) -> object:
    return (isoparse(value) + shift).isoformat() if isinstance(value, str) and value else value


async def publish(
    redis: Redis, stream: str, articles: Iterable[dict[str, object]], *, console: Console, total: int | None = None
) -> int:
    """Append articles to the stream in order, as they come; return how many."""
    count = 0
    several = iter(articles)
    with Progress(
        *Progress.get_default_columns()[:2], MofNCompleteColumn(), console=console, transient=True
    ) as progress:
        bar = progress.add_task("publishing", total=total)
        while batch := list(itertools.islice(several, _PIPELINE)):
            async with redis.pipeline(transaction=False) as pipe:
                for article in batch:
                    sent = {name: value for name, value in article.items() if name != "received_at"}
                    pipe.xadd(stream, {"data": msgspec.json.encode(sent)})
                await pipe.execute()
            count += len(batch)
            progress.advance(bar, len(batch))
    return count


def _count(path: Path) -> int | None:
    """Articles of a file; None where that is not known before it is read."""
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return 1 if path.suffix == ".txt" else sum(1 for line in file if line.strip())


async def publish_file(settings: Settings, path: Path, *, rebased: bool, console: Console) -> int:
    """Publish a file or standard input; return how many articles."""
    articles: Iterable[dict[str, object]] = read(path)
    total: int | None = None
    if rebased:
        known = rebase(list(articles), time.time())
        articles, total = known, len(known)
    else:
        total = _count(path)
    redis = connect(find_url(settings), settings.redis)
    try:
        return await publish(redis, settings.articles.stream, articles, console=console, total=total)
    finally:
        await redis.aclose()
