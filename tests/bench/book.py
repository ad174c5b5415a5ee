"""What all parts of the suite share: options, and docs/benchmarks.json, where each part keeps its figures.

A part that is run alone replaces its own figures and no others; the page is then written anew from all of them.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.material import Material
from machine import described
from tocsin import native

DOCS = Path(__file__).parents[2] / "docs"
FIGURES = "benchmarks.json"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what every part takes."""
    parser.add_argument("--quick", action="store_true", help="seconds, not minutes: to see that it runs")
    parser.add_argument(
        "--articles", type=Path, nargs="+", default=[], metavar="FILE", help="JSON lines to take texts from (.gz too)"
    )
    parser.add_argument("--count", type=int, default=2_000, help="articles; a third of them warms up")
    parser.add_argument("--rounds", type=int, default=7, help="turns of each contender")
    add_write(parser)


def add_write(parser: argparse.ArgumentParser) -> None:
    """Add the options about the page."""
    parser.add_argument("--write", action="store_true", help="keep the figures in docs/ and write the page anew")
    parser.add_argument("--docs", type=Path, default=DOCS, help=argparse.SUPPRESS)


def material(options: argparse.Namespace) -> Material:
    """Return the articles that the options name."""
    if options.quick:
        options.count, options.rounds = min(options.count, 60), min(options.rounds, 2)
    made = Material(count=options.count, files=options.articles)
    print(f"{made.source}; CPU microseconds an article, medians of {options.rounds} turns", flush=True)
    return made


@contextmanager
def section(name: str, options: argparse.Namespace, made: Material | None = None) -> Iterator[dict[str, Any]]:
    """Collect a part's figures; with ``--write`` keep them, parts of it that were not measured this time as they were."""
    found: dict[str, Any] = {}
    yield found
    if not options.write:
        return
    from bench.page import write  # noqa: PLC0415 - the page reads this module

    about = {"on": described(), "command": _command(), "rounds": getattr(options, "rounds", None)}
    about["kernel"] = "with the kernel" if native.KERNEL is not None else "without the kernel"
    if made is not None:
        about["texts"] = made.source
    book = read(options.docs)
    book[name] = {**book.get(name, {}), **{key: {"about": about, "figures": value} for key, value in found.items()}}
    (options.docs / FIGURES).write_text(json.dumps(book, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    write(options.docs)


def read(docs: Path) -> dict[str, Any]:
    """Return all figures that are kept."""
    file = docs / FIGURES
    if not file.exists():
        return {}
    book: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return book


def _command() -> str:
    """The command line, without most of the path of files that were named."""
    words = [word for word in sys.argv[1:] if word != "--write"]
    if "--docs" in words:
        at = words.index("--docs")
        del words[at : at + 2]
    words = ["/".join(Path(word).parts[-2:]) if "/" in word and Path(word).exists() else word for word in words]
    return shlex.join(["python", f"tests/bench/{Path(sys.argv[0]).name}", *words])
