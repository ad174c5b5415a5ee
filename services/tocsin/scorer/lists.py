"""Keep the desk at the published watchlist versions: compiled off the hot path, swapped between batches, old until then."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterable

import structlog

from tocsin.errors import InvalidWatchlist, NotReady
from tocsin.pipeline import Desk, open_desk
from tocsin.runtime.metrics import Metrics
from tocsin.runtime.patience import is_redis
from tocsin.score.weights import Weights
from tocsin.settings import Settings
from tocsin.stores.watchlists import WatchlistStore, compile_records
from tocsin.watchlists.records import Record

log = structlog.get_logger("tocsin.lists")

NEVER_PUBLISHED = "no watchlist set was ever published: run `tocsin watchlists apply PATH`"


class Lists:
    """The running desk, and why there is none or an old one."""

    def __init__(self, store: WatchlistStore, weights: Weights, settings: Settings, metrics: Metrics) -> None:
        self._store = store
        self._weights = weights
        self._settings = settings
        self._metrics = metrics
        self._desk: Desk | None = None
        self._seen: int | None = None  # the revision that was tried last, good or bad
        self._unreachable = ""
        self._refused = ""

    @property
    def desk(self) -> Desk | None:
        """What decides now; None before the first set."""
        return self._desk

    @property
    def problem(self) -> str:
        """Why this is not the published set, or why there is none; empty where all is well."""
        return self._unreachable or self._refused or ("" if self._desk is not None else NEVER_PUBLISHED)

    async def follow(self) -> None:
        """Look for a new revision, until cancelled. Nothing that is found wrong ends it."""
        while True:
            try:
                await self.look()
            except Exception as error:  # the task that follows the lists must outlive whatever it meets
                self._unreachable = f"the watchlist set cannot be read: {type(error).__name__}: {error}"
                log.warning("watchlists_not_read", error=self._unreachable, exc_info=not is_redis(error))
            await asyncio.sleep(self._settings.watchlists.poll_s)

    async def look(self) -> bool:
        """Take a new revision if there is one; return whether the desk was swapped.

        A set that is missing, unreadable or invalid is not an empty one: the compiled desk stays, ``problem`` says why.
        """
        try:
            published = await self._published()
        except NotReady as error:
            self._unreachable = str(error)
            return False
        if published is None:
            return False
        revision, records = published
        try:
            desk = await asyncio.to_thread(self._compile, revision, records)
        except InvalidWatchlist as refused:
            self._seen = revision
            self._refused = f"revision {revision} is refused: {refused.problems[0]}"
            self._metrics.refused()
            problems = [str(one) for one in refused.problems]
            log.error("watchlists_refused", revision=revision, problems=problems)  # noqa: TRY400 - they say all
            return False
        self._desk, self._seen, self._refused = desk, revision, ""
        # An index is hundreds of thousands of objects that live until the next swap and hold no cycles: out of sight of
        # the collector, which would otherwise walk them all several times a second (half the time of a candidate).
        gc.freeze()
        self._metrics.watchlists(desk.revision, len(desk.watchlists))
        size = {"rules": desk.index.rules, "patterns": desk.index.patterns, "always_run": desk.index.always_run}
        log.info("watchlists_swapped", revision=desk.revision, versions=desk.versions, **size)
        return True

    async def _published(self) -> tuple[int, tuple[Record, ...]] | None:
        """Return the set where it is another than the one tried last."""
        revision = await self._store.revision()
        if revision is not None and revision == self._seen:
            self._unreachable = ""
            return None
        published = await self._store.read()
        gone = published is None and self._desk is not None
        self._unreachable = "the published watchlist set is gone; the compiled one stays" if gone else ""
        return published

    def _compile(self, revision: int, records: Iterable[Record]) -> Desk:
        compiled = compile_records(records, settings=self._settings)
        return open_desk(compiled, self._weights, revision=revision, stale_s=self._settings.channels.stale_hours * 3600)
