"""Marks and articles from files: no server is needed to see what marks would do, or what a rule may have missed."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from scoring_file import even_scoring
from tocsin.apps.backtest_command import Asked, backtest
from tocsin.apps.misses import misses
from tocsin.apps.reader_offsets import offsets_from, read_marks
from tocsin.errors import NotReady, Refused
from tocsin.settings import Settings

RULE = "desk/border-incursion"
LIST = """
watchlist: desk
entities: {north-korea: {name: North Korea, aliases: [North Korean]}}
keywords: {border-incursion: {any: [border incursion]}}
rules:
  - {rule: border-incursion, entities: {any: [north-korea]}, keywords: {any: [border-incursion]}}
"""
INCURSION = "North Korean soldiers made a border incursion near the river on Monday, the ministry in Seoul said."
LIKE_IT = "North Korean soldiers were near the river on Monday, and the border ministry in Seoul said little."
ARTICLES = [
    {"id": "told", "source": "wire", "title": "Soldiers cross", "body": INCURSION, "lang": "en"},
    {"id": "like", "source": "wire", "title": "Soldiers seen", "body": LIKE_IT, "lang": "en"},
    {"id": "rain", "source": "wire", "title": "Rain", "body": "It rained.", "lang": "en"},
]


class Desk:
    """A folder with a list, articles and marks."""

    def __init__(self, folder: Path) -> None:
        self.list, self.articles, self.marks = folder / "list.yaml", folder / "articles.jsonl", folder / "marks.jsonl"
        self.list.write_text(LIST)
        self.articles.write_text("".join(json.dumps(one) + "\n" for one in ARTICLES))
        self.settings = Settings(reading={"enabled": False}, data_dir=folder, scoring={"file": even_scoring(folder)})
        self.out, self.err = (Console(file=io.StringIO(), width=200, color_system=None) for _ in range(2))

    def mark(self, mark: str, count: int) -> None:
        rows = [{"article_id": f"a{one}", "rule": RULE, "mark": mark, "score": 0.6} for one in range(count)]
        self.marks.write_text("".join(json.dumps(row) + "\n" for row in rows))

    def backtest(self, **asked: Any) -> str:
        asked = {"articles": self.articles, "workers": 1, **asked}
        assert backtest(self.settings, Asked(**asked), paths=[self.list], out=self.out, err=self.err) == 0
        return self.out.file.getvalue()  # type: ignore[attr-defined,no-any-return]

    def misses(self, **asked: Any) -> None:
        options = {
            "paths": [self.list],
            "rules": [],
            "articles": self.articles,
            "since": None,
            "limit": 5,
            "form": "jsonl",
        }
        misses(self.settings, **(options | asked), out=self.out, err=self.err)  # type: ignore[arg-type]


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def rows(printed: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in printed.splitlines()]


def test_a_back_test_scores_with_the_marks_of_a_file(desk, capsys):
    """The score is the shifted one, and decides; without marks nothing changes."""
    desk.backtest(form="jsonl", everything=True)
    [plain] = rows(capsys.readouterr().out)
    desk.mark("noise", 60)
    desk.backtest(form="jsonl", everything=True, marks=str(desk.marks))
    [marked] = rows(capsys.readouterr().out)
    assert plain["decision"] == "alert"
    assert (marked["decision"], marked["reason"]) == ("suppressed", "below_threshold")
    assert marked["score"] < plain["score"]


def test_both_sides_of_a_comparison_are_scored_with_the_marks(desk):
    """A comparison of lists is of lists: the same list loses and gains nothing, marked or not."""
    desk.mark("noise", 60)
    other = desk.list.with_name("other.yaml")
    other.write_text(LIST.replace("watchlist: desk", "watchlist: desk\ndescription: other words"))
    desk.backtest(against=str(other), marks=str(desk.marks), fail_on_change=True)


def test_live_marks_need_a_server(desk):
    """And say what to do where there is none."""
    with pytest.raises(NotReady, match="tocsin up"):
        offsets_from(desk.settings, "live")
    assert offsets_from(desk.settings, None) == {}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "marks.jsonl:2: is no mark"),
        ('{"article_id": "x", "rule": "desk/r", "mark": "noise"}', "score"),
        ('{"article_id": "x", "rule": "r", "mark": "noise", "score": 0.5}', "rule"),
        ('{"article_id": "x", "rule": "desk/r", "mark": "noise", "score": 7}', "score"),
        ('{"article_id": "x", "rule": "desk/r", "mark": "noise", "score": 0.5, "colour": 1}', "colour"),
    ],
)
def test_a_line_that_is_no_mark_is_named(desk, line, said):
    """File, line, what is wrong, and what to write."""
    desk.mark("noise", 1)
    desk.marks.write_text(desk.marks.read_text() + line + "\n")
    with pytest.raises(Refused, match=said) as refused:
        read_marks(desk.marks)
    assert '"article_id": "a1"' in str(refused.value)


def test_a_file_that_is_not_there_is_named_and_an_empty_one_has_no_marks(desk):
    """Blank lines are none either."""
    with pytest.raises(Refused, match="cannot be read"):
        read_marks(desk.marks)
    desk.marks.write_text("\n\n")
    assert read_marks(desk.marks) == []


def test_misses_are_told_without_a_server(desk, capsys):
    """What reads like an alert, as rows and as a table."""
    desk.misses()
    [row] = rows(capsys.readouterr().out)
    assert (row["rule"], row["kind"], row["article_id"]) == (RULE, "alike", "like")
    desk.misses(form="table", rules=[RULE])
    assert "alike" in desk.out.file.getvalue()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"form": "xml"}, "table or jsonl"),
        ({"articles": None}, "--since 7d"),
        ({"since": "7d"}, "--since 7d"),
        ({"rules": ["desk/other"]}, "one of desk/border-incursion"),
        ({"articles": Path("nowhere.jsonl")}, "no such file"),
    ],
)
def test_what_misses_cannot_look_for_says_what_to_write(desk, asked, said):
    """A form, a source of articles, a rule, a file."""
    with pytest.raises(Refused, match=said):
        desk.misses(**asked)


def test_misses_of_no_articles_are_none(desk, capsys):
    """An empty file is no error; lines that are no articles are counted."""
    desk.articles.write_text("")
    desk.misses()
    assert capsys.readouterr().out == ""
    desk.articles.write_text("{\n")
    desk.misses(form="table")
    assert "1 lines were no articles" in desk.err.file.getvalue()
    assert "Nothing was held back" in desk.out.file.getvalue()
