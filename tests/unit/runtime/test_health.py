"""What the probes say, and that it is true."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request

import pytest

from tocsin.runtime.health import BEAT_S, READ_S, Health
from tocsin.runtime.metrics import Metrics
from tocsin.runtime.probes import Probes
from tocsin.settings import Settings, TelemetrySettings


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def health(clock):
    return Health(Settings(telemetry=TelemetrySettings(ready_max_pending_age_s=100)), clock=clock)


def test_nothing_is_ready_before_the_first_read(health) -> None:
    """A process that has just begun says so; its first answered read clears it."""
    assert "reading" in health.problems()
    health.read()
    assert health.problems() == {}


def test_a_read_goes_stale(health, clock) -> None:
    """Reads that are no longer answered make it unready, whatever a ping would say."""
    health.read()
    clock.now += READ_S
    assert health.problems() == {}
    clock.now += 1
    assert "16 s ago" in health.problems()["reading"]
    health.read()
    assert health.problems() == {}


def test_an_entry_that_is_stuck(health, clock) -> None:
    """Not how old the oldest pending entry is, but for how long it has been the oldest: a backlog is no fault."""
    health.read()
    health.oldest_pending("1-0")
    clock.now += 60
    health.oldest_pending("2-0")
    clock.now += 60
    health.read()
    health.beat()
    health.oldest_pending("2-0")
    assert health.problems() == {}
    clock.now += 41
    health.read()
    health.beat()
    assert "2-0" in health.problems()["pending"]
    health.oldest_pending("")
    assert health.problems() == {}


def test_required_and_noted_problems(health) -> None:
    """Both kinds appear with their names, and go when they are gone."""
    problem = ["no watchlist set"]
    health.read()
    health.require("watchlists", lambda: problem[0])
    health.note("group", "it does not exist")
    assert health.problems() == {"watchlists": "no watchlist set", "group": "it does not exist"}
    problem[0] = ""
    health.note("group", None)
    assert health.problems() == {}


def test_warnings_do_not_make_it_unready(health) -> None:
    """They are told, no more."""
    health.read()
    health.warn("persistence", "off")
    assert health.problems() == {}
    assert health.warnings() == {"persistence": "off"}
    health.warn("persistence", None)
    assert health.warnings() == {}


def test_a_loop_that_does_not_turn_is_not_live(health, clock) -> None:
    """Only a restart helps then."""
    health.read()
    health.beat()
    clock.now += BEAT_S
    assert health.live() is None
    clock.now += 1
    assert health.live() is not None
    assert "loop" in health.problems()
    health.beat()
    assert health.live() is None


@pytest.fixture
def probes(health):
    made = Probes(TelemetrySettings(port=0), metrics=Metrics(), health=health)
    made.start()
    yield made
    made.stop()


def ask(probes, path) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://{probes.address}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_the_pages(probes, health, clock) -> None:
    """Ready and live answer 200 or 503 with their reasons; metrics are Prometheus text and know readiness too."""
    status, body = ask(probes, "/ready")
    assert status == 503
    assert json.loads(body)["problems"] == {"reading": "nothing has been read yet"}
    assert "tocsin_ready 0.0" in ask(probes, "/metrics")[1]
    health.read()
    status, body = ask(probes, "/ready")
    assert (status, json.loads(body)) == (200, {"ready": True, "problems": {}, "warnings": {}})
    assert "tocsin_ready 1.0" in ask(probes, "/metrics?x=y")[1]
    assert ask(probes, "/live")[0] == 200
    clock.now += 2 * BEAT_S
    assert ask(probes, "/live")[0] == 503
    assert ask(probes, "/other")[0] == 404


def test_a_taken_port_is_not_fatal(health) -> None:
    """The next free one is used, and told."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        probes = Probes(TelemetrySettings(port=port), metrics=Metrics(), health=health)
        probes.start()
        assert int(probes.address.rsplit(":", 1)[1]) > port
        assert ask(probes, "/live")[0] == 200
        probes.stop()


def test_two_processes_of_one_kind(probes, health) -> None:
    """The same settings twice on one host: both are served."""
    port = int(probes.address.rsplit(":", 1)[1])
    second = Probes(TelemetrySettings(port=port), metrics=Metrics(), health=health)
    second.start()
    assert second.address != probes.address
    assert ask(second, "/live")[0] == ask(probes, "/live")[0] == 200
    second.stop()


def test_an_impossible_host_is_not_fatal(health) -> None:
    """Without probes the work goes on."""
    probes = Probes(TelemetrySettings(host="192.0.2.1", port=9464), metrics=Metrics(), health=health)
    probes.start()
    assert probes.address == ""
    probes.stop()


def test_disabled(health) -> None:
    """Nothing listens."""
    probes = Probes(TelemetrySettings(enabled=False), metrics=Metrics(), health=health)
    probes.start()
    assert probes.address == ""


def test_metrics_have_their_names() -> None:
    """Dashboards and alarms are built on these names: none may change unnoticed."""
    metrics = Metrics()
    metrics.settled("acknowledged", 3)
    metrics.decision("first", sent=True)
    metrics.decision("duplicate", sent=False)
    metrics.dead_letter("bad_json")
    metrics.end_to_end(0.02)
    metrics.stage("match", 0.001)
    metrics.rules_run(7)
    metrics.conflicts(2)
    metrics.watchlists(5, 2)
    metrics.refused()
    metrics.position(lag=4, pending=1, oldest_s=2.5, length=9)
    metrics.position(lag=None, pending=1, oldest_s=2.5, length=9)
    metrics.breaker(open_=True)
    assert metrics.value("tocsin_articles_total", outcome="acknowledged") == 3
    assert metrics.value("tocsin_decisions_total", reason="first") == 1
    assert metrics.value("tocsin_decisions_total", reason="duplicate") == 1
    assert metrics.value("tocsin_alerts_total") == 1
    assert metrics.value("tocsin_dead_letters_total", reason="bad_json") == 1
    assert metrics.value("tocsin_end_to_end_seconds_count") == 1
    assert metrics.value("tocsin_stage_seconds_count", stage="match") == 1
    assert metrics.value("tocsin_rules_run_total") == 7
    assert metrics.value("tocsin_commit_conflicts_total") == 2
    assert metrics.value("tocsin_watchlist_set_revision") == 5
    assert metrics.value("tocsin_watchlists_refused_total") == 1
    assert metrics.value("tocsin_stream_lag_entries") == 4
    assert metrics.value("tocsin_oldest_pending_seconds") == 2.5
    assert metrics.value("tocsin_breaker_open") == 1
