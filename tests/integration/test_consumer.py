"""The consumer over a real server: nothing lost, nothing stuck, nobody blamed for another's fault (guarantees 3 to 5)."""

from __future__ import annotations

import asyncio

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError
from structlog.testing import capture_logs

from live_consumer import Notes, add, letters, pending, quick, running, settled, until
from tocsin import streams
from tocsin.errors import NotReady
from tocsin.runtime.connect import connect
from tocsin.runtime.embedded import EmbeddedServer
from tocsin.runtime.group import READ, TAKE
from tocsin.runtime.verdicts import RETRY, Verdict

pytestmark = pytest.mark.server

QUIET = {"job_failed", "settling_failed"}  # a job that trips over its own feet is tried again, and logged


@pytest.fixture(autouse=True)
def no_job_stumbles():
    """Whatever happens to server, group and articles, our own upkeep does not fail."""
    with capture_logs() as logged:
        yield
    stumbles = [line for line in logged if line["event"] in QUIET and line["log_level"] == "error"]
    assert stumbles == []


IN_HAND = streams.in_hand("articles")


def failing():
    raise ValueError("this text breaks our code")


async def test_articles_from_before_the_first_start_are_read(redis_url, redis_client) -> None:
    """The group begins at the beginning: what waits in the stream when a scorer first starts is not skipped."""
    await add(redis_client, "a", "b", "c")
    notes = Notes()
    async with running(redis_url, quick(), notes):
        await until(lambda: settled(redis_client, 3), "all are acknowledged")
    assert notes.titles == ["a", "b", "c"]
    assert notes.alone == []


async def test_batches_are_bounded_in_number(redis_url, redis_client) -> None:
    """No more than ``batch`` entries are handed over, or pending, at a time."""
    await add(redis_client, *(f"t{number}" for number in range(25)))
    notes = Notes()
    async with running(redis_url, quick(batch=10), notes):
        await until(lambda: settled(redis_client, 25), "all are acknowledged")
    assert max(map(len, notes.batches)) == 10
    assert notes.titles == [f"t{number}" for number in range(25)]


async def test_batches_are_bounded_in_bytes(redis_url, redis_client) -> None:
    """A read stops at ``batch_bytes``, one entry beyond it at most."""
    await add(redis_client, *(f"t{number}" for number in range(30)), body="x" * 20_000)
    notes = Notes()
    async with running(redis_url, quick(batch_bytes=2**16), notes):
        await until(lambda: settled(redis_client, 30), "all are acknowledged")
    assert max(map(len, notes.batches)) <= 4
    assert len(notes.titles) == 30


async def test_now_is_the_servers_clock(redis_url, redis_client) -> None:
    """A batch comes with the server's time, not with this machine's."""
    before = await redis_client.time()
    await add(redis_client, "a")
    notes = Notes()
    async with running(redis_url, quick(), notes):
        await until(lambda: settled(redis_client, 1), "it is acknowledged")
    after = await redis_client.time()
    assert before[0] <= notes.now[0] <= after[0] + 1


async def test_what_is_no_article_becomes_a_dead_letter(redis_url, redis_client) -> None:
    """Reason, detail, the original fields and the entry id are kept; the entry is acknowledged."""
    [_, entry, _] = await add(redis_client, "a", "bad", "c", body="raw \x00 bytes")
    notes = Notes(bad=lambda: Verdict.dead("bad_json", "it is not JSON"))
    async with running(redis_url, quick(), notes) as scorer:
        await until(lambda: settled(redis_client, 3), "all are acknowledged")
    [letter] = await letters(redis_client)
    assert letter[b"reason"] == b"bad_json"
    assert letter[b"detail"] == b"it is not JSON"
    assert letter[b"entry"] == entry.encode()
    assert letter[b"deliveries"] == b"1"
    assert letter[b"raw:title"] == b"bad"
    assert letter[b"raw:body"] == b"raw \x00 bytes"
    assert scorer.metrics.value("tocsin_dead_letters_total", reason="bad_json") == 1
    assert scorer.metrics.value("tocsin_articles_total", outcome="acknowledged") == 2


async def test_over_large_entries_are_cut_before_they_are_sent(redis_url, redis_client) -> None:
    """An entry over the limit never reaches the handler, nor whole this process; its letter says how large it was."""
    await redis_client.xadd("articles", {"title": "huge", "body": b"\xff" * 3_000_000})
    await add(redis_client, "a")
    notes = Notes()
    async with running(redis_url, quick(max_entry_bytes=1_000_000), notes):
        await until(lambda: settled(redis_client, 2), "both are acknowledged")
    [letter] = await letters(redis_client)
    assert notes.titles == ["a"]
    assert letter[b"reason"] == b"too_large"
    assert letter[b"raw:title"] == b"huge"
    assert letter[b"raw:body"] == b"\xff" * 65_536
    assert letter[b"size"] == str(3_000_000 + len("titlehugebody")).encode()
    size, sha1 = letter[b"cut:body"].split()
    assert size == b"3000000"
    assert len(sha1) == 40


async def test_the_server_sends_no_more_than_the_head(redis_client) -> None:
    """What is cut is cut on the server, when an entry is read and when it is taken over: nobody here holds it whole."""
    entry = await redis_client.xadd("articles", {"title": "huge", "body": b"x" * 3_000_000})
    await redis_client.xgroup_create("articles", "tocsin", id="0")
    [_, _, [read]] = await READ.run(redis_client, ["articles"], ["tocsin", "me", 10, 2**20, 1_000_000, 1000])
    [*_, taken] = await TAKE.run(redis_client, ["articles", IN_HAND], ["tocsin", "me", entry, 1_000_000, 1000, "token"])
    assert read == taken
    assert read[1] == [b"title", b"huge", b"body", b"x" * 1000]


async def test_an_entry_of_countless_fields(redis_url, redis_client) -> None:
    """However many fields: the letter holds some, says how many are missing, and the entry is done with."""
    await redis_client.xadd("articles", {f"f{number}": "x" * 20 for number in range(60_000)})
    await add(redis_client, "a")
    async with running(redis_url, quick(max_entry_bytes=1_000_000), Notes()):
        await until(lambda: settled(redis_client, 2), "both are acknowledged")
    [letter] = await letters(redis_client)
    assert letter[b"reason"] == b"too_large"
    assert letter[b"left_out"] == str(60_000 - 256).encode()


async def test_an_over_large_entry_that_was_left_behind(redis_url, redis_client) -> None:
    """Claimed from a dead consumer it is cut in the same way."""
    await redis_client.xadd("articles", {"title": "huge", "body": b"x" * 3_000_000})
    await redis_client.xgroup_create("articles", "tocsin", id="0")
    await redis_client.xreadgroup("tocsin", "gone", {"articles": ">"}, count=1)
    notes = Notes()
    async with running(redis_url, quick(max_entry_bytes=1_000_000), notes):
        await until(lambda: settled(redis_client, 1), "it is acknowledged")
    [letter] = await letters(redis_client)
    assert notes.titles == []
    assert letter[b"reason"] == b"too_large"
    assert letter[b"cut:body"].split()[0] == b"3000000"
    assert letter[b"deliveries"] == b"2"


async def test_a_failing_article_harms_itself_only(redis_url, redis_client) -> None:
    """Our code fails on one of a batch: the others are settled, it is tried again alone and given up with its history."""
    await add(redis_client, "a", "poison", "b")
    notes = Notes(poison=failing)
    async with running(redis_url, quick(poison_limit=2), notes) as scorer:
        await until(lambda: settled(redis_client, 3), "all are acknowledged")
    [letter] = await letters(redis_client)
    assert letter[b"reason"] == b"poison"
    assert b"ValueError: this text breaks our code" in letter[b"detail"]
    assert letter[b"failures"] == b"2"
    assert notes.alone.count("poison") == 2
    assert notes.alone.count("a") == notes.alone.count("b") == 1
    assert scorer.metrics.value("tocsin_failures_total") == 2
    assert await redis_client.exists(IN_HAND) == 0


async def test_a_failed_verdict_counts_like_a_failure(redis_url, redis_client) -> None:
    """A handler that knows which entry it failed on says so; nothing is handed over twice for its siblings."""
    await add(redis_client, "a", "poison", "b")
    notes = Notes(poison=lambda: Verdict.failed(KeyError("x")))
    async with running(redis_url, quick(poison_limit=2), notes):
        await until(lambda: settled(redis_client, 3), "all are acknowledged")
    [letter] = await letters(redis_client)
    assert letter[b"reason"] == b"poison"
    assert notes.titles.count("a") == 1
    assert notes.titles.count("poison") == 2


async def test_an_article_that_recovers_is_not_held_to_its_past(redis_url, redis_client) -> None:
    """Failing once and succeeding later leaves no mark behind."""
    await add(redis_client, "shaky")
    failures = iter([failing, failing])

    def shaky():
        if fails := next(failures, None):
            fails()
        return Verdict.dead("done", "at last")

    notes = Notes(shaky=shaky)
    async with running(redis_url, quick(poison_limit=5), notes):
        await until(lambda: settled(redis_client, 1), "it is acknowledged")
    assert [letter[b"reason"] for letter in await letters(redis_client)] == [b"done"]
    assert await redis_client.exists(IN_HAND) == 0


@pytest.mark.parametrize(
    "fault", [RedisConnectionError("gone"), ResponseError("OOM command not allowed"), NotReady("no lists yet")]
)
async def test_a_passing_fault_is_waited_out(redis_url, redis_client, fault) -> None:
    """The server's faults are nobody's: the same batch again, nothing acknowledged meanwhile, nothing held against it."""
    await add(redis_client, "a", "b")
    seen: list[int] = []

    async def decide(batch, *, now, alone):
        assert not alone
        seen.append(await pending(redis_client))
        if len(seen) <= 3:
            raise fault
        return await Notes()(batch, now=now, alone=alone)

    async with running(redis_url, quick(), decide) as scorer:
        await until(lambda: settled(redis_client, 2), "both are acknowledged")
    assert seen == [2, 2, 2, 2]
    assert await redis_client.exists(IN_HAND) == 0
    assert scorer.metrics.value("tocsin_failures_total") == 0


async def test_retry_leaves_the_entry_for_later(redis_url, redis_client) -> None:
    """An entry that could not be decided now is handed over again, and not blamed."""
    await add(redis_client, "later")
    answers = iter([RETRY, RETRY, RETRY, RETRY])
    notes = Notes(later=lambda: next(answers, Verdict.dead("done", "at last")))
    async with running(redis_url, quick(poison_limit=1, claim_idle_ms=200), notes):
        await until(lambda: settled(redis_client, 1), "it is acknowledged")
    assert [letter[b"reason"] for letter in await letters(redis_client)] == [b"done"]
    assert len(notes.titles) == 5


async def test_what_a_dead_consumer_left_is_claimed(redis_url, redis_client) -> None:
    """Entries of a consumer that fell silent are worked on by another one, alone, with their deliveries counted."""
    await add(redis_client, "a", "b")
    await redis_client.xgroup_create("articles", "tocsin", id="0")
    await redis_client.xreadgroup("tocsin", "gone", {"articles": ">"}, count=2)
    notes = Notes(b=lambda: Verdict.dead("bad_json", "…"))
    async with running(redis_url, quick(), notes) as scorer:
        await until(lambda: settled(redis_client, 2), "both are acknowledged")
    assert sorted(notes.alone) == ["a", "b"]
    [letter] = await letters(redis_client)
    assert letter[b"deliveries"] == b"2"
    assert scorer.metrics.value("tocsin_claimed_total") == 2


async def test_a_claimed_entry_that_is_gone_is_let_go(redis_url, redis_client) -> None:
    """A pending entry whose content was deleted does not come back for ever."""
    [entry, _] = await add(redis_client, "a", "b")
    await redis_client.xgroup_create("articles", "tocsin", id="0")
    await redis_client.xreadgroup("tocsin", "gone", {"articles": ">"}, count=2)
    await redis_client.xdel("articles", entry)
    notes = Notes()
    async with running(redis_url, quick(), notes):
        await until(lambda: settled(redis_client, 2), "nothing is pending")
    assert notes.titles == ["b"]
    assert await redis_client.exists(IN_HAND) == 0


async def test_a_slow_batch_is_not_claimed(redis_url, redis_client) -> None:
    """A consumer that is slow but alive keeps its batch, however long it takes."""
    go_on = asyncio.Event()
    notes, others = Notes(), Notes()

    async def slow(batch, *, now, alone):
        await go_on.wait()
        return await notes(batch, now=now, alone=alone)

    await add(redis_client, "a", "b", "c")
    async with running(redis_url, quick(claim_idle_ms=300), slow):
        await until(lambda: _has_pending(redis_client, 3), "the batch is in hand")
        async with running(redis_url, quick(claim_idle_ms=300), others):
            started = (await redis_client.time())[0]
            await until(lambda: _passed(redis_client, started, 3), "ten times the claim time has passed")
        go_on.set()
        await until(lambda: settled(redis_client, 3), "all are acknowledged")
    assert others.titles == []
    assert notes.titles == ["a", "b", "c"]


async def _has_pending(client, count) -> bool:
    try:
        return bool(await pending(client) == count)
    except ResponseError:
        return False


async def _passed(client, started, seconds) -> bool:
    return bool((await client.time())[0] >= started + seconds)


async def test_a_destroyed_group_is_made_again_where_it_stood(redis_url, redis_client) -> None:
    """What was read and acknowledged does not come again; what was not comes."""
    notes = Notes()
    async with running(redis_url, quick(), notes):
        await add(redis_client, "a", "b")
        await until(lambda: settled(redis_client, 2), "both are acknowledged")
        await until(lambda: _mark_is(redis_client, b"("), "the low-water mark says that all is done")
        await redis_client.xgroup_destroy("articles", "tocsin")
        await add(redis_client, "c", "d")
        await until(lambda: len(notes.titles) >= 4, "the new ones are read")
    assert notes.titles == ["a", "b", "c", "d"]


async def _mark_is(client, start) -> bool:
    mark = await client.get(streams.low_water("articles", "tocsin"))
    last = (await client.xinfo_stream("articles"))["last-generated-id"]
    return bool(mark == start + last)


async def test_a_group_destroyed_with_entries_in_hand_loses_none(redis_url, redis_client) -> None:
    """The mark lies at the oldest unacknowledged entry, so what is pending when the group goes comes again."""
    notes = Notes(stuck=lambda: RETRY)
    async with running(redis_url, quick(claim_idle_ms=60_000), notes):
        await add(redis_client, "a", "stuck", "b")
        await until(lambda: _has_pending(redis_client, 1), "one is left pending")
        mark = (await redis_client.xpending("articles", "tocsin"))["min"]
        await until(lambda: _mark(redis_client, mark), "the mark lies at it")
        await redis_client.xgroup_destroy("articles", "tocsin")
        await until(lambda: notes.titles.count("stuck") == 2, "it comes again")
    assert notes.titles.count("a") == 1


async def _mark(client, wanted) -> bool:
    return bool(await client.get(streams.low_water("articles", "tocsin")) == wanted)


async def test_a_deleted_stream_begins_again(redis_url, redis_client) -> None:
    """After DEL everything that comes is new, even with ids that lie before the old ones."""
    notes = Notes()
    async with running(redis_url, quick(), notes):
        await add(redis_client, "a")
        await until(lambda: settled(redis_client, 1), "it is acknowledged")
        await until(lambda: _mark_is(redis_client, b"("), "the low-water mark is written")
        await redis_client.delete("articles")
        await redis_client.xadd("articles", {"title": "old id"}, id="5-1")
        await redis_client.xadd("articles", {"title": "older clock"}, id="6-1")
        await until(lambda: len(notes.titles) >= 3, "both are read")
    assert notes.titles == ["a", "old id", "older clock"]


async def test_a_flushed_server_is_begun_again(redis_url, redis_client) -> None:
    """FLUSHALL does not end the consumer."""
    notes = Notes()
    async with running(redis_url, quick(), notes):
        await add(redis_client, "a")
        await until(lambda: settled(redis_client, 1), "it is acknowledged")
        await redis_client.flushall()
        await add(redis_client, "b")
        await until(lambda: notes.titles == ["a", "b"], "the next one is read")


async def test_the_breaker_stops_consuming(redis_url, redis_client) -> None:
    """Article after article given up after failing in our code: no further reads, and readiness says why."""
    notes = Notes()

    async def broken(batch, *, now, alone):
        await notes(batch, now=now, alone=alone)
        raise ValueError("a bug of ours")

    settings = quick(poison_limit=1, breaker_failures=3, breaker_window_s=3600, batch=3, claim_idle_ms=200)
    async with running(redis_url, settings, broken) as scorer:
        await add(redis_client, "a", "b", "c")
        await until(lambda: "breaker" in scorer.health.problems(), "the breaker opens")
        await add(redis_client, "d")
        before = len(notes.titles)
        started = (await redis_client.time())[0]
        await until(lambda: _passed(redis_client, started, 2), "ten claim times have passed")
        assert len(notes.titles) == before
        assert "d" not in notes.titles
        assert "failing in our code" in scorer.health.problems()["breaker"]
    assert [letter[b"reason"] for letter in await letters(redis_client)] == [b"poison"] * 3


async def test_malformed_entries_do_not_open_the_breaker(redis_url, redis_client) -> None:
    """However many entries are no articles, the fault is not ours."""
    await add(redis_client, *(["bad"] * 50))
    notes = Notes(bad=lambda: Verdict.dead("bad_json", "…"))
    async with running(redis_url, quick(breaker_failures=2), notes) as scorer:
        await until(lambda: settled(redis_client, 50), "all are acknowledged")
        assert "breaker" not in scorer.health.problems()
    assert len(await letters(redis_client)) == 50


async def test_the_breaker_closes_after_a_good_trial(redis_url, redis_client) -> None:
    """After its window one trial is let through; when that goes well, consuming goes on."""
    broken = [True]
    notes = Notes()

    async def decide(batch, *, now, alone):
        if broken[0]:
            raise ValueError("a bug of ours")
        return await notes(batch, now=now, alone=alone)

    settings = quick(poison_limit=1, breaker_failures=1, breaker_window_s=1, claim_idle_ms=200)
    async with running(redis_url, settings, decide) as scorer:
        await add(redis_client, "a")
        await until(lambda: "breaker" in scorer.health.problems(), "the breaker opens")
        broken[0] = False
        await add(redis_client, "b")
        await until(lambda: notes.titles == ["b"], "the trial is let through")
        await until(lambda: "breaker" not in scorer.health.problems(), "the breaker closes")


async def test_nothing_is_read_before_the_watchlists_are_there(redis_url, redis_client) -> None:
    """``ready_to_read`` holds the first read back; nothing is taken from the stream meanwhile."""
    ready = [False]
    await add(redis_client, "a")
    notes = Notes()
    async with running(redis_url, quick(), notes, ready_to_read=lambda: ready[0]) as scorer:
        started = (await redis_client.time())[0]
        await until(lambda: _passed(redis_client, started, 2), "it had the time to read")
        assert notes.titles == []
        assert "reading" in scorer.health.problems()
        ready[0] = True
        await until(lambda: notes.titles == ["a"], "it reads")


async def test_stopping_finishes_the_batch_in_hand(redis_url, redis_client) -> None:
    """SIGTERM in the middle of a batch: it is decided and acknowledged whole, then the consumer leaves the group."""
    go_on, begun = asyncio.Event(), asyncio.Event()
    notes = Notes()

    async def slow(batch, *, now, alone):
        begun.set()
        await go_on.wait()
        return await notes(batch, now=now, alone=alone)

    await add(redis_client, "a", "b", "c")
    async with running(redis_url, quick(), slow) as scorer:
        await begun.wait()
        scorer.consumer.stop()
        await until(lambda: scorer.consumer._reading.stopping, "it has heard")
        await add(redis_client, "d")
        go_on.set()
    assert set(notes.titles) <= {"a", "b", "c"}
    assert await pending(redis_client) == 0
    assert await redis_client.xinfo_consumers("articles", "tocsin") == []


async def test_a_consumer_with_pending_entries_stays_in_the_group(redis_url, redis_client) -> None:
    """Leaving would throw away the pending entries' owner, and with it the entries."""
    await add(redis_client, "later")
    notes = Notes(later=lambda: RETRY)
    async with running(redis_url, quick(claim_idle_ms=60_000), notes):
        await until(lambda: notes.titles == ["later"], "it was handed over")
    [left] = await redis_client.xinfo_consumers("articles", "tocsin")
    assert left["pending"] == 1


async def test_consumer_names_are_unique(redis_url) -> None:
    """Two starts on one host never share a name."""
    names = set()
    for _ in range(3):
        async with running(redis_url, quick(), Notes()) as scorer:
            names.add(scorer.consumer.name)
    assert len(names) == 3


async def test_a_server_that_is_down_at_start_is_waited_for(tmp_path) -> None:
    """No crash: not ready, with the reason; when the server comes, it reads."""
    server = EmbeddedServer(tmp_path)
    url = server.start()
    server.stop()
    port = int(url.rsplit(":", 1)[1].split("/")[0])
    server = EmbeddedServer(tmp_path, port=port)
    notes = Notes()
    async with running(url, quick(), notes) as scorer:
        await until(lambda: "server" in scorer.health.problems(), "it says that the server is away")
        assert server.start() == url
        client = connect(url)
        await add(client, "a")
        await until(lambda: notes.titles == ["a"], "it reads")
        await until(lambda: not scorer.health.problems(), "it is ready")
        await client.aclose()
    server.stop()


async def test_a_server_killed_under_the_consumer_is_waited_for(tmp_path) -> None:
    """Kill -9 of the server and a restart over its file: consuming goes on."""
    server = EmbeddedServer(tmp_path)
    url = server.start()
    client = connect(url)
    notes = Notes()
    async with running(url, quick(), notes):
        await add(client, "a")
        await until(lambda: notes.titles == ["a"], "it reads")
        await client.waitaof(1, 0, 5000)
        assert server._process is not None
        server._process.kill()
        server.restart()
        await client.aclose()
        await add(client, "b")
        await until(lambda: "b" in notes.titles, "it reads on")
    assert set(notes.titles) == {"a", "b"}
    await client.aclose()
    server.stop()


async def test_a_full_server_is_waited_for(redis_url, redis_client) -> None:
    """Out of memory: the commit is refused, the batch waits; with room it goes through, and nobody is blamed."""
    await add(redis_client, "a")
    notes = Notes()

    async def decide(batch, *, now, alone):
        await redis_client.set("commit", "1")
        return await notes(batch, now=now, alone=alone)

    await redis_client.config_set("maxmemory", "1")
    try:
        async with running(redis_url, quick(), decide) as scorer:
            await until(
                lambda: "deciding" in scorer.health.problems() or "server" in scorer.health.problems(), "it waits"
            )
            await redis_client.config_set("maxmemory", "0")
            await until(lambda: settled(redis_client, 1), "it is acknowledged")
            assert scorer.metrics.value("tocsin_failures_total") == 0
    finally:
        await redis_client.config_set("maxmemory", "0")
    assert await redis_client.exists(IN_HAND) == 0


async def test_a_server_that_evicts_is_not_ready(redis_url, redis_client) -> None:
    """A policy that throws away done-marks makes the process unready, with the remedy; AOF on is no warning."""
    await redis_client.config_set("maxmemory-policy", "allkeys-lru")
    try:
        async with running(redis_url, quick(), Notes()) as scorer:
            await until(lambda: "eviction" in scorer.health.problems(), "it says so")
            assert "noeviction" in scorer.health.problems()["eviction"]
            assert scorer.health.warnings() == {}
    finally:
        await redis_client.config_set("maxmemory-policy", "noeviction")


async def test_a_server_without_a_file_is_a_warning(redis_url, redis_client) -> None:
    """AOF off: ready, with a warning."""
    await redis_client.config_set("appendonly", "no")
    try:
        async with running(redis_url, quick(), Notes()) as scorer:
            await until(lambda: "persistence" in scorer.health.warnings(), "it warns")
            await until(lambda: not scorer.health.problems(), "it is ready all the same")
    finally:
        await redis_client.config_set("appendonly", "yes")


async def test_ready_when_reading(redis_url, redis_client) -> None:
    """A consumer that reads has no problems, and one whose group vanished says so until it is back."""
    async with running(redis_url, quick(), Notes()) as scorer:
        await until(lambda: not scorer.health.problems(), "it is ready")
        await add(redis_client, "a")
        await until(lambda: scorer.metrics.value("tocsin_stream_entries") == 1, "the figures follow")
