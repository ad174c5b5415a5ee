"""`tocsin concepts`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.console import err, out
from tocsin.settings import load

app = typer.Typer(no_args_is_help=True, help="Kinds of events that keywords may name.")
Folders = Annotated[
    list[Path] | None,
    typer.Option(
        "--concepts", help="Folders of concepts beside the shipped ones; default: the setting's.", exists=True
    ),
]


@app.command("list")
def concepts_list(
    concepts: Folders = None,
    format: Annotated[str, typer.Option(help="table or json.")] = "table",  # noqa: A002 - the flag's name
) -> None:
    """Every concept: name, title, code, number of phrases, folder."""
    from tocsin.apps.concepts import list_all as work  # noqa: PLC0415 - commands start fast

    raise typer.Exit(work(concepts or load().watchlists.concepts, form=format, out=out, err=err))


@app.command("show")
def concepts_show(
    name: Annotated[str, typer.Argument(help="Name of the concept.")],
    concepts: Folders = None,
    format: Annotated[str, typer.Option(help="table or json.")] = "table",  # noqa: A002 - the flag's name
) -> None:
    """All that a concept says: phrases, cues, other senses, arguments, what it tolerates and shares."""
    from tocsin.apps.concepts import show as work  # noqa: PLC0415 - commands start fast

    raise typer.Exit(work(name, concepts or load().watchlists.concepts, form=format, out=out, err=err))


@app.command("test")
def concepts_test(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders of concepts; default: all.", exists=True)
    ] = None,
    concepts: Folders = None,
    name: Annotated[list[str] | None, typer.Option(help="Only this concept; repeat for more.")] = None,
) -> None:
    """Run labelled sentences through the matcher; exit 1, with file and line, where one fails."""
    from tocsin.apps.concepts import test as work  # noqa: PLC0415 - commands start fast

    folders = concepts or load().watchlists.concepts
    raise typer.Exit(work(paths or [], folders, names=name or [], out=out, err=err))
