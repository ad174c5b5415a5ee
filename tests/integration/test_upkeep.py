"""What one process does for the stream: trims it, remembers where the group stands, removes silent consumers."""

from __future__ import annotations

import pytest
from redis.exceptions import ResponseError

from live_consumer import add
from tocsin import streams
from tocsin.events import make_dead_letter
from tocsin.runtime.group import Group
from tocsin.settings import ArticleSettings

pytestmark = pytest.mark.server

HOUR = 3600.0
NOW = 1_800_000_000.0  # the ids below are made up, so the clock is too


def a_group(client, *, name="tocsin", consumer="me", **settings) -> Group:
    return Group(client, ArticleSettings(group=name, **settings), consumer)


async def aged(client, *hours, body="x") -> None:
    """Add an entry for each age."""
    for number, age in enumerate(hours):
        await client.xadd(
            "articles", {"title": f"{age}", "body": body}, id=f"{int((NOW - age * HOUR) * 1000)}-{number}"
        )


async def titles(client) -> list[bytes]:
    return [fields[b"title"] for _, fields in await client.xrange("articles")]


async def read_all(client, group="tocsin", *, ack=True, count=100) -> None:
    await client.xgroup_create("articles", group, id="0")
    [[_, entries]] = await client.xreadgroup(group, "c", {"articles": ">"}, count=count)
    if ack:
        await client.xack("articles", group, *[entry_id for entry_id, _ in entries])


async def test_old_articles_are_trimmed(redis_client) -> None:
    """What is older than the retention goes, once everybody has done with it."""
    await aged(redis_client, 50, 30, 25, 23, 1)
    await read_all(redis_client)
    assert await a_group(redis_client, retention_hours=24).trim(NOW) == 3
    assert await titles(redis_client) == [b"23", b"1"]


async def test_unread_articles_are_never_trimmed(redis_client) -> None:
    """An old entry that some group has not read stays, and everything after it."""
    await aged(redis_client, 50, 30, 25, 1)
    await read_all(redis_client)
    await redis_client.xgroup_create("articles", "another", id="0")
    await redis_client.xreadgroup("another", "c", {"articles": ">"}, count=1, noack=True)
    await a_group(redis_client, retention_hours=24).trim(NOW)
    assert await titles(redis_client) == [b"30", b"25", b"1"]


async def test_pending_articles_are_never_trimmed(redis_client) -> None:
    """An old entry that was read and not acknowledged stays."""
    await aged(redis_client, 50, 30, 25, 1)
    await read_all(redis_client, ack=False)
    [first, *_] = [entry_id for entry_id, _ in await redis_client.xrange("articles")]
    await redis_client.xack("articles", "tocsin", first)
    await a_group(redis_client, retention_hours=24).trim(NOW)
    assert await titles(redis_client) == [b"30", b"25", b"1"]


async def test_the_stream_is_bounded_in_bytes(redis_client) -> None:
    """Over the limit the oldest entries go, about as many as it takes, never one that is still needed."""
    await aged(redis_client, *([1] * 600), body="x" * 10_000)
    await read_all(redis_client, count=300)
    removed = await a_group(redis_client, retention_bytes=4 * 2**20).trim(NOW)
    kept = await redis_client.memory_usage("articles", samples=0)
    assert removed == 600 - await redis_client.xlen("articles")
    assert 3.5 * 2**20 < kept <= 4.1 * 2**20
    tighter = await a_group(redis_client, retention_bytes=2**20).trim(NOW)
    assert removed + tighter == 300  # what was not read stays, whatever it weighs


async def test_old_dead_letters_are_trimmed(redis_client) -> None:
    """Dead letters go by age, whole nodes at a time."""
    for number in range(250):
        await redis_client.xadd("articles:dead", {"reason": "x"}, id=f"{int((NOW - 40 * 86_400) * 1000)}-{number}")
    await redis_client.xadd("articles:dead", {"reason": "new"}, id=f"{int(NOW * 1000)}-0")
    await a_group(redis_client, dead_letter_days=30).trim(NOW)
    assert 1 <= await redis_client.xlen("articles:dead") <= 101


async def test_trimming_nothing_is_no_error(redis_client) -> None:
    """No stream, no dead letters."""
    assert await a_group(redis_client).trim(NOW) == 0


async def test_silent_empty_consumers_are_removed(redis_client) -> None:
    """A consumer that holds nothing goes after its time; one with pending entries stays, and so does this one."""
    await add(redis_client, "a", "b")
    await redis_client.xgroup_create("articles", "tocsin", id="0")
    await redis_client.xreadgroup("tocsin", "holds", {"articles": ">"}, count=1)
    await redis_client.xgroup_createconsumer("articles", "tocsin", "empty")
    await redis_client.xgroup_createconsumer("articles", "tocsin", "me")
    assert await a_group(redis_client, idle_consumer_s=3600).retire() == 0
    assert await a_group(redis_client, idle_consumer_s=0.0001).retire() == 1
    left = {consumer["name"] for consumer in await redis_client.xinfo_consumers("articles", "tocsin")}
    assert left == {b"holds", b"me"}
    assert not await a_group(redis_client, consumer="holds").leave()
    assert await a_group(redis_client).leave()


async def test_one_process_leads(redis_client) -> None:
    """The lease goes to one; its holder renews it; it is free when it runs out."""
    first, second = a_group(redis_client, consumer="first"), a_group(redis_client, consumer="second")
    assert await first.lead(100)
    assert not await second.lead(100)
    assert await first.lead(200)
    assert await redis_client.ttl(streams.lease("articles", "upkeep")) > 100
    await redis_client.delete(streams.lease("articles", "upkeep"))
    assert await second.lead(100)


async def test_the_low_water_mark(redis_client) -> None:
    """It is the oldest pending entry, or lies behind the last one read; without a group it stays as it was."""
    key = streams.low_water("articles", "tocsin")
    group = a_group(redis_client)
    await group.remember_position()
    assert await redis_client.get(key) is None
    ids = await add(redis_client, "a", "b", "c")
    await redis_client.xgroup_create("articles", "tocsin", id="0")
    await redis_client.xreadgroup("tocsin", "c", {"articles": ">"}, count=2)
    await group.remember_position()
    assert await redis_client.get(key) == ids[0].encode()
    await redis_client.xack("articles", "tocsin", *ids[:2])
    await group.remember_position()
    assert await redis_client.get(key) == b"(" + ids[1].encode()
    await redis_client.xgroup_destroy("articles", "tocsin")
    await group.remember_position()
    assert await redis_client.get(key) == b"(" + ids[1].encode()


@pytest.mark.parametrize(
    ("mark", "start", "first"),
    [
        (None, "0", "a"),
        ("1000-5", "1000-4", "b"),
        ("1000-0", f"999-{2**64 - 1}", "a"),
        ("(1000-5", "1000-5", "c"),
        ("3000-0", "0", "a"),
    ],
)
async def test_a_group_is_created_at_the_mark(redis_client, mark, start, first) -> None:
    """It begins with the marked entry, after it where all were done, at the start where the stream is another one."""
    for entry_id, title in (("1000-1", "a"), ("1000-5", "b"), ("2000-0", "c")):
        await redis_client.xadd("articles", {"title": title}, id=entry_id)
    if mark is not None:
        await redis_client.set(streams.low_water("articles", "tocsin"), mark)
    group = a_group(redis_client)
    assert await group.create() == start
    batch, _ = await group.read()
    assert batch[0].fields[b"title"].decode() == first
    assert await group.create() == ""  # another process was first


async def test_a_dead_letter_is_written_once(redis_client) -> None:
    """Who comes second finds the entry settled and writes nothing."""
    await add(redis_client, "a")
    group = a_group(redis_client)
    await group.create()
    [entry], _ = await group.read()
    letter = make_dead_letter(entry_id=entry.id, fields=entry.fields, reason="x", detail="y", deliveries=1, at=NOW)
    await group.settle([], [(entry, letter)])
    await group.settle([], [(entry, letter)])
    assert await redis_client.xlen("articles:dead") == 1
    assert (await redis_client.xpending("articles", "tocsin"))["pending"] == 0


async def test_a_refused_dead_letter_is_not_acknowledged(redis_client) -> None:
    """Where the letter cannot be written the entry stays pending: it never disappears."""
    await add(redis_client, "a")
    await redis_client.set("articles:dead", "not a stream")
    group = a_group(redis_client)
    await group.create()
    [entry], _ = await group.read()
    letter = make_dead_letter(entry_id=entry.id, fields=entry.fields, reason="x", detail="y", deliveries=1, at=NOW)
    with pytest.raises(ResponseError, match="WRONGTYPE"):
        await group.settle([], [(entry, letter)])
    assert (await redis_client.xpending("articles", "tocsin"))["pending"] == 1


async def test_a_hand_over_counts_once(redis_client) -> None:
    """A call whose answer was lost may be made again: the same token counts once, another one counts more."""
    [entry_id] = await add(redis_client, "a")
    group = a_group(redis_client)
    await group.create()
    await group.read()
    for token, expected in (("one", 1), ("one", 1), ("two", 2)):
        entry, marked, _ = await group.take(entry_id, token)
        assert entry is not None
        assert marked == expected
    assert await group.mark(entry_id, "two") == 2
    await group.unmark(entry_id, "two")
    await group.unmark(entry_id, "two")
    assert await group.mark(entry_id, "three") == 2
    await group.settle([entry_id], marked=[entry_id])
    assert await redis_client.exists(streams.in_hand("articles")) == 0
