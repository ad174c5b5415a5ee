"""Golden documents: what crosses a wire, byte for byte. A change here is a change of the contract."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import jsonschema
import msgspec
import pytest

from tocsin.events import dead_letter_fields, encode_alert, make_dead_letter
from tocsin.model.alert import (
    SCHEMA_VERSION,
    Alert,
    AlertArticle,
    AlertRule,
    AlertStory,
    Change,
    Evidence,
    Guard,
    GuardSpan,
    SentenceText,
    WatchlistRef,
)
from tocsin.runtime.consumer import Consumer, RawEntry, Verdict
from tocsin.runtime.health import Health
from tocsin.runtime.metrics import Metrics
from tocsin.settings import Settings

GOLDEN = Path(__file__).parent / "golden"
KOREA = WatchlistRef("korea", 3)


def a_full_alert() -> Alert:
    """Every field filled."""
    sentence = SentenceText(0, 52, "Soldiers of the North crossed the demarcation line.")
    return Alert(
        id="0f" * 16,
        kind="update",
        channel="korea-desk",
        severity="high",
        rule="incursion",
        watchlist=KOREA,
        score=0.81,
        threshold=0.5,
        score_parts={"keyword": 0.9, "closeness": 0.7},
        rules=(AlertRule(rule="incursion", watchlist=KOREA, severity="high", score=0.81, threshold=0.5),),
        evidence=(
            Evidence(
                rule="incursion",
                field="body",
                start=22,
                end=29,
                text="crossed",
                kind="cue",
                ref="concept:border-incursion",
                sentence=sentence,
            ),
        ),
        guards=(Guard("historical", "pact", GuardSpan("body", 60, 67, "in 1953")),),
        marks=("undated", "late"),
        story=AlertStory(id="s1", seq=2, first_seen="2026-11-25T08:00:00Z", articles=3, sources=2, corroboration=2),
        article=AlertArticle(
            id="https://example.org/a",
            source="example.org",
            revision="ab" * 8,
            title="북한군 “crossed” the line",
            url="https://example.org/a",
            published_at=None,
            lang="en",
        ),
        reason="new_rule",
        changes=(Change("rule", None, "incursion"), Change("toll", "2", "5")),
        supersedes="0e" * 16,
        created_at="2026-11-25T09:00:00.120Z",
        received_at="2026-11-25T09:00:00.100Z",
    )


def a_summary() -> Alert:
    """The summary of a flood: no article, no story."""
    return Alert(
        id="0a" * 16,
        kind="summary",
        held=None,
        channel="korea-desk",
        severity="medium",
        rule="incursion",
        watchlist=KOREA,
        score=0.5,
        threshold=0.5,
        score_parts={},
        rules=(),
        evidence=(),
        guards=(),
        marks=(),
        story=None,
        article=None,
        reason="flood",
        created_at="2026-11-25T09:00:00Z",
        received_at="2026-11-25T09:00:00Z",
    )


@pytest.mark.parametrize(("name", "alert"), [("alert", a_full_alert()), ("alert_summary", a_summary())])
def test_an_alert_is_this_document(name, alert) -> None:
    """One line of JSON with every field in its order, text of any script as it is; and it reads back as the same value."""
    line = encode_alert(alert)
    assert b"\n" not in line
    assert line.decode() == (GOLDEN / f"{name}.json").read_text("utf-8").rstrip("\n")
    assert msgspec.json.decode(line, type=Alert) == alert


@pytest.mark.parametrize("name", ["alert", "alert_summary"])
def test_the_golden_documents_keep_to_the_schema(name) -> None:
    """The published schema knows every field and no other, so that a consumer may be strict."""
    schema = json.loads((GOLDEN / "alert.schema.json").read_text("utf-8"))
    document = json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, schema)
    assert document["schema_version"] == SCHEMA_VERSION == 1
    assert set(document) == set(schema["required"]) == set(schema["properties"])


def test_a_dead_letter_is_this_entry() -> None:
    """The fields that a person sees with XRANGE."""
    letter = make_dead_letter(
        entry_id="1795600000000-0",
        fields={b"data": b'{"title": 5}', b"body": b"x" * 70_000},
        reason="wrong_type",
        detail="Expected `str | null`, got `int` - at `$.title`.",
        deliveries=1,
        at=1795600000.0,
    )
    shown = {
        name.decode(): value.decode() if len(value) < 1000 else f"({len(value)} bytes)"
        for name, value in dead_letter_fields(letter).items()
    }
    assert shown == json.loads((GOLDEN / "dead_letter.json").read_text("utf-8"))


def test_the_asyncapi_document() -> None:
    """FastStream describes the stream and the article; a password of the URL is not told."""
    settings = Settings()
    consumer = Consumer(
        settings,
        url="redis://:secret@127.0.0.1:6379/0",
        decide=_nothing,
        metrics=Metrics(),
        health=Health(settings),
    )
    document = consumer.asyncapi()
    shown = json.loads(document)
    shown["info"]["version"] = "VERSION"
    assert "secret" not in document
    assert shown == json.loads((GOLDEN / "asyncapi.json").read_text("utf-8"))


async def _nothing(batch: Sequence[RawEntry], *, now: float, alone: bool) -> Sequence[Verdict]:
    return []
