"""The suite runs, on small lists and few articles: what it measures then means nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bench import page, plots
from bench.material import Material
from tocsin import folding

HERE = Path(__file__).parent


def run(part: str, *arguments: str) -> str:
    """Run a part of the suite as its reader would."""
    command = [sys.executable, str(HERE / f"bench_{part}.py"), "--quick", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def material() -> Material:
    return Material(count=60)


@pytest.mark.slow
def test_matching_finds_what_the_automaton_finds(tmp_path: Path) -> None:
    """Both engines of a run answer the same, whatever the size; the figures and the page are written."""
    run("match", "--engines", "tocsin", "daachorse", "--same-sizes", "--write", "--docs", str(tmp_path))
    kept = json.loads((tmp_path / "benchmarks.json").read_text())["match"]
    for size in kept["sizes"]["figures"].values():
        found = {name: row["found"] for name, row in size["ids"].items()}
        assert found["tocsin"] == found["daachorse"]
    planted = kept["planted"]["figures"]["ids"]
    assert planted["0"]["tocsin"]["found"] == 0
    assert planted["2"]["tocsin"]["found"] == planted["2"]["daachorse"]["found"] >= 2
    assert "## Matching" in (tmp_path / "benchmarks.md").read_text()
    assert ET.parse(tmp_path / "match-cost.svg").getroot().tag.endswith("svg")


@pytest.mark.slow
@pytest.mark.parametrize("part", ["whole", "scale"])
def test_a_part_keeps_the_figures_of_the_others(part: str, tmp_path: Path) -> None:
    """A part that is run alone writes its own figures; those of other parts stay."""
    other = {"consumer": {"latency": {"about": {"on": "then", "command": "that"}, "figures": ["as it was"]}}}
    (tmp_path / "benchmarks.json").write_text(json.dumps(other))
    run(part, "--write", "--docs", str(tmp_path))
    kept = json.loads((tmp_path / "benchmarks.json").read_text())
    assert kept[part]
    assert kept["consumer"] == other["consumer"]
    assert "as it was" in (tmp_path / "benchmarks.md").read_text()


@pytest.mark.slow
def test_rules_of_two_phrases_run_seldom(tmp_path: Path) -> None:
    """Entities or keywords, the same rules hold; few of all run."""
    run("rules", "--write", "--docs", str(tmp_path))
    kinds = json.loads((tmp_path / "benchmarks.json").read_text())["rules"]["rules"]["figures"]["500"]
    assert kinds["entities"]["candidates"] == kinds["keywords"]["candidates"]
    assert kinds["entities"]["run_share"] < 0.05


@pytest.mark.server
@pytest.mark.slow
def test_a_swap_is_measured(tmp_path: Path) -> None:
    """No alert is lost, doubled, or by another version than it states, while a new version is applied."""
    run("swap", "--changed", "5", "--write", "--docs", str(tmp_path))
    (found,) = json.loads((tmp_path / "benchmarks.json").read_text())["swap"]["swap"]["figures"]["changed"].values()
    assert found["heard"] == found["sent"] > 0
    assert found["doubled"] == found["wrong_version"] == 0
    assert all(found["by_version"].values())


def test_a_list_has_as_many_hits_as_it_says(material: Material) -> None:
    """What is planted stands where it is said to stand, and nothing else of the list stands in any article."""
    entries = material.entries(500, hits=1.0)
    assert len(set(entries.phrases)) == 500
    texts = [folding.fold(text) for text in material.texts]
    standing = {place for _, place in entries.planted}
    for article, place in entries.planted:
        assert f" {entries.phrases[place]} " in texts[article]
    for place, phrase in enumerate(entries.phrases):
        assert place in standing or not any(f" {phrase} " in text for text in texts)
    hits = sum(text.count(f" {entries.phrases[place]} ") for text in texts for place in standing)
    assert 0.8 * len(texts) <= hits <= 1.5 * len(texts)


def test_equal_seeds_make_equal_material(material: Material) -> None:
    """Figures of two days are of the same texts and lists."""
    again = Material(count=60)
    assert again.texts == material.texts
    assert again.entries(1_000) == material.entries(1_000)


def test_articles_of_ones_own(tmp_path: Path) -> None:
    """Long texts of a file are cut to 300 words; short ones are left out; none at all is said."""
    lines = [{"title": "T", "body": "word " * 400}, {"text": "other " * 260}, {"body": "short"}]
    (tmp_path / "mine.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    assert sorted(len(text.split()) for text in Material(files=[tmp_path / "mine.jsonl"]).texts) == [260, 300]
    (tmp_path / "none.jsonl").write_text(json.dumps(lines[2]))
    with pytest.raises(SystemExit, match="250 words"):
        Material(files=[tmp_path / "none.jsonl"])


def test_a_plot_names_every_line() -> None:
    """Every line with a point is drawn and named; markup in a name is text."""
    drawn = plots.lines("a < b", {"one": [(1, 2), (10, 3)], "two & three": [(1, 5)], "none": []}, x="x", y="y")
    root = ET.fromstring(drawn)
    texts = [one.text for one in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"a < b", "one", "two & three"} <= set(texts)
    assert "none" not in texts


def test_the_page_can_be_written_from_nothing(tmp_path: Path) -> None:
    """Without figures there is a page that says how to make them."""
    page.write(tmp_path)
    assert "make bench" in (tmp_path / "benchmarks.md").read_text()
