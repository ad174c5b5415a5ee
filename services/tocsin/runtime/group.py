"""The consumer group as this process uses it: every command on the article stream stands here, none anywhere else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from tocsin import streams
from tocsin.events import HEAD_BYTES, DeadLetter, dead_letter_fields
from tocsin.runtime.verdicts import RawEntry
from tocsin.scripts import Script, run_all
from tocsin.settings import ArticleSettings

READ = Script("tocsin.runtime", "read.lua", after=("cut.lua",))
DEAD_LETTER = Script("tocsin.runtime", "dead_letter.lua")
POSITION = Script("tocsin.runtime", "position.lua")
RETIRE = Script("tocsin.runtime", "retire.lua")
MARK = Script("tocsin.runtime", "mark.lua")
TAKE = Script("tocsin.runtime", "take.lua", after=("cut.lua",))
TRIM = Script("tocsin.runtime", "trim.lua")

CLAIMED_A_CALL = 100
TRIM_WALK = 500  # entries a call: at 4 KB each the server is held for about 2 ms


@dataclass(frozen=True, slots=True)
class Lag:
    """Where the group stands.

    Attributes:
        exists: whether it does.
        behind: entries not yet delivered; None where the server cannot tell (entries were deleted in between).
        pending: entries delivered and not acknowledged.
        oldest: id of the oldest pending entry, empty where there is none.
        length: entries in the stream.
    """

    exists: bool
    behind: int | None = None
    pending: int = 0
    oldest: str = ""
    length: int = 0


class Group:
    """The consumer group of one article stream, seen by one consumer.

    Raises:
        RedisError: from every method; the caller knows whether it can wait.
    """

    def __init__(self, client: Redis, settings: ArticleSettings, consumer: str) -> None:
        self.consumer = consumer
        self._client = client
        self._settings = settings
        self._stream = settings.stream
        self._name = settings.group
        self._in_hand = streams.in_hand(settings.stream)
        self._low_water = streams.low_water(settings.stream, settings.group)

    # -- reading

    async def read(self) -> tuple[list[RawEntry], float]:
        """Return new entries, bounded in number and bytes, and the server's time; at once, empty where there are none."""
        settings = self._settings
        seconds, micros, entries = await READ.run(
            self._client,
            [self._stream],
            [self._name, self.consumer, settings.batch, settings.batch_bytes, settings.max_entry_bytes, HEAD_BYTES],
        )
        return [_entry(*parts) for parts in entries], int(seconds) + int(micros) / 1e6

    async def wait(self) -> tuple[list[RawEntry], float]:
        """Return the next new entry as soon as there is one, or nothing after ``block_ms``."""
        settings = self._settings
        command = ("XREADGROUP", "GROUP", self._name, self.consumer, "COUNT", 1, "BLOCK", settings.block_ms)
        answer, now = await run_all(self._client, [(*command, "STREAMS", self._stream, ">"), ("TIME",)])
        found = [entry for _, entries in (answer or ()) for entry in entries]
        return [self._bounded(entry_id, fields) for entry_id, fields in found], _time(now)

    async def create(self) -> str:
        """Create the group where it is missing; return the id after which it reads.

        At the low-water mark, so that nothing unacknowledged is lost and little is read twice; at ``0`` where there is no
        mark, or where the stream is another one than the mark belongs to (it is empty or its ids lie before the mark).
        """
        mark = await self._client.get(self._low_water)
        start = _start(_text(mark)) if mark else "0"
        if start != "0" and _order(await self._last_id()) < _order(start):
            start = "0"
        try:
            await self._client.xgroup_create(self._stream, self._name, id=start, mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error) and "already exists" not in str(error):
                raise
            return ""  # another process was first
        return start

    async def _last_id(self) -> str:
        try:
            found = await self._client.xinfo_stream(self._stream)
        except ResponseError as error:
            if "no such key" in str(error):
                return "0-0"
            raise
        return _text(found["last-generated-id"])

    # -- what is in hand

    async def keep(self, ids: Sequence[str]) -> None:
        """Say that these entries are being worked on: nobody claims them for another ``claim_idle_ms``."""
        if ids:
            await self._client.xclaim(self._stream, self._name, self.consumer, 0, list(ids), justid=True)

    async def claim(self) -> list[str]:
        """Take over entries that nobody has worked on for ``claim_idle_ms``; return their ids, 100 at most."""
        idle = self._settings.claim_idle_ms
        found: Any = await self._client.xautoclaim(
            self._stream, self._name, self.consumer, idle, count=CLAIMED_A_CALL, justid=True
        )
        return [_text(entry_id) for entry_id in found]

    async def take(self, entry_id: str, token: str) -> tuple[RawEntry | None, int, float]:
        """Mark a redelivered entry in hand and fetch it. May be repeated with the same token.

        Returns:
            the entry (None where it was trimmed or deleted), how often it was in hand when a process died or our code
            failed, this time included, and the server's time.
        """
        arguments = [self._name, self.consumer, entry_id, self._settings.max_entry_bytes, HEAD_BYTES, token]
        marked, deliveries, *now, found = _padded(
            await TAKE.run(self._client, [self._stream, self._in_hand], arguments), 5
        )
        entry = None if found is None else _entry(*found, deliveries=int(deliveries))
        return entry, int(marked), _time(now)

    async def mark(self, entry_id: str, token: str) -> int:
        """Mark an entry that is held already as in hand; return the count as ``take`` does."""
        return int(await MARK.run(self._client, [self._in_hand], [entry_id, token, 1]))

    async def unmark(self, entry_id: str, token: str) -> None:
        """Lift the mark that this token set: what happened is not held against the entry."""
        await MARK.run(self._client, [self._in_hand], [entry_id, token, -1])

    async def note_failure(self, entry_id: str, why: str) -> None:
        """Remember the last failure for the dead letter that may come of it."""
        await run_all(self._client, [("HSET", self._in_hand, f"{entry_id}:why", why[:500])])

    async def last_failure(self, entry_id: str) -> str:
        """Return what ``note_failure`` noted; empty where a process died without a word."""
        [why] = await run_all(self._client, [("HGET", self._in_hand, f"{entry_id}:why")])
        return why.decode("utf-8", "replace") if why else ""

    # -- settling

    async def settle(
        self, done: Iterable[str], dead: Iterable[tuple[RawEntry, DeadLetter]] = (), *, marked: Iterable[str] = ()
    ) -> None:
        """Acknowledge, dead-letter and lift marks, in one round trip. May be repeated."""
        calls: list[tuple[Any, ...]] = []
        if ids := list(done):
            calls.append(("XACK", self._stream, self._name, *ids))
        if lifted := [name for entry_id in marked for name in (entry_id, f"{entry_id}:by", f"{entry_id}:why")]:
            calls.append(("HDEL", self._in_hand, *lifted))
        calls += [self._dead(entry, letter) for entry, letter in dead]
        if calls:
            await run_all(self._client, calls)

    def _dead(self, entry: RawEntry, letter: DeadLetter) -> tuple[Any, ...]:
        settings = self._settings
        fields = [part for pair in dead_letter_fields(letter).items() for part in pair]
        return DEAD_LETTER.call(
            [self._stream, streams.dead_letters(self._stream), self._in_hand],
            [self._name, entry.id, settings.dead_letter_entries, *fields],
        )

    # -- upkeep

    async def lead(self, seconds: float) -> bool:
        """Whether this process is the one that does the upkeep for the next ``seconds``."""
        key, lease = streams.lease(self._stream, "upkeep"), int(seconds * 1000)
        if await self._client.set(key, self.consumer, nx=True, px=lease):
            return True
        if await self._client.get(key) == self.consumer.encode():
            await self._client.pexpire(key, lease)
            return True
        return False

    async def remember_position(self) -> None:
        """Write the low-water mark."""
        await POSITION.run(self._client, [self._stream, self._low_water], [self._name])

    async def retire(self) -> int:
        """Remove consumers that hold nothing and have been silent for ``idle_consumer_s``; return how many."""
        idle = int(self._settings.idle_consumer_s * 1000)
        return int(await RETIRE.run(self._client, [self._stream], [self._name, idle, "", self.consumer]))

    async def leave(self) -> bool:
        """Remove this process's own consumer unless entries are pending on it; whether it was removed."""
        return bool(await RETIRE.run(self._client, [self._stream], [self._name, 0, self.consumer, ""]))

    async def trim(self, now: float) -> int:
        """Trim articles and dead letters by age and size; return how many articles went."""
        settings = self._settings
        dead_since = int((now - settings.dead_letter_days * 86_400) * 1000)
        oldest = f"{max(int((now - settings.retention_hours * 3600) * 1000), 0)}-0"
        surplus, _ = await run_all(
            self._client,
            [
                ("MEMORY", "USAGE", self._stream, "SAMPLES", 50),
                ("XTRIM", streams.dead_letters(self._stream), "MINID", "~", max(dead_since, 0)),
            ],
        )
        if (surplus or 0) > settings.retention_bytes:  # a sample may mislead: count before anything is thrown away
            surplus = await self._client.memory_usage(self._stream, samples=0)
        removed: int = 0
        to_free: int = max((surplus or 0) - settings.retention_bytes, 0)
        while True:
            gone, to_free = await TRIM.run(self._client, [self._stream], [oldest, to_free, TRIM_WALK])
            removed += gone
            if not to_free or not gone:
                return removed

    async def lag(self) -> Lag:
        """Return where the group stands."""
        try:
            groups = await self._client.xinfo_groups(self._stream)
        except ResponseError as error:
            if "no such key" in str(error):
                return Lag(exists=False)
            raise
        mine = next((group for group in groups if _text(group["name"]) == self._name), None)
        if mine is None:
            return Lag(exists=False)
        pending = await self._client.xpending(self._stream, self._name)
        behind = mine.get("lag")
        return Lag(
            exists=True,
            behind=None if behind is None else int(behind),
            pending=int(pending["pending"]),
            oldest=_text(pending["min"]) if pending["min"] else "",
            length=await self._client.xlen(self._stream),
        )

    def _bounded(self, entry_id: bytes, fields: dict[bytes, bytes]) -> RawEntry:
        size = sum(len(name) + len(value) for name, value in fields.items())
        return RawEntry(_text(entry_id), fields, 1, size, cut=size > self._settings.max_entry_bytes)


def _entry(
    entry_id: bytes,
    flat: list[bytes],
    size: int,
    cut: list[Any] | None = None,
    left_out: int = 0,
    *,
    deliveries: int = 1,
) -> RawEntry:
    parts = iter(flat)
    fields = dict(zip(parts, parts, strict=True))
    if cut is None:
        return RawEntry(entry_id.decode(), fields, deliveries, size)
    told = iter(cut)
    whole = {name: (int(length), digest.decode()) for name, length, digest in zip(told, told, told, strict=True)}
    return RawEntry(entry_id.decode(), fields, deliveries, size, cut=True, whole=whole, left_out=left_out)


def _padded(answer: list[Any], length: int) -> list[Any]:
    """Lua drops a trailing nothing."""
    return [*answer, *[None] * (length - len(answer))]


def _start(mark: str) -> str:
    """The id after which a group must read so that the marked entry comes (``(`` before it: so that it does not)."""
    if mark.startswith("("):
        return mark[1:]
    milliseconds, sequence = _order(mark)
    if sequence:
        return f"{milliseconds}-{sequence - 1}"
    return f"{milliseconds - 1}-{2**64 - 1}" if milliseconds else "0"


def _order(entry_id: str) -> tuple[int, int]:
    milliseconds, _, sequence = entry_id.partition("-")
    return int(milliseconds), int(sequence or 0)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _time(answer: Any) -> float:
    seconds, micros = answer
    return int(seconds) + int(micros) / 1e6
