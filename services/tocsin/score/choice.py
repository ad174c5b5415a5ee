"""Which sentences of a candidate are worth a closer look."""

from __future__ import annotations

from tocsin.model.document import Zone
from tocsin.score.view import View, hit_quality

MAX_SENTENCES = 6
_ZONE = {Zone.TITLE: 0.4, Zone.LEAD: 0.3, Zone.BODY: 0.0, Zone.FURNITURE: 0.0}
_WITH_ENTITY = 0.5


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
