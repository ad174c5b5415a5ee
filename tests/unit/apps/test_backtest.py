"""A back-test reads no clock, keeps the order of its lines, and writes one row a rule."""

from __future__ import annotations

import json

import pytest

from tocsin.apps.backtest import read_articles, run, setup_of
from tocsin.apps.backtest_lines import Tally, rows
from tocsin.settings import Settings
from tocsin.watchlists import compile_text

LIST = "watchlist: desk\nentities: [North Korea]\nkeywords: [border incursion, defense pact]\n"
INCURSION = "North Korean soldiers made a border incursion near the river on Monday, the ministry in Seoul said."
PACT = " North Korea signed a defense pact with its neighbour on the same day, a treaty of mutual defense."


def line(**article) -> bytes:
    return json.dumps({"source": "s", "lang": "en", **article}).encode()


def arrivals(*lines: bytes) -> list[float | None]:
    return [None if one.article is None else one.article.arrived_at for one in read_articles(lines)]


def test_arrival_is_received_else_published_else_the_latest_so_far():
    """And the epoch where nothing is known yet; the wall clock is never asked."""
    found = arrivals(
        line(id="1", body="x"),
        line(id="2", body="x", published_at="1970-01-01T02:00:00Z"),
        line(id="3", body="x"),
        line(id="4", body="x", published_at="1970-01-01T01:00:00Z", received_at="1970-01-01T03:00:00Z"),
        line(id="5", body="x", received_at="1970-01-01T00:30:00Z"),
        line(id="6", body="x"),
    )
    assert found == [0.0, 7200.0, 7200.0, 10800.0, 1800.0, 10800.0]


def test_a_line_that_is_no_article_says_why_and_the_others_go_on():
    """Its number and reason are kept; empty lines are none."""
    found = list(read_articles([b"{", b"", line(id="a", body="x"), line(id="b"), b"[]"]))
    assert [(one.number, one.article is None) for one in found] == [(1, True), (3, False), (4, True), (5, True)]
    assert "bad_json" in found[0].problem
    assert "no_text" in found[2].problem


@pytest.fixture(scope="module")
def decided():
    """The rows of a small stream: told, copied, told of a further rule, sent again, taken back."""
    lines = [
        line(id="a", source="one", body=INCURSION),
        line(id="quiet", body="Nothing happened."),
        line(id="b", source="two", body=INCURSION),
        line(id="c", source="three", body=INCURSION + PACT),
        line(id="a", source="one", body=INCURSION),
        line(id="a", source="one", body="All quiet on the river."),
    ]
    setup = setup_of(Settings(reading={"enabled": False}), compile_text(LIST).watchlists)
    return [
        (found.number, list(map_rows(decisions))) for found, decisions in run(setup, read_articles(lines), workers=1)
    ]


def map_rows(decisions):
    for decision in decisions:
        yield from rows(decision)


def test_rows_follow_the_lines_one_a_rule(decided):
    """In article order; what is no candidate has no row; rules of one alert share its id."""
    assert [number for number, _ in decided] == [1, 2, 3, 4, 5, 6]
    found = {number: [(row.rule, row.decision, row.reason) for row in several] for number, several in decided}
    assert found[1] == [("border-incursion", "alert", "first")]
    assert found[2] == []
    assert found[3] == [("border-incursion", "suppressed", "duplicate")]
    assert found[4] == [("border-incursion", "alert", "new_rule"), ("defense-pact", "alert", "new_rule")]
    assert len({row.alert_id for row in dict(decided)[4]}) == 1


def test_a_copy_names_its_original_and_its_story(decided):
    """`copy_of` is an article id, `story_id` the story that it was placed in."""
    [first], [copy] = dict(decided)[1], dict(decided)[3]
    assert (copy.copy_of, copy.story_id) == ("a", first.story_id)
    assert first.copy_of is None
    assert first.story_id is not None


def test_content_decided_on_before_is_a_duplicate(decided):
    """The same revision again: suppressed, no alert id, however it is looked at."""
    [again] = dict(decided)[5]
    assert (again.decision, again.reason, again.alert_id, again.kind) == ("suppressed", "duplicate", None, None)


def test_a_correction_without_any_rule_has_one_row(decided):
    """The rule that is taken back stands in it; no evidence is made up."""
    [row] = dict(decided)[6]
    assert (row.rule, row.decision, row.reason, row.kind) == ("border-incursion", "alert", "corrected", "correction")
    assert row.evidence == ()


def test_a_tally_counts_by_rule_and_reason(decided):
    """What `--format table` and `--against` show."""
    tally = Tally()
    for _, several in decided:
        for row in several:
            tally.add(row)
    assert tally.alerts["desk", "border-incursion"] == 3
    assert tally.suppressed["desk", "border-incursion", "duplicate"] == 2
