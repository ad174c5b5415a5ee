"""`tocsin up`: everything on this machine, under one supervisor."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from tocsin.apps.watchlists import apply_to
from tocsin.errors import Refused
from tocsin.runtime.embedded import AlreadyRunning
from tocsin.runtime.supervisor import Supervisor
from tocsin.settings import Settings

KINDS = ("score",)


def up(settings: Settings, *, only: list[str], apply: list[Path], console: Console) -> int:
    """Run until SIGTERM or SIGINT; return the exit code (1 where another `up` has the data folder).

    Args:
        settings: as loaded.
        only: kinds of process to start.
        apply: watchlists to publish before they start.
        console: for the address and the hints.
    """
    unknown = [kind for kind in only if kind not in KINDS]
    if unknown:
        raise Refused(f"--only {','.join(only)}: there is no {', '.join(unknown)}; there is {', '.join(KINDS)}.")

    def ready(url: str) -> None:
        if apply:
            apply_to(url, apply, settings=settings, err=console)
        port = url.rsplit(":", 1)[1].split("/", maxsplit=1)[0]
        console.print(f"articles: {url} stream {settings.articles.stream}", style="bold", markup=False)
        console.print(
            f"  redis-cli -p {port} XADD {settings.articles.stream} '*' title '…' body '…' source example.com\n"
            f"  redis-cli -p {port} SUBSCRIBE alerts:korea-desk   or   tocsin tail korea-desk",
            markup=False,
        )

    try:
        return Supervisor(settings, kinds=only, ready=ready).run()
    except AlreadyRunning as running:
        console.print(str(running), style="red", markup=False)
        return 1
