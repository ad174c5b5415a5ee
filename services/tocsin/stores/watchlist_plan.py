"""Which versions an order of watchlists makes: the pure part of publishing, shared by the store and its twin."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from tocsin.errors import Conflict, Refused
from tocsin.watchlists.patches import GroupRecord, published
from tocsin.watchlists.records import Draft, Origin, Record, RuleRecord
from tocsin.watchlists.rows import Rows

Groups = Mapping[str, Mapping[str, GroupRecord]]
"""Of each list, where the rows of its groups will be."""


class State(msgspec.Struct, frozen=True):
    """What the field ``*`` says: names that were published once and are not now."""

    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Applied:
    """What ``apply`` did. ``revision`` is the set's afterwards; names are in the order given, removed ones sorted."""

    revision: int
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    versions: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be applied, by whom.

    Attributes:
        revision: the set that the author saw; None: the one that is there now.
        prune: remove lists of the same origin that are not among the drafts.
        force: overwrite lists of another origin.
    """

    drafts: Sequence[Draft]
    origin: Origin = "file"
    who: str = ""
    prune: bool = False
    force: bool = False
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Records to be written, and what ``apply`` will have done."""

    records: tuple[Record, ...]
    state: State
    applied: Applied


def built_upon(order: Order, records: Iterable[Record]) -> dict[str, GroupRecord]:
    """Return the published groups that the order's rows follow: by ``LIST/GROUP``."""
    drafts = {draft.name: draft for draft in order.drafts}
    return {
        f"{record.name}/{name}": group
        for record in records
        for name, group in record.groups.items()
        if record.name in drafts and name in drafts[record.name].groups
    }


def changed(order: Order, before: Mapping[str, GroupRecord]) -> list[str]:
    """Return the names of chunks that must be read to see what changed."""
    groups = [
        (before.get(f"{draft.name}/{name}"), rows) for draft in order.drafts for name, rows in draft.groups.items()
        if isinstance(rows, Rows)
    ]  # fmt: skip
    names = [known.chunks for known, rows in groups if known is not None and known.digest != rows.digest]
    return list(dict.fromkeys(name for chunks in names for name in chunks))


def groups_of(
    order: Order, before: Mapping[str, GroupRecord], chunks: Mapping[str, bytes], *, lost: Collection[str]
) -> tuple[Groups, dict[str, bytes]]:
    """Work out where the rows of the order will be. Pure.

    Args:
        order: what is to be applied.
        before: what ``built_upon`` returned.
        chunks: what ``changed`` named, but those that are lost.
        lost: names of chunks of ``before`` that are not there any more: nothing is built upon their groups.

    Returns:
        The groups, and chunks to be written, not yet packed.
    """
    groups: dict[str, dict[str, GroupRecord]] = {}
    written: dict[str, bytes] = {}
    for draft in order.drafts:
        groups[draft.name] = {}
        for name, rows in draft.groups.items():
            known = before.get(f"{draft.name}/{name}")
            if known is not None and not known.lacks(lost) and known.digest == rows.digest:
                groups[draft.name][name] = known
            elif isinstance(rows, GroupRecord):
                groups[draft.name][name] = rows
            else:
                whole = known if known is not None and not known.lacks(lost) else None
                groups[draft.name][name], more = published(rows, whole, chunks)
                written |= more
    return groups, written


def plan_of(
    order: Order,
    revision: int,
    records: Sequence[Record],
    state: State,
    *,
    counts: dict[str, int],
    now: float,
    groups: Groups | None = None,
) -> Plan:
    """Work out which versions an order makes. Pure.

    Args:
        order: what is to be applied.
        revision: of the set that was read.
        records: its current versions.
        state: what else is known of it.
        counts: how many versions each name of the order ever had.
        now: server time, seconds since the epoch.
        groups: what ``groups_of`` returned.

    Raises:
        Refused: a list of another origin would be overwritten.
    """
    groups = groups or {}
    current = {record.name: record for record in records}
    drafts = {draft.name: draft for draft in order.drafts}
    foreign = [
        name
        for name in drafts
        if name in current and current[name].origin != order.origin and _differs(current[name], drafts[name], groups)
    ]
    if foreign and not order.force:
        origins = ", ".join(
            f"{name} (from {current[name].origin}, by {current[name].who or 'unknown'})" for name in foreign
        )
        raise Refused(f"these lists come from elsewhere and are not overwritten without --force: {origins}")
    gone = [] if not order.prune else sorted(
        record.name for record in records if record.origin == order.origin and record.name not in drafts
    )  # fmt: skip
    channels = {channel for record in records for rule in record.rules.values() for channel in rule.channels}
    written = [
        _version(draft, order, current.get(name), groups, number=counts[name] + 1, now=now, channels=channels)
        for name, draft in drafts.items() if name not in current or _differs(current[name], draft, groups)
    ]  # fmt: skip
    removed = [_tombstone(current[name], order, now) for name in gone]
    names = [record.name for record in written]
    applied = Applied(
        revision=revision,
        added=tuple(name for name in names if name not in current),
        changed=tuple(name for name in names if name in current),
        unchanged=tuple(name for name in drafts if name not in names),
        removed=tuple(gone),
        versions={
            **{name: current[name].number for name in drafts if name in current},
            **{one.name: one.number for one in written},
        },
    )
    left = tuple(sorted(({*state.gone, *gone}) - set(names)))
    return Plan((*written, *removed), State(left), applied)


def conflict_of(order: Order, seen: int, revision: int, records: Iterable[Record]) -> Conflict:
    """Return the error that tells the second of two authors, with the lists of the order as they are now."""
    names = {draft.name for draft in order.drafts}
    touched = [f"{one.name} (version {one.number} by {one.who or 'unknown'})" for one in records if one.name in names]
    what = ", ".join(touched) if touched else ", ".join(sorted(names))
    return Conflict(
        f"another was first: the set is at revision {revision}, not {seen}; look again at {what}, then apply again"
    )


def _differs(record: Record, draft: Draft, groups: Groups) -> bool:
    return record.hash != draft.hash or record.groups != groups.get(draft.name, {})


def _version(
    draft: Draft, order: Order, before: Record | None, groups: Groups, *, number: int, now: float, channels: set[str]
) -> Record:
    known = before.rules if before else {}
    rules = {
        name: RuleRecord(
            since=known[name].since if name in known else now,
            channels=wanted,
            new_channel=known[name].new_channel if name in known else channels.isdisjoint(wanted),
        )
        for name, wanted in draft.rules.items()
    }
    return Record(
        name=draft.name, number=number, hash=draft.hash, origin=order.origin, who=order.who, when=now, file=draft.file,
        line=draft.line, source=draft.source, document=draft.document, rules=rules,
        groups=dict(groups.get(draft.name, {})),
    )  # fmt: skip


def _tombstone(record: Record, order: Order, now: float) -> Record:
    return msgspec.structs.replace(
        record, number=record.number + 1, who=order.who, when=now, source="", document={}, rules={}, groups={},
        removed=True,
    )  # fmt: skip


def with_revision(applied: Applied, revision: int) -> Applied:
    """Return what was done, under the set's new number."""
    return Applied(revision, applied.added, applied.changed, applied.unchanged, applied.removed, applied.versions)
