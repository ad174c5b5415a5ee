"""Dead letters, as a person works on them: list, show, put back."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from tocsin import streams
from tocsin.events import DeadLetter, decode_dead_letter
from tocsin.scripts import Script
from tocsin.settings import ArticleSettings

REQUEUE = Script("tocsin.stores", "requeue.lua")
PAGE = 100
ABOUT = 20  # letters that are shown about one article
SEARCHED = 2000  # letters that are searched for one article, newest first


@dataclass(frozen=True, slots=True)
class Requeued:
    """What became of a requeue: the new entry's id, or None and why not."""

    fresh_id: str | None
    problem: str = ""


class DeadLetters:
    """The dead letters of one article stream."""

    def __init__(self, client: Redis, settings: ArticleSettings) -> None:
        self._client = client
        self._stream = settings.stream
        self._key = streams.dead_letters(settings.stream)

    async def list(self, *, limit: int | None = PAGE) -> builtins.list[DeadLetter]:
        """Return the newest letters, newest first; all of them where ``limit`` is None."""
        letters: list[DeadLetter] = []
        end = "+"
        while limit is None or len(letters) < limit:
            count = PAGE if limit is None else min(PAGE, limit - len(letters))
            page = await _page(self._client, self._key, end, count)
            letters += page
            if len(page) < count:
                break
            end = f"({letters[-1].id}"
        return letters

    async def get(self, letter_id: str) -> DeadLetter | None:
        """Return one letter; None where there is none of that id."""
        try:
            found: Any = await self._client.xrange(self._key, min=letter_id, max=letter_id, count=1)
        except ResponseError as error:
            if "Invalid stream ID" in str(error):
                return None
            raise
        return decode_dead_letter(*found[0]) if found else None

    async def requeue(self, letter_id: str) -> Requeued:
        """Put the original fields back on the article stream as a new entry, and remove the letter, in one step."""
        letter = await self.get(letter_id)
        if letter is None:
            return Requeued(None, "there is no such dead letter")
        if not letter.complete:
            return Requeued(None, "it was too large to be kept whole: send the article again")
        if not letter.fields:
            return Requeued(None, "it holds no fields")
        fields = [part for pair in letter.fields.items() for part in pair]
        fresh = await REQUEUE.run(self._client, [self._stream, self._key], [letter_id, *fields])
        return Requeued(fresh.decode()) if fresh else Requeued(None, "there is no such dead letter")


async def letters_about(client: Redis, stream: str, name: str) -> list[DeadLetter]:
    """Return the newest letters whose fields hold this id or URL, or that came of this entry id; newest first."""
    wanted = name.encode()
    found: list[DeadLetter] = []
    end, searched = "+", 0
    while searched < SEARCHED and len(found) < ABOUT:
        letters = await _page(client, streams.dead_letters(stream), end, PAGE)
        found += [
            letter
            for letter in letters
            if letter.entry_id == name or any(wanted in value for value in letter.fields.values())
        ]
        searched += len(letters)
        if len(letters) < PAGE:
            break
        end = f"({letters[-1].id}"
    return found[:ABOUT]


async def _page(client: Redis, key: str, end: str, count: int) -> list[DeadLetter]:
    """Return up to ``count`` letters from ``end`` downwards."""
    found: Any = await client.xrevrange(key, max=end, count=count)
    return [decode_dead_letter(letter_id, fields) for letter_id, fields in found]
