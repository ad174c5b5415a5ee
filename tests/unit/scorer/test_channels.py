"""Committing to channels: conflicts are placed again, retries change nothing, order within a batch counts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

import pytest

from builders import a_candidate, an_article, document_of
from tocsin import pipeline
from tocsin.errors import Transient
from tocsin.model.decision import Reason, Scored
from tocsin.model.story import Committed, Entry
from tocsin.pipeline import Desk, open_desk
from tocsin.score.weights import Weights
from tocsin.scorer.channels import ALONE, TOGETHER, Channels, Task
from tocsin.settings import ChannelSettings
from tocsin.stores.memory_channels import MemoryChannelStore
from tocsin.story.fingerprint import fingerprint

TEXT = " ".join(f"Sentence {number} says what happened there." for number in range(30))
OTHER = " ".join(f"Line {number} tells quite another thing altogether." for number in range(30))


def desk() -> Desk:
    return open_desk((), Weights(threshold=0.5, intercept=0.0, signals={}))


def task(number: int, body: str, *, article: str = "", rule: str = "rule", channel: str = "desk") -> Task:
    document = document_of(an_article(id=article or f"a{number}", source=f"s{number}", body=body))
    scored = Scored(candidate=a_candidate(rule=rule), score=0.9, threshold=0.5, parts={}, evidence=(), guards=())
    return Task(
        number=number, channel=channel, document=document, scored=(scored,), hashes=fingerprint(document)
    )  # fmt: skip


class Interfering(MemoryChannelStore):
    """A store in which others commit just before us, as often as there are ``others``."""

    def __init__(self, others: Sequence[Task]) -> None:
        super().__init__(ChannelSettings())
        self.others = list(others)
        self._busy = False

    async def commit(self, commits: Sequence[tuple[str, Sequence[Entry]]]) -> list[Committed]:
        if self.others and not self._busy:
            self._busy = True
            await Channels(self).commit(desk(), [self.others.pop(0)], now=1.0)
            self._busy = False
        return await super().commit(commits)


def reasons(settled) -> dict[str, str]:
    return {one.task.document.article.id: one.decision.reason.value for one in settled}


def told(store: MemoryChannelStore) -> list[str]:
    return [json.loads(alert)["article"]["id"] for alert in store.alerts("desk")]


async def test_later_articles_of_a_batch_are_placed_on_what_earlier_ones_leave():
    """The second copy of one batch is a duplicate of the first; nothing was committed twice."""
    store = MemoryChannelStore(ChannelSettings())
    settled = await Channels(store).commit(desk(), [task(1, TEXT), task(2, TEXT), task(3, OTHER)], now=1.0)
    assert reasons(settled) == {"a1": "first", "a2": "duplicate", "a3": "first"}
    assert told(store) == ["a1", "a3"]


async def test_two_scorers_that_open_the_same_story_make_one_first():
    """The other was faster: our article is placed again, on its story."""
    store = Interfering([task(7, TEXT)])
    channels = Channels(store)
    settled = await channels.commit(desk(), [task(1, TEXT)], now=1.0)
    assert reasons(settled) == {"a1": "duplicate"}
    assert told(store) == ["a7"]
    assert channels.conflicts == 1


async def test_what_rests_on_a_conflicting_article_is_placed_again_too():
    """The first of the batch conflicts; its copy in the same batch must not open or keep a phantom story."""
    store = Interfering([task(7, TEXT)])
    settled = await Channels(store).commit(desk(), [task(1, TEXT), task(2, TEXT), task(3, OTHER)], now=1.0)
    assert reasons(settled) == {"a1": "duplicate", "a2": "duplicate", "a3": "first"}
    assert told(store) == ["a7", "a3"]
    stories = {one.decision.story_id for one in settled if one.decision.reason is Reason.DUPLICATE}
    assert len(stories) == 1


async def test_a_batch_that_is_delivered_again_changes_nothing():
    """After a crash between commit and acknowledgement: every entry is a no-op, whoever retries it."""
    store = MemoryChannelStore(ChannelSettings())
    batch = [task(1, TEXT), task(2, TEXT, rule="other"), task(3, OTHER)]
    await Channels(store).commit(desk(), batch, now=1.0)
    before = store.alerts("desk")
    again = await Channels(store).commit(desk(), batch, now=2.0)
    assert Counter(one.state for one in again) == {"noop": 3}
    assert store.alerts("desk") == before


async def test_a_partly_delivered_batch_is_completed():
    """The first two were committed before the crash; the third, a copy of theirs, is still placed rightly."""
    store = MemoryChannelStore(ChannelSettings())
    batch = [task(1, TEXT), task(2, OTHER), task(3, TEXT)]
    await Channels(store).commit(desk(), batch[:2], now=1.0)
    again = await Channels(store).commit(desk(), batch, now=2.0)
    assert [one.state for one in sorted(again, key=lambda one: one.task.number)] == ["noop", "noop", "committed"]
    assert told(store) == ["a1", "a2"]
    [third] = [one for one in again if one.task.number == 3]
    assert third.decision.reason is Reason.DUPLICATE
    assert third.decision.copy_of == "a1"


async def test_a_scorer_whose_cache_met_a_noop_goes_on_rightly():
    """What the cache guessed about a no-op is undone: the next batch is decided by what the store has."""
    store = MemoryChannelStore(ChannelSettings())
    channels = Channels(store)
    await Channels(store).commit(desk(), [task(1, TEXT)], now=1.0)
    await channels.commit(desk(), [task(1, TEXT)], now=1.0)
    settled = await channels.commit(desk(), [task(2, TEXT), task(3, OTHER)], now=1.0)
    assert reasons(settled) == {"a2": "duplicate", "a3": "first"}


async def test_an_entry_that_meets_conflicts_every_time_is_given_back():
    """Bounded work: after ten placings the batch is tried again later, and nothing of the entry was committed."""
    different = [task(100 + number, f"{number} " + OTHER.replace("Line", f"Row{number}")) for number in range(20)]
    store = Interfering(different)
    with pytest.raises(Transient):
        await Channels(store).commit(desk(), [task(1, TEXT)], now=1.0)
    assert len(different) - len(store.others) == TOGETHER + ALONE
    assert "a1" not in told(store)


async def test_a_failing_store_leaves_no_guess_behind():
    """The commit failed with an error: what was committed is unknown, so the channel is read anew."""

    class Failing(MemoryChannelStore):
        fail = True

        async def commit(self, commits):
            answer = await super().commit(commits)
            if self.fail:
                self.fail = False
                raise ConnectionError("the answer was lost")
            return answer

    store = Failing(ChannelSettings())
    channels = Channels(store)
    with pytest.raises(ConnectionError):
        await channels.commit(desk(), [task(1, TEXT)], now=1.0)
    settled = await channels.commit(desk(), [task(1, TEXT), task(2, TEXT)], now=1.0)
    assert sorted(one.state for one in settled) == ["committed", "noop"]
    assert told(store) == ["a1"]


async def test_channels_are_told_of_before_they_are_committed_to():
    """The mark that leads a later revision here must not be lost: it is written first."""
    order: list[str] = []

    class Watching(MemoryChannelStore):
        async def note_told(self, pairs):
            order.append("noted")
            await super().note_told(pairs)

        async def commit(self, commits):
            order.append("committed")
            return await super().commit(commits)

    await Channels(Watching(ChannelSettings())).commit(desk(), [task(1, TEXT)], now=1.0)
    assert order == ["noted", "committed"]


async def test_a_noop_leads_no_later_copy_astray():
    """The article was decided under one rule; another rule was added; sent again with a copy, the copy tells the new rule.

    The article itself is a no-op, for one revision gives at most one alert: its `new_rule` must not count as told.
    """
    store = MemoryChannelStore(ChannelSettings())
    channels = Channels(store)
    await channels.commit(desk(), [task(1, TEXT, article="a")], now=1.0)
    again, copy = task(1, TEXT, article="a", rule="other"), task(2, TEXT, article="b", rule="other")
    settled = await channels.commit(desk(), [again, copy], now=2.0)
    assert {one.task.document.article.id: (one.state, one.decision.reason.value) for one in settled} == {
        "a": ("noop", "new_rule"),
        "b": ("committed", "new_rule"),
    }
    assert told(store) == ["a", "b"]


async def test_a_bug_in_one_article_leaves_no_phantom_story(monkeypatch):
    """Deciding raises in the middle of a batch: what was tentative is forgotten, the next try is decided rightly."""
    store = MemoryChannelStore(ChannelSettings())
    channels = Channels(store)
    honest = pipeline.settle

    def tripping(desk, document, *rest, **more):
        if document.article.id == "trips":
            raise ZeroDivisionError("a bug of ours")
        return honest(desk, document, *rest, **more)

    monkeypatch.setattr("tocsin.scorer.channels.settle", tripping)
    with pytest.raises(ZeroDivisionError):
        await channels.commit(desk(), [task(1, TEXT), task(2, OTHER, article="trips")], now=1.0)
    settled = await channels.commit(desk(), [task(1, TEXT), task(3, TEXT)], now=1.0)
    assert reasons(settled) == {"a1": "first", "a3": "duplicate"}
    assert channels.conflicts == 0
