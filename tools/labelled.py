"""Labelled news as the scorer sees it: candidates with their readings and with the right answers.

The folder holds ``alerts.py`` (``rows_of``, ``article``, ``gold_of``, ``watchlist``), ``topics.yaml`` and ``data/``.
Nothing of them is kept but, in a cache folder outside the project, what the parser read.
"""
# ruff: noqa: INP001, T201 - a command, which prints; it is run from its own folder

from __future__ import annotations

import hashlib
import importlib.util
import pickle
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

from tocsin import watchlists
from tocsin.match.index import build
from tocsin.model.article import Article
from tocsin.model.document import Document
from tocsin.model.match import Candidate
from tocsin.model.reading import Reading
from tocsin.prepare.fold import fold_article
from tocsin.prepare.structure import structure
from tocsin.read import reader as reader_module
from tocsin.score.ask import needs_reading, read_view
from tocsin.score.view import View
from tocsin.score.weights import Weights

CHUNK = 200  # articles read together


@dataclass(slots=True)
class Case:
    """One candidate with the right answer."""

    dataset: str
    topic: str
    article: str
    gold: int
    view: View


@dataclass(slots=True)
class Labelled:
    """All candidates, and the articles that should alert but are no candidates: (data set, topic) to their number."""

    cases: list[Case] = field(default_factory=list)
    missed: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    read_candidates: int = 0
    read_seconds: float = 0.0


def evaluation(folder: Path) -> tuple[ModuleType, list[dict[str, Any]]]:
    """Return the folder's ``alerts`` module and its topics."""
    spec = importlib.util.spec_from_file_location("labelled_alerts", folder / "alerts.py")
    assert spec is not None
    assert spec.loader is not None
    alerts = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(alerts)
    return alerts, yaml.safe_load((folder / "topics.yaml").read_text(encoding="utf-8"))["topics"]


def collect(folder: Path, weights: Weights, cache: Path, *, words: str = "synonyms", datasets: str = "") -> Labelled:
    """Run the pipeline over every labelled article: match, read, and view.

    Args:
        folder: of the labelled news.
        weights: only choose the sentences to read here: every candidate is read.
        cache: folder for readings, so that a second fit need not parse again.
        words: ``author`` (as an analyst types them) or ``synonyms``.
        datasets: comma-separated names; empty: all.
    """
    alerts, topics = evaluation(folder)
    found = Labelled()
    for dataset in dict.fromkeys(topic["dataset"] for topic in topics):
        if datasets and dataset not in datasets.split(","):
            continue
        mine = [topic for topic in topics if topic["dataset"] == dataset]
        began = time.monotonic()
        _collect_set(found, alerts, mine, folder=folder, weights=weights, cache=cache, words=words)
        print(f"{dataset}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    return found


def _collect_set(
    found: Labelled, alerts: ModuleType, topics: list[dict[str, Any]], *, folder: Path, weights: Weights, cache: Path,
    words: str,
) -> None:  # fmt: skip
    dataset = topics[0]["dataset"]
    text = "---\n".join(yaml.safe_dump(alerts.watchlist(topic, words), sort_keys=False) for topic in topics)
    index = build(watchlists.compile_text(text).watchlists)
    by_name = {topic["id"]: topic for topic in topics}
    rows = alerts.rows_of(folder / "data", dataset, "dev")
    documents: list[tuple[Document, list[tuple[Candidate, int]]]] = []
    for row in rows:
        golds = {name: alerts.gold_of(dataset, topic["gold"], row) for name, topic in by_name.items()}
        document = structure(fold_article(Article(**alerts.article(dataset, row))))
        scan = index.scan(document.folded)
        candidates = index.percolate(document, scan).candidates if scan is not None else ()
        for name, gold in golds.items():
            if gold == 1 and name not in {candidate.watchlist.name for candidate in candidates}:
                found.missed[dataset, name] += 1
        kept = [(one, gold) for one in candidates if (gold := golds[one.watchlist.name]) is not None]
        if kept:
            documents.append((document, kept))
    for (document, kept), reading in zip(documents, _readings(documents, weights, cache, dataset, found), strict=True):
        for candidate, gold in kept:
            view = read_view(candidate, document, reading, now=0.0)
            found.cases.append(Case(dataset, candidate.watchlist.name, document.article.id, int(gold), view))


def _readings(
    documents: list[tuple[Document, list[tuple[Candidate, int]]]], weights: Weights, cache: Path, dataset: str,
    found: Labelled,
) -> Iterator[Reading]:  # fmt: skip
    asked = [
        (document, frozenset().union(*(needs_reading(candidate, document, weights) for candidate, _ in kept)))
        for document, kept in documents
    ]
    reader = reader_module.Reader(deadline_s=600.0)
    reader.load()
    stored: dict[str, Reading] = {}
    path = cache / f"{dataset}-{_code_version()}.pickle"
    if path.exists():
        stored = pickle.loads(path.read_bytes())  # noqa: S301 - written below, by this very script
    before = len(stored)
    for start in range(0, len(asked), CHUNK):
        chunk = [(key, question) for question in asked[start : start + CHUNK] if (key := _key(*question)) not in stored]
        began = time.monotonic()
        for (key, _), reading in zip(chunk, reader.read([question for _, question in chunk]), strict=True):
            stored[key] = reading
        if chunk:
            found.read_seconds += time.monotonic() - began
            mine = {id(question[0]) for _, question in chunk}
            found.read_candidates += sum(len(kept) for document, kept in documents if id(document) in mine)
    if len(stored) > before:
        cache.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(stored))
    return (stored[_key(*question)] for question in asked)


def _key(document: Document, sentences: frozenset[int]) -> str:
    spans = [
        (document.sentences[n].field, document.sentences[n].start, document.sentences[n].end) for n in sorted(sentences)
    ]
    return hashlib.blake2b(
        repr((document.article.title, document.article.body, spans)).encode(), digest_size=16
    ).hexdigest()


def _code_version() -> str:
    """A hash of the reading code: a change of it makes the cache void."""
    folder = Path(reader_module.__file__).parent
    return hashlib.blake2b(b"".join(p.read_bytes() for p in sorted(folder.glob("*.py"))), digest_size=6).hexdigest()
