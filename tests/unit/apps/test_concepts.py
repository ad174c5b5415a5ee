"""`tocsin concepts`: what is told of the library, and whether sentences do what their labels say."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from tocsin.cli import app
from tocsin.errors import Refused

TOUR = """concept: band-tour
title: Band tour
description: A band travels and plays.
code: {cameo: ["010"]}
heads: [band tour, border incursion]
phrases: [concert series]
other_senses: [tour bus]
arguments: {actor: {types: [ORG], hint: who plays}}
tolerates: [hypothetical]
sentences:
  found: [The band tour begins., A concert series opens.]
  not_found: [The band rests.]
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with one concept, named by the settings."""
    (tmp_path / "tour.yaml").write_text(TOUR)
    monkeypatch.setenv("TOCSIN_WATCHLISTS__CONCEPTS", json.dumps([str(tmp_path)]))
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(app, ["concepts", *map(str, arguments)])


def test_list_tells_every_concept_and_where_it_comes_from(folder):
    """The shipped ones and the user's own, each with its folder."""
    rows = {row["name"]: row for row in json.loads(run("list", "--format", "json").stdout)}
    assert rows["border-incursion"]["folder"] == "shipped"
    assert rows["band-tour"] == {
        "name": "band-tour", "title": "Band tour", "code": {"plover": None, "cameo": ["010"]}, "phrases": 3,
        "folder": str(folder),
    }  # fmt: skip
    assert "band-tour" in run("list").stdout


def test_show_tells_all_of_it(folder):
    """Each part of the file, and which heads are another's too."""
    told = run("show", "band-tour").stdout
    for part in ("Band tour", "010", "concert series", "tour bus", "actor: ORG (who plays)", "hypothetical", "2 found"):
        assert part in told
    assert "border incursion is a head of border-incursion, too" in told
    document = json.loads(run("show", "concept:band-tour", "--format", "json").stdout)
    assert document["shared_heads"] == {"border incursion": ["border-incursion"]}
    assert document["file"] == str(folder / "tour.yaml")
    assert document["phrases"] == ["concert series"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "border-incursio"), "Did you mean border-incursion"),
        (("show", "xyzzy"), "tocsin concepts list"),
        (("list", "--format", "yaml"), "table or json, not yaml"),
        (("test", "--name", "band-tuor"), "Did you mean band-tour"),
    ],
)
def test_what_cannot_be_meant_is_refused(folder, arguments, said):
    """An unknown name gets the nearest, an unknown form what there is."""
    assert folder.exists()
    error = run(*arguments).exception
    assert isinstance(error, Refused)
    assert said in str(error)


def test_sentences_that_are_right(folder):
    """Only the concepts of the path are tried; all are right, and the exit code is 0."""
    ran = run("test", folder)
    assert ran.exit_code == 0
    assert "2 of 2" in ran.stdout
    assert "border-incursion" not in ran.stdout


def test_a_failure_names_file_line_and_sentence(folder):
    """Found where it must not be, and not found where it must: both are told, and the exit code is 1."""
    file = folder / "tour.yaml"
    file.write_text(TOUR.replace("The band rests.", "The band tour rests.").replace("A concert series", "A concert"))
    for ran in (
        run("test", file),
        run("test", "--name", "band-tour"),
        run("test", "--concepts", folder, "--name", "band-tour"),
    ):
        assert ran.exit_code == 1
        assert f"{file}:11: error: band-tour is not found in: A concert opens." in ran.stdout
        assert f"{file}:12: error: band-tour is found in: The band tour rests." in ran.stdout


def test_a_wrong_file_is_told_and_the_rest_is_tried(folder):
    """A file that cannot be read is an error with its place, beside the trial of the others."""
    (folder / "wrong.yaml").write_text(TOUR.replace("title:", "tittle:"))
    ran = run("test", folder)
    assert ran.exit_code == 1
    assert f"{folder / 'wrong.yaml'}:" in ran.stdout
    assert "2 of 2" in ran.stdout


def test_a_folder_without_concepts_is_refused(tmp_path):
    """Nothing to try is no success."""
    assert isinstance(run("test", tmp_path).exception, Refused)
