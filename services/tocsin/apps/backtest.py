"""`tocsin backtest`: the decision core over stored articles, at full speed, sending nothing.

Folding, matching, reading and scoring run in worker processes, a chunk of articles each; placing and deciding run here,
in article order, over the in-memory twin of the store. One pass serves two sides: with another set of watchlists beside
the first, each article goes to both, and what the sets share is judged once. Nothing is kept of an article but what
channels know of it, and the wall clock is never read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b

import msgspec

from tocsin.apps.backtest_input import Line, read_articles
from tocsin.apps.backtest_pool import judge_all
from tocsin.apps.backtest_sides import Side
from tocsin.apps.backtest_worker import Job, Judged
from tocsin.model.decision import Decision
from tocsin.model.roster import Entities
from tocsin.model.rule import Watchlist, rule_key
from tocsin.score.weights import Weights
from tocsin.score.weights import load as load_weights
from tocsin.settings import HOUR, ChannelSettings, Settings

__all__ = ["Decided", "Line", "Setup", "decide_all", "in_force", "open_sides", "read_articles", "run", "setup_of"]

_DEADLINE_S = 600.0  # the parser gets all the time it needs: results must not vary with a machine's load
_encode = msgspec.msgpack.Encoder(order="deterministic").encode

Decided = tuple[Line, list[list[Decision]]]  # a line, and for each side the decisions of its channels


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """What makes a back-test repeatable, besides its articles."""

    sides: tuple[tuple[Watchlist, ...], ...]
    weights: Weights
    channels: ChannelSettings
    reading: bool
    model: str
    offsets: Mapping[str, float] = {}  # of rules by key, from marks by readers


def setup_of(
    settings: Settings,
    watchlists: tuple[Watchlist, ...],
    *others: tuple[Watchlist, ...],
    offsets: Mapping[str, float] | None = None,
) -> Setup:
    """Return the set-up that the settings describe, for one set of watchlists or several beside each other.

    Raises:
        InvalidSettings: the weights cannot be read.
    """
    return Setup(
        sides=(watchlists, *others),
        weights=load_weights(settings.scoring.file),
        channels=settings.channels,
        reading=settings.reading.enabled,
        model=settings.reading.model,
        offsets=offsets or {},
    )


def in_force(watchlists: Iterable[Watchlist]) -> tuple[Watchlist, ...]:
    """Return published lists as if they had always been there: stored articles are older than they are."""
    return tuple(
        msgspec.structs.replace(one, rules=tuple(msgspec.structs.replace(rule, since=0.0) for rule in one.rules))
        for one in watchlists
    )


def print_of(watchlist: Watchlist) -> str:
    """Return a hash of what a compiled list looks for and does, however it is written or published."""
    rules = [msgspec.structs.replace(rule, line=0) for rule in watchlist.rules]
    state = blake2b(_encode((watchlist.name, watchlist.keywords, rules)), digest_size=16)
    if not isinstance(watchlist.entities, Entities):
        state.update(_encode(tuple(watchlist.entities)))
        return state.hexdigest()
    for part in watchlist.entities.parts:
        state.update(_encode((part.group, part.roster.kinds)))
        for name, column in sorted(part.roster.columns().items()):
            state.update(f"{name} {len(column)} ".encode())
            state.update(column.tobytes())
        state.update(b"" if part.struck is None else part.struck.tobytes())
    return state.hexdigest()


def open_sides(setup: Setup) -> tuple[Job, list[Side]]:
    """Return the workers' job and the sides; a list that two sides have alike is judged once."""
    lists: dict[str, int] = {}
    kept: list[Watchlist] = []
    offsets: dict[str, float] = {}
    numbers: list[list[int]] = []
    for side in setup.sides:
        numbers.append([])
        for watchlist in side:
            number = lists.setdefault(print_of(watchlist), len(kept))
            if number == len(kept):
                kept.append(msgspec.structs.replace(watchlist, name=str(number)))
                offsets |= {
                    rule_key(kept[-1], one): setup.offsets.get(rule_key(watchlist, one), 0.0) for one in watchlist.rules
                }
            numbers[-1].append(number)
    job = Job(
        lists=tuple(kept),
        weights=setup.weights,
        stale_s=setup.channels.stale_hours * HOUR,
        reading=setup.reading,
        model=setup.model,
        deadline_s=_DEADLINE_S,
        offsets={rule: offset for rule, offset in offsets.items() if offset},
    )
    sides = [
        Side(side, of_side, setup.weights, setup.channels) for side, of_side in zip(setup.sides, numbers, strict=True)
    ]
    return job, sides


def decide_all(
    job: Job, sides: Sequence[Side], lines: Iterable[Line], *, workers: int | None = None
) -> Iterator[list[Decided]]:
    """Yield the lines chunk by chunk with every side's decisions; ``sides`` then know just what stands before.

    Args:
        job, sides: of ``open_sides``.
        lines: read as they are needed; what is no article comes through without decisions.
        workers: processes; None: one a core. Results are the same for any number.

    Raises:
        Transient: a worker died.
    """
    with asyncio.Runner() as loop:
        for lines_of, judged in judge_all(job, lines, workers=workers):
            decided: list[Decided] = []
            loop.run(_decide_chunk(sides, lines_of, judged, decided))
            yield decided


async def _decide_chunk(sides: Sequence[Side], lines: list[Line], judged: list[Judged], decided: list[Decided]) -> None:
    """Decide on a chunk's lines in order; results go to ``decided``, for asyncio prints what a task returns."""
    of_place = {one.place: one for one in judged}
    place = 0
    for line in lines:
        if line.article is None:
            decided.append((line, [[] for _ in sides]))
            continue
        one = of_place.get(place)
        place += 1
        if one is not None and one.problem:
            refused = msgspec.structs.replace(line, article=None, problem=one.problem)
            decided.append((refused, [[] for _ in sides]))
        else:
            decided.append((line, [await side.decide(line, one) for side in sides]))


def run(setup: Setup, articles: Iterable[Line], *, workers: int | None = None) -> Iterator[tuple[Line, list[Decision]]]:
    """Yield each line and the decisions of the channels that its article was a candidate in, in line order.

    Args:
        setup: watchlists and limits; only its first side is told of.
        articles: as ``read_articles`` gives them; those that are no article come through with no decisions.
        workers: processes; None: one a core.

    Raises:
        Transient: a worker died.
    """
    job, sides = open_sides(setup)
    for chunk in decide_all(job, sides, articles, workers=workers):
        for line, decisions in chunk:
            yield line, decisions[0]
