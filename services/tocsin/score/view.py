"""A candidate as the signals see it: what stands where, worked out once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from tocsin.model.document import Document, Sentence, Zone
from tocsin.model.match import Candidate, Hit, Mention
from tocsin.model.reading import Guarded, Reading
from tocsin.model.rule import GuardAction, Mentions, Not, Phrase
from tocsin.score.guarding import dropping, guards_of

_BRIEF = 3  # sentences, the title included
_FADE = 0.12  # each word between the words of a phrase takes about a ninth of its strength


def hit_quality(hit: Hit) -> float:
    """Return 0..1: the phrase's strength, fading with the words between its words."""
    return hit.phrase.strength / (1.0 + _FADE * hit.between)


@dataclass(frozen=True)
class View:
    """A candidate, its document and, where it was read, its reading.

    Attributes:
        reading: None where nothing was read (not asked, switched off, or unread).
        now: seconds since the epoch.
    """

    candidate: Candidate
    document: Document
    reading: Reading | None
    now: float

    @cached_property
    def found(self) -> list[Hit]:
        """Hits outside page furniture, in text order."""
        return sorted(
            (hit for hit in self.candidate.hits if not self.is_furniture(hit.sentence)), key=lambda hit: hit.tokens
        )

    @cached_property
    def guarded(self) -> Mapping[int, list[tuple[Guarded, GuardAction]]]:
        """For each of ``found`` that is guarded, by its position there: its guards, with what the rule does."""
        if self.reading is None:
            return {}
        all_guards = (
            (number, guards_of(hit, self.candidate.rule, self.reading)) for number, hit in enumerate(self.found)
        )
        return {number: guards for number, guards in all_guards if guards}

    @cached_property
    def hits(self) -> list[Hit]:
        """The hits that stand, in text order: what a guard drops proves nothing; of hits that share a word, the best one."""
        standing = [hit for number, hit in enumerate(self.found) if not dropping(self.guarded.get(number, ()))]
        taken: set[int] = set()
        chosen = []
        for hit in sorted(standing, key=lambda hit: (-hit_quality(hit), -len(hit.tokens))):
            if taken.isdisjoint(hit.tokens):
                taken.update(hit.tokens)
                chosen.append(hit)
        return sorted(chosen, key=lambda hit: hit.tokens)

    @cached_property
    def phrases(self) -> list[Phrase]:
        """All phrases that the rule's keywords could have been found by."""
        keywords = {hit.keyword.ref: hit.keyword for hit in self.candidate.hits}
        return [phrase for keyword in keywords.values() for phrase in keyword.phrases]

    @cached_property
    def is_brief(self) -> bool:
        """Whether the story is too short for anything to be said twice: a headline, a sentence or two."""
        return len(self.order) <= _BRIEF

    @cached_property
    def mentions(self) -> list[Mention]:
        """Mentions outside page furniture, in text order."""
        return sorted(
            (mention for mention in self.candidate.mentions if not self.is_furniture(mention.sentence)),
            key=lambda mention: mention.first,
        )

    @cached_property
    def asks_entity(self) -> bool:
        """Whether the rule asks for an entity at all."""
        return bool(self.candidate.mentions) or _asks_entity(self.candidate.rule.condition)

    @cached_property
    def hit_sentences(self) -> frozenset[int]:
        """Sentences in which a hit stands."""
        return frozenset(hit.sentence for hit in self.hits)

    @cached_property
    def mention_sentences(self) -> frozenset[int]:
        """Sentences in which a mention stands."""
        return frozenset(mention.sentence for mention in self.mentions)

    @cached_property
    def read_hits(self) -> list[Hit]:
        """Hits in sentences that were read."""
        return [hit for hit in self.hits if self.reading is not None and hit.sentence in self.reading.sentences]

    @cached_property
    def words(self) -> list[str]:
        """The folded tokens of the document, the break included."""
        return self.document.folded.text.split(" ")[1:-1]

    @cached_property
    def order(self) -> dict[int, int]:
        """For each sentence outside furniture its place in the story: 0 the title, or the first where there is none."""
        story = [
            number for number, sentence in enumerate(self.document.sentences) if sentence.zone is not Zone.FURNITURE
        ]
        return {number: place for place, number in enumerate(story)}

    def sentence(self, number: int) -> Sentence:
        """A sentence of the document."""
        return self.document.sentences[number]

    def is_furniture(self, number: int) -> bool:
        """Whether a sentence is page furniture (or no sentence at all)."""
        return number < 0 or self.document.sentences[number].zone is Zone.FURNITURE

    def sentence_words(self, number: int) -> list[str]:
        """The folded tokens of a sentence."""
        sentence = self.document.sentences[number]
        return self.words[sentence.first : sentence.last]


def _asks_entity(condition: object) -> bool:
    if isinstance(condition, Not):
        return False
    if isinstance(condition, Mentions):
        return True
    return any(_asks_entity(part) for part in getattr(condition, "parts", ()))
