"""``/metrics``, ``/live`` and ``/ready`` over HTTP, from a thread of their own: they answer while the loop computes."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import structlog
from prometheus_client import CONTENT_TYPE_LATEST

from tocsin.runtime.health import Health
from tocsin.runtime.metrics import Metrics
from tocsin.settings import TelemetrySettings

log = structlog.get_logger("tocsin.probes")

PORTS_TRIED = 50
POLL_S = 0.1  # how soon it notices that it is to stop
REQUEST_S = 5.0  # a client that sends nothing is cut off


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = False  # a port that another process listens on must be seen as taken


class Probes:
    """The HTTP server of one process."""

    def __init__(self, settings: TelemetrySettings, *, metrics: Metrics, health: Health) -> None:
        self._settings = settings
        self._server: _Server | None = None
        self._metrics = metrics
        self._health = health

    @property
    def address(self) -> str:
        """``host:port`` that is served; empty where none is."""
        if self._server is None:
            return ""
        host, port = self._server.server_address[:2]
        return f"{host if isinstance(host, str) else host.decode()}:{port}"

    def start(self) -> None:
        """Listen on the port of the settings, on the next free one where it is taken; log which. Never fatal."""
        if not self._settings.enabled:
            return
        first = self._settings.port
        for port in [0] if first == 0 else range(first, min(first + PORTS_TRIED, 65536)):
            try:
                self._server = _Server((self._settings.host, port), self._answer())
                break
            except OSError as error:
                problem = error
        if self._server is None:
            log.error("probes_unavailable", host=self._settings.host, port=first, error=str(problem))
            return
        threading.Thread(target=self._server.serve_forever, args=(POLL_S,), name="probes", daemon=True).start()
        log.info("probes", address=self.address, wanted=first, paths=["/metrics", "/live", "/ready"])

    def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def page(self, path: str) -> tuple[int, str, bytes]:
        """Return status, content type and body for a path."""
        path = path.partition("?")[0]
        if path == "/metrics":
            self._metrics.ready(ready=not self._health.problems())
            return 200, CONTENT_TYPE_LATEST, self._metrics.text()
        if path == "/live":
            dead = self._health.live()
            return (503 if dead else 200), "application/json", _json({"live": not dead, "reason": dead})
        if path == "/ready":
            problems = self._health.problems()
            body = {"ready": not problems, "problems": problems, "warnings": self._health.warnings()}
            return (503 if problems else 200), "application/json", _json(body)
        return 404, "application/json", _json({"paths": ["/metrics", "/live", "/ready"]})

    def _answer(self) -> type[BaseHTTPRequestHandler]:
        page = self.page

        class Answer(BaseHTTPRequestHandler):
            timeout = REQUEST_S
            server_version = "tocsin"
            sys_version = ""

            def do_GET(self) -> None:
                status, kind, body = page(self.path)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the signature is the library's
                """Probes come every few seconds; the log has better things to say."""

        return Answer


def _json(value: object) -> bytes:
    return json.dumps(value).encode() + b"\n"
