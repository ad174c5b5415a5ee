"""What the scorer asks of its stores; implemented by the Redis stores and by their in-memory twins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tocsin.model.story import ChannelChanges, Committed, Entry


class ChannelStore(Protocol):
    """All that channels know, as one script per channel commits it (guarantee 2)."""

    async def changes(self, asked: Sequence[tuple[str, int, str]]) -> list[ChannelChanges]:
        """Return what changed, one answer a question, in one round trip.

        Args:
            asked: ``(channel, cursor, epoch)`` each; ``(channel, 0, "")`` where nothing is cached.
        """

    async def commit(self, commits: Sequence[tuple[str, Sequence[Entry]]]) -> list[Committed]:
        """Commit each channel's entries in order, one script a channel, one round trip for all.

        An entry whose done-mark is there is a no-op before anything else is looked at; one that read a story which has
        changed, or a channel in which another story was opened since, is a conflict; else log, publish, story and
        done-mark are written together. An entry that rests on a conflicting one of the same call conflicts too.
        """

    async def told_channels(self, article_keys: Sequence[str]) -> list[frozenset[str]]:
        """Return, for each article key, the channels that may have been told of it. One round trip."""

    async def note_told(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Remember (article key, channel) pairs. Called before the commit: a needless mark is harmless, a lost one not."""
