"""The account of one rule and one article: what was found, what each signal was worth, what would have changed it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tocsin.apps.explain_changes import Case, Change, changes_of
from tocsin.apps.explain_lacking import lacking
from tocsin.apps.explain_meaning import meaning
from tocsin.apps.explain_sentences import Shown, sentences_of
from tocsin.model.alert import Guard
from tocsin.model.decision import Reason, Scored
from tocsin.model.document import Document
from tocsin.model.reading import Reading
from tocsin.model.rule import Everything, Mode, Rule, Watchlist
from tocsin.publish.alert import iso
from tocsin.score.ask import read_view
from tocsin.score.kinds import nearest
from tocsin.score.signals import measure
from tocsin.score.view import View
from tocsin.score.weights import Weights

_SCORED = frozenset({None, Reason.BELOW_THRESHOLD, Reason.GUARDED})  # other refusals do not hang on the score

_ALL_DROPPED = "a guard drops everything that was found"


class Worth(msgspec.Struct, frozen=True, kw_only=True):
    """A signal: ``part = weight x (value - neutral)`` is what it adds to the log-odds; 0 where its value is not known."""

    signal: str
    value: float | None
    neutral: float
    weight: float
    part: float
    means: str


class Kind(msgspec.Struct, frozen=True):
    """The concept that a sentence with evidence is nearest to, and whether it is of the rule's own kind."""

    concept: str
    own: bool


class Account(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one rule.

    Attributes:
        rule: LIST/RULE.
        verdict: passes | held back | no candidate | off | not in force.
        reason: of what was held back; ``shadow`` of what passes and is not sent.
        base: log-odds that every score starts from; with the parts of ``signals`` and ``offset`` the log-odds of the score.
        signals: those that moved the score most first.
        offset: log-odds from marks by readers.
        lacks: of what is no candidate: a line for each part of the condition.
        note: what else is to be said.
    """

    rule: str
    channels: tuple[str, ...]
    verdict: str
    reason: str = ""
    score: float | None = None
    threshold: float | None = None
    base: float = 0.0
    signals: tuple[Worth, ...] = ()
    offset: float = 0.0
    sentences: tuple[Shown, ...] = ()
    guards: tuple[Guard, ...] = ()
    marks: tuple[str, ...] = ()
    nearest: Kind | None = None
    changes: tuple[Change, ...] = ()
    lacks: tuple[str, ...] = ()
    note: str = ""


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """An article as it was judged."""

    document: Document
    reading: Reading | None
    scored: tuple[Scored, ...]
    weights: Weights
    offsets: Mapping[str, float]
    now: float


def account_of(judged: Judged, listed: Watchlist, rule: Rule) -> Account:
    """Return the account of one rule of a list."""
    account = Account(rule=f"{listed.name}/{rule.name}", channels=rule.channels, verdict="off")
    if rule.mode is Mode.OFF:
        return account
    if rule.since > judged.document.article.arrived_at:
        note = f"since {iso(rule.since)}, after the article arrived"
        return msgspec.structs.replace(account, verdict="not in force", note=note)
    for one in judged.scored:
        if one.candidate.rule == rule and one.candidate.watchlist.name == listed.name:
            return _scored(judged, one, account)
    lacks = tuple(lacking(judged.document, listed, rule))
    return msgspec.structs.replace(account, verdict="no candidate", lacks=lacks)


def _scored(judged: Judged, one: Scored, account: Account) -> Account:
    reason = "" if one.refusal is None else one.refusal.value
    if one.passes and one.candidate.rule.mode is Mode.SHADOW:
        reason = Reason.SHADOW.value
    account = msgspec.structs.replace(
        account,
        verdict="passes" if one.passes else "held back",
        reason=reason,
        score=one.score,
        threshold=one.threshold,
        guards=one.guards,
        marks=one.marks,
    )
    if isinstance(one.candidate.rule.condition, Everything):
        return msgspec.structs.replace(account, note="asks for every article")
    view = read_view(one.candidate, judged.document, judged.reading, now=judged.now)
    offset = judged.offsets.get(one.rule_key, 0.0)
    case = Case(
        candidate=one.candidate,
        document=judged.document,
        reading=view.reading,
        weights=judged.weights,
        threshold=one.threshold,
        now=judged.now,
        offset=offset,
    )
    kind = nearest(view)
    return msgspec.structs.replace(
        account,
        base=judged.weights.intercept,
        signals=_worth(view, judged.weights),
        offset=offset,
        sentences=sentences_of(view),
        nearest=None if kind is None else Kind(*kind),
        changes=changes_of(case) if one.refusal in _SCORED else (),
    )


def _worth(view: View, weights: Weights) -> tuple[Worth, ...]:
    values, worth = measure(view), list[Worth]()
    dropped = bool(view.found) and not view.hits
    for name, signal in weights.signals.items():
        value = values[name]
        part = 0.0 if value is None else signal.weight * (value - signal.neutral)
        worth.append(
            Worth(
                signal=name,
                value=value,
                neutral=signal.neutral,
                weight=signal.weight,
                part=part,
                means=_ALL_DROPPED if dropped and name == "strength" else meaning(name, part),
            )
        )
    return tuple(sorted(worth, key=lambda one: -abs(one.part)))
