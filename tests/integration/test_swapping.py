"""A running scorer takes over what is published: rung, not polled; large lists apart; changes small."""

from __future__ import annotations

import asyncio
import io
import multiprocessing
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from builders import an_article
from tocsin.apps import watchlists as app
from tocsin.pipeline import find
from tocsin.runtime.metrics import Metrics
from tocsin.score.signals import SIGNALS
from tocsin.score.weights import Weight, Weights
from tocsin.scorer import compiling
from tocsin.scorer.lists import Lists
from tocsin.settings import RedisSettings, Settings, WatchlistSettings
from tocsin.stores.doorbell import Doorbell
from tocsin.stores.watchlists import RedisWatchlistStore
from tocsin.streams import WATCHLISTS_CHANGED

EVEN = Weights(threshold=0.5, intercept=1.0, signals={name: Weight(0.0, 0.5) for name in SIGNALS})
LIST = """
watchlist: firms
entities: {companies: {from: companies.csv, type: ORG}}
keywords: {merger: [merger talks]}
rules:
- {rule: merger, entities: [companies], keywords: [merger]}
"""
ROWS = compiling.LARGE_GROUP + 1

pytestmark = pytest.mark.server


class Counting(RedisWatchlistStore):
    """The store, with the names of the chunks that were asked for."""

    def __init__(self, client):
        super().__init__(client)
        self.fetched: list[str] = []

    async def rows(self, names):
        self.fetched += names
        return await super().rows(names)


class Spoilt(RedisWatchlistStore):
    """A store whose set was written by another version of the code: it compiled there, and does not here."""

    async def revision(self):
        return 99

    async def read(self):
        found = await super().read()
        assert found is not None
        (record,) = found[1]
        source = record.source + "# much more of it\n" * 5000 + "nonsense: 1\n"
        return 99, (msgspec.structs.replace(record, number=2, source=source),)


@pytest.fixture
def settings(redis_url, tmp_path):
    return Settings(
        redis=RedisSettings(url=redis_url), watchlists=WatchlistSettings(cache=tmp_path / "cache", poll_s=60)
    )


@pytest.fixture
def console():
    return Console(file=io.StringIO(), width=200, color_system=None)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "lists"
    folder.mkdir()
    (folder / "firms.yaml").write_text(LIST)
    write(folder, [f"{number},Zubor Kelim {number}" for number in range(ROWS)])
    return folder


def write(folder, rows):
    (folder / "companies.csv").write_text("\n".join(["id,name", *rows]) + "\n")


def refs(lists, name):
    found = find(lists.desk, an_article("", f"{name} is in merger talks.", arrived_at=4e9), now=4e9)
    return [] if found is None else [one.entity.ref for each in found.candidates for one in each.mentions]


async def test_a_large_list_is_compiled_apart_and_changed_by_a_patch(redis_client, settings, folder, console):
    """The first version leaves files; the next start maps them; a change of a row fetches one patch, and nothing else."""
    store = Counting(redis_client)
    await app.apply(redis_client, [folder], settings=settings, console=console)
    lists = Lists(store, EVEN, settings, Metrics())
    assert await lists.look()
    assert refs(lists, "Zubor Kelim 7") == ["companies/7"]
    kinds = {path.name.partition("-")[0] for path in settings.watchlists.cache.iterdir()}
    assert kinds == {"roster", "names", "watchlist"}

    store.fetched.clear()
    again = Lists(store, EVEN, settings, Metrics())
    assert await again.look()
    assert refs(again, "Zubor Kelim 7") == ["companies/7"]
    assert store.fetched == []

    assert again.desk is not None
    before = again.desk.index.segments[0]
    rows = [f"{number},Zubor Kelim {number}" for number in range(ROWS) if number != 7]
    write(folder, [*rows[1:], "0,Another Name", "new,Quite New"])
    await app.apply(redis_client, [folder], settings=settings, console=console)
    assert await again.look()
    assert len(store.fetched) == 1
    assert again.desk.index.segments[0] is before
    assert [refs(again, name) for name in ("Zubor Kelim 7", "Zubor Kelim 0", "Another Name", "Quite New")] == [
        [], [], ["companies/0"], ["companies/new"],
    ]  # fmt: skip
    assert refs(again, "Zubor Kelim 8") == ["companies/8"]
    assert refs(lists, "Zubor Kelim 7") == ["companies/7"]  # whoever still decides with the old desk is not disturbed


async def test_the_doorbell_is_heard(redis_client, settings, folder, console):
    """A version rings when it is published; without one the wait ends by itself, and with a lost server too."""
    write(folder, ["1,Zubor Kelim"])
    doorbell = Doorbell(redis_client, WATCHLISTS_CHANGED)
    assert await doorbell(0.05) is False  # and listens from now on
    await app.apply(redis_client, [folder], settings=settings, console=console)
    assert await doorbell(60) is True
    await redis_client.client_kill_filter(_type="pubsub")
    assert await doorbell(0.05) is False
    assert await doorbell(0.05) is False
    await redis_client.publish("tocsin:watchlists:changed", "1")
    assert await doorbell(60) is True
    await doorbell.close()


async def test_a_compiling_process_ends_with_whoever_asked(redis_client, settings, folder, console):
    """A scorer that is told to stop does not wait for it."""
    await app.apply(redis_client, [folder], settings=settings, console=console)
    lists = Lists(RedisWatchlistStore(redis_client), EVEN, settings, Metrics())
    before = set(multiprocessing.active_children())
    looking = asyncio.create_task(lists.look())
    while not (begun := set(multiprocessing.active_children()) - before):
        assert not looking.done()
        await asyncio.sleep(0)
    looking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await looking
    (process,) = begun
    await asyncio.to_thread(process.join, 20)
    # Who waits for it first gets its exit code, and that is the pool: look whether it is there.
    assert not await asyncio.to_thread(Path("/proc", str(process.pid)).exists)


async def test_a_large_list_that_is_wrong_is_refused(redis_client, settings, folder, console):
    """Found by the other process: refused whole with its problems, and the old version stays."""
    await app.apply(redis_client, [folder], settings=settings, console=console)
    lists = Lists(RedisWatchlistStore(redis_client), EVEN, settings, Metrics())
    assert await lists.look()
    lists._store = Spoilt(redis_client)
    assert not await lists.look()
    assert "refused" in lists.problem
    assert "nonsense" in lists.problem
    assert refs(lists, "Zubor Kelim 7") == ["companies/7"]
