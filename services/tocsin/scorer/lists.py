"""Keep the desk at the published watchlist versions: compiled off the hot path, swapped between batches, old until then."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable

import structlog

from tocsin.errors import InvalidWatchlist, NotReady
from tocsin.match.index import Index, segments_of
from tocsin.model.rule import Watchlist
from tocsin.pipeline import Desk, open_desk
from tocsin.runtime.metrics import Metrics
from tocsin.runtime.patience import is_redis
from tocsin.score.weights import Weights
from tocsin.scorer.cache import Cache
from tocsin.scorer.compiling import Compiler, give_back, in_thread
from tocsin.settings import Settings
from tocsin.stores.watchlists import WatchlistStore

log = structlog.get_logger("tocsin.lists")

NEVER_PUBLISHED = "no watchlist set was ever published: run `tocsin watchlists apply PATH`"


Doorbell = Callable[[float], Awaitable[object]]
"""Returns when the published set may have changed, or after so many seconds."""


class Lists:
    """The running desk, and why there is none or an old one."""

    def __init__(
        self,
        store: WatchlistStore,
        weights: Weights,
        settings: Settings,
        metrics: Metrics,
        *,
        doorbell: Doorbell = asyncio.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._weights = weights
        self._settings = settings
        self._metrics = metrics
        self._doorbell = doorbell
        self._cache = Cache(settings.watchlists.cache)
        self._clock = clock
        self._compiler = Compiler(
            self._cache, concepts=settings.watchlists.concepts, backfill=settings.channels.backfill_hours * 3600
        )
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
            try:
                await self._doorbell(self._settings.watchlists.poll_s)
            except Exception as error:
                log.warning("doorbell_lost", error=f"{type(error).__name__}: {error}", exc_info=not is_redis(error))
                await asyncio.sleep(self._settings.watchlists.poll_s)

    async def look(self) -> bool:
        """Take a new revision if there is one; return whether the desk was swapped.

        A set that is missing, unreadable or invalid is not an empty one: the compiled desk stays, ``problem`` says why.
        """
        revision: int | None = None
        began = time.perf_counter()
        try:
            revision = await self._store.revision()
            if revision is not None and revision == self._seen:
                self._unreachable = ""
                return False
            published = await self._store.read()
            gone = published is None and self._desk is not None
            self._unreachable = "the published watchlist set is gone; the compiled one stays" if gone else ""
            if published is None:
                return False
            revision, records = published
            watchlists = await self._compiler.compile(records, self._store.rows)
        except NotReady as error:
            self._unreachable = str(error)
            return False
        except InvalidWatchlist as refused:
            self._refuse(revision, refused)
            return False
        desk = await self._open(watchlists, revision)
        self._compiler.keep(records)
        self._desk, self._seen, self._refused = desk, revision, ""
        # An index is hundreds of thousands of objects that live until the next swap and hold no cycles: out of sight of
        # the collector, which would otherwise walk them all several times a second (half the time of a candidate).
        gc.freeze()
        await asyncio.to_thread(give_back)
        self._tell(desk, time.perf_counter() - began)
        await asyncio.to_thread(self._cache.sweep, now=self._clock())
        return True

    async def _open(self, watchlists: tuple[Watchlist, ...], revision: int) -> Desk:
        known = self._desk.index.segments if self._desk is not None else ()

        def work() -> Desk:
            index = Index(watchlists, segments_of(watchlists, known, make=self._cache.names))
            stale = self._settings.channels.stale_hours * 3600
            return open_desk(watchlists, self._weights, revision=revision, stale_s=stale, index=index)

        return await in_thread(work)

    def _refuse(self, revision: int | None, refused: InvalidWatchlist) -> None:
        self._seen = revision
        self._refused = f"revision {revision} is refused: {refused.problems[0]}"
        self._metrics.refused()
        running = dict(self._desk.versions) if self._desk is not None else {}
        log.error(
            "watchlists_refused", revision=revision, running=running, problems=[str(one) for one in refused.problems]
        )

    def _tell(self, desk: Desk, seconds: float) -> None:
        index = desk.index
        size = {"rules": index.rules, "always_run": index.always_run, "patterns": index.names + index.anchors}
        self._metrics.swapped(desk.revision, desk.versions, seconds=seconds, **size)
        log.info(
            "watchlists_swapped", revision=desk.revision, versions=desk.versions, seconds=round(seconds, 3), **size
        )
