"""The evidence of an alert: spans of the text as received, the telling ones first."""

from __future__ import annotations

from tocsin.model.alert import Evidence, SentenceText
from tocsin.model.document import Document
from tocsin.model.match import Hit, Mention, Span
from tocsin.score.view import View, hit_quality

MOST = 12  # pieces of evidence in an alert
COMPACT = 12  # words between the words of a phrase, at most, for one span to show it
_KEPT_FOR_ENTITIES = 4


def evidence_of(view: View) -> tuple[Evidence, ...]:
    """Return the best mentions and hits of a candidate, in text order.

    A hit that a guard drops is none, nor is anything in page furniture. Sentences that hold entity and keyword come
    first, then the better hits, then the earlier ones; entities are shown where the keywords are, if they stand there.
    """
    hits = _ranked_hits(view)
    mentions = _ranked_mentions(view, hits)
    room = max(MOST - len(hits), min(_KEPT_FOR_ENTITIES, len(mentions)))
    chosen = [_of_hit(view, hit) for hit in hits[: MOST - min(room, len(mentions))]]
    chosen += [_of_mention(view, mention) for mention in mentions[:room]]
    return tuple(sorted(chosen, key=lambda one: (one.field != "title", one.start, one.end, one.kind, one.ref)))


def _ranked_hits(view: View) -> list[Hit]:
    """The best hit of each sentence first, then the others; near an entity before far from one."""
    near = view.mention_sentences
    ranked = sorted(view.hits, key=lambda hit: (-hit_quality(hit) - 0.5 * (hit.sentence in near), hit.tokens))
    first = {hit.sentence: hit for hit in reversed(ranked)}
    return sorted(ranked, key=lambda hit: first[hit.sentence] is not hit)


def _ranked_mentions(view: View, hits: list[Hit]) -> list[Mention]:
    place = {hit.sentence: rank for rank, hit in reversed(list(enumerate(hits)))}
    last = len(hits)
    seen: dict[tuple[str, int], Mention] = {}
    for mention in view.mentions:  # one mention of an entity in a sentence is enough
        seen.setdefault((mention.entity.ref, mention.sentence), mention)
    return sorted(seen.values(), key=lambda one: (place.get(one.sentence, last), not one.strong, one.first))


def _of_hit(view: View, hit: Hit) -> Evidence:
    first, last = hit.tokens[0], hit.tokens[-1]
    if hit.between > COMPACT:
        last = first
    span = span_of(view.document, first, last)
    return _evidence(view, span, hit.phrase.kind.value, hit.keyword.ref, hit.sentence)


def _of_mention(view: View, mention: Mention) -> Evidence:
    span = span_of(view.document, mention.first, mention.last - 1)
    return _evidence(view, span, "entity", mention.entity.ref, mention.sentence)


def span_of(document: Document, first: int, last: int) -> Span:
    """Return the text from token ``first`` to token ``last``, both included."""
    name = document.field_of(first)
    start, end = document.spans[first][0], document.spans[last][1]
    return Span(name, start, end, document.field_text(name)[start:end])


def _evidence(view: View, span: Span, kind: str, ref: str, number: int) -> Evidence:
    sentence = view.sentence(number)
    start, end = (0, len(view.document.article.title)) if sentence.field == "title" else (sentence.start, sentence.end)
    text = view.document.field_text(sentence.field)[start:end]
    return Evidence(
        rule=view.candidate.rule.name,
        field=span.field,
        start=span.start,
        end=span.end,
        text=span.text,
        kind=kind,
        ref=ref,
        sentence=SentenceText(start, end, text),
    )
