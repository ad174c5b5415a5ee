"""What ``when:`` rules of two phrases cost, beside the same phrases as plain entities, each with a rule of its own.

Run ``python tests/bench/bench_rules.py [--rules 10000 100000] [--articles FILE.jsonl.gz …]``. A third of the rules says
``a & b``, a third ``a NEAR/10 b``, a third ``(a | b) & !c``; the phrases are entities, or exact keywords (``"a" & "b"``).
Figures are CPU microseconds an article from its text to its candidates with their evidence.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, ClassVar

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a file: the test folder is the import root, as in pytest

from bench import book, lists
from bench.engines import Daachorse, folded_view
from bench.material import Entries, Material
from bench.rounds import Left, Task, Worker, interleaved, middle, ratios
from tocsin.match.index import Index, build
from tocsin.model.rule import Watchlist
from tocsin.prepare.structure import structure

RULES = (10_000, 100_000)
KINDS: dict[str, Callable[[Entries], Watchlist]] = {
    "plain": lambda entries: lists.plain(entries.phrases, most_rules=len(entries.phrases)),
    "entities": lambda entries: lists.pairs(entries, said=False),
    "keywords": lambda entries: lists.pairs(entries, said=True),
}


class Percolating:
    """One of ``KINDS`` over some phrases. Its tasks count candidates (``candidates``) or rules that ran (``run``)."""

    environment: ClassVar[dict[str, str]] = {}

    def __init__(self, kind: str, entries: Entries, texts: Sequence[str]) -> None:
        self._kind, self._entries, self._texts = kind, entries, texts

    def prepare(self) -> None:
        """Make the compiled list: that is the compiler's work, not the index's."""
        self._watchlist = KINDS[self._kind](self._entries)

    def build(self) -> None:
        """Build the index."""
        self._index: Index = build((self._watchlist,))

    def tasks(self) -> dict[str, Task]:
        """Both go through the whole of it."""
        return {"candidates": Task(self._candidates, self._texts), "run": Task(self._run, self._texts)}

    def _candidates(self, texts: Sequence[str]) -> int:
        return sum(self._percolate(text)[0] for text in texts)

    def _run(self, texts: Sequence[str]) -> int:
        return sum(self._percolate(text)[1] for text in texts)

    def _percolate(self, text: str) -> tuple[int, int]:
        folded = folded_view(text)
        scan = self._index.scan(folded)
        if scan is None:
            return 0, 0
        percolated = self._index.percolate(structure(folded), scan)
        return len(percolated.candidates), percolated.rules_run


class Yardstick:
    """daachorse over the same phrases, finding ids: by it, figures that were measured elsewhere can be scaled."""

    environment: ClassVar[dict[str, str]] = {}

    def __init__(self, phrases: Sequence[str], texts: Sequence[str]) -> None:
        self._phrases, self._texts = phrases, texts

    def prepare(self) -> None:
        """Import it."""
        self._engine = Daachorse()
        self._engine.prepare()

    def build(self) -> None:
        """Build it."""
        self._engine.build(self._phrases)

    def tasks(self) -> dict[str, Task]:
        """Under the names that the others have."""
        task = Task(lambda texts: sum(len(self._engine.ids(text)) for text in texts), self._texts)
        return {"candidates": task, "run": task}


def measure(material: Material, rules: int, options: argparse.Namespace) -> dict[str, Any]:
    """Measure so many rules of every kind, in turns."""
    entries = material.entries(2 * rules)
    found: dict[str, Any] = {}
    with ExitStack() as stack:
        workers = {kind: stack.enter_context(Worker(Percolating(kind, entries, material.texts))) for kind in KINDS}
        try:
            workers["daachorse"] = stack.enter_context(Worker(Yardstick(entries.phrases, material.texts)))
        except Left as why:
            print(f"  daachorse: left out, {why}")
        count = range(len(material.texts))
        measured = interleaved(workers, ["candidates", "run"], inputs=count, rounds=options.rounds, apart=False)
    times, ran = measured["candidates"], measured["run"]
    for name, one in times.items():
        built = workers[name].built
        held = 2 * rules if name == "plain" else rules
        found[name] = {
            "us": middle(one.us),
            "ratio": middle(ratios(one, times["plain"])),
            "candidates": round(one.each, 3),
            "rules": held,
            "run_share": None if name == "daachorse" else ran[name].each / held,
            "cpu_s": round(built.cpu_s, 2),
            "mb": round(built.held / 1e6, 1),
        }
        row = found[name]
        share = "" if row["run_share"] is None else f", {row['run_share']:.4%} of {held:,} rules run"
        print(
            f"  {name:<10} {row['us'][0]:8.1f} µs  {row['ratio'][0]:5.2f}x  {row['candidates']:.2f} candidates{share}"
            f"  (built in {row['cpu_s']:.2f} s, {row['mb']:.0f} MB)",
            flush=True,
        )
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    book.add_options(parser)
    parser.add_argument("--rules", type=int, nargs="+", default=list(RULES), help="rules of two phrases")
    options = parser.parse_args(arguments)
    if options.quick:
        options.rules = [500]
    material = book.material(options)
    with book.section("rules", options, material) as section:
        found = {}
        for rules in options.rules:
            print(f"{rules:,} rules of two phrases", flush=True)
            found[str(rules)] = measure(material, rules, options)
        section["rules"] = found


if __name__ == "__main__":
    main()
