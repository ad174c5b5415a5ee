"""A back-test reads no clock, keeps the order of its lines, and writes one row a rule."""

from __future__ import annotations

import asyncio
import json

import msgspec
import pytest

from streams_of_news import news
from texts import Texts
from tocsin.apps.backtest import decide_all, in_force, open_sides, print_of, read_articles, run, setup_of
from tocsin.apps.backtest_input import MAX_LINE, Place
from tocsin.apps.backtest_lines import Tally, rows
from tocsin.apps.backtest_pool import CHUNK
from tocsin.apps.backtest_sides import Clock
from tocsin.apps.backtest_worker import Bench
from tocsin.model.reading import Reading
from tocsin.model.roster import Entities
from tocsin.pipeline import by_channel, find, judge, open_desk, to_read
from tocsin.scorer.channels import Channels, Task
from tocsin.settings import Settings
from tocsin.stores.memory_channels import MemoryChannelStore
from tocsin.story.fingerprint import fingerprint
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


OFF = Settings(reading={"enabled": False})
TWO_LISTS = (
    LIST
    + """---
watchlist: pacts
channels: [desk, pacts]
entities: [Russia]
keywords: [defense pact]
"""
)
OTHER = "watchlist: desk\nentities: [North Korea]\nkeywords: [defense pact]\n"


def lists_of(text: str):
    return compile_text(text).watchlists


def rows_of(decided):
    return [(line.number, line.problem, list(map_rows(decisions))) for line, decisions in decided]


async def whole(watchlists, lines):
    """The slow twin: one process, every document whole, nothing sent anywhere."""
    setup = setup_of(OFF, watchlists)
    desk = open_desk(watchlists, setup.weights, stale_s=setup.channels.stale_hours * 3600)
    clock = Clock()
    store = MemoryChannelStore(setup.channels, clock=clock)
    channels = Channels(store)
    found = []
    for one in read_articles(lines):
        assert one.article is not None
        clock.now = one.after.latest
        [told] = await store.told_channels([one.article.key])
        candidates = find(desk, one.article, now=one.article.arrived_at, always=bool(told))
        decisions = []
        if candidates is not None:
            reading = Reading(unread=True) if to_read(desk, candidates) else None
            scored = judge(desk, candidates, reading, now=one.article.arrived_at)
            tasks = [
                Task(number=0, channel=channel, document=candidates.document, scored=several,
                     hashes=fingerprint(candidates.document))
                for channel, several in by_channel(scored, told).items()
            ]  # fmt: skip
            settled = await channels.commit(desk, tasks, now=one.article.arrived_at)
            decisions = [(each.task.channel, each.state, each.decision) for each in settled]
        found.append((one.number, decisions))
    return found


def test_what_is_sent_back_by_workers_is_enough_to_decide():
    """Alerts, reasons, stories and evidence are those of a run that has every document whole."""
    lines = news(5 * CHUNK // 2)
    watchlists = lists_of(TWO_LISTS)
    slow = dict(asyncio.run(whole(watchlists, lines)))
    reasons = set()
    for line, decisions in run(setup_of(OFF, watchlists), read_articles(lines), workers=2):
        of_slow = {channel: (state, decision) for channel, state, decision in slow[line.number]}
        assert [one.channel for one in decisions] == sorted(of_slow)
        for one in decisions:
            state, wanted = of_slow[one.channel]
            reasons.add(wanted.reason.value)
            assert one.reason is wanted.reason or state == "noop"
            assert one.alert == wanted.alert or state == "noop"
            assert (one.story_id, one.copy_of, one.revision) == (wanted.story_id, wanted.copy_of, wanted.revision)
            assert [(each.score, each.guards, each.evidence) for each, _ in one.rules] == [
                (each.score, each.guards, each.evidence) for each, _ in wanted.rules
            ]
    assert reasons >= {"first", "duplicate", "new_rule", "corrected", "withdrawn", "unchanged"}


def test_results_are_the_same_for_any_number_of_workers():
    """Chunks do not depend on the workers, and placing is in line order."""
    lines = news(2 * CHUNK + 5, seed=3)
    setup = setup_of(OFF, lists_of(LIST))
    one, three = (rows_of(run(setup, read_articles(lines), workers=workers)) for workers in (1, 3))
    assert one == three
    assert any(several for _, _, several in one)


def test_a_side_decides_as_if_it_were_alone():
    """Two sets in one pass: each gives what it gives by itself, whatever the other holds and shares with it."""
    lines = news(CHUNK - 1, seed=4)
    ours, theirs = lists_of(TWO_LISTS), lists_of(OTHER)
    job, sides = open_sides(setup_of(OFF, ours, theirs, ours[1:]))
    assert len(job.lists) == 3, "what sides share is judged once"
    together = [pair for chunk in decide_all(job, sides, read_articles(lines)) for pair in chunk]
    for number, side in enumerate((ours, theirs, ours[1:])):
        alone = rows_of(run(setup_of(OFF, side), read_articles(lines)))
        assert rows_of([(line, decisions[number]) for line, decisions in together]) == alone
        assert any(several for _, _, several in alone)


def test_an_article_that_our_code_trips_over_harms_itself_only(monkeypatch):
    """It is reported with its line; its neighbours are decided."""
    monkeypatch.setattr("tocsin.apps.backtest_worker.find", _fails_on("b"))
    lines = [line(id="a", body=INCURSION), line(id="b", body=INCURSION), line(id="c", body=PACT)]
    found = list(run(setup_of(OFF, lists_of(LIST)), read_articles(lines)))
    assert [one.problem for one, _ in found] == ["", "failed in Tocsin's own code: KeyError: 'b'", ""]
    assert [bool(decisions) for _, decisions in found] == [True, False, True]


def _fails_on(wanted: str):
    def work(desk, article, **more):
        if article.id == wanted:
            raise KeyError(wanted)
        return find(desk, article, **more)

    return work


def test_no_article_is_no_work():
    """Without lines no index is built and nothing comes out."""
    assert list(run(setup_of(OFF, lists_of(LIST)), [])) == []


def test_what_channels_know_expires_with_the_articles_own_time():
    """As on the server, after `done_hours` and `story_hours`: weeks later the same content is news again."""
    days = [("a", 1, INCURSION), ("a", 2, INCURSION), ("b", 29, PACT), ("a", 30, INCURSION)]
    lines = [line(id=name, body=body, received_at=day * 86_400.0) for name, day, body in days]
    found = rows_of(run(setup_of(OFF, lists_of(LIST)), read_articles(lines)))
    assert [several[0].reason for _, _, several in found] == ["first", "duplicate", "first", "first"]


def test_published_lists_see_stored_articles():
    """A rule does not see what came before it was applied; in a comparison of versions it must."""
    [published] = lists_of(LIST)
    late = msgspec.structs.replace(
        published, rules=tuple(msgspec.structs.replace(rule, since=1e10) for rule in published.rules)
    )
    assert print_of(late) != print_of(published)
    assert [print_of(one) for one in in_force([late])] == [print_of(published)]


def test_a_lists_print_is_of_what_it_looks_for():
    """Number, hash and description of a version do not count; names, words and rules do."""
    [published] = lists_of(LIST)
    renumbered = msgspec.structs.replace(published, version=7, content_hash="x", description="y", applied_at=3.0)
    assert print_of(renumbered) == print_of(published)
    assert print_of(published) == print_of(lists_of(LIST)[0])
    others = [OTHER, LIST.replace("North", "South"), LIST.replace("desk", "board"), LIST.replace("pact", "treaty")]
    assert len({print_of(published), *(print_of(lists_of(text)[0]) for text in others)}) == 5
    fewer = msgspec.structs.replace(published, entities=Entities.of(list(published.entities)[:-1]))
    assert print_of(fewer) != print_of(published)


def test_an_overlong_line_is_passed_over():
    """It is no article, its bytes count, and the next line is read."""
    long = b'{"body": "' + b"x" * MAX_LINE + b'"}\n'
    found = list(read_articles([long, line(id="a", body="x")]))
    assert found[1].article is not None
    assert found[1].after == Place(2, len(long) + len(line(id="a", body="x")), 0.0)


def test_a_byte_order_mark_is_no_part_of_the_first_line():
    """Some editors put one at the beginning of a file."""
    [first] = read_articles([b"\xef\xbb\xbf" + line(id="a", body="x")])
    assert first.article is not None


def test_what_a_worker_sends_is_lean():
    """Neither mentions nor watchlists nor token offsets: a few kilobytes an alert, and nothing of a quiet article."""
    texts = Texts(seed=2)
    lines = [line(id="a", **texts.incursion(3_000)), line(id="q", **texts.quiet(3_000))]
    job, _ = open_sides(setup_of(OFF, lists_of(LIST)))
    [judged] = Bench(job).judge([one.article for one in read_articles(lines) if one.article is not None])
    assert judged.place == 0
    assert judged.text is not None
    assert len(msgspec.msgpack.encode(judged)) < 12_000
