"""What channels know, in memory: the twin of ``redis_channels``, for tests, ``explain`` and ``backtest``."""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from tocsin.model.story import ChannelChanges, Committed, Entry, Outcome, Story
from tocsin.settings import ChannelSettings

CLOSED_REMEMBERED = 1000  # as in commit.lua: who missed more closings than this starts afresh


@dataclass(slots=True)
class _Channel:
    log: list[tuple[str, bytes]] = field(default_factory=list)  # (stream id, alert)
    rung: list[bytes] = field(default_factory=list)
    done: dict[str, float] = field(default_factory=dict)  # done-mark → when it expires
    stories: dict[str, tuple[int, Story]] = field(default_factory=dict)  # story id → (change number, state)
    closed: dict[str, int] = field(default_factory=dict)  # story id → change number, in the order of changes
    forgotten: int = 0  # closings up to this change number are no longer known
    change: int = 0
    silence: list[tuple[float, str]] = field(default_factory=list)  # heap: last heard, story id; some are outdated
    opened: str = ""


class MemoryChannelStore:
    """``ChannelStore`` in memory.

    Args:
        settings: what a channel keeps, and for how long.
        clock: seconds since the epoch; done-marks expire by it. Stories close by the time they themselves heard last.
        epoch: stands for the server's run; set another one to void every cursor.
        keeps_alerts: False: nobody will ask for the log, which would grow with every alert.
    """

    def __init__(
        self,
        settings: ChannelSettings,
        *,
        clock: Callable[[], float] = lambda: 0.0,
        epoch: str = "memory",
        keeps_alerts: bool = True,
    ) -> None:
        self.epoch = epoch
        self._keeps_alerts = keeps_alerts
        self._settings = settings
        self._clock = clock
        self._channels: dict[str, _Channel] = {}
        self._told: dict[str, dict[str, float]] = {}
        self._read: dict[str, tuple[int, str]] = {}
        self._logged = 0

    def alerts(self, channel: str) -> list[bytes]:
        """The channel's log, oldest first."""
        return [alert for _, alert in self._channel(channel).log]

    def rung(self, channel: str) -> list[bytes]:
        """What was published on the channel's doorbell."""
        return list(self._channel(channel).rung)

    async def changes(self, asked: Sequence[tuple[str, int, str]]) -> list[ChannelChanges]:
        """Return what changed."""
        return [self._changes(channel, cursor, epoch) for channel, cursor, epoch in asked]

    async def commit(self, commits: Sequence[tuple[str, Sequence[Entry]]]) -> list[Committed]:
        """Commit each channel's entries in order."""
        results = []
        for channel, entries in commits:
            tainted: set[str] = set()  # stories that an entry took for changed, and was a no-op
            outcomes = tuple(self._commit(channel, entry, tainted) for entry in entries)
            times = [
                entry.story.last_seen
                for entry, outcome in zip(entries, outcomes, strict=True)
                if entry.story is not None and outcome.state == "committed"
            ]
            if times:
                self._close_silent(channel, max(times))
            torn = any(outcome.state == "conflict" for outcome in outcomes)
            changes = self._changes(channel, *self._read.get(channel, (0, ""))) if torn else None
            results.append(Committed(outcomes=outcomes, changes=changes))
        return results

    async def told_channels(self, article_keys: Sequence[str]) -> list[frozenset[str]]:
        """Return the channels that may have been told of each article."""
        now = self._clock()
        return [
            frozenset(channel for channel, until in self._told.get(key, {}).items() if until > now)
            for key in article_keys
        ]

    async def note_told(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Remember (article key, channel) pairs for as long as done-marks live."""
        until = self._clock() + max(self._settings.done_hours, self._settings.story_hours) * 3600
        for key, channel in pairs:
            self._told.setdefault(key, {})[channel] = until

    def forget_expired(self) -> None:
        """Drop what the clock has passed; nothing that this store says changes by it."""
        now = self._clock()
        for channel in self._channels.values():
            channel.done = {mark: until for mark, until in channel.done.items() if until > now}
        told = {
            key: {channel: until for channel, until in channels.items() if until > now}
            for key, channels in self._told.items()
        }
        self._told = {key: channels for key, channels in told.items() if channels}

    def _channel(self, name: str) -> _Channel:
        return self._channels.setdefault(name, _Channel())

    def _commit(self, name: str, entry: Entry, tainted: set[str]) -> Outcome:
        channel = self._channel(name)
        if channel.done.get(entry.done, -math.inf) > self._clock():
            tainted.update(() if entry.story is None else (entry.story.id,))
            return Outcome("noop")
        if entry.story is not None:
            if entry.story.id in tainted:
                return Outcome("conflict")
            _, stored = channel.stories.get(entry.story.id, (0, None))
            version = stored.version if stored is not None else ""
            if entry.read_opened != channel.opened or entry.read_version != version:
                return Outcome("conflict")
            channel.change += 1
            channel.stories.pop(entry.story.id, None)  # the dictionary is in the order of changes
            heapq.heappush(channel.silence, (entry.story.last_seen, entry.story.id))
            channel.stories[entry.story.id] = (
                channel.change,
                msgspec.structs.replace(entry.story, version=entry.done),
            )
            channel.closed.pop(entry.story.id, None)
            if entry.opens:
                channel.opened = entry.story.id
        stream_id = self._tell(channel, entry) if entry.alert is not None else None
        channel.done[entry.done] = self._clock() + self._settings.done_hours * 3600
        return Outcome("committed", stream_id)

    def _tell(self, channel: _Channel, entry: Entry) -> str:
        assert entry.alert is not None
        self._logged += 1
        stream_id = f"{self._logged}-0"
        if self._keeps_alerts:
            channel.log.append((stream_id, entry.alert))
        if self._keeps_alerts and not entry.alert_held:
            channel.rung.append(entry.alert)
        return stream_id

    def _close_silent(self, name: str, latest: float) -> None:
        """Close the stories that are silent for too long, then the longest silent ones over the bound."""
        channel = self._channel(name)
        since = latest - self._settings.story_hours * 3600
        while channel.silence:
            last_seen, story_id = channel.silence[0]
            _, story = channel.stories.get(story_id, (0, None))
            stands = story is not None and story.last_seen == last_seen  # else it has closed, or heard something since
            if stands and last_seen >= since and len(channel.stories) <= self._settings.stories:
                break
            heapq.heappop(channel.silence)
            if stands:
                del channel.stories[story_id]
                channel.change += 1
                channel.closed[story_id] = channel.change
        while len(channel.closed) > CLOSED_REMEMBERED:
            channel.forgotten = channel.closed.pop(next(iter(channel.closed)))

    def _changes(self, name: str, cursor: int, epoch: str) -> ChannelChanges:
        channel = self._channel(name)
        reset = cursor == 0 or epoch != self.epoch or channel.change < cursor or cursor < channel.forgotten
        since = 0 if reset else cursor
        self._read[name] = (channel.change, self.epoch)
        newest_first = itertools.takewhile(lambda kept: kept[0] > since, reversed(channel.stories.values()))
        changed = tuple(story for _, story in newest_first)[::-1]
        closed = itertools.takewhile(lambda kept: kept[1] > since, reversed(channel.closed.items()))
        return ChannelChanges(
            channel=name,
            epoch=self.epoch,
            cursor=channel.change,
            opened=channel.opened,
            stories=changed,
            gone=() if reset else tuple(story for story, _ in closed)[::-1],
            reset=reset,
        )
