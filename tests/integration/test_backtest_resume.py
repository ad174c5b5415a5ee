"""A back-test that is interrupted, by whatever, goes on where it was: its output is that of one that never was."""

from __future__ import annotations

import io
import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from stack import until
from streams_of_news import news
from tocsin.apps.backtest_command import Asked, backtest
from tocsin.apps.backtest_output import Output
from tocsin.apps.backtest_state import unpack
from tocsin.cli import main
from tocsin.errors import Refused
from tocsin.settings import Settings

ROOT = Path(__file__).parents[2]
LISTS = "watchlist: desk\nentities: [North Korea]\nkeywords: [border incursion, defense pact]\n"
LINES = 400  # seven chunks
SECONDS = 60  # for processes to be gone; a loaded machine is slow


class Place:
    """A folder with articles and lists, and the command to run there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.articles = folder / "articles.jsonl"
        self.lists = folder / "desk.yaml"
        self.output = folder / "rows.jsonl"
        self.state = folder / "state"
        self.articles.write_bytes(b"".join(news(LINES)))
        self.lists.write_text(LISTS)

    def run(self, how: str, *more: str, resume: bool = True) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(ROOT / "tests" / "backtest_process.py"), how, "backtest"]
        command += ["--watchlists", str(self.lists), "--articles", str(self.articles), "--workers", "1"]
        command += ["--resume", str(self.state)] if resume else []
        if "table" not in more:
            command += ["--format", "jsonl", "--all", "--output", str(self.output)]
        environment = {**os.environ, "TOCSIN_READING__ENABLED": "false", "PYTHONPATH": str(ROOT / "services")}
        return subprocess.run([*command, *more], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    def workers_gone(self) -> bool:
        pids = (self.folder / "workers").read_text().split()
        return not any(Path(f"/proc/{pid}/exe").exists() for pid in pids)


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> bytes:
    """The rows of a run that nothing interrupted and that kept no state."""
    place = Place(tmp_path_factory.mktemp("whole"))
    done = place.run("none", resume=False)
    assert done.returncode == 0, done.stderr
    return place.output.read_bytes()


@pytest.mark.timeout(300)
def test_killed_again_and_again(place, whole):
    """Before a state is written, while it is, after it, and by signals: no row is missing, none is there twice."""
    for how, code in [
        ("before:2", -signal.SIGKILL),  # the first is the one at the beginning: nothing but an empty state is left
        ("before:3", -signal.SIGKILL),
        ("torn:2", -signal.SIGKILL),
        ("after:1", -signal.SIGKILL),
        ("interrupt:1", 130),
        ("terminate:1", 128 + signal.SIGTERM),
    ]:
        done = place.run(how)
        assert done.returncode == code, done.stderr
        assert place.state.exists()
        assert place.output.read_bytes() != whole
        if code == -signal.SIGKILL:
            assert until(place.workers_gone, SECONDS), "workers end with their parent"
        else:
            assert "the same command goes on there" in done.stderr
    done = place.run("none")
    assert done.returncode == 0, done.stderr
    assert "going on behind line 384" in done.stderr
    assert place.output.read_bytes() == whole
    assert whole.count(b"\n") > LINES / 4
    assert not place.state.exists(), "it is over: the next run begins anew"


@pytest.mark.timeout(120)
def test_a_worker_that_dies_is_an_error_and_the_state_stands(place, whole):
    """Killed for memory, say: one line that says what happened and what to do, exit 1; then it goes on."""
    done = place.run("worker:3")
    assert done.returncode == 1
    assert "a worker process died while lines" in done.stderr
    assert "--workers 1" in done.stderr
    assert "Traceback" not in done.stderr
    assert place.state.exists()
    assert place.run("none").returncode == 0
    assert place.output.read_bytes() == whole


@pytest.mark.timeout(120)
def test_the_table_is_of_the_whole_run(place):
    """Counts and comparison are kept too; no output file is needed for them."""
    (place.folder / "other.yaml").write_text(LISTS.replace(", defense pact", ""))
    asked = ("--format", "table", "--against", str(place.folder / "other.yaml"))
    wanted = place.run("none", *asked, resume=False).stdout
    assert place.run("after:4", *asked).returncode == -signal.SIGKILL
    done = place.run("none", *asked)
    assert (done.returncode, done.stdout) == (0, wanted)
    assert "gained" in wanted


@pytest.mark.timeout(120)
def test_what_is_not_the_same_run_is_refused(place, monkeypatch):
    """Other articles, lists or options, a cut output or a damaged state: each says what it is and what to do."""
    assert place.run("after:3").returncode == -signal.SIGKILL
    monkeypatch.chdir(ROOT)
    rows = place.output.read_bytes()
    quiet = Console(file=io.StringIO())

    def refused(**more: Any) -> str:
        options = {"articles": place.articles, "form": "jsonl", "everything": True, "resume": place.state}
        asked = Asked(**{**options, "output": place.output, **more})
        with pytest.raises(Refused) as caught:
            backtest(Settings(reading={"enabled": False}), asked, paths=[place.lists], out=quiet, err=quiet)
        return str(caught.value)

    assert "different now: --format, --all or --output." in refused(output=place.folder / "elsewhere.jsonl")
    assert "different now: --against." in refused(against=str(place.lists))
    place.lists.write_text(LISTS + "filters: {lang: [en]}\n")
    assert "different now: the watchlists." in refused()
    place.lists.write_text("# a comment changes nothing\n" + LISTS)
    place.output.write_bytes(rows[:100])
    assert "holds 100 bytes" in refused()
    place.output.write_bytes(rows)
    state = place.state.read_bytes()
    place.state.write_bytes(state[:-1])
    assert "is no whole state of a back-test" in refused()
    place.state.unlink()
    assert "is there already, but no state" in refused()
    assert place.output.read_bytes() == rows, "what is refused touches nothing"
    place.state.write_bytes(state)
    with place.articles.open("ab") as file:
        file.write(b"\n")
    assert "different now: the articles." in refused()


class Trap:
    """What a hostile state file would have made of it."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("true",)


def test_a_state_makes_values_of_our_own_only():
    """A file from somebody else runs nothing: neither functions nor classes of other packages are called."""
    for hostile in (Trap(), Path("x"), main):
        with pytest.raises(Refused, match="does not belong there"):
            unpack(pickle.dumps(hostile))


def test_one_output_has_one_writer(tmp_path):
    """The same command started twice by mistake: the second is told."""
    first = Output(tmp_path / "rows.jsonl")
    with pytest.raises(Refused, match="another back-test is writing it"):
        Output(tmp_path / "rows.jsonl")
    first.close()
    Output(tmp_path / "rows.jsonl").close()
