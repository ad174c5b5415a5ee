"""Dead letters as a person works on them."""

from __future__ import annotations

from typing import Any

import pytest

from tocsin.events import DeadLetter, dead_letter_fields, make_dead_letter
from tocsin.settings import ArticleSettings
from tocsin.stores.dead_letters import DeadLetters, letters_about

pytestmark = pytest.mark.server


def a_letter(title: str = "t", **more) -> DeadLetter:
    facts: dict[str, Any] = {
        "entry_id": "1-0",
        "fields": {b"title": title.encode()},
        "reason": "bad_json",
        "detail": "it is not JSON",
        "deliveries": 1,
        "at": 1000.0,
    }
    return make_dead_letter(**(facts | more))


async def put(client, *written: DeadLetter) -> list[str]:
    return [(await client.xadd("articles:dead", dead_letter_fields(letter))).decode() for letter in written]


@pytest.fixture
def dead(redis_client):
    return DeadLetters(redis_client, ArticleSettings())


async def test_list_is_newest_first_and_bounded(redis_client, dead) -> None:
    """The newest letters come first, as many as asked for; all of them without a limit."""
    ids = await put(redis_client, *(a_letter(f"t{number}") for number in range(230)))
    assert [letter.id for letter in await dead.list(limit=3)] == ids[:-4:-1]
    assert [letter.id for letter in await dead.list(limit=None)] == ids[::-1]
    assert len(await dead.list()) == 100


async def test_get(redis_client, dead) -> None:
    """One letter as it was written; None where there is none, or where the id is none."""
    [letter_id] = await put(redis_client, a_letter())
    letter = await dead.get(letter_id)
    assert letter is not None
    assert (letter.id, letter.reason, letter.fields, letter.at) == (letter_id, "bad_json", {b"title": b"t"}, 1000.0)
    assert await dead.get("5-5") is None
    assert await dead.get("what") is None


async def test_requeue_puts_the_original_back(redis_client, dead) -> None:
    """The very same bytes are a new entry of the stream, the letter is gone; the second try finds nothing."""
    [letter_id] = await put(redis_client, a_letter(fields={b"title": b"t", b"body": b"\xff\x00raw"}))
    answer = await dead.requeue(letter_id)
    [(entry_id, fields)] = await redis_client.xrange("articles")
    assert answer.fresh_id == entry_id.decode()
    assert fields == {b"title": b"t", b"body": b"\xff\x00raw"}
    assert await redis_client.xlen("articles:dead") == 0
    again = await dead.requeue(letter_id)
    assert again.fresh_id is None
    assert "no such" in again.problem


async def test_requeue_refuses_what_was_cut(redis_client, dead) -> None:
    """A head is not the article: nothing is put back, the letter stays, the answer says why."""
    [letter_id] = await put(redis_client, a_letter(fields={b"body": b"x" * 70_000}))
    answer = await dead.requeue(letter_id)
    assert answer.fresh_id is None
    assert "too large" in answer.problem
    assert await redis_client.xlen("articles") == 0
    assert await redis_client.xlen("articles:dead") == 1


async def test_letters_about_an_article(redis_client) -> None:
    """Found by what the fields hold or by the entry's id, newest first."""
    ids = await put(
        redis_client,
        a_letter(fields={b"data": b'{"id": "a-17", "title": 5}'}),
        a_letter("another"),
        a_letter(fields={b"id": b"a-17"}),
        a_letter(entry_id="77-0"),
    )
    assert [letter.id for letter in await letters_about(redis_client, "articles", "a-17")] == [ids[2], ids[0]]
    assert [letter.id for letter in await letters_about(redis_client, "articles", "77-0")] == [ids[3]]
    assert await letters_about(redis_client, "articles", "nothing") == []
