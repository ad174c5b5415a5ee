"""A published version of a watchlist: what is kept of it, and how the scorer gets the compiled form back.

What is kept is the source (text and data), never the compiled form: each scorer compiles it with the code it runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from tocsin.errors import InvalidWatchlist, Problem
from tocsin.model.rule import Watchlist
from tocsin.watchlists.loading import Loaded, compile_text

Origin = Literal["file", "api", "console"]


class RuleRecord(msgspec.Struct, frozen=True, kw_only=True):
    """When a rule was first applied, and whether one of its channels was new then (it may look back)."""

    since: float  # seconds since the epoch, server time
    channels: tuple[str, ...]
    new_channel: bool = False


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A watchlist to be published."""

    name: str
    hash: str
    file: str
    line: int  # of its first line in that file
    source: str  # the document's own text
    document: dict[str, Any]
    rules: dict[str, tuple[str, ...]]  # rule name to channels


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One immutable version. ``removed`` marks that the list was taken back; such a record has no source."""

    name: str
    number: int  # 1 for the first
    hash: str
    origin: str
    who: str
    when: float  # seconds since the epoch, server time
    file: str
    line: int
    source: str
    document: dict[str, Any]
    rules: dict[str, RuleRecord]
    removed: bool = False


def drafts(loaded: Loaded) -> list[Draft]:
    """Return what is to be published of loaded files.

    Raises:
        InvalidWatchlist: there are errors.
    """
    compiled = loaded.watchlists
    return [
        Draft(
            name=watchlist.name, hash=watchlist.content_hash, file=source.placed.file, line=source.placed.first_line,
            source=source.placed.text, document=source.placed.data,
            rules={rule.name: rule.channels for rule in watchlist.rules},
        )
        for source, watchlist in zip(loaded.sources, compiled, strict=True)
    ]  # fmt: skip


def compile_records(
    records: Iterable[Record], *, concepts: Sequence[Path] = (), backfill: float = 3600.0
) -> tuple[Watchlist, ...]:
    """Compile published versions, in the order given.

    Args:
        records: current versions.
        concepts: folders of the user's own concepts.
        backfill: seconds that a rule looks back from when it was applied, where its channel was new.

    Raises:
        InvalidWatchlist: one of them cannot be compiled; with file and line as they were when it was applied.
    """
    problems: list[Problem] = []
    compiled = []
    for record in records:
        label = f"{record.file} ({record.name} version {record.number})"
        loaded = compile_text(record.source, file=label, first_line=record.line, concepts=concepts)
        problems += loaded.errors
        compiled += [_dated(watchlist, record, backfill) for watchlist in loaded.compiled if watchlist is not None]
    if problems:
        raise InvalidWatchlist(problems)
    return tuple(compiled)


def _dated(watchlist: Watchlist, record: Record, backfill: float) -> Watchlist:
    since = [_since(record, rule.name, backfill) for rule in watchlist.rules]
    rules = tuple(msgspec.structs.replace(rule, since=at) for rule, at in zip(watchlist.rules, since, strict=True))
    return msgspec.structs.replace(
        watchlist, version=record.number, content_hash=record.hash, applied_at=record.when, rules=rules
    )


def _since(record: Record, rule: str, backfill: float) -> float:
    known = record.rules.get(rule)
    if known is None:
        return record.when
    return known.since - (backfill if known.new_channel else 0.0)
