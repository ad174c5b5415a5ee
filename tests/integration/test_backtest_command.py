"""`tocsin backtest` as it is typed: which articles, which lists to compare with, what it says and how it ends."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tocsin.apps import watchlists as lists
from tocsin.apps.backtest_command import Asked, backtest
from tocsin.errors import Refused
from tocsin.runtime.connect import connect
from tocsin.settings import RedisSettings, Settings
from tocsin.stores.watchlist_plan import Order
from tocsin.stores.watchlists import RedisWatchlistStore

ROOT = Path(__file__).parents[2]
OLD = "watchlist: desk\nentities: [North Korea]\nkeywords: [border incursion]\n"
NEW = "watchlist: desk\nentities: [North Korea]\nkeywords: [defense pact]\n"
INCURSION = "North Korean soldiers made a border incursion near the river on Monday, the ministry in Seoul said."
PACT = "North Korea signed a defense pact with its neighbour on the same day, a treaty of mutual defense."
ARTICLES = [
    {"id": "a", "source": "wire", "title": "Soldiers cross", "body": INCURSION, "lang": "en"},
    {"id": "b", "source": "wire", "title": "Pact signed", "body": PACT, "lang": "en"},
    {"id": "c", "source": "wire", "title": "Rain", "body": "It rained.", "lang": "en"},
]


class Desk:
    """A folder with articles and two versions of a list, and the command over them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.articles = folder / "articles.jsonl"
        self.old, self.new = folder / "old.yaml", folder / "new.yaml"
        self.articles.write_text("".join(json.dumps(one) + "\n" for one in ARTICLES))
        self.old.write_text(OLD)
        self.new.write_text(NEW)
        self.settings = Settings(reading={"enabled": False})
        self.out, self.err = (Console(file=io.StringIO(), width=200, color_system=None) for _ in range(2))

    def run(self, **asked: Any) -> int:
        """Run with the new list; articles are the file unless named."""
        asked = asked if "since" in asked else {"articles": self.articles, **asked}
        return backtest(self.settings, Asked(**asked), paths=[self.new], out=self.out, err=self.err)

    @property
    def shown(self) -> str:
        return self.out.file.getvalue()  # type: ignore[attr-defined,no-any-return]

    @property
    def said(self) -> str:
        return self.err.file.getvalue()  # type: ignore[attr-defined,no-any-return]


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    return Desk(tmp_path)


def test_a_table_counts_by_rule(desk):
    """To standard output; nothing is said of a short run."""
    assert desk.run() == 0
    assert [line.split() for line in desk.shown.splitlines()][1:] == [["desk", "defense-pact", "1", "0"]]
    assert desk.said == ""


def test_a_comparison_with_a_path(desk):
    """Gained and lost by rule, each with its article and what the other list does about it."""
    assert desk.run(against=str(desk.old)) == 0
    assert "gained     1  desk · defense-pact\n             Pact signed  [wire b]" in desk.shown
    assert "lost     1  desk · border-incursion\n             Soldiers cross  [wire a]" in desk.shown
    assert "1 alerts gained, 1 lost, 0 the same." in desk.shown


def test_fail_on_change_answers_with_its_exit_code(desk):
    """1 where an alert is gained or lost, 0 where none is."""
    assert desk.run(against=str(desk.old), fail_on_change=True) == 1
    assert desk.run(against=str(desk.new), fail_on_change=True) == 0


def test_rows_are_the_new_lists_and_the_comparison_is_said_beside_them(desk):
    """With jsonl the rows are those of a run without --against, byte for byte."""
    plain, compared = desk.folder / "plain.jsonl", desk.folder / "compared.jsonl"
    assert desk.run(form="jsonl", everything=True, output=plain) == 0
    assert desk.run(form="jsonl", everything=True, output=compared, against=str(desk.old)) == 0
    assert plain.read_bytes() == compared.read_bytes() != b""
    assert desk.shown == ""
    assert "1 alerts gained, 1 lost" in desk.said


def test_a_list_that_only_one_side_has_is_said(desk):
    """All of its alerts are gained, which may be a slip."""
    desk.old.write_text(OLD.replace("desk", "board"))
    assert desk.run(against=str(desk.old)) == 0
    assert "has no desk: all of their alerts are gained" in desk.said


def test_a_gzipped_file_is_read_as_it_is(desk):
    """Whatever its name; several members, as some archives are made, are one file."""
    packed = desk.folder / "articles.anything"
    lines = desk.articles.read_bytes().splitlines(keepends=True)
    packed.write_bytes(b"".join(map(gzip.compress, lines)))
    assert desk.run(articles=packed) == 0
    assert "defense-pact" in desk.shown


def test_a_gzipped_file_that_breaks_off_says_where(desk):
    """What was cut short by a full disk is not taken for a whole one."""
    packed = desk.folder / "articles.gz"
    packed.write_bytes(gzip.compress(desk.articles.read_bytes())[:-12])
    with pytest.raises(Refused, match=r"articles\.gz: cannot be read beyond line \d"):
        desk.run(articles=packed)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"form": "csv"}, "--format csv: write table or jsonl"),
        ({"since": "7d", "articles": Path("x")}, "--articles FILE.jsonl .* or --since 7d"),
        ({"fail_on_change": True}, "--fail-on-change needs --against"),
        ({"output": Path("rows")}, "--output is for rows"),
        ({"articles": Path("-"), "resume": Path("state")}, "--resume needs --articles FILE"),
        ({"resume": Path("state"), "form": "jsonl"}, "needs --output FILE"),
        ({"articles": Path("no-such.jsonl")}, r"no-such\.jsonl: no such file"),
        ({"articles": ROOT}, "is a folder: name a file"),
        ({"form": "jsonl", "output": Path("/no/such/folder/rows")}, "cannot be written: No such file"),
        ({"since": "a week"}, "is no duration"),
    ],
)
def test_what_cannot_be_meant_says_what_to_write(desk, asked, told):
    """Before anything is read or written."""
    with pytest.raises(Refused, match=told):
        desk.run(**asked)


def test_an_empty_file_is_said(desk):
    """No articles is no error, and no riddle."""
    desk.articles.write_bytes(b"\n\n")
    assert desk.run() == 0
    assert "There were no articles." in desk.said


def test_broken_lines_are_told_by_number_up_to_a_bound(desk):
    """The first twenty one by one, then how many there were; the articles among them are decided."""
    desk.articles.write_text("{\n" * 50 + json.dumps(ARTICLES[1]) + "\n")
    assert desk.run() == 0
    assert "line 20: bad_json" in desk.said
    assert "line 21:" not in desk.said
    assert "50 lines were no articles and were left out." in desk.said
    assert "defense-pact" in desk.shown


def test_a_file_without_a_single_article_is_refused(desk):
    """Somebody named another file than they meant."""
    desk.articles.write_text("id,title\n1,x\n")
    with pytest.raises(Refused, match="None of the lines is an article"):
        desk.run()


def command(desk: Desk, *more: str) -> list[str]:
    lists = ["--watchlists", str(desk.new), "--format", "jsonl", "--all"]
    return [sys.executable, "-m", "tocsin", "backtest", *lists, *more]


ENVIRONMENT = {**os.environ, "TOCSIN_READING__ENABLED": "false", "PYTHONPATH": str(ROOT / "services")}


def test_standard_input_is_a_file_too(desk):
    """`zcat … | tocsin backtest --articles -`, compared with other lists in the same pass."""
    done = subprocess.run(
        command(desk, "--articles", "-", "--against", str(desk.old)),
        input=desk.articles.read_bytes(), cwd=ROOT, env=ENVIRONMENT, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["rule"] for line in done.stdout.splitlines()] == ["defense-pact"]
    assert b"1 alerts gained, 1 lost" in done.stderr


def test_a_reader_that_goes_away_ends_it_quietly(desk):
    """`tocsin backtest … | head`: no traceback."""
    desk.articles.write_text("".join(json.dumps({**ARTICLES[1], "id": str(n)}) + "\n" for n in range(300)))
    running = subprocess.Popen(
        command(desk, "--articles", str(desk.articles)),
        cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.close()
    said = running.stderr.read()
    running.stderr.close()
    assert running.wait() == 141
    assert said == b""


@pytest.fixture
def published(desk, redis_url):
    """The desk's settings name a server on which the old list was published, then the new one; and articles."""
    desk.settings = Settings(reading={"enabled": False}, redis=RedisSettings(url=redis_url))

    async def publish() -> None:
        client = connect(redis_url)
        await client.flushall()
        for path in (desk.old, desk.new):
            await lists.apply(client, [path], settings=desk.settings, console=desk.err)
        now, _ = await client.time()
        for age, article in zip((3000, 2000, 1000), ARTICLES, strict=True):
            await client.xadd("articles", {"data": json.dumps(article)}, id=f"{(now - age) * 1000}-0")
        await client.xadd(
            "articles", {"data": json.dumps({**ARTICLES[0], "id": "later"})}, id=f"{(now + 1000) * 1000}-0"
        )
        await client.aclose()

    asyncio.run(publish())
    return desk


@pytest.mark.server
def test_a_comparison_with_published_versions(published):
    """By number, or as it is published now; that it was applied after the articles arrived is no reason to see none."""
    assert published.run(against="desk@1") == 0
    assert "1 alerts gained, 1 lost, 0 the same." in published.shown
    assert published.run(against="desk") == 0
    assert "0 alerts gained, 0 lost, 1 the same." in published.shown


@pytest.mark.server
def test_what_was_not_published_says_what_to_write(published):
    """A version or list that is not there, and one that was removed."""
    with pytest.raises(Refused, match="it has 1, 2"):
        published.run(against="desk@7")
    with pytest.raises(Refused, match="Write a PATH, NAME"):
        published.run(against="nosuch")

    async def remove() -> None:
        client = connect(published.settings.redis.url.get_secret_value())
        await RedisWatchlistStore(client).apply(Order([], origin="file", who="me", prune=True, force=False))
        await client.aclose()

    asyncio.run(remove())
    with pytest.raises(Refused, match=r"was removed\. Write desk@VERSION"):
        published.run(against="desk")
    assert published.run(against="desk@1") == 0


@pytest.mark.server
def test_the_retained_stream(published):
    """What arrived since then and up to now; with less kept than asked for it exits 2 unless that will do."""
    assert published.run(since="45m", against=str(published.old)) == 0
    assert "1 alerts gained, 0 lost, 0 the same." in published.shown, "the article of 50 minutes ago is older"
    assert published.run(since="7d") == 2
    assert "--since 7d: articles are kept since 20" in published.said
    assert "Use --partial" in published.said
    assert published.run(since="7d", partial=True) == 0
    assert "defense-pact" in published.shown
