"""What reading costs: the parse, and what is made of it, of candidates that are read together.

Run ``python tests/bench/bench_reading.py [--sentences 4] [--together 32] [--articles FILE.jsonl.gz …]``. Milliseconds of
CPU a candidate. Articles/s follow from what an article costs that is not read: *parse alone* is a machine that only parses.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a file: the test folder is the import root, as in pytest

from bench import book, lists
from bench.bench_whole import LIMITS, NOW, WEIGHTS, entry
from bench.material import Material
from bench.rounds import middle
from tocsin.events import decode_article
from tocsin.model.article import Article
from tocsin.model.document import Document
from tocsin.pipeline import find, open_desk
from tocsin.prepare.fold import fold_article
from tocsin.prepare.structure import structure
from tocsin.read import parser
from tocsin.read.pieces import pieces_of
from tocsin.read.reader import TOGETHER, Reader
from tocsin.score.weights import load

SHARES = (0.02, 0.1)  # of the articles that are read
LIST = 10_000  # entries of the list beside which an article that is not read is measured
_PROSE = 6  # tokens of a sentence, at least

Asked = tuple[Document, frozenset[int]]


def questions(articles: Sequence[Article], sentences: int) -> list[Asked]:
    """Return each article with so many sentences to read, spread over it."""
    found: list[Asked] = []
    for article in articles:
        document = structure(fold_article(article))
        prose = [number for number, one in enumerate(document.sentences) if one.last - one.first >= _PROSE]
        if len(prose) >= sentences:
            found.append((document, frozenset(prose[i * len(prose) // sentences] for i in range(sentences))))
    return found


def spent(work: Callable[[], object], count: int) -> float:
    """Return CPU milliseconds of each."""
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1e3 / count


def measure(material: Material, options: argparse.Namespace) -> dict[str, Any]:
    """Measure parse and reading in turns, each turn on other candidates."""
    articles = [
        decode_article("1700000000000-0", entry(number, text), now=NOW, limits=LIMITS)
        for number, text in enumerate(material.texts)
    ]
    asked = questions(articles, options.sentences)
    pipeline, reader = parser.load("auto"), Reader(deadline_s=600.0)
    reader.load()
    desk = open_desk((lists.plain(material.entries(options.entries).phrases),), load(WEIGHTS))

    def parse(batch: Sequence[Asked]) -> None:
        texts = (piece.text for one, numbers in batch for number in sorted(numbers) for piece in pieces_of(one, number))
        for _ in pipeline.pipe(texts, TOGETHER):
            pass

    def decide(batch: Sequence[Article]) -> None:
        for article in batch:
            find(desk, article, now=NOW)

    size = options.together
    found: dict[str, list[float]] = {"parse": [], "read": [], "find": []}
    turns = [asked[first : first + size] for first in range(0, len(asked) - size + 1, size)] or [asked]
    for number, batch in enumerate(turns[: options.rounds + 1]):
        took = {
            "parse": spent(partial(parse, batch), len(batch)),
            "read": spent(partial(reader.read, batch), len(batch)),
            "find": spent(partial(decide, articles[number::10]), len(articles[number::10])),
        }
        for name, one in took.items() if number else ():  # the first warms up
            found[name].append(one)
    tokens = [one.sentences[number] for one, numbers in asked for number in numbers]
    return {
        "tokens": round(statistics.mean(one.last - one.first for one in tokens), 1),
        **{name: middle(values) for name, values in found.items()},
        "share": middle([one / all_ for one, all_ in zip(found["parse"], found["read"], strict=True)]),
        "rates": {str(share): _rates(found, share) for share in SHARES},
    }


def _rates(found: dict[str, list[float]], share: float) -> dict[str, float]:
    """Articles/s of one core where this share is read, where it does nothing but parse, and their ratio."""
    parse, read, other = (statistics.median(found[name]) for name in ("parse", "read", "find"))
    ours, alone = 1e3 / (other + share * read), 1e3 / (share * parse)
    return {"articles": round(ours), "parse_alone": round(alone), "ratio": round(ours / alone, 3)}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options_of = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    book.add_options(options_of)
    options_of.add_argument("--sentences", type=int, default=6, help="read of a candidate")
    options_of.add_argument("--together", type=int, default=32, help="candidates of a batch")
    options_of.add_argument("--entries", type=int, default=LIST, help="of the list")
    options = options_of.parse_args(arguments)
    if options.quick:
        options.entries, options.together = 500, 8
    material = book.material(options)
    with book.section("reading", options, material) as section:
        section[f"{options.sentences}"] = found = measure(material, options)
    print(f"{options.sentences} sentences of {found['tokens']} tokens, {options.together} candidates together")
    print(f"parse {found['parse'][0]:.1f} ms, reading {found['read'][0]:.1f} ms, parse's share {found['share'][0]:.2f}")
    for share, rates in found["rates"].items():
        print(
            f"{float(share):.0%} read: {rates['articles']:,}/s, parse alone {rates['parse_alone']:,}/s: {rates['ratio']}"
        )


if __name__ == "__main__":
    main()
