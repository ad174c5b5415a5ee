"""The published set: the Redis store and its in-memory twin keep one contract."""

from __future__ import annotations

import asyncio
import json
import zlib

import msgspec
import pytest

from tocsin import streams
from tocsin.errors import Conflict, InvalidWatchlist, NotReady, Refused
from tocsin.model.roster import Entities
from tocsin.settings import Settings
from tocsin.stores.memory_watchlists import MemoryWatchlistStore
from tocsin.stores.watchlist_plan import Order
from tocsin.stores.watchlists import RedisWatchlistStore, compile_records, compiled_from
from tocsin.watchlists import compile_text, load
from tocsin.watchlists.groups import Files
from tocsin.watchlists.patches import GroupRecord
from tocsin.watchlists.records import Draft, drafts, needed

COUP = "watchlist: coups\nkeywords: [coup plot]\n"
TAX = "watchlist: taxes\nkeywords: [tax evasion]\n"


def of(*texts):
    return drafts(compile_text("---\n".join(texts), file="lists.yaml"))


async def records_of(store):
    found = await store.read()
    assert found is not None
    return found[1]


class Clock:
    def __init__(self):
        self.now = 1_800_000_000.0

    def __call__(self):
        self.now += 1.0
        return self.now


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.server)])
def store(request):
    if request.param == "memory":
        return MemoryWatchlistStore(clock=Clock())
    return RedisWatchlistStore(request.getfixturevalue("redis_client"))


async def test_a_set_that_was_never_published_is_none(store):
    """Nothing published is None, which is not an empty set."""
    assert await store.revision() is None
    assert await store.read() is None
    assert await store.versions("coups") == ()
    assert await store.names() == ()


async def test_what_is_applied_is_read_and_compiles(store):
    """A published list comes back as source, with number, hash, origin, author and server time, and compiles."""
    applied = await store.apply(Order(of(COUP, TAX), who="ana"))
    revision, records = await store.read()
    assert (revision, applied.added) == (await store.revision(), ("coups", "taxes"))
    assert applied.revision == revision
    assert [(one.name, one.number, one.origin, one.who) for one in records] == [
        ("coups", 1, "file", "ana"),
        ("taxes", 1, "file", "ana"),
    ]
    assert records[0].source == COUP
    assert records[0].when > 1_700_000_000
    compiled = compile_records(records, settings=Settings())
    assert [(one.name, one.version, one.content_hash) for one in compiled] == [
        (one.name, one.number, one.hash) for one in records
    ]


async def test_unchanged_content_makes_no_version(store):
    """Another layout and a comment are the same content: neither version nor revision changes."""
    first = await store.apply(Order(of(COUP)))
    again = await store.apply(Order(of("# a comment\nkeywords:\n  - coup plot\nwatchlist: coups\n")))
    assert again.unchanged == ("coups",)
    assert again.revision == first.revision == await store.revision()
    assert len(await store.versions("coups")) == 1


async def test_a_change_makes_a_new_version_and_keeps_the_old(store):
    """Versions are immutable and numbered; the set's number grows; other lists stay."""
    first = await store.apply(Order(of(COUP, TAX)))
    second = await store.apply(Order(of(COUP + "description: plots\n")))
    assert second.changed == ("coups",)
    assert second.revision > first.revision
    assert [one.number for one in await store.versions("coups")] == [1, 2]
    assert (await store.versions("coups"))[0].source == COUP
    _, records = await store.read()
    assert {one.name: one.number for one in records} == {"coups": 2, "taxes": 1}


async def test_a_rule_keeps_its_first_date_and_a_new_one_gets_its_own(store):
    """`since` is carried over for rules that stay, also when the list changes around them."""
    await store.apply(Order(of(COUP)))
    before = (await records_of(store))[0]
    await asyncio.sleep(0)
    await store.apply(Order(of("watchlist: coups\nkeywords: [coup plot, palace coup]\n")))
    after = (await records_of(store))[0]
    assert after.rules["coup-plot"].since == before.rules["coup-plot"].since == before.when
    assert after.rules["palace-coup"].since == after.when > before.when


async def test_only_a_new_channel_looks_back(store):
    """A rule looks back by the backfill where its channel was new when it was applied, and not elsewhere."""
    await store.apply(Order(of(COUP)))
    await store.apply(Order(of("watchlist: coups\nkeywords: [coup plot, palace coup]\n", TAX)))
    coups, taxes = compile_records(await records_of(store), settings=Settings())
    by_name = {rule.name: rule.since for rule in coups.rules}
    assert by_name["coup-plot"] == pytest.approx((await store.versions("coups"))[0].when - 3600)
    assert by_name["palace-coup"] == pytest.approx(coups.applied_at)
    assert taxes.rules[0].since == pytest.approx(taxes.applied_at - 3600)


async def test_of_two_authors_the_second_is_told(store):
    """An order that rests on an older set is a conflict that names the lists; nothing of it is applied."""
    first = await store.apply(Order(of(COUP), who="ana"))
    await store.apply(Order(of(COUP + "description: mine\n"), who="bea", revision=first.revision))
    with pytest.raises(Conflict, match=r"coups \(version 2 by bea\)"):
        await store.apply(Order(of(COUP + "description: no, mine\n", TAX), who="ana", revision=first.revision))
    _, records = await store.read()
    assert [(one.name, one.number) for one in records] == [("coups", 2)]


async def test_a_file_never_overwrites_another_origin(store):
    """What came from the console is refused to files, all of the order; force overwrites it."""
    await store.apply(Order(of(COUP), origin="console", who="ana"))
    changed = of(TAX, COUP + "description: from a file\n")
    with pytest.raises(Refused, match=r"coups \(from console, by ana\)"):
        await store.apply(Order(changed))
    assert [one.name for one in await records_of(store)] == ["coups"]
    await store.apply(Order(changed, force=True))
    assert {one.name: one.origin for one in await records_of(store)} == {"coups": "file", "taxes": "file"}


async def test_prune_removes_what_is_gone_of_the_same_origin(store):
    """Lists of another origin stay; the removed one keeps its versions and starts again with the next number."""
    await store.apply(Order(of(COUP, TAX)))
    await store.apply(Order(of("watchlist: strikes\nkeywords: [general strike]\n"), origin="api"))
    applied = await store.apply(Order(of(COUP), prune=True))
    assert applied.removed == ("taxes",)
    assert [one.name for one in await records_of(store)] == ["coups", "strikes"]
    assert [one.removed for one in await store.versions("taxes")] == [False, True]
    assert await store.names() == ("coups", "strikes", "taxes")
    again = await store.apply(Order(of(TAX)))
    assert again.added == ("taxes",)
    assert again.versions["taxes"] > 1


async def test_an_emptied_set_is_a_set(store):
    """A set whose last list was pruned is empty, not missing."""
    await store.apply(Order(of(COUP)))
    applied = await store.apply(Order([], prune=True))
    assert await store.read() == (applied.revision, ())


def firms(folder, names):
    """Drafts of a list with a group of that many firms: a name, or a table of id to name."""
    table = {f"f{number}": f"Firm {number}" for number in range(names)} if isinstance(names, int) else names
    (folder / "firms.csv").write_text("id,name\n" + "".join(f"{key},{name}\n" for key, name in table.items()))
    (folder / "firms.yaml").write_text(
        "watchlist: firms\nentities: {firms: {from: firms.csv}}\nkeywords: {fire: {any: [factory fire]}}\n"
        "rules: [{rule: any, entities: {any: [firms]}, keywords: {any: [fire]}}]\n"
    )
    files = Files()
    return drafts(load([folder / "firms.yaml"], groups=files), files)


async def names_of(store):
    """Names of the published firms, by id."""
    [watchlist] = await compiled_from(store, await records_of(store), settings=Settings())
    assert isinstance(watchlist.entities, Entities)
    parts = [(part, place) for part in watchlist.entities.parts for place in range(len(part.roster))]
    there = [part.roster[place] for part, place in parts if part.struck is None or not part.struck[place]]
    return {one.ref.removeprefix("firms/"): one.name for one in there}


async def test_rows_are_published_with_their_list(store, tmp_path):
    """A group's rows come back as they were in the file; a reader names the chunks that it needs."""
    await store.apply(Order(firms(tmp_path, 30)))
    [record] = await records_of(store)
    group = record.groups["firms"]
    assert (group.count, group.patches) == (30, ())
    assert needed([record]) == group.base
    assert await names_of(store) == {f"f{number}": f"Firm {number}" for number in range(30)}


async def test_a_small_change_of_a_group_is_a_patch_and_a_version(store, tmp_path):
    """The list itself is unchanged: the rows make the version, and only what changed is written."""
    table = {f"f{number}": f"Firm {number}" for number in range(30)}
    await store.apply(Order(firms(tmp_path, table)))
    changed = {**table, "f1": "Other One", "new": "New Firm"}
    del changed["f2"]
    applied = await store.apply(Order(firms(tmp_path, changed)))
    assert applied.changed == ("firms",)
    first, second = await store.versions("firms")
    assert second.groups["firms"].base == first.groups["firms"].base
    assert len(second.groups["firms"].patches) == 1
    assert second.source == first.source
    assert await names_of(store) == changed
    assert (await store.apply(Order(firms(tmp_path, changed)))).unchanged == ("firms",)
    assert (await store.apply(Order(firms(tmp_path, dict(reversed(changed.items())))))).unchanged == ("firms",)


async def test_an_old_version_is_published_again_with_its_rows(store, tmp_path):
    """A draft may name the rows of an old version; they are still there."""
    await store.apply(Order(firms(tmp_path, 30)))
    await store.apply(Order(firms(tmp_path, 29)))
    old = (await store.versions("firms"))[0]
    again = Draft(
        name=old.name, hash=old.hash, file=old.file, line=old.line, source=old.source, document=old.document,
        rules={name: rule.channels for name, rule in old.rules.items()}, groups=dict(old.groups),
    )  # fmt: skip
    assert (await store.apply(Order([again]))).changed == ("firms",)
    assert len(await names_of(store)) == 30
    assert (await store.apply(Order([again]))).unchanged == ("firms",)


async def test_a_removed_list_leaves_its_rows_to_its_versions(store, tmp_path):
    """What was pruned can be read again as it was."""
    await store.apply(Order(firms(tmp_path, 30)))
    await store.apply(Order(of(TAX), prune=True))
    first, gone = await store.versions("firms")
    assert gone.groups == {}
    assert len(await store.rows(needed([first]))) == 1


async def test_a_conflict_over_rows_changes_nothing(store, tmp_path):
    """The second of two authors of one group is told, and the first one's rows stay."""
    before = await store.apply(Order(firms(tmp_path, 30)))
    await store.apply(Order(firms(tmp_path, 31), revision=before.revision))
    with pytest.raises(Conflict):
        await store.apply(Order(firms(tmp_path, 32), revision=before.revision))
    assert len(await names_of(store)) == 31


async def test_rows_that_are_not_there_are_not_ready(store):
    """Whoever asks for what nobody published is told, and gets nothing in part."""
    with pytest.raises(NotReady, match="missing"):
        await store.rows(["0" * 32])


def test_a_record_that_does_not_compile_names_its_place():
    """A version that this code refuses says file, line and version."""
    [record] = _records(COUP)
    broken = msgspec.structs.replace(record, source="watchlist: coups\n\nkeyword: [x]\n", line=7)
    with pytest.raises(InvalidWatchlist, match=r"lists\.yaml \(coups version 1\):9: error: unknown key 'keyword'"):
        compile_records([broken], settings=Settings())


def _records(*texts):
    async def work():
        store = MemoryWatchlistStore()
        await store.apply(Order(of(*texts)))
        return await records_of(store)

    return asyncio.run(work())


@pytest.mark.server
class TestRedisOnly:
    """What only a server can lose."""

    async def test_a_set_that_lost_its_hash_is_not_ready(self, redis_client):
        """The current records are gone (evicted): not ready, and applying with force makes it whole."""
        store = RedisWatchlistStore(redis_client)
        await store.apply(Order(of(COUP)))
        await redis_client.delete(streams.WATCHLISTS)
        with pytest.raises(NotReady, match="gone"):
            await store.read()
        with pytest.raises(NotReady):
            await store.apply(Order(of(COUP)))
        await store.apply(Order(of(COUP), force=True))
        assert [one.number for one in await records_of(store)] == [2]

    async def test_a_set_that_lost_its_revision_is_not_ready(self, redis_client):
        """The revision key alone is gone: not ready; after a repair the number is a new one."""
        store = RedisWatchlistStore(redis_client)
        before = await store.apply(Order(of(COUP)))
        await redis_client.delete(streams.WATCHLISTS_REVISION)
        with pytest.raises(NotReady, match="revision"):
            await store.read()
        after = await store.apply(Order(of(COUP, TAX), force=True))
        assert after.revision > before.revision

    async def test_an_unreadable_record_is_not_ready(self, redis_client):
        """One record that is no JSON makes the set not ready and names the list."""
        store = RedisWatchlistStore(redis_client)
        await store.apply(Order(of(COUP)))
        await redis_client.hset(streams.WATCHLISTS, "coups", "{")
        with pytest.raises(NotReady, match="'coups'"):
            await store.read()

    async def test_a_lost_server_never_repeats_a_revision(self, redis_client):
        """A scorer that compiled a set notices another one that was published after everything was lost."""
        store = RedisWatchlistStore(redis_client)
        before = await store.apply(Order(of(COUP)))
        await redis_client.flushall()
        assert (await store.apply(Order(of(TAX)))).revision > before.revision

    async def test_the_doorbell_rings_with_the_revision(self, redis_client):
        """A subscriber of the change channel hears the new revision."""
        store = RedisWatchlistStore(redis_client)
        async with redis_client.pubsub() as doorbell:
            await doorbell.subscribe(streams.WATCHLISTS_CHANGED)
            await doorbell.get_message(timeout=5)
            applied = await store.apply(Order(of(COUP)))
            heard = await doorbell.get_message(ignore_subscribe_messages=True, timeout=5)
        assert int(heard["data"]) == applied.revision

    async def test_ten_authors_at_once_lose_nothing(self, redis_client):
        """Orders that race each other are applied or told; what is published is what was answered."""
        await RedisWatchlistStore(redis_client).apply(Order(of(COUP)))
        texts = [f"watchlist: list-{number}\nkeywords: [coup plot]\n" for number in range(10)]
        orders = [RedisWatchlistStore(redis_client).apply(Order(of(text))) for text in texts]
        answers = await asyncio.gather(*orders, return_exceptions=True)
        done = {name for answer in answers if not isinstance(answer, BaseException) for name in answer.added}
        assert all(isinstance(one, Conflict) for one in answers if isinstance(one, Exception))
        assert done
        assert {one.name for one in await records_of(RedisWatchlistStore(redis_client))} == {"coups", *done}

    async def test_records_are_plain_json(self, redis_client):
        """What stands in Redis is one JSON document a version, the same in both places."""
        await RedisWatchlistStore(redis_client).apply(Order(of(COUP)))
        current = json.loads(await redis_client.hget(streams.WATCHLISTS, "coups"))
        [version] = await redis_client.lrange(streams.watchlist_versions("coups"), 0, -1)
        assert json.loads(version) == current
        assert current["document"] == {"watchlist": "coups", "keywords": ["coup plot"]}

    @pytest.mark.parametrize("lost", [0, -1], ids=["base", "patch"])
    async def test_lost_rows_are_not_ready_and_applying_makes_them_whole(self, redis_client, tmp_path, lost):
        """Evicted rows stop nobody who has the file: the same order writes them again."""
        store = RedisWatchlistStore(redis_client)
        await store.apply(Order(firms(tmp_path, 30)))
        await store.apply(Order(firms(tmp_path, 31)))
        await redis_client.delete(streams.watchlist_rows(needed(await records_of(store))[lost]))
        with pytest.raises(NotReady, match="missing"):
            await names_of(store)
        await store.apply(Order(firms(tmp_path, 31)))
        assert len(await names_of(store)) == 31

    async def test_no_version_names_rows_that_are_not_there(self, redis_client, tmp_path):
        """A draft of an old version whose rows are lost is refused, and nothing is applied."""
        store = RedisWatchlistStore(redis_client)
        [draft] = firms(tmp_path, 30)
        lost = msgspec.structs.replace(
            draft, groups={"firms": GroupRecord(base=("0" * 32,), count=30, digest="unknown")}
        )
        with pytest.raises(NotReady, match="rows"):
            await store.apply(Order([lost]))
        assert await store.read() is None

    async def test_rows_are_packed_lines_of_json(self, redis_client, tmp_path):
        """What stands in Redis can be read with nothing but zlib and JSON, and never expires."""
        await RedisWatchlistStore(redis_client).apply(Order(firms(tmp_path, {"b": "Bee Ltd", "a": "Ay Ltd"})))
        [key] = await redis_client.keys("tocsin:{watchlists}:rows:*")
        lines = zlib.decompress(await redis_client.get(key)).splitlines()
        assert [json.loads(line) for line in lines] == [["a", "Ay Ltd", [], [], None], ["b", "Bee Ltd", [], [], None]]
        assert await redis_client.ttl(key) == -1
