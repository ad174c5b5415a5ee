"""A published version of a watchlist: what is kept of it, and how the scorer gets the compiled form back.

What is kept is the source (text, data, and the rows of groups), never the compiled form: each scorer compiles it with
the code it runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from tocsin.errors import InvalidWatchlist, Problem
from tocsin.model.article import digest
from tocsin.model.roster import Entities, Roster
from tocsin.model.rule import Watchlist
from tocsin.watchlists import language
from tocsin.watchlists.groups import Files, base_key, from_chunks
from tocsin.watchlists.loading import Loaded, compile_text
from tocsin.watchlists.patches import GroupRecord
from tocsin.watchlists.rows import Rows
from tocsin.watchlists.source import Source

Origin = Literal["file", "api", "console"]


class RuleRecord(msgspec.Struct, frozen=True, kw_only=True):
    """When a rule was first applied, and whether one of its channels was new then (it may look back)."""

    since: float  # seconds since the epoch, server time
    channels: tuple[str, ...]
    new_channel: bool = False


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A watchlist to be published. ``groups`` are rows that were read, or those of a version that there is already."""

    name: str
    hash: str
    file: str
    line: int  # of its first line in that file
    source: str  # the document's own text
    document: dict[str, Any]
    rules: dict[str, tuple[str, ...]]  # rule name to channels
    groups: dict[str, Rows | GroupRecord] = {}


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
    groups: dict[str, GroupRecord] = {}


def drafts(loaded: Loaded, files: Files | None = None) -> list[Draft]:
    """Return what is to be published of loaded files.

    Args:
        loaded: what ``load`` returned.
        files: the loader of its groups; without it their rows are left out, and the drafts are good for comparing only.

    Raises:
        InvalidWatchlist: there are errors.
    """
    compiled = loaded.watchlists
    return [
        Draft(
            name=watchlist.name, hash=_hash(source, watchlist), file=source.placed.file, line=source.placed.first_line,
            source=source.placed.text, document=source.placed.data,
            rules={rule.name: rule.channels for rule in watchlist.rules},
            groups={} if files is None else _rows(source, files),
        )
        for source, watchlist in zip(loaded.sources, compiled, strict=True)
    ]  # fmt: skip


def _groups(source: Source) -> dict[str, language.Group]:
    written = source.document.entities
    named = written.items() if isinstance(written, dict) else ()
    return {name: spec for name, spec in named if isinstance(spec, language.Group)}


def _hash(source: Source, watchlist: Watchlist) -> str:
    """Of what is said, in the list and in the rows of its groups."""
    groups = _groups(source)
    if not groups or not isinstance(watchlist.entities, Entities):
        return watchlist.content_hash
    keys = sorted(part.key for part in watchlist.entities.parts if part.group in groups)
    return digest(watchlist.content_hash, *keys)


def _rows(source: Source, files: Files) -> dict[str, Rows | GroupRecord]:
    found = {name: files.rows(name, spec, source.placed.file) for name, spec in _groups(source).items()}
    return {name: rows for name, rows in found.items() if rows is not None}


def needed(records: Iterable[Record], rosters: Mapping[str, Roster] | None = None) -> tuple[str, ...]:
    """Return the names of the chunks that ``compile_records`` needs, each once; of bases in ``rosters`` it needs none."""
    names: dict[str, None] = {}
    for record in records:
        for name, group in record.groups.items():
            known = rosters is not None and base_key(name, group) in rosters
            names.update(dict.fromkeys(group.patches if known else group.chunks))
    return tuple(names)


def roster_keys(records: Iterable[Record]) -> frozenset[str]:
    """Return the keys under which ``compile_records`` keeps the bases of these versions."""
    return frozenset(base_key(name, group) for record in records for name, group in record.groups.items())


def compile_records(
    records: Iterable[Record],
    *,
    concepts: Sequence[Path] = (),
    backfill: float = 3600.0,
    chunks: Mapping[str, bytes] | None = None,
    rosters: MutableMapping[str, Roster] | None = None,
) -> tuple[Watchlist, ...]:
    """Compile published versions, in the order given.

    Args:
        records: current versions.
        concepts: folders of the user's own concepts.
        backfill: seconds that a rule looks back from when it was applied, where its channel was new.
        chunks: the rows of their groups: what ``needed`` names.
        rosters: bases of groups that were made before, by ``roster_keys``; those that are made now are added.

    Raises:
        InvalidWatchlist: one of them cannot be compiled; with file and line as they were when it was applied.
        NotReady: a chunk is missing or damaged.
    """
    problems: list[Problem] = []
    compiled = []
    for record in records:
        label = f"{record.file} ({record.name} version {record.number})"
        groups = from_chunks(record.groups, {} if chunks is None else chunks, rosters)
        loaded = compile_text(record.source, file=label, first_line=record.line, concepts=concepts, groups=groups)
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
