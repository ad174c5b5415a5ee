"""Prometheus metrics. Labels are small sets: reasons, stages, names of watchlists; ids belong into logs."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

# From 1 ms (a quiet stream) to a minute (a backlog): the goal is tens of milliseconds.
_LATENCY = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_STAGE = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
_RULES = (0, 1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 10_000)  # of all, 0.1% is the goal: 100 of 100,000
LISTS_SHOWN = 200  # watchlists that have a version gauge of their own, the first ones by name


class Metrics:
    """The metrics of one process, in a registry of their own."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        made = registry or CollectorRegistry()
        self.registry = made
        ProcessCollector(registry=made)
        PlatformCollector(registry=made)
        GCCollector(registry=made)
        self._articles = Counter(
            "tocsin_articles", "Articles settled, by what became of them.", ["outcome"], registry=made
        )
        self._decisions = Counter("tocsin_decisions", "Decisions, one a channel, by reason.", ["reason"], registry=made)
        self._alerts = Counter("tocsin_alerts", "Alerts sent.", registry=made)
        self._dead = Counter("tocsin_dead_letters", "Entries put aside, by reason.", ["reason"], registry=made)
        self._failures = Counter("tocsin_failures", "Times our code failed on an article.", registry=made)
        self._claimed = Counter("tocsin_claimed", "Entries taken over from a consumer that was silent.", registry=made)
        self._read_errors = Counter("tocsin_read_errors", "Reads that the server did not answer.", registry=made)
        self._lag = Gauge("tocsin_stream_lag_entries", "Entries not yet delivered to the group.", registry=made)
        self._pending = Gauge("tocsin_pending_entries", "Entries delivered and not acknowledged.", registry=made)
        self._oldest = Gauge(
            "tocsin_oldest_pending_seconds", "Since the oldest unacknowledged entry arrived.", registry=made
        )
        self._length = Gauge("tocsin_stream_entries", "Entries kept in the article stream.", registry=made)
        self._end_to_end = Histogram(
            "tocsin_end_to_end_seconds", "From an article's arrival to its alert.", buckets=_LATENCY, registry=made
        )
        self._stage = Histogram(
            "tocsin_stage_seconds", "A batch in one stage.", ["stage"], buckets=_STAGE, registry=made
        )
        self._batch = Histogram(
            "tocsin_batch_entries", "Entries in a batch.", buckets=(1, 2, 5, 10, 25, 50, 100, 250), registry=made
        )
        self._rules_run = Counter("tocsin_rules_run", "Rules evaluated.", registry=made)
        self._rules_each = Histogram(
            "tocsin_rules_run_per_article", "Rules evaluated for an article.", buckets=_RULES, registry=made
        )
        self._conflicts = Counter("tocsin_commit_conflicts", "Entries placed again after a conflict.", registry=made)
        self._breaker = Gauge("tocsin_breaker_open", "1 while the breaker is open.", registry=made)
        self._ready = Gauge("tocsin_ready", "1 while the process is ready.", registry=made)
        self._revision = Gauge("tocsin_watchlist_set_revision", "Revision of the set that decides.", registry=made)
        self._lists = Gauge("tocsin_watchlists", "Watchlists in the set that decides.", registry=made)
        self._refused = Counter("tocsin_watchlists_refused", "Published sets that were refused.", registry=made)
        self._version = Gauge(
            "tocsin_watchlist_version", "Version of a list that decides.", ["watchlist"], registry=made
        )
        self._swaps = Counter("tocsin_watchlist_swaps", "Times that another set came to decide.", registry=made)
        self._applied = Counter("tocsin_watchlist_versions_applied", "Versions that came to decide.", registry=made)
        self._superseded = Counter(
            "tocsin_watchlist_versions_superseded", "Versions that another took the place of, or that were removed.",
            registry=made,
        )  # fmt: skip
        self._compile = Gauge(
            "tocsin_watchlist_compile_seconds", "It took to compile the set that decides.", registry=made
        )
        self._rules = Gauge("tocsin_rules", "Rules in the set that decides.", registry=made)
        self._always = Gauge("tocsin_rules_always_run", "Rules evaluated for every article.", registry=made)
        self._patterns = Gauge("tocsin_patterns", "Distinct surface forms that are looked for.", registry=made)
        self._running: dict[str, int] = {}

    def text(self) -> bytes:
        """Return everything as Prometheus reads it."""
        return generate_latest(self.registry)

    def value(self, name: str, **labels: str) -> float:
        """Return one sample, 0.0 where there is none yet."""
        return self.registry.get_sample_value(name, labels) or 0.0

    # -- the consumer's

    def batch(self, entries: int) -> None:
        """A batch was handed over."""
        self._batch.observe(entries)

    def settled(self, outcome: str, count: int = 1) -> None:
        """Articles were acknowledged, dead_letter, retry or failed."""
        if count:
            self._articles.labels(outcome).inc(count)

    def dead_letter(self, reason: str) -> None:
        """An entry was put aside."""
        self._dead.labels(reason).inc()

    def failure(self) -> None:
        """Our code failed on an article."""
        self._failures.inc()

    def claimed(self, count: int) -> None:
        """Entries were taken over."""
        self._claimed.inc(count)

    def read_error(self) -> None:
        """The server did not answer a read."""
        self._read_errors.inc()

    def position(self, *, lag: int | None, pending: int, oldest_s: float, length: int) -> None:
        """Where the group stands; an unknown lag keeps the last figure."""
        if lag is not None:
            self._lag.set(lag)
        self._pending.set(pending)
        self._oldest.set(oldest_s)
        self._length.set(length)

    def breaker(self, *, open_: bool) -> None:
        """The breaker's state."""
        self._breaker.set(open_)

    def ready(self, *, ready: bool) -> None:
        """What the probe says."""
        self._ready.set(ready)

    # -- the scorer's

    def stage(self, name: str, seconds: float) -> None:
        """A batch went through a stage."""
        self._stage.labels(name).observe(seconds)

    def rules_run(self, count: int) -> None:
        """Rules were evaluated for a document."""
        self._rules_run.inc(count)
        self._rules_each.observe(count)

    def decision(self, reason: str, *, sent: bool) -> None:
        """A channel decided on an article."""
        self._decisions.labels(reason).inc()
        if sent:
            self._alerts.inc()

    def end_to_end(self, seconds: float) -> None:
        """An alert went out this long after its article arrived."""
        self._end_to_end.observe(seconds)

    def conflicts(self, count: int) -> None:
        """Entries were placed again."""
        if count:
            self._conflicts.inc(count)

    def watchlists(self, revision: int, count: int) -> None:
        """Another set decides now."""
        self._revision.set(revision)
        self._lists.set(count)

    def swapped(
        self, revision: int, versions: Mapping[str, int], *, seconds: float, rules: int, always_run: int, patterns: int
    ) -> None:
        """Another set decides now: its versions by name, what it took to compile it, and its size."""
        self.watchlists(revision, len(versions))
        before, self._running = self._running, dict(versions)
        self._swaps.inc()
        self._applied.inc(len(versions.items() - before.items()))
        self._superseded.inc(len(before.items() - versions.items()))
        self._version.clear()
        for name in sorted(versions)[:LISTS_SHOWN]:
            self._version.labels(name).set(versions[name])
        self._compile.set(seconds)
        self._rules.set(rules)
        self._always.set(always_run)
        self._patterns.set(patterns)

    def refused(self) -> None:
        """A published set was refused."""
        self._refused.inc()
