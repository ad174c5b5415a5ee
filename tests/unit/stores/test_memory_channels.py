"""The in-memory store stays small over a long back-test; what it promises as a store is in the contract suite."""

from __future__ import annotations

from tocsin.model.story import Entry, Story
from tocsin.settings import ChannelSettings
from tocsin.stores.memory_channels import CLOSED_REMEMBERED, MemoryChannelStore


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def opening(number: int, *, after: str = "", seen: float = 0.0) -> Entry:
    story = Story(
        id=f"s{number}", version="", seq=1, first_seen=seen, last_seen=seen, articles=1, sources=("a",), independent=1,
        told_rules=(), severity=0, last_alert_id=None, last_alert_at=0.0, members=(), shingles=(),
    )  # fmt: skip
    return Entry(done=f"d{number}", alert=b"{}", story=story, read_opened=after, opens=True)


async def test_what_has_expired_is_dropped_and_nothing_else():
    """Done-marks and told marks go with their time; those that stand stay."""
    clock = Clock()
    store = MemoryChannelStore(ChannelSettings(done_hours=48, story_hours=72), clock=clock)
    await store.note_told([("old", "desk")])
    await store.commit([("desk", [opening(1)])])
    clock.now += 47 * 3600
    await store.note_told([("new", "desk")])
    store.forget_expired()
    [again] = await store.commit([("desk", [opening(1)])])
    assert again.outcomes[0].state == "noop"
    clock.now += 26 * 3600
    store.forget_expired()
    assert (len(store._told), len(store._channels["desk"].done)) == (1, 0)
    assert await store.told_channels(["old", "new"]) == [frozenset(), {"desk"}]


async def test_a_store_whose_log_nobody_reads_keeps_none():
    """A back-test over years would hold every alert of them."""
    store = MemoryChannelStore(ChannelSettings(), keeps_alerts=False)
    [answer] = await store.commit([("desk", [opening(1)])])
    assert answer.outcomes[0].stream_id == "1-0"
    assert store.alerts("desk") == store.rung("desk") == []


async def test_closings_are_remembered_up_to_a_bound():
    """Who looked lately is told which stories closed; who missed more than are remembered starts afresh."""
    store = MemoryChannelStore(ChannelSettings(stories=1))
    opened = ""
    cursors = []
    for number in range(CLOSED_REMEMBERED + 50):
        await store.commit([("desk", [opening(number, after=opened, seen=float(number))])])
        opened = f"s{number}"
        [changes] = await store.changes([("desk", 0, "")])
        cursors.append(changes.cursor)
    early, late = await store.changes([("desk", cursors[2], "memory"), ("desk", cursors[-4], "memory")])
    assert early.reset
    assert not late.reset
    assert late.gone == tuple(f"s{number}" for number in range(CLOSED_REMEMBERED + 46, CLOSED_REMEMBERED + 49))
    assert len(store._channels["desk"].closed) == CLOSED_REMEMBERED
