"""What a back-test writes: one JSON line per (article, channel, rule); and the count of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from tocsin.model.alert import Evidence, Guard
from tocsin.model.decision import Decision, Reason, Scored

_NOT_PLACED = frozenset({Reason.FILTERED, Reason.STALE, Reason.GUARDED, Reason.BELOW_THRESHOLD})


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of ``--format jsonl``. ``decision`` is alert | suppressed; rows of one alert share ``alert_id``."""

    article_id: str
    channel: str
    rule: str
    decision: str
    reason: str
    kind: str | None
    score: float
    threshold: float
    severity: str
    story_id: str | None
    copy_of: str | None
    alert_id: str | None
    evidence: tuple[Evidence, ...]
    guards: tuple[Guard, ...]
    watchlist: str = ""


def rows(decision: Decision) -> Iterator[Row]:
    """Yield a decision's rows: one a rule that was a candidate, or that a correction takes back."""
    lines = {(one.candidate.watchlist.name, one.candidate.rule.name): (one, reason) for one, reason in decision.rules}
    for (watchlist, rule), (scored, reason) in lines.items():
        if f"{watchlist}/{rule}" not in decision.taken_back:
            yield _row(decision, watchlist, rule, scored, reason)
    for key in decision.taken_back:
        watchlist, _, rule = key.partition("/")
        found = lines.get((watchlist, rule))
        yield _row(decision, watchlist, rule, found[0] if found else None, decision.reason)
    if not lines and not decision.taken_back and decision.story_id is not None:
        yield _row(
            decision, "", "", None, decision.reason
        )  # an edit of what was told, in which nothing that was told changed


def _row(decision: Decision, watchlist: str, rule: str, scored: Scored | None, reason: Reason) -> Row:
    sent = decision.sent and reason is decision.reason
    placed = reason not in _NOT_PLACED and decision.story_id is not None
    severity = decision.alert.severity if decision.alert is not None else "info"
    return Row(
        article_id=decision.article.id,
        channel=decision.channel,
        rule=rule,
        decision="alert" if sent else "suppressed",
        reason=reason.value,
        kind=decision.kind if sent else None,
        score=0.0 if scored is None else round(scored.score, 4),
        threshold=0.0 if scored is None else scored.threshold,
        severity=severity if scored is None else scored.severity.word,
        story_id=decision.story_id if placed else None,
        copy_of=decision.copy_of if placed else None,
        alert_id=decision.alert.id if sent and decision.alert is not None else None,
        evidence=() if scored is None else scored.evidence,
        guards=() if scored is None else scored.guards,
        watchlist=watchlist,
    )


class Tally:
    """Counts of a run, by rule: alerts, and what was suppressed for which reason."""

    def __init__(self) -> None:
        self.alerts: Counter[tuple[str, str]] = Counter()
        self.suppressed: Counter[tuple[str, str, str]] = Counter()

    def add(self, row: Row) -> None:
        """Count one row."""
        if row.decision == "alert":
            self.alerts[row.channel, row.rule] += 1
        else:
            self.suppressed[row.channel, row.rule, row.reason] += 1
