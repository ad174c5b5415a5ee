"""Two sets of watchlists over the same articles: the alerts gained and lost, by rule, with examples.

Both see each article at the same time, so an alert is compared where it stands and nothing of it is kept: memory grows
with the rules, never with the articles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec
from rich.console import Console

from tocsin.apps.backtest_lines import Row
from tocsin.apps.present import plain
from tocsin.model.article import Article

EXAMPLES = 5  # articles gained or lost that are shown a rule
_SHOWN = 160  # characters of a title, and of a sentence

Rule = tuple[str, str]  # channel and rule


class Example(msgspec.Struct, frozen=True):
    """An alert that one of the two sends, and what the other says of the article."""

    article_id: str
    source: str
    title: str
    score: float
    sentence: str
    otherwise: str


class Comparison:
    """Counts what is gained and lost, the first examples of each rule kept."""

    def __init__(self) -> None:
        self.gained: Counter[Rule] = Counter()
        self.lost: Counter[Rule] = Counter()
        self.same = 0
        self.examples: dict[tuple[str, str, str], list[Example]] = {}  # word, channel, rule

    @property
    def changed(self) -> bool:
        """Whether any alert was gained or lost."""
        return bool(self.gained or self.lost)

    def add(self, article: Article, before: Sequence[Row], after: Sequence[Row]) -> None:
        """Compare what both say of one article."""
        told_before, told_after = _alerts(before), _alerts(after)
        self.same += len(told_before.keys() & told_after.keys())
        for rule, row in told_after.items():
            if rule not in told_before:
                self.gained[rule] += 1
                self._keep("gained", rule, article, row, before)
        for rule, row in told_before.items():
            if rule not in told_after:
                self.lost[rule] += 1
                self._keep("lost", rule, article, row, after)

    def _keep(self, word: str, rule: Rule, article: Article, row: Row, others: Sequence[Row]) -> None:
        kept = self.examples.setdefault((word, *rule), [])
        if len(kept) < EXAMPLES:
            kept.append(
                Example(
                    article_id=article.id,
                    source=article.source,
                    title=article.title[:_SHOWN],
                    score=row.score,
                    sentence=row.evidence[0].sentence.text[:_SHOWN] if row.evidence else "",
                    otherwise=_otherwise(rule, others),
                )
            )

    def show(self, out: Console) -> None:
        """Print it."""
        for word, counts, other in (("gained", self.gained, "before"), ("lost", self.lost, "now")):
            for (channel, rule), count in sorted(counts.items()):
                out.print(f"{word} {count:5d}  {channel} · {rule}", markup=False)
                for one in self.examples[word, channel, rule]:
                    for line in _lines(one, other):
                        out.print(line, markup=False)
        gained, lost = self.gained.total(), self.lost.total()
        out.print(f"{gained} alerts gained, {lost} lost, {self.same} the same.")


def _alerts(rows: Sequence[Row]) -> dict[Rule, Row]:
    return {(row.channel, row.rule): row for row in rows if row.decision == "alert"}


def _otherwise(rule: Rule, rows: Sequence[Row]) -> str:
    """What the other set does about it: the reason with the score, or that the article is no candidate."""
    found = [row for row in rows if (row.channel, row.rule) == rule]
    return f"{found[0].reason}, {found[0].score:.2f}" if found else "no candidate"


def _lines(one: Example, other: str) -> list[str]:
    title = _one_line(one.title) or "(no title)"
    head = f"             {title}  [{plain(one.source) or 'no source'} {plain(one.article_id)}]"
    lines = [f"{head}  {one.score:.2f}; {other}: {one.otherwise}"]
    sentence = _one_line(one.sentence)
    return [*lines, f"               “{sentence}”"] if sentence and sentence != title else lines


def _one_line(text: str) -> str:
    return " ".join(plain(text).split())
