"""A published group: a base of rows, and patches since.

What a patch strikes out is named by its number in the base, so that nobody who still has the base must look at it again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import msgspec

from tocsin.watchlists.rows import MAX_CHUNK, Rows, line_of, name_of, row_of, taken

MAX_CHANGED = 10_000  # rows struck out of a base, and rows beside it, before there is a new base
MAX_PATCHES = 16  # a reader fetches as many at most; the next one holds what they all come to


class GroupRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Where the rows of a published group are: digests of chunks. ``digest`` tells what they come to from any other."""

    base: tuple[str, ...]
    patches: tuple[str, ...] = ()
    count: int
    digest: str

    @property
    def chunks(self) -> tuple[str, ...]:
        """All that is named."""
        return (*self.base, *self.patches)

    def lacks(self, lost: Collection[str]) -> bool:
        """Whether one of these chunks is named."""
        return not set(self.chunks).isdisjoint(lost)


class Patch(msgspec.Struct, frozen=True, kw_only=True):
    """A change of a group.

    Attributes:
        struck: numbers of rows of the base that count no more, ascending.
        gone: ids of rows that an earlier patch brought and that count no more.
        lines: rows that stand beside the base now, sorted; each takes the place of an earlier one of its id.
    """

    struck: tuple[int, ...] = ()
    gone: tuple[str, ...] = ()
    lines: tuple[bytes, ...] = ()


class _Head(msgspec.Struct, frozen=True):
    struck: tuple[int, ...] = ()
    gone: tuple[str, ...] = ()


_head = msgspec.json.Decoder(_Head)


def encode(patch: Patch) -> bytes:
    """Return a patch as a chunk: what is no more in the first line, then a row a line."""
    return b"\n".join([line_of(_Head(patch.struck, patch.gone)), *patch.lines])


def decode(chunk: bytes) -> Patch:
    """Return the patch that a chunk holds."""
    head, *lines = chunk.split(b"\n")
    gone = _head.decode(head)
    return Patch(struck=gone.struck, gone=gone.gone, lines=tuple(lines))


def combined(patches: Iterable[Patch]) -> Patch:
    """Return the one patch that patches of a base, oldest first, come to."""
    struck: set[int] = set()
    lines: dict[str, bytes] = {}
    for patch in patches:
        struck.update(patch.struck)
        for gone in patch.gone:
            lines.pop(gone, None)
        lines.update((row_of(line).id, line) for line in patch.lines)
    return Patch(struck=tuple(sorted(struck)), lines=tuple(sorted(lines.values())))


def difference(
    base: Iterable[bytes], before: Patch, new: Iterable[bytes], *, limit: int = MAX_CHANGED
) -> tuple[Patch, Patch] | None:
    """Work out what changed. Pure.

    Args:
        base: lines in order.
        before: what the patches so far come to.
        new: the lines that there are to be, in order.
        limit: rows that may be struck out of the base, and stand beside it.

    Returns:
        The patch that leads on from ``before``, and the one that leads from the base to the same rows without it; None
        where they would be over the limit.
    """
    changed = _changed(base, new, frozenset(before.struck), limit - len(before.struck), limit)
    if changed is None:
        return None
    struck, lines = changed
    ids = {row_of(line).id for line in lines}
    gone = [one for one in (row_of(line).id for line in before.lines) if one not in ids]
    known = set(before.lines)
    step = Patch(struck=tuple(struck), gone=tuple(gone), lines=tuple(line for line in lines if line not in known))
    return step, Patch(struck=tuple(sorted({*before.struck, *struck})), lines=tuple(lines))


def _changed(
    base: Iterable[bytes], new: Iterable[bytes], struck: Collection[int], most_struck: int, most_lines: int
) -> tuple[list[int], list[bytes]] | None:
    """Merge both: numbers of what only the base has, and lines that it has not; what is struck out already is not there."""
    gone: list[int] = []
    added: list[bytes] = []
    lines = iter(new)
    line = next(lines, None)
    for number, old in enumerate(base):
        if number in struck:
            continue
        while line is not None and line < old:
            added.append(line)
            line = next(lines, None)
        if line == old:
            line = next(lines, None)
        else:
            gone.append(number)
        if len(gone) > most_struck or len(added) > most_lines:
            return None
    while line is not None:
        added.append(line)
        if len(added) > most_lines:
            return None
        line = next(lines, None)
    return gone, added


def published(
    rows: Rows, before: GroupRecord | None, chunks: Mapping[str, bytes]
) -> tuple[GroupRecord, dict[str, bytes]]:
    """Work out how rows are published after those that are there. Pure.

    Args:
        rows: what there is to be.
        before: where the rows of the version before are; None: there is none, or it is not to be built upon.
        chunks: the packed chunks that ``before`` names.

    Returns:
        The record, and the chunks to be written, by name, not yet packed.

    Raises:
        NotReady: a chunk is missing or damaged.
    """
    patched = _patched(rows, before, chunks) if before is not None else None
    if patched is not None:
        return patched
    record = GroupRecord(base=rows.names, count=rows.count, digest=rows.digest)
    return record, dict(zip(rows.names, rows.chunks, strict=True))


def _patched(
    rows: Rows, before: GroupRecord, chunks: Mapping[str, bytes]
) -> tuple[GroupRecord, dict[str, bytes]] | None:
    so_far = combined(decode(taken(name, chunks)) for name in before.patches)
    base = (line for name in before.base for line in taken(name, chunks).split(b"\n"))
    limit = min(MAX_CHANGED, rows.count // 4)  # of a small group a new base is as cheap
    found = difference(base, so_far, rows.lines(), limit=limit)
    if found is None:
        return None
    kept, patch = ((), found[1]) if len(before.patches) >= MAX_PATCHES else (before.patches, found[0])
    chunk = encode(patch)
    if len(chunk) > MAX_CHUNK:
        return None
    name = name_of(chunk)
    return GroupRecord(base=before.base, patches=(*kept, name), count=rows.count, digest=rows.digest), {name: chunk}
