"""The command line. Documents go to standard output; log, progress and warnings to standard error."""

from __future__ import annotations

from redis.exceptions import RedisError

from tocsin.cli import concepts, dead_letters, marks, watchlists
from tocsin.cli.commands import app
from tocsin.cli.console import err
from tocsin.errors import Conflict, InvalidSettings, Refused, TocsinError

__all__ = ["app", "main"]

app.add_typer(watchlists.app, name="watchlists")
app.add_typer(concepts.app, name="concepts")
app.add_typer(dead_letters.app, name="dead-letters")
app.add_typer(marks.app, name="marks")


def main() -> None:
    """Run the command line; errors that Tocsin raises on purpose are one message, not a traceback."""
    try:
        app()
    except InvalidSettings as error:
        err.print(f"settings: {error}", style="red", markup=False)
        raise SystemExit(2) from error
    except Refused as error:
        err.print(str(error), style="red", markup=False)
        raise SystemExit(2) from error
    except Conflict as error:
        err.print(str(error), style="red", markup=False)
        raise SystemExit(3) from error
    except TocsinError as error:
        err.print(str(error), style="red", markup=False)
        raise SystemExit(1) from error
    except RedisError as error:
        err.print(f"the server: {error}", style="red", markup=False)
        raise SystemExit(1) from error
    except KeyboardInterrupt:
        raise SystemExit(130) from None
