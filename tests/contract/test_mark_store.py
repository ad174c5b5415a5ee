"""Marks: the Redis store and its in-memory twin keep one contract."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from tocsin import streams
from tocsin.score.marks import Mark, standing
from tocsin.stores import marks as stored
from tocsin.stores.marks import KEPT, RedisMarkStore
from tocsin.stores.memory_marks import MemoryMarkStore


def a_mark(article: str = "a1", *, rule: str = "desk/rule", **more) -> Mark:
    return Mark(**{"rule": rule, "article_id": article, "mark": "noise", "score": 0.5, "by": "ann", **more})


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.server)])
def store(request):
    if request.param == "memory":
        return MemoryMarkStore(clock=lambda: 1_800_000_000.0)
    return RedisMarkStore(request.getfixturevalue("redis_client"))


async def test_without_marks_there_are_no_rules(store):
    """Nothing is there, and to ask for a rule is no error."""
    assert await store.changed() == {}
    assert await store.read(["desk/rule"]) == {"desk/rule": ()}
    assert await store.read([]) == {}


async def test_marks_come_back_as_they_were_with_their_time_in_order(store):
    """Every field, oldest first, each rule's apart."""
    marks = [a_mark("a1", note="“ü”"), a_mark("a2", mark="useful"), a_mark("a3", rule="desk/other")]
    await store.add(marks)
    found = await store.read(["desk/rule", "desk/other"])
    assert all(mark.at.endswith("Z") for of_rule in found.values() for mark in of_rule)
    plain = [msgspec.structs.replace(mark, at="") for of_rule in found.values() for mark in of_rule]
    assert plain == marks


async def test_a_rule_has_a_new_number_exactly_when_it_was_marked(store):
    """Who follows reads again what has changed, and nothing else."""
    await store.add([a_mark(), a_mark(rule="desk/other")])
    before = await store.changed()
    await store.add([a_mark("a2")])
    after = await store.changed()
    assert after["desk/rule"] > before["desk/rule"]
    assert after["desk/other"] == before["desk/other"]


async def test_marks_of_a_rule_are_bounded_and_the_oldest_go(store):
    """However many there are."""
    await store.add([a_mark(f"a{number}") for number in range(KEPT + 30)])
    found = (await store.read(["desk/rule"]))["desk/rule"]
    assert len(found) == KEPT
    assert found[0].article_id == "a30"
    assert found[-1].article_id == f"a{KEPT + 29}"


async def test_rules_are_bounded_and_the_one_marked_longest_ago_goes(store, monkeypatch):
    """With its marks; one that is marked again is not the oldest any more."""
    for name in ("tocsin.stores.marks.MOST_RULES", "tocsin.stores.memory_marks.MOST_RULES"):
        monkeypatch.setattr(name, 2)
    for rule in ("desk/one", "desk/two", "desk/one", "desk/three"):
        await store.add([a_mark(rule=rule)])
    assert set(await store.changed()) == {"desk/one", "desk/three"}
    assert (await store.read(["desk/two"]))["desk/two"] == ()


async def test_a_cleared_rule_has_no_marks_and_others_keep_theirs(store):
    """To clear what has none is no error."""
    await store.add([a_mark(), a_mark(rule="desk/other")])
    await store.clear("desk/rule")
    await store.clear("desk/rule")
    assert set(await store.changed()) == {"desk/other"}
    assert (await store.read(["desk/rule"]))["desk/rule"] == ()


async def test_nothing_to_add_changes_nothing(store):
    """An empty file of marks."""
    await store.add([])
    assert await store.changed() == {}


async def test_two_readers_at_once_both_count(store):
    """Marks are only ever appended: neither writes over the other."""
    await asyncio.gather(*(store.add([a_mark(by=f"reader{number}")]) for number in range(20)))
    found = (await store.read(["desk/rule"]))["desk/rule"]
    assert len(standing(found)) == 20


@pytest.mark.server
async def test_what_is_no_mark_is_passed_over(redis_client):
    """Somebody else wrote to the stream: the rule's marks are still read."""
    store = RedisMarkStore(redis_client)
    await store.add([a_mark()])
    for field, value in ((b"data", b"{"), (b"data", b"\xff"), (b"x", b"y"), (b"data", b'{"rule":"desk/rule"}')):
        await redis_client.xadd(streams.marks("desk/rule"), {field: value})
    await redis_client.xadd(streams.marks("desk/rule"), {"data": msgspec.json.encode(a_mark(rule="desk/other"))})
    assert [mark.article_id for mark in (await store.read(["desk/rule"]))["desk/rule"]] == ["a1"]


def _milliseconds(time: tuple[int, int]) -> int:
    return time[0] * 1000 + time[1] // 1000


@pytest.mark.server
async def test_a_number_is_never_met_again_after_a_flush(redis_client):
    """Else a scorer would take new marks for those that it has read."""
    store = RedisMarkStore(redis_client)
    await store.add([a_mark()])
    before = (await store.changed())["desk/rule"]
    await redis_client.flushall()
    while _milliseconds(await redis_client.time()) <= before:  # the clock's step
        pass
    await store.add([a_mark(mark="useful")])
    assert (await store.changed())["desk/rule"] > before


@pytest.mark.server
async def test_a_change_rings(redis_client, monkeypatch):
    """Once a call of the script, with the number of the change."""
    monkeypatch.setattr(stored, "_A_WRITE", 2)
    async with redis_client.pubsub(ignore_subscribe_messages=True) as bell:
        await bell.subscribe(streams.MARKS_CHANGED)
        await bell.get_message(timeout=1)
        await RedisMarkStore(redis_client).add([a_mark(f"a{number}") for number in range(3)])
        heard = [await bell.get_message(timeout=5) for _ in range(2)]
    [number] = (await RedisMarkStore(redis_client).changed()).values()
    assert int(heard[-1]["data"]) == number
