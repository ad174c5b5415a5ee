"""What crosses a wire, and nothing else: articles in (``articles``), alerts out, dead letters (``letters``).

``times`` reads dates, ``names`` addresses and languages, as the articles of the whole web write them.
"""

from __future__ import annotations

import msgspec

from tocsin.events.articles import Limits, article_fields, decode_article
from tocsin.events.letters import (
    HEAD_BYTES,
    DeadLetter,
    dead_letter_fields,
    decode_dead_letter,
    make_dead_letter,
)
from tocsin.events.names import canonical_url, language
from tocsin.events.times import arrival_of, iso, parse_time
from tocsin.model.alert import Alert

__all__ = [
    "HEAD_BYTES",
    "DeadLetter",
    "Limits",
    "arrival_of",
    "article_fields",
    "canonical_url",
    "dead_letter_fields",
    "decode_article",
    "decode_dead_letter",
    "encode_alert",
    "iso",
    "language",
    "make_dead_letter",
    "parse_time",
]

_encode = msgspec.json.Encoder().encode


def encode_alert(alert: Alert) -> bytes:
    """Return the alert as one line of JSON, every field of the contract present."""
    return _encode(alert)
