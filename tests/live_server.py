"""Fixtures over a real server: one a test session on a free port, an empty database a test.

``from live_server import redis_client, redis_url, server  # noqa: F401`` in a folder's conftest.py makes them known.
"""

from __future__ import annotations

import os
from contextlib import contextmanager

import pytest

from tocsin.errors import NotReady
from tocsin.runtime.connect import connect
from tocsin.runtime.embedded import EmbeddedServer


@contextmanager
def needing_a_server():
    """Skip the test where there is no server binary, as on a laptop; in CI it fails."""
    try:
        yield
    except NotReady as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The session's server."""
    running = EmbeddedServer(tmp_path_factory.mktemp("server"))
    with needing_a_server():
        running.start()
    yield running
    running.stop()


@pytest.fixture
def redis_url(server):
    """Address of the session's server; its database is emptied first."""
    return server.url


@pytest.fixture
async def redis_client(redis_url):
    """A client (bytes in, bytes out) over an empty database."""
    client = connect(redis_url)
    await client.flushall()
    yield client
    await client.aclose()
