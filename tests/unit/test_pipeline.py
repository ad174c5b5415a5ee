"""The order of the flow: an empty result ends it; a new rule does not see what came before it."""

from __future__ import annotations

import msgspec

from builders import an_article
from tocsin.model.decision import Reason
from tocsin.model.rule import Watchlist
from tocsin.pipeline import by_channel, find, judge, open_desk, settle, to_read
from tocsin.score.signals import SIGNALS
from tocsin.score.weights import Weight, Weights
from tocsin.story.open_stories import OpenStories
from tocsin.watchlists import compile_text

EVEN = Weights(threshold=0.5, intercept=1.0, signals={name: Weight(0.0, 0.5) for name in SIGNALS})
BODY = "North Korea made a border incursion on Monday."


def lists(
    text: str = "watchlist: desk\nentities: [North Korea]\nkeywords: [border incursion]\n",
) -> tuple[Watchlist, ...]:
    return compile_text(text).watchlists


def test_most_articles_end_at_the_scan():
    """Nothing is structured, read or scored where no rule can hold; `always` looks closer even so."""
    desk = open_desk(lists(), EVEN)
    quiet = an_article(body="A quiet day.")
    assert find(desk, quiet, now=0.0) is None
    looked = find(desk, quiet, now=0.0, always=True)
    assert looked is not None
    assert looked.candidates == ()


def test_a_rule_does_not_see_what_arrived_before_it():
    """Applied at T: an article of T - 1 is none of its business, one of T is."""
    [watchlist] = lists()
    rules = tuple(msgspec.structs.replace(rule, since=100.0) for rule in watchlist.rules)
    desk = open_desk((msgspec.structs.replace(watchlist, rules=rules),), EVEN)
    assert find(desk, an_article(body=BODY, arrived_at=99.0), now=100.0) is None
    assert find(desk, an_article(body=BODY, arrived_at=100.0), now=100.0) is not None


def test_what_is_filtered_or_stale_is_not_read_and_keeps_its_reason():
    """The parser is never asked about it; score and evidence are there all the same."""
    desk = open_desk(lists(), EVEN, stale_s=3600.0)
    found = find(desk, an_article(body=BODY, published_at=1.0, arrived_at=10_000.0), now=10_000.0)
    assert found is not None
    assert found.refusals == (Reason.STALE,)
    assert to_read(desk, found) == frozenset()
    [scored] = judge(desk, found, None, now=10_000.0)
    assert scored.refusal is Reason.STALE
    assert scored.evidence


def test_a_rule_with_two_channels_is_decided_in_each():
    """Each channel has its own stories, so each decides for itself."""
    text = (
        "watchlist: desk\nentities: {nk: {name: North Korea}}\nkeywords: {k: {any: [border incursion]}}\n"
        "rules: [{rule: r, entities: {any: [nk]}, keywords: {any: [k]}, channels: [one, two]}]\n"
    )
    desk = open_desk(lists(text), EVEN)
    found = find(desk, an_article(body=BODY), now=0.0)
    assert found is not None
    channels = by_channel(judge(desk, found, None, now=0.0), told=("three",))
    assert {name: len(scored) for name, scored in channels.items()} == {"one": 1, "three": 0, "two": 1}


def test_settling_takes_the_decision_on_at_once():
    """The stories know of it before anything is committed, and say what it was read from."""
    desk = open_desk(lists(), EVEN)
    found = find(desk, an_article(body=BODY), now=0.0)
    assert found is not None
    stories = OpenStories("desk")
    scored = judge(desk, found, None, now=0.0)
    first = settle(desk, found.document, "desk", scored, stories, now=0.0)
    assert first.entry is not None
    assert (first.entry.opens, first.entry.read_version, first.entry.read_opened, first.before) == (True, "", "", None)
    assert stories.opened == first.decision.story_id
    other = find(desk, an_article(id="b", source="t", body=BODY), now=0.0)
    assert other is not None
    copy = settle(desk, other.document, "desk", judge(desk, other, None, now=0.0), stories, now=0.0)
    assert copy.entry is not None
    assert copy.decision.reason is Reason.DUPLICATE
    assert copy.entry.read_version == first.entry.done
    assert copy.entry.read_opened == first.decision.story_id
