"""What the consumer hands to the code that decides, and what it wants back."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec


class RawEntry(msgspec.Struct, frozen=True):
    """One entry of the article stream, exactly as the producer sent it.

    Attributes:
        id: stream entry id, ``milliseconds-sequence``.
        fields: raw bytes; nothing has been decoded or checked.
        deliveries: how often Redis has handed it out, this time included.
        size: bytes of all names and values together.
        cut: the entry is over the size limit; its long values may have been cut to a head and must not be decoded.
        whole: of each value that was cut, how many bytes it had and their SHA-1.
        left_out: fields of an over-large entry that were not fetched at all.
    """

    id: str
    fields: Mapping[bytes, bytes]
    deliveries: int = 1
    size: int = 0
    cut: bool = False
    whole: dict[bytes, tuple[int, str]] = {}
    left_out: int = 0


class Action(enum.Enum):
    """What becomes of an entry."""

    ACKNOWLEDGE = "acknowledge"  # decided and committed (or nothing to commit)
    DEAD_LETTER = "dead_letter"  # it is no article: to the dead letters, acknowledged in the same script
    RETRY = "retry"  # something passing stood in the way; not held against the entry
    FAILED = "failed"  # our code failed on this very entry: tried again alone, given up past the limit


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do with one entry. ``reason`` is a stable word, ``detail`` a sentence for a person."""

    action: Action
    reason: str = ""
    detail: str = ""

    @classmethod
    def dead(cls, reason: str, detail: str) -> Verdict:
        """The entry is no article."""
        return cls(Action.DEAD_LETTER, reason, detail)

    @classmethod
    def failed(cls, error: BaseException) -> Verdict:
        """Our code failed on this entry."""
        return cls(Action.FAILED, "failed", f"{type(error).__name__}: {error}"[:500])


ACKNOWLEDGE = Verdict(Action.ACKNOWLEDGE)
RETRY = Verdict(Action.RETRY)


class Decide(Protocol):
    """The code that decides. Never called twice at the same time in one process."""

    async def __call__(self, batch: Sequence[RawEntry], *, now: float, alone: bool) -> Sequence[Verdict]:
        """Decide on a batch and commit what follows; one verdict an entry, in order.

        Everything must be committed when this returns: what is acknowledged is not seen again. It may be called again
        with the same entries (after an error, in another process), so commits must be idempotent.

        Raises:
            redis errors, ``errors.Transient``: nothing is acknowledged; the same batch is handed over again after a
                while. Not held against any entry.
            any other error: our code failed. A batch is then handed over again entry by entry (``alone=True``); an
                entry that fails alone is left pending, tried again after ``claim_idle_ms``, and given up past
                ``poison_limit``.

        Args:
            batch: 1 to ``articles.batch`` entries; exactly one where ``alone``.
            now: the server's clock when the batch was read, seconds since the epoch.
            alone: a redelivered entry, suspected of nothing yet; it is marked in hand meanwhile.
        """
