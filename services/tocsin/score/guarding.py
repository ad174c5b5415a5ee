"""What the guards of a reading do to a candidate's hits, as its rule says."""

from __future__ import annotations

from collections.abc import Iterable

from tocsin.model.match import Hit, Mention
from tocsin.model.reading import Guarded, Reading
from tocsin.model.rule import GuardAction, Rule

# A mention that the parser reads as one of these is not the entity of that type.
_OTHER_TYPES = {
    "GPE": frozenset({"PERSON", "PRODUCT", "WORK_OF_ART"}),
    "LOC": frozenset({"PERSON", "PRODUCT", "WORK_OF_ART"}),
    "NORP": frozenset({"PERSON", "PRODUCT", "WORK_OF_ART"}),
    "PERSON": frozenset({"GPE", "LOC", "NORP", "FAC", "WORK_OF_ART"}),
    "ORG": frozenset({"LOC", "WORK_OF_ART"}),
}


def guards_of(hit: Hit, rule: Rule, reading: Reading) -> list[tuple[Guarded, GuardAction]]:
    """Return the guards that cover a hit, with what the rule does about each; what it keeps is left out."""
    found: list[tuple[Guarded, GuardAction]] = []
    for guard in reading.guards:
        if guard.kind.value in hit.keyword.tolerates or guard.tokens.isdisjoint(hit.tokens):
            continue
        if (action := rule.guard(guard.kind)) is not GuardAction.KEEP:
            found.append((guard, action))
    return found


def reads_as_other(mention: Mention, reading: Reading) -> bool:
    """Whether the parser reads the mention as something of another type (*Jordan* the player)."""
    other = _OTHER_TYPES.get(mention.entity.type or "")
    if not other:
        return False
    labels = {reading.entity_type.get(token, "") for token in range(mention.first, mention.last)}
    return len(labels) == 1 and labels <= other


def dropping(guards: Iterable[tuple[Guarded, GuardAction]]) -> bool:
    """Whether one of the guards drops the hit."""
    return any(action is GuardAction.DROP for _, action in guards)
