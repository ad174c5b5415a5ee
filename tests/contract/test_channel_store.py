"""What a channel store promises; the same tests over Redis and over the in-memory twin (guarantee 2)."""

from __future__ import annotations

from typing import Any

import pytest

from tocsin import streams
from tocsin.model.story import Entry, Story
from tocsin.settings import ChannelSettings
from tocsin.stores.memory_channels import MemoryChannelStore
from tocsin.stores.redis_channels import RedisChannelStore

CHANNEL = "korea-desk"


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


class Memory:
    """The in-memory twin and what a subscriber would see of it."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.first: MemoryChannelStore | None = None

    def store(self, **settings: Any):
        if self.first is None or settings:
            self.first = MemoryChannelStore(ChannelSettings(**settings), clock=self.clock)
        return self.first

    async def log(self, channel=CHANNEL):
        assert self.first is not None
        return self.first.alerts(channel)

    async def rung(self):
        assert self.first is not None
        return self.first.rung(CHANNEL)


class Redis:
    """The Redis store; every call of ``store`` is another writer over the same server."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.bell: Any = None

    async def listen(self):
        self.bell = self.client.pubsub()
        await self.bell.subscribe(streams.doorbell(CHANNEL))
        await self.bell.get_message(timeout=5)

    def store(self, **settings: Any):
        return RedisChannelStore(self.client, ChannelSettings(**settings))

    async def log(self, channel=CHANNEL):
        return [fields[b"data"] for _, fields in await self.client.xrange(streams.alerts(channel))]

    async def rung(self):
        heard = []
        while message := await self.bell.get_message(timeout=0.05):
            heard.append(message["data"])
        return heard


@pytest.fixture
async def redis_world(redis_client):
    """The Redis store with somebody listening at the door."""
    world = Redis(redis_client)
    await world.listen()
    yield world
    await world.bell.aclose()


@pytest.fixture(params=["memory", "redis"])
def world(request):
    """Both twins, one after the other."""
    return Memory() if request.param == "memory" else request.getfixturevalue("redis_world")


def a_story(name: str, *, version: str = "", seen: float = 1000.0, articles: int = 1) -> Story:
    return Story(
        id=name,
        version=version,
        seq=articles,
        first_seen=1000.0,
        last_seen=seen,
        articles=articles,
        sources=("apnews",),
        independent=1,
        told_rules=("korea/incursion",),
        severity=3,
        last_alert_id=None,
        last_alert_at=0.0,
        members=(),
        shingles=(("a1", b"\x00\x01\x02\x03"),),
    )


def an_entry(done: str, story: Story | None = None, *, alert: bytes | None = b"{}", **more: Any) -> Entry:
    return Entry(done=done, alert=alert, story=story, **more)


def opening(done: str, name: str, *, after: str = "", **more: Any) -> Entry:
    """An entry that opens a story, read when ``after`` was the one opened last."""
    return an_entry(done, a_story(name, **more), read_opened=after, opens=True)


async def states(store, *entries: Entry, channel: str = CHANNEL) -> list[str]:
    [answer] = await store.commit([(channel, entries)])
    return [outcome.state for outcome in answer.outcomes]


async def test_a_commit_logs_publishes_and_remembers(world) -> None:
    """One entry: the alert is on the stream and on the doorbell, the story is there under the entry's version."""
    store = world.store()
    [answer] = await store.commit([(CHANNEL, [an_entry("d1", a_story("s1"), alert=b'{"id":"d1"}', opens=True)])])
    assert [outcome.state for outcome in answer.outcomes] == ["committed"]
    assert answer.outcomes[0].stream_id
    assert answer.changes is None
    assert await world.log() == [b'{"id":"d1"}']
    assert await world.rung() == [b'{"id":"d1"}']
    [changes] = await store.changes([(CHANNEL, 0, "")])
    assert [(story.id, story.version) for story in changes.stories] == [("s1", "d1")]
    assert changes.stories[0].shingles == (("a1", b"\x00\x01\x02\x03"),)
    assert changes.opened == "s1"
    assert changes.reset


async def test_a_retried_batch_is_all_no_ops(world) -> None:
    """The same call again, from another writer that knows nothing, changes nothing and never meets its own work."""
    batch = [
        opening("d1", "s1"),
        an_entry("d2", a_story("s1", articles=2), read_version="d1", read_opened="s1"),
        opening("d3", "s2", after="s1"),
    ]
    assert await states(world.store(), *batch) == ["committed"] * 3
    [before] = await world.store().changes([(CHANNEL, 0, "")])
    [answer] = await world.store().commit([(CHANNEL, batch)])
    assert [outcome.state for outcome in answer.outcomes] == ["noop"] * 3
    assert answer.changes is None
    [after] = await world.store().changes([(CHANNEL, 0, "")])
    assert after == before
    assert len(await world.log()) == 3
    assert len(await world.rung()) == 3


async def test_a_batch_cut_short_goes_on_where_it_stopped(world) -> None:
    """After a crash between two entries the retry finds the first done; the second is placed anew, then committed.

    The retry took its story from a first entry that changed nothing now, so what it made of it is not to be trusted.
    """
    first, second = opening("d1", "s1"), an_entry("d2", a_story("s1", articles=2), read_version="d1", read_opened="s1")
    store = world.store()
    assert await states(store, first) == ["committed"]
    [answer] = await store.commit([(CHANNEL, [first, second, opening("d3", "s2", after="s1")])])
    assert [outcome.state for outcome in answer.outcomes] == ["noop", "conflict", "committed"]
    assert answer.changes is not None
    again = an_entry("d2", a_story("s1", articles=2), read_version="d1", read_opened="s2")
    assert await states(store, again) == ["committed"]


async def test_a_channel_whose_keys_are_gone_is_read_anew(redis_client) -> None:
    """Keys expire, or a server is flushed: a cursor of before is never met again, however much is committed since."""
    world = Redis(redis_client)
    first, second = world.store(), world.store()
    for number in range(3):
        await states(first, opening(f"d{number}", f"s{number}", after=f"s{number - 1}" if number else ""))
    [seen] = await first.changes([(CHANNEL, 0, "")])
    await world.client.flushall()
    for number in range(5):
        await states(second, opening(f"e{number}", f"t{number}", after=f"t{number - 1}" if number else ""))
    [changes] = await first.changes([(CHANNEL, seen.cursor, seen.epoch)])
    assert changes.reset
    assert [story.id for story in changes.stories] == [f"t{number}" for number in range(5)]


async def test_two_writers_open_the_same_story(world) -> None:
    """The second one conflicts and is given the first one's story, so that it can place its article there."""
    first, second = world.store(), world.store()
    await first.changes([(CHANNEL, 0, "")])
    await second.changes([(CHANNEL, 0, "")])
    assert await states(first, opening("d1", "s1")) == ["committed"]
    [answer] = await second.commit([(CHANNEL, [opening("d2", "s2")])])
    assert [outcome.state for outcome in answer.outcomes] == ["conflict"]
    assert answer.changes is not None
    assert [story.id for story in answer.changes.stories] == ["s1"]
    assert answer.changes.opened == "s1"
    again = an_entry("d2", a_story("s1", articles=2), read_version="d1", read_opened="s1")
    assert await states(second, again) == ["committed"]
    assert len(await world.log()) == 2


async def test_a_changed_story_is_a_conflict(world) -> None:
    """Who read an older state of the story may not overwrite the newer one; nothing of the entry is written."""
    store = world.store()
    await states(store, opening("d1", "s1"))
    await states(store, an_entry("d2", a_story("s1", articles=2), read_version="d1", read_opened="s1"))
    [answer] = await store.commit(
        [(CHANNEL, [an_entry("d3", a_story("s1", articles=9), read_version="d1", read_opened="s1")])]
    )
    assert [outcome.state for outcome in answer.outcomes] == ["conflict"]
    [changes] = await store.changes([(CHANNEL, 0, "")])
    assert [(story.version, story.articles) for story in changes.stories] == [("d2", 2)]
    assert len(await world.log()) == 2
    assert await states(store, an_entry("d3", a_story("s1", articles=3), read_version="d2", read_opened="s1")) == [
        "committed"
    ]


async def test_entries_without_conflict_commit(world) -> None:
    """In one call, a conflicting entry does not stop its neighbours; what rests on it conflicts too."""
    store = world.store()
    await states(store, opening("d1", "s1"), opening("d2", "s2", after="s1"))
    batch = [
        an_entry("d3", a_story("s1", articles=2), read_version="d1", read_opened="s2"),
        an_entry("d4", a_story("s2", articles=2), read_version="old", read_opened="s2"),  # conflicts
        an_entry("d5", a_story("s2", articles=3), read_version="d4", read_opened="s2"),  # rests on it
        an_entry("d6", a_story("s1", articles=3), read_version="d3", read_opened="s2"),
    ]
    assert await states(store, *batch) == ["committed", "conflict", "conflict", "committed"]


async def test_what_follows_a_conflicting_opening_conflicts(world) -> None:
    """An entry placed after an opening that did not happen has seen a channel that is not so."""
    store = world.store()
    await states(store, opening("d1", "s1"))
    batch = [opening("d2", "s2", after="elsewhere"), opening("d3", "s3", after="s2"), opening("d4", "s4", after="s1")]
    assert await states(store, *batch) == ["conflict", "conflict", "committed"]


async def test_an_empty_reading_matches_only_a_channel_that_never_opened(world) -> None:
    """``read_opened == ""`` is the state of a channel without stories, not a wild card."""
    store = world.store()
    await states(store, opening("d1", "s1"))
    assert await states(store, opening("d2", "s2", after="")) == ["conflict"]


async def test_a_held_alert_is_logged_only(world) -> None:
    """Held: on the stream, not on the doorbell."""
    store = world.store()
    assert await states(store, an_entry("d1", alert=b'{"held":"flood"}', alert_held=True)) == ["committed"]
    assert await world.log() == [b'{"held":"flood"}']
    assert await world.rung() == []


async def test_a_suppression_with_a_story_commits_without_an_alert(world) -> None:
    """The story moves on and the done-mark stands; nobody is told."""
    store = world.store()
    await states(store, opening("d1", "s1"))
    quiet = an_entry("d2", a_story("s1", articles=2), alert=None, read_version="d1", read_opened="s1")
    [answer] = await store.commit([(CHANNEL, [quiet])])
    assert [(outcome.state, outcome.stream_id) for outcome in answer.outcomes] == [("committed", None)]
    assert await states(store, quiet) == ["noop"]
    assert len(await world.log()) == 1
    assert len(await world.rung()) == 1


async def test_channels_are_independent(world) -> None:
    """The same done-mark and story in another channel is another decision."""
    store = world.store()
    answers = await store.commit([(CHANNEL, [opening("d1", "s1")]), ("other", [opening("d1", "s1")])])
    assert [[outcome.state for outcome in answer.outcomes] for answer in answers] == [["committed"], ["committed"]]
    assert len(await world.log("other")) == 1


async def test_changes_since_a_cursor(world) -> None:
    """A cursor gets what changed after it, oldest change first, once each, and nothing when nothing did."""
    store = world.store()
    await states(store, opening("d1", "s1"), opening("d2", "s2", after="s1"))
    [start] = await store.changes([(CHANNEL, 0, "")])
    [still] = await store.changes([(CHANNEL, start.cursor, start.epoch)])
    assert (still.stories, still.gone, still.reset, still.cursor) == ((), (), False, start.cursor)
    await states(
        store,
        an_entry("d3", a_story("s2", articles=2), read_version="d2", read_opened="s2"),
        an_entry("d4", a_story("s1", articles=2), read_version="d1", read_opened="s2"),
        an_entry("d5", a_story("s2", articles=3), read_version="d3", read_opened="s2"),
    )
    [moved] = await store.changes([(CHANNEL, start.cursor, start.epoch)])
    assert [(story.id, story.version) for story in moved.stories] == [("s1", "d4"), ("s2", "d5")]
    assert not moved.reset


async def test_an_unknown_channel_is_empty(world) -> None:
    """Nothing known: no stories, nothing opened, start from here."""
    [changes] = await world.store().changes([("nobody", 0, "")])
    assert (changes.stories, changes.opened, changes.gone) == ((), "", ())


async def test_another_epoch_resets(world) -> None:
    """A cursor of another server run is void: everything is given again."""
    store = world.store()
    await states(store, opening("d1", "s1"))
    [changes] = await store.changes([(CHANNEL, 1, "an older run")])
    assert changes.reset
    assert [story.id for story in changes.stories] == ["s1"]


async def test_a_cursor_from_the_future_resets(world) -> None:
    """A server that knows fewer changes than the reader has been rolled back: everything is given again."""
    store = world.store()
    await states(store, opening("d1", "s1"))
    [known] = await store.changes([(CHANNEL, 0, "")])
    [changes] = await store.changes([(CHANNEL, known.cursor + 7, known.epoch)])
    assert changes.reset
    assert changes.cursor == known.cursor


async def test_a_silent_story_closes(world) -> None:
    """A story that heard nothing for ``story_hours`` is closed by a later commit, and readers are told."""
    store = world.store(story_hours=1)
    await states(store, opening("d1", "s1", seen=1000.0))
    [start] = await store.changes([(CHANNEL, 0, "")])
    await states(store, opening("d2", "s2", after="s1", seen=1000.0 + 3601))
    [changes] = await store.changes([(CHANNEL, start.cursor, start.epoch)])
    assert changes.gone == ("s1",)
    assert [story.id for story in changes.stories] == ["s2"]
    late = an_entry("d3", a_story("s1", articles=2), read_version="d1", read_opened="s2")
    assert await states(store, late) == ["conflict"]


async def test_the_longest_silent_story_makes_room(world) -> None:
    """Over the number of open stories the one that has been silent longest closes, whatever its age."""
    store = world.store(stories=2)
    batch = [
        opening("d1", "s1", seen=1000.0),
        opening("d2", "s2", after="s1", seen=1001.0),
        an_entry("d3", a_story("s1", seen=1002.0), read_version="d1", read_opened="s2"),
        opening("d4", "s3", after="s2", seen=1003.0),
    ]
    assert await states(store, *batch) == ["committed"] * 4
    [changes] = await store.changes([(CHANNEL, 0, "")])
    assert {story.id for story in changes.stories} == {"s1", "s3"}


async def test_told_channels(world) -> None:
    """Which channels may have been told of an article is remembered per article."""
    store = world.store()
    await store.note_told([("k1", "korea-desk"), ("k1", "asia"), ("k2", "asia")])
    await store.note_told([("k1", "asia")])
    assert await store.told_channels(["k1", "k2", "k3"]) == [
        frozenset({"korea-desk", "asia"}),
        frozenset({"asia"}),
        frozenset(),
    ]
    assert await store.told_channels([]) == []


async def test_done_marks_expire_in_memory() -> None:
    """A done-mark stands for ``done_hours`` and no longer."""
    clock = Clock()
    store = MemoryChannelStore(ChannelSettings(done_hours=2), clock=clock)
    assert await states(store, an_entry("d1")) == ["committed"]
    clock.now += 7199
    assert await states(store, an_entry("d1")) == ["noop"]
    clock.now += 1
    assert await states(store, an_entry("d1")) == ["committed"]


async def test_what_redis_keeps_has_an_expiry(redis_client) -> None:
    """Every key that a commit makes in Redis goes away by itself, done-marks after exactly ``done_hours``."""
    store = RedisChannelStore(redis_client, ChannelSettings(done_hours=2, story_hours=3, log_days=1))
    await states(store, opening("d1", "s1"))
    await store.note_told([("k1", CHANNEL)])
    assert 7190 <= await redis_client.ttl(streams.done(CHANNEL, "d1")) <= 7200
    lives = {key.decode(): await redis_client.ttl(key) async for key in redis_client.scan_iter("*")}
    assert set(lives) == {
        streams.alerts(CHANNEL),
        streams.stories(CHANNEL),
        streams.story_versions(CHANNEL),
        streams.story_changes(CHANNEL),
        streams.story_seen(CHANNEL),
        streams.story_state(CHANNEL),
        streams.done(CHANNEL, "d1"),
        streams.told("k1"),
    }
    assert all(seconds > 0 for seconds in lives.values())


async def test_the_alert_log_is_bounded(redis_client) -> None:
    """The log keeps about ``log_entries`` alerts (whole nodes of the stream: at most 100 more)."""
    store = RedisChannelStore(redis_client, ChannelSettings(log_entries=50))
    for batch in range(10):
        await states(store, *(an_entry(f"d{batch}-{number}") for number in range(100)))
    assert 50 <= await redis_client.xlen(streams.alerts(CHANNEL)) <= 250


async def test_a_server_without_the_script_is_taught(redis_client) -> None:
    """A restarted server has forgotten every script; the next call works."""
    store = RedisChannelStore(redis_client, ChannelSettings())
    await states(store, opening("d1", "s1"))
    await redis_client.script_flush()
    assert await states(store, opening("d2", "s2", after="s1")) == ["committed"]


async def test_a_channel_of_many_pages_is_read_whole(redis_client) -> None:
    """More stories than fit one page arrive complete, once each, oldest change first."""
    store = RedisChannelStore(redis_client, ChannelSettings())
    await _open_many(store, 1200)
    [changes] = await store.changes([(CHANNEL, 0, "")])
    assert [story.id for story in changes.stories] == [f"s{number}" for number in range(1200)]
    assert changes.opened == "s1199"


async def test_forgotten_closings_reset_a_reader(redis_client) -> None:
    """Only the latest thousand closings are remembered; who is further behind starts afresh and is told of none."""
    store = RedisChannelStore(redis_client, ChannelSettings(stories=100))
    await _open_many(store, 100)
    [early] = await store.changes([(CHANNEL, 0, "")])
    await _open_many(store, 1400, first=100, each=50)
    [changes] = await store.changes([(CHANNEL, early.cursor, early.epoch)])
    assert changes.reset
    assert changes.gone == ()
    assert [story.id for story in changes.stories] == [f"s{number}" for number in range(1400, 1500)]


async def _open_many(store, count: int, *, first: int = 0, each: int = 100) -> None:
    for start in range(first, first + count, each):
        names = [f"s{number}" for number in range(start, start + each)]
        before = [f"s{number - 1}" if number else "" for number in range(start, start + each)]
        batch = [
            opening(f"d-{name}", name, after=last, seen=1000.0 + start)
            for name, last in zip(names, before, strict=True)
        ]
        assert set(await states(store, *batch)) == {"committed"}
