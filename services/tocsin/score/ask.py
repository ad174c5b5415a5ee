"""Which sentences the parser should see: those with evidence, of candidates that could still pass."""

from __future__ import annotations

import msgspec

from tocsin.model.document import Document
from tocsin.model.match import Candidate
from tocsin.model.reading import Reading
from tocsin.model.rule import Everything
from tocsin.score.choice import MAX_SENTENCES, best_sentences
from tocsin.score.offsets import shifted
from tocsin.score.signals import measure_at_best
from tocsin.score.view import View
from tocsin.score.weights import DIGITS, Weights


def threshold_of(candidate: Candidate, weights: Weights) -> float:
    """The rule's threshold, else the default."""
    own = candidate.rule.threshold
    return weights.threshold if own is None else own


def needs_reading(
    candidate: Candidate,
    document: Document,
    weights: Weights,
    *,
    now: float = 0.0,
    offset: float = 0.0,
    max_sentences: int = MAX_SENTENCES,
) -> frozenset[int]:
    """Return the numbers of the sentences to read for a candidate: none where no reading could make it pass.

    Args:
        candidate, document: as percolated.
        weights: of the model; the question is put with every signal that a reading gives at its best.
        now, offset: as ``score`` will get them.
        max_sentences: how many at most; those with the best hits, the entity beside them, in title or lead, first.
    """
    if isinstance(candidate.rule.condition, Everything):
        return frozenset()
    view = View(candidate, document, None, now)
    best = round(shifted(weights.combine(measure_at_best(view)), offset), DIGITS)  # as a score is rounded
    if best < threshold_of(candidate, weights):
        return frozenset()
    return best_sentences(view, max_sentences)


def read_view(candidate: Candidate, document: Document, reading: Reading | None, *, now: float) -> View:
    """Return a candidate's view with as much of the reading as it asks for itself.

    What was read for other candidates must not matter: a rule's score does not depend on which other rules there are.
    """
    blind = View(candidate, document, None, now)
    if reading is None or reading.unread or reading.no_reader:
        return blind
    mine = reading.sentences & best_sentences(blind)
    tokens = {token for number in mine for token in range(*document.tokens[number])}
    guards = tuple(guard for guard in reading.guards if not tokens.isdisjoint(guard.tokens))
    return View(candidate, document, msgspec.structs.replace(reading, sentences=mine, guards=guards), now)
