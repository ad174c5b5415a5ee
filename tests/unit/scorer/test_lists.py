"""The desk follows the published set: a good one is taken whole, a bad one refused whole, a missing one is no empty one."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
import weakref

import msgspec
import pytest

from tocsin.errors import NotReady
from tocsin.runtime.metrics import Metrics
from tocsin.score.signals import SIGNALS
from tocsin.score.weights import Weight, Weights
from tocsin.scorer import compiling
from tocsin.scorer.lists import Lists
from tocsin.settings import Settings, WatchlistSettings
from tocsin.stores.memory_watchlists import MemoryWatchlistStore
from tocsin.stores.watchlist_plan import Order
from tocsin.watchlists import compile_text
from tocsin.watchlists.records import drafts

EVEN = Weights(threshold=0.5, intercept=1.0, signals={name: Weight(0.0, 0.5) for name in SIGNALS})
ONE = "watchlist: desk\nentities: [Norway]\nkeywords: [herring quota]\n"
TWO = "watchlist: desk\nentities: [Norway]\nkeywords: [herring quota, cod quota]\n"


async def publish(store: MemoryWatchlistStore, text: str) -> None:
    await store.apply(Order(drafts=tuple(drafts(compile_text(text))), origin="file", who="test"))


@pytest.fixture
def store():
    return MemoryWatchlistStore(clock=lambda: 1000.0)


@pytest.fixture
def metrics():
    return Metrics()


@pytest.fixture
def lists(store, metrics):
    return Lists(store, EVEN, Settings(watchlists=WatchlistSettings(cache=None)), metrics)


async def test_before_the_first_set_there_is_no_desk(lists):
    """Not ready, and it says what to do."""
    assert not await lists.look()
    assert lists.desk is None
    assert "watchlists apply" in lists.problem


async def test_a_new_version_replaces_the_desk(lists, store, metrics):
    """Swapped once a revision; the old desk is untouched, whoever still decides with it."""
    await publish(store, ONE)
    assert await lists.look()
    first = lists.desk
    assert first is not None
    assert first.versions == {"desk": 1}
    assert not await lists.look()
    await publish(store, TWO)
    assert await lists.look()
    assert lists.desk is not first
    assert lists.desk.versions == {"desk": 2}
    assert len(first.watchlists[0].rules) == 1
    assert lists.problem == ""
    assert metrics.value("tocsin_watchlist_set_revision") == await store.revision()


async def test_a_set_that_does_not_compile_is_refused_whole(lists, store, metrics, monkeypatch):
    """The old desk stays; the problem names the place; the same revision is not tried again and again."""
    await publish(store, ONE)
    await lists.look()
    kept = lists.desk
    await publish(store, TWO)
    honest = store.read

    async def broken():
        revision, records = await honest()
        return revision, tuple(
            msgspec.structs.replace(one, source="watchlist: desk\nkeyword: [x]\n") for one in records
        )

    monkeypatch.setattr(store, "read", broken)
    assert not await lists.look()
    assert lists.desk is kept
    assert "refused" in lists.problem
    assert "keyword" in lists.problem
    assert not await lists.look()
    assert metrics.value("tocsin_watchlists_refused_total") == 1


async def test_a_lost_or_unreadable_set_keeps_the_compiled_one(lists, store, monkeypatch):
    """Not ready, with the reason; decisions go on with what was compiled."""
    await publish(store, ONE)
    await lists.look()
    kept = lists.desk

    async def gone():
        return None

    async def unreadable():
        raise NotReady("the set was cut")

    monkeypatch.setattr(store, "revision", gone)
    monkeypatch.setattr(store, "read", gone)
    assert not await lists.look()
    assert (lists.desk, "gone" in lists.problem) == (kept, True)
    monkeypatch.setattr(store, "read", unreadable)
    assert not await lists.look()
    assert (lists.desk, lists.problem) == (kept, "the set was cut")


async def test_a_server_that_was_away_for_a_moment_is_forgiven(lists, store, monkeypatch):
    """Readable again, the same revision: ready again, though nothing new was published."""
    await publish(store, ONE)
    await lists.look()
    honest = store.revision

    async def away():
        raise NotReady("the server restarts")

    monkeypatch.setattr(store, "revision", away)
    await lists.look()
    assert lists.problem == "the server restarts"
    monkeypatch.setattr(store, "revision", honest)
    assert not await lists.look()
    assert lists.problem == ""


async def test_the_old_index_is_freed(lists, store):
    """A swap leaves nothing of the desk before, though the collector never looks at an index."""
    await publish(store, ONE)
    await lists.look()
    old = weakref.ref(lists.desk.index)
    await publish(store, TWO)
    await lists.look()
    assert old() is None


async def test_a_look_that_is_cancelled_leaves_nothing_switched_off(lists, store, monkeypatch):
    """The collector runs and threads take turns as before, wherever it was cancelled; the next look takes the set."""
    await publish(store, ONE)
    interval = sys.getswitchinterval()
    begun, go_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()
    honest = compiling._compiled

    def slow(*args):
        loop.call_soon_threadsafe(begun.set)
        go_on.wait(20)
        return honest(*args)

    monkeypatch.setattr(compiling, "_compiled", slow)
    looking = asyncio.create_task(lists.look())
    await begun.wait()
    assert not gc.isenabled()
    looking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await looking
    assert gc.isenabled()
    assert sys.getswitchinterval() == interval
    assert lists.desk is None
    go_on.set()
    assert await lists.look()


async def test_the_collector_runs_while_rows_are_fetched(lists, store, monkeypatch):
    """It is kept from what a thread builds, not from what the scorer does while it waits for the server."""
    await publish(store, ONE)
    seen = []

    async def rows(_names):
        seen.append(gc.isenabled())
        return {}

    monkeypatch.setattr(store, "rows", rows)
    assert await lists.look()
    assert seen == [True]


async def test_a_doorbell_that_breaks_does_not_end_it(lists, store, monkeypatch):
    """Whoever follows goes on looking."""
    looked = asyncio.Event()

    async def broken(_seconds):
        if lists.desk is None:
            await publish(store, ONE)
        else:
            looked.set()
        raise ValueError("nobody thought of this")

    monkeypatch.setattr(lists, "_doorbell", broken)
    monkeypatch.setattr(lists, "_settings", Settings(watchlists={"poll_s": 0.001}))
    following = asyncio.create_task(lists.follow())
    await asyncio.wait_for(looked.wait(), 20)
    assert not following.done()
    following.cancel()


async def test_following_outlives_whatever_it_meets(lists, store, monkeypatch):
    """An error that nobody thought of is said, logged and tried again; the task does not end in silence."""
    tried = asyncio.Event()

    async def odd():
        if lists.problem.startswith("the watchlist set cannot be read"):
            tried.set()
        raise ValueError("nobody thought of this")

    monkeypatch.setattr(store, "revision", odd)
    monkeypatch.setattr(lists, "_settings", Settings(watchlists={"poll_s": 0.001}))
    following = asyncio.create_task(lists.follow())
    await asyncio.wait_for(tried.wait(), 20)
    assert not following.done()
    following.cancel()
