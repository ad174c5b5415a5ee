"""Decide what one channel does about one article revision: the reasons of ``model.decision.Reason``, first that holds.

A decision that rests on what the channel already knows is an ``Entry`` to be committed, suppressed or not; one that rests
on the article alone (filtered, stale, guarded, below its threshold, shadow) changes nothing that the channel knows.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tocsin.model.alert import Alert, Change, alert_id
from tocsin.model.article import Article, digest
from tocsin.model.decision import Decision, Reason, Scored
from tocsin.model.document import Document
from tocsin.model.rule import Mode
from tocsin.model.story import Story, Told
from tocsin.publish.alert import write_alert, write_taken_back
from tocsin.publish.revision import remembered, takes_back, what_changed

MEMBERS = 24  # articles of a story whose own words are remembered; counts go on
SOURCES = 200  # names of sources that a story remembers
_ORDER = [Reason.FILTERED, Reason.STALE, Reason.GUARDED, Reason.BELOW_THRESHOLD]


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What the channel knows that bears on this article (from ``story.place``)."""

    story: Story | None = None
    copy_of: str | None = None
    previous: Told | None = None


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """A decision and, where the channel must remember it, the story's new state."""

    decision: Decision
    story: Story | None = None
    opens: bool = False


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What is decided about: the document, its scored candidates in one channel, and the channel's standing."""

    channel: str
    document: Document
    scored: tuple[Scored, ...]
    standing: Standing
    shingles: tuple[tuple[str, bytes], ...] = ()  # the story's, with this article's where it brings enough
    versions: Mapping[str, int] = {}  # running version of each watchlist
    live: frozenset[str] = frozenset()  # keys of the rules in force in this channel
    now: float = 0.0

    @property
    def article(self) -> Article:
        """The article as received."""
        return self.document.article

    @property
    def revision(self) -> str:
        """Hash of this content."""
        return self.document.folded.revision

    @property
    def mark(self) -> str:
        """Name of the done-mark: the alert id."""
        return alert_id(self.channel, self.article.key, self.revision)


def decide(subject: Subject) -> Verdict:
    """Decide. Pure: the same subject gives the same verdict on every machine."""
    passing = [one for one in subject.scored if one.passes and one.candidate.rule.mode is Mode.LIVE]
    previous = subject.standing.previous
    if previous is not None and previous.alert_id is not None and previous.revision != subject.revision:
        return _edited(subject, passing, previous)
    if not passing:
        return _nothing(subject)
    story = subject.standing.story
    if story is None:
        return _told(subject, passing, kind="new", reason=Reason.FIRST)
    if any(one.rule_key not in story.told_rules for one in passing):
        return _told(subject, passing, kind="update", reason=Reason.NEW_RULE)
    return _suppressed(subject, passing, Reason.DUPLICATE)


def _nothing(subject: Subject) -> Verdict:
    """No live rule passes: the channel is told nothing and remembers nothing."""
    reasons = {one.refusal for one in subject.scored if one.refusal is not None}
    if any(one.passes for one in subject.scored):
        reason = Reason.SHADOW
    else:
        reason = next((reason for reason in _ORDER if reason in reasons), Reason.BELOW_THRESHOLD)
    return Verdict(decision=_decision(subject, reason, None))


def _edited(subject: Subject, passing: list[Scored], previous: Told) -> Verdict:
    """Another revision of an article that the channel was alerted for."""
    story = subject.standing.story
    assert story is not None
    if subject.article.withdrawn:
        if not previous.rules:
            return _suppressed(subject, passing, Reason.UNCHANGED)
        return _told(
            subject, [], kind="correction", reason=Reason.WITHDRAWN, changes=(Change("withdrawn", None, None),)
        )
    if subject.article.arrived_at < previous.at:  # redelivered after a newer revision was decided: not news
        return _suppressed(subject, passing, Reason.UNCHANGED)
    fresh = [one.rule_key for one in passing if one.rule_key not in story.told_rules or one.rule_key in previous.lost]
    changes = what_changed(previous, subject.document, subject.scored, passing, subject.live)
    if fresh:
        gained = tuple(Change("rule", None, rule) for rule in fresh)
        return _told(subject, passing, kind="update", reason=Reason.NEW_RULE, changes=gained + changes)
    if changes and (passing or previous.rules):
        return _told(subject, passing, kind="correction", reason=Reason.CORRECTED, changes=changes)
    return _suppressed(subject, passing, Reason.UNCHANGED)


def _told(
    subject: Subject, passing: list[Scored], *, kind: str, reason: Reason, changes: tuple[Change, ...] = ()
) -> Verdict:
    before = subject.standing.story
    previous = subject.standing.previous
    if kind == "update" and not changes and before is not None:
        changes = tuple(Change("rule", None, one.rule_key) for one in passing if one.rule_key not in before.told_rules)
    story = _with_article(subject, passing, alerted=True)
    supersedes = before.last_alert_id if before is not None else None
    if previous is not None and previous.alert_id is not None:
        supersedes = previous.alert_id
    if passing:
        alert = write_alert(
            alert_id=subject.mark,
            kind=kind,
            reason=reason,
            channel=subject.channel,
            article=subject.article,
            revision=subject.revision,
            passing=passing,
            story=story,
            now=subject.now,
            changes=changes,
            supersedes=supersedes,
        )
    else:
        assert previous is not None
        alert = write_taken_back(
            alert_id=subject.mark,
            reason=reason,
            channel=subject.channel,
            article=subject.article,
            revision=subject.revision,
            told_rules=previous.rules,
            severity=previous.severity,
            versions=subject.versions,
            story=story,
            now=subject.now,
            changes=changes,
            supersedes=supersedes,
        )
    decision = _decision(subject, reason, kind, story=story, alert=alert)
    if not passing and previous is not None:
        decision = msgspec.structs.replace(decision, taken_back=previous.rules)
    return Verdict(decision=decision, story=story, opens=before is None)


def _suppressed(subject: Subject, passing: list[Scored], reason: Reason) -> Verdict:
    """Held back because of what the channel knows: a commit like any other."""
    story = _with_article(subject, passing, alerted=False)
    return Verdict(decision=_decision(subject, reason, None, story=story), story=story)


def _decision(
    subject: Subject, reason: Reason, kind: str | None, *, story: Story | None = None, alert: Alert | None = None
) -> Decision:
    return Decision(
        article=subject.article,
        revision=subject.revision,
        channel=subject.channel,
        reason=reason,
        kind=kind,
        rules=tuple((one, _reason_of(one, reason, story is not None)) for one in subject.scored),
        story_id=story.id if story is not None else None,
        copy_of=subject.standing.copy_of if story is not None else None,
        alert=alert,
    )


def _reason_of(one: Scored, reason: Reason, committed: bool) -> Reason:
    """The reason of one rule: its own refusal; else the channel's, or that it only shadows."""
    if one.refusal is not None:
        return one.refusal
    if one.candidate.rule.mode is not Mode.LIVE or not committed:
        return Reason.SHADOW
    return reason


def _with_article(subject: Subject, passing: list[Scored], *, alerted: bool) -> Story:
    """Return the story's next state, this article in it."""
    article, story, previous = subject.article, subject.standing.story, subject.standing.previous
    told = _told_of(subject, passing, alerted=alerted)
    severity = max((int(one.severity) for one in passing), default=0)
    rules = tuple(one.rule_key for one in passing)
    if story is None:
        return Story(
            id=digest(subject.channel, article.key, subject.revision, "story"),
            version=subject.mark,
            seq=1,
            first_seen=article.arrived_at,
            last_seen=article.arrived_at,
            articles=1,
            sources=(article.source,),
            independent=1,
            told_rules=rules,
            severity=severity,
            last_alert_id=subject.mark,
            last_alert_at=subject.now,
            members=(told,),
            shingles=subject.shingles,
        )
    sources = story.sources if article.source in story.sources else (*story.sources, article.source)
    others = tuple(member for member in story.members if member.article_key != article.key)
    return msgspec.structs.replace(
        story,
        version=subject.mark,
        seq=story.seq + 1,
        last_seen=max(story.last_seen, article.arrived_at),
        articles=story.articles + (1 if previous is None else 0),
        sources=sources[:SOURCES],
        told_rules=_told_rules(story, told, rules) if alerted else story.told_rules,
        severity=max(story.severity, severity) if alerted else story.severity,
        last_alert_id=subject.mark if alerted else story.last_alert_id,
        last_alert_at=subject.now if alerted else story.last_alert_at,
        members=_remembered(others, told),
        shingles=subject.shingles or story.shingles,
    )


def _told_rules(story: Story, told: Told, rules: tuple[str, ...]) -> tuple[str, ...]:
    """The rules that the channel knows the story for: what was taken back and no other article says is news again."""
    others = {rule for member in story.members if member.article_key != told.article_key for rule in member.rules}
    kept = [rule for rule in story.told_rules if rule not in told.lost or rule in others]
    return tuple(dict.fromkeys((*kept, *rules)))


def _remembered(others: tuple[Told, ...], told: Told) -> tuple[Told, ...]:
    """The members with one more; beyond the bound the oldest that was never alerted goes first."""
    members = [*others, told]
    while len(members) > MEMBERS:
        silent = next((number for number, member in enumerate(members[:-1]) if member.alert_id is None), 0)
        del members[silent]
    return tuple(members)


def _told_of(subject: Subject, passing: list[Scored], *, alerted: bool) -> Told:
    """Return what the story remembers of this article: after an idle edit, still what the alert said."""
    previous = subject.standing.previous
    if not alerted and previous is not None and previous.alert_id is not None:
        if subject.article.arrived_at < previous.at:
            return previous
        return msgspec.structs.replace(previous, revision=subject.revision, at=subject.article.arrived_at)
    passed = tuple(one.rule_key for one in passing)
    known = (*previous.rules, *previous.lost) if previous is not None else ()
    proof, figures, sentence = remembered(passing)
    return Told(
        article_key=subject.article.key,
        article_id=subject.article.id,
        source=subject.article.source,
        revision=subject.revision,
        alert_id=subject.mark if alerted else None,
        rules=passed,
        lost=tuple(dict.fromkeys(rule for rule in known if rule not in passed)),
        proof=proof,
        figures=figures,
        sentence=sentence,
        severity=max((int(one.severity) for one in passing), default=0),
        retracts=takes_back(subject.document),
        at=subject.article.arrived_at,
    )
