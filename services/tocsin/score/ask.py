"""Which sentences the parser should see: those with evidence, of candidates that could still pass."""

from __future__ import annotations

import msgspec

from tocsin.model.document import Document, Zone
from tocsin.model.match import Candidate
from tocsin.model.reading import Reading
from tocsin.model.rule import Everything
from tocsin.score.signals import READ, measure
from tocsin.score.view import View, hit_quality
from tocsin.score.weights import Weights

MAX_SENTENCES = 6
_ZONE = {Zone.TITLE: 0.4, Zone.LEAD: 0.3, Zone.BODY: 0.0, Zone.FURNITURE: 0.0}
_WITH_ENTITY = 0.5


def threshold_of(candidate: Candidate, weights: Weights) -> float:
    """The rule's threshold, else the default."""
    own = candidate.rule.threshold
    return weights.threshold if own is None else own


def needs_reading(
    candidate: Candidate, document: Document, weights: Weights, *, now: float = 0.0, max_sentences: int = MAX_SENTENCES
) -> frozenset[int]:
    """Return the numbers of the sentences to read for a candidate: none where no reading could make it pass.

    Args:
        candidate, document: as percolated.
        weights: of the model; the question is put with every signal that a reading gives at its best.
        now: seconds since the epoch, as ``score`` will get it.
        max_sentences: how many at most; those with the best hits, the entity beside them, in title or lead, first.
    """
    if isinstance(candidate.rule.condition, Everything):
        return frozenset()
    view = View(candidate, document, None, now)
    if weights.combine(at_best(measure(view), weights)) < threshold_of(candidate, weights):
        return frozenset()
    return best_sentences(view, max_sentences)


def best_sentences(view: View, most: int = MAX_SENTENCES) -> frozenset[int]:
    """Return the sentences with evidence: better hits, the entity beside them, title and lead first."""
    worth: dict[int, float] = {}
    for hit in view.found:
        worth[hit.sentence] = max(worth.get(hit.sentence, 0.0), hit_quality(hit))
    for number in view.mention_sentences:
        if number in worth:
            worth[number] += _WITH_ENTITY
        elif not view.candidate.hits:
            worth[number] = _WITH_ENTITY
    for number in worth:
        worth[number] += _ZONE[view.document.zones[number]]
    return frozenset(sorted(worth, key=lambda number: (-worth[number], number))[:most])


def read_view(candidate: Candidate, document: Document, reading: Reading | None, *, now: float) -> View:
    """Return a candidate's view with as much of the reading as it asks for itself.

    What was read for other candidates must not matter: a rule's score does not depend on which other rules there are.
    """
    blind = View(candidate, document, None, now)
    if reading is None or reading.unread:
        return blind
    mine = reading.sentences & best_sentences(blind)
    tokens = {token for number in mine for token in range(*document.tokens[number])}
    guards = tuple(guard for guard in reading.guards if not tokens.isdisjoint(guard.tokens))
    return View(candidate, document, msgspec.structs.replace(reading, sentences=mine, guards=guards), now)


def at_best(values: dict[str, float | None], weights: Weights) -> dict[str, float]:
    """The signals with those that a reading gives at 1, and what is not known neutral."""
    return {
        name: 1.0 if name in READ else weights.signals[name].neutral if value is None else value
        for name, value in values.items()
    }
