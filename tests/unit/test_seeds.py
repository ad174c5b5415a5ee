"""``seeds/``: the sample articles, what each shows, and what should be decided are one set."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

import pytest
import yaml

SEEDS = Path(__file__).parents[2] / "seeds"
ARTICLES = [json.loads(line) for line in (SEEDS / "articles.jsonl").read_text(encoding="utf-8").splitlines()]
EXPECTED = yaml.safe_load((SEEDS / "expected.yaml").read_text(encoding="utf-8"))
ROW = re.compile(r"\| (?P<line>\d+) \| (?P<article>[^|]+) \| (?P<shows>[^|]+) \| (?P<cells>.+) \|")
CHANNELS = ("korea-desk", "dmz", "alliances")


def rows() -> list[re.Match[str]]:
    """The README's table."""
    return [row for line in (SEEDS / "README.md").read_text().splitlines() if (row := ROW.fullmatch(line))]


def shown(expected: str | None) -> str:
    """An expectation as the table shows it."""
    if expected is None:
        return "-"
    how, _, reasons = expected.partition(" ")
    return {"alert": "**{}**", "suppressed": "{}", "quiet": "- or {}"}[how].format(reasons.replace("|", " or "))


def test_there_are_enough():
    """At least thirty, each with a line in the table and an expectation."""
    assert len(ARTICLES) >= 30
    assert [one["line"] for one in EXPECTED] == list(range(1, len(ARTICLES) + 1))
    assert [int(row["line"]) for row in rows()] == list(range(1, len(ARTICLES) + 1))


@pytest.mark.parametrize("number", range(len(ARTICLES)))
def test_the_table_says_what_the_expectations_say(number):
    """Article, line and the three channels agree between the JSONL, the YAML and the README."""
    article, expected, row = ARTICLES[number], EXPECTED[number], rows()[number]
    assert expected.get("id") == article.get("id")
    assert (article.get("id") or "no id") in row["article"]
    assert row["cells"].split(" | ") == [shown(expected["channels"].get(channel)) for channel in CHANNELS]


def test_they_stand_in_the_order_of_arrival():
    """Times are ISO 8601 with a zone, and arrival never goes back: the file is a stream."""
    arrivals = [datetime.fromisoformat(article["received_at"]) for article in ARTICLES]
    assert all(arrival.tzinfo for arrival in arrivals)
    assert arrivals == sorted(arrivals)
    assert all(datetime.fromisoformat(one["published_at"]).tzinfo for one in ARTICLES if "published_at" in one)


def test_no_outlet_is_a_real_one():
    """Every address is under .example, which nobody can register."""
    hosts = [article["url"].split("/")[2] for article in ARTICLES if "url" in article]
    assert len(hosts) > 30
    assert all(host.endswith(".example") for host in hosts)
