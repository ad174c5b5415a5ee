"""From an article as JSON to its scored candidates with their evidence as JSON, stage by stage.

Run ``python tests/bench/bench_whole.py [--sizes 100000 1000000] [--articles FILE.jsonl.gz …]``. Neither reading (no
parser) nor placing in stories. Figures are CPU microseconds an article on one core; a stage is what it adds to those
before it. The articles state their language, as feeds do; ``language`` is what it costs to find it out.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a file: the test folder is the import root, as in pytest

import msgspec

from bench import book, lists
from bench.material import Material
from bench.rounds import Task, Worker, interleaved, middle
from tocsin.events import Limits, decode_article
from tocsin.model.article import Article
from tocsin.model.decision import Scored
from tocsin.pipeline import find, judge, open_desk
from tocsin.prepare.fold import fold_article
from tocsin.prepare.language import detect
from tocsin.prepare.structure import structure
from tocsin.score.weights import load

SIZES = (100_000, 1_000_000)
STAGES = ("decode", "fold", "scan", "structure", "percolate", "score", "encode")
WEIGHTS = Path(__file__).parents[2] / "config" / "scoring.yaml"
NOW = 1_700_000_000.0  # when the articles are said to have been published and to arrive
LIMITS = Limits()
_TITLE = 9  # words

Fields = Mapping[bytes, bytes]


class Deciding:
    """A desk over plain entities. Its tasks are the stages, each with all before it; ``whole`` is the pipeline's own."""

    environment: ClassVar[dict[str, str]] = {}

    def __init__(self, phrases: Sequence[str], entries: Sequence[Fields]) -> None:
        self._phrases, self._entries = phrases, entries

    def prepare(self) -> None:
        """Make the compiled list, and load weights and language model."""
        self._watchlist = lists.plain(self._phrases)
        self._weights = load(WEIGHTS)
        detect("A text in a language.")

    def build(self) -> None:
        """Build the index."""
        self._desk = open_desk((self._watchlist,), self._weights)

    def tasks(self) -> dict[str, Task]:
        """Stages by name."""
        works: dict[str, Callable[[Fields], int]] = {
            "decode": lambda fields: self._to(fields, 0),
            "fold": lambda fields: self._to(fields, 1),
            "scan": lambda fields: self._to(fields, 2),
            "structure": lambda fields: self._to(fields, 3),
            "percolate": lambda fields: self._to(fields, 4),
            "score": lambda fields: len(self._scored(fields)),
            "encode": lambda fields: _written(self._scored(fields)),
            "language": self._language,
        }
        return {name: Task(_each(work), self._entries) for name, work in works.items()}

    def _to(self, fields: Fields, stage: int) -> int:
        article = _decoded(fields)
        if stage == 0:
            return 1
        folded = fold_article(article)
        if stage == 1:
            return 1
        scan = self._desk.index.scan(folded)
        if stage == 2 or scan is None:
            return scan is not None
        document = structure(folded)
        return 1 if stage == 3 else len(self._desk.index.percolate(document, scan).candidates)

    def _scored(self, fields: Fields) -> tuple[Scored, ...]:
        found = find(self._desk, _decoded(fields), now=NOW)
        return () if found is None else judge(self._desk, found, None, now=NOW)

    def _language(self, fields: Fields) -> int:
        article = _decoded(fields)
        return len(detect(f"{article.title}\n{article.body[:2000]}"))


def _each(work: Callable[[Fields], int]) -> Callable[[Sequence[Fields]], int]:
    return lambda entries: sum(map(work, entries))


def _decoded(fields: Fields) -> Article:
    return decode_article("1700000000000-0", fields, now=NOW, limits=LIMITS)


def _written(scored: tuple[Scored, ...]) -> int:
    """Write what an alert would say of its rules; return how many candidates that were."""
    if scored:
        msgspec.json.encode(
            [
                {
                    "rule": one.candidate.rule.name,
                    "watchlist": one.candidate.watchlist.name,
                    "version": one.candidate.watchlist.version,
                    "score": one.score,
                    "threshold": one.threshold,
                    "score_parts": one.parts,
                    "evidence": one.evidence,
                    "guards": one.guards,
                    "marks": one.marks,
                }
                for one in scored
            ]
        )
    return len(scored)


def entry(number: int, text: str) -> dict[bytes, bytes]:
    """Return a stream entry with an article of that text; its first words are the title."""
    words = text.split(" ", _TITLE)
    title, body = " ".join(words[:_TITLE]), words[-1]
    article = {"id": str(number), "source": "bench", "title": title, "body": body, "lang": "en"}
    return {b"data": msgspec.json.encode(article | {"published_at": NOW})}


def measure(material: Material, options: argparse.Namespace) -> dict[str, Any]:
    """Measure every size, in turns."""
    entries = [entry(number, text) for number, text in enumerate(material.texts)]
    with ExitStack() as stack:
        workers = {
            str(size): stack.enter_context(Worker(Deciding(material.entries(size).phrases, entries)))
            for size in options.sizes
        }
        tasks = [*STAGES, "language"]
        measured = interleaved(workers, tasks, inputs=range(len(entries)), rounds=options.rounds, apart=False)
    found: dict[str, Any] = {}
    for size in workers:
        totals = {stage: measured[stage][size] for stage in STAGES}
        stages = {"decode": middle(totals["decode"].us)}
        for before, stage in pairwise(STAGES):
            added = [more - less for more, less in zip(totals[stage].us, totals[before].us, strict=True)]
            stages[stage] = middle(added)
        found[size] = {
            "us": middle(totals["encode"].us),
            "candidates": round(totals["encode"].each, 3),
            "with_hit": round(totals["scan"].each, 3),
            "stages": stages,
            "language": middle(
                [a - b for a, b in zip(measured["language"][size].us, totals["decode"].us, strict=True)]
            ),
        }
        told = "  ".join(f"{stage} {us[0]:.1f}" for stage, us in stages.items())
        print(
            f"{int(size):>9,} entries, {found[size]['candidates']:.2f} candidates: {found[size]['us'][0]:.1f} µs = {told}"
        )
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    book.add_options(parser)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="entries of a list")
    options = parser.parse_args(arguments)
    if options.quick:
        options.sizes = [1_000]
    material = book.material(options)
    with book.section("whole", options, material) as section:
        section["sizes"] = measure(material, options)


if __name__ == "__main__":
    main()
