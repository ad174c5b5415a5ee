"""The sample articles are decided as seeds/expected.yaml says: each is there for a reason."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tocsin.apps.backtest import read_articles, run, setup_of
from tocsin.settings import Settings
from tocsin.watchlists import load

ROOT = Path(__file__).parents[2]
EXPECTED = yaml.safe_load((ROOT / "seeds" / "expected.yaml").read_text())


@pytest.fixture(scope="module")
def decided():
    """Every line's decisions: line number → channel → what was decided, in the words of expected.yaml."""
    settings = Settings(scoring={"file": ROOT / "config" / "scoring.yaml"})
    lists = load([ROOT / "config" / "watchlists"]).watchlists
    lines = (ROOT / "seeds" / "articles.jsonl").read_bytes().splitlines()
    found = {}
    for line, decisions in run(setup_of(settings, lists), read_articles(lines), workers=1):
        assert line.article is not None, f"line {line.number}: {line.problem}"
        found[line.number] = {
            one.channel: f"{'alert' if one.sent else 'suppressed'} {one.reason.value}" for one in decisions
        }
    return found


def as_expected(wanted: str | None, found: str | None) -> bool:
    if wanted is None or found is None:
        return wanted == found or (found is None and wanted is not None and wanted.startswith("quiet"))
    kind, _, reasons = wanted.partition(" ")
    return found in {f"{'suppressed' if kind == 'quiet' else kind} {reason}" for reason in reasons.split("|")}


@pytest.mark.parametrize("case", EXPECTED, ids=lambda case: f"{case['line']}-{case.get('id')}")
def test_each_sample_is_decided_as_its_reason_asks(case, decided):
    """Alert or not, with the stated reason, on every channel; and on no other channel."""
    found = decided[case["line"]]
    channels = {*case["channels"], *found}
    wrong = {
        name: (case["channels"].get(name), found.get(name))
        for name in channels
        if not as_expected(case["channels"].get(name), found.get(name))
    }
    assert not wrong, "channel: (expected, decided)"


def test_every_sample_has_an_expectation(decided):
    """No line of the samples is without a stated decision, and none is stated for a line that is not there."""
    assert sorted(case["line"] for case in EXPECTED) == sorted(decided)
