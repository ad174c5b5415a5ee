"""What is no article, mixed with articles: every good one is scored, every bad one is a dead letter with its reason."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from stack import Stack, until
from texts import Texts

Fields = Mapping[str, str | bytes]
HUGE = 50_000_000  # bytes


def _bad(texts: Texts) -> dict[str, Callable[[], Fields]]:
    """The kinds of malformed entries, by name. Each names itself in a field ``source``, which is well formed."""
    good = texts.incursion(400)

    def document(**changed: object) -> Fields:
        return {"data": json.dumps(good | {"source": "bad"} | changed)}

    return {
        "data is no JSON": lambda: {"data": '{"title": "cut off'},
        "data is empty": lambda: {"data": ""},
        "data is a list": lambda: {"data": "[1, 2, 3]"},
        "data is a number": lambda: {"data": "42"},
        "title is a number": lambda: document(title=17),
        "body is a list": lambda: document(body=["a", "b"]),
        "title is an object": lambda: document(title={"text": "x"}),
        "no text at all": lambda: {"source": "bad", "url": "https://bad.example/1"},
        "NUL in a flat field": lambda: good | {"title": "a\0b"},
        "NUL in JSON": lambda: document(title="a\0b"),
        "invalid UTF-8 in a flat field": lambda: {**good, "body": b"\xff\xfe border incursion \xc3\x28"},
        "invalid UTF-8 in JSON": lambda: {"data": b'{"title": "\xff\xfe"}'},
        "lone surrogate in JSON": lambda: {"data": '{"title": "a \\ud800 b", "body": "x"}'},
        "a lone surrogate's bytes": lambda: {**good, "title": b"a \xed\xa0\x80 b"},
        "year 9999 in a flat field": lambda: good | {"published_at": "9999-12-31T23:59:59Z"},
        "year 9999 in JSON": lambda: document(published_at="9999-12-31T23:59:59Z"),
    }


@dataclass
class Count:
    """What was seen."""

    good: int = 0
    scored: int = 0
    doubled: int = 0
    bad: int = 0
    huge: int = 0
    dead: int = 0
    without_reason: int = 0
    good_dead: int = 0
    restarts: int = 0
    peak_mb: float = 0.0
    idle_mb: float = 0.0
    seconds: float = 0.0
    largest_kept: int = 0  # bytes of the largest field in a dead letter
    reasons: Counter[str] = field(default_factory=Counter)
    sent_kinds: Counter[str] = field(default_factory=Counter)

    @property
    def holds(self) -> bool:
        """Whether each entry went where it belongs."""
        return (
            self.scored == self.good
            and self.dead == self.bad
            and not (self.doubled or self.without_reason or self.good_dead or self.restarts)
        )

    def lines(self) -> list[tuple[str, object]]:
        """What to print: (what, how many)."""
        return [
            ("good articles, scored", f"{self.scored} of {self.good}"),
            ("doubled", self.doubled),
            (
                f"malformed entries ({self.huge} of {HUGE // 10**6} MB) in the dead letters",
                f"{self.dead} of {self.bad}",
            ),
            ("of them without a reason", self.without_reason),
            ("good articles in the dead letters", self.good_dead),
            ("restarts of the process", self.restarts),
            ("largest field kept in a dead letter, bytes", self.largest_kept),
            ("memory of the scorer before / most, MB", f"{self.idle_mb:.0f} / {self.peak_mb:.0f}"),
            ("seconds for all", round(self.seconds, 1)),
            ("reasons", ", ".join(f"{reason} {n}" for reason, n in self.reasons.most_common())),
        ]


def malformed(*, bad: int = 2_000, good: int = 2_000, huge: int = 5, seed: int = 3, reading: bool = False) -> Count:
    """Send both kinds in random order to one scorer, wait until all are settled, and count."""
    count = Count(good=good, bad=bad, huge=huge)
    texts, rng = Texts(seed), random.Random(seed)
    with Stack(READING__ENABLED=str(reading).lower()) as stack:
        scorer = stack.start()
        if not until(lambda: stack.group() is not None, 60):
            raise AssertionError(f"the scorer did not start: {scorer.log.read_text()[-3000:]}")
        count.idle_mb = scorer.peak_bytes() / 1e6
        started = time.monotonic()
        kinds = list(_entries(texts, rng, bad=bad, good=good, huge=huge))
        for kind, fields in kinds:
            stack.redis.xadd("articles", fields)
            count.sent_kinds[kind] += 1
        if not until(stack.drained, 240):
            raise AssertionError(f"not drained: {stack.group()}; {scorer.log.read_text()[-3000:]}")
        count.seconds = time.monotonic() - started
        count.restarts = int(scorer.code is not None)
        count.peak_mb = scorer.peak_bytes() / 1e6
        _judge(count, stack)
    return count


def _entries(texts: Texts, rng: random.Random, *, bad: int, good: int, huge: int) -> Iterator[tuple[str, Fields]]:
    makers = _bad(texts)
    names = list(makers)
    order = ["huge"] * huge + [names[n % len(names)] for n in range(bad - huge)] + ["good"] * good
    rng.shuffle(order)
    for number, kind in enumerate(order):
        if kind == "huge":
            yield kind, {"id": f"huge-{number}", "title": "huge", "body": "ox " * (HUGE // 3)}
        elif kind == "good":
            yield kind, dict(texts.incursion(400)) | {"id": f"good-{number}", "source": "good"}
        else:
            yield kind, makers[kind]()


def _judge(count: Count, stack: Stack) -> None:
    told = Counter(msgspec.json.decode(document)["article"]["id"] for _, document in stack.alerts())
    count.scored = sum(name.startswith("good-") for name in told)
    count.doubled = sum(n > 1 for n in told.values())
    for letter in stack.dead_letters():
        reason = letter.get(b"reason", b"").decode()
        count.dead += 1
        count.without_reason += not reason
        count.reasons[reason] += 1
        count.good_dead += any(value.startswith(b"good-") for value in letter.values())
        count.largest_kept = max(count.largest_kept, *(len(value) for value in letter.values()))
