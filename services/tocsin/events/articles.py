"""Articles in: from the raw fields of a stream entry to an ``Article``, or to the reason why it is none.

An article arrives in one of three forms: flat fields, one JSON document in the field ``data`` (it wins; flat fields fill
its gaps), or the envelope that FastStream writes. Decoding one of 4 kB costs a few microseconds; only what is refused
is looked at twice, to say what is wrong with it. Reasons of refusal are stable words: ``bad_json``, ``bad_unicode``,
``bad_envelope``, ``nul_byte``, ``wrong_type``, ``no_text``, ``no_id``, ``too_large``, ``future``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from tocsin.errors import NotAnArticle
from tocsin.events.names import canonical_url, language
from tocsin.events.times import arrival_of, iso, parse_time
from tocsin.model.article import UNKNOWN_LANGUAGE, Article, digest

FUTURE_S = 48 * 3600.0  # dated further ahead than this: no article
SOON_S = 600.0  # clocks differ by this much: it is now
WITHDRAWN = "withdrawn"


class Limits(msgspec.Struct, frozen=True):
    """Of one entry: bytes of all its names and values together."""

    max_entry_bytes: int = 2 * 2**20


class _Wire(msgspec.Struct, omit_defaults=True):
    """The fields that are ours; what else a producer sends is its own business."""

    title: str | None = None
    body: str | None = None
    id: str | int | None = None
    source: str | None = None
    url: str | None = None
    published_at: str | int | float | None = None
    lang: str | None = None
    status: str | None = None


_FIELDS = tuple((name, name.encode()) for name in _Wire.__struct_fields__)
_decode = msgspec.json.Decoder(_Wire).decode
_encode = msgspec.json.Encoder().encode
_ENVELOPE = b"\x89BIN\x0d\x0a\x1a\x0a"  # FastStream's binary envelope: this, version (2), two offsets (4 each), headers
_ENVELOPE_FIELD = b"__data__"


def decode_article(entry_id: bytes | str, fields: Mapping[bytes, bytes], *, now: float, limits: Limits) -> Article:
    """Return the article that an entry of the stream holds.

    Args:
        entry_id: ``milliseconds-sequence``; says when it arrived (``arrival_of``).
        fields: raw names and values.
        now: the server's clock, seconds since the epoch.
        limits: of the entry.

    Returns:
        The article, its text exactly as sent. Marks: ``undated``; ``bad_date`` beside it where a date was stated that
        cannot be read (a date proves little, so a broken one does not cost the alert); ``ahead`` where it is dated more
        than ten minutes ahead. Up to ten minutes ahead, ``published_at`` is now.

    Raises:
        NotAnArticle: with a stable reason.
    """
    if sum(map(len, fields)) + sum(map(len, fields.values())) > limits.max_entry_bytes:
        raise NotAnArticle("too_large", f"The entry is larger than {limits.max_entry_bytes} bytes.")
    wire = _read(fields)
    title, body = wire.title or "", wire.body or ""
    withdrawn = wire.status == WITHDRAWN
    _check_text(wire, title, body, withdrawn=withdrawn)
    published_at, marks = _date(wire.published_at, now)
    lang = language(wire.lang)
    return Article(
        id=_identity(wire, title, body),
        source=(wire.source or "").strip(),
        title=title,
        body=body,
        url=wire.url or None,
        published_at=published_at,
        arrived_at=arrival_of(entry_id, now=now),
        lang=lang or UNKNOWN_LANGUAGE,
        lang_stated=lang is not None,
        entry_id=entry_id if isinstance(entry_id, str) else entry_id.decode(),
        withdrawn=withdrawn,
        marks=marks,
    )


def article_fields(article: Mapping[str, Any]) -> dict[bytes, bytes]:
    """Return the stream entry that holds an article: one JSON document in ``data``."""
    return {b"data": _encode(article)}


def _read(fields: Mapping[bytes, bytes]) -> _Wire:
    document = fields.get(b"data")
    if document is None:
        document = fields.get(_ENVELOPE_FIELD)
        if document is None:
            return _flat(fields)
        document = _legacy_envelope(document)
    if document.startswith(_ENVELOPE):
        document = _open_envelope(document)
    try:
        wire = _decode(document)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _explain(document, error) from error
    if len(fields) > 1:
        _fill(wire, fields)
    return wire


def _flat(fields: Mapping[bytes, bytes]) -> _Wire:
    wire = _Wire()
    _fill(wire, fields)
    return wire


def _fill(wire: _Wire, fields: Mapping[bytes, bytes]) -> None:
    """Fill the gaps of a document from flat fields; an empty flat field says nothing."""
    for name, raw_name in _FIELDS:
        value = fields.get(raw_name)
        if value and getattr(wire, name) is None:
            try:
                setattr(wire, name, value.decode())
            except UnicodeDecodeError as error:
                raise NotAnArticle("bad_unicode", f"The field {name} is not UTF-8: {error}.") from error


def _open_envelope(raw: bytes) -> bytes:
    start = int.from_bytes(raw[14:18], "big")
    if len(raw) < 18 or not 18 <= start <= len(raw):
        raise NotAnArticle("bad_envelope", "The FastStream envelope is cut short.")
    return raw[start:]


def _legacy_envelope(raw: bytes) -> bytes:
    """FastStream before its binary envelope wrote ``{"data": "<document>", "headers": {…}}``."""
    if raw.startswith(_ENVELOPE):
        return raw
    try:
        outer = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return raw  # explained where it is decoded
    inner = outer.get("data") if isinstance(outer, dict) and "headers" in outer else None
    return inner.encode("utf-8", "surrogatepass") if isinstance(inner, str) else raw


def _explain(raw: bytes, error: Exception) -> NotAnArticle:
    """Say what is wrong with a document that was refused."""
    if isinstance(error, RecursionError):
        return NotAnArticle("bad_json", "The document is nested too deeply.")
    try:
        text = raw.decode()
    except UnicodeDecodeError as cause:
        return NotAnArticle("bad_unicode", f"The document is not UTF-8: {cause}.")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as cause:
        return NotAnArticle("bad_json", f"The document is not JSON: {cause}.")
    if isinstance(error, msgspec.ValidationError):
        return NotAnArticle("wrong_type", f"{error}.")
    if _SURROGATE.search(json.dumps(value, ensure_ascii=False)):
        return NotAnArticle("bad_unicode", "The document holds half of a surrogate pair.")
    return NotAnArticle("bad_json", f"{error}.")


_SURROGATE = re.compile("[\ud800-\udfff]")


def _check_text(wire: _Wire, title: str, body: str, *, withdrawn: bool) -> None:
    if "\0" in title or "\0" in body:
        raise NotAnArticle("nul_byte", f"The {'title' if chr(0) in title else 'body'} holds a NUL character.")
    if "\0" in str(wire.id) or "\0" in (wire.source or "") or "\0" in (wire.url or ""):
        raise NotAnArticle("nul_byte", "The id, source or url holds a NUL character.")
    if withdrawn:
        if wire.id in (None, "") and not wire.url:
            raise NotAnArticle("no_id", "A withdrawal must name the article by id or url.")
    elif not (title and not title.isspace()) and not (body and not body.isspace()):
        raise NotAnArticle("no_text", "Neither title nor body holds any text.")


def _identity(wire: _Wire, title: str, body: str) -> str:
    if wire.id is not None and wire.id != "":
        return str(wire.id)
    if wire.url:
        return canonical_url(wire.url)
    return digest(title, body)


def _date(stated: str | float | None, now: float) -> tuple[float | None, tuple[str, ...]]:
    if stated is None or stated == "":
        return None, ("undated",)
    published_at = parse_time(stated)
    if published_at is None:
        return None, ("undated", "bad_date")
    if published_at <= now:
        return published_at, ()
    if published_at > now + FUTURE_S:
        raise NotAnArticle("future", f"It is dated {iso(published_at)}, more than 48 h ahead.")
    if published_at > now + SOON_S:
        return published_at, ("ahead",)
    return now, ()
