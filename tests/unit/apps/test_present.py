"""An alert for a person: text from outside is shown as text, and the marks stand where the evidence does."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from builders import a_candidate, an_article, document_of
from tocsin.apps.present import plain, show_alert
from tocsin.model.alert import Evidence, SentenceText
from tocsin.model.decision import Reason, Scored
from tocsin.publish.decide import Standing, Subject, decide

BODY = "\x07\x1b[2JThree soldiers\ncrossed the border \x1b]0;pwned\x07\u202etoday."


def shown(**more) -> str:
    start = BODY.index("crossed")
    evidence = Evidence(
        rule="incursion", field="body", start=start, end=start + 18, text=BODY[start : start + 18], kind="keyword",
        ref="border-incursion", sentence=SentenceText(0, len(BODY), BODY),
    )  # fmt: skip
    scored = Scored(
        candidate=a_candidate(rule="incursion"), score=0.8, threshold=0.5, parts={}, evidence=(evidence,), guards=()
    )
    article = an_article(
        title="A \x1b[31mred\x1b[0m title", body=BODY, source="wire\x1b[1m", published_at=0.0, arrived_at=7380.0
    )
    verdict = decide(
        Subject(channel="desk", document=document_of(article), scored=(scored,), standing=Standing(), now=7380.0)
    )
    assert verdict.decision.reason is Reason.FIRST
    assert verdict.decision.alert is not None
    out = io.StringIO()
    show_alert(Console(file=out, width=300), verdict.decision.alert, **more)
    return out.getvalue()


def test_no_control_or_direction_character_reaches_the_terminal():
    """Neither from the title, nor the source, nor the evidence sentence."""
    text = shown()
    assert [char for char in text if (ord(char) < 32 and char != "\n") or 0x202A <= ord(char) <= 0x202E] == []


def test_the_evidence_is_marked_exactly_though_the_text_holds_control_characters():
    """Each becomes one visible character, so that the span still names what it names; the sentence stands on one line."""
    assert "Three soldiers ⟦crossed the border⟧ " in shown()


def test_an_age_is_shown_where_times_would_differ_from_run_to_run():
    """The demo prints how old an article was; `tail` when it was published."""
    assert "2 h 03 min old" in shown(ages=True)
    assert "1970-01-01T00:00:00Z" in shown()


@pytest.mark.parametrize("text", ["plain", "\t tab", "\x00\x9f\u2066", "é́"])
def test_plain_keeps_the_length(text):
    """Whatever it replaces, offsets hold."""
    assert len(plain(text)) == len(text)
