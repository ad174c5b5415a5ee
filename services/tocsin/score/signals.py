"""All signals, by the names that ``config/scoring.yaml`` and an alert's ``score_parts`` give them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tocsin.score import freshness, incident, kinds, places, presence, telling, wording
from tocsin.score.view import View

Signal = Callable[[View], float | None]  # None: nothing is known, and the neutral value stands in

SIGNALS: Mapping[str, Signal] = {
    "strength": wording.strength,
    "rarity": wording.rarity,
    "as_written": wording.as_written,
    "whole_phrase": wording.whole,
    "variety": wording.variety,
    "frequency": wording.frequency,
    "likeness": kinds.likeness,
    "kind": kinds.kind,
    "closeness": presence.closeness,
    "entity_certainty": presence.certainty,
    "entity_early": presence.entity_early,
    "entity_frequency": presence.entity_frequency,
    "own_country": places.dominance,
    "country_first": places.here,
    "agency": presence.agency,
    "asserted": telling.asserted,
    "past": telling.past,
    "main_point": telling.main,
    "detail": incident.detail,
    "takes_part": incident.takes_part,
    "recent": telling.recent,
    "freshness": freshness.freshness,
}
# Those that a reading can still raise (a guard that drops the hits in other forms raises ``as_written``).
READ = frozenset(
    {"as_written", "likeness", "kind", "closeness", "agency", "asserted", "past", "main_point", "detail", "takes_part"}
)


def measure(view: View) -> dict[str, float | None]:
    """Return every signal of a candidate, 0..1 or None where it is not known."""
    return {name: signal(view) for name, signal in SIGNALS.items()}


def measure_at_best(view: View) -> dict[str, float | None]:
    """Return the same with those that a reading can raise at 1, and not worked out."""
    return {name: 1.0 if name in READ else signal(view) for name, signal in SIGNALS.items()}
