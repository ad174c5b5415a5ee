"""Lists with files of entities over a real server: published as rows, changed by patches, read back without the file."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from tocsin.apps import watchlists as app
from tocsin.errors import Conflict, InvalidWatchlist, NotReady
from tocsin.model.roster import Entities, Roster
from tocsin.settings import RedisSettings, Settings
from tocsin.stores.watchlist_plan import Order
from tocsin.stores.watchlists import RedisWatchlistStore, compile_records
from tocsin.watchlists import load
from tocsin.watchlists.groups import Files
from tocsin.watchlists.records import drafts, needed, roster_keys

pytestmark = pytest.mark.server

LIST = """\
watchlist: desk
entities:
  moon: {name: The Moon}
  companies: {from: data/companies.csv, type: ORG}
  people: {from: people.jsonl}
keywords:
  fire: {any: [factory fire]}
rules:
  - {rule: any, entities: {any: [companies, moon]}, keywords: {any: [fire]}}
  - {rule: one, entities: {any: [companies/c7, people]}}
"""
NAMES = [
    "Acme",
    "Al-Qaeda Ltd",
    "Müller & Söhne",
    "U.S. Steel",
    "IT",
    "Grey Fox",
    "=Apple",
    "東京電力",
    '"The Who"',
    "Обл",
]


@pytest.fixture
def err():
    return Console(file=io.StringIO(), width=200, color_system=None)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "desk.yaml").write_text(LIST)
    (tmp_path / "people.jsonl").write_text('{"id": "p1", "name": "Kim Jong Un", "type": "PERSON"}\n')
    write(tmp_path, {f"c{number}": f"{NAMES[number % 10]} {number}" for number in range(40)})
    return tmp_path


def write(folder, companies):
    rows = [f'{key},"{name.replace(chr(34), chr(34) * 2)}",alias of {key}\n' for key, name in companies.items()]
    (folder / "data" / "companies.csv").write_text("id,name,aliases\n" + "".join(rows))


def companies(folder):
    lines = (folder / "data" / "companies.csv").read_text().splitlines()[1:]
    return {line.split(",")[0]: line.split(",")[1].strip('"').replace('""', '"') for line in lines}


def entities(watchlist):
    """All that counts, by ref."""
    assert isinstance(watchlist.entities, Entities)
    found = {}
    for part in watchlist.entities.parts:
        for place, one in enumerate(part.roster):
            if part.struck is None or not part.struck[place]:
                assert one.ref not in found
                found[one.ref] = one
    return found


async def apply(redis_client, folder, err):
    return await app.apply(redis_client, [folder], settings=Settings(), console=err)


async def test_what_is_read_back_is_what_the_files_say(redis_client, folder, err):
    """Compiled from the server, where the files are gone, the list has the entities that it had from the files."""
    await apply(redis_client, folder, err)
    [from_files] = app.compiled([folder], settings=Settings(), err=err)
    for path in (folder / "people.jsonl", folder / "data" / "companies.csv"):
        path.unlink()
    [published] = await app.published(redis_client, settings=Settings())
    assert entities(published) == entities(from_files)
    assert len(entities(published)) == 42
    assert isinstance(published.entities, Entities)
    assert isinstance(from_files.entities, Entities)
    assert [part.key for part in published.entities.parts[1:]] == [part.key for part in from_files.entities.parts[1:]]


async def test_three_changed_rows_are_one_patch_and_one_version(redis_client, folder, err):
    """One row is changed, one added, one taken out: one more chunk, whatever else the list holds."""
    await apply(redis_client, folder, err)
    before = await redis_client.keys("tocsin:{watchlists}:rows:*")
    table = companies(folder) | {"c7": "Changed", "c99": "New & Co"}
    del table["c3"]
    write(folder, table)
    applied = await apply(redis_client, folder, err)
    assert applied.versions == {"desk": 2}
    assert len(await redis_client.keys("tocsin:{watchlists}:rows:*")) == len(before) + 1
    first, second = await RedisWatchlistStore(redis_client).versions("desk")
    assert second.groups["people"] == first.groups["people"]
    assert second.groups["companies"].base == first.groups["companies"].base
    assert (second.groups["companies"].count, len(second.groups["companies"].patches)) == (40, 1)
    [from_files] = app.compiled([folder], settings=Settings(), err=err)
    [published] = await app.published(redis_client, settings=Settings())
    assert entities(published) == entities(from_files)
    assert published.content_hash != first.hash
    old = await app.published_version(redis_client, "desk", 1, settings=Settings())
    assert entities(old)["companies/c3"].name == "U.S. Steel 3"


async def test_a_scorer_that_has_the_base_fetches_the_patch_only(redis_client, folder, err):
    """With the rosters of the version before, a change costs its own chunk; the base is the same object."""
    store = RedisWatchlistStore(redis_client)
    rosters: dict[str, Roster] = {}
    await apply(redis_client, folder, err)

    async def look():
        found = await store.read()
        assert found is not None
        chunks = await store.rows(needed(found[1], rosters))
        [watchlist] = compile_records(found[1], settings=Settings(), chunks=chunks, rosters=rosters)
        assert set(rosters) == roster_keys(found[1])
        return chunks, watchlist

    chunks, first = await look()
    assert len(chunks) == 2
    write(folder, companies(folder) | {"c7": "Changed"})
    await apply(redis_client, folder, err)
    chunks, second = await look()
    assert len(chunks) == 1
    assert second.entities.parts[1].roster is first.entities.parts[1].roster
    assert entities(second)["companies/c7"].name == "Changed"
    [at_once] = await app.published(redis_client, settings=Settings())
    assert entities(second) == entities(at_once)


async def test_a_member_that_a_rule_names_is_the_row_that_counts(redis_client, folder, err):
    """A rule of companies/c7 means its row of now, in the base or beside it; where there is none the list is refused."""
    await apply(redis_client, folder, err)
    table = companies(folder) | {"c7": "Changed"}
    write(folder, table)
    await apply(redis_client, folder, err)
    [published] = await app.published(redis_client, settings=Settings())
    [rule] = [rule for rule in published.rules if rule.name == "one"]
    assert '"companies/c7"' not in repr(rule)
    named = [published.entities[place].name for place in mentioned(rule.condition)]
    assert named == ["Changed"]
    del table["c7"]
    write(folder, table)
    with pytest.raises(InvalidWatchlist, match="companies/c7"):
        await apply(redis_client, folder, err)


def mentioned(condition):
    if hasattr(condition, "entities"):
        return sorted(condition.entities)
    return [place for part in getattr(condition, "parts", ()) for place in mentioned(part)]


async def test_a_bad_row_refuses_the_order(redis_client, folder, err):
    """Nothing of it is published, and the row is named."""
    write(folder, companies(folder) | {"c7": ""})
    with pytest.raises(InvalidWatchlist, match=r"companies\.csv:9: error: the row has no name"):
        await apply(redis_client, folder, err)
    assert await redis_client.keys("tocsin:*") == []


async def test_prune_and_conflict_know_of_rows(redis_client, redis_url, folder, err):
    """A pruned list keeps its rows for its versions; who was second is told, and has changed nothing."""
    await apply(redis_client, folder, err)
    store = RedisWatchlistStore(redis_client)
    write(folder, companies(folder) | {"c7": "Changed"})
    files = Files()
    order = Order(drafts(load([folder], groups=files), files), revision=1)
    with pytest.raises(Conflict, match=r"desk \(version 1"):
        await store.apply(order)
    assert [record.number for record in await store.versions("desk")] == [1]
    (folder / "desk.yaml").write_text("watchlist: other\nkeywords: [coup plot]\n")
    options = {"prune": True, "force": False, "strict": False, "out": err, "err": err}
    assert await app.apply_paths(Settings(redis=RedisSettings(url=redis_url)), [folder], **options) == 0
    assert [record.removed for record in await store.versions("desk")] == [False, True]
    old = await app.published_version(redis_client, "desk", 1, settings=Settings())
    assert len(entities(old)) == 42


async def test_a_missing_chunk_is_not_ready(redis_client, folder, err):
    """A set whose rows were evicted is not an empty set: the reader waits, and says which key is missing."""
    await apply(redis_client, folder, err)
    [key, *_] = await redis_client.keys("tocsin:{watchlists}:rows:*")
    await redis_client.delete(key)
    with pytest.raises(NotReady, match=r"tocsin:\{watchlists\}:rows:[0-9a-f]{32}.*apply"):
        await app.published(redis_client, settings=Settings())


async def test_a_large_group_is_many_chunks(redis_client, folder, err):
    """Rows that fill several chunks come back whole."""
    write(folder, {f"c{number}": f"Company {number} {'x' * 250}" for number in range(9000)})
    await apply(redis_client, folder, err)
    [record] = await RedisWatchlistStore(redis_client).versions("desk")
    assert len(record.groups["companies"].base) > 2
    [published] = await app.published(redis_client, settings=Settings())
    assert len(entities(published)) == 9002
