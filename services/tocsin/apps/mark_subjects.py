"""What a mark is on: an alert of a channel's log, or a retained article, with the score that the rule gave it by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

import msgspec
from redis.asyncio import Redis

from tocsin import folding
from tocsin.apps.present import decode
from tocsin.apps.retained import find as find_retained
from tocsin.apps.watchlists import published
from tocsin.errors import Refused
from tocsin.events import Limits
from tocsin.model.alert import Alert, AlertRule, Evidence
from tocsin.model.decision import Scored
from tocsin.model.rule import Watchlist, rule_key
from tocsin.pipeline import find, judge, open_desk, to_read
from tocsin.read.reader import Reader
from tocsin.score.marks import Mark, Term
from tocsin.score.offsets import shifted
from tocsin.score.weights import load as load_weights
from tocsin.settings import Settings
from tocsin.stores.entries import newest
from tocsin.streams import alerts

_PAGE = 200  # alerts read at a time: half a megabyte
_SCAN = 1000  # keys looked at in one round trip
_CUT = 200  # characters of a title or a hit
_TERMS = 12
_READ_S = 60.0  # a person waits; the parser gets the time it needs


async def find_alert(redis: Redis, alert_id: str) -> Alert:
    """Return an alert from the log of whichever channel has it, the newest alerts first.

    Raises:
        Refused: no channel has it.
    """
    if alert_id:
        wanted = alert_id.encode()
        async for channel in _channels(redis):
            end = "+"
            while entries := await newest(redis, alerts(channel), end=end, count=_PAGE):
                for _, fields in entries:
                    document = fields.get(b"data", b"")
                    if wanted in document and (alert := decode(document)).id == alert_id:
                        return alert
                end = f"({entries[-1][0]}"
    raise Refused(
        f"There is no alert {alert_id!r} in any channel's log: it is the `id` of `tocsin tail --json`, and logs keep alerts "
        "for channels.log_days. Of an article that is still in the stream, say --article ID --rule LIST/RULE."
    )


async def _channels(redis: Redis) -> AsyncIterator[str]:
    before, after = alerts("\0").split("\0")
    async for key in redis.scan_iter(match=f"{before}*{after}", count=_SCAN, _type="stream"):
        yield key.decode()[len(before) : -len(after)]


def mark_on_alert(alert: Alert, rule: str | None, *, mark: str, by: str, note: str) -> Mark:
    """Return a mark on one rule of an alert.

    Args:
        rule: ``LIST/RULE``, or the rule's name alone; None where the alert has one rule only.

    Raises:
        Refused: the alert has several rules and none was named, or has not the one that was; or a text is too long.
    """
    chosen = _rule_of(alert, rule)
    assert alert.article is not None
    evidence = (one for one in alert.evidence if one.rule == chosen.rule)
    return checked(
        rule=_key(chosen),
        article_id=alert.article.id,
        source=alert.article.source,
        mark=mark,
        score=round(shifted(chosen.score, -(chosen.offset or 0.0)), 4),
        by=by,
        note=note,
        alert_id=alert.id,
        version=chosen.watchlist.version,
        title=alert.article.title[:_CUT],
        terms=terms_of(evidence),
    )


def _rule_of(alert: Alert, rule: str | None) -> AlertRule:
    if alert.article is None or not alert.rules:
        raise Refused(f"Alert {alert.id} ({alert.kind}) was sent by no rule of its own: there is no score to mark.")
    found = [one for one in alert.rules if rule is None or rule in {one.rule, _key(one)}]
    if len(found) != 1:
        names = ", ".join(map(_key, alert.rules))
        asked = "several rules" if rule is None or found else f"no rule {rule!r}"
        raise Refused(f"Alert {alert.id} has {asked}: write --rule with one of {names}.")
    return found[0]


def _key(rule: AlertRule) -> str:
    return f"{rule.watchlist.name}/{rule.rule}"


async def mark_on_article(
    settings: Settings, redis: Redis, article_id: str, rule: str, *, mark: str, by: str, note: str
) -> Mark:
    """Return a mark on a retained article, scored by the published rule as it is now, without any offset.

    Raises:
        Refused: there is no such article or rule, or the article is no candidate of it.
    """
    limits = Limits(max_entry_bytes=settings.articles.max_entry_bytes)
    revisions = await find_retained(redis, settings.articles.stream, limits, id=article_id, url=None)
    if not revisions:
        raise Refused(
            f"There is no article {article_id!r} in the retained stream. `tocsin explain --id {article_id}` says what is "
            "known of it; `tocsin marks import` takes marks on articles of long ago."
        )
    listed = only_rule(await published(redis, settings=settings), rule)
    read = tuple(
        msgspec.structs.replace(one, threshold=0.0) for one in listed.rules
    )  # else what cannot pass is not read
    listed = msgspec.structs.replace(listed, rules=read)
    desk = open_desk((listed,), load_weights(settings.scoring.file), stale_s=settings.channels.stale_hours * 3600)
    article = revisions[-1]
    found = find(desk, article, now=article.arrived_at)
    if found is None or not found.candidates:
        raise Refused(
            f"Article {article_id} is no candidate of {rule}, so no score of it could be shifted. "
            f"`tocsin explain --id {article_id}` shows what it lacks."
        )
    asked = to_read(desk, found)
    reading = None
    if asked and settings.reading.enabled:
        [reading] = Reader(settings.reading.model, deadline_s=_READ_S).read([(found.document, asked)])
    [scored] = judge(desk, found, reading, now=article.arrived_at)
    return _on_scored(scored, article_id, article.source, article.title, mark=mark, by=by, note=note)


def _on_scored(scored: Scored, article_id: str, source: str, title: str, *, mark: str, by: str, note: str) -> Mark:
    return checked(
        rule=scored.rule_key,
        article_id=article_id,
        source=source,
        mark=mark,
        score=scored.score,
        by=by,
        note=note,
        version=scored.candidate.watchlist.version,
        title=title[:_CUT],
        terms=terms_of(scored.evidence),
    )


def only_rule(lists: Iterable[Watchlist], rule: str) -> Watchlist:
    """Return the list that has the rule (``LIST/RULE``), with this rule alone.

    Raises:
        Refused: none has it.
    """
    names: list[str] = []
    for listed in lists:
        for one in listed.rules:
            if rule_key(listed, one) == rule:
                kept = msgspec.structs.replace(one, since=0.0)  # stored articles are older than the list
                return msgspec.structs.replace(listed, rules=(kept,))
            names.append(rule_key(listed, one))
    shown = ", ".join(names[:10]) + (" …" if len(names) > 10 else "")
    raise Refused(f"There is no rule {rule!r}: write LIST/RULE, one of {shown or 'none at all'}.")


def terms_of(evidence: Iterable[Evidence]) -> tuple[Term, ...]:
    """Return the keywords' hits among evidence, each once, with the words beside them."""
    terms: dict[Term, None] = {}
    for one in evidence:
        if one.kind in {"keyword", "cue"}:
            start, end = one.start - one.sentence.start, one.end - one.sentence.start
            before, after = folding.tokens(one.sentence.text[:start]), folding.tokens(one.sentence.text[end:])
            text = " ".join(folding.tokens(one.text))[:_CUT]
            term = Term(
                ref=one.ref[:_CUT],
                text=text,
                before=before[-1][:_CUT] if before else "",
                after=after[0][:_CUT] if after else "",
            )
            terms[term] = None
    return tuple(terms)[:_TERMS]


def checked(**fields: object) -> Mark:
    """Return a mark of these values.

    Raises:
        Refused: one of them is none that a mark can have.
    """
    try:
        return msgspec.convert(fields, Mark)
    except msgspec.ValidationError as error:
        raise Refused(f"That is no mark: {error}.") from error
