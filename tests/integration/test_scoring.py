"""The whole chain from outside: articles by XADD, alerts by XRANGE and SUBSCRIBE, commands by their command line."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from typing import Any

import pytest
from faststream.redis import RedisBroker

from live_server import needing_a_server
from stack import Stack, until

SECONDS = 40  # for a result; a loaded machine is slow to import a parser
PACT = (
    "Russia and North Korea signed a defense pact in Pyongyang on Tuesday. The document speaks of mutual assistance. "
    "Officials on both sides toasted the paper, which had been drafted over the winter by a joint commission of lawyers."
)
CROSSED = " On the same day North Korean soldiers crossed the border near Cheorwon, the South Korean army said."


@pytest.fixture(scope="module")
def stack():
    with needing_a_server(), Stack() as running:
        running.start()
        yield running


def send(stack: Stack, **article: str) -> None:
    stack.redis.xadd("articles", {"data": json.dumps({"source": "test.example", "lang": "en", **article})})


def told(stack: Stack, article: str, channel: str = "korea-desk") -> list[dict[str, Any]]:
    documents = [json.loads(document) for _, document in stack.alerts(channel)]
    return [one for one in documents if one["article"]["id"] == article]


def settled(stack: Stack, *, count: int = 1, article: str = "", channel: str = "korea-desk") -> list[dict[str, Any]]:
    """The article's alerts once there are so many, and nothing is left to decide."""
    assert until(lambda: stack.drained() and len(told(stack, article, channel)) >= count, SECONDS)
    return told(stack, article, channel)


def holds(document: dict[str, Any], article: dict[str, Any]) -> bool:
    """Whether every span of the alert names the text that stands there."""
    spans = [*document["evidence"], *(guard["span"] for guard in document["guards"])]
    spans += [{**evidence["sentence"], "field": evidence["field"]} for evidence in document["evidence"]]
    return all(article[span["field"]][span["start"] : span["end"]] == span["text"] for span in spans)


def test_all_three_forms_of_an_article_are_told_on_stream_and_doorbell(stack):
    """Flat fields, one JSON document, FastStream's envelope: the same alert, once on the stream, the same on Pub/Sub."""
    bell = stack.redis.pubsub()
    bell.subscribe("alerts:korea-desk")
    body = "Überraschend: four North Korean soldiers “crossed the border” near post {} on Monday, Seoul’s army said."
    flat = {
        "title": "Soldiers cross",
        "body": body.format("Magpie"),
        "source": "flat.example",
        "id": "flat",
        "lang": "en",
    }
    stack.redis.xadd("articles", flat)
    send(stack, id="json", title="A breach in the east", body=body.format("Heron, a mile from the old railway bridge"))
    asyncio.run(
        by_faststream(stack.server.url, id="envelope", title="A third post", body=body.format("Crane in the far west"))
    )
    for name in ("flat", "json", "envelope"):
        [alert] = settled(stack, article=name)
        assert (alert["kind"], alert["reason"], alert["rule"]) == ("new", "first", "border-incursion")
        assert alert["schema_version"] == 1
    assert holds(told(stack, "flat")[0], flat)
    heard: list[str] = []

    def all_heard() -> bool:
        message = bell.get_message(ignore_subscribe_messages=True, timeout=0.2)
        heard.extend([json.loads(message["data"])["id"]] if message else [])
        return len(heard) == 3

    assert until(all_heard, SECONDS)
    assert heard == [json.loads(document)["id"] for _, document in stack.alerts()][-3:]
    bell.close()


async def by_faststream(url: str, **article) -> None:
    """Publish as a FastStream producer does."""
    async with RedisBroker(url) as broker:
        await broker.publish({"source": "test.example", "lang": "en", **article}, stream="articles")


def test_a_copy_is_told_again_only_for_a_further_rule(stack):
    """The pact is told; its copy with the incursion added is an update for `new_rule`; a plain copy is nothing."""
    send(stack, id="pact", title="Pact signed", body=PACT)
    [first] = settled(stack, article="pact")
    assert first["rule"] == "defense-pact"
    send(stack, id="pact-copy", source="copy.example", title="Pact signed", body=PACT)
    send(stack, id="pact-more", source="more.example", title="Pact signed", body=PACT + CROSSED)
    [update] = settled(stack, article="pact-more")
    assert (update["kind"], update["reason"], update["supersedes"]) == ("update", "new_rule", first["id"])
    assert {rule["rule"] for rule in update["rules"]} == {"defense-pact", "border-incursion"}
    assert update["story"]["id"] == first["story"]["id"]
    assert update["story"]["sources"] == 3
    assert told(stack, "pact-copy") == []


def test_an_edit_and_a_withdrawal_are_told_to_whoever_was_alerted(stack):
    """A changed figure is a correction, a mended typo is not, a withdrawal is; the same content again is nothing."""
    body = "Eleven North Korean soldiers crossed the border at Sangpo on Monday, the army said. Teh weather was fine."
    send(stack, id="edited", title="Crossing at Sangpo", body=body)
    settled(stack, article="edited")
    send(stack, id="edited", title="Crossing at Sangpo", body=body.replace("Teh", "The"))
    send(stack, id="edited", title="Crossing at Sangpo", body=body.replace("Eleven", "Two"))
    alerts = settled(stack, article="edited", count=2)
    assert [one["reason"] for one in alerts] == ["first", "corrected"]
    assert alerts[1]["changes"][0] == {"what": "toll", "was": "eleven", "now": "two"}
    send(stack, id="edited", title="Crossing at Sangpo", body=body)
    send(stack, id="edited", status="withdrawn")
    alerts = settled(stack, article="edited", count=3)
    assert [one["reason"] for one in alerts] == ["first", "corrected", "withdrawn"]
    assert alerts[2]["supersedes"] == alerts[1]["id"]


def test_a_new_version_of_a_list_decides_from_the_next_batch_on(stack, tmp_path):
    """Applied while the scorer runs: what comes afterwards names the new version; nothing is read twice."""
    path = tmp_path / "extra.yaml"
    path.write_text("watchlist: extra\nentities: [Norway]\nkeywords: [herring quota]\n")
    body = "Norway raised the herring quota on {}, the ministry of fisheries in Bergen announced after a long debate."
    stack.command("watchlists", "apply", str(path))
    # A rule looks back an hour where its channel is new, so it does not matter whether the swap was quicker.
    assert until(lambda: b'"watchlists_swapped"' in stack.processes[0].log.read_bytes(), SECONDS)
    send(stack, id="herring-1", title="Quota", body=body.format("Monday"))
    assert until(stack.drained, SECONDS)
    path.write_text("watchlist: extra\nentities: [Norway]\nkeywords: [herring quota, cod quota]\n")
    stack.command("watchlists", "apply", str(path))
    number = 1

    def another(number: int) -> str:
        """A text that is no copy of the others."""
        return f"Norway raised the herring quota. {' '.join(f'w{number}x{word}' for word in range(30))}."

    def told_by_version_two() -> bool:
        nonlocal number
        number += 1
        send(stack, id=f"herring-{number}", title=f"Quota {number}", body=another(number))
        assert until(stack.drained, SECONDS)
        newest = [json.loads(document) for _, document in stack.alerts("extra")][-1:]
        return bool(newest) and newest[0]["watchlist"]["version"] == 2

    assert until(told_by_version_two, SECONDS)
    versions = [json.loads(document)["watchlist"]["version"] for _, document in stack.alerts("extra")]
    assert versions == sorted(versions)


def test_what_is_no_article_can_be_looked_at_and_put_back(stack):
    """Dead-lettered with its reason, shown with its fields, requeued as a new entry."""
    entry = stack.redis.xadd("articles", {"data": b"{broken"}).decode()
    assert until(lambda: any(letter[b"entry"].decode() == entry for letter in stack.dead_letters()), SECONDS)
    [listed] = [
        json.loads(line)
        for line in stack.command("dead-letters", "list", "--json").splitlines()
        if json.loads(line)["entry_id"] == entry
    ]
    assert listed["reason"] == "bad_json"
    assert "{broken" in stack.command("dead-letters", "show", listed["id"])
    before = len(stack.dead_letters())
    stack.command("dead-letters", "requeue", listed["id"])
    assert until(lambda: stack.drained() and len(stack.dead_letters()) == before, SECONDS)  # it came back, still broken


def test_explain_says_why_and_what_is_missing(stack):
    """By id from the retained stream: each part of the score where it passed, what it lacks where it did not."""
    send(
        stack,
        id="explained",
        title="Pact",
        body="Moscow and Pyongyang signed a defense pact on the river Yalu on Friday.",
    )
    settled(stack, article="explained")
    text = stack.command("explain", "--id", "explained", "--channel", "korea-desk")
    assert "korea-desk/defense-pact: passes" in text
    assert "⟦defense pact⟧" in text
    assert "korea-desk/border-incursion: no candidate" in text
    assert "lacks keyword: border-incursion" in text
    missing = subprocess.run(
        [sys.executable, "-m", "tocsin", "explain", "--id", "never-sent"],
        env=stack.environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert missing.returncode == 1
    assert "never arrived" in missing.stdout


def test_tail_replays_and_publish_sends(stack, tmp_path):
    """`publish` a text file, `tail --json` it back exactly as it stands in the stream."""
    path = tmp_path / "article.txt"
    path.write_text(
        "Border incursion at Yanggu\nNorth Korean troops made a border incursion at Yanggu on Sunday, Seoul said.\n"
    )
    before = len(stack.alerts())
    stack.command("publish", str(path))
    assert until(lambda: stack.drained() and len(stack.alerts()) == before + 1, SECONDS)
    lines = stack.command("tail", "korea-desk", "--since", "all", "--json", "--no-follow").splitlines()
    assert [line.encode() for line in lines] == [document for _, document in stack.alerts()]
    assert "⟦border incursion⟧" in stack.command("tail", "korea-desk", "--since", "all", "--no-follow")


def test_probes_tell_the_truth_and_a_taken_port_is_not_fatal(stack):
    """Two scorers with one port: the second takes the next; ready while lists are there; metrics count by reason."""
    first = stack.start(TELEMETRY__PORT="19464")
    assert until(lambda: probe(19464, "ready") == 200, SECONDS)
    second = stack.start(TELEMETRY__PORT="19464")
    assert until(lambda: probe(19465, "ready") == 200, SECONDS)
    with urllib.request.urlopen("http://127.0.0.1:19464/metrics", timeout=5) as reply:
        assert "tocsin_stream_lag_entries" in reply.read().decode()
    assert (first.end(), second.end()) == (0, 0)


def probe(port: int, name: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{name}", timeout=2) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def test_without_a_published_set_nothing_is_read_and_nothing_lost():
    """A scorer that has never seen a set waits, not ready; once a set is applied, what came before is decided."""
    with Stack(watchlists=None) as bare:
        scorer = bare.start(TELEMETRY__PORT="19474")
        assert until(lambda: probe(19474, "ready") == 503, SECONDS)
        assert probe(19474, "live") == 200
        bare.redis.xadd("articles", {"title": "Pact", "body": PACT, "id": "early"})
        assert until(lambda: b"consumer_starts" in scorer.log.read_bytes(), SECONDS)
        state = bare.group()
        assert state is None or state["entries-read"] in {0, None}
        bare.command("watchlists", "apply", "config/watchlists")
        assert until(lambda: bare.drained() and len(bare.alerts()) == 1, SECONDS)
        assert until(lambda: probe(19474, "ready") == 200, SECONDS)
        assert scorer.end(signal.SIGTERM) == 0


def test_the_deadline_of_the_parser_costs_no_alert(stack):
    """A parser that gets no time: the alert goes out, marked `unread`."""
    del stack
    with Stack() as slow:
        slow.start(READING__DEADLINE_S="0.000001")
        slow.redis.xadd("articles", {"title": "Pact", "body": PACT, "id": "unread", "lang": "en"})
        [alert] = settled(slow, article="unread")
        assert "unread" in alert["marks"]
