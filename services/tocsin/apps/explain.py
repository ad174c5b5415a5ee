"""`tocsin explain`: why an article alerts in a channel, or what it lacks: each part, each guard.

A condition is taken apart by asking the matcher about its parts one by one: each becomes a rule of its own, so what is
shown is what the matcher finds, never a second opinion of it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
from redis.asyncio import Redis
from rich.console import Console

from tocsin.apps.backtest import in_force, read_articles
from tocsin.apps.conditions import described, together, told
from tocsin.apps.present import plain
from tocsin.apps.retained import find as find_retained
from tocsin.apps.retained import oldest
from tocsin.apps.watchlists import compiled, published, published_at
from tocsin.errors import Refused
from tocsin.events import Limits
from tocsin.match.index import build
from tocsin.model.alert import Evidence, alert_id
from tocsin.model.article import Article
from tocsin.model.decision import Reason, Scored
from tocsin.model.document import Document, Zone
from tocsin.model.rule import Mode, Rule, Watchlist, Within
from tocsin.pipeline import by_channel, find, judge, open_desk, to_read
from tocsin.prepare.fold import fold_article
from tocsin.publish.alert import iso
from tocsin.read.reader import Reader
from tocsin.runtime.connect import connect
from tocsin.runtime.embedded import find_url
from tocsin.score.weights import load as load_weights
from tocsin.settings import Settings
from tocsin.stores.dead_letters import letters_about
from tocsin.stores.redis_channels import RedisChannelStore
from tocsin.streams import done

_READ_S = 60.0  # a person waits; the parser gets the time it needs


async def explain(
    settings: Settings,
    *,
    article: Path | None,
    id: str | None,  # noqa: A002 - the article's own word
    url: str | None,
    channel: str | None,
    paths: list[Path],
    out: Console,
    err: Console,
) -> int:
    """Explain; return 0 where an article was found, 1 where none was.

    Raises:
        Refused: not exactly one of article, id and url was named, or the file is no article.
    """
    if sum(one is not None for one in (article, id, url)) != 1:
        raise Refused("Say which article: --article FILE (or -), --id ID or --url URL.")
    if article is not None:
        lists = compiled(paths, settings=settings, err=err) if paths else await _published(settings)
        _explain(settings, _from_file(article), in_force(lists), channel, out)
        return 0
    redis = connect(find_url(settings), settings.redis)
    try:
        return await _retained(settings, redis, id=id, url=url, channel=channel, paths=paths, out=out, err=err)
    finally:
        await redis.aclose()


async def _retained(
    settings: Settings,
    redis: Redis,
    *,
    id: str | None,  # noqa: A002 - the article's own word
    url: str | None,
    channel: str | None,
    paths: list[Path],
    out: Console,
    err: Console,
) -> int:
    limits = Limits(max_entry_bytes=settings.articles.max_entry_bytes)
    found = await find_retained(redis, settings.articles.stream, limits, id=id, url=url)
    if not found:
        await _not_there(settings, redis, id or url or "", out)
        return 1
    current = compiled(paths, settings=settings, err=err) if paths else await published(redis, settings=settings)
    for one in found:
        out.print(
            f"article {one.id} from {one.source or 'an unnamed source'}, arrived {iso(one.arrived_at)}", markup=False
        )
        then = await published_at(redis, one.arrived_at, settings=settings)
        if then and _versions(then) != _versions(current):
            out.print(f"with the lists of then ({_versions(then)}):", style="bold", markup=False)
            _explain(settings, one, then, channel, out)
            out.print(f"with the lists of now ({_versions(current)}):", style="bold", markup=False)
        _explain(settings, one, current, channel, out)
        await _what_channels_know(settings, redis, one, lists=current, channel=channel, out=out)
    return 0


async def _what_channels_know(
    settings: Settings,
    redis: Redis,
    article: Article,
    *,
    lists: tuple[Watchlist, ...],
    channel: str | None,
    out: Console,
) -> None:
    """Say what became of this content in each channel: told, held back because of its story, or never committed."""
    revision = fold_article(article).revision
    names = sorted({name for listed in lists for rule in listed.rules for name in rule.channels})
    store = RedisChannelStore(redis, settings.channels)
    for changes in await store.changes([(name, 0, "") for name in names if channel in (None, name)]):
        mark = alert_id(changes.channel, article.key, revision)
        story = next(
            (one for one in changes.stories if any(told.article_key == article.key for told in one.members)), None
        )
        if not await redis.exists(done(changes.channel, mark)):
            continue
        if story is None:
            out.print(f"channel {changes.channel}: decided; its story has closed since", markup=False)
            continue
        told = next(one for one in reversed(story.members) if one.article_key == article.key)
        if told.alert_id == mark:
            out.print(f"channel {changes.channel}: told, alert {mark}, story {story.id}", markup=False)
        else:
            out.print(
                f"channel {changes.channel}: held back (duplicate or unchanged): story {story.id} of {story.articles} "
                f"articles was told by alert {story.last_alert_id}",
                markup=False,
            )


async def _not_there(settings: Settings, redis: Redis, name: str, out: Console) -> None:
    """Say what is known of an article that is not in the stream."""
    letters = await letters_about(redis, settings.articles.stream, name)
    for letter in letters:
        out.print(f"{name} was dead-lettered: {letter.reason}: {letter.detail} (dead letter {letter.id})", markup=False)
    if not letters:
        since = await oldest(redis, settings.articles.stream)
        kept = "the stream is empty" if since is None else f"the stream reaches back to {iso(since)}"
        out.print(f"{name} is not in the retained stream: it never arrived, or has aged out ({kept}).", markup=False)


async def _published(settings: Settings) -> tuple[Watchlist, ...]:
    redis = connect(find_url(settings), settings.redis)
    try:
        return await published(redis, settings=settings)
    finally:
        await redis.aclose()


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
    settings: Settings, article: Article, lists: tuple[Watchlist, ...], channel: str | None, out: Console
) -> None:
    desk = open_desk(lists, load_weights(settings.scoring.file), stale_s=settings.channels.stale_hours * 3600)
    now = article.arrived_at
    found = find(desk, article, now=now, always=True, prefilter=False)
    assert found is not None
    asked = to_read(desk, found)
    reading = None
    if asked and settings.reading.enabled:
        [reading] = Reader(settings.reading.model, deadline_s=_READ_S).read([(found.document, asked)])
    scored = judge(desk, found, reading, now=now)
    _show_document(found.document, out)
    decided = by_channel(scored)
    names = sorted({one for listed in lists for rule in listed.rules for one in rule.channels})
    if channel is not None and channel not in names:
        raise Refused(f"No rule publishes to {channel}; there is {', '.join(names) or 'no channel at all'}.")
    for name in names:
        if channel is None or name == channel:
            out.print(f"\nchannel {name}", style="bold", markup=False)
            for listed in lists:
                for rule in listed.rules:
                    if name in rule.channels:
                        _show_rule(found.document, listed, rule, scored=decided.get(name, ()), out=out)


def _show_document(document: Document, out: Console) -> None:
    zones = document.zones
    furniture = sum(zone is Zone.FURNITURE for zone in zones)
    article = document.article
    dated = "undated" if article.published_at is None else f"published {iso(article.published_at)}"
    out.print(
        f"{len(zones)} sentences, {furniture} of them page furniture; language {article.lang}; {dated}", markup=False
    )


def _show_rule(document: Document, listed: Watchlist, rule: Rule, *, scored: tuple[Scored, ...], out: Console) -> None:
    mine = [one for one in scored if one.candidate.rule == rule and one.candidate.watchlist.name == listed.name]
    name = f"  {listed.name}/{rule.name}"
    if rule.mode is Mode.OFF:
        out.print(f"{name}: off", markup=False)
        return
    if rule.since > document.article.arrived_at:
        out.print(f"{name}: not in force yet when the article arrived (since {iso(rule.since)})", markup=False)
        return
    if not mine:
        out.print(f"{name}: no candidate", style="bold", markup=False)
        for line in _lacking(document, listed, rule):
            out.print(f"    {line}", markup=False)
        return
    [one] = mine
    verdict = "passes" if one.passes else f"held back: {one.refusal.value}"  # type: ignore[union-attr]
    if one.passes and rule.mode is Mode.SHADOW:
        verdict = f"passes, but only {Reason.SHADOW.value}s"
    out.print(f"{name}: {verdict}, score {one.score:.2f}, threshold {one.threshold:.2f}", style="bold", markup=False)
    for part, value in one.parts.items():
        out.print(f"    {part:24s} {value:6.2f}", markup=False)
    for guard in one.guards:
        out.print(f"    against it: {guard.kind} (“{guard.span.text}”)", markup=False)
    for piece in one.evidence:
        out.print(f"    {_said(piece)}", markup=False)
    if one.marks:
        out.print(f"    marks: {', '.join(one.marks)}", markup=False)


def _said(piece: Evidence) -> str:
    sentence = piece.sentence.text
    at, end = piece.start - piece.sentence.start, piece.end - piece.sentence.start
    marked = " ".join(plain(f"{sentence[:at]}⟦{sentence[at:end]}⟧{sentence[end:]}").split())
    return f"{piece.kind} {piece.ref} in {piece.field}: {marked}"


def _lacking(document: Document, listed: Watchlist, rule: Rule) -> Iterator[str]:
    """Yield a line for each part of the condition: whether the article has it, outside page furniture."""
    parts = list(told(rule.condition))
    conditions = [*(part.condition for part in parts), rule.condition]
    probes = tuple(
        msgspec.structs.replace(
            rule, name=str(number), condition=condition, within=Within(), always_run=True, mode=Mode.LIVE
        )
        for number, condition in enumerate(conditions)
    )
    index = build((msgspec.structs.replace(listed, rules=probes),))
    held = {int(one.rule.name) for one in index.percolate(document, None, prefilter=False).candidates}
    for number, part in enumerate(parts):
        there = number in held
        sign = "has  " if there else "lacks"
        note = "" if part.wanted else "  (must not be there)"
        yield f"{sign} {'  ' * part.depth}{described(part.condition, listed)}{note}"
    if len(parts) in held and rule.within.unit != "article":
        yield f"lacks them within {together(rule.within.unit, rule.within.words)}"
