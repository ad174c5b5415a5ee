"""`tocsin tail`: follow channels, from now or from the past; resumes by itself after a server restart."""

from __future__ import annotations

import asyncio
import re
import sys

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from rich.console import Console

from tocsin.apps.present import decode, show_alert
from tocsin.errors import Refused
from tocsin.runtime.connect import connect
from tocsin.runtime.embedded import find_url
from tocsin.settings import Settings
from tocsin.stores.entries import after, newest
from tocsin.streams import CHANNEL_NAME, alerts

_DURATION = re.compile(r"(\d+(?:\.\d+)?)([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_ENTRY_ID = re.compile(r"\d+(-\d+)?")
_BLOCK_MS = 1000
_BACK_OFF_S = 1.0  # between two tries while the server is away


def seconds(duration: str) -> float:
    """Return ``90s``, ``15m``, ``1h``, ``7d`` as seconds.

    Raises:
        Refused: it is no duration.
    """
    found = _DURATION.fullmatch(duration.strip())
    if found is None:
        raise Refused(f"{duration!r} is no duration: write 90s, 15m, 1h or 7d.")
    return float(found[1]) * _SECONDS[found[2]]


async def start_id(redis: Redis, since: str | None) -> str:
    """Return the stream id after which to read: an id as it is, a duration as that long before the server's now."""
    if since is None:
        return "$"
    if since == "all":
        return "0"
    if _ENTRY_ID.fullmatch(since):
        return since
    now, _ = await redis.time()
    return f"{max(0, int((now - seconds(since)) * 1000))}-0"


async def tail(
    redis: Redis, channels: list[str], *, since: str | None, as_json: bool, console: Console, follow: bool = True
) -> None:
    """Print alerts as they come, until cancelled.

    Args:
        redis: the server.
        channels: names; one that does not exist yet is waited for.
        since: entry id, duration, ``all`` or None for what comes from now on.
        as_json: one document a line, exactly as on the wire.
        console: for people.
        follow: False ends at the end of what is there.
    """
    for channel in channels:
        if not CHANNEL_NAME.fullmatch(channel):
            raise Refused(
                f"{channel!r} is no channel name: lower-case letters, digits, dot, dash and underscore, at most 64."
            )
    positions = {alerts(channel): await _position(redis, alerts(channel), since) for channel in channels}
    while True:
        try:
            reply = await after(redis, positions, count=100, block_ms=_BLOCK_MS if follow else None)
        except (RedisConnectionError, RedisTimeoutError):
            await asyncio.sleep(_BACK_OFF_S)  # the server is away; what it logs meanwhile is read by id afterwards
            continue
        if not reply and not follow:
            return
        for key, entries in reply:
            for entry_id, fields in entries:
                positions[key] = entry_id
                if as_json:
                    sys.stdout.write(fields[b"data"].decode() + "\n")
                    sys.stdout.flush()
                else:
                    show_alert(console, decode(fields[b"data"]))


async def _position(redis: Redis, key: str, since: str | None) -> str:
    """``$`` is resolved once: what arrives between two reads would be missed otherwise."""
    at = await start_id(redis, since)
    if at != "$":
        return at
    last = await newest(redis, key)
    return last[0][0] if last else "0"


async def tail_channels(
    settings: Settings, channels: list[str], *, since: str | None, as_json: bool, console: Console, follow: bool
) -> None:
    """Connect, and tail."""
    redis = connect(find_url(settings), settings.redis)
    try:
        await tail(redis, channels, since=since, as_json=as_json, console=console, follow=follow)
    finally:
        await redis.aclose()
