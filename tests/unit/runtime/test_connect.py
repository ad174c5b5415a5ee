"""Clients: no retries of their own, time-outs, bytes, a private authority where one is named."""

from __future__ import annotations

from pathlib import Path

from tocsin.runtime.connect import connect, options
from tocsin.settings import RedisSettings


async def test_a_client_retries_nothing_and_gives_up_in_time() -> None:
    """Retries double what is not idempotent; a time-out lies above every BLOCK."""
    client = connect("redis://127.0.0.1:1/0", RedisSettings(socket_timeout=4, connect_timeout=2))
    made = client.connection_pool.connection_kwargs
    assert made["retry"].get_retries() == 0
    assert (made["socket_timeout"], made["socket_connect_timeout"]) == (4, 2)
    assert made["decode_responses"] is False
    assert made["protocol"] == 2
    await client.aclose()


def test_a_private_authority() -> None:
    """``ca_file`` is what a TLS connection trusts."""
    assert options(RedisSettings(ca_file=Path("ca.pem")))["ssl_ca_certs"] == "ca.pem"
    assert "ssl_ca_certs" not in options(RedisSettings())
