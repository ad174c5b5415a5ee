"""FastStream's Redis client, as far as its stream subscriber uses it, with a read that never fails.

FastStream's loop stops for good when the group vanishes, repeats other errors without waiting, gives up when the server
is away at start, and cannot bound a read in bytes. So it is given a client whose ``xreadgroup`` is ours: it waits out
what passes, creates the group again where it must, and returns nothing rather than raise. What is overridden are the
four commands that the subscriber calls and one hook that FastStream's brokers provide for this purpose.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from faststream.redis import RedisBroker
from faststream.redis.configs.state import ConnectionState
from redis.asyncio import Redis

from tocsin.runtime.group import Group
from tocsin.runtime.health import Health
from tocsin.runtime.metrics import Metrics
from tocsin.runtime.patience import Backoff, is_redis, lost_group
from tocsin.runtime.verdicts import RawEntry

log = structlog.get_logger("tocsin.reading")

PAUSE_S = 0.1  # between two questions whether reading may go on


class Reading:
    """Reads the next batch, however long it takes; the one after it while that is being worked on.

    So the server reads while we decide. What was read ahead is ours: it is kept fresh (``held``), and handed over even
    when the process is told to stop meanwhile.

    Attributes:
        now: the server's clock when the last batch was read, seconds since the epoch.
    """

    def __init__(
        self,
        group: Group,
        *,
        may_read: Callable[[], bool],
        held: set[str],
        calm: Callable[[], bool],
        health: Health,
        metrics: Metrics,
    ) -> None:
        self.now = 0.0
        self._held = held
        self._calm = calm
        self._handed: list[str] = []
        self._ahead: asyncio.Task[tuple[list[RawEntry], float]] | None = None
        self._group = group
        self._may_read = may_read
        self._health = health
        self._metrics = metrics
        self._backoff = Backoff()
        self._stopping = asyncio.Event()
        self._still = asyncio.Event()

    @property
    def stopping(self) -> bool:
        """Whether no further batch is to be read."""
        return self._stopping.is_set()

    async def stop(self) -> None:
        """Read no further batch; return once the one in hand has been worked on."""
        self._stopping.set()
        await self._still.wait()

    async def next(self) -> list[RawEntry]:
        """Return the next batch, empty where there is none yet. Never raises what the server or the network did."""
        self._held.difference_update(self._handed)  # FastStream is done with them, for better or worse
        self._handed = []
        batch, now = await self._ahead if self._ahead is not None else ([], 0.0)
        self._ahead = None
        if not batch:
            if self._stopping.is_set():
                self._still.set()  # FastStream reads again only when the batch before is done with
                await asyncio.sleep(PAUSE_S)
                return []
            if not self._may_read():
                await self.pause(PAUSE_S)
                return []
            batch, now = await self._read(wait=True)
        if not batch:
            return []
        if not self._may_read():  # the breaker opened meanwhile: they stay pending, and are claimed later
            self._held.difference_update(entry.id for entry in batch)
            return []
        self.now = now
        self._handed = [entry.id for entry in batch]
        if not self._stopping.is_set() and self._calm():
            # What is there already, never what is still to come: another scorer may be idle.
            self._ahead = asyncio.create_task(self._read(wait=False))
        return batch

    async def _read(self, *, wait: bool) -> tuple[list[RawEntry], float]:
        """Return entries and the server's clock; nothing where there is nothing, or the server is away."""
        try:
            batch, now = await self._group.read()
            if wait and not batch:
                batch, now = await self._group.wait()
        except Exception as error:
            if not is_redis(error):
                raise
            await self._wait_out(error)
            return [], 0.0
        self._held.update(entry.id for entry in batch)
        self._backoff.reset()
        self._health.read()
        self._health.note("server", None)
        return batch, now

    async def pause(self, seconds: float) -> None:
        """Wait, but no longer than until ``stop``."""
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    async def _wait_out(self, error: Exception) -> None:
        self._metrics.read_error()
        if lost_group(error):
            try:
                start = await self._group.create()
            except Exception as another:
                if not is_redis(another):
                    raise
                error = another
            else:
                log.warning("group_created", start=start or "(by another process)")
                return
        self._health.note("server", f"{type(error).__name__}: {error}")
        wait = self._backoff.next()
        log.warning("read_failed", error=f"{type(error).__name__}: {error}", wait_s=wait)
        await self.pause(wait)


class ShellClient(Redis):
    """The client that FastStream is given: its subscriber reads through ``Reading``. It never connects by itself."""

    def __init__(self, reading: Reading, **options: Any) -> None:
        super().__init__(**options)
        self._reading = reading

    async def ping(self, **_kwargs: Any) -> bool:
        """Always there: whether the server is, the probes know better."""
        return True

    async def xgroup_create(self, *_args: Any, **_kwargs: Any) -> bool:
        """Nothing: FastStream would create it at ``$`` and lose what was there before."""
        return True

    async def xreadgroup(self, *_args: Any, **_kwargs: Any) -> Any:
        """Return the next batch in the shape that FastStream expects, the raw entries in place of their fields."""
        batch = await self._reading.next()
        return [(b"articles", [(entry.id.encode(), entry) for entry in batch])] if batch else []


class _Given(ConnectionState["Redis"]):
    """A connection that exists already."""

    def __init__(self, client: Redis) -> None:
        super().__init__()
        self._given = client

    async def connect(self) -> Redis:
        self._client = self._given
        self._connected = True
        return self._given


class ShellBroker(RedisBroker):
    """FastStream's broker over a client that was made elsewhere (``runtime.connect``)."""

    def __init__(self, client: ShellClient, url: str, **kwargs: Any) -> None:
        self._given = client
        super().__init__(url, **kwargs)

    def _make_connection_state(self, _options: dict[str, Any], _kwargs: dict[str, Any]) -> ConnectionState[Any]:
        return _Given(self._given)


def raw_batch(message: Mapping[str, Any]) -> list[RawEntry]:
    """Return the raw entries of a message of FastStream's batch subscriber."""
    return list(message["data"])
