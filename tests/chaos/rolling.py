"""Rolling restarts under load: each scorer in turn is asked to end and is replaced. Nothing may become a dead letter."""

from __future__ import annotations

from dataclasses import replace

from chaos.storm import Count, Plan, storm

NOTHING = Plan(kills=0, stops=0, server_kills=0, group_lost=0, stream_lost=0)


def rolling(*, restarts: int = 20, rate: float = 80.0, claim_idle_ms: int = 10_000) -> Count:
    """Restart scorers in turn, two throughout, and count."""
    return storm(replace(NOTHING, stops=restarts, rate=rate, claim_idle_ms=claim_idle_ms))
