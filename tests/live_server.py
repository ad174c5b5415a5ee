"""Fixtures over a real server: one a test session on a free port, an empty database a test.

``from live_server import redis_client, redis_url, server  # noqa: F401`` in a folder's conftest.py makes them known.
"""

from __future__ import annotations

import os

import pytest

from tocsin.errors import NotReady
from tocsin.runtime.connect import connect
from tocsin.runtime.embedded import EmbeddedServer


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The session's server; without a binary the test is skipped on a laptop and fails in CI."""
    running = EmbeddedServer(tmp_path_factory.mktemp("server"))
    try:
        running.start()
    except NotReady as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))
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
