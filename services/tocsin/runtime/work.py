"""What happens to entries between reading and acknowledging: hand over, settle, suspect, give up.

A batch is handed over whole. Where our code fails on it, its entries are handed over one by one, each marked in hand
first; so are entries that another consumer left behind. Only a mark that outlives its process, or a failure alone, is
held against an entry; past ``poison_limit`` of them it becomes a dead letter.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

import structlog

from tocsin.events import DeadLetter, make_dead_letter
from tocsin.runtime.breaker import Breaker
from tocsin.runtime.group import Group
from tocsin.runtime.health import Health
from tocsin.runtime.metrics import Metrics
from tocsin.runtime.patience import Backoff, passes
from tocsin.runtime.verdicts import RETRY, Action, Decide, RawEntry, Verdict

log = structlog.get_logger("tocsin.work")

T = TypeVar("T")

TURN_S = 0.5  # claimed entries may keep a batch waiting for this long
LAST_TRIES = 3  # while stopping: a server that is away now is not waited for
TOO_LARGE = Verdict.dead("too_large", "The entry is over the size limit; its long values were cut.")


class Work:
    """Works on entries, one hand-over at a time.

    Attributes:
        held: ids that this process is working on or has claimed; the keeper keeps them fresh.
    """

    def __init__(
        self,
        group: Group,
        decide: Decide,
        *,
        held: set[str],
        poison_limit: int,
        breaker: Breaker,
        health: Health,
        metrics: Metrics,
        stopping: Callable[[], bool],
        pause: Callable[[float], Awaitable[None]],
    ) -> None:
        self.held = held
        self._group = group
        self._decide = decide
        self._poison_limit = poison_limit
        self._breaker = breaker
        self._health = health
        self._metrics = metrics
        self._stopping = stopping
        self._pause = pause
        self._turn = asyncio.Lock()  # claimed entries and batches take turns
        self._failing = Backoff()

    async def batch(self, entries: Sequence[RawEntry], *, now: float) -> None:
        """Work on a batch that was just read."""
        ids = [entry.id for entry in entries]
        self.held.update(ids)
        try:
            async with self._turn:
                self._metrics.batch(len(entries))
                await self._batch(entries, now=now)
        finally:
            self.held.difference_update(ids)

    async def claimed(self, ids: Iterable[str], *, may_go_on: Callable[[], bool]) -> None:
        """Work on entries that were claimed from a silent consumer, one by one; leave the rest when told to stop."""
        waiting = deque(ids)
        held = list(waiting)
        self.held.update(held)
        try:
            while waiting:
                async with self._turn:
                    until = time.monotonic() + TURN_S
                    while waiting and time.monotonic() < until:
                        if not may_go_on():
                            return
                        entry_id = waiting.popleft()
                        await self._redelivered(entry_id)
                        self.held.discard(entry_id)
        finally:
            self.held.difference_update(held)

    async def _batch(self, entries: Sequence[RawEntry], *, now: float) -> None:
        whole = [entry for entry in entries if not entry.cut]
        verdicts = await self._ask(whole, now=now, alone=False) if whole else []
        by_id = {entry.id: TOO_LARGE for entry in entries if entry.cut}
        if verdicts is not None:
            by_id |= {entry.id: verdict for entry, verdict in zip(whole, verdicts, strict=True)}
        judged = [(entry, by_id[entry.id]) for entry in entries if entry.id in by_id]
        failures = await self._settle(judged, now=now)
        if verdicts is None:
            for entry in whole:
                if not self._stopping():
                    failures += await self._suspect(entry, now=now)
        await self._mind(failures, len(entries))

    async def _mind(self, failures: int, entries: int) -> None:
        """Tell the breaker; slow down while everything fails, so that a backlog is not driven into the pending list."""
        if not failures:
            self._breaker.succeeded()
            self._failing.reset()
        elif failures == entries:
            await self._pause(self._failing.next())

    async def _ask(self, entries: Sequence[RawEntry], *, now: float, alone: bool) -> Sequence[Verdict] | None:
        """Return the verdicts; None where our code failed on a batch. Waits out what passes."""
        backoff = Backoff()
        while True:
            try:
                verdicts = _counted(await self._decide(entries, now=now, alone=alone), len(entries))
            except Exception as error:
                if not passes(error):  # whatever our code trips over, the stream goes on
                    log.exception("batch_failed", entries=len(entries), first=entries[0].id, alone=alone)
                    return [Verdict.failed(error)] if alone else None
                self._health.note("deciding", f"{type(error).__name__}: {error}")
                if self._stopping():
                    return [RETRY] * len(entries)
                log.warning("batch_waits", error=f"{type(error).__name__}: {error}", entries=len(entries))
                await self._pause(backoff.next())
            else:
                self._health.note("deciding", None)
                return verdicts

    async def _redelivered(self, entry_id: str) -> None:
        token = _token()
        taken = await self._patiently(lambda: self._group.take(entry_id, token))
        if taken is None:
            return
        entry, marked, now = taken
        if entry is None:  # it was trimmed, deleted, or settled by its former consumer
            await self._patiently(lambda: self._group.settle([entry_id], marked=[entry_id]))
            return
        failures = await self._alone(entry, marked, token, now=now)
        if failures is not None:
            await self._mind(failures, 1)

    async def _suspect(self, entry: RawEntry, *, now: float) -> int:
        token = _token()
        marked = await self._patiently(lambda: self._group.mark(entry.id, token))
        return 0 if marked is None else await self._alone(entry, marked, token, now=now) or 0

    async def _alone(self, entry: RawEntry, marked: int, token: str, *, now: float) -> int | None:
        """Work on one entry that is marked in hand for the ``marked``-th time; return 1 where our code failed."""
        if marked > self._poison_limit:
            await self._give_up(entry, marked - 1, now=now)
            return None  # that says nothing of our code, for or against
        if entry.cut:
            verdict = TOO_LARGE
        else:
            answered = await self._ask([entry], now=now, alone=True)
            assert answered is not None
            verdict = answered[0]
        if verdict.action is Action.RETRY:
            await self._patiently(lambda: self._group.unmark(entry.id, token))
            self._metrics.settled("retry")
            return 0
        return await self._settle([(entry, verdict)], now=now, marked=True)

    async def _settle(self, judged: Sequence[tuple[RawEntry, Verdict]], *, now: float, marked: bool = False) -> int:
        """Acknowledge and dead-letter in one round trip; return how many our code failed on (they stay pending)."""
        done = [entry.id for entry, verdict in judged if verdict.action is Action.ACKNOWLEDGE]
        dead = [
            (entry, _letter(entry, verdict.reason, verdict.detail, now=now))
            for entry, verdict in judged
            if verdict.action is Action.DEAD_LETTER
        ]
        failed = [(entry, verdict) for entry, verdict in judged if verdict.action is Action.FAILED]
        await self._patiently(lambda: self._group.settle(done, dead, marked=done if marked else ()))
        self._count(done, dead, retried=len(judged) - len(done) - len(dead) - len(failed))
        for entry, verdict in failed:
            await self._hold_against(entry, verdict, marked=marked)
        return len(failed)

    def _count(self, done: Sequence[str], dead: Sequence[tuple[RawEntry, DeadLetter]], *, retried: int) -> None:
        self._metrics.settled("acknowledged", len(done))
        self._metrics.settled("retry", retried)
        for _, letter in dead:
            self._metrics.settled("dead_letter")
            self._metrics.dead_letter(letter.reason)
            log.warning("dead_letter", entry=letter.entry_id, reason=letter.reason, detail=letter.detail)

    async def _hold_against(self, entry: RawEntry, verdict: Verdict, *, marked: bool) -> None:
        self._metrics.failure()
        self._metrics.settled("failed")
        self._breaker.failed()
        if not marked:
            token = _token()
            await self._patiently(lambda: self._group.mark(entry.id, token))
        await self._patiently(lambda: self._group.note_failure(entry.id, verdict.detail))

    async def _give_up(self, entry: RawEntry, failures: int, *, now: float) -> None:
        why = await self._patiently(lambda: self._group.last_failure(entry.id)) or "none was written: the process died"
        detail = (
            f"{failures} times a process died or our code failed with this entry alone in hand. Last failure: {why}"
        )
        letter = _letter(entry, "poison", detail, now=now, failures=failures)
        await self._patiently(lambda: self._group.settle([], [(entry, letter)]))
        self._count([], [(entry, letter)], retried=0)
        self._breaker.failed()  # in a trial: giving up is no success
        self._breaker.given_up()
        self._metrics.breaker(open_=self._breaker.reason() is not None)

    async def _patiently(self, call: Callable[[], Awaitable[T]]) -> T | None:
        """Make a call to the server until it answers; None where it does not while stopping, or refuses for good."""
        backoff, tries = Backoff(), 0
        while True:
            try:
                answer = await call()
            except Exception as error:
                if not passes(error):
                    log.exception("settling_failed")  # what stays pending is claimed and tried again
                    return None
                tries += 1
                self._health.note("settling", f"{type(error).__name__}: {error}")
                if self._stopping() and tries >= LAST_TRIES:
                    return None
                await self._pause(backoff.next())
            else:
                self._health.note("settling", None)
                return answer


def _token() -> str:
    """A name for one hand-over of one entry, so that a repeated command counts it once."""
    return secrets.token_hex(8)


def _counted(verdicts: Sequence[Verdict], entries: int) -> Sequence[Verdict]:
    if len(verdicts) != entries:
        raise RuntimeError(f"{len(verdicts)} verdicts for {entries} entries")
    return verdicts


def _letter(entry: RawEntry, reason: str, detail: str, *, now: float, failures: int = 0) -> DeadLetter:
    return make_dead_letter(
        entry_id=entry.id,
        fields=entry.fields,
        reason=reason,
        detail=detail,
        deliveries=entry.deliveries,
        at=now,
        failures=failures,
        size=entry.size,
        whole=entry.whole,
        left_out=entry.left_out,
    )
