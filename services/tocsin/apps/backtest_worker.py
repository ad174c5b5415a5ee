"""Folding, matching, reading and scoring of a chunk of articles, as a worker process of a back-test does it.

What goes back is what placing and deciding need, and little: no mentions, hits, watchlists or token offsets.
"""

from __future__ import annotations

import gc
import mmap
import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Sequence
from pathlib import Path

import msgspec

from tocsin.match.index import Index, build
from tocsin.model.alert import Evidence, Guard
from tocsin.model.article import Article
from tocsin.model.decision import Reason, Scored
from tocsin.model.document import Document, Sentence
from tocsin.model.reading import Reading
from tocsin.model.rule import Watchlist
from tocsin.pipeline import Found, find, judge, open_desk, to_read
from tocsin.read.reader import Reader
from tocsin.score.weights import Weights
from tocsin.story.fingerprint import fingerprint, pack


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker needs. Each list's name is its number here: lists of two sides may have one name."""

    lists: tuple[Watchlist, ...]
    weights: Weights
    stale_s: float
    reading: bool
    model: str
    deadline_s: float
    offsets: dict[str, float] = {}  # of rules by key, the list's number in it


class RuleScore(msgspec.Struct, frozen=True, array_like=True):
    """``Scored`` without what found it; ``list`` and ``rule`` are places in ``Job.lists`` and in the list's rules."""

    list: int
    rule: int
    score: float
    threshold: float
    parts: dict[str, float]
    evidence: tuple[Evidence, ...]
    guards: tuple[Guard, ...]
    marks: tuple[str, ...]
    refusal: Reason | None


class Text(msgspec.Struct, frozen=True, array_like=True):
    """``Document`` without its tokens, and its fingerprint: what a story is made of."""

    folded: str
    title_tokens: int
    sentences: tuple[Sentence, ...]
    hashes: bytes


class Judged(msgspec.Struct, frozen=True, array_like=True):
    """What a worker says of one article: its candidates, scored; or what our code tripped over."""

    place: int  # of the article in its chunk
    lang: str  # detected, where none was stated
    revision: str
    scored: tuple[RuleScore, ...]
    text: Text | None  # where something passes
    problem: str = ""


_articles = msgspec.msgpack.Decoder(list[Article]).decode
encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(list[Judged]).decode


class Bench:
    """Desk and reader of one process; an index that is there already is not built again."""

    def __init__(self, job: Job, index: Index | None = None) -> None:
        self._desk = open_desk(job.lists, job.weights, stale_s=job.stale_s, index=index, offsets=job.offsets)
        self._reader = Reader(job.model, deadline_s=job.deadline_s) if job.reading else None
        self._rules = [{rule.name: place for place, rule in enumerate(one.rules)} for one in job.lists]

    def judge(self, articles: Sequence[Article]) -> list[Judged]:
        """Find, read and score; articles without candidates are left out. One that fails harms itself only."""
        found: dict[int, Found] = {}
        judged: list[Judged] = []
        for place, article in enumerate(articles):
            try:
                one = find(self._desk, article, now=article.arrived_at)
            except Exception as error:  # noqa: BLE001 - whatever our code trips over, it is this article's alone
                judged.append(_failed(place, error))
            else:
                if one is not None:
                    found[place] = one
        readings = self._read(found)
        for place, one in found.items():
            try:
                scored = judge(self._desk, one, readings.get(place), now=one.article.arrived_at)
                judged.append(self._sent(place, one.document, scored))
            except Exception as error:  # noqa: BLE001 - the same
                judged.append(_failed(place, error))
        return judged

    def _read(self, found: dict[int, Found]) -> dict[int, Reading]:
        asked = [(place, sentences) for place, one in found.items() if (sentences := to_read(self._desk, one))]
        if self._reader is None:
            return {place: Reading(unread=True) for place, _ in asked}
        if not asked:
            return {}
        readings = self._reader.read([(found[place].document, sentences) for place, sentences in asked])
        return {place: reading for (place, _), reading in zip(asked, readings, strict=True)}

    def _sent(self, place: int, document: Document, scored: tuple[Scored, ...]) -> Judged:
        passes = any(one.passes for one in scored)
        return Judged(
            place=place,
            lang=document.article.lang,
            revision=document.folded.revision,
            scored=tuple(self._rule_score(one) for one in scored),
            text=_text(document) if passes else None,
        )

    def _rule_score(self, one: Scored) -> RuleScore:
        number = int(one.candidate.watchlist.name)
        return RuleScore(
            list=number,
            rule=self._rules[number][one.candidate.rule.name],
            score=one.score,
            threshold=one.threshold,
            parts=one.parts,
            evidence=one.evidence,
            guards=one.guards,
            marks=one.marks,
            refusal=one.refusal,
        )


def _text(document: Document) -> Text:
    return Text(
        folded=document.folded.text,
        title_tokens=document.title_tokens,
        sentences=tuple(document.sentences),
        hashes=pack(fingerprint(document)),
    )


def _failed(place: int, error: Exception) -> Judged:
    return Judged(place, "", "", (), None, f"failed in Tocsin's own code: {type(error).__name__}: {error}")


_JOB = "job"
_COLUMNS = "columns"
_ALIGN = 64  # bytes: where a column may begin
_bench: Bench | None = None


def write_job(job: Job, folder: Path) -> None:
    """Write a job to a folder with its index, built once: all workers map the same columns into their memory."""
    columns: list[pickle.PickleBuffer] = []
    body = pickle.dumps((job, build(job.lists)), protocol=5, buffer_callback=columns.append)
    places: list[tuple[int, int]] = []
    with (folder / _COLUMNS).open("wb") as file:
        for column in columns:
            start = file.tell()
            file.write(column.raw())
            places.append((start, file.tell()))
            file.write(bytes(-file.tell() % _ALIGN))
        file.write(bytes(1))  # nothing at all cannot be mapped
    (folder / _JOB).write_bytes(pickle.dumps((body, places)))


def read_job(folder: Path) -> tuple[Job, Index]:
    """Return what ``write_job`` wrote, in a folder that only this user can write to."""
    body, places = pickle.loads((folder / _JOB).read_bytes())  # noqa: S301 - the folder is ours
    with (folder / _COLUMNS).open("rb") as file:
        mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    found: tuple[Job, Index] = pickle.loads(body, buffers=[mapped[start:end] for start, end in places])  # noqa: S301 - the same
    return found


def start(folder: Path) -> None:
    """Make this process a worker on the job in a folder, which the parent has just written.

    The parent hears Ctrl-C and decides; a worker ends when its parent does.
    """
    global _bench  # noqa: PLW0603 - a process pool's initializer has no other place
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="tocsin-parent", daemon=True).start()
    _bench = Bench(*read_job(folder))
    gc.freeze()  # an index is many objects that live as long as this process: out of the collector's sight


def judge_chunk(articles: bytes) -> bytes:
    """Do ``Bench.judge`` in a worker; both sides as MessagePack, which is a tenth of the cost of pickling objects."""
    assert _bench is not None
    return encode(_bench.judge(_articles(articles)))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
