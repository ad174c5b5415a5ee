"""One batch, from raw entries to verdicts: decode, find, read, score, commit. Called by ``runtime.consumer``."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import structlog

from tocsin.errors import NotAnArticle, NotReady, Transient
from tocsin.events import Limits, decode_article
from tocsin.model.article import Article
from tocsin.model.decision import Decision
from tocsin.model.reading import Reading
from tocsin.pipeline import Desk, Found, by_channel, find, judge, to_read
from tocsin.read.reader import Reader
from tocsin.runtime.metrics import Metrics
from tocsin.runtime.verdicts import ACKNOWLEDGE, RawEntry, Verdict
from tocsin.scorer.channels import Channels, Settled, Task
from tocsin.stores.protocols import ChannelStore
from tocsin.story.fingerprint import fingerprint

log = structlog.get_logger("tocsin.scorer")


class Scorer:
    """Decides on batches. One a process; never called twice at once."""

    def __init__(
        self,
        *,
        desk: Callable[[], Desk | None],
        store: ChannelStore,
        reader: Reader | None,
        limits: Limits,
        metrics: Metrics,
        log_articles: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Make a scorer.

        Args:
            desk: the desk to decide with, asked once a batch: a batch is scored by exactly one version of each list.
            store: what channels know.
            reader: the parser; None where reading is off: what it would have read is marked ``unread``.
            limits: of an entry.
            metrics: where figures go.
            log_articles: write the canonical line for every article with candidates.
            clock: wall clock, for latencies only.
        """
        self._desk = desk
        self._channels = Channels(store)
        self._store = store
        self._reader = reader
        self._limits = limits
        self._metrics = metrics
        self._log_articles = log_articles
        self._clock = clock

    async def __call__(
        self,
        batch: Sequence[RawEntry],
        *,
        now: float,
        alone: bool,  # noqa: ARG002 - an entry alone is decided as in company
    ) -> Sequence[Verdict]:
        """Decide on a batch (see ``runtime.verdicts.Decide``)."""
        desk = self._desk()
        if desk is None:
            raise NotReady("no watchlist set is compiled")
        verdicts: list[Verdict] = [ACKNOWLEDGE] * len(batch)
        articles = self._decode(batch, verdicts, now=now)
        if not articles:
            return verdicts
        began = time.perf_counter()
        told = dict(zip(articles, await self._store.told_channels([one.key for one in articles.values()]), strict=True))
        found = self._find(desk, articles, told, verdicts, now=now)
        self._metrics.stage("match", time.perf_counter() - began)
        if found:
            await self._decide(desk, found, told, verdicts, now=now)
        self._channels.forget_least_used()
        return verdicts

    def _decode(self, batch: Sequence[RawEntry], verdicts: list[Verdict], *, now: float) -> dict[int, Article]:
        articles: dict[int, Article] = {}
        for number, entry in enumerate(batch):
            try:
                articles[number] = decode_article(entry.id, entry.fields, now=now, limits=self._limits)
            except NotAnArticle as refused:
                verdicts[number] = Verdict.dead(refused.reason, refused.detail)
        return articles

    def _find(
        self,
        desk: Desk,
        articles: dict[int, Article],
        told: dict[int, frozenset[str]],
        verdicts: list[Verdict],
        *,
        now: float,
    ) -> dict[int, Found]:
        found: dict[int, Found] = {}
        for number, article in articles.items():
            try:
                one = find(desk, article, now=now, always=bool(told[number]))
            except Exception as error:  # noqa: BLE001 - whatever our code trips over, it is this article's alone
                verdicts[number] = self._failed(article, error)
            else:
                if one is not None:
                    found[number] = one
                    self._metrics.rules_run(one.rules_run)
        return found

    async def _decide(
        self,
        desk: Desk,
        found: dict[int, Found],
        told: dict[int, frozenset[str]],
        verdicts: list[Verdict],
        *,
        now: float,
    ) -> None:
        readings = await self._read(desk, found)
        began = time.perf_counter()
        tasks: list[Task] = []
        for number, one in found.items():
            try:
                scored = judge(desk, one, readings.get(number), now=now)
                hashes = fingerprint(one.document) if told[number] or any(each.passes for each in scored) else None
            except Exception as error:  # noqa: BLE001 - the same: it is this article's alone
                verdicts[number] = self._failed(one.article, error)
                continue
            tasks += [
                Task(number=number, channel=channel, document=one.document, scored=of_channel, hashes=hashes)
                for channel, of_channel in by_channel(scored, told[number]).items()
            ]
        self._metrics.stage("score", time.perf_counter() - began)
        began = time.perf_counter()
        conflicts = self._channels.conflicts
        settled = await self._channels.commit(desk, tasks, now=now)
        self._metrics.stage("commit", time.perf_counter() - began)
        self._metrics.conflicts(self._channels.conflicts - conflicts)
        self._report(found, settled)

    async def _read(self, desk: Desk, found: dict[int, Found]) -> dict[int, Reading]:
        asked = [(number, sentences) for number, one in found.items() if (sentences := to_read(desk, one))]
        if self._reader is None:
            return {number: Reading(unread=True) for number, _ in asked}
        if not asked:
            return {}
        began = time.perf_counter()
        readings = await self._reader.read_async([(found[number].document, sentences) for number, sentences in asked])
        self._metrics.stage("read", time.perf_counter() - began)
        return {number: reading for (number, _), reading in zip(asked, readings, strict=True)}

    def _failed(self, article: Article, error: Exception) -> Verdict:
        if isinstance(error, Transient):
            raise error
        log.error("article_failed", entry=article.entry_id, article=article.id, exc_info=error)
        return Verdict.failed(error)

    def _report(self, found: dict[int, Found], settled: Sequence[Settled]) -> None:
        at = self._clock()
        for one in settled:
            decision = one.decision
            reason = decision.reason.value if one.state != "noop" else "already_decided"
            self._metrics.decision(reason, sent=decision.sent and one.state == "committed")
            if decision.sent and one.state == "committed":
                self._metrics.end_to_end(max(0.0, at - decision.article.arrived_at))
            if self._log_articles:
                log.info("decided", **_canonical(found[one.task.number], decision, one, reason))


def _canonical(found: Found, decision: Decision, settled: Settled, reason: str) -> dict[str, object]:
    """The one line that says all about an article in a channel; ids belong here, never into metric labels."""
    best = max((scored.score for scored, _ in decision.rules), default=0.0)
    return {
        "entry": decision.article.entry_id,
        "article": decision.article.id,
        "source": decision.article.source,
        "revision": decision.revision,
        "channel": decision.channel,
        "candidates": len(found.candidates),
        "rules_run": found.rules_run,
        "score": round(best, 3),
        "story": decision.story_id,
        "decision": "alert" if decision.sent else "suppressed",
        "reason": reason,
        "alert": decision.alert.id if decision.alert is not None else None,
        "placed": settled.placed,
    }
