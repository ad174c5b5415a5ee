"""Whether somebody else does it, or has it done to them, than the rule's ``roles`` ask for."""

from __future__ import annotations

from collections.abc import Iterable

from tocsin.model.document import Document
from tocsin.model.match import Candidate, Hit, Mention
from tocsin.model.reading import Event, Guarded, Reading, Who
from tocsin.model.roster import Entities
from tocsin.model.rule import GuardAction, GuardKind, Mentions
from tocsin.score.spans import span_of


def role_guards(
    hit: Hit, candidate: Candidate, document: Document, reading: Reading
) -> list[tuple[Guarded, GuardAction]]:
    """Return the guard of a hit whose event was read with other roles than asked; nothing where they hold or are open.

    Open is what the sentence leaves open: nobody is named, or a pronoun, or people without a name (*troops*).
    """
    rule = candidate.rule
    action = rule.guard(GuardKind.OTHER_ROLE)
    if not rule.roles or action is GuardAction.KEEP:
        return []
    others = [_other(event, candidate) for event in reading.events if not event.tokens.isdisjoint(hit.tokens)]
    if not others or any(other is None for other in others):
        return []
    first = next(other for other in others if other)
    cue = span_of(document, min(first), max(first))
    return [(Guarded(GuardKind.OTHER_ROLE, cue, frozenset(hit.tokens)), action)]


def _other(event: Event, candidate: Candidate) -> frozenset[int] | None:
    """The words of whoever stands in a role in another's place; None where every role holds or is open."""
    for role, who in candidate.rule.roles:
        mine, theirs = (event.actors, event.targets) if role == "actor" else (event.targets, event.actors)
        kind = event.actor if role == "actor" else event.target
        asked = _tokens(one for one in candidate.mentions if _is_one_of(one, who, candidate))
        if not asked.isdisjoint(mine):
            continue
        if not asked.isdisjoint(theirs):  # who should do it has it done
            return theirs
        if mine and kind is Who.NAMED:
            return mine
    return None


def _tokens(mentions: Iterable[Mention]) -> frozenset[int]:
    return frozenset(token for one in mentions for token in range(one.first, one.last))


def _is_one_of(mention: Mention, who: Mentions, candidate: Candidate) -> bool:
    entities, ref = candidate.watchlist.entities, mention.entity.ref
    if any(entities[number].ref == ref for number in who.entities):
        return True
    if not who.spans or not isinstance(entities, Entities):
        return False
    numbers = (
        first + inside
        for first, part in zip(entities.firsts, entities.parts, strict=True)
        if (inside := part.roster.find(ref)) is not None
    )
    return any(low <= number < high for number in numbers for low, high in who.spans)
