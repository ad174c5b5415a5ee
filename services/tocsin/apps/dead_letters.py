"""`tocsin dead-letters`: look at what was put aside, and put it back."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
from redis.asyncio import Redis
from rich.console import Console
from rich.table import Table

from tocsin.publish.alert import iso
from tocsin.runtime.connect import connect
from tocsin.runtime.embedded import find_url
from tocsin.settings import Settings
from tocsin.stores.dead_letters import DeadLetters

_HEAD = 2000  # characters of a field that are shown


@asynccontextmanager
async def _letters(settings: Settings) -> AsyncIterator[DeadLetters]:
    redis: Redis = connect(find_url(settings), settings.redis)
    try:
        yield DeadLetters(redis, settings.articles)
    finally:
        await redis.aclose()


async def list_letters(settings: Settings, *, limit: int, as_json: bool, out: Console) -> None:
    """Print the newest dead letters."""
    async with _letters(settings) as letters:
        found = await letters.list(limit=limit)
    if as_json:
        for letter in found:
            sys.stdout.write(msgspec.json.encode(letter.summary()).decode() + "\n")
        return
    table = Table("id", "when", "reason", "detail", "deliveries", box=None)
    for letter in found:
        table.add_row(letter.id, iso(letter.at), letter.reason, letter.detail, str(letter.deliveries))
    out.print(table, markup=False)


async def show_letter(settings: Settings, entry: str, *, out: Console, err: Console) -> int:
    """Print one dead letter; return 1 where there is none of that id."""
    async with _letters(settings) as letters:
        letter = await letters.get(entry)
    if letter is None:
        err.print(f"There is no dead letter {entry}.", markup=False)
        return 1
    out.print(f"{letter.reason}: {letter.detail}", style="bold", markup=False)
    out.print(f"entry {letter.entry_id}, {letter.deliveries} deliveries, {iso(letter.at)}", markup=False)
    for name, value in letter.fields.items():
        text = value.decode("utf-8", "backslashreplace")
        cut = f" … ({len(text)} characters)" if len(text) > _HEAD else ""
        out.print(f"{name.decode('utf-8', 'backslashreplace')}: {text[:_HEAD]!r}{cut}", markup=False)
    return 0


async def requeue_letters(settings: Settings, entries: list[str], *, out: Console, err: Console) -> int:
    """Put dead letters back on the article stream; return 1 where one was not there or cannot be put back."""
    async with _letters(settings) as letters:
        wanted = [letter.id for letter in await letters.list(limit=None)] if entries == ["all"] else entries
        failed = 0
        for entry in wanted:
            answer = await letters.requeue(entry)
            if answer.fresh_id is None:
                failed += 1
                err.print(f"{entry}: {answer.problem}", markup=False)
            else:
                out.print(f"{entry} → {answer.fresh_id}", markup=False)
    return 1 if failed else 0
