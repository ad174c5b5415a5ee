"""The evidence of an alert: spans of the text as received, the telling ones first."""

from __future__ import annotations

from tocsin.model.alert import Evidence, SentenceText
from tocsin.model.match import Hit, Mention
from tocsin.model.rule import PhraseKind
from tocsin.score.view import View, hit_quality

MOST = 12  # pieces of evidence in an alert
COMPACT = 12  # words between the words of a phrase, at most, for one span to show it
_KEPT_FOR_ENTITIES = 4
_CUE = PhraseKind.CUE


def evidence_of(view: View) -> tuple[Evidence, ...]:
    """Return the best mentions and hits of a candidate, in text order.

    A hit that a guard drops is none, nor is anything in page furniture. Sentences that hold entity and keyword come
    first, then the better hits, then the earlier ones; entities are shown where the keywords are, if they stand there.
    """
    hits = _ranked_hits(view)
    mentions = _ranked_mentions(view, hits)
    room = max(MOST - len(hits), min(_KEPT_FOR_ENTITIES, len(mentions)))
    show = _Show(view)
    chosen = [show.hit(hit) for hit in hits[: MOST - min(room, len(mentions))]]
    chosen += [show.mention(mention) for mention in mentions[:room]]
    if len(chosen) > 1:
        chosen.sort(key=lambda one: (one.field != "title", one.start, one.end, one.kind, one.ref))
    return tuple(chosen)


def _ranked_hits(view: View) -> list[Hit]:
    """The best hit of each sentence first, then the others; near an entity before far from one."""
    if len(view.hits) < 2:
        return view.hits
    near = view.mention_sentences
    ranked = sorted(view.hits, key=lambda hit: (-hit_quality(hit) - 0.5 * (hit.sentence in near), hit.tokens))
    first = {hit.sentence: hit for hit in reversed(ranked)}
    return sorted(ranked, key=lambda hit: first[hit.sentence] is not hit)


def _ranked_mentions(view: View, hits: list[Hit]) -> list[Mention]:
    if len(view.mentions) < 2:
        return view.mentions
    place = {hit.sentence: rank for rank, hit in reversed(list(enumerate(hits)))}
    last = len(hits)
    seen: dict[tuple[str, int], Mention] = {}
    for mention in view.mentions:  # one mention of an entity in a sentence is enough
        seen.setdefault((mention.entity.ref, mention.sentence), mention)
    return sorted(seen.values(), key=lambda one: (place.get(one.sentence, last), not one.strong, one.first))


class _Show:
    """Makes the pieces of evidence of a candidate; those of one sentence share its text."""

    def __init__(self, view: View) -> None:
        self._document = view.document
        self._rule = view.candidate.rule.name
        self._around: dict[int, SentenceText] = {}

    def hit(self, hit: Hit) -> Evidence:
        first, last = hit.tokens[0], hit.tokens[-1]
        kind = "cue" if hit.phrase.kind is _CUE else "keyword"
        return self._piece(first, first if hit.between > COMPACT else last, kind, hit.keyword.ref, hit.sentence)

    def mention(self, mention: Mention) -> Evidence:
        return self._piece(mention.first, mention.last - 1, "entity", mention.entity.ref, mention.sentence)

    def _piece(self, first: int, last: int, kind: str, ref: str, sentence: int) -> Evidence:
        document = self._document
        field = document.field_of(first)
        start, end = document.spans.start(first), document.spans.end(last)
        return Evidence(
            rule=self._rule,
            field=field,
            start=start,
            end=end,
            text=document.field_text(field)[start:end],
            kind=kind,
            ref=ref,
            sentence=self._around.get(sentence) or self._sentence(sentence),
        )

    def _sentence(self, number: int) -> SentenceText:
        title = self._document.article.title
        sentence = self._document.sentences[number]
        if sentence.field == "title":
            around = SentenceText(0, len(title), title)
        else:
            text = self._document.article.body[sentence.start : sentence.end]
            around = SentenceText(sentence.start, sentence.end, text)
        self._around[number] = around
        return around
