"""Signals of the telling: is a concrete, new event reported, or is it denied, wanted, remembered, talked about?"""

from __future__ import annotations

from tocsin.model.document import Document
from tocsin.score.view import View

_SUMMING = 0.5  # of `asserted`: half by the best hit, half by the share of hits
_RECENT = frozenset(
    {
        "today",
        "yesterday",
        "tonight",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "overnight",
        "morning",
        "afternoon",
        "evening",
        "midnight",
        "noon",
        "hours",
        "minutes",
        "dawn",
    }
)


def asserted(view: View) -> float | None:
    """Whether the event is asserted: 1 where no guard covers a hit, 0 where a lowering guard covers every one."""
    if view.reading is None or not view.read_hits:
        return None
    kept = [hit.tokens not in view.lowered for hit in view.read_hits]
    return _SUMMING * any(kept) + (1 - _SUMMING) * sum(kept) / len(kept)


def past(view: View) -> float | None:
    """The share of read hits in clauses that tell what happened, not what might, must or generally does."""
    return None if view.reading is None else _share(view, view.reading.past)


def main(view: View) -> float | None:
    """The share of read hits that head their sentence, or what it reports."""
    return None if view.reading is None else _share(view, view.reading.main)


def recent(view: View) -> float | None:
    """Whether a sentence with a keyword, or its neighbour, names a near time: a weekday, today, an hour."""
    if not view.hits:
        return None
    if any(_names_near_time(view.document, number) for number in view.hit_sentences):
        return 1.0
    beside = {near for number in view.hit_sentences for near in (number - 1, number + 1)}
    return 0.5 if any(_names_near_time(view.document, number) for number in beside) else 0.0


def _names_near_time(document: Document, number: int) -> bool:
    """Whether a sentence of the story names a near time; False where there is no such sentence."""
    if not 0 <= number < len(document.order) or document.order[number] < 0:
        return False
    first, last = document.tokens[number]
    return not _RECENT.isdisjoint(document.words[first:last])


def _share(view: View, tokens: frozenset[int]) -> float | None:
    """The share of read hits of which a word is among these tokens."""
    if not view.read_hits:
        return None
    return sum(not tokens.isdisjoint(hit.tokens) for hit in view.read_hits) / len(view.read_hits)
