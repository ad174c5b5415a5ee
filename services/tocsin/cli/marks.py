"""`tocsin marks`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.console import err, out, run, settings

app = typer.Typer(no_args_is_help=True, help="What readers say of alerts: useful, or noise.")


_Rules = Annotated[list[str] | None, typer.Option("--rule", help="LIST/RULE; repeat for more. Default: all.")]
_Article = Annotated[str | None, typer.Option(help="Id of an article, instead of an alert.")]
_Reader = Annotated[str | None, typer.Option(help="Whose mark; default: the user who runs this.")]
_Format = Annotated[str, typer.Option(help="table or jsonl.")]


@app.command("add")
def marks_add(
    words: Annotated[list[str], typer.Argument(metavar="[ALERT_ID] useful|noise", help="The alert, and the mark.")],
    article: _Article = None,
    rule: Annotated[str | None, typer.Option(help="LIST/RULE; needed where an alert has several.")] = None,
    by: _Reader = None,
    note: Annotated[str, typer.Option(help="Why; at most 500 characters.")] = "",
) -> None:
    """Say that an alert was useful, or noise. Running scorers take it into account at once."""
    from tocsin.apps.marks import add as work  # noqa: PLC0415 - commands start fast

    raise typer.Exit(run(work(settings(), words, article=article, rule=rule, by=by, note=note, out=out)))


@app.command("list")
def marks_list(
    rule: _Rules = None,
    since: Annotated[str | None, typer.Option(help="Marks of the last 7d, 12h …")] = None,
    format: _Format = "table",  # noqa: A002 - the flag's name
) -> None:
    """List the marks that count."""
    from tocsin.apps.marks import list_marks as work  # noqa: PLC0415 - commands start fast

    raise typer.Exit(run(work(settings(), rules=rule or [], since=since, form=format, out=out)))


@app.command("remove")
def marks_remove(
    alert: Annotated[str | None, typer.Argument(help="Id of the alert that was marked.")] = None,
    article: _Article = None,
    rule: Annotated[str | None, typer.Option(help="LIST/RULE; default: every rule.")] = None,
    by: _Reader = None,
    all_: Annotated[bool, typer.Option("--all", help="Every mark of --rule, whoever made it.")] = False,
) -> None:
    """Take marks back."""
    from tocsin.apps.marks import remove as work  # noqa: PLC0415 - commands start fast

    raise typer.Exit(run(work(settings(), alert, article=article, rule=rule, by=by, everything=all_, out=out, err=err)))


@app.command("summary")
def marks_summary(rule: _Rules = None, format: _Format = "table") -> None:  # noqa: A002 - the flag's name
    """Each rule's marks, precision and offset; its keywords' too, and what to leave out."""
    from tocsin.apps.marks import summary as work  # noqa: PLC0415 - commands start fast

    raise typer.Exit(run(work(settings(), rules=rule or [], form=format, out=out)))


@app.command("import")
def marks_import(path: Annotated[Path, typer.Argument(help="JSON lines: article_id, rule, mark, score.")]) -> None:
    """Add labelled history, all of a file or nothing."""
    from tocsin.apps.marks import import_marks as work  # noqa: PLC0415 - commands start fast

    raise typer.Exit(run(work(settings(), path, out=out, err=err)))
