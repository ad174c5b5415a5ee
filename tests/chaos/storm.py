"""Faults under load: scorers and the server are killed, the append-only file is cut, the group and the stream vanish.

What must hold afterwards: of the articles that survive in Redis (still on the stream, or acknowledged before the stream
was deleted) none lacks its alert, and none has two.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field

import msgspec

from chaos.load import Load
from stack import Process, Stack, until
from texts import Texts

START_S = 60  # a scorer that has not read by then is broken
MARGIN_S = 5.0  # on top of the claim time: back-off (2 s at most), one look of the janitor, the batch itself


@dataclass(frozen=True)
class Plan:
    """How much of each fault."""

    kills: int = 50
    stops: int = 15
    server_kills: int = 8
    group_lost: int = 1
    stream_lost: int = 1
    rate: float = 80.0  # articles a second
    cut_bytes: int = 200_000  # most that a cut takes off the append-only file's tail
    claim_idle_ms: int = 10_000
    reading: bool = False
    seed: int = 1


@dataclass
class Count:
    """What was seen."""

    sent: int = 0
    surviving: int = 0
    alerts: int = 0
    lost: int = 0
    doubled: int = 0
    dead_letters: int = 0
    in_hand_at_kill: int = 0
    cut: int = 0
    gone: int = 0
    bad_ends: int = 0  # scorers that ended by themselves, or did not end in order when asked to
    recovery_s: float = 0.0
    late_s: list[float] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing was lost, doubled or given up."""
        return not (self.lost or self.doubled or self.dead_letters or self.bad_ends)

    def lines(self) -> list[tuple[str, object]]:
        """What to print: (what, how many)."""
        late = sorted(self.late_s) or [0.0]
        return [
            ("articles sent", self.sent),
            ("of them surviving in Redis", self.surviving),
            ("alerts on the stream", self.alerts),
            ("**lost**", self.lost),
            ("**doubled**", self.doubled),
            ("dead letters", self.dead_letters),
            ("scorers killed with entries in hand", self.in_hand_at_kill),
            ("bytes cut off the append-only file", self.cut),
            ("articles gone with a cut or with the deleted stream", self.gone),
            ("scorers that ended out of order", self.bad_ends),
            ("drained after the last fault, s", round(self.recovery_s, 1)),
            ("entry to alert: median / p99 / most, s", f"{late[len(late) // 2]:.2f} / {late[int(len(late) * 0.99)]:.1f} / {late[-1]:.1f}"),
        ]  # fmt: skip


class Storm:
    """One run of a plan over a stack with two scorers."""

    def __init__(self, stack: Stack, plan: Plan) -> None:
        self.count = Count()
        self._stack = stack
        self._plan = plan
        self._rng = random.Random(plan.seed)
        self._scorers: list[Process] = []
        self._names: set[bytes] = set()
        self._acknowledged: list[set[str]] = []  # articles, each time before the stream was deleted

    def run(self) -> Count:
        """Start, break things, wait until all is quiet, count."""
        faults = [
            *[self._kill_scorer] * self._plan.kills,
            *[self._stop_scorer] * self._plan.stops,
            *[self._kill_server] * self._plan.server_kills,
            *[self._lose_group] * self._plan.group_lost,
            *[self._lose_stream] * self._plan.stream_lost,
        ]
        self._rng.shuffle(faults)
        for _ in range(2):
            self._start_scorer()
        with Load(self._stack.server.url, rate=self._plan.rate, texts=Texts(self._plan.seed)) as load:
            for fault in faults:
                time.sleep(self._rng.uniform(0.1, 0.6))  # the schedule of the faults, not a wait for a result
                fault()
            last = time.monotonic()
        self.count.sent = load.sent
        if not until(self._stack.drained, 12 * self._plan.claim_idle_ms / 1000 + 60):
            raise AssertionError(f"not drained: {self._stack.group()}")
        self.count.recovery_s = time.monotonic() - last
        for scorer in self._scorers:
            self._ended(scorer.end(), wanted={0})
        self._judge()
        return self.count

    def _start_scorer(self) -> None:
        before = self._consumers()
        scorer = self._stack.start()
        self._scorers.append(scorer)
        if not until(lambda: bool(self._consumers().keys() - before.keys() - self._names), START_S):
            raise AssertionError(f"a scorer did not start to read: {scorer.log.read_text()[-3000:]}")
        self._names |= self._consumers().keys()

    def _consumers(self) -> dict[bytes, int]:
        """Consumer names with the number of entries that each holds."""
        if self._stack.group() is None:
            return {}
        return {one["name"]: one["pending"] for one in self._stack.redis.xinfo_consumers("articles", "tocsin")}

    def _kill_scorer(self) -> None:
        """Kill -9, if possible at a moment when it holds entries."""
        victim = self._scorers.pop(0)
        mark = str(victim.pid).encode()

        def holds() -> int:
            return sum(pending for name, pending in self._consumers().items() if mark in name)

        self.count.in_hand_at_kill += until(lambda: holds() > 0, 0.5, pause=0.0005)
        self._ended(victim.end(signal.SIGKILL), wanted={-signal.SIGKILL})
        self._start_scorer()

    def _stop_scorer(self) -> None:
        self._ended(self._scorers.pop(0).end(signal.SIGTERM), wanted={0})
        self._start_scorer()

    def _kill_server(self) -> None:
        """Kill -9 of the server; every second time the tail of its append-only file is cut before it comes back."""
        pid = self._stack.server.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        until(lambda: not self._stack.server.alive(), 10)
        if self._rng.random() < 0.5:
            self._cut_tail()
        time.sleep(self._rng.uniform(0.0, 1.0))  # how long it is away: a fault too
        self._stack.server.restart()

    def _cut_tail(self) -> None:
        tail = max(self._stack.folder.glob("redis/appendonlydir/*.incr.aof"), key=lambda path: path.stat().st_mtime)
        cut = self._rng.randint(1, self._plan.cut_bytes)
        size = tail.stat().st_size
        os.truncate(tail, max(0, size - cut))
        self.count.cut += min(cut, size)

    def _lose_group(self) -> None:
        self._stack.redis.xgroup_destroy("articles", "tocsin")

    def _lose_stream(self) -> None:
        """Delete the stream; what the group had acknowledged at that very moment must have been told."""
        until(lambda: self._stack.group() is not None, 30)  # it may just have been destroyed, too
        with self._stack.redis.pipeline(transaction=True) as look:
            look.xrange("articles")
            look.xinfo_groups("articles")
            look.xpending_range("articles", "tocsin", "-", "+", 1_000_000)
            look.delete("articles")
            look.set(_deletion(len(self._acknowledged)), 1)  # a later cut may take the deletion back
            entries, groups, pending, *_ = look.execute()
        delivered = _order(groups[0]["last-delivered-id"])
        held = {one["message_id"] for one in pending}
        self._acknowledged.append(
            {
                fields[b"id"].decode()
                for identity, fields in entries
                if _order(identity) <= delivered and identity not in held
            }
        )

    def _ended(self, code: int, *, wanted: set[int]) -> None:
        self.count.bad_ends += code not in wanted

    def _judge(self) -> None:
        entries = self._stack.redis.xrange("articles")
        arrived = {fields[b"id"].decode(): _order(identity)[0] for identity, fields in reversed(entries)}
        surviving = set(arrived)
        for number, acknowledged in enumerate(self._acknowledged):
            if self._stack.redis.exists(_deletion(number)):
                surviving |= acknowledged
        logged = [(_order(identity)[0], msgspec.json.decode(document)) for identity, document in self._stack.alerts()]
        articles = Counter(alert["article"]["id"] for _, alert in logged)
        ids = Counter(alert["id"] for _, alert in logged)
        self.count.surviving = len(surviving)
        self.count.gone = self.count.sent - len(surviving)
        self.count.alerts = len(logged)
        self.count.lost = len(surviving - articles.keys())
        self.count.doubled = sum(n > 1 for n in articles.values()) + sum(n > 1 for n in ids.values())
        self.count.dead_letters = len(self._stack.dead_letters())
        self.count.late_s = [
            (at - arrived[alert["article"]["id"]]) / 1000 for at, alert in logged if alert["article"]["id"] in arrived
        ]


def storm(plan: Plan) -> Count:
    """Run a plan on a stack of its own."""
    reading = str(plan.reading).lower()
    with Stack(ARTICLES__CLAIM_IDLE_MS=str(plan.claim_idle_ms), READING__ENABLED=reading) as stack:
        return Storm(stack, plan).run()


def _deletion(number: int) -> str:
    return f"chaos:deletion:{number}"


def _order(identity: bytes) -> tuple[int, int]:
    milliseconds, _, sequence = identity.decode().partition("-")
    return int(milliseconds), int(sequence or 0)
