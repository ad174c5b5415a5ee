"""A real server for the tests in this folder."""

from __future__ import annotations

from live_server import redis_client, redis_url, server

__all__ = ["redis_client", "redis_url", "server"]
