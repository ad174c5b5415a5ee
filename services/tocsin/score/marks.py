"""Marks: what readers said of a rule's alerts, and the offsets that follow from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

import msgspec

from tocsin.score.offsets import offset_of

MOST = 500  # marks of a rule that are kept and count, the newest: beyond a few hundred an offset does not move any more

_Rule = Annotated[str, msgspec.Meta(pattern=r"^[^/\s\x00-\x1f\x7f]+/[^/\s\x00-\x1f\x7f]+$", max_length=200)]
_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=512)]
_Short = Annotated[str, msgspec.Meta(max_length=200)]
_Text = Annotated[str, msgspec.Meta(max_length=500)]
_Probability = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]


class Term(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A hit of a keyword in what was marked: its text in small letters, and the word before and the word behind it."""

    ref: _Short
    text: _Short
    before: _Short = ""
    after: _Short = ""


class Mark(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One reader's word on one article, as far as one rule is concerned.

    Attributes:
        rule: ``LIST/RULE``.
        article_id, source: the article. A reader has one mark on it for a rule: the last one.
        mark: useful or noise; ``removed`` takes back what stands before it.
        score: of the rule before any offset, 0..1.
        by: who marked.
        alert_id: the alert that was marked; empty where the article was named.
        version: of the watchlist that decided; 0 where it was never published.
        title: of the article, cut.
        terms: hits of the rule's keywords.
        at: when, ISO 8601 in UTC; the store gives it.
    """

    rule: _Rule
    article_id: _Id
    mark: Literal["useful", "noise", "removed"]
    score: _Probability
    source: _Short = ""
    by: _Short = ""
    note: _Text = ""
    alert_id: _Short = ""
    version: int = 0
    title: _Text = ""
    terms: Annotated[tuple[Term, ...], msgspec.Meta(max_length=12)] = ()
    at: _Short = ""

    @property
    def about(self) -> tuple[str, str, str]:
        """Article and reader: of marks that have this in common the last one counts."""
        return self.source, self.article_id, self.by


def standing(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Return the marks of one rule that count, oldest first: each reader's last one on an article, unless taken back."""
    last: dict[tuple[str, str, str], Mark] = {}
    for mark in marks:
        last.pop(mark.about, None)
        last[mark.about] = mark
    return tuple(mark for mark in last.values() if mark.mark != "removed")[-MOST:]


def rule_offset(marks: Iterable[Mark]) -> float:
    """Return the offset, in log-odds, that one rule's marks come to; readers who contradict each other both count."""
    return offset_of([(mark.score, mark.mark == "useful") for mark in standing(marks)])


def by_rule(marks: Iterable[Mark]) -> dict[str, list[Mark]]:
    """Return marks in their order, by rule."""
    rules: defaultdict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        rules[mark.rule].append(mark)
    return dict(rules)


def offsets_of(rules: Mapping[str, Iterable[Mark]]) -> dict[str, float]:
    """Return the offset of each rule that has one; rules at 0 are left out."""
    offsets = {rule: rule_offset(marks) for rule, marks in rules.items()}
    return {rule: offset for rule, offset in offsets.items() if offset}
