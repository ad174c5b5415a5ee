"""Write the alert document of a decision (ARCHITECTURE.md, "Alert out")."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from tocsin.model.alert import READER_MARKS, Alert, AlertArticle, AlertRule, AlertStory, Change, WatchlistRef
from tocsin.model.article import UNKNOWN_LANGUAGE, Article
from tocsin.model.decision import Reason, Scored
from tocsin.model.rule import Severity
from tocsin.model.story import Story


def iso(at: float) -> str:
    """Return seconds since the epoch as ISO 8601 in UTC, with milliseconds where there are any."""
    moment = datetime.fromtimestamp(round(at, 3), tz=UTC)
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds").replace("+00:00", "Z")


def strongest(scored: list[Scored]) -> Scored:
    """Return the rule that an alert is headed by: the best score, then the highest severity, then by name."""
    return min(scored, key=lambda one: (-one.score, -one.severity, one.rule_key))


def story_on_wire(story: Story) -> AlertStory:
    """Return the story as subscribers see it."""
    return AlertStory(
        id=story.id,
        seq=story.seq,
        first_seen=iso(story.first_seen),
        articles=story.articles,
        sources=len(story.sources),
        corroboration=story.independent,
    )


def article_on_wire(article: Article, revision: str) -> AlertArticle:
    """Return the article as subscribers see it."""
    return AlertArticle(
        id=article.id,
        source=article.source,
        revision=revision,
        title=article.title,
        url=article.url,
        published_at=None if article.published_at is None else iso(article.published_at),
        lang=article.lang,
    )


def marks_of(article: Article, scored: list[Scored]) -> tuple[str, ...]:
    """Return what a reader should know: the article's own marks, sentences that were not read and the like."""
    marks = dict.fromkeys(article.marks)
    if article.lang == UNKNOWN_LANGUAGE:
        marks["und"] = None
    for one in scored:
        marks.update(dict.fromkeys(one.marks))
    return tuple(marks)


def write_alert(
    *,
    alert_id: str,
    kind: str,
    reason: Reason,
    channel: str,
    article: Article,
    revision: str,
    passing: list[Scored],
    story: Story,
    now: float,
    changes: tuple[Change, ...] = (),
    supersedes: str | None = None,
) -> Alert:
    """Return the alert for rules that pass; every rule's evidence and guards are in it.

    Args:
        passing: the scored rules that passed, at least one.
        story: the story's state with this article in it.
        now: server time, seconds since the epoch.
    """
    head = strongest(passing)
    return Alert(
        id=alert_id,
        kind=kind,
        channel=channel,
        severity=max(one.severity for one in passing).word,
        rule=head.candidate.rule.name,
        watchlist=_watchlist(head),
        score=round(head.score, 4),
        threshold=head.threshold,
        score_parts={name: round(value, 4) for name, value in head.parts.items()},
        rules=tuple(
            AlertRule(
                rule=one.candidate.rule.name,
                watchlist=_watchlist(one),
                severity=one.severity.word,
                score=round(one.score, 4),
                threshold=one.threshold,
                offset=one.parts.get(READER_MARKS),
            )
            for one in sorted(passing, key=lambda one: (-one.score, -one.severity, one.rule_key))
        ),
        evidence=tuple(evidence for one in passing for evidence in one.evidence),
        guards=tuple(guard for one in passing for guard in one.guards),
        marks=marks_of(article, passing),
        story=story_on_wire(story),
        article=article_on_wire(article, revision),
        reason=reason.value,
        changes=changes,
        supersedes=supersedes,
        created_at=iso(now),
        received_at=iso(article.arrived_at),
    )


def write_taken_back(
    *,
    alert_id: str,
    reason: Reason,
    channel: str,
    article: Article,
    revision: str,
    told_rules: tuple[str, ...],
    severity: int,
    versions: Mapping[str, int],
    story: Story,
    now: float,
    changes: tuple[Change, ...],
    supersedes: str | None,
) -> Alert:
    """Return the correction for an alerted article in which nothing passes any more: withdrawn, or edited away.

    Nothing is scored: ``rules`` and ``evidence`` are empty, the score is 0; the head names the rule that was told.

    Args:
        told_rules: keys of the rules that the channel was told of for this article, at least one.
        severity: of the alert that is taken back.
        versions: running version of each watchlist.
    """
    watchlist, _, rule = told_rules[0].partition("/")
    return Alert(
        id=alert_id,
        kind="correction",
        channel=channel,
        severity=Severity(severity).word,
        rule=rule,
        watchlist=WatchlistRef(watchlist, versions.get(watchlist, 0)),
        score=0.0,
        threshold=0.0,
        score_parts={},
        rules=(),
        evidence=(),
        guards=(),
        marks=marks_of(article, []),
        story=story_on_wire(story),
        article=article_on_wire(article, revision),
        reason=reason.value,
        changes=changes,
        supersedes=supersedes,
        created_at=iso(now),
        received_at=iso(article.arrived_at),
    )


def _watchlist(scored: Scored) -> WatchlistRef:
    return WatchlistRef(scored.candidate.watchlist.name, scored.candidate.watchlist.version)
