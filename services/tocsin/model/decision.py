"""Scored candidates and what is decided about them."""

from __future__ import annotations

import enum

import msgspec

from tocsin.model.alert import Alert, Evidence, Guard
from tocsin.model.article import Article
from tocsin.model.match import Candidate
from tocsin.model.rule import Severity, rule_key


class Reason(enum.Enum):
    """Why an alert is sent, or why not. The second group is tested in this order; the first that holds is given."""

    FIRST = "first"
    NEW_RULE = "new_rule"
    NEW_SOURCE = "new_source"
    NEW_FACT = "new_fact"
    ESCALATED = "escalated"
    REPEAT_DUE = "repeat_due"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"

    FILTERED = "filtered"
    STALE = "stale"
    GUARDED = "guarded"
    BELOW_THRESHOLD = "below_threshold"
    MUTED = "muted"
    DUPLICATE = "duplicate"
    UNCHANGED = "unchanged"
    RATE_LIMITED = "rate_limited"
    FLOOD = "flood"
    SHADOW = "shadow"


class Scored(msgspec.Struct, frozen=True, kw_only=True):
    """A candidate with its score.

    ``refusal`` is FILTERED, STALE, GUARDED or BELOW_THRESHOLD where that already decides, else None: it passes.
    """

    candidate: Candidate
    score: float
    threshold: float
    parts: dict[str, float]
    evidence: tuple[Evidence, ...]
    guards: tuple[Guard, ...]
    marks: tuple[str, ...] = ()
    refusal: Reason | None = None

    @property
    def passes(self) -> bool:
        """Whether nothing about the article itself speaks against an alert."""
        return self.refusal is None

    @property
    def rule_key(self) -> str:
        """The rule's name across watchlists, as stories remember it."""
        return rule_key(self.candidate.watchlist, self.candidate.rule)

    @property
    def severity(self) -> Severity:
        """The rule's severity."""
        return self.candidate.rule.severity


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What one channel does about one article revision.

    ``rules`` holds every scored candidate of the channel with its own reason (a channel's alert names only those that
    passed). ``alert`` is None exactly where nothing is sent.
    """

    article: Article
    revision: str
    channel: str
    reason: Reason
    kind: str | None  # new | update | correction, None where suppressed
    rules: tuple[tuple[Scored, Reason], ...]
    story_id: str | None = None
    copy_of: str | None = None
    alert: Alert | None = None
    taken_back: tuple[str, ...] = ()  # keys of the rules told before, in a correction in which none passes

    @property
    def sent(self) -> bool:
        """Whether subscribers are told."""
        return self.alert is not None
