"""The labelled sentences of ``sentences.yaml`` as documents of one sentence."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from builders import a_document
from tocsin.model.document import Document

DEFAULT_DATE = dt.date(2024, 6, 21)


@dataclass(frozen=True)
class Labelled:
    """A sentence, the tokens of its marked event, and the guard that must cover them (or ``asserted``)."""

    text: str
    guard: str
    document: Document
    event: frozenset[int]


def labelled(*, upper: bool = False) -> list[Labelled]:
    """All of them, or all in capitals."""
    rows = yaml.safe_load(Path(__file__).with_name("sentences.yaml").read_text(encoding="utf-8"))["sentences"]
    return [_one(row, upper=upper) for row in rows]


def _one(row: dict[str, Any], *, upper: bool) -> Labelled:
    marked = re.search(r"\[(.+?)\]", row["text"])
    assert marked is not None
    start, end = marked.start(), marked.end() - 2
    text = row["text"].replace("[", "").replace("]", "")
    day = row.get("dated", DEFAULT_DATE)
    noon = dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC).timestamp()
    document = a_document(body=text.upper() if upper else text, lang="en", published_at=noon, arrived_at=noon)
    event = {n for n, (first, last) in enumerate(document.spans) if first >= start and last <= end and last > first}
    return Labelled(text, row["is"], document, frozenset(event))
