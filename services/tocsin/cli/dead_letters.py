"""`tocsin dead-letters`."""

from __future__ import annotations

from typing import Annotated

import typer

from tocsin.cli.console import err, out, run, settings

app = typer.Typer(no_args_is_help=True, help="What was no article, or killed its readers.")


@app.command("list")
def dead_letters_list(
    limit: Annotated[int, typer.Option(help="How many, newest first.", min=1)] = 50,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """List dead letters, newest first."""
    from tocsin.apps.dead_letters import list_letters as work  # noqa: PLC0415 - commands start fast

    run(work(settings(), limit=limit, as_json=as_json, out=out))


@app.command("show")
def dead_letters_show(entry: Annotated[str, typer.Argument(help="Id of the dead letter.")]) -> None:
    """Show one dead letter with its original fields."""
    from tocsin.apps.dead_letters import show_letter as work  # noqa: PLC0415 - commands start fast

    raise typer.Exit(run(work(settings(), entry, out=out, err=err)))


@app.command("requeue")
def dead_letters_requeue(entries: Annotated[list[str], typer.Argument(help="Ids, or `all`.")]) -> None:
    """Put dead letters back on the article stream."""
    from tocsin.apps.dead_letters import requeue_letters as work  # noqa: PLC0415 - commands start fast

    raise typer.Exit(run(work(settings(), entries, out=out, err=err)))
