"""Dead letters: what is kept of an entry that was no article, or killed its readers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from tocsin.events.times import iso, parse_time

HEAD_BYTES = 65_536  # of each original field that a dead letter keeps
LETTER_BYTES = 2**20  # of all of them together
NAME_BYTES = 256  # of a field's name
MOST_FIELDS = 256  # a script takes so many arguments, and no article has more


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of an entry that was no article, or killed its readers.

    Attributes:
        id: its own entry id in ``articles:dead``; empty before it is written.
        entry_id: of the entry in the article stream.
        reason: a stable word; ``poison`` where processes died or failed with it.
        detail: a sentence for a person.
        deliveries: how often Redis handed it out.
        failures: how often a process died, or our code failed, with it alone in hand.
        at: when it was given up, seconds since the epoch.
        size: bytes of the original entry.
        fields: the original names and values, each value at most a head of 64 KiB.
        whole: of each value that was cut, how many bytes it had and their SHA-1.
        left_out: fields that are not kept at all, because the letter would be over 1 MiB.
    """

    id: str = ""
    entry_id: str
    reason: str
    detail: str
    deliveries: int
    failures: int = 0
    at: float
    size: int = 0
    fields: dict[bytes, bytes]
    whole: dict[bytes, tuple[int, str]] = {}
    left_out: int = 0

    @property
    def complete(self) -> bool:
        """Whether the original can be put back."""
        return not self.whole and not self.left_out

    def summary(self) -> dict[str, Any]:
        """What a list shows: everything but the fields' values."""
        return {
            "id": self.id,
            "entry_id": self.entry_id,
            "reason": self.reason,
            "detail": self.detail,
            "deliveries": self.deliveries,
            "failures": self.failures,
            "at": iso(self.at),
            "size": self.size,
            "fields": [name.decode("utf-8", "backslashreplace") for name in self.fields],
            "complete": self.complete,
        }


def make_dead_letter(
    *,
    entry_id: str,
    fields: Mapping[bytes, bytes],
    reason: str,
    detail: str,
    deliveries: int,
    at: float,
    failures: int = 0,
    size: int = 0,
    whole: Mapping[bytes, tuple[int, str]] | None = None,
    left_out: int = 0,
) -> DeadLetter:
    """Return the letter for an entry: values cut to their heads, the whole bounded.

    ``whole`` and ``left_out`` tell of values and fields that were cut before they came here.
    """
    kept: dict[bytes, bytes] = {}
    cut = dict(whole or {})
    room = LETTER_BYTES
    for name, value in fields.items():
        head = value[:HEAD_BYTES]
        if len(name) > NAME_BYTES or len(name) + len(head) > room or len(kept) == MOST_FIELDS:
            cut.pop(name, None)
            continue
        if len(value) > HEAD_BYTES:
            cut[name] = (len(value), hashlib.sha1(value, usedforsecurity=False).hexdigest())
        kept[name] = head
        room -= len(name) + len(head)
    return DeadLetter(
        entry_id=entry_id,
        reason=reason,
        detail=detail,
        deliveries=deliveries,
        failures=failures,
        at=at,
        size=size or sum(len(name) + len(value) for name, value in fields.items()),
        fields=kept,
        whole=cut,
        left_out=left_out + len(fields) - len(kept),
    )


def dead_letter_fields(letter: DeadLetter) -> dict[bytes, bytes]:
    """Return the stream entry that holds a dead letter: its facts, then ``raw:NAME`` and ``cut:NAME`` (size, SHA-1)."""
    facts = {
        b"reason": letter.reason,
        b"detail": letter.detail,
        b"entry": letter.entry_id,
        b"deliveries": str(letter.deliveries),
        b"failures": str(letter.failures),
        b"at": iso(letter.at),
        b"size": str(letter.size),
        b"left_out": str(letter.left_out),
    }
    raw = {b"raw:" + name: value for name, value in letter.fields.items()}
    cut = {b"cut:" + name: f"{size} {sha1}".encode() for name, (size, sha1) in letter.whole.items()}
    return {name: fact.encode("utf-8", "backslashreplace") for name, fact in facts.items()} | raw | cut


def decode_dead_letter(letter_id: bytes | str, fields: Mapping[bytes, bytes]) -> DeadLetter:
    """Return a dead letter as it was written; what is missing (another's entry in that stream) is empty."""

    def fact(name: bytes) -> str:
        return fields.get(name, b"").decode("utf-8", "replace")

    def count(name: bytes) -> int:
        return int(fact(name)) if fact(name).isdigit() else 0

    whole: dict[bytes, tuple[int, str]] = {}
    for name, value in fields.items():
        if name.startswith(b"cut:"):
            size, _, sha1 = value.decode("ascii", "replace").partition(" ")
            whole[name[4:]] = (int(size) if size.isdigit() else 0, sha1)
    return DeadLetter(
        id=letter_id if isinstance(letter_id, str) else letter_id.decode(),
        entry_id=fact(b"entry"),
        reason=fact(b"reason"),
        detail=fact(b"detail"),
        deliveries=count(b"deliveries"),
        failures=count(b"failures"),
        at=parse_time(fact(b"at")) or 0.0,
        size=count(b"size"),
        fields={name[4:]: value for name, value in fields.items() if name.startswith(b"raw:")},
        whole=whole,
        left_out=count(b"left_out"),
    )
