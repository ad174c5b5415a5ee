"""How often each term of checked lists occurs in the retained stream, the commonest first."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from redis.asyncio import Redis
from redis.exceptions import RedisError
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tocsin.apps.present import plain
from tocsin.apps.retained import newest_first
from tocsin.apps.tail import seconds
from tocsin.apps.term_counts import Counts, Term, TermCounter
from tocsin.errors import NotReady
from tocsin.events import Limits
from tocsin.model.rule import Watchlist
from tocsin.runtime.connect import connect
from tocsin.runtime.embedded import find_url
from tocsin.settings import Settings
from tocsin.watchlists.source import Source

MOST = 20_000  # articles that are counted in: some seconds' work
FEW = 100  # fewer articles say nothing of how common a word is
GENERIC = 0.05  # of all articles: a term in more of them selects too little
_CONNECT_S = 1.0  # the counts are an addition: a server that does not answer is not waited for
_COMMONEST = 20  # terms that are listed, and aliases of a group
_NEVER = 20  # terms never seen that are listed
_DAY = 86_400.0


def tell(
    settings: Settings, lists: Sequence[tuple[Source, Watchlist]], *, since: str, out: Console, err: Console
) -> None:
    """Count and print; where no server answers, one line says that there are no counts.

    Raises:
        Refused: ``since`` is no duration.
    """
    span = seconds(since)
    try:
        url = find_url(settings)
        counts, covered = asyncio.run(_count(settings, url, lists, span, err))
    except (NotReady, RedisError, OSError) as error:
        err.print(f"No counts from the stream: {' '.join(str(error).split())}", markup=False)
        return
    if not counts.articles:
        err.print(f"No counts from the stream: it has no article of the last {since}.", markup=False)
        return
    if counts.articles >= MOST:
        err.print(f"Counted in the newest {MOST:,} articles, not in all of the last {since}.", markup=False)
    render(counts, covered, out)


async def _count(
    settings: Settings, url: str, lists: Sequence[tuple[Source, Watchlist]], span: float, err: Console
) -> tuple[Counts, float]:
    """Return the counts, and the seconds that they cover."""
    redis = connect(url, settings.redis.model_copy(update={"connect_timeout": _CONNECT_S}))
    try:
        now = float((await redis.time())[0])
        counter = TermCounter(lists)
        earliest = await _feed(redis, settings, counter, since=now - span, err=err)
    finally:
        await redis.aclose()
    return counter.counts(), max(now - earliest, 1.0)


async def _feed(redis: Redis, settings: Settings, counter: TermCounter, *, since: float, err: Console) -> float:
    """Count the newest articles; return when the earliest of them arrived."""
    stream = settings.articles.stream
    limits = Limits(max_entry_bytes=settings.articles.max_entry_bytes)
    earliest, seen = since, 0
    columns = (TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        bar = progress.add_task("articles", total=min(MOST, await redis.xlen(stream)))
        async for article in newest_first(redis, stream, since, limits):
            counter.add(article)
            progress.advance(bar)
            earliest, seen = article.arrived_at, seen + 1
            if seen >= MOST:
                break
    return earliest


def render(counts: Counts, covered: float, out: Console) -> None:
    """Print the commonest terms, those that are too generic, and those never seen.

    Args:
        counts: what was counted.
        covered: seconds between the first and the last article.
        out: where to.
    """
    days = covered / _DAY
    out.print(f"terms in {counts.articles:,} articles of {_span(covered)}:", markup=False)
    ranked = sorted(((term, count) for term, count in counts.terms.items() if count), key=lambda pair: -pair[1])
    judged = counts.articles >= FEW
    for place, (term, count) in enumerate(ranked):
        generic = judged and count > GENERIC * counts.articles
        if place >= _COMMONEST and not generic:
            break
        note = "  too generic: ask for a second word beside it" if generic else ""
        out.print(f"{_frequency(count, counts.articles, days)}  {_named(term)}{note}", markup=False, soft_wrap=True)
    typed = [term for term in counts.terms if term.typed]
    never = [term for term in typed if not counts.terms[term]]
    if never and judged:
        out.print(f"never seen: {len(never)} of {len(typed)} terms", markup=False)
        for term in never[:_NEVER]:
            out.print(f"  {_named(term)}", markup=False, soft_wrap=True)
        if len(never) > _NEVER:
            out.print(f"  and {len(never) - _NEVER} more", markup=False)
    for (watchlist, group), members in counts.members.items():
        out.print(f"{watchlist}/{group}: {len(members)} aliases seen, the commonest:", markup=False)
        for (ref, written), count in members.most_common(_COMMONEST):
            line = f"{_frequency(count, counts.articles, days)}  {plain(written)} ({plain(ref)})"
            out.print(line, markup=False, soft_wrap=True)


def _frequency(count: int, articles: int, days: float) -> str:
    """*412 articles a day (4.9%)*; where less than half a day is covered, what was counted."""
    if days < 0.5:
        return f"{count:8,} article{' ' if count == 1 else 's'} ({count / articles:.1%})"
    rate = count / days
    return f"{rate:8,.{0 if rate >= 10 else 1}f} articles a day ({count / articles:.1%})"


def _named(term: Term) -> str:
    return f"{plain(term.written)} ({term.kind} of {plain(term.owner)}, {term.file}:{term.line})"


def _span(seconds_: float) -> str:
    return f"the last {seconds_ / _DAY:.1f} days" if seconds_ >= 2 * _DAY else f"the last {seconds_ / 3600:.1f} hours"
