"""docs/benchmarks.md and its plots, written from docs/benchmarks.json. Run it to write them anew from figures at hand."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a file: the test folder is the import root, as in pytest

from bench import book, plots
from bench.engines import TITLES

PAGE = "benchmarks.md"
_PEERS = ("spacy", "spacy-fast")

# Lucene Monitor 10 over newswire of 300 words, CPU µs an article, and daachorse in the same runs (November 2026, one core
# of a 2-core machine): with document-frequency weights. Another language's program is not run here; what daachorse takes
# here and took there says how the two machines compare.
_LUCENE = {"1000": (139, 27), "10000": (181, 31), "100000": (481, 50), "1000000": (1_639, 69)}
_LUCENE_RULES = {"10000": (374, 50), "100000": (943, 50)}  # of two phrases each; daachorse at 100,000 phrases

Figures = Mapping[str, Any]


def write(docs: Path) -> None:
    """Write the page, and the plots that it shows."""
    kept = book.read(docs)
    parts = ["# Benchmarks", "", _HEAD, ""]
    for name, part in _PARTS:
        if name in kept:
            parts += part(kept[name], docs)
    (docs / PAGE).write_text("\n".join(parts).rstrip() + "\n", encoding="utf-8")


def _match(kept: Figures, docs: Path) -> list[str]:
    parts: list[str] = ["## Matching: from a text to the entries that stand in it", ""]
    if "sizes" in kept:
        parts += _by_size(kept["sizes"]["figures"], docs) + _about(kept["sizes"]["about"])
    if "same_hits" in kept:
        parts += ["### The same hits at every size", "", *_same(kept["same_hits"]["figures"])]
        parts += _about(kept["same_hits"]["about"])
    if "planted" in kept:
        parts += _planted(kept["planted"]["figures"], docs) + _about(kept["planted"]["about"])
    return parts


def _by_size(sizes: Figures, docs: Path) -> list[str]:
    columns = sorted(sizes, key=int)
    names = list(dict.fromkeys(name for size in columns for name in sizes[size]["ids"]))
    names.sort(key=lambda name: sizes[columns[-1]]["ids"].get(name, {"us": [1e9]})["us"][0])
    head = ["", *(f"{int(size):,}" for size in columns)]
    ids = {name: [(int(size), _us(sizes[size]["ids"], name)) for size in columns] for name in names}
    _draw(docs, "match-cost", "CPU µs an article, by entries of the list", ids, y="µs an article")
    memory = {
        name: [
            (int(size), max(1.0, sizes[size]["built"][name]["mb"])) for size in columns if name in sizes[size]["ids"]
        ]
        for name in names
    }
    _draw(docs, "match-memory", "Memory held, by entries of the list", memory, y="MB")
    found = [
        "hits an article",
        *(f"{max(row['found'] for row in sizes[size]['ids'].values()):.2f}" for size in columns),
    ]
    parts = [
        "CPU µs an article of 300 words, on one core: median (least to most).",
        "",
        "![Cost by size](match-cost.svg)",
        "",
        *_table(head, [[_title(name), *(_cell(sizes[size]["ids"].get(name)) for size in columns)] for name in names] + [found]),
        "",
        "Times what Tocsin takes, turn by turn:",
        "",
        *_table(head, [[_title(name), *(_ratio(sizes[size]["ids"].get(name)) for size in columns)] for name in names if name != "tocsin"] + _lucene(sizes, columns)),
        "",
        "With the rules that hold, and where in the text as received their phrases stand (Tocsin: sentences, zones",
        "and evidence too; spaCy: its offsets, and a dict from phrase to rule):",
        "",
        *_table(
            head,
            [
                [_title(name), *(_cell(sizes[size]["rules"].get(name), ratio=name != "tocsin") for size in columns)]
                for name in ("tocsin", "tocsin-python", *_PEERS)
                if name in sizes[columns[-1]]["rules"]
            ],
        ),
        "",
        "Building: CPU seconds / MB held (most at any time).",
        "",
        "![Memory by size](match-memory.svg)",
        "",
        *_table(head, [[_title(name), *(_built(sizes[size]["built"].get(name)) for size in columns)] for name in names]),
        "",
        *_worse(sizes, columns),
        *_left(sizes, columns),
    ]  # fmt: skip
    return [*parts, ""]


def _lucene(sizes: Figures, columns: Sequence[str]) -> list[list[str]]:
    """Lucene Monitor's figures from elsewhere, by what daachorse takes here and took there."""
    cells = []
    for size in columns:
        ids = sizes[size]["ids"]
        if size in _LUCENE and "daachorse" in ids and "tocsin" in ids:
            theirs, yardstick = _LUCENE[size]
            cells.append(f"{theirs * ids['daachorse']['us'][0] / yardstick / ids['tocsin']['us'][0]:.1f}")
        else:
            cells.append("–")
    return [["Lucene Monitor, tuned (measured elsewhere, scaled by daachorse)", *cells]]


def _worse(sizes: Figures, columns: Sequence[str]) -> list[str]:
    """Name what takes less than Tocsin, or holds or needs less."""
    rows: dict[str, list[str]] = {"take less time": [], "hold less memory": [], "are built sooner": []}
    for size in columns:
        ids, built = sizes[size]["ids"], sizes[size]["built"]
        others = [name for name in ids if not name.startswith("tocsin")] if "tocsin" in ids else []
        better = (
            [name for name in others if ids[name]["us"][0] < ids["tocsin"]["us"][0]],
            [name for name in others if built[name]["mb"] < built["tocsin"]["mb"]],
            [name for name in others if built[name]["cpu_s"] < built["tocsin"]["cpu_s"]],
        )
        for row, names in zip(rows.values(), better, strict=True):
            row.append(", ".join(names) or "none")
    head = ["which", *(f"{int(size):,}" for size in columns)]
    return ["What Tocsin is worse than:", "", *_table(head, [[how, *cells] for how, cells in rows.items()]), ""]


def _left(sizes: Figures, columns: Sequence[str]) -> list[str]:
    left = [
        f"{_title(name)} at {int(size):,} ({one['left']})"
        for size in columns
        for name, one in sizes[size]["built"].items()
        if "left" in one
    ]
    return [f"Left out: {'; '.join(left)}."] if left else []


def _same(figures: Figures) -> list[str]:
    columns = sorted(next(iter(figures.values())), key=int)
    rows = [
        [
            {"ids": "to entry ids", "rules": "to rules with evidence"}[task],
            *(f"{_cell(row)}, {row['found']:.2f} hits: **{row['ratio'][0]:.2f}×**" for row in map(sizes.get, columns)),
        ]
        for task, sizes in figures.items()
    ]
    return [*_table(["Tocsin", *(f"{int(size):,}" for size in columns)], rows), ""]


def _planted(figures: Figures, docs: Path) -> list[str]:
    names = list(next(iter(figures["ids"].values())))
    parts = [f"### By hits: phrases of a list of {figures['entries']:,} put into each article", ""]
    for task, title in (("ids", "to entry ids"), ("rules", "to rules with evidence")):
        by_count = figures[task]
        columns = sorted(by_count, key=int)
        present = [name for name in names if name in by_count[columns[0]]]
        points = {name: [(float(count), by_count[count][name]["us"][0]) for count in columns] for name in present}
        few = {
            name: line for name, line in points.items() if name != "spacy"
        }  # else the rest is one line at the bottom
        _draw(docs, f"hits-{task}", f"CPU µs an article by hits, {title}", few, y="µs an article", x="hits", log=False)
        parts += [
            f"{title.capitalize()}:",
            "",
            f"![Cost by hits, {title}](hits-{task}.svg)",
            "",
            *_table(["hits", *columns], [[_title(name), *(_cell(by_count[count][name]) for count in columns)] for name in present]),
            "",
        ]  # fmt: skip
    return parts


def _rules(kept: Figures, docs: Path) -> list[str]:
    figures = kept["rules"]["figures"]
    titles = {
        "plain": "the same phrases as plain entities, a rule each",
        "entities": "`when:` rules, phrases are entities",
        "keywords": "`when:` rules, phrases are exact keywords",
    }
    rows = [
        [
            f"{int(count):,}",
            titles[kind],
            f"{row['us'][0]:,.1f} ({row['us'][1]:,.1f} to {row['us'][2]:,.1f})",
            f"**{row['ratio'][0]:.2f}×**",
            f"{row['candidates']:.2f}",
            f"{row['run_share']:.4%}",
            f"{row['cpu_s']:.2f} / {row['mb']:,.0f}",
        ]
        for count, kinds in sorted(figures.items(), key=lambda one: int(one[0]))
        for kind, row in kinds.items()
        if kind in titles
    ]
    scaled = [
        f"{int(count):,} rules: {_LUCENE_RULES[count][0] * daachorse['us'][0] / yardstick / ours['us'][0]:.1f}× ({kind})"
        for count, kinds in figures.items()
        if count in _LUCENE_RULES and (daachorse := kinds.get("daachorse")) and (yardstick := _LUCENE_RULES[count][1])
        for kind in ("entities", "keywords")
        if (ours := kinds.get(kind))
    ]
    return [
        "## Rules of two phrases: `a & b`, `a NEAR/10 b`, `(a | b) & !c`",
        "",
        "From a text to candidates with their evidence.",
        "",
        *_table(
            ["rules", "", "CPU µs an article", "of plain", "candidates", "rules run, of all", "built: CPU s / MB"], rows
        ),
        "",
        *(
            [
                f"Lucene Monitor, tuned, measured elsewhere and scaled by daachorse: {'; '.join(scaled)} what these take.",
                "",
            ]
            if scaled
            else []
        ),
        *_about(kept["rules"]["about"]),
    ]


def _reading(kept: Figures, docs: Path) -> list[str]:
    del docs  # no plot
    rows = [
        [
            sentences,
            f"{part['figures']['tokens']:.0f}",
            *(f"{part['figures'][name][0]:.1f}" for name in ("parse", "read")),
            *(f"{rates['articles']:,} ({rates['ratio']:.2f})" for rates in part["figures"]["rates"].values()),
        ]
        for sentences, part in sorted(kept.items())
    ]
    first = next(iter(kept.values()))
    shares = [f"articles/s, {float(share):.0%} read" for share in first["figures"]["rates"]]
    return [
        "## Reading: what a candidate's sentences cost",
        "",
        "One core, CPU ms a candidate, many together. Articles/s beside their share of what the parse alone would allow;",
        "computed from the costs of finding and reading, not from a running consumer.",
        "",
        *_table(["sentences", "tokens each", "parse, ms", "reading, ms", *shares], rows),
        *_about(first["about"]),
    ]


def _whole(kept: Figures, docs: Path) -> list[str]:
    figures = kept["sizes"]["figures"]
    sizes = sorted(figures, key=int)
    stages = list(figures[sizes[0]]["stages"])
    language = figures[sizes[0]]["language"][0]
    rows = [
        [
            f"{int(size):,}",
            f"{figures[size]['candidates']:.2f}",
            f"**{figures[size]['us'][0]:,.0f}** ({figures[size]['us'][1]:,.0f} to {figures[size]['us'][2]:,.0f})",
            *(f"{figures[size]['stages'][stage][0]:.1f}" for stage in stages),
        ]
        for size in sizes
    ]
    return [
        "## JSON in, scored candidates with evidence as JSON out",
        "",
        "One core, CPU µs an article, neither reading nor placing. A stage is what it adds; structure and what follows",
        "are done only for articles with a hit.",
        "",
        *_table(["entries", "candidates", "whole", *stages], rows),
        "",
        f"Where an article with a hit does not state its language, finding it out adds {language:,.0f} µs.",
        "",
        *_about(kept["sizes"]["about"]),
    ]


def _scale(kept: Figures, docs: Path) -> list[str]:
    one = kept["scale"]["figures"]
    cold, cached = one["cold"], one["cached"]
    rows = [
        ["compile from a CSV file", f"{cold['compile_s']:.2f} s of CPU"],
        ["build the index", f"{cold['build_s']:.2f} s of CPU"],
        ["memory of that process then (most at any time)", f"{cold['process_mb']:.0f} MB ({cold['peak_mb']:.0f} MB)"],
        ["start from the cache", f"{cached['wall_s']:.3f} s ({cached['cpu_s']:.3f} s of CPU)"],
        ["memory of that process then", f"{cached['process_mb']:.0f} MB"],
        ["the cache on disk", f"{one['cache_mb']:.0f} MB"],
        *([f"{int(changed):,} entries changed", _change(row)] for changed, row in one["changes"].items()),
    ]
    title = f"## A list of {one['size']:,} entries"
    return [title, "", *_table(["", ""], rows), "", *_about(kept["scale"]["about"])]


def _change(row: Figures) -> str:
    (took, _, most), (stood, _, longest) = row["ms"], row["stall_ms"]
    beside = (
        f"an event loop beside it stood still for {stood:.1f} ms (most {longest:.1f}, idle {row['idle_stall_ms']:.1f})"
    )
    return f"index after {took:.1f} ms (most {most:.1f}); {beside}"


def _swap(kept: Figures, docs: Path) -> list[str]:
    figures = kept["swap"]["figures"]
    rows = [
        [
            f"{int(changed):,}",
            *(f"{one[phase]['p50_ms']} / {one[phase]['p99_ms']}" for phase in ("before", "during", "after")),
            f"**{one.get('ratio', '–')}×**",
            f"{one['swap_s']:.1f} s",
            f"{one['heard']:,} of {one['sent']:,}, {one['doubled']} twice, {one['wrong_version']} by another version than stated",
            f"{one['peak_mb']:.0f} MB",
        ]
        for changed, one in figures["changed"].items()
    ]
    return [
        f"## A new version of {figures['size']:,} entries while {figures['rate']} articles/s flow",
        "",
        f"{figures['alerting']:.0%} of them alert. Milliseconds from XADD to a subscriber, p50 / p99. *During* is from the start of `watchlists apply` to a second",
        "after the first alert by the new version. Server, scorer, sender and `apply` share the machine.",
        "",
        *_table(
            [
                "rows changed",
                "before",
                "during",
                "after",
                "p99 during / before",
                "swapped after",
                "alerts",
                "scorer, peak",
            ],
            rows,
        ),
        "",
        *_about(kept["swap"]["about"]),
    ]


def _consumer(kept: Figures, docs: Path) -> list[str]:
    parts: list[str] = []
    for name in ("throughput", "latency"):
        if name in kept:
            parts += [*kept[name]["figures"], "", *_about(kept[name]["about"])]
    return parts


def _draw(
    docs: Path,
    name: str,
    title: str,
    series: Mapping[str, Sequence[tuple[float, float | None]]],
    *,
    y: str,
    x: str = "entries",
    log: bool = True,
) -> None:
    drawn = {_title(key): [(at, us) for at, us in line if us is not None] for key, line in series.items()}
    (docs / f"{name}.svg").write_text(
        plots.lines(title, drawn, x=x, y=y, log=log, bold=_title("tocsin")), encoding="utf-8"
    )


def _title(name: str) -> str:
    return TITLES.get(name, name)


def _us(rows: Figures, name: str) -> float | None:
    return rows[name]["us"][0] if name in rows else None


def _cell(row: Figures | None, *, ratio: bool = False) -> str:
    if row is None:
        return "–"
    middle, least, most = row["us"]
    times = f" = **{row['ratio'][0]:.1f}×**" if ratio and row.get("ratio") else ""
    return f"{middle:,.1f} ({least:,.1f} to {most:,.1f}){times}"


def _ratio(row: Figures | None) -> str:
    if row is None or not row.get("ratio"):
        return "–"
    middle, least, most = row["ratio"]
    return f"**{middle:.2f}** ({least:.2f} to {most:.2f})"


def _built(one: Figures | None) -> str:
    if one is None or "left" in one:
        return "–"
    return f"{one['cpu_s']:,.2f} / {one['mb']:,.0f} ({one['peak_mb']:,.0f})"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [
        f"| {' | '.join(head)} |",
        f"|{'---|' * len(head)}",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]


def _about(about: Figures) -> list[str]:
    texts = f"{about['texts']}; " if about.get("texts") else ""
    turns = f"{about['rounds']} turns; " if about.get("rounds") else ""
    kernel = f", {about['kernel']}" if about.get("kernel") else ""
    return [f"*{texts}{turns}{about['on']}{kernel}.* Again: `{about['command']}`.", ""]


_HEAD = """`make bench` measures all of this; a part alone is run by the command below its tables, and `--write` puts its
figures here. Contenders have processes of their own and take turns (A B C A B C …); figures are CPU time on one core,
ratios are taken turn by turn. Ratios carry over between machines, microseconds do not. Every article of a turn is new to
the contender. Lists follow from a seed: names of people and firms, words of the texts side by side as they do not stand
there, and phrases that do stand there, as many as give the stated hits. `--articles FILE.jsonl` takes texts of your own."""

_PARTS: tuple[tuple[str, Callable[[Figures, Path], list[str]]], ...] = (
    ("match", _match),
    ("rules", _rules),
    ("whole", _whole),
    ("reading", _reading),
    ("scale", _scale),
    ("swap", _swap),
    ("consumer", _consumer),
)


if __name__ == "__main__":
    write(book.DOCS)
