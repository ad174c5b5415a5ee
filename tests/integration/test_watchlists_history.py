"""`tocsin watchlists history | diff | rollback` over a real server."""

from __future__ import annotations

import io

import msgspec
import pytest
from rich.console import Console

from tocsin.apps import watchlists as app
from tocsin.apps.watchlist_diff import diff
from tocsin.apps.watchlist_history import history, rollback
from tocsin.errors import InvalidWatchlist, Refused
from tocsin.settings import RedisSettings, Settings
from tocsin.stores.watchlist_plan import Order
from tocsin.stores.watchlists import RedisWatchlistStore
from tocsin.watchlists import compile_text
from tocsin.watchlists.records import drafts

pytestmark = pytest.mark.server
FIRST = "watchlist: a\nentities: [Norway]\nkeywords: [herring quota]\n"
SECOND = "watchlist: a\nentities: [Norway, Sweden]\nkeywords: [herring quota, cod quota]\n"


def a_console():
    return Console(file=io.StringIO(), width=300, color_system=None)


def said(console):
    return console.file.getvalue()


@pytest.fixture
def out():
    return a_console()


@pytest.fixture
def err():
    return a_console()


@pytest.fixture
def settings(redis_url, tmp_path):
    return Settings(redis=RedisSettings(url=redis_url), data_dir=tmp_path)


@pytest.fixture
async def path(redis_client, settings, tmp_path):
    """A file of which two versions were published: ``FIRST``, then ``SECOND``."""
    file = tmp_path / "a.yaml"
    for text in (FIRST, SECOND):
        file.write_text(text)
        await app.apply(redis_client, [file], settings=settings, console=a_console())
    return file


async def remove_all(settings, folder):
    """Prune: another list is all that is left."""
    folder.mkdir()
    (folder / "b.yaml").write_text("watchlist: b\nkeywords: [coup plot]\n")
    options = {"prune": True, "force": False, "strict": False, "out": a_console(), "err": a_console()}
    assert await app.apply_paths(settings, [folder], **options) == 0


async def test_history_is_newest_first(settings, path, tmp_path, out):
    """Every version with its number, its author and size; a list that was taken back says so, and still has them."""
    await remove_all(settings, tmp_path / "other")
    assert await history(settings, "a", as_json=True, out=out) == 0
    versions = [msgspec.json.decode(line) for line in said(out).splitlines()]
    assert [(one["version"], one["state"], one["rules"], one["entities"]) for one in versions] == [
        (3, "removed", 0, 0),
        (2, "old", 2, 2),
        (1, "old", 1, 1),
    ]
    assert {one["file"] for one in versions} == {str(path)}
    assert all(one["who"] and one["origin"] == "file" and len(one["hash"]) == 12 for one in versions)


async def test_history_of_all_lists(settings, path, tmp_path, out):
    """Without a name: the last version of each list, in a table."""
    await remove_all(settings, tmp_path / "other")
    assert await history(settings, None, out=out) == 0
    lines = said(out).splitlines()
    assert lines[0].split()[:3] == ["watchlist", "version", "state"]
    assert [tuple(line.split()[:3]) for line in lines[1:]] == [("a", "3", "removed"), ("b", "1", "current")]


async def test_the_last_two_versions_differ(settings, path, out):
    """What came is told by name; --exit-code makes it a condition."""
    assert await diff(settings, "a", None, None, out=out) == 0
    text = said(out)
    assert "+ entity sweden" in text
    assert "+ keyword cod-quota" in text
    assert "+ rule cod-quota" in text
    assert "norway" not in text
    assert await diff(settings, "a", None, None, exit_code=True, out=a_console()) == 1
    assert await diff(settings, "a", "2", "2", exit_code=True, out=a_console()) == 0


async def test_the_running_version_against_a_file(settings, path, out):
    """Before it is applied, an author sees what a file would change; --text shows the lines, --json the values."""
    path.write_text(SECOND + "channels: [fish]\n")
    assert await diff(settings, "a", str(path), None, as_json=True, out=out) == 0
    found = msgspec.json.decode(said(out))
    assert found["before"].startswith("version 2 of ")
    assert found["after"] == str(path)
    assert found["changes"][0] == {
        "kind": "list",
        "name": "a",
        "state": "changed",
        "changes": [{"what": "channels", "added": ["fish"]}],
    }
    lines = a_console()
    await diff(settings, "a", str(path), None, text=True, out=lines)
    assert "\n+channels: [fish]\n" in said(lines)


async def test_layout_is_no_difference(settings, path, out):
    """Comments and quotes change nothing, and --text shows them all the same."""
    path.write_text("# said\n" + SECOND)
    assert await diff(settings, "a", str(path), None, exit_code=True, out=out) == 0
    assert "no difference" in said(out)


async def test_an_old_version_comes_back_as_a_new_one(settings, redis_client, path, out, err):
    """Versions are never changed: going back is a third version, which says what the first said."""
    assert await rollback(settings, "a", None, out=out, err=err) == 0
    versions = await RedisWatchlistStore(redis_client).versions("a")
    assert [one.number for one in versions] == [1, 2, 3]
    assert versions[2].source == versions[0].source == FIRST
    assert versions[2].hash == versions[0].hash
    assert "a: version 3 is version 1 again" in said(out)
    assert "in place of version 2" in said(out)
    [running] = await app.published(redis_client, settings=settings)
    assert [rule.name for rule in running.rules] == ["herring-quota"]


async def test_rows_of_a_group_go_along(settings, redis_client, tmp_path, out):
    """A list whose file of rows changed has another version: its rows are compared, counted, and brought back."""
    (tmp_path / "g.yaml").write_text("watchlist: g\nentities: {firms: {from: firms.csv}}\n")
    for rows in ("ACME,Acme Corporation\nBETA,Beta Corporation\n", "ACME,Acme Corporation\nZETA,Zeta Corporation\n"):
        (tmp_path / "firms.csv").write_text(f"id,name\n{rows}")
        await app.apply(redis_client, [tmp_path / "g.yaml"], settings=settings, console=a_console())
    assert await diff(settings, "g", None, None, out=out) == 0
    assert "rows added: 1: ZETA (Zeta Corporation)" in said(out)
    assert "rows removed: 1: BETA (Beta Corporation)" in said(out)
    assert await rollback(settings, "g", None, out=out, err=out) == 0
    [running] = await app.published(redis_client, settings=settings)
    assert [one.name for one in running.entities] == ["Acme Corporation", "Beta Corporation"]
    unsaid = a_console()
    await diff(settings, "g", str(tmp_path / "g.yaml"), None, out=unsaid)
    assert "rows added: 1: ZETA (Zeta Corporation)" in said(unsaid)
    await app.apply(redis_client, [tmp_path / "g.yaml"], settings=settings, console=a_console())
    assert await diff(settings, "g", str(tmp_path / "g.yaml"), None, exit_code=True, out=out) == 0
    assert await rollback(settings, "g", 1, out=out, err=out) == 0
    assert await diff(settings, "g", "1", "3", exit_code=True, out=out) == 0
    await history(settings, "g", out=out)
    assert "0 + firms 2" in said(out)


async def test_what_is_there_already_makes_no_version(settings, redis_client, path, out, err):
    """Going back to what runs changes nothing."""
    assert await rollback(settings, "a", 2, out=out, err=err) == 0
    assert "Nothing was changed" in said(out)
    assert len(await RedisWatchlistStore(redis_client).versions("a")) == 2


async def test_a_removed_list_comes_back(settings, redis_client, path, tmp_path, out):
    """Its last version is the one to go back to."""
    await remove_all(settings, tmp_path / "other")
    assert await rollback(settings, "a", None, out=out, err=out) == 0
    assert "the list was removed" in said(out)
    published = await app.published(redis_client, settings=settings)
    assert [(one.name, one.version, len(one.rules)) for one in published] == [("a", 4, 2), ("b", 1, 1)]
    numbers = [one.number for one in await RedisWatchlistStore(redis_client).versions("a")]
    assert numbers == [1, 2, 3, 4], "that it was removed is a version of its own"


async def test_a_version_that_no_longer_compiles_is_not_published(settings, redis_client, path, err, monkeypatch):
    """The language may have moved on: the old text is refused with its place, and the running version stays."""

    async def refuse(*_, **__):
        raise InvalidWatchlist(compile_text("watchlist: a\nkeyword: [x]\n", file="a.yaml").problems)

    monkeypatch.setattr("tocsin.apps.watchlist_history.published_version", refuse)
    assert await rollback(settings, "a", 1, out=err, err=err) == 1
    assert "a.yaml:2: error: unknown key 'keyword'" in said(err)
    assert "Version 1 of a cannot be compiled any more. Nothing was changed." in said(err)
    assert len(await RedisWatchlistStore(redis_client).versions("a")) == 2


async def test_a_list_from_elsewhere_is_not_overwritten(settings, redis_client, path, out, err):
    """What came by another way is rolled back only with --force."""
    text = compile_text("watchlist: a\nkeywords: [palace coup]\n")
    order = Order(drafts(text), origin="api", who="console", force=True)
    await RedisWatchlistStore(redis_client).apply(order)
    with pytest.raises(Refused, match="--force"):
        await rollback(settings, "a", 1, out=out, err=err)
    assert await rollback(settings, "a", 1, force=True, out=out, err=err) == 0


async def test_a_version_that_is_not_there(settings, path, out):
    """It says which there are."""
    for name, number, match in [("a", 7, "it has 1, 2"), ("z", None, "never published"), ("z", 1, "never published")]:
        with pytest.raises(Refused, match=match):
            await rollback(settings, name, number, out=out, err=out)


async def test_what_cannot_be_compared_says_so(settings, path, tmp_path, out):
    """A path that is not there, a file without the list, a name that never was, a first version alone."""
    (tmp_path / "c.yaml").write_text("watchlist: c\nkeywords: [coup plot]\n")
    for name, before, match in [
        ("a", "nowhere.yaml", "neither the number of a version nor a file"),
        ("a", str(tmp_path / "c.yaml"), "no watchlist 'a'"),
        ("z", None, "never published"),
        ("a", "9", "it has 1, 2"),
    ]:
        with pytest.raises(Refused, match=match):
            await diff(settings, name, before, None, out=out)
    with pytest.raises(Refused, match="never published"):
        await history(settings, "z", out=out)
