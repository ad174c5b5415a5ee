"""Which of up to a million phrases stand in an article: Tocsin beside the matchers that people use, on the same texts.

Run ``python tests/bench/bench_match.py [--sizes 1000 100000] [--engines tocsin daachorse] [--articles FILE.jsonl.gz …]``.
Every engine has a process of its own and they take turns; figures are CPU microseconds an article on one core, medians.
Ratios carry over between machines, microseconds do not. ``--write`` puts the figures into docs/ and the page anew.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence, Sized
from contextlib import ExitStack
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a file: the test folder is the import root, as in pytest

from bench import book
from bench.engines import ENGINES, Engine
from bench.material import Material
from bench.rounds import Left, Measured, Task, Worker, interleaved, middle, ratios

SIZES = (10, 1_000, 10_000, 100_000, 1_000_000)
SAME_HITS = 1.7  # an article, where the cost at one size is compared with that at another
SAME_SIZES = (1_000, 10_000, 100_000, 1_000_000)
PLANTED = (0, 1, 2, 5, 10, 20)
PLANTED_SIZE = 100_000
WITH_RULES = ("tocsin", "tocsin-python", "spacy-fast", "spacy")


class Finding:
    """An engine, the phrases, and sets of texts by name. A task ``ids NAME`` or ``rules NAME`` goes through one."""

    def __init__(self, engine: str, phrases: Sequence[str], texts: Mapping[str, Sequence[str]]) -> None:
        self._name, self._phrases, self._texts = engine, phrases, texts
        self.environment: dict[str, str] = getattr(ENGINES[engine], "environment", {})

    def prepare(self) -> None:
        """Make the engine."""
        self._engine: Engine = ENGINES[self._name]()
        self._engine.prepare()

    def build(self) -> None:
        """Build it."""
        self._engine.build(self._phrases)

    def tasks(self) -> dict[str, Task]:
        """Finding ids, and finding rules with offsets."""
        fired = getattr(self._engine, "fired", None)
        found = {f"ids {name}": Task(_over(self._engine.ids), texts) for name, texts in self._texts.items()}
        if fired is not None:
            found |= {f"rules {name}": Task(_over(fired), texts) for name, texts in self._texts.items()}
        return found


def _over(work: Callable[[str], Sized]) -> Callable[[Sequence[str]], int]:
    def run(texts: Sequence[str]) -> int:
        return sum(len(work(text)) for text in texts)

    return run


def compare(
    engines: Sequence[str],
    phrases: Sequence[str],
    texts: Mapping[str, Sequence[str]],
    *,
    rounds: int,
    limit_s: float,
) -> tuple[dict[str, Any], dict[str, dict[str, Measured]]]:
    """Build every engine over the phrases and run them in turns.

    Returns:
        What building took (or why one is left out) by engine, and what was measured by task and engine.
    """
    built: dict[str, Any] = {}
    workers: dict[str, Worker] = {}
    with ExitStack() as stack:
        for name in engines:
            try:
                workers[name] = stack.enter_context(Worker(Finding(name, phrases, texts), limit_s=limit_s))
            except Left as why:
                built[name] = {"left": str(why)}
                print(f"    {name}: left out, {why}", flush=True)
            else:
                one = workers[name].built
                built[name] = {"cpu_s": round(one.cpu_s, 3), "mb": _mb(one.held), "peak_mb": _mb(one.peak)}
                print(f"    {name}: built in {one.cpu_s:.2f} s of CPU, {_mb(one.held):.0f} MB", flush=True)
        count = len(next(iter(texts.values())))
        tasks = [f"{kind} {name}" for name in texts for kind in ("ids", "rules")]
        both = {name: worker for name, worker in workers.items() if name in WITH_RULES}
        rest = {name: worker for name, worker in workers.items() if name not in WITH_RULES}
        measured = interleaved(both | rest, tasks[::2], inputs=range(count // 2), rounds=rounds)
        measured |= interleaved(both, tasks[1::2], inputs=range(count // 2, count), rounds=rounds)
    return built, measured


def _mb(size: int) -> float:
    return round(size / 1e6, 1)


def rows(measured: Mapping[str, Measured]) -> dict[str, Any]:
    """What is written down of a task: microseconds, hits an article, and times what Tocsin takes, each with its spread."""
    ours = measured.get("tocsin")
    return {
        name: {
            "us": middle(one.us),
            "found": round(one.each, 3),
            "ratio": None if ours is None or not ours.us else middle(ratios(one, ours)),
        }
        for name, one in measured.items()
    }


def tell(task: str, lines: Mapping[str, Any]) -> None:
    """Print a task's rows."""
    for name, row in lines.items():
        times = "" if row["ratio"] is None or name == "tocsin" else f"   {row['ratio'][0]:6.2f}x"
        print(f"  {task:<6} {name:<16} {row['us'][0]:9.1f} µs   {row['found']:6.2f} found{times}", flush=True)


def by_size(material: Material, options: argparse.Namespace) -> dict[str, Any]:
    """Every engine at every size; hits grow with the list, as they do."""
    sizes: dict[str, Any] = {}
    for size in options.sizes:
        entries = material.entries(size)
        print(f"{size:,} entries", flush=True)
        built, measured = compare(
            options.engines, entries.phrases, {"": material.texts}, rounds=options.rounds, limit_s=options.limit
        )
        ids, rules = (rows(measured.get(f"{task} ", {})) for task in ("ids", "rules"))
        tell("ids", ids)
        tell("rules", rules)
        sizes[str(size)] = {"built": built, "ids": ids, "rules": rules}
    return sizes


def same_hits(material: Material, options: argparse.Namespace) -> dict[str, Any]:
    """Tocsin at every size with the same hits; all indexes are held at once, so that sizes take turns too."""
    found: dict[str, Any] = {}
    texts = {"": material.texts}
    with ExitStack() as stack:
        workers = {}
        for size in options.same_sizes:
            entries = material.entries(size, hits=SAME_HITS)
            workers[str(size)] = stack.enter_context(Worker(Finding("tocsin", entries.phrases, texts)))
        measured = interleaved(workers, ["ids ", "rules "], inputs=range(len(material.texts)), rounds=options.rounds)
    least = str(min(options.same_sizes))
    for task, of_task in measured.items():
        found[task.strip()] = {
            size: {
                "us": middle(one.us),
                "found": round(one.each, 3),
                "ratio": middle(ratios(one, of_task[least])),
            }
            for size, one in of_task.items()
        }
        for size, row in found[task.strip()].items():
            print(
                f"  {task}{int(size):>9,} entries, {row['found']:.2f} hits: {row['us'][0]:.1f} µs, {row['ratio'][0]:.2f}x",
                flush=True,
            )
    return found


def by_hits(material: Material, options: argparse.Namespace) -> dict[str, Any]:
    """Every engine with so many phrases put into each article; no other entry stands in it."""
    entries = material.entries(options.planted_size, hits=0)
    texts = {str(count): material.planted(entries.phrases, count) for count in options.planted}
    print(f"{options.planted_size:,} entries, phrases put into each article", flush=True)
    built, measured = compare(
        [name for name in options.engines if name in {*WITH_RULES, "daachorse"}],
        entries.phrases,
        texts,
        rounds=options.rounds,
        limit_s=options.limit,
    )
    found: dict[str, Any] = {"entries": options.planted_size, "ids": {}, "rules": {}}
    for task, of_task in measured.items():
        kind, count = task.split(" ")
        found[kind][count] = rows(of_task)
        print(f"{count} planted")
        tell(kind, found[kind][count])
    return found | {"built": built}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    book.add_options(parser)
    parser.add_argument("--sizes", type=int, nargs="*", default=list(SIZES), help="entries of a list")
    parser.add_argument("--same-sizes", type=int, nargs="*", default=list(SAME_SIZES), help="… with the same hits")
    parser.add_argument("--planted", type=int, nargs="*", default=list(PLANTED), help="phrases put into each article")
    parser.add_argument("--planted-size", type=int, default=PLANTED_SIZE, help="entries where phrases are put in")
    parser.add_argument("--engines", nargs="+", default=list(ENGINES), choices=list(ENGINES))
    parser.add_argument("--limit", type=float, default=300, help="seconds that an engine may take to be built")
    options = parser.parse_args(arguments)
    if options.quick:
        options.sizes, options.same_sizes, options.planted = [10, 1_000], [100, 1_000], [0, 2]
        options.planted_size = 1_000
    material = book.material(options)
    with book.section("match", options, material) as section:
        if options.sizes:
            section["sizes"] = by_size(material, options)
        if options.same_sizes:
            section["same_hits"] = same_hits(material, options)
        if options.planted:
            section["planted"] = by_hits(material, options)


if __name__ == "__main__":
    main()
