"""Fit ``config/scoring.yaml`` on labelled news: one additive model, weights never negative, one threshold.

usage: fit_scoring.py FOLDER [--write config/scoring.yaml] [--cache DIR] [--words synonyms] [--datasets a,b]

FOLDER holds labelled news (see ``labelled.py``). Each data set weighs the root of its number of candidates, so that a
large one does not drown the others. Reported are out-of-fold figures (folds by article), those with each data set left
out, and the simple rules beside them. Without --write nothing is changed. Needs NumPy, which spaCy brings.
"""
# ruff: noqa: INP001, T201 - a command, which prints; it is run from its own folder

from __future__ import annotations

import argparse
import datetime as dt
import zlib
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from labelled import Case, Labelled, collect

from tocsin.score.signals import SIGNALS, measure
from tocsin.score.weights import Weight, Weights

Floats = npt.NDArray[np.float64]
FOLDS = 5
RIDGE = 0.005  # of the squared weights: spreads what correlated signals share
FREE = ("freshness",)  # the labelled texts are undated: set by hand
HAND = {"freshness": Weight(0.4, 0.8)}
LEAST = {
    "asserted": 2.0,
    "entity_certainty": 0.8,
    "strength": 1.0,
}  # what a guard, a doubtful name … must be able to cost
NAMES = [name for name in SIGNALS if name not in FREE]


def matrix(cases: list[Case]) -> tuple[Floats, Floats]:
    """Return the signals, one row a candidate, what is not known as the mean; and these means."""
    rows = [measure(case.view) for case in cases]
    values = np.array([[np.nan if (v := row[name]) is None else v for name in NAMES] for row in rows])
    neutral = np.nanmean(values, axis=0)
    known: Floats = np.where(np.isnan(values), neutral, values)
    return known, neutral


def set_weights(cases: list[Case]) -> Floats:
    """Return each candidate's weight: its set counts by the root of its size; mean 1."""
    counts: dict[str, int] = defaultdict(int)
    for case in cases:
        counts[case.dataset] += 1
    weights = np.array([counts[case.dataset] ** -0.5 for case in cases])
    return weights / weights.mean()


def fit(x: Floats, y: Floats, w: Floats, neutral: Floats) -> Floats:
    """Return intercept and weights of least weighted log loss, by projected accelerated gradient."""
    z = np.column_stack([np.ones(len(x)), x - neutral])
    low = np.array([-np.inf, *(LEAST.get(name, 0.0) for name in NAMES)])
    step = 1.0 / (0.25 * np.linalg.norm(z * np.sqrt(w)[:, None], 2) ** 2 / len(z) + RIDGE)
    beta = np.maximum(np.zeros(z.shape[1]), np.where(np.isinf(low), 0, low))
    ahead, momentum = beta.copy(), 1.0
    penalty = RIDGE * np.array([0.0, *[1.0] * len(NAMES)])
    for _ in range(6000):
        p = 1 / (1 + np.exp(-z @ ahead))
        new = np.maximum(ahead - step * (z.T @ (w * (p - y)) / len(z) + penalty * ahead), low)
        after = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = new + (momentum - 1) / after * (new - beta)
        if np.abs(new - beta).max() < 1e-7:
            beta = new
            break
        beta, momentum = new, after
    return beta


def predict(beta: Floats, x: Floats, neutral: Floats) -> Floats:
    """Return scores."""
    return 1 / (1 + np.exp(-(beta[0] + (x - neutral) @ beta[1:])))


def out_of_fold(x: Floats, y: Floats, w: Floats, groups: npt.NDArray[Any], neutral: Floats) -> Floats:
    """Return for each candidate the score of a model that saw nothing of its group."""
    scores = np.zeros(len(x))
    for group in np.unique(groups):
        test = groups == group
        scores[test] = predict(fit(x[~test], y[~test], w[~test], neutral), x[test], neutral)
    return scores


class Board:
    """Precision, recall and F1 per data set, micro over its topics; articles that were no candidates count as missed."""

    def __init__(self, cases: list[Case], missed: dict[tuple[str, str], int]) -> None:
        self.sets = np.array([case.dataset for case in cases])
        self.names = list(dict.fromkeys(case.dataset for case in cases))
        self.gold = np.array([case.gold for case in cases])
        self.missed = {name: sum(n for (dataset, _), n in missed.items() if dataset == name) for name in self.names}

    def figures(self, alerted: npt.NDArray[np.bool_]) -> dict[str, tuple[float, float, float]]:
        """Return precision, recall and F1 of each set."""
        found = {}
        for name in self.names:
            here = self.sets == name
            tp = int((alerted & here & (self.gold == 1)).sum())
            fp = int((alerted & here & (self.gold == 0)).sum())
            fn = int((~alerted & here & (self.gold == 1)).sum()) + self.missed[name]
            found[name] = (tp / max(1, tp + fp), tp / max(1, tp + fn), 2 * tp / max(1, 2 * tp + fp + fn))
        return found

    def mean_f1(self, alerted: npt.NDArray[np.bool_]) -> float:
        """Return the mean of the sets' F1."""
        return float(np.mean([f1 for _, _, f1 in self.figures(alerted).values()]))

    def best_threshold(self, scores: Floats) -> float:
        """Return the threshold, in hundredths, with the best mean F1 of the sets."""
        return max(map(float, np.arange(0.1, 0.9, 0.01)), key=lambda threshold: self.mean_f1(scores >= threshold))

    def line(self, title: str, alerted: npt.NDArray[np.bool_]) -> str:
        """Return one line for people."""
        shown = "  ".join(
            f"{100 * p:3.0f}/{100 * r:3.0f}/{100 * f1:4.1f}" for p, r, f1 in self.figures(alerted).values()
        )
        return f"{title:34s} {shown}   mean {100 * self.mean_f1(alerted):.1f}"

    def calibration_error(self, scores: Floats, here: npt.NDArray[np.bool_] | None = None) -> float:
        """Return the mean gap between score and share of right alerts, over ten bins."""
        chosen = np.ones(len(scores), bool) if here is None else here
        bins = np.minimum(9, (scores[chosen] * 10).astype(int))
        gaps = [abs((scores[chosen] - self.gold[chosen])[bins == b].sum()) for b in range(10)]
        return float(sum(gaps) / max(1, chosen.sum()))


def simple_rules(cases: list[Case]) -> dict[str, npt.NDArray[np.bool_]]:
    """Return what the simple rules alert on: every candidate; those with entity and keyword in one sentence."""
    near = [
        not case.view.asks_entity or not {h.sentence for h in case.view.found}.isdisjoint(case.view.mention_sentences)
        for case in cases
    ]
    return {"in one article": np.ones(len(cases), bool), "in one sentence": np.array(near)}


def report(
    found: Labelled, board: Board, *, x: Floats, y: Floats, w: Floats, neutral: Floats
) -> tuple[float, list[str]]:
    """Print the figures; return the threshold and the lines of provenance."""
    cases = found.cases
    stands = np.array([bool(case.view.hits) or not case.view.found for case in cases])
    folds = np.array([zlib.crc32(f"{case.dataset}/{case.article}".encode()) % FOLDS for case in cases])
    topics = np.array([case.topic for case in cases])
    scores = out_of_fold(x, y, w, folds, neutral)
    threshold = board.best_threshold(np.where(stands, scores, 0))
    print(f"{'P/R/F1':34s} " + "  ".join(f"{name[:11]:>11s}" for name in board.names))
    for title, alerted in simple_rules(cases).items():
        print(board.line(title, alerted))
    lines = [board.line("scored, article unseen", stands & (scores >= threshold))]
    lines.append(board.line("scored, topic unseen", stands & (out_of_fold(x, y, w, topics, neutral) >= threshold)))
    lines.append(
        board.line("scored, data set unseen", stands & (out_of_fold(x, y, w, board.sets, neutral) >= threshold))
    )
    print("\n".join(lines))
    errors = {name: board.calibration_error(scores, board.sets == name) for name in board.names}
    print(
        f"threshold {threshold:.2f}; calibration error {board.calibration_error(scores):.3f}; "
        + str({k: round(v, 3) for k, v in errors.items()})
    )
    print(f"guarded {int((~stands).sum())} of {len(cases)}, of them right to alert {int((~stands & (y == 1)).sum())}")
    return threshold, lines


def write(path: Path, weights: Weights, provenance: list[str]) -> None:
    """Write the file, its numbers' origin in a comment and in ``fitted``."""
    lines = [
        "# How signals become a score: score = logistic(intercept + sum of weight x (value - neutral)).",
        "# Written by tools/fit_scoring.py; a weight is the log-odds between a signal's 0 and 1, and never negative.",
        "# `neutral` stands in where a signal is not known. What each signal measures: docs/accuracy.md.",
        f"threshold: {weights.threshold:.2f}",
        f"intercept: {weights.intercept:.3f}",
        "signals:",
        *(f"  {name}: {{weight: {s.weight:.3f}, neutral: {s.neutral:.3f}}}" for name, s in weights.signals.items()),
        "fitted:",
        f"  date: '{dt.datetime.now(tz=dt.UTC).date()}'",
        "  by: tools/fit_scoring.py",
        *(f"  {key}: {value!r}" for key, value in weights.fitted.items()),
        "  by_hand: [" + ", ".join(FREE) + "]",
        f"  at_least: {LEAST}",
        "  figures:",
        *(f"    - {' '.join(line.split())!r}" for line in provenance),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Fit, report and, if asked, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "tocsin-readings")
    parser.add_argument("--words", choices=("author", "synonyms"), default="synonyms")
    parser.add_argument("--datasets", default="")
    args = parser.parse_args()
    everything = Weights(threshold=0.0, intercept=0.0, signals={name: Weight(0.0, 0.5) for name in SIGNALS})
    found = collect(args.folder, everything, args.cache, words=args.words, datasets=args.datasets)
    cases = found.cases
    y = np.array([float(case.gold) for case in cases])
    x, neutral = matrix(cases)
    w = set_weights(cases)
    board = Board(cases, found.missed)
    threshold, lines = report(found, board, x=x, y=y, w=w, neutral=neutral)
    beta = fit(x, y, w, neutral)
    spread = np.quantile(x, 0.95, axis=0) - np.quantile(x, 0.05, axis=0)
    for name, weight, width in sorted(zip(NAMES, beta[1:], spread, strict=True), key=lambda one: -one[1] * one[2]):
        print(f"  {name:18s} {weight:6.2f}  over its range {weight * width:5.2f}")
    if found.read_candidates:
        print(
            f"read {found.read_candidates} candidates, {1000 * found.read_seconds / found.read_candidates:.1f} ms each"
        )
    signals = {
        name: Weight(round(float(b), 3), round(float(n), 3))
        for name, b, n in zip(NAMES, beta[1:], neutral, strict=True)
    }
    signals = {name: signals.get(name) or HAND[name] for name in SIGNALS}
    weights = Weights(
        threshold=round(threshold, 2),
        intercept=round(float(beta[0]), 3),
        signals=signals,
        fitted={"sets": ", ".join(board.names), "candidates": len(cases), "words": args.words},
    )
    if args.write:
        write(args.write, weights, lines)


if __name__ == "__main__":
    main()
