"""Commands that stand alone: `tocsin score`, `tocsin backtest` and their like."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tocsin import __version__
from tocsin.cli.console import err, out, run, settings

app = typer.Typer(
    name="tocsin",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="An event-driven news-alert service: articles in on a Redis stream, alerts out to channels.",
)


@app.command()
def version() -> None:
    """Print the version."""
    out.print(__version__)


@app.command()
def score() -> None:
    """Consume the article stream: decide, and publish alerts. Run as many as you have cores."""
    from tocsin.apps.score import score as work  # noqa: PLC0415 - commands start fast

    run(work(settings()))


@app.command()
def up(
    only: Annotated[str, typer.Option(help="Comma-separated processes to start.")] = "score",
    apply: Annotated[
        list[Path] | None, typer.Option(help="Watchlists to apply first; repeat for more.", exists=True)
    ] = None,
) -> None:
    """Run everything here: an embedded server where no TOCSIN_REDIS__URL is set, and a process of each kind."""
    from tocsin.apps.up import up as work  # noqa: PLC0415 - commands start fast

    raise typer.Exit(work(settings(), only=only.split(","), apply=apply or [], console=err))


@app.command()
def demo(
    watchlists: Annotated[Path, typer.Option(exists=True)] = Path("config/watchlists"),
    articles: Annotated[Path, typer.Option(exists=True)] = Path("seeds/articles.jsonl"),
) -> None:
    """Sample articles in, alerts out, on a server of its own; ends by itself."""
    from tocsin.apps.demo import demo as work  # noqa: PLC0415 - commands start fast

    run(work(settings(), watchlists=watchlists, articles=articles, console=out, progress=err))


@app.command()
def publish(
    path: Annotated[Path, typer.Argument(help="JSON lines, a .txt file (first line: title), or - for standard input.")],
    rebase: Annotated[bool, typer.Option(help="Shift all times so that the latest received_at is now.")] = False,
) -> None:
    """Append articles to the stream."""
    from tocsin.apps.publish import publish_file as work  # noqa: PLC0415 - commands start fast

    count = run(work(settings(), path, rebased=rebase, console=err))
    err.print(f"{count} article{'' if count == 1 else 's'} published")


@app.command()
def tail(
    channels: Annotated[list[str], typer.Argument(help="Channels to follow.")],
    since: Annotated[str | None, typer.Option(help="1h, 7d, an entry id, or all; default: from now on.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One document a line, as on the wire.")] = False,
    follow: Annotated[bool, typer.Option(help="Go on waiting for what comes.")] = True,
) -> None:
    """Follow alert channels, and replay them."""
    from tocsin.apps.tail import tail_channels as work  # noqa: PLC0415 - commands start fast

    run(work(settings(), channels, since=since, as_json=as_json, console=out, follow=follow))


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
    from tocsin.apps.explain import explain as work  # noqa: PLC0415 - commands start fast

    paths = watchlists or []
    told = work(
        settings(), article=article, id=id, url=url, channel=channel, paths=paths, form=format, out=out, err=err
    )
    raise typer.Exit(run(told))


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
    from tocsin.apps.backtest_command import Asked  # noqa: PLC0415 - commands start fast
    from tocsin.apps.backtest_command import backtest as work  # noqa: PLC0415 - commands start fast

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
    raise typer.Exit(work(settings(), asked, paths=watchlists, out=out, err=err))


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
    from tocsin.apps.misses import misses as work  # noqa: PLC0415 - commands start fast

    work(
        settings(),
        paths=watchlists or [],
        rules=rule or [],
        articles=articles,
        since=since,
        limit=limit,
        form=format,
        out=out,
        err=err,
    )
