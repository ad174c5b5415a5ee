"""An article that kills every process that decides on it, among good ones: it alone is given up.

The hook is in the scorer: with ``TOCSIN_TEST_KILL_ON=TEXT`` in its environment it exits at once on an article whose title
holds TEXT. The supervisor's part, starting the process again, is played here.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass

import msgspec

from stack import WATCHLISTS, Process, Stack, until
from texts import Texts

KILLS = "kills its process"


@dataclass
class Count:
    """What was seen."""

    good: int = 0
    scored: int = 0
    doubled: int = 0
    dead_letters: int = 0
    poison_dead: int = 0
    deaths: int = 0
    seconds: float = 0.0
    letter: str = ""

    @property
    def holds(self) -> bool:
        """Whether the poison harmed itself only."""
        return self.scored == self.good and not self.doubled and self.dead_letters == self.poison_dead == 1

    def lines(self) -> list[tuple[str, object]]:
        """What to print: (what, how many)."""
        return [
            ("good articles, scored", f"{self.scored} of {self.good}"),
            ("doubled", self.doubled),
            ("dead letters (of them the poison)", f"{self.dead_letters} ({self.poison_dead})"),
            ("processes that it killed", self.deaths),
            ("seconds until all was settled", round(self.seconds, 1)),
            ("its dead letter says", self.letter),
        ]


def poison(*, good: int = 500, claim_idle_ms: int = 1_000, limit: int = 5, seed: int = 5) -> Count:
    """Put one poisonous article in the middle of good ones; restart the scorer whenever it dies."""
    count = Count(good=good)
    texts = Texts(seed)
    settings = {"ARTICLES__CLAIM_IDLE_MS": str(claim_idle_ms), "ARTICLES__POISON_LIMIT": str(limit)}
    with Stack(watchlists=WATCHLISTS, READING__ENABLED="false", TEST_KILL_ON=KILLS, **settings) as stack:
        for number in range(good):
            if number == good // 2:
                article = texts.incursion(400)
                stack.redis.xadd("articles", article | {"id": "poison", "title": f"{article['title']} {KILLS}"})
            stack.redis.xadd("articles", texts.incursion(400) | {"id": f"good-{number}"})
        _run_until_settled(stack, count)
        _judge(stack, count)
    return count


def _run_until_settled(stack: Stack, count: Count) -> None:
    scorer: Process = stack.start()
    started = time.monotonic()

    def settled() -> bool:
        nonlocal scorer
        if scorer.code is not None:
            count.deaths += 1
            scorer = stack.start()
        return stack.drained()

    if not until(settled, 180):
        raise AssertionError(
            f"not settled after {count.deaths} deaths: {stack.group()}; {scorer.log.read_text()[-3000:]}"
        )
    count.seconds = time.monotonic() - started


def _judge(stack: Stack, count: Count) -> None:
    told = Counter(msgspec.json.decode(document)["article"]["id"] for _, document in stack.alerts())
    count.scored = sum(name.startswith("good-") for name in told)
    count.doubled = sum(n > 1 for n in told.values())
    letters = stack.dead_letters()
    count.dead_letters = len(letters)
    count.poison_dead = sum(any(value == b"poison" for value in letter.values()) for letter in letters)
    count.letter = "; ".join(
        f"{name.decode()} {value.decode(errors='replace')[:80]}"
        for letter in letters[:1]
        for name, value in letter.items()
        if name in {b"reason", b"detail", b"deliveries", b"failures"}
    )
