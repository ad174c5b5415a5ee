"""Dates as they are written, and when an entry arrived. No clock is read here."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

DAY_S = 86_400.0
MILLISECONDS_FROM = 253_402_300_800  # as seconds this is the year 10000: whoever sends more means milliseconds


def arrival_of(entry_id: bytes | str, *, now: float) -> float:
    """Return when an entry arrived: the time in its id where that lies within the 24 h before now, else now."""
    part = entry_id.partition("-")[0] if isinstance(entry_id, str) else entry_id.partition(b"-")[0]
    try:
        at = int(part) / 1000
    except (ValueError, OverflowError):
        return now
    return at if now - DAY_S <= at <= now else now


def parse_time(value: object) -> float | None:
    """Return seconds since the epoch, None where there is no date or none that can be read.

    ISO 8601 with or without a zone (none: UTC), RFC 2822, and seconds or milliseconds since the epoch as a number or in
    digits. The zero of a clock that was never set (the epoch itself, the year 1) is no date.
    """
    if isinstance(value, str):
        seconds = _parse_text(value.strip())
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        seconds = _from_number(value)
    else:
        return None
    return seconds if seconds is not None and seconds != 0 and seconds > _YEAR_2 else None


_YEAR_2 = datetime(2, 1, 1, tzinfo=UTC).timestamp()
_NUMBER = re.compile(r"[+-]?\d{1,18}(\.\d{1,9})?")


def _from_number(number: float) -> float | None:
    if number != number or abs(number) > 1e18:  # noqa: PLR0124 - not a number
        return None
    return number / 1000 if abs(number) >= MILLISECONDS_FROM else float(number)


def _parse_text(text: str) -> float | None:
    if text[4:5] != "-" and _NUMBER.fullmatch(text) and not _is_compact_date(text):
        return _from_number(float(text))
    if text.endswith((" UTC", " GMT")) and text[:1].isdigit() and text[4:5] == "-":
        text = text[:-4] + "+00:00"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    try:
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()
    except (OverflowError, ValueError):
        return None


def _is_compact_date(text: str) -> bool:
    """``20261124`` is a day, as ISO 8601 writes it; as seconds it would be one of August 1970."""
    return len(text) == 8 and text.isdigit() and text[:2] in ("19", "20")


def iso(seconds: float) -> str:
    """Return a moment as ISO 8601 in UTC, to the millisecond; digits where no calendar has it."""
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except (OverflowError, ValueError, OSError):
        return f"{seconds:.0f}"
