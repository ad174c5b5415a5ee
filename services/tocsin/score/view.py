"""A candidate as the signals see it: what stands where, worked out once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from tocsin.model.document import Document, Zone
from tocsin.model.match import Candidate, Hit, Mention
from tocsin.model.reading import Guarded, Reading
from tocsin.model.rule import GuardAction, Mentions, Near, Not
from tocsin.score.countries import own_and_others
from tocsin.score.guarding import dropping, guards_of
from tocsin.score.roles import role_guards

_FURNITURE = Zone.FURNITURE  # looked up once: an enum's members are slow to reach
_FADE = 0.12  # each word between the words of a phrase takes about a ninth of its strength


def hit_quality(hit: Hit) -> float:
    """Return 0..1: the phrase's strength, fading with the words between its words."""
    return hit.phrase.strength / (1.0 + _FADE * hit.between)


class View:
    """A candidate, its document and, where it was read, its reading. Nothing of it is ever changed.

    Attributes:
        reading: None where nothing was read (not asked, switched off, or unread).
        now: seconds since the epoch.
        found: hits outside page furniture, in text order.
        guarded: for each of ``found`` that is guarded, by its position there: its guards, with what the rule does.
        hits: those that stand, in text order: what a guard drops proves nothing; of hits that share a word, the best one.
        qualities: ``hit_quality`` of each of ``hits``.
        mentions: those outside page furniture, in text order.
        keywords: those that were hit, each once.
        hit_sentences, mention_sentences: those in which a hit, or a mention, stands.
    """

    def __init__(self, candidate: Candidate, document: Document, reading: Reading | None, now: float) -> None:
        self.candidate, self.document, self.reading, self.now = candidate, document, reading, now
        zones = document.zones
        self.found = [hit for hit in candidate.hits if hit.sentence >= 0 and zones[hit.sentence] is not _FURNITURE]
        self.found.sort(key=_tokens)
        self.guarded = {} if reading is None else _guarded(self.found, candidate, document, reading)
        self.hits = _best(self.found, self.guarded)
        self.qualities = [hit_quality(hit) for hit in self.hits]
        self.mentions = [
            one for one in candidate.mentions if one.sentence >= 0 and zones[one.sentence] is not _FURNITURE
        ]
        self.mentions.sort(key=_first)
        self.keywords = list({hit.keyword.ref: hit.keyword for hit in candidate.hits}.values())
        self.hit_sentences = {hit.sentence for hit in self.hits}
        self.mention_sentences = {mention.sentence for mention in self.mentions}

    @property
    def one_phrase(self) -> bool:
        """Whether the rule's keywords could have been found by a single phrase only."""
        return sum(len(keyword.phrases) for keyword in self.keywords) == 1

    @property
    def asks_entity(self) -> bool:
        """Whether the rule asks for an entity at all."""
        return bool(self.candidate.mentions) or _asks_entity(self.candidate.rule.condition)

    @cached_property
    def notes(self) -> dict[str, Any]:
        """What a signal works out once for this candidate, under its module's name."""
        return {}

    @cached_property
    def countries(self) -> tuple[list[int], list[int]]:
        """First tokens of mentions of the rule's own countries, and of others (see ``countries``)."""
        return own_and_others(self.mentions, self.document)

    @cached_property
    def lowered(self) -> frozenset[tuple[int, ...]]:
        """Tokens of the hits that a guard lowers."""
        lowering = (number for number, guards in self.guarded.items() if any(a is GuardAction.LOWER for _, a in guards))
        return frozenset(self.found[number].tokens for number in lowering)

    @cached_property
    def read_hits(self) -> list[Hit]:
        """Hits in sentences that were read."""
        return [hit for hit in self.hits if self.reading is not None and hit.sentence in self.reading.sentences]


def _tokens(hit: Hit) -> tuple[int, ...]:
    return hit.tokens


def _first(mention: Mention) -> int:
    return mention.first


def _guarded(
    found: list[Hit], candidate: Candidate, document: Document, reading: Reading
) -> Mapping[int, list[tuple[Guarded, GuardAction]]]:
    all_guards = (
        (number, guards_of(hit, candidate.rule, reading) + role_guards(hit, candidate, document, reading))
        for number, hit in enumerate(found)
    )
    return {number: guards for number, guards in all_guards if guards}


def _best(found: list[Hit], guarded: Mapping[int, list[tuple[Guarded, GuardAction]]]) -> list[Hit]:
    standing = [hit for number, hit in enumerate(found) if not dropping(guarded.get(number, ()))] if guarded else found
    if len(standing) < 2:
        return standing
    taken: set[int] = set()
    chosen = []
    for hit in sorted(standing, key=lambda hit: (-hit_quality(hit), -len(hit.tokens))):
        if taken.isdisjoint(hit.tokens):
            taken.update(hit.tokens)
            chosen.append(hit)
    chosen.sort(key=_tokens)
    return chosen


def _asks_entity(condition: object) -> bool:
    if isinstance(condition, Not):
        return False
    if isinstance(condition, Mentions):
        return True
    if isinstance(condition, Near):
        return _asks_entity(condition.left) or _asks_entity(condition.right)
    return any(_asks_entity(part) for part in getattr(condition, "parts", ()))
