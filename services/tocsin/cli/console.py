"""What all commands share: where they print, their settings, and how they run."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from rich.console import Console

from tocsin.settings import Settings, load

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def settings() -> Settings:
    """Load the settings, and set up the log as they say."""
    found = load()
    from tocsin.runtime.logs import configure  # noqa: PLC0415 - commands start fast: each imports what it needs

    configure(found.log)
    return found


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run a command that waits for something."""
    return asyncio.run(work)
