"""The mentions and hits that justify a candidate, and whether they stand as close together as the rule asks."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from tocsin.match.proof import Mentioned, Proof, Said, View, prove
from tocsin.model.document import Document
from tocsin.model.match import Hit, Mention
from tocsin.model.rule import Rule, Within

MAX_EVIDENCE = 40  # mentions, and hits, of a candidate

One = TypeVar("One", Mention, Hit)
Chosen = tuple[tuple[Mention, ...], tuple[Hit, ...]]
_Unit = tuple[list[Mentioned], list[Said]]  # each with the number of its entity or keyword


class Evidence:
    """Chooses the evidence of candidates in one document."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def choose(self, rule: Rule, proof: Proof, view: View) -> Chosen | None:
        """Return mentions and hits in text order; None where they do not stand within what the rule says.

        With ``within``, the condition must hold by what stands in one such unit (a sentence, a paragraph, N words
        around one hit); what its ``Not`` parts say is about the whole article. The evidence is what stands in such
        units.
        """
        mentions, hits = list(proof.mentions), list(proof.hits)
        if rule.within.unit != "article" and (mentions or hits):
            proofs = [
                found
                for unit in self._near(rule.within, mentions, hits)
                if (found := prove(rule.condition, self._view(*unit), article=view)) is not None
            ]
            if not proofs:
                return None
            mentions = [pair for found in proofs for pair in found.mentions]
            hits = [pair for found in proofs for pair in found.hits]
        return _bounded(mentions, _by_first, hits), _bounded(hits, _by_tokens, mentions)

    def _view(self, mentions: list[Mentioned], hits: list[Said]) -> View:
        by_entity: defaultdict[int, list[Mention]] = defaultdict(list)
        by_keyword: defaultdict[int, list[Hit]] = defaultdict(list)
        for entity, mention in mentions:
            by_entity[entity].append(mention)
        for keyword, hit in hits:
            by_keyword[keyword].append(hit)
        return View(self._document, by_entity, lambda keyword: by_keyword.get(keyword, ()), by_keyword.keys())

    def _near(self, within: Within, mentions: list[Mentioned], hits: list[Said]) -> list[_Unit]:
        if within.unit == "words":
            return _around(self._document, within.words, mentions, hits)
        sentences = self._document.sentences

        def unit(sentence: int) -> int:
            return sentence if within.unit == "sentence" else sentences[sentence].paragraph

        units: defaultdict[int, _Unit] = defaultdict(lambda: ([], []))
        for mention in mentions:
            units[unit(mention[1].sentence)][0].append(mention)
        for hit in hits:
            units[unit(hit[1].sentence)][1].append(hit)
        return list(units.values())


def _around(document: Document, words: int, mentions: list[Mentioned], hits: list[Said]) -> list[_Unit]:
    """For each hit (each mention, where there are no hits), what has at most so many words between it and this one."""
    field = document.title_tokens
    placed: list[tuple[int, int, Mentioned | Said]] = sorted(
        [
            *((one[1].first, one[1].last, one) for one in mentions),
            *((one[1].tokens[0], one[1].tokens[-1] + 1, one) for one in hits),
        ],
        key=lambda place: place[:2],
    )
    starts = [place[0] for place in placed]
    longest = max(last - first for first, last, _ in placed)
    centres = [place for place in placed if isinstance(place[2][1], Hit)] or placed
    units = []
    for first, last, _ in centres:
        unit: _Unit = ([], [])
        for place in range(bisect_left(starts, first - words - longest), len(placed)):
            begin, end, one = placed[place]
            if begin - last > words:
                break
            if first - end <= words and (begin < field) == (first < field):
                unit[isinstance(one[1], Hit)].append(one)  # type: ignore[arg-type]
        units.append(unit)
    return units


def _by_first(mention: Mention) -> tuple[int, int, str]:
    return mention.first, mention.last, mention.entity.ref


def _by_tokens(hit: Hit) -> tuple[tuple[int, ...], str, str]:
    return hit.tokens, hit.keyword.ref, hit.phrase.written


def _bounded(
    pairs: Sequence[tuple[int, One]], place: Callable[[One], Any], others: Iterable[Mentioned | Said]
) -> tuple[One, ...]:
    """Each once, in text order, at most ``MAX_EVIDENCE``.

    Where there are more, the first of each entity or keyword comes before what stands in a sentence with one of the
    ``others`` (that holds both an entity and a keyword), and this before the rest, each in text order.
    """
    if len(pairs) < 2:  # most
        return tuple(one for _, one in pairs)
    unique = {(place(one), number): one for number, one in pairs}
    ordered: list[tuple[Any, int]] = sorted(unique)
    if len(ordered) > MAX_EVIDENCE:
        near = {one.sentence for _, one in others}
        firsts: set[tuple[Any, int]] = set({key[1]: key for key in reversed(ordered)}.values())
        ordered.sort(key=lambda key: (key not in firsts, unique[key].sentence not in near, key))
        ordered = sorted(ordered[:MAX_EVIDENCE])
    return tuple(unique[key] for key in ordered)
