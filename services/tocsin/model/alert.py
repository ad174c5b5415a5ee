"""The alert document: the contract on the wire, schema_version 1 (ARCHITECTURE.md, "Alert out")."""

from __future__ import annotations

import msgspec

from tocsin.model.article import digest

SCHEMA_VERSION = 1
READER_MARKS = "reader_marks"  # the one score part that is no signal: the rule's offset in log-odds, where it has one


class SentenceText(msgspec.Struct, frozen=True):
    """The sentence around a piece of evidence; in a title, the title."""

    start: int
    end: int
    text: str


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """A span that justifies a match; code points of the field as received."""

    rule: str
    field: str  # title | body
    start: int
    end: int
    text: str
    kind: str  # entity | keyword | cue
    ref: str
    sentence: SentenceText


class GuardSpan(msgspec.Struct, frozen=True):
    """Where a guard's cue stands."""

    field: str
    start: int
    end: int
    text: str


class Guard(msgspec.Struct, frozen=True):
    """What spoke against a match, and was not enough to hold it back (or was: see the decision)."""

    kind: str
    rule: str
    span: GuardSpan


class WatchlistRef(msgspec.Struct, frozen=True):
    """Which version decided."""

    name: str
    version: int


class AlertRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A rule that passed. ``offset`` is what marks by readers added to its score, in log-odds; left out where nothing."""

    rule: str
    watchlist: WatchlistRef
    severity: str
    score: float
    threshold: float
    offset: float | None = None


class AlertStory(msgspec.Struct, frozen=True, kw_only=True):
    """The story as the channel knows it, this article included."""

    id: str
    seq: int
    first_seen: str
    articles: int
    sources: int
    corroboration: int  # independent sources, copies collapsed


class AlertArticle(msgspec.Struct, frozen=True, kw_only=True):
    """The article that is told of."""

    id: str
    source: str
    revision: str
    title: str
    url: str | None
    published_at: str | None
    lang: str


class Change(msgspec.Struct, frozen=True):
    """What an update or correction changes: ``what`` is source|toll|place|actor|severity|rule|withdrawn|text."""

    what: str
    was: str | None
    now: str | None


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """One alert on one channel. Times are ISO 8601 in UTC with a Z."""

    schema_version: int = SCHEMA_VERSION
    id: str
    kind: str  # new | update | correction | summary
    held: str | None = None
    channel: str
    severity: str
    rule: str
    watchlist: WatchlistRef
    score: float
    threshold: float
    score_parts: dict[str, float]
    rules: tuple[AlertRule, ...]
    evidence: tuple[Evidence, ...]
    guards: tuple[Guard, ...]
    marks: tuple[str, ...]
    story: AlertStory | None
    article: AlertArticle | None
    reason: str
    changes: tuple[Change, ...] = ()
    supersedes: str | None = None
    created_at: str
    received_at: str


def alert_id(channel: str, article_key: str, revision: str) -> str:
    """Return the idempotency key: one article revision gives a channel at most one alert. 32 hex characters."""
    return digest(channel, article_key, revision, size=16)
