"""One batch through the scorer: what is no article harms itself only, corrections find their channel, figures are kept."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from tocsin import pipeline
from tocsin.errors import NotReady, Transient
from tocsin.events import Limits
from tocsin.pipeline import open_desk
from tocsin.runtime.metrics import Metrics
from tocsin.runtime.verdicts import ACKNOWLEDGE, Action, RawEntry
from tocsin.score.signals import SIGNALS
from tocsin.score.weights import Weight, Weights
from tocsin.scorer.batch import Scorer
from tocsin.settings import ChannelSettings
from tocsin.stores.memory_channels import MemoryChannelStore
from tocsin.watchlists import compile_text

NOW = 1_772_445_600.0
LIST = "watchlist: desk\nentities: [North Korea]\nkeywords: [border incursion]\n"
EVEN = Weights(
    threshold=0.5, intercept=1.0, signals={name: Weight(0.0, 0.5) for name in SIGNALS}
)  # every score is 0.73
INCURSION = "North Korea made a border incursion on Monday, the ministry said, and eleven men were seen at the river."


def entry(number: int, **article) -> RawEntry:
    return raw(number, {b"data": json.dumps({"source": "s", "lang": "en", **article}).encode()})


def raw(number: int, fields: Mapping[bytes, bytes]) -> RawEntry:
    return RawEntry(id=f"{int(NOW * 1000)}-{number}", fields=fields)


@pytest.fixture
def store():
    return MemoryChannelStore(ChannelSettings())


@pytest.fixture
def metrics():
    return Metrics()


@pytest.fixture
def scorer(store, metrics):
    desk = open_desk(compile_text(LIST).watchlists, EVEN)
    return Scorer(desk=lambda: desk, store=store, reader=None, limits=Limits(), metrics=metrics, log_articles=False)


def told(store: MemoryChannelStore) -> list[tuple[str, str]]:
    documents = [json.loads(alert) for alert in store.alerts("desk")]
    return [(one["article"]["id"], one["reason"]) for one in documents]


async def test_each_entry_gets_its_own_verdict(scorer, store, metrics):
    """Good ones are decided, bad ones dead-lettered with a reason, in the order in which they came."""
    batch = [
        entry(1, id="a", body=INCURSION),
        raw(2, {b"data": b"{"}),
        entry(3, id="b", body="Nothing to see here."),
        raw(4, {b"title": b"\xff"}),
    ]
    verdicts = await scorer(batch, now=NOW, alone=False)
    assert [(one.action, one.reason) for one in verdicts] == [
        (Action.ACKNOWLEDGE, ""),
        (Action.DEAD_LETTER, "bad_json"),
        (Action.ACKNOWLEDGE, ""),
        (Action.DEAD_LETTER, "bad_unicode"),
    ]
    assert told(store) == [("a", "first")]
    assert metrics.value("tocsin_decisions_total", reason="first") == 1
    assert metrics.value("tocsin_alerts_total") == 1


async def test_an_article_that_our_code_trips_over_fails_alone(scorer, store, monkeypatch):
    """Its siblings are decided and acknowledged; it is marked as failed, with what was raised."""
    honest = pipeline.find

    def tripping(desk, article, **more):
        if article.id == "trips":
            raise ZeroDivisionError("a bug of ours")
        return honest(desk, article, **more)

    monkeypatch.setattr("tocsin.scorer.batch.find", tripping)
    verdicts = await scorer([entry(1, id="trips", body="x"), entry(2, id="a", body=INCURSION)], now=NOW, alone=False)
    assert verdicts[0].action is Action.FAILED
    assert "a bug of ours" in verdicts[0].detail
    assert verdicts[1] is ACKNOWLEDGE
    assert told(store) == [("a", "first")]


async def test_an_edit_without_any_candidate_reaches_the_channel_that_was_told(scorer, store):
    """The words are gone from the second revision: only the mark of the first leads to the channel."""
    await scorer([entry(1, id="a", body=INCURSION)], now=NOW, alone=False)
    await scorer([entry(2, id="a", body="A quiet day on the river.")], now=NOW + 60, alone=False)
    await scorer([entry(3, id="a", status="withdrawn")], now=NOW + 90, alone=False)
    assert told(store) == [("a", "first"), ("a", "corrected")]


async def test_a_batch_that_comes_again_is_counted_as_decided_before(scorer, store, metrics):
    """After a crash before the acknowledgement nothing is told twice, and the figures say why."""
    batch = [entry(1, id="a", body=INCURSION)]
    await scorer(batch, now=NOW, alone=False)
    assert list(await scorer(batch, now=NOW, alone=True)) == [ACKNOWLEDGE]
    assert told(store) == [("a", "first")]
    assert metrics.value("tocsin_decisions_total", reason="already_decided") == 1


async def test_without_a_desk_nothing_is_acknowledged(store, metrics):
    """A scorer that has no lists yet gives the batch back as it is."""
    scorer = Scorer(desk=lambda: None, store=store, reader=None, limits=Limits(), metrics=metrics)
    with pytest.raises(NotReady):
        await scorer([entry(1, id="a", body=INCURSION)], now=NOW, alone=False)


async def test_a_store_that_is_away_gives_the_batch_back(metrics):
    """What passes is not this article's fault: it goes up to who waits it out, and is no verdict."""

    class Away(MemoryChannelStore):
        async def told_channels(self, article_keys):
            raise Transient("the server restarts")

    desk = open_desk(compile_text(LIST).watchlists, EVEN)
    scorer = Scorer(desk=lambda: desk, store=Away(ChannelSettings()), reader=None, limits=Limits(), metrics=metrics)
    with pytest.raises(Transient):
        await scorer([entry(1, id="a", body=INCURSION)], now=NOW, alone=False)


async def test_the_language_is_detected_only_where_none_was_stated(scorer, store):
    """An English candidate without `lang` says `en` in its alert; a stated language stays as stated."""
    body = INCURSION + " The government protested and called the ambassador to the ministry in the afternoon."
    await scorer([raw(1, {b"body": body.encode(), b"id": b"none"})], now=NOW, alone=False)
    await scorer([entry(2, id="said", lang="fr", body=body + " Une autre fin.")], now=NOW, alone=False)
    languages = [json.loads(alert)["article"]["lang"] for alert in store.alerts("desk")]
    assert languages[:1] == ["en"]
    assert len(languages) == 1  # the second is a copy of the first


async def test_with_reading_off_what_would_have_been_read_is_marked(scorer, store):
    """The alert says that no parser saw its sentences."""
    await scorer([entry(1, id="a", body=INCURSION)], now=NOW, alone=False)
    [alert] = [json.loads(one) for one in store.alerts("desk")]
    assert "unread" in alert["marks"]


async def test_a_withdrawal_of_an_article_never_seen_is_no_news(scorer, store):
    """Whatever text comes with it."""
    await scorer([entry(1, id="a", title=INCURSION, status="withdrawn")], now=NOW, alone=False)
    assert told(store) == []
