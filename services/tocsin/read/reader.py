"""The reader: parse what is asked, of many documents together, within a deadline."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import structlog
from spacy.tokens import Doc

from tocsin.model.document import Document
from tocsin.model.reading import Reading
from tocsin.read import parser
from tocsin.read.interpret import interpret
from tocsin.read.pieces import Piece, pieces_of

TOGETHER = 48  # pieces a batch of the parser: beyond that nothing is gained, and the deadline is looked at less often
GROWTH = 300_000  # new words after which the pipeline is loaded afresh: spaCy keeps every word it has seen, for ever
STUCK = 3  # threads that may hang past their deadline before reading stops until one comes back

Asked = tuple[Document, frozenset[int]]
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Job:
    """One call's work: the results that are there so far, and whether anyone still waits for the rest."""

    asked: Sequence[Asked]
    results: list[Reading | None]
    finished: threading.Event = field(default_factory=threading.Event)
    abandoned: bool = False


class Reader:
    """Reads sentences with spaCy.

    Args:
        model: ``auto`` (the official ``en_core_web_sm``, else the packaged copy) or the name of any spaCy pipeline.
        deadline_s: seconds that one ``read`` may take; loading, which happens once, is not counted.
    """

    def __init__(self, model: str = "auto", deadline_s: float = 2.0) -> None:
        self._model = model
        self._deadline_s = deadline_s
        self._nlp: parser.Pipeline | None = None
        self._most_words = float("inf")
        self._loading = threading.Lock()
        self._turn = threading.Lock()
        self._stuck: list[threading.Thread] = []
        self._complained: set[str] = set()

    def load(self) -> None:
        """Load the pipeline now (about 0.8 s) rather than at the first read.

        Raises:
            InvalidSettings: the model cannot be loaded.
        """
        with self._loading:
            if self._nlp is None or len(self._nlp.vocab.strings) > self._most_words:
                self._nlp = parser.load(self._model)
                self._most_words = len(self._nlp.vocab.strings) + GROWTH

    def read(self, asked: Sequence[Asked]) -> list[Reading]:
        """Parse the asked sentences of all documents together.

        Args:
            asked: documents, each with the numbers of its sentences that are to be read.

        Returns:
            One reading a document, in order. A document in a language that the parser does not know gets an empty one
            that says so (``no_reader``), one of which nothing is asked an empty one. What has failed, or is not
            finished at the deadline, is ``unread``.
        """
        if not any(_wanted(document, sentences) for document, sentences in asked):
            return [_nothing(document, sentences) for document, sentences in asked]
        try:
            self.load()
        except Exception as error:  # noqa: BLE001 - a reader that cannot load degrades every alert, and loses none
            self._complain("reading_unavailable", error)
            return [_nothing(document, sentences) for document, sentences in asked]
        until = time.monotonic() + self._deadline_s
        if not self._turn.acquire(timeout=self._deadline_s):
            return [_nothing(document, sentences) for document, sentences in asked]
        try:
            return self._in_thread(asked, until)
        finally:
            self._turn.release()

    async def read_async(self, asked: Sequence[Asked]) -> list[Reading]:
        """Do the same without holding up the event loop."""
        return await asyncio.get_running_loop().run_in_executor(None, self.read, asked)

    def _in_thread(self, asked: Sequence[Asked], until: float) -> list[Reading]:
        self._stuck = [thread for thread in self._stuck if thread.is_alive()]
        job = _Job(asked, [None] * len(asked))
        if len(self._stuck) < STUCK:
            thread = threading.Thread(target=self._run, args=(job,), name="tocsin-read", daemon=True)
            thread.start()
            if not job.finished.wait(max(0.0, until - time.monotonic())):
                job.abandoned = True
                self._stuck.append(thread)
                log.warning("reading_late", documents=len(asked), deadline_s=self._deadline_s, stuck=len(self._stuck))
        done = list(job.results)
        return [reading or _nothing(*question) for reading, question in zip(done, asked, strict=True)]

    def _run(self, job: _Job) -> None:
        try:
            self._read_together(job)
        except Exception as error:  # noqa: BLE001 - one bad text must not cost the others their reading
            self._complain("reading_failed", error)
            self._read_singly(job)
        finally:
            job.finished.set()

    def _read_together(self, job: _Job) -> None:
        """Parse all pieces in batches across documents; a document is read as soon as its last piece is."""
        work = [
            (number, piece)
            for number, (document, sentences) in enumerate(job.asked)
            if _wanted(document, sentences)
            for sentence in sorted(sentences)
            for piece in pieces_of(document, sentence)
        ]
        left = [0] * len(job.asked)
        for number, _ in work:
            left[number] += 1
        parsed: dict[int, list[tuple[Piece, Doc]]] = {}
        for (number, piece), doc in zip(work, self._parse(piece for _, piece in work), strict=True):
            if job.abandoned:
                return
            parsed.setdefault(number, []).append((piece, doc))
            left[number] -= 1
            if not left[number]:
                job.results[number] = self._interpret(job.asked[number], parsed.pop(number))
        for number, (document, sentences) in enumerate(job.asked):
            if job.results[number] is None and number not in parsed and not _wanted(document, sentences):
                job.results[number] = _nothing(document, sentences)

    def _read_singly(self, job: _Job) -> None:
        for number, (document, sentences) in enumerate(job.asked):
            if job.abandoned:
                return
            if job.results[number] is not None or not _wanted(document, sentences):
                continue
            try:
                pieces = [piece for sentence in sorted(sentences) for piece in pieces_of(document, sentence)]
                parsed = list(zip(pieces, self._parse(pieces), strict=True))
                job.results[number] = self._interpret((document, sentences), parsed)
            except Exception as error:  # noqa: BLE001 - this document stays unread, the next is tried
                self._complain("reading_failed", error)

    def _parse(self, pieces: Iterable[Piece]) -> Iterable[Doc]:
        assert self._nlp is not None
        return self._nlp.pipe((piece.text for piece in pieces), batch_size=TOGETHER)

    def _interpret(self, asked: Asked, parsed: Sequence[tuple[Piece, Doc]]) -> Reading:
        document, sentences = asked
        try:
            return interpret(document, sentences, parsed)
        except Exception as error:  # noqa: BLE001 - this document stays unread, the others do not
            self._complain("reading_failed", error)
            return Reading(unread=True)

    def _complain(self, event: str, error: Exception) -> None:
        """Log a kind of failure once: a text that breaks the parser comes back with every copy."""
        if (kind := f"{event}:{type(error).__name__}") not in self._complained:
            self._complained.add(kind)
            log.error(event, error=f"{type(error).__name__}: {error}")


def _wanted(document: Document, sentences: frozenset[int]) -> bool:
    return bool(sentences) and document.article.may_be_english


def _nothing(document: Document, sentences: frozenset[int]) -> Reading:
    """Return the reading of a document that was not read: unread if it should have been, and else why not."""
    if not sentences:
        return Reading()
    wanted = _wanted(document, sentences)
    return Reading(unread=wanted, no_reader=not wanted)
