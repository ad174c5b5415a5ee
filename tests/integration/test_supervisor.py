"""`tocsin up` as a process: children are started again, all end together, the server last."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from live_consumer import until
from tocsin.runtime.connect import connect
from tocsin.runtime.embedded import running_url

pytestmark = pytest.mark.server

# A child announces itself on the server, then waits.
CHILD = """
import os, sys, time
import redis
server = redis.Redis.from_url(os.environ["TOCSIN_REDIS__URL"])
server.rpush(sys.argv[1], os.getpid())
server.close()
time.sleep(600)
"""

UP = """
import sys
from pathlib import Path
from tocsin.runtime.supervisor import Supervisor
from tocsin.runtime.logs import configure
from tocsin.runtime.embedded import AlreadyRunning
from tocsin.settings import EmbeddedSettings, LogSettings, Settings

configure(LogSettings())
settings = Settings(data_dir=Path(sys.argv[1]), embedded=EmbeddedSettings(port=0))
child = sys.argv[2]
try:
    sys.exit(
        Supervisor(
            settings,
            kinds=["score", "serve"],
            ready=lambda url: print(url, flush=True),
            command=lambda kind: [sys.executable, "-c", child, kind],
        ).run()
    )
except AlreadyRunning as running:
    print(running, flush=True)
    sys.exit(1)
"""


class Up:
    def __init__(self, folder) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", UP, str(folder), CHILD], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().decode().strip()

    async def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        await until(lambda: self.process.poll() is not None, "it ends")
        assert self.process.stdout is not None
        self.process.stdout.close()
        return self.process.returncode


@pytest.fixture
async def up(tmp_path, server):
    started = Up(tmp_path / "data")
    yield started
    if started.process.poll() is None:
        await started.end(signal.SIGKILL)


async def children(client, kind) -> list[int]:
    return [int(pid) for pid in await client.lrange(kind, 0, -1)]


def lives(pid) -> bool:
    """Whether a process is there and no zombie (who reaps an orphan here is not our business)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
async def test_a_child_that_dies_is_started_again(up) -> None:
    """Another process takes its place; its sibling is left alone; SIGTERM ends everything with exit code 0."""
    client = connect(up.url)
    await until(lambda: client.llen("score"), "score has started")
    await until(lambda: client.llen("serve"), "serve has started")
    [first] = await children(client, "score")
    os.kill(first, signal.SIGKILL)
    await until(lambda: _count(client, "score", 2), "another one has started")
    [serve] = await children(client, "serve")
    [_, second] = await children(client, "score")
    assert lives(serve)
    await client.aclose()
    assert await up.end() == 0
    assert not lives(second)
    assert not lives(serve)
    assert running_url(up.folder) is None


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
async def test_children_die_with_the_supervisor(up) -> None:
    """Kill -9 of the supervisor leaves neither children nor server behind."""
    client = connect(up.url)
    await until(lambda: client.llen("score"), "score has started")
    await until(lambda: client.llen("serve"), "serve has started")
    pids = [*await children(client, "score"), *await children(client, "serve")]
    await client.aclose()
    await up.end(signal.SIGKILL)
    await until(lambda: not any(lives(pid) for pid in pids), "the children end")
    await until(lambda: running_url(up.folder) is None, "the server ends")


async def test_a_server_that_dies_is_started_again(up) -> None:
    """The supervisor brings the server back on the same port, over the same file."""
    client = connect(up.url)
    await client.set("kept", "1")
    pid = (await client.info("server"))["process_id"]
    os.kill(pid, signal.SIGKILL)
    await client.aclose()

    async def back() -> bool:
        try:
            return await client.get("kept") == b"1"
        except Exception:  # noqa: BLE001 - it is still away
            await client.aclose()
            return False

    await until(back, "it is back")
    await client.aclose()
    assert await up.end(signal.SIGINT) == 0


async def test_a_second_up_exits_with_one(up) -> None:
    """It prints the first one's address."""
    second = Up(up.folder)
    await until(lambda: second.process.poll() is not None, "it ends")
    assert second.process.returncode == 1
    assert up.url in second.url
    assert second.process.stdout is not None
    second.process.stdout.close()


async def _count(client, kind, wanted) -> bool:
    return bool(await client.llen(kind) == wanted)
