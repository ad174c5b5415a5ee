"""A running scorer takes on what readers mark, and keeps what it has where it cannot read."""

from __future__ import annotations

import asyncio

import pytest

from tocsin.pipeline import open_desk
from tocsin.score.marks import Mark
from tocsin.score.weights import Weights
from tocsin.scorer.offsets import Offsets, with_offsets
from tocsin.stores.memory_marks import MemoryMarkStore

RULE = "desk/rule"


def a_mark(article: str, mark: str = "noise", rule: str = RULE) -> Mark:
    return Mark(rule=rule, article_id=article, mark=mark, score=0.6)  # type: ignore[arg-type]


class Counting(MemoryMarkStore):
    """Remembers which rules were read; refuses to answer while ``away``."""

    def __init__(self):
        super().__init__()
        self.asked: list[list[str]] = []
        self.away = False

    async def changed(self):
        if self.away:
            raise OSError("the server restarts")
        return await super().changed()

    async def read(self, rules):
        self.asked.append(list(rules))
        return await super().read(self.asked[-1])


@pytest.fixture
def store():
    return Counting()


@pytest.fixture
def offsets(store):
    return Offsets(store, poll_s=0.001)


async def test_before_the_marks_are_read_nothing_is_known(offsets):
    """A scorer must not begin without them: known only once they were read, even if there are none."""
    assert not offsets.known
    assert not await offsets.look()
    assert offsets.known
    assert offsets.current == {}


async def test_only_rules_that_were_marked_since_are_read_again(offsets, store):
    """Ten thousand rules with marks cost nothing while nobody marks them."""
    await store.add([a_mark("a1"), a_mark("a1", rule="desk/other")])
    assert await offsets.look()
    await store.add([a_mark("a2")])
    first = dict(offsets.current)
    assert await offsets.look()
    assert not await offsets.look()
    assert store.asked == [[RULE, "desk/other"], [RULE], []]
    assert offsets.current[RULE] < first[RULE]
    assert offsets.current["desk/other"] == first["desk/other"]


async def test_marks_that_are_gone_leave_no_offset(offsets, store):
    """Taken back one by one, or cleared."""
    await store.add([a_mark("a1"), a_mark("a1", rule="desk/other")])
    await offsets.look()
    await store.add([a_mark("a1", "removed")])
    await store.clear("desk/other")
    assert await offsets.look()
    assert offsets.current == {}


async def test_a_store_that_is_away_changes_nothing_and_is_asked_again(offsets, store):
    """The offsets in force stay; what was marked meanwhile counts once it can be read."""
    await store.add([a_mark("a1")])
    await offsets.look()
    before = dict(offsets.current)
    store.away = True
    looked = asyncio.Event()

    async def doorbell(_: float) -> None:
        looked.set()
        await asyncio.Event().wait()

    offsets._doorbell = doorbell
    following = asyncio.create_task(offsets.follow())
    await asyncio.sleep(0)
    await store.add([a_mark("a2")])
    assert offsets.current == before
    store.away = False
    await asyncio.wait_for(looked.wait(), 20)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    assert offsets.current[RULE] < before[RULE]


async def test_a_desk_gets_the_offsets_in_force_and_is_not_changed(offsets, store):
    """A batch that is being decided keeps the ones that it began with."""
    desk = open_desk((), Weights(threshold=0.5, intercept=0.0, signals={}))
    assert with_offsets(None, offsets) is None
    assert with_offsets(desk, offsets) is desk
    await store.add([a_mark("a1")])
    await offsets.look()
    shifted = with_offsets(desk, offsets)
    assert shifted is not None
    assert shifted.offsets == offsets.current
    assert desk.offsets == {}
