"""Alerts gained and lost are counted by rule, and a reader sees which and why."""

from __future__ import annotations

import io

from rich.console import Console

from builders import an_article
from tocsin.apps.backtest_compare import EXAMPLES, Comparison
from tocsin.apps.backtest_lines import Row
from tocsin.model.alert import Evidence, SentenceText

SENTENCE = "Six soldiers crossed the border."


def a_row(rule: str = "incursion", *, decision: str = "alert", reason: str = "first", score: float = 0.8) -> Row:
    evidence = Evidence(
        rule=rule, field="body", start=0, end=3, text="Six", kind="keyword", ref=rule, sentence=SentenceText(0, 32, SENTENCE)
    )  # fmt: skip
    return Row(
        article_id="a1", channel="desk", rule=rule, decision=decision, reason=reason, kind=None, score=score,
        threshold=0.5, severity="high", story_id=None, copy_of=None, alert_id=None, evidence=(evidence,), guards=(),
    )  # fmt: skip


def shown(comparison: Comparison) -> str:
    out = Console(file=io.StringIO(), width=300, color_system=None)
    comparison.show(out)
    return out.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def test_the_same_alerts_are_no_change():
    """What both send counts as the same, whatever its score; what neither sends counts as nothing."""
    compared = Comparison()
    compared.add(an_article(), [a_row(score=0.6)], [a_row(score=0.9)])
    compared.add(an_article(), [a_row(decision="suppressed")], [])
    assert not compared.changed
    assert shown(compared) == "0 alerts gained, 0 lost, 1 the same.\n"


def test_gained_and_lost_are_told_by_rule_with_title_sentence_and_the_other_sides_reason():
    """A lost alert says what the new lists make of the article, a gained one what the old ones did."""
    compared = Comparison()
    low = a_row(decision="suppressed", reason="below_threshold", score=0.41)
    compared.add(an_article("Soldiers cross", source="wire"), [low], [a_row()])
    compared.add(an_article("Pact signed"), [a_row("pact")], [])
    assert compared.changed
    text = shown(compared)
    assert "gained     1  desk · incursion" in text
    assert "Soldiers cross  [wire a1]  0.80; before: below_threshold, 0.41" in text
    assert f"“{SENTENCE}”" in text
    assert "lost     1  desk · pact" in text
    assert "Pact signed  [wire a1]  0.80; now: no candidate" in text
    assert text.endswith("1 alerts gained, 1 lost, 0 the same.\n")


def test_memory_does_not_grow_with_the_articles():
    """All are counted, and a few of each rule are kept."""
    compared = Comparison()
    for number in range(EXAMPLES * 3):
        compared.add(an_article(id=f"a{number}"), [], [a_row()])
    assert compared.gained["desk", "incursion"] == EXAMPLES * 3
    [kept] = compared.examples.values()
    assert [one.article_id for one in kept] == [f"a{number}" for number in range(EXAMPLES)]


def test_what_an_article_holds_cannot_steer_a_terminal():
    """Titles and sources are shown as text."""
    compared = Comparison()
    compared.add(an_article("\x1b[31mred [bold]", source="\x07"), [], [a_row()])
    assert "\x1b" not in shown(compared)
    assert "[bold]" in shown(compared)
