"""`tocsin explain`: why an article alerts in a channel, or what it lacks: each part, each guard, and what would change it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec
from redis.asyncio import Redis
from rich.console import Console

from tocsin.apps.backtest import in_force, read_articles
from tocsin.apps.explain_account import Account, Judged, account_of
from tocsin.apps.explain_known import not_there, what_channels_know
from tocsin.apps.explain_lines import LEGEND, lines_of
from tocsin.apps.reader_offsets import live_offsets
from tocsin.apps.retained import find as find_retained
from tocsin.apps.watchlists import compiled, published, published_at
from tocsin.errors import Refused
from tocsin.events import Limits
from tocsin.model.article import Article
from tocsin.model.document import Document, Zone
from tocsin.model.rule import Watchlist
from tocsin.pipeline import find, judge, open_desk, to_read
from tocsin.publish.alert import iso
from tocsin.read.reader import Reader
from tocsin.runtime.connect import connect
from tocsin.runtime.embedded import find_url
from tocsin.score.weights import load as load_weights
from tocsin.settings import Settings

_READ_S = 60.0  # a person waits; the parser gets the time it needs


class _Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which retained article, and how it is told."""

    id: str | None
    url: str | None
    channel: str | None
    paths: list[Path]
    form: str


class _Told(msgspec.Struct, frozen=True, kw_only=True):
    """An article and the account of each rule; ``known`` is what channels remember of it."""

    article: str
    lists: dict[str, int]
    about: str
    rules: tuple[Account, ...]
    known: tuple[str, ...] = ()


async def explain(
    settings: Settings,
    *,
    article: Path | None,
    id: str | None,  # noqa: A002 - the article's own word
    url: str | None,
    channel: str | None,
    paths: list[Path],
    form: str,
    out: Console,
    err: Console,
) -> int:
    """Explain; return 0 where an article was found, 1 where none was.

    Raises:
        Refused: not exactly one of article, id and url was named, the file is no article, or there is no such format.
    """
    if form not in {"text", "json"}:
        raise Refused(f"--format {form}: write text or json.")
    if sum(one is not None for one in (article, id, url)) != 1:
        raise Refused("Say which article: --article FILE (or -), --id ID or --url URL.")
    if article is not None:
        if paths:  # needs no server
            lists, offsets = compiled(paths, settings=settings, err=err), dict[str, float]()
        else:
            lists, offsets = await _published(settings)
        told = _explain(settings, _from_file(article), in_force(lists), channel, offsets=offsets)
        _tell(told, form, out)
        return 0
    redis = connect(find_url(settings), settings.redis)
    try:
        asked = _Asked(id=id, url=url, channel=channel, paths=paths, form=form)
        return await _retained(settings, redis, asked, out=out, err=err)
    finally:
        await redis.aclose()


async def _retained(settings: Settings, redis: Redis, asked: _Asked, *, out: Console, err: Console) -> int:
    limits = Limits(max_entry_bytes=settings.articles.max_entry_bytes)
    found = await find_retained(redis, settings.articles.stream, limits, id=asked.id, url=asked.url)
    if not found:
        for line in await not_there(settings, redis, asked.id or asked.url or ""):
            _say(line, asked.form, out)
        return 1
    paths = asked.paths
    current = compiled(paths, settings=settings, err=err) if paths else await published(redis, settings=settings)
    offsets = await _offsets(settings, redis)
    for one in found:
        source = one.source or "an unnamed source"
        then = await published_at(redis, one.arrived_at, settings=settings)
        known = [line async for line in what_channels_know(settings, redis, one, lists=current, channel=asked.channel)]
        if asked.form == "text":
            out.print(f"article {one.id} from {source}, arrived {iso(one.arrived_at)}", markup=False)
        if then and _versions(then) != _versions(current):
            told = _explain(settings, one, then, asked.channel, offsets=offsets)
            _tell(told, asked.form, out, heading=f"with the lists of then ({_versions(then)}):")
            heading = f"with the lists of now ({_versions(current)}):"
        else:
            heading = ""
        told = _explain(settings, one, current, asked.channel, offsets=offsets)
        _tell(msgspec.structs.replace(told, known=tuple(known)), asked.form, out, heading=heading)
    return 0


async def _published(settings: Settings) -> tuple[tuple[Watchlist, ...], dict[str, float]]:
    redis = connect(find_url(settings), settings.redis)
    try:
        return await published(redis, settings=settings), await _offsets(settings, redis)
    finally:
        await redis.aclose()


async def _offsets(settings: Settings, redis: Redis) -> dict[str, float]:
    return await live_offsets(redis) if settings.scoring.marks else {}


def _versions(lists: tuple[Watchlist, ...]) -> str:
    return ", ".join(f"{one.name} {one.version}" for one in lists)


def _from_file(path: Path) -> Article:
    if str(path) == "-":
        raw = sys.stdin.buffer.read()
    elif path.exists():
        raw = path.read_bytes()
    else:
        raise Refused(f"{path}: no such file.")
    if not raw.lstrip().startswith(b"{"):
        title, _, body = raw.decode("utf-8", "replace").partition("\n")
        raw = msgspec.json.encode({"title": title.strip(), "body": body.strip("\n")})
    else:
        raw = msgspec.json.encode(msgspec.json.decode(raw))
    line = next(iter(read_articles([raw])))
    if line.article is None:
        raise Refused(f"{path}: {line.problem}")
    return line.article


def _explain(
    settings: Settings,
    article: Article,
    lists: tuple[Watchlist, ...],
    channel: str | None,
    *,
    offsets: Mapping[str, float],
) -> _Told:
    names = sorted({one for listed in lists for rule in listed.rules for one in rule.channels})
    if channel is not None and channel not in names:
        raise Refused(f"No rule publishes to {channel}; there is {', '.join(names) or 'no channel at all'}.")
    weights = load_weights(settings.scoring.file)
    desk = open_desk(lists, weights, stale_s=settings.channels.stale_hours * 3600, offsets=offsets)
    now = article.arrived_at
    found = find(desk, article, now=now, always=True, prefilter=False)
    assert found is not None
    asked = to_read(desk, found)
    reading = None
    if asked and settings.reading.enabled:
        [reading] = Reader(settings.reading.model, deadline_s=_READ_S).read([(found.document, asked)])
    judged = Judged(
        document=found.document,
        reading=reading,
        scored=judge(desk, found, reading, now=now),
        weights=weights,
        offsets=offsets,
        now=now,
    )
    rules = ((listed, rule) for listed in lists for rule in listed.rules if channel is None or channel in rule.channels)
    return _Told(
        article=article.id,
        lists={one.name: one.version for one in lists},
        about=_about(found.document),
        rules=tuple(account_of(judged, listed, rule) for listed, rule in rules),
    )


def _about(document: Document) -> str:
    zones, article = document.zones, document.article
    furniture = sum(zone is Zone.FURNITURE for zone in zones)
    dated = "undated" if article.published_at is None else f"published {iso(article.published_at)}"
    return f"{len(zones)} sentences, {furniture} of them page furniture; language {article.lang}; {dated}"


def _tell(told: _Told, form: str, out: Console, *, heading: str = "") -> None:
    if form == "json":
        sys.stdout.write(msgspec.json.encode(told).decode() + "\n")
        return
    if heading:
        out.print(heading, style="bold", markup=False)
    out.print(told.about, markup=False)
    if any(account.sentences for account in told.rules):
        out.print(LEGEND, style="dim", markup=False)
    shown: dict[str, str] = {}
    for channel in sorted({name for account in told.rules for name in account.channels}):
        out.print(f"\nchannel {channel}", style="bold", markup=False)
        for account in told.rules:
            if channel not in account.channels:
                continue
            if account.rule in shown:
                out.print(f"  {account.rule}: as in channel {shown[account.rule]}", markup=False)
                continue
            shown[account.rule] = channel
            for line in lines_of(account):
                out.print(line, soft_wrap=True)
    for known in told.known:
        out.print(known, markup=False)


def _say(line: str, form: str, out: Console) -> None:
    if form == "json":
        sys.stdout.write(msgspec.json.encode({"problem": line}).decode() + "\n")
    else:
        out.print(line, markup=False)
