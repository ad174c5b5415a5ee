"""A stream of news that does all that can happen to an article: copied, edited, withdrawn, sent again, undated, late."""

from __future__ import annotations

import json
import random
from typing import Any

from texts import Texts

BEGAN = 1_764_000_000  # seconds since the epoch
PACT = "\n\nNorth Korea signed a defense pact with Russia on Tuesday, both ministries said."


def news(count: int, *, seed: int = 1, step: float = 900.0) -> list[bytes]:
    """Return lines of JSON, ``step`` seconds apart; about two fifths of them concern ``korea-desk``."""
    rng, texts = random.Random(seed), Texts(seed, vocabulary=5_000)
    sent: list[dict[str, Any]] = []
    lines = []
    for number in range(count):
        chance = rng.random()
        article: dict[str, Any]
        if sent and chance < 0.3:
            article = _again(dict(rng.choice(sent[-20:])), number, rng, texts)
        elif chance < 0.55:
            article = {**texts.incursion(300), "id": f"a{number}", "source": f"s{number % 7}"}
            sent.append(article)
        else:
            article = {**texts.quiet(300, entity=chance < 0.7), "id": f"a{number}", "source": f"s{number % 7}"}
        if rng.random() < 0.85:
            article = {**article, "published_at": BEGAN + number * step - (400_000 if rng.random() < 0.05 else 0)}
            article = {**article, "received_at": BEGAN + number * step}
        if rng.random() < 0.2:
            article.pop("lang", None)
        lines.append(json.dumps(article).encode() + b"\n")
    return lines


def _again(article: dict[str, Any], number: int, rng: random.Random, texts: Texts) -> dict[str, Any]:
    """A copy, an edit, a withdrawal or the same once more."""
    kind = rng.choice(["same", "copy", "withdrawn", "quiet", "further", "figure"])
    if kind == "copy":
        return {**article, "id": f"c{number}", "source": f"s{number % 5}"}
    if kind == "withdrawn":
        return {"id": article["id"], "source": article["source"], "status": "withdrawn"}
    if kind == "quiet":
        return {**article, **texts.quiet(200)}
    if kind == "further":
        return {**article, "body": article["body"] + PACT}
    if kind == "figure":
        return {**article, "body": article["body"].replace("soldiers", "armed soldiers", 1)}
    return article
