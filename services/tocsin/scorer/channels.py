"""Commit a batch's decisions channel by channel; what conflicts is placed again on what the others left."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import msgspec

from tocsin.errors import Transient
from tocsin.model.decision import Decision, Scored
from tocsin.model.document import Document
from tocsin.model.story import Committed, Entry, Story
from tocsin.pipeline import Desk, settle
from tocsin.stores.protocols import ChannelStore
from tocsin.story.fingerprint import Hashes
from tocsin.story.open_stories import OpenStories

TOGETHER = 5  # rounds in which all conflicting entries are placed again at once; then each is committed alone
SLICE = 25  # tasks a commit: the longer the placing takes, the likelier another scorer was first
ALONE = 5  # tries of one entry alone; an entry is placed at most TOGETHER + ALONE times before the batch is retried
CACHED_CHANNELS = 1_000  # open stories kept in memory, least recently used first out


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One article in one channel, scored."""

    number: int  # of the article in its batch
    channel: str
    document: Document
    scored: tuple[Scored, ...]
    hashes: Hashes | None  # None: worked out where it matters


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a task.

    ``state`` is committed, noop (decided before, in this process or another) or free (it rests on nothing that the
    channel knows, so there was nothing to commit).
    """

    task: Task
    decision: Decision
    state: str
    placed: int  # how often it was placed


class _Tentative(msgspec.Struct, frozen=True, kw_only=True):
    task: Task
    decision: Decision
    entry: Entry
    story: Story
    before: Story | None

    @property
    def told_before(self) -> bool:
        """Whether an alert went out for an earlier revision: the mark must live as long as the story does."""
        key = self.task.document.article.key
        return self.before is not None and any(
            told.article_key == key and told.alert_id is not None for told in self.before.members
        )


class Channels:
    """The channels of one scorer: their cached open stories, and the store that decides."""

    def __init__(self, store: ChannelStore) -> None:
        self._store = store
        self._open: OrderedDict[str, OpenStories] = OrderedDict()
        self.conflicts = 0  # entries that were placed again, since the process started

    async def commit(self, desk: Desk, tasks: Sequence[Task], *, now: float) -> list[Settled]:
        """Place, decide and commit; return what became of each task, in no particular order.

        Raises:
            Transient: an entry met a conflict every time; nothing of it is committed.
        """
        settled: list[Settled] = []
        for at in range(0, len(tasks), SLICE):
            await self._commit_slice(desk, tasks[at : at + SLICE], settled, now=now)
        return settled

    async def _commit_slice(self, desk: Desk, tasks: Sequence[Task], settled: list[Settled], *, now: float) -> None:
        pending = list(tasks)
        await self._catch_up(list(dict.fromkeys(task.channel for task in tasks)))
        for placed in range(1, TOGETHER + 1):
            pending = await self._round(desk, pending, settled, now=now, placed=placed)
            if not pending:
                return
        for task in pending:
            await self._alone(desk, task, settled, now=now)

    async def _alone(self, desk: Desk, task: Task, settled: list[Settled], *, now: float) -> None:
        for placed in range(TOGETHER + 1, TOGETHER + ALONE + 1):
            if not await self._round(desk, [task], settled, now=now, placed=placed):
                return
        self._open.pop(task.channel, None)  # the next try reads it anew: a cache gone wrong would conflict for ever
        raise Transient(f"channel {task.channel}: an entry met {TOGETHER + ALONE} conflicts; the batch is tried again")

    async def _catch_up(self, channels: Sequence[str]) -> None:
        stories = [self._stories(channel) for channel in channels]
        asked = [(one.channel, one.cursor, one.epoch) for one in stories]
        if asked:
            for one, changes in zip(stories, await self._store.changes(asked), strict=True):
                one.catch_up(changes)

    async def _round(
        self, desk: Desk, tasks: Sequence[Task], settled: list[Settled], *, now: float, placed: int
    ) -> list[Task]:
        """Settle and commit; return the tasks that conflicted, in their order."""
        try:
            by_channel = self._place(desk, tasks, settled, now=now, placed=placed)
            if not by_channel:
                return []
            answers = await self._commit(by_channel)
        except BaseException:
            for task in tasks:  # whatever was committed, what is cached of these channels is a guess now
                self._open.pop(task.channel, None)
            raise
        again: list[Task] = []
        for (channel, several), answer in zip(by_channel.items(), answers, strict=True):
            again += self._take(self._stories(channel), several, answer, settled, placed=placed)
        self.conflicts += len(again)
        return sorted(again, key=lambda task: task.number)

    def _place(
        self, desk: Desk, tasks: Sequence[Task], settled: list[Settled], *, now: float, placed: int
    ) -> dict[str, list[_Tentative]]:
        """Place and decide; return what is to be committed, by channel, and settle what rests on nothing."""
        by_channel: dict[str, list[_Tentative]] = {}
        for task in tasks:
            stories = self._stories(task.channel)
            done = settle(desk, task.document, task.channel, task.scored, stories, hashes=task.hashes, now=now)
            if done.entry is None or done.entry.story is None:
                settled.append(Settled(task=task, decision=done.decision, state="free", placed=placed))
            else:
                by_channel.setdefault(task.channel, []).append(
                    _Tentative(
                        task=task, decision=done.decision, entry=done.entry, story=done.entry.story, before=done.before
                    )
                )
        return by_channel

    async def _commit(self, by_channel: dict[str, list[_Tentative]]) -> list[Committed]:
        """Commit; the marks that lead a later revision here are written first: a needless one is harmless."""
        told = [
            (one.task.document.article.key, channel)
            for channel, several in by_channel.items()
            for one in several
            if one.entry.alert is not None or one.told_before
        ]
        if told:
            await self._store.note_told(told)
        return await self._store.commit(
            [(channel, [one.entry for one in several]) for channel, several in by_channel.items()]
        )

    def _take(
        self,
        stories: OpenStories,
        several: Sequence[_Tentative],
        answer: Committed,
        settled: list[Settled],
        *,
        placed: int,
    ) -> list[Task]:
        """Keep what was committed, undo the rest, learn what changed; return what conflicted."""
        again: list[Task] = []
        standing: dict[str, Story | None] = {}
        for one, outcome in zip(several, answer.outcomes, strict=True):
            standing.setdefault(one.story.id, one.before)
            if outcome.state == "conflict":
                again.append(one.task)
                continue
            if outcome.state == "committed":
                standing[one.story.id] = one.story
            settled.append(Settled(task=one.task, decision=one.decision, state=outcome.state, placed=placed))
        if again or any(outcome.state == "noop" for outcome in answer.outcomes):
            for story_id, story in standing.items():
                stories.put(story_id, story)
        if answer.changes is not None:
            stories.catch_up(answer.changes)
        return again

    def _stories(self, channel: str) -> OpenStories:
        stories = self._open.get(channel)
        if stories is None:
            stories = self._open[channel] = OpenStories(channel)
        self._open.move_to_end(channel)
        return stories

    def forget_least_used(self) -> None:
        """Drop the caches beyond the limit; call between batches."""
        while len(self._open) > CACHED_CHANNELS:
            self._open.popitem(last=False)
