"""`tocsin watchlists`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.console import err, out, run, settings
from tocsin.settings import load

app = typer.Typer(no_args_is_help=True, help="Check, format, apply and compare watchlists.")
Paths = Annotated[list[Path], typer.Argument(help="Files or folders of watchlists.", exists=True)]


@app.command("check")
def watchlists_check(
    paths: Paths,
    strict: Annotated[bool, typer.Option(help="Warnings are errors, for CI.")] = False,
    counts: Annotated[bool, typer.Option(help="Tell how often each term occurs in the retained stream.")] = True,
    since: Annotated[str, typer.Option(help="Of the stream: 24h, 7d …")] = "24h",
) -> None:
    """Check watchlists: errors with file, line and remedy; warnings beside them; how common each term is."""
    from tocsin.apps.watchlists import check as work  # noqa: PLC0415 - commands start fast

    raise typer.Exit(work(paths, strict=strict, since=since if counts else None, settings=load(), out=out, err=err))


@app.command("fmt")
def watchlists_fmt(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders; - for standard input.", allow_dash=True)],
    check: Annotated[bool, typer.Option("--check", help="Write nothing; name what would change, and exit 1.")] = False,
) -> None:
    """Write watchlists in canonical form: order of keys, indents, quotes, expressions; comments are kept."""
    from tocsin.apps.watchlist_fmt import fmt as work  # noqa: PLC0415 - commands start fast

    raise typer.Exit(work(paths, check=check, out=out, err=err))


@app.command("history")
def watchlists_history(
    name: Annotated[str | None, typer.Argument(help="A list; without it, every list's last version.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document a line.")] = False,
) -> None:
    """Versions of a published list, newest first."""
    from tocsin.apps.watchlist_history import history as work  # noqa: PLC0415 - commands start fast

    raise typer.Exit(run(work(settings(), name, as_json=as_json, out=out)))


@app.command("diff")
def watchlists_diff(
    name: Annotated[str, typer.Argument(help="Name of the list.")],
    before: Annotated[str | None, typer.Argument(help="A version, or a PATH to compare the current one with.")] = None,
    after: Annotated[str | None, typer.Argument(help="A version or PATH; default: the current version.")] = None,
    text: Annotated[bool, typer.Option("--text", help="The texts, line by line.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit 1 where they differ.")] = False,
) -> None:
    """What a change comes to: rules, entities, aliases, keywords, settings. Without versions: the last two."""
    from tocsin.apps.watchlist_diff import diff as work  # noqa: PLC0415 - commands start fast

    raise typer.Exit(
        run(work(settings(), name, before, after, text=text, as_json=as_json, exit_code=exit_code, out=out))
    )


@app.command("rollback")
def watchlists_rollback(
    name: Annotated[str, typer.Argument(help="Name of the list; it may have been removed.")],
    number: Annotated[int | None, typer.Argument(help="A version; default: the one before the current.")] = None,
    force: Annotated[bool, typer.Option(help="Overwrite a version of another origin.")] = False,
) -> None:
    """Publish what an old version says again, as a new version."""
    from tocsin.apps.watchlist_history import rollback as work  # noqa: PLC0415 - commands start fast

    raise typer.Exit(run(work(settings(), name, number, force=force, out=out, err=err)))


@app.command("show")
def watchlists_show(paths: Paths) -> None:
    """Print what the lists come to: completed names, what concepts added, rules."""
    from tocsin.apps.watchlists import show as work  # noqa: PLC0415 - commands start fast

    raise typer.Exit(work(paths, settings=load(), out=out, err=err))


@app.command("schema")
def watchlists_schema() -> None:
    """Print the JSON Schema of the language, for editors."""
    from tocsin.watchlists.schema import schema_text  # noqa: PLC0415 - commands start fast

    sys.stdout.write(schema_text())


@app.command("apply")
def watchlists_apply(
    paths: Paths,
    prune: Annotated[bool, typer.Option(help="Remove lists that came from files and are gone.")] = False,
    force: Annotated[bool, typer.Option(help="Overwrite lists of another origin.")] = False,
    strict: Annotated[bool, typer.Option(help="Warnings are errors.")] = False,
) -> None:
    """Publish watchlists, all or none; running scorers swap to them."""
    from tocsin.apps.watchlists import apply_paths as work  # noqa: PLC0415 - commands start fast

    raise typer.Exit(run(work(settings(), paths, prune=prune, force=force, strict=strict, out=out, err=err)))
