"""`tocsin watchlists fmt` over files, and `check` with counts from a real stream."""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from tocsin.apps import term_report
from tocsin.apps import watchlists as app
from tocsin.apps.watchlist_fmt import fmt
from tocsin.errors import Refused
from tocsin.runtime.connect import connect
from tocsin.settings import RedisSettings, Settings

NEAT = "watchlist: a\nkeywords: [border incursion, attack]\n"
MESSY = "keywords: ['border incursion', attack]\nwatchlist: a\n"


@pytest.fixture
def out():
    return Console(file=io.StringIO(), width=300, color_system=None)


@pytest.fixture
def err():
    return Console(file=io.StringIO(), width=300, color_system=None)


def said(console):
    return console.file.getvalue()


def test_fmt_writes_what_changes_and_names_it(tmp_path, out, err):
    """Files of a folder, in place, each with its mode; the second time nothing is left to do."""
    messy, neat = tmp_path / "messy.yaml", tmp_path / "neat.yml"
    messy.write_text(MESSY)
    messy.chmod(0o640)
    neat.write_text(NEAT.replace("a\n", "b\n", 1))
    (tmp_path / "c.json").write_text('{"watchlist": "c", "keywords": ["x y"]}')
    assert fmt([tmp_path], check=True, out=out, err=err) == 1
    assert said(out) == f"{messy}\n"
    assert messy.read_text() == MESSY
    assert fmt([tmp_path], out=out, err=err) == 0
    assert messy.read_text() == NEAT
    assert messy.stat().st_mode & 0o777 == 0o640
    assert sorted(one.name for one in tmp_path.iterdir()) == ["c.json", "messy.yaml", "neat.yml"]
    assert fmt([tmp_path], check=True, out=out, err=err) == 0
    assert "c.json: JSON is left as it is." in said(err)


def test_fmt_leaves_a_file_with_errors_alone(tmp_path, out, err):
    """The others are written, the error is told, the exit code says so."""
    bad, good, foreign = tmp_path / "bad.yaml", tmp_path / "good.yaml", tmp_path / "latin.yaml"
    bad.write_text("keyword: [x]\nwatchlist: a\n")
    good.write_text(MESSY)
    foreign.write_bytes(b"watchlist: a\nkeywords: [caf\xe9 bar]\n")
    assert fmt([tmp_path], out=out, err=err) == 1
    assert bad.read_text() == "keyword: [x]\nwatchlist: a\n"
    assert good.read_text() == NEAT
    assert f"{bad}:1: error: unknown key 'keyword'" in said(err)
    assert f"{foreign}:2: error: this is not UTF-8." in said(err)
    with pytest.raises(Refused, match="no such file"):
        fmt([tmp_path / "nowhere.yaml"], out=out, err=err)


def test_fmt_from_standard_input(monkeypatch, capfdbinary, out, err):
    """``-`` is for editors: text in, text out."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(MESSY.encode())))
    assert fmt([Path("-")], out=out, err=err) == 0
    assert capfdbinary.readouterr().out == NEAT.encode()
    with pytest.raises(Refused, match="alone"):
        fmt([Path("-"), Path("a.yaml")], out=out, err=err)


def publish(redis_url, bodies):
    async def work():
        redis = connect(redis_url)
        await redis.flushall()
        for body in bodies:
            await redis.xadd("articles", {"data": msgspec.json.encode({"title": "", "body": body})})
        await redis.aclose()

    asyncio.run(work())


@pytest.mark.server
def test_check_tells_how_common_each_term_is(redis_url, tmp_path, out, err):
    """Counted in the retained stream by the matcher's own lights; what is no article is left out."""
    publish(redis_url, ["They attacked."] * 120 + ["A border incursion."] + [""])
    (tmp_path / "a.yaml").write_text(NEAT)
    settings = Settings(redis=RedisSettings(url=redis_url), data_dir=tmp_path)
    assert app.check([tmp_path], since="24h", settings=settings, out=out, err=err) == 0
    text = said(out)
    assert f"120 articles (99.2%)  attack (phrase of attack, {tmp_path}/a.yaml:2)  too generic" in text
    assert "1 article  (0.8%)  border incursion" in text


@pytest.mark.server
def test_check_counts_the_newest_only(redis_url, tmp_path, out, err, monkeypatch):
    """A large stream is not read to its end, and that is said."""
    monkeypatch.setattr(term_report, "MOST", 250)
    publish(redis_url, ["They attacked."] * 300 + ["A border incursion."] * 250)
    (tmp_path / "a.yaml").write_text(NEAT)
    settings = Settings(redis=RedisSettings(url=redis_url), data_dir=tmp_path)
    assert app.check([tmp_path], since="7d", settings=settings, out=out, err=err) == 0
    assert "Counted in the newest 250 articles, not in all of the last 7d." in said(err)
    assert "never seen: 1 of 2 terms" in said(out)


def test_check_does_without_the_parser(tmp_path):
    """Words are inflected without loading spaCy, which takes longer than all the rest of the command."""
    (tmp_path / "a.yaml").write_text(NEAT)
    code = (
        "import sys; from pathlib import Path; from tocsin.watchlists import load\n"
        "import tocsin.cli, tocsin.apps.watchlists\n"
        "assert not load([Path(sys.argv[1])]).errors\n"
        "sys.exit(any(name in sys.modules for name in ('spacy', 'thinc')))"
    )
    assert subprocess.run([sys.executable, "-c", code, tmp_path], check=False).returncode == 0


@pytest.mark.parametrize("url", [None, "redis://127.0.0.1:1/0"])
def test_check_without_a_server_is_no_error(tmp_path, out, err, url):
    """One line says that there are no counts."""
    (tmp_path / "a.yaml").write_text("watchlist: a\nkeywords: [border incursion]\n")
    settings = Settings(redis=RedisSettings(url=url), data_dir=tmp_path)
    assert app.check([tmp_path], since="24h", settings=settings, out=out, err=err) == 0
    assert said(out) == ""
    assert said(err).splitlines()[-1].startswith("No counts from the stream: ")
