"""Look for what rules may have missed: candidates that were held back, and articles that read like what they alert.

An article is *like* a rule where it has the entities that the rule asks for, not its keywords, and a sentence that is
close to one of the rule's phrases or to a sentence that made it alert. Likeness never decides on an alert: as a gate it
brings as much noise as news; as a list for a person it shows which words a rule lacks.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import TypeVar

import msgspec

from tocsin.apps.miss_probes import phrases_of, probes_of
from tocsin.model.article import Article
from tocsin.model.decision import Reason, Scored
from tocsin.model.document import Document, Zone
from tocsin.model.match import Candidate
from tocsin.model.rule import Everything, Mode, Rule, Watchlist, rule_key
from tocsin.pipeline import Found, find, judge, open_desk, to_read
from tocsin.read.reader import Reader
from tocsin.score.odds import log_odds
from tocsin.score.similarity import Similarity, by_meaning, most_alike, shared_rare_words
from tocsin.score.weights import Weights

LEAST = 0.35  # likeness below which nothing is shown: what is less alike is of another subject more often than not
_PHRASES = 80  # of a rule that articles are compared with, the strongest
_EXAMPLES = 40  # sentences that made it alert
_POOL = 2000  # articles a rule that are compared with its alerts in the end, those closest to its phrases
_SENTENCES = 8  # of an article that are compared
_REVISIONS = 3  # of an article that may take the place of others in the list
_SIGNALS = 3  # that a candidate lacks most, shown
_Kept = TypeVar("_Kept")
_HELD_BACK = frozenset({Reason.BELOW_THRESHOLD, Reason.GUARDED})


class Miss(msgspec.Struct, frozen=True, kw_only=True):
    """An article that a rule did not alert.

    Attributes:
        kind: below_threshold | guarded | alike.
        score: None of what is alike: it was no candidate.
        likeness: None of candidates; else to ``like``, a phrase of the rule or a sentence of one of its alerts.
        lacks: what would have made a difference: signals with what they would add in log-odds, or the guards.
        sentence: as it stands in the article.
    """

    rule: str
    kind: str
    article_id: str
    source: str
    title: str
    url: str | None
    score: float | None
    threshold: float
    likeness: float | None = None
    like: str = ""
    lacks: tuple[str, ...] = ()
    sentence: str = ""


class _Pooled(msgspec.Struct, frozen=True):
    miss: Miss
    texts: tuple[str, ...]  # masked and folded, as they are compared
    sentences: tuple[str, ...]  # the same, as they stand
    english: bool  # or it may be


class _Watch:
    """What is collected for one rule. Heaps hold (how near, number, …): the number settles ties, the first article first."""

    def __init__(self, listed: Watchlist, rule: Rule, weights: Weights) -> None:
        self.key = rule_key(listed, rule)
        self.threshold = weights.threshold if rule.threshold is None else rule.threshold
        self.phrases = phrases_of(listed, rule, _PHRASES)
        self.examples: dict[bool, list[str]] = {True: [], False: []}  # those that may be English, and the others
        self.near: list[tuple[float, int, Miss]] = []
        self.pool: list[tuple[float, int, _Pooled]] = []


class Search:
    """Looks through articles, then tells.

    Args:
        lists: compiled; rules that are off or ask for everything are passed over.
        weights, offsets, stale_s: of the score and the gate, as scorers have them.
        reader: the parser; None where reading is off.
        limit: how many of each kind are told, for each rule.
        similarity: of English texts; others are compared by the rare words that they share.
    """

    def __init__(
        self,
        lists: Sequence[Watchlist],
        weights: Weights,
        *,
        reader: Reader | None,
        limit: int,
        offsets: Mapping[str, float] | None = None,
        stale_s: float = 72 * 3600.0,
        similarity: Similarity = by_meaning,
    ) -> None:
        self._weights, self._reader, self._limit, self._similarity = weights, reader, limit, similarity
        self._desk = open_desk(tuple(lists), weights, stale_s=stale_s, offsets=offsets)
        self._probes = open_desk(tuple(map(probes_of, lists)), weights, stale_s=stale_s)
        self._watches = {
            rule_key(listed, rule): _Watch(listed, rule, weights)
            for listed in lists
            for rule in listed.rules
            if rule.mode is not Mode.OFF and not isinstance(rule.condition, Everything)
        }
        self._seen: set[str] = set()
        self._number = count()

    def look(self, articles: Sequence[Article]) -> None:
        """Look at articles; the same text is looked at once."""
        candidates: list[Found] = []
        for article in articles:
            found = find(self._desk, article, now=article.arrived_at)
            half = find(self._probes, article, now=article.arrived_at)
            if (one := found or half) is None or one.document.folded.revision in self._seen:
                continue
            self._seen.add(one.document.folded.revision)
            if found is not None:
                candidates.append(found)
            if half is not None:
                self._pool(half, {_key(each) for each in found.candidates} if found is not None else set())
        self._score(candidates)

    def told(self) -> Iterator[Miss]:
        """Yield what was found: by rule, candidates first, the nearest first, then what is alike; an article once of each."""
        for watch in self._watches.values():
            near = [miss for _, _, miss in sorted(watch.near, key=lambda one: (-one[0], -one[1]))]
            pooled = [one for _, _, one in sorted(watch.pool, key=lambda one: -one[1])]
            alike = [miss for one in pooled if (miss := self._compare(watch, one)) is not None]
            yield from _once(near)[: self._limit]
            yield from _once(sorted(alike, key=lambda miss: -(miss.likeness or 0.0)))[: self._limit]

    def _score(self, found: Sequence[Found]) -> None:
        asked = [(number, sentences) for number, one in enumerate(found) if (sentences := to_read(self._desk, one))]
        readings = {}
        if self._reader is not None and asked:
            read = self._reader.read([(found[number].document, sentences) for number, sentences in asked])
            readings = {number: reading for (number, _), reading in zip(asked, read, strict=True)}
        for number, one in enumerate(found):
            for scored in judge(self._desk, one, readings.get(number), now=one.article.arrived_at):
                watch = self._watches.get(scored.rule_key)
                if watch is not None and scored.passes:
                    _learn(watch, one.document, scored.candidate)
                elif watch is not None and scored.refusal in _HELD_BACK:
                    near = log_odds(scored.score) - log_odds(scored.threshold)
                    miss = self._held_back(watch, one.document, scored)
                    _keep(watch.near, (near, -next(self._number), miss), _REVISIONS * self._limit)

    def _held_back(self, watch: _Watch, document: Document, scored: Scored) -> Miss:
        guarded = scored.refusal is Reason.GUARDED
        lacks = [f"{guard.kind}: “{guard.span.text}”" for guard in scored.guards] if guarded else self._missing(scored)
        sentence = scored.evidence[0].sentence.text if scored.evidence else document.article.title
        kind = "guarded" if guarded else "below_threshold"
        return _miss(watch, document, kind, score=scored.score, lacks=tuple(dict.fromkeys(lacks)), sentence=sentence)

    def _missing(self, scored: Scored) -> list[str]:
        """The signals that cost most, with what they would add at their best, in log-odds."""
        signals = self._weights.signals
        cost = {name: signals[name].weight * (1.0 - value) for name, value in scored.parts.items() if name in signals}
        most = sorted(cost, key=lambda name: -cost[name])[:_SIGNALS]
        return [f"{name} +{cost[name]:.2f}" for name in most if cost[name] >= 0.05]

    def _pool(self, found: Found, candidates: set[str]) -> None:
        """Keep an article for the rules of which it has the entities and is no candidate."""
        for half, refusal in zip(found.candidates, found.refusals, strict=True):
            watch = self._watches.get(_key(half))
            if watch is None or refusal is not None or _key(half) in candidates:
                continue
            numbers = _telling(found.document, half)
            texts = tuple(_masked(found.document, number, half) for number in numbers)
            sentences = tuple(_as_written(found.document, number) for number in numbers)
            english = found.article.may_be_english
            best = most_alike(texts, watch.phrases, self._similarity if english else shared_rare_words)
            pooled = _Pooled(_miss(watch, found.document, "alike", lacks=("its keywords",)), texts, sentences, english)
            _keep(watch.pool, (best.likeness if best else 0.0, -next(self._number), pooled), _POOL)

    def _compare(self, watch: _Watch, pooled: _Pooled) -> Miss | None:
        wanted = [*watch.phrases, *watch.examples[pooled.english]]
        best = most_alike(pooled.texts, wanted, self._similarity if pooled.english else shared_rare_words)
        if best is None or best.likeness < LEAST:
            return None
        found = {
            "likeness": round(best.likeness, 3),
            "like": wanted[best.wanted],
            "sentence": pooled.sentences[best.text],
        }
        return msgspec.structs.replace(pooled.miss, **found)


def _once(ranked: Iterable[Miss]) -> list[Miss]:
    """The best of each article: its revisions are one."""
    best: dict[tuple[str, str], Miss] = {}
    for miss in ranked:
        best.setdefault((miss.source, miss.article_id), miss)
    return list(best.values())


def _key(candidate: Candidate) -> str:
    return rule_key(candidate.watchlist, candidate.rule)


def _keep(heap: list[tuple[float, int, _Kept]], one: tuple[float, int, _Kept], most: int) -> None:
    """Keep the nearest ones."""
    if len(heap) < most:
        heapq.heappush(heap, one)
    else:
        heapq.heappushpop(heap, one)


def _miss(watch: _Watch, document: Document, kind: str, *, score: float | None = None, **more: object) -> Miss:
    article = document.article
    return msgspec.convert(
        {
            "rule": watch.key,
            "kind": kind,
            "article_id": article.id,
            "source": article.source,
            "title": article.title,
            "url": article.url,
            "score": score,
            "threshold": watch.threshold,
            **more,
        },
        Miss,
    )


def _learn(watch: _Watch, document: Document, candidate: Candidate) -> None:
    """Remember the sentence that made a rule alert; its entities are masked, or every article on them would be alike."""
    hits = [hit for hit in candidate.hits if hit.sentence >= 0 and document.zones[hit.sentence] is not Zone.FURNITURE]
    examples = watch.examples[document.article.may_be_english]
    if hits and len(examples) < _EXAMPLES:
        best = max(hits, key=lambda hit: (hit.phrase.strength, -hit.between, -hit.sentence))
        examples.append(_masked(document, best.sentence, candidate))


def _telling(document: Document, half: Candidate) -> list[int]:
    """Sentences to compare: those that name an entity of the rule, then the first ones of the story."""
    story = [number for number, zone in enumerate(document.zones) if zone is not Zone.FURNITURE]
    named = dict.fromkeys(one.sentence for one in half.mentions if one.sentence >= 0)
    chosen = [number for number in named if document.zones[number] is not Zone.FURNITURE][: _SENTENCES - 2]
    return sorted(list(dict.fromkeys([*chosen, *story]))[:_SENTENCES])


def _masked(document: Document, number: int, candidate: Candidate) -> str:
    first, last = document.tokens[number]
    hidden = {token for one in candidate.mentions for token in range(one.first, one.last)}
    return " ".join(document.words[token] for token in range(first, last) if token not in hidden)


def _as_written(document: Document, number: int) -> str:
    sentence = document.sentences[number]
    return document.field_text(sentence.field)[sentence.start : sentence.end]
