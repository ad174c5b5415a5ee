"""The command line. Documents go to standard output; log, progress and warnings to standard error."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from redis.exceptions import RedisError
from rich.console import Console

from tocsin import __version__
from tocsin.errors import Conflict, InvalidSettings, Refused, TocsinError
from tocsin.settings import Settings, load

app = typer.Typer(
    name="tocsin",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="An event-driven news-alert service: articles in on a Redis stream, alerts out to channels.",
)
watchlists_app = typer.Typer(no_args_is_help=True, help="Check, format, apply and compare watchlists.")
marks_app = typer.Typer(no_args_is_help=True, help="What readers say of alerts: useful, or noise.")
dead_letters_app = typer.Typer(no_args_is_help=True, help="What was no article, or killed its readers.")
concepts_app = typer.Typer(no_args_is_help=True, help="Kinds of events that keywords may name.")
app.add_typer(watchlists_app, name="watchlists")
app.add_typer(concepts_app, name="concepts")
app.add_typer(dead_letters_app, name="dead-letters")
app.add_typer(marks_app, name="marks")

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

Folders = Annotated[
    list[Path] | None,
    typer.Option(
        "--concepts", help="Folders of concepts beside the shipped ones; default: the setting's.", exists=True
    ),
]
Paths = Annotated[list[Path], typer.Argument(help="Files or folders of watchlists.", exists=True)]


def _settings() -> Settings:
    settings = load()
    from tocsin.runtime.logs import configure  # noqa: PLC0415 - commands start fast: each imports what it needs

    configure(settings.log)
    return settings


def _run(work: Any) -> Any:
    return asyncio.run(work)


@app.command()
def version() -> None:
    """Print the version."""
    out.print(__version__)


@app.command()
def score() -> None:
    """Consume the article stream: decide, and publish alerts. Run as many as you have cores."""
    from tocsin.apps.score import score as work  # noqa: PLC0415 - as above

    _run(work(_settings()))


@app.command()
def up(
    only: Annotated[str, typer.Option(help="Comma-separated processes to start.")] = "score",
    apply: Annotated[
        list[Path] | None, typer.Option(help="Watchlists to apply first; repeat for more.", exists=True)
    ] = None,
) -> None:
    """Run everything here: an embedded server where no TOCSIN_REDIS__URL is set, and a process of each kind."""
    from tocsin.apps.up import up as work  # noqa: PLC0415 - as above

    raise typer.Exit(work(_settings(), only=only.split(","), apply=apply or [], console=err))


@app.command()
def demo(
    watchlists: Annotated[Path, typer.Option(exists=True)] = Path("config/watchlists"),
    articles: Annotated[Path, typer.Option(exists=True)] = Path("seeds/articles.jsonl"),
) -> None:
    """Sample articles in, alerts out, on a server of its own; ends by itself."""
    from tocsin.apps.demo import demo as work  # noqa: PLC0415 - as above

    _run(work(_settings(), watchlists=watchlists, articles=articles, console=out, progress=err))


@app.command()
def publish(
    path: Annotated[Path, typer.Argument(help="JSON lines, a .txt file (first line: title), or - for standard input.")],
    rebase: Annotated[bool, typer.Option(help="Shift all times so that the latest received_at is now.")] = False,
) -> None:
    """Append articles to the stream."""
    from tocsin.apps.publish import publish_file as work  # noqa: PLC0415 - as above

    count = _run(work(_settings(), path, rebased=rebase, console=err))
    err.print(f"{count} article{'' if count == 1 else 's'} published")


@app.command()
def tail(
    channels: Annotated[list[str], typer.Argument(help="Channels to follow.")],
    since: Annotated[str | None, typer.Option(help="1h, 7d, an entry id, or all; default: from now on.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One document a line, as on the wire.")] = False,
    follow: Annotated[bool, typer.Option(help="Go on waiting for what comes.")] = True,
) -> None:
    """Follow alert channels, and replay them."""
    from tocsin.apps.tail import tail_channels as work  # noqa: PLC0415 - as above

    _run(work(_settings(), channels, since=since, as_json=as_json, console=out, follow=follow))


@watchlists_app.command("check")
def watchlists_check(
    paths: Paths,
    strict: Annotated[bool, typer.Option(help="Warnings are errors, for CI.")] = False,
    counts: Annotated[bool, typer.Option(help="Tell how often each term occurs in the retained stream.")] = True,
    since: Annotated[str, typer.Option(help="Of the stream: 24h, 7d …")] = "24h",
) -> None:
    """Check watchlists: errors with file, line and remedy; warnings beside them; how common each term is."""
    from tocsin.apps.watchlists import check as work  # noqa: PLC0415 - as above

    raise typer.Exit(work(paths, strict=strict, since=since if counts else None, settings=load(), out=out, err=err))


@watchlists_app.command("fmt")
def watchlists_fmt(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders; - for standard input.", allow_dash=True)],
    check: Annotated[bool, typer.Option("--check", help="Write nothing; name what would change, and exit 1.")] = False,
) -> None:
    """Write watchlists in canonical form: order of keys, indents, quotes, expressions; comments are kept."""
    from tocsin.apps.watchlist_fmt import fmt as work  # noqa: PLC0415 - as above

    raise typer.Exit(work(paths, check=check, out=out, err=err))


@watchlists_app.command("history")
def watchlists_history(
    name: Annotated[str | None, typer.Argument(help="A list; without it, every list's last version.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document a line.")] = False,
) -> None:
    """Versions of a published list, newest first."""
    from tocsin.apps.watchlist_history import history as work  # noqa: PLC0415 - as above

    raise typer.Exit(_run(work(_settings(), name, as_json=as_json, out=out)))


@watchlists_app.command("diff")
def watchlists_diff(
    name: Annotated[str, typer.Argument(help="Name of the list.")],
    before: Annotated[str | None, typer.Argument(help="A version, or a PATH to compare the current one with.")] = None,
    after: Annotated[str | None, typer.Argument(help="A version or PATH; default: the current version.")] = None,
    text: Annotated[bool, typer.Option("--text", help="The texts, line by line.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit 1 where they differ.")] = False,
) -> None:
    """What a change comes to: rules, entities, aliases, keywords, settings. Without versions: the last two."""
    from tocsin.apps.watchlist_diff import diff as work  # noqa: PLC0415 - as above

    raise typer.Exit(
        _run(work(_settings(), name, before, after, text=text, as_json=as_json, exit_code=exit_code, out=out))
    )


@watchlists_app.command("rollback")
def watchlists_rollback(
    name: Annotated[str, typer.Argument(help="Name of the list; it may have been removed.")],
    number: Annotated[int | None, typer.Argument(help="A version; default: the one before the current.")] = None,
    force: Annotated[bool, typer.Option(help="Overwrite a version of another origin.")] = False,
) -> None:
    """Publish what an old version says again, as a new version."""
    from tocsin.apps.watchlist_history import rollback as work  # noqa: PLC0415 - as above

    raise typer.Exit(_run(work(_settings(), name, number, force=force, out=out, err=err)))


@watchlists_app.command("show")
def watchlists_show(paths: Paths) -> None:
    """Print what the lists come to: completed names, what concepts added, rules."""
    from tocsin.apps.watchlists import show as work  # noqa: PLC0415 - as above

    raise typer.Exit(work(paths, settings=load(), out=out, err=err))


@watchlists_app.command("schema")
def watchlists_schema() -> None:
    """Print the JSON Schema of the language, for editors."""
    from tocsin.watchlists.schema import schema_text  # noqa: PLC0415 - as above

    sys.stdout.write(schema_text())


@watchlists_app.command("apply")
def watchlists_apply(
    paths: Paths,
    prune: Annotated[bool, typer.Option(help="Remove lists that came from files and are gone.")] = False,
    force: Annotated[bool, typer.Option(help="Overwrite lists of another origin.")] = False,
    strict: Annotated[bool, typer.Option(help="Warnings are errors.")] = False,
) -> None:
    """Publish watchlists, all or none; running scorers swap to them."""
    from tocsin.apps.watchlists import apply_paths as work  # noqa: PLC0415 - as above

    raise typer.Exit(_run(work(_settings(), paths, prune=prune, force=force, strict=strict, out=out, err=err)))


@concepts_app.command("list")
def concepts_list(
    concepts: Folders = None,
    format: Annotated[str, typer.Option(help="table or json.")] = "table",  # noqa: A002 - the flag's name
) -> None:
    """Every concept: name, title, code, number of phrases, folder."""
    from tocsin.apps.concepts import list_all as work  # noqa: PLC0415 - as above

    raise typer.Exit(work(concepts or load().watchlists.concepts, form=format, out=out, err=err))


@concepts_app.command("show")
def concepts_show(
    name: Annotated[str, typer.Argument(help="Name of the concept.")],
    concepts: Folders = None,
    format: Annotated[str, typer.Option(help="table or json.")] = "table",  # noqa: A002 - the flag's name
) -> None:
    """All that a concept says: phrases, cues, other senses, arguments, what it tolerates and shares."""
    from tocsin.apps.concepts import show as work  # noqa: PLC0415 - as above

    raise typer.Exit(work(name, concepts or load().watchlists.concepts, form=format, out=out, err=err))


@concepts_app.command("test")
def concepts_test(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders of concepts; default: all.", exists=True)
    ] = None,
    concepts: Folders = None,
    name: Annotated[list[str] | None, typer.Option(help="Only this concept; repeat for more.")] = None,
) -> None:
    """Run labelled sentences through the matcher; exit 1, with file and line, where one fails."""
    from tocsin.apps.concepts import test as work  # noqa: PLC0415 - as above

    folders = concepts or load().watchlists.concepts
    raise typer.Exit(work(paths or [], folders, names=name or [], out=out, err=err))


@app.command()
def explain(
    article: Annotated[Path | None, typer.Option(help="A JSON or text file; - for standard input.")] = None,
    id: Annotated[str | None, typer.Option(help="Id of a retained article.")] = None,  # noqa: A002 - the flag's name
    url: Annotated[str | None, typer.Option(help="URL of a retained article.")] = None,
    channel: Annotated[str | None, typer.Option(help="Only this channel.")] = None,
    watchlists: Annotated[
        list[Path] | None, typer.Option(help="Lists to explain with; default: the published ones.", exists=True)
    ] = None,
    format: Annotated[str, typer.Option(help="text or json: a line for each article.")] = "text",  # noqa: A002 - the flag's name
) -> None:
    """Why an article alerts, or what it lacks."""
    from tocsin.apps.explain import explain as work  # noqa: PLC0415 - as above

    settings = _settings()
    paths = watchlists or []
    told = work(settings, article=article, id=id, url=url, channel=channel, paths=paths, form=format, out=out, err=err)
    raise typer.Exit(_run(told))


@app.command()
def backtest(
    watchlists: Annotated[list[Path], typer.Option(help="Files or folders of watchlists.", exists=True)],
    articles: Annotated[Path | None, typer.Option(help="JSON lines, plain or gzipped; - for standard input.")] = None,
    since: Annotated[str | None, typer.Option(help="Articles of the retained stream: 7d, 12h …")] = None,
    against: Annotated[
        str | None, typer.Option(help="Compare with another PATH, NAME@VERSION, or NAME as published now.")
    ] = None,
    format: Annotated[str, typer.Option(help="table or jsonl.")] = "table",  # noqa: A002 - the flag's name
    all_: Annotated[bool, typer.Option("--all", help="Also each candidate that was suppressed.")] = False,
    output: Annotated[Path | None, typer.Option(help="Where jsonl goes; default: standard output.")] = None,
    resume: Annotated[
        Path | None, typer.Option(help="Keep the state here: after an interruption the same command goes on.")
    ] = None,
    workers: Annotated[int | None, typer.Option(help="Processes; default: one a core.", min=1)] = None,
    marks: Annotated[
        str | None, typer.Option(help="Marks by readers to score with: a FILE, or live for those on the server.")
    ] = None,
    fail_on_change: Annotated[bool, typer.Option(help="Exit 1 where --against shows a difference.")] = False,
    partial: Annotated[bool, typer.Option(help="Accept less history than --since asks for.")] = False,
) -> None:
    """Run watchlists over stored articles, sending nothing."""
    from tocsin.apps.backtest_command import Asked  # noqa: PLC0415 - as above
    from tocsin.apps.backtest_command import backtest as work  # noqa: PLC0415 - as above

    asked = Asked(
        articles=articles,
        since=since,
        against=against,
        form=format,
        everything=all_,
        fail_on_change=fail_on_change,
        partial=partial,
        output=output,
        resume=resume,
        workers=workers,
        marks=marks,
    )
    raise typer.Exit(work(_settings(), asked, paths=watchlists, out=out, err=err))


@app.command()
def misses(
    watchlists: Annotated[
        list[Path] | None, typer.Option(help="Files or folders; default: the published lists.", exists=True)
    ] = None,
    rule: Annotated[list[str] | None, typer.Option(help="LIST/RULE; repeat for more. Default: all.")] = None,
    articles: Annotated[Path | None, typer.Option(help="JSON lines, plain or gzipped; - for standard input.")] = None,
    since: Annotated[str | None, typer.Option(help="Articles of the retained stream: 7d, 12h …")] = None,
    limit: Annotated[int, typer.Option(help="How many of each kind, for each rule.", min=1)] = 20,
    format: Annotated[str, typer.Option(help="table or jsonl.")] = "table",  # noqa: A002 - the flag's name
) -> None:
    """What a rule did not alert and might have: just below the threshold, guarded, or without its keywords but alike."""
    from tocsin.apps.misses import misses as work  # noqa: PLC0415 - as above

    work(
        _settings(),
        paths=watchlists or [],
        rules=rule or [],
        articles=articles,
        since=since,
        limit=limit,
        form=format,
        out=out,
        err=err,
    )


_Rules = Annotated[list[str] | None, typer.Option("--rule", help="LIST/RULE; repeat for more. Default: all.")]
_Article = Annotated[str | None, typer.Option(help="Id of an article, instead of an alert.")]
_Reader = Annotated[str | None, typer.Option(help="Whose mark; default: the user who runs this.")]
_Format = Annotated[str, typer.Option(help="table or jsonl.")]


@marks_app.command("add")
def marks_add(
    words: Annotated[list[str], typer.Argument(metavar="[ALERT_ID] useful|noise", help="The alert, and the mark.")],
    article: _Article = None,
    rule: Annotated[str | None, typer.Option(help="LIST/RULE; needed where an alert has several.")] = None,
    by: _Reader = None,
    note: Annotated[str, typer.Option(help="Why; at most 500 characters.")] = "",
) -> None:
    """Say that an alert was useful, or noise. Running scorers take it into account at once."""
    from tocsin.apps.marks import add as work  # noqa: PLC0415 - as above

    raise typer.Exit(_run(work(_settings(), words, article=article, rule=rule, by=by, note=note, out=out)))


@marks_app.command("list")
def marks_list(
    rule: _Rules = None,
    since: Annotated[str | None, typer.Option(help="Marks of the last 7d, 12h …")] = None,
    format: _Format = "table",  # noqa: A002 - the flag's name
) -> None:
    """List the marks that count."""
    from tocsin.apps.marks import list_marks as work  # noqa: PLC0415 - as above

    raise typer.Exit(_run(work(_settings(), rules=rule or [], since=since, form=format, out=out)))


@marks_app.command("remove")
def marks_remove(
    alert: Annotated[str | None, typer.Argument(help="Id of the alert that was marked.")] = None,
    article: _Article = None,
    rule: Annotated[str | None, typer.Option(help="LIST/RULE; default: every rule.")] = None,
    by: _Reader = None,
    all_: Annotated[bool, typer.Option("--all", help="Every mark of --rule, whoever made it.")] = False,
) -> None:
    """Take marks back."""
    from tocsin.apps.marks import remove as work  # noqa: PLC0415 - as above

    raise typer.Exit(
        _run(work(_settings(), alert, article=article, rule=rule, by=by, everything=all_, out=out, err=err))
    )


@marks_app.command("summary")
def marks_summary(rule: _Rules = None, format: _Format = "table") -> None:  # noqa: A002 - the flag's name
    """Each rule's marks, precision and offset; its keywords' too, and what to leave out."""
    from tocsin.apps.marks import summary as work  # noqa: PLC0415 - as above

    raise typer.Exit(_run(work(_settings(), rules=rule or [], form=format, out=out)))


@marks_app.command("import")
def marks_import(path: Annotated[Path, typer.Argument(help="JSON lines: article_id, rule, mark, score.")]) -> None:
    """Add labelled history, all of a file or nothing."""
    from tocsin.apps.marks import import_marks as work  # noqa: PLC0415 - as above

    raise typer.Exit(_run(work(_settings(), path, out=out, err=err)))


@dead_letters_app.command("list")
def dead_letters_list(
    limit: Annotated[int, typer.Option(help="How many, newest first.", min=1)] = 50,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """List dead letters, newest first."""
    from tocsin.apps.dead_letters import list_letters as work  # noqa: PLC0415 - as above

    _run(work(_settings(), limit=limit, as_json=as_json, out=out))


@dead_letters_app.command("show")
def dead_letters_show(entry: Annotated[str, typer.Argument(help="Id of the dead letter.")]) -> None:
    """Show one dead letter with its original fields."""
    from tocsin.apps.dead_letters import show_letter as work  # noqa: PLC0415 - as above

    raise typer.Exit(_run(work(_settings(), entry, out=out, err=err)))


@dead_letters_app.command("requeue")
def dead_letters_requeue(entries: Annotated[list[str], typer.Argument(help="Ids, or `all`.")]) -> None:
    """Put dead letters back on the article stream."""
    from tocsin.apps.dead_letters import requeue_letters as work  # noqa: PLC0415 - as above

    raise typer.Exit(_run(work(_settings(), entries, out=out, err=err)))


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
