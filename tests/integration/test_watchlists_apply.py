"""`tocsin watchlists check | show | apply` over files and a real server."""

from __future__ import annotations

import io
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from tocsin.apps import watchlists as app
from tocsin.errors import InvalidWatchlist, Refused
from tocsin.settings import RedisSettings, Settings
from tocsin.stores.watchlists import RedisWatchlistStore

SAMPLES = Path(__file__).parents[2] / "config" / "watchlists"


@pytest.fixture
def out():
    return Console(file=io.StringIO(), width=200, color_system=None)


@pytest.fixture
def err():
    return Console(file=io.StringIO(), width=200, color_system=None)


def said(console):
    return console.file.getvalue()


def test_check_answers_with_its_exit_code(tmp_path, out, err):
    """0 without errors, 1 with; findings go to standard output, the count to standard error."""
    assert app.check([SAMPLES], settings=Settings(), out=out, err=err) == 0
    assert said(out) == ""
    assert "0 errors, 0 warnings" in said(err)
    (tmp_path / "bad.yaml").write_text("watchlist: a\nkeyword: [x]\n")
    assert app.check([tmp_path], settings=Settings(), out=out, err=err) == 1
    assert said(out).startswith(f"{tmp_path}/bad.yaml:2: error: unknown key 'keyword'. Did you mean `keywords`?")


def test_strict_makes_warnings_errors(tmp_path, out, err):
    """What is unwise passes unless --strict."""
    (tmp_path / "a.yaml").write_text("watchlist: a\nkeywords: [attack]\n")
    assert app.check([tmp_path], settings=Settings(), out=out, err=err) == 0
    assert app.check([tmp_path], strict=True, settings=Settings(), out=out, err=err) == 1


def test_show_marks_what_was_added(out, err):
    """A reader sees which aliases and phrases nobody typed, and what each rule asks for."""
    assert app.show([SAMPLES / "korea-desk.yaml"], settings=Settings(), out=out, err=err) == 0
    text = said(out)
    assert "North Korea, +N. Korea, +DPRK" in text
    assert "typed 1  border incursion" in text
    assert "+concept:border-incursion 0.9" in text
    assert "any of North Korea, South Korea, Russia, Kim Jong Un and keyword: defense-pact" in text
    assert said(err) == ""


@pytest.mark.server
async def test_apply_publishes_and_what_is_published_compiles(redis_client, err):
    """The sample lists are published whole; the set compiles to what the files compile to."""
    settings = Settings()
    applied = await app.apply(redis_client, [SAMPLES], settings=settings, console=err)
    assert set(applied.added) == {"alliances", "dmz", "korea-desk"}
    published = await app.published(redis_client, settings=settings)
    files = app.compiled([SAMPLES], settings=settings, err=err)
    plain = [
        msgspec.structs.replace(
            one, version=0, applied_at=0.0, rules=tuple(msgspec.structs.replace(rule, since=0.0) for rule in one.rules)
        )
        for one in published
    ]
    assert plain == sorted(files, key=lambda one: one.name)
    assert all(rule.since > 0 for one in published for rule in one.rules)


@pytest.mark.server
async def test_one_bad_list_refuses_all(redis_client, tmp_path, err):
    """Nothing of an order with an error is published."""
    (tmp_path / "a.yaml").write_text("watchlist: a\nkeywords: [coup plot]\n")
    (tmp_path / "b.yaml").write_text("watchlist: b\nkeyword: [x]\n")
    with pytest.raises(InvalidWatchlist, match=r"b\.yaml:2"):
        await app.apply(redis_client, [tmp_path], settings=Settings(), console=err)
    assert await RedisWatchlistStore(redis_client).read() is None


@pytest.mark.server
async def test_apply_paths_tells_what_it_did(redis_client, redis_url, tmp_path, out, err):
    """The command applies by the address of the settings, again without change, and prunes what is gone."""
    settings = Settings(redis=RedisSettings(url=redis_url))
    (tmp_path / "a.yaml").write_text("watchlist: a\nkeywords: [coup plot]\n")
    (tmp_path / "b.yaml").write_text("watchlist: b\nkeywords: [tax evasion]\n")
    options = {"prune": True, "force": False, "strict": False, "out": out, "err": err}
    assert await app.apply_paths(settings, [tmp_path], **options) == 0
    (tmp_path / "b.yaml").unlink()
    assert await app.apply_paths(settings, [tmp_path], **options) == 0
    text = said(out)
    assert "added a version 1" in text
    assert "unchanged a version 1" in text
    assert "removed b" in text
    (tmp_path / "c.yaml").write_text("watchlist: c\nkeywords: []\n")
    assert await app.apply_paths(settings, [tmp_path], **options) == 1
    assert "Nothing was applied." in said(err)


@pytest.mark.server
async def test_versions_of_then_and_now(redis_client, tmp_path, err):
    """A version can be had by number, and the set as it was at a time."""
    settings, path = Settings(), tmp_path / "a.yaml"
    path.write_text("watchlist: a\nkeywords: [coup plot]\n")
    await app.apply(redis_client, [path], settings=settings, console=err)
    [first] = await app.published(redis_client, settings=settings)
    path.write_text("watchlist: a\nkeywords: [palace coup]\n")
    await app.apply(redis_client, [path], settings=settings, console=err)
    assert await app.published_version(redis_client, "a", 1, settings=settings) == first
    assert await app.published_at(redis_client, first.applied_at, settings=settings) == (first,)
    assert await app.published_at(redis_client, first.applied_at - 1, settings=settings) == ()
    with pytest.raises(Refused, match="it has 1, 2"):
        await app.published_version(redis_client, "a", 3, settings=settings)
    with pytest.raises(Refused, match="never published"):
        await app.published_version(redis_client, "b", 1, settings=settings)


@pytest.mark.server
async def test_nothing_published_says_what_to_do(redis_client):
    """Whoever asks for a set that never was is told how to publish one."""
    with pytest.raises(Refused, match="tocsin watchlists apply"):
        await app.published(redis_client, settings=Settings())
