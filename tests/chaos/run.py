"""``make chaos``: the long form of every test here; ``--write`` puts what was counted into docs/chaos.md."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a file: the test folder is the import root, as in pytest

from chaos.malformed import malformed
from chaos.poison import poison
from chaos.rolling import rolling
from chaos.storm import MARGIN_S, Plan, storm
from machine import described
from stack import ROOT


class Count(Protocol):
    """What every test here returns."""

    @property
    def holds(self) -> bool:
        """Whether what must hold did."""

    def lines(self) -> list[tuple[str, object]]:
        """What to print."""


_STORM = (
    "Faults under load: kill -9 of a scorer 50 times and of the server 8 times (AOF everysec, its tail cut at some), "
    "SIGTERM 15 times, the group destroyed, the stream deleted; two scorers, 80 articles a second, each must alert"
)
TESTS: dict[str, tuple[str, Callable[[], Count]]] = {
    "storm": (
        _STORM,
        lambda: storm(Plan()),
    ),
    "rolling": ("20 rolling restarts under the same load", rolling),
    "malformed": ("2,000 malformed entries mixed with 2,000 good articles, one scorer", malformed),
    "poison": ("An article that kills its process among 500 good ones; claim time 1 s", poison),
}


def main() -> int:
    """Run the tests named, all by default; return 1 where one does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tests", nargs="*", metavar="TEST", help=f"of {', '.join(TESTS)}; all by default")
    parser.add_argument("--write", action="store_true", help="write docs/chaos.md (all tests only)")
    arguments = parser.parse_args()
    if unknown := set(arguments.tests) - TESTS.keys():
        parser.error(f"no such test: {', '.join(sorted(unknown))}")
    page = ["# Chaos", "", f"Counted by `make chaos` on {described()}.", ""]
    holds = True
    for name in arguments.tests or TESTS:
        title, run = TESTS[name]
        started = time.monotonic()
        count = run()
        holds &= count.holds
        rows = [f"| {what} | {value} |" for what, value in count.lines()]
        section = [f"## {title}", "", "| | |", "|---|---|", *rows, ""]
        print("\n".join(section), f"{name}: {'holds' if count.holds else 'DOES NOT HOLD'}, ", sep="\n", end="")
        print(f"{time.monotonic() - started:.0f} s\n", flush=True)
        page += section
    page += [_NOTES]
    if arguments.write and not arguments.tests:
        (ROOT / "docs" / "chaos.md").write_text("\n".join(page))
    return 0 if holds else 1


_NOTES = f"""## How it is counted

Everything is done and seen from outside: processes by their command line, articles by `XADD`, the rest by `XRANGE` and
`XINFO`. An article *survives* when it stands on the stream at the end, or was acknowledged at the moment the stream was
deleted; it is *lost* when it survives and the alert log of its channel has no alert for it, *doubled* when the log has two.
A scorer is killed, where half a second allows it, at a moment when it holds entries. An entry whose holder is killed is
claimed by another after the claim time (10 s by default), so recovery is expected within it and {MARGIN_S:.0f} s of margin.
"""

if __name__ == "__main__":
    sys.exit(main())
