"""What the documents say is what the code does: keys, commands, targets, dependencies."""

from __future__ import annotations

import inspect
import re
import tomllib
from pathlib import Path

import pytest
import typer

from tocsin import streams
from tocsin.cli import app

ROOT = Path(__file__).parents[2]
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text()
README = (ROOT / "README.md").read_text()
PLACES = {
    "channel": "CHANNEL", "mark": "ALERT_ID", "article_key": "ARTICLE_KEY", "name": "NAME", "articles": "STREAM",
    "group": "GROUP", "job": "JOB",
}  # fmt: skip


def every_key() -> dict[str, str]:
    """Each key of streams.py as the table writes it."""
    keys = {name: value for name, value in vars(streams).items() if name.isupper() and isinstance(value, str)}
    for name, function in inspect.getmembers(streams, inspect.isfunction):
        if function.__module__ == "tocsin.streams":
            keys[name] = function(**{argument: PLACES[argument] for argument in inspect.signature(function).parameters})
    return keys


@pytest.mark.parametrize(("name", "key"), sorted(every_key().items()))
def test_every_redis_key_is_in_the_architecture(name, key):
    """An operator finds every key that stands in the server, and what it means."""
    assert f"| `{key.replace('STREAM:dead', 'articles:dead')}` |" in ARCHITECTURE


def commands() -> set[str]:
    click_app = typer.main.get_command(app)
    found = set()
    for name, command in click_app.commands.items():  # type: ignore[attr-defined]
        found.add(name)
        found.update(f"{name} {inner}" for inner in getattr(command, "commands", {}))
    return found


def test_every_command_that_the_readme_shows_exists():
    """`tocsin …` in the README is a command of the program."""
    shown = re.findall(r"tocsin ([a-z-]+(?: (?:check|show|apply|list|requeue|schema)\b)?)", README)
    assert shown
    assert {one for one in shown if one not in commands()} == set()


def test_every_make_target_that_the_documents_show_exists():
    """`make …` in README and CONTRIBUTING is a target, and every target says what it does."""
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    shown = set(re.findall(r"make ([a-z-]+)", README + (ROOT / "CONTRIBUTING.md").read_text())) - {"it"}
    assert shown <= targets


def test_every_dependency_has_its_reason():
    """No package comes in without a line in ARCHITECTURE.md that says why."""
    table = ARCHITECTURE.partition("## Dependencies")[2].partition("\n## ")[0].casefold()
    names = [
        re.split(r"[\[<>=~!]", requirement)[0]
        for requirement in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    ]
    assert [name for name in names if name.casefold() not in table] == []


@pytest.mark.parametrize(
    "path", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "seeds/README.md", "docs/watchlists.md"]
)
def test_links_between_documents_lead_somewhere(path):
    """A relative link names a file of the repository."""
    here = ROOT / path
    links = re.findall(r"\]\((?!https?:)([^)#]+)", here.read_text())
    assert [link for link in links if not (here.parent / link).exists()] == []
