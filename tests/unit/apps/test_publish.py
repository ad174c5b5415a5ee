"""What `publish` reads: JSON lines, a text, standard input; and times shifted so that samples stay news."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tocsin.apps.publish import read, rebase
from tocsin.errors import Refused


class Stdin:
    def __init__(self, raw: bytes) -> None:
        self.buffer = io.BytesIO(raw)


def test_json_lines_one_article_each(tmp_path):
    """Empty lines are none."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"title": "one"}\n\n{"title": "two"}\n')
    assert [one["title"] for one in read(path)] == ["one", "two"]


def test_a_text_has_its_title_in_the_first_line(tmp_path):
    """The rest is the body."""
    path = tmp_path / "a.txt"
    path.write_text("A title\n\nA body.\nMore.\n")
    assert list(read(path)) == [{"title": "A title", "body": "A body.\nMore."}]


@pytest.mark.parametrize(
    ("raw", "titles"),
    [(b'\n{"title": "one"}\n{"title": "two"}\n', ["one", "two"]), (b"A title\nA body.\n", ["A title"]), (b"", [])],
)
def test_standard_input_is_lines_or_a_text(monkeypatch, raw, titles):
    """Told apart by the first character that is no white space."""
    monkeypatch.setattr("sys.stdin", Stdin(raw))
    assert [one["title"] for one in read(Path("-"))] == titles


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jsonl", b'{"title": "ok"}\n{broken\n', "a.jsonl:2: not a JSON object"),
        ("a.jsonl", b"[]\n", "a.jsonl:1: a line must be a JSON object"),
        ("a.txt", b"\n \n", "there is no text in it"),
        ("a.txt", b"\xff\n", "not UTF-8"),
    ],
)
def test_what_cannot_be_read_names_the_place(tmp_path, name, content, message):
    """File and line, and what is wrong."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Refused, match=message):
        list(read(path))


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    """A message, not a traceback."""
    for path in (tmp_path, tmp_path / "none.jsonl"):
        with pytest.raises(Refused, match="no such file"):
            list(read(path))


def test_rebasing_keeps_every_distance():
    """The latest arrival is now; what was undated stays undated."""
    articles: list[dict[str, object]] = [
        {"id": "a", "published_at": "2026-03-02T08:00:00Z", "received_at": "2026-03-02T08:10:00Z"},
        {"id": "b", "received_at": "2026-03-02T09:00:00Z"},
    ]
    moved = rebase(articles, 1_000_000.0)
    assert moved[1]["received_at"] == "1970-01-12T13:46:40+00:00"
    assert moved[0]["published_at"] == "1970-01-12T12:46:40+00:00"
    assert "published_at" not in moved[1]
