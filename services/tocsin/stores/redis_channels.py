"""What channels know, in Redis: one script commits to a channel (``commit.lua``), one reads what changed.

Cost in Redis, measured: a done-mark about 120 bytes, a story its state + 300 bytes, an alert its document + 60 bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from redis.asyncio import Redis

from tocsin import streams
from tocsin.model.story import ChannelChanges, Committed, Entry, Outcome, Story
from tocsin.scripts import Script, run_all
from tocsin.settings import ChannelSettings

COMMIT = Script("tocsin.stores", "commit.lua")
CHANGES = Script("tocsin.stores", "changes.lua")
PAGE = 500  # stories a page when a channel is read from the start: at 5 KB each the server is held for about 5 ms
AFTERLIFE_S = 24 * 3600  # a silent channel's stories outlive their own expiry by this, then their keys go

_NOBODY: frozenset[str] = frozenset()

_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(Story).decode


class RedisChannelStore:
    """``ChannelStore`` over Redis. One instance a scorer: it remembers up to where each channel has been read.

    Raises:
        RedisError: from every method, when the server cannot be reached or refuses; nothing half done is left behind,
            and the same call may be made again.
    """

    def __init__(self, client: Redis, settings: ChannelSettings) -> None:
        self._client = client
        self._settings = settings
        self._read: dict[str, tuple[int, str]] = {}  # channel → cursor and epoch of what the caller was told last

    async def changes(self, asked: Sequence[tuple[str, int, str]]) -> list[ChannelChanges]:
        """Return what changed; one round trip, more only where a channel is read from the start."""
        if not asked:
            return []
        server, *answers = await run_all(
            self._client, [("INFO", "server"), *(_ask(channel, cursor) for channel, cursor, _ in asked)]
        )
        epoch = server["run_id"]
        results = []
        for (channel, cursor, known), answer in zip(asked, answers, strict=True):
            void = cursor > 0 and known != epoch
            found = await self._gather(channel, epoch, await self._again(channel) if void else answer)
            self._read[channel] = (found.cursor, epoch)
            results.append(found)
        return results

    async def commit(self, commits: Sequence[tuple[str, Sequence[Entry]]]) -> list[Committed]:
        """Commit each channel's entries; one round trip, a second one where an entry conflicts."""
        answers = await run_all(self._client, [self._commit(channel, entries) for channel, entries in commits])
        outcomes = [tuple(_outcome(word) for word in answer) for answer in answers]
        torn = [
            channel
            for (channel, _), found in zip(commits, outcomes, strict=True)
            if any(outcome.state == "conflict" for outcome in found)
        ]
        fresh = await self.changes([(channel, *self._read.get(channel, (0, ""))) for channel in torn])
        changed = {changes.channel: changes for changes in fresh}
        return [
            Committed(outcomes=found, changes=changed.get(channel))
            for (channel, _), found in zip(commits, outcomes, strict=True)
        ]

    async def told_channels(self, article_keys: Sequence[str]) -> list[frozenset[str]]:
        """Return the channels that may have been told of each article."""
        if not article_keys:
            return []
        # One command for the whole batch: a set a key would cost every article a command of its own.
        [found] = await run_all(self._client, [("MGET", *map(streams.told, article_keys))])
        return [frozenset(value.decode().split()) if value else _NOBODY for value in found]

    async def note_told(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Remember (article key, channel) pairs for as long as done-marks live."""
        if not pairs:
            return
        by_article: dict[str, list[str]] = {}
        for key, channel in pairs:
            by_article.setdefault(key, []).append(channel)
        calls: list[tuple[Any, ...]] = []
        for key, channels in by_article.items():
            calls += [
                ("APPEND", streams.told(key), "".join(f"{channel} " for channel in channels)),
                ("EXPIRE", streams.told(key), _seconds(max(self._settings.done_hours, self._settings.story_hours))),
            ]
        await run_all(self._client, calls)

    def _commit(self, channel: str, entries: Sequence[Entry]) -> tuple[Any, ...]:
        settings = self._settings
        keys = [
            streams.alerts(channel),
            streams.stories(channel),
            streams.story_versions(channel),
            streams.story_changes(channel),
            streams.story_seen(channel),
            streams.story_state(channel),
            streams.story_closed(channel),
            *(streams.done(channel, entry.done) for entry in entries),
        ]
        arguments: list[Any] = [
            streams.doorbell(channel),
            _seconds(settings.done_hours),
            settings.log_entries,
            int(settings.log_days * 86_400_000),
            settings.stories,
            _seconds(settings.story_hours),
            (_seconds(settings.story_hours) + AFTERLIFE_S) * 1000,
        ]
        for entry in entries:
            arguments += _entry(entry)
        return COMMIT.call(keys, arguments)

    async def _again(self, channel: str) -> Any:
        [answer] = await run_all(self._client, [_ask(channel, 0)])
        return answer

    async def _gather(self, channel: str, epoch: str, answer: Any) -> ChannelChanges:
        """Turn an answer, and the pages that follow it, into changes."""
        cursor, opened, reset, more, states, gone = answer
        stories = {story.id: story for story in map(_unpack, filter(None, states))}
        closed = [story.decode() for story in gone]
        while more:
            [(cursor, opened, _, more, states, gone)] = await run_all(
                self._client, [_ask(channel, cursor, further=True)]
            )
            for story in map(_unpack, filter(None, states)):
                stories.pop(story.id, None)  # the later change stands later
                stories[story.id] = story
            closed += [story.decode() for story in gone]
        shut = set(closed)
        return ChannelChanges(
            channel=channel,
            epoch=epoch,
            cursor=cursor,
            opened=opened.decode(),
            stories=tuple(story for story in stories.values() if story.id not in shut),
            gone=() if reset else tuple(closed),
            reset=bool(reset),
        )


def _ask(channel: str, cursor: int, *, further: bool = False) -> tuple[Any, ...]:
    keys = [
        streams.stories(channel),
        streams.story_changes(channel),
        streams.story_state(channel),
        streams.story_closed(channel),
    ]
    return CHANGES.call(keys, [cursor, PAGE, int(further)])


def _entry(entry: Entry) -> list[Any]:
    story = entry.story
    blob = b"" if story is None else _pack(msgspec.structs.replace(story, version=entry.done))
    return [
        entry.alert or b"",
        int(entry.alert_held),
        "" if story is None else story.id,
        blob,
        entry.read_version,
        entry.read_opened,
        int(entry.opens),
        0 if story is None else f"{story.last_seen:.3f}",
    ]


def _outcome(word: bytes) -> Outcome:
    state, _, stream_id = word.decode().partition(" ")
    return Outcome(state, stream_id or None)


def _seconds(hours: float) -> int:
    return max(1, int(hours * 3600))
