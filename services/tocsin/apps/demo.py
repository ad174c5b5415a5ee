"""`tocsin demo`: sample articles in, alerts out, on a server of its own in a fresh folder; ten runs, ten equal results."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from redis.asyncio import Redis
from rich.console import Console

from tocsin.apps.present import decode, show_alert
from tocsin.apps.publish import publish, read, rebase
from tocsin.apps.watchlists import apply
from tocsin.errors import NotReady
from tocsin.runtime.connect import connect
from tocsin.runtime.embedded import EmbeddedServer
from tocsin.settings import Settings
from tocsin.stores.entries import page
from tocsin.streams import alerts

DEADLINE_S = 120.0  # the parser loads in a second, 40 articles are decided in another; slow machines get two minutes
_POLL_S = 0.05
_MOST = 10_000  # alerts a channel: more than the samples can make


async def demo(settings: Settings, *, watchlists: Path, articles: Path, console: Console, progress: Console) -> int:
    """Run the demo; return the number of alerts.

    Args:
        settings: everything but the server, the data folder and the ports, which are the demo's own.
        watchlists: the sample lists.
        articles: JSON lines.
        console: where the alerts go.
        progress: where everything else goes.

    Raises:
        NotReady: the scorer did not get through in time.
    """
    with tempfile.TemporaryDirectory(prefix="tocsin-demo-") as folder:
        server = EmbeddedServer(Path(folder))
        url = server.start()
        progress.print(f"[dim]embedded server at {url}, in a fresh folder[/dim]")
        child: subprocess.Popen[bytes] | None = None
        try:
            redis = connect(url, settings.redis)
            await apply(redis, [watchlists], settings=settings, console=progress)
            child = _start_scorer(url, folder)
            samples = rebase(list(read(articles)), time.time())
            await publish(redis, settings.articles.stream, samples, console=progress)
            await _drained(redis, settings, child, Path(folder) / "score.log")
            count = await _show(redis, console)
            await redis.aclose()
        finally:
            _end(child)
            server.stop()
    console.print(f"{count} alerts from {len(samples)} articles.")
    return count


def _start_scorer(url: str, folder: str) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "TOCSIN_REDIS__URL": url,
        "TOCSIN_DATA_DIR": folder,
        "TOCSIN_TELEMETRY__PORT": "0",
        "TOCSIN_READING__DEADLINE_S": str(DEADLINE_S),  # equal results, however slow the machine
    }
    with (Path(folder) / "score.log").open("wb") as log:
        return subprocess.Popen([sys.executable, "-m", "tocsin", "score"], env=environment, stderr=log)


async def _drained(redis: Redis, settings: Settings, child: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the group has read and acknowledged everything."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        if child.poll() is not None:
            raise NotReady(f"the scorer ended with {child.returncode}:\n{_end_of(log)}")
        groups = await redis.xinfo_groups(settings.articles.stream)
        mine = [group for group in groups if group["name"] == settings.articles.group.encode()]
        if mine and mine[0]["lag"] == 0 and mine[0]["pending"] == 0:
            return
        await asyncio.sleep(_POLL_S)
    raise NotReady(f"the scorer did not get through within {DEADLINE_S:g} s:\n{_end_of(log)}")


def _end(child: subprocess.Popen[bytes] | None) -> None:
    if child is None:
        return
    child.terminate()
    try:
        child.wait(30)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _end_of(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]


async def _show(redis: Redis, console: Console) -> int:
    """Print every alert in the order in which it was logged; channels in turn, by name."""
    channels = sorted([key.decode() async for key in redis.scan_iter(match="alerts:{*}")])
    count = 0
    for key in channels:
        assert key == alerts(key.removeprefix("alerts:{").removesuffix("}"))
        for _, fields in await page(redis, key, count=_MOST):
            show_alert(console, decode(fields[b"data"]), ages=True)  # ages: ten runs, ten equal texts
            count += 1
    return count
