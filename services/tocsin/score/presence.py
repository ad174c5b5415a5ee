"""Signals of the entities: how surely they are meant, how much the article is about them, how near the keywords."""

from __future__ import annotations

from tocsin.model.match import Hit, Mention
from tocsin.model.reading import Reading
from tocsin.score.guarding import reads_as_other
from tocsin.score.view import View

SAME_CLAUSE = 1.0
SAME_SENTENCE = (0.65, 0.9)  # from far apart to side by side
NEXT_SENTENCE = 0.5
SAME_PARAGRAPH = 0.4
ARTICLE = 0.3  # falling with the sentences between
_FAR_WORDS = 25.0
_AMBIGUOUS, _WEAK, _OTHER_TYPE = 0.6, 0.5, 0.2


def certainty(view: View) -> float | None:
    """How sure it is that the entity is meant: strong aliases 1, weak and ambiguous ones less, another type little."""
    if not view.mentions:
        return None
    return max(_sure(mention, view.reading) for mention in view.mentions)


def _sure(mention: Mention, reading: Reading | None) -> float:
    sure = 1.0 if mention.strong else _WEAK
    if mention.ambiguous:
        sure = min(sure, _AMBIGUOUS)
    if reading is not None and reads_as_other(mention, reading):
        sure = min(sure, _OTHER_TYPE)
    return sure


def entity_early(view: View) -> float | None:
    """How near the beginning the entity is first mentioned."""
    if not view.mentions:
        return None
    return 1.0 / (1.0 + view.document.order[view.mentions[0].sentence] / 3.0)


def entity_frequency(view: View) -> float | None:
    """How often it is mentioned: 0 for once, towards 1. Not known of a story of a sentence or two."""
    more = len(view.mentions) - 1
    if more < 0 or (more == 0 and view.document.is_brief):
        return None
    return more / (more + 3.0)


def closeness(view: View) -> float | None:
    """How near entity and keyword come: in one clause 1, one sentence, one paragraph, one article less and less."""
    if not view.hits or not view.mentions:
        return 1.0 if view.mentions and not view.candidate.hits else None
    if together := view.hit_sentences & view.mention_sentences:
        return _in_one_sentence(view, together)
    return _apart(view)


def agency(view: View) -> float | None:
    """Whether, somewhere, the entity is the subject or agent of a clause with a keyword."""
    reading = view.reading
    if reading is None or not view.read_hits or not view.mentions:
        return None
    clauses = {reading.clause_of.get(token) for hit in view.read_hits for token in hit.tokens} - {None}
    acting = {
        reading.clause_of.get(token)
        for mention in view.mentions
        for token in range(mention.first, mention.last)
        if token in reading.agents
    }
    return 1.0 if clauses & acting else 0.0


def _in_one_sentence(view: View, together: set[int]) -> float:
    """The best grade of a hit with a mention beside it, in one of these sentences."""
    low, high = SAME_SENTENCE
    fewest = _FAR_WORDS
    mentions = [mention for mention in view.mentions if mention.sentence in together]
    for hit in view.hits:
        for mention in mentions:
            if hit.sentence != mention.sentence:
                continue
            if view.reading is not None and _share_clause(hit, mention, view.reading):
                return SAME_CLAUSE
            words = max(hit.tokens[0], mention.first) - min(hit.tokens[-1], mention.last - 1) - 1
            fewest = min(fewest, max(0, words))
    return high - (high - low) * min(1.0, fewest / _FAR_WORDS)


def _apart(view: View) -> float:
    """The best grade of a hit with a mention where no sentence holds both."""
    document = view.document
    hits = [document.order[number] for number in view.hit_sentences]
    mentions = [document.order[number] for number in view.mention_sentences]
    apart = min(abs(hit - mention) for hit in hits for mention in mentions)
    if apart == 1:
        return NEXT_SENTENCE
    paragraphs = {document.sentences[number].paragraph for number in view.hit_sentences}
    if any(document.sentences[number].paragraph in paragraphs for number in view.mention_sentences):
        return SAME_PARAGRAPH
    return ARTICLE / (1.0 + apart / 10.0)


def _share_clause(hit: Hit, mention: Mention, reading: Reading) -> bool:
    clauses = {reading.clause_of.get(token) for token in hit.tokens} - {None}
    return any(reading.clause_of.get(token, -1) in clauses for token in range(mention.first, mention.last))
