"""A candidate's score, its parts, its evidence, and what the article itself decides."""

from __future__ import annotations

from collections.abc import Mapping

from tocsin.model.alert import READER_MARKS, Guard, GuardSpan
from tocsin.model.decision import Reason, Scored
from tocsin.model.document import Document
from tocsin.model.match import Candidate, Span
from tocsin.model.reading import Reading
from tocsin.model.rule import Everything, GuardAction, GuardKind
from tocsin.score.ask import read_view, threshold_of
from tocsin.score.evidence import evidence_of
from tocsin.score.guarding import reads_as_other
from tocsin.score.offsets import shifted
from tocsin.score.signals import measure
from tocsin.score.spans import span_of
from tocsin.score.view import View
from tocsin.score.weights import DIGITS, Weights

_MOST_GUARDS = 12


def score(
    candidate: Candidate,
    document: Document,
    reading: Reading | None,
    *,
    weights: Weights,
    now: float,
    offset: float = 0.0,
) -> Scored:
    """Score a candidate.

    Args:
        candidate, document: as percolated.
        reading: of this document; None where none was asked for. One that failed (``unread``), or that no parser could
            give (``no_reader``), marks the result and is neutral.
        weights: of the model.
        now: seconds since the epoch, for freshness.
        offset: of the rule, in log-odds: what marks by readers come to; it stands beside the signals in ``parts``.

    Returns:
        The candidate with score, parts, evidence and guards; ``refusal`` is GUARDED where guards drop every hit,
        BELOW_THRESHOLD where the score is too low, else None. A rule that asked for everything has score 1 and no
        evidence.
    """
    threshold = threshold_of(candidate, weights)
    if isinstance(candidate.rule.condition, Everything):
        return Scored(candidate=candidate, score=1.0, threshold=threshold, parts={}, evidence=(), guards=())
    view = read_view(candidate, document, reading, now=now)
    values = measure(view)
    total = round(shifted(weights.combine(values), offset), DIGITS)
    return Scored(
        candidate=candidate,
        score=total,
        threshold=threshold,
        parts=_parts(values, weights) | ({READER_MARKS: offset} if offset else {}),
        evidence=evidence_of(view),
        guards=_guards(view),
        marks=_marks(reading),
        refusal=_refusal(view, total, threshold),
    )


def _marks(reading: Reading | None) -> tuple[str, ...]:
    if reading is None:
        return ()
    return ("unread",) * reading.unread + ("no_reader",) * reading.no_reader


def _parts(values: Mapping[str, float | None], weights: Weights) -> dict[str, float]:
    """What each signal was taken to be, rounded."""
    neutral = weights.neutral
    return {
        name: neutral[name] if value is None else value if value == 1.0 else round(value, DIGITS)
        for name, value in values.items()
    }


def _refusal(view: View, total: float, threshold: float) -> Reason | None:
    if view.found and not view.hits:
        return Reason.GUARDED
    return Reason.BELOW_THRESHOLD if total < threshold else None


def _guards(view: View) -> tuple[Guard, ...]:
    """What spoke against the candidate, each cue once, in text order; what drops first where there are too many."""
    if view.reading is None:
        return ()
    rule = view.candidate.rule
    found: dict[tuple[GuardKind, Span], GuardAction] = {}
    for guards in view.guarded.values():
        for guard, action in guards:
            found[guard.kind, guard.cue] = action
    for mention in view.mentions:
        if reads_as_other(mention, view.reading):
            found[GuardKind.OTHER_SENSE, span_of(view.document, mention.first, mention.last - 1)] = GuardAction.LOWER
    first = sorted(found, key=lambda key: (found[key] is not GuardAction.DROP, key[1].field != "title", key[1].start))
    return tuple(
        Guard(kind.value, rule.name, GuardSpan(span.field, span.start, span.end, span.text))
        for kind, span in first[:_MOST_GUARDS]
    )
