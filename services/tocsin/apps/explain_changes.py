"""What would have changed a decision: each change is made to what was found or read, and the result is really scored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations

import msgspec

from tocsin.model.document import Document
from tocsin.model.match import Candidate, Hit, Mention
from tocsin.model.reading import Guarded, Reading
from tocsin.model.rule import GuardAction, GuardKind, Keyword, Phrase, Surface
from tocsin.score.guarding import reads_as_other
from tocsin.score.offsets import shifted
from tocsin.score.signals import measure
from tocsin.score.spans import span_of
from tocsin.score.view import View, hit_quality
from tocsin.score.weights import DIGITS, Weights

_SHOWN = 3
_CHANGED = 24  # changes that are tried one by one; of those, the nearest are tried in pairs
_PAIRED = 6
_TIGHT = 2  # words between, at most, of what could be written as a phrase
_LOWERING = (GuardKind.HISTORICAL, GuardKind.HYPOTHETICAL)


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What is scored; ``reading`` is the part of it that the candidate sees."""

    candidate: Candidate
    document: Document
    reading: Reading | None
    weights: Weights
    threshold: float
    now: float
    offset: float = 0.0

    def view(self) -> View:
        """What the signals see."""
        return View(self.candidate, self.document, self.reading, self.now)

    def outcome(self) -> tuple[float, bool]:
        """The score, and whether it passes."""
        view = self.view()
        score = round(shifted(self.weights.combine(measure(view)), self.offset), DIGITS)
        return score, score >= self.threshold and bool(view.hits or not view.found)


class Change(msgspec.Struct, frozen=True):
    """A change, said in words, with the score it would have come to, and whether that would have passed."""

    what: str
    score: float
    passes: bool


_Step = tuple[str, Callable[[Case], Case]]


def changes_of(case: Case) -> tuple[Change, ...]:
    """Return the nearest ways across the threshold, those first that move least, then how near the best of the rest comes.

    Where no change alone crosses it, two together are tried.
    """
    _, passing = case.outcome()
    steps = list(_Steps(case).against() if passing else _Steps(case).towards())[:_CHANGED]
    tried = [(change, step) for step in steps for change in _tried(case, step)]
    across = _across([change for change, _ in tried], passing)
    rest = [one for one in tried if one[0].passes is passing]
    nearest = sorted(rest, key=lambda one: one[0].score if passing else -one[0].score)[:_PAIRED]
    if not across:
        pairs = combinations([step for _, step in nearest], 2)
        across = _across([change for pair in pairs for change in _tried(case, *pair)], passing)[:1]
    return (*across[:_SHOWN], *(change for change, _ in nearest[:1]))


def _across(changes: list[Change], passing: bool) -> list[Change]:
    crossing = [change for change in changes if change.passes is not passing]
    return sorted(crossing, key=lambda change: -change.score if passing else change.score)


def _tried(case: Case, *steps: _Step) -> Iterator[Change]:
    """The change that these make; none where nothing that was found would be left: that is no candidate any more."""
    changed = case
    for _, apply in steps:
        changed = apply(changed)
    if changed.candidate.hits or not case.candidate.hits:
        yield Change(" and ".join(said for said, _ in steps), *changed.outcome())


class _Steps:
    """The changes that make sense for a case."""

    def __init__(self, case: Case) -> None:
        self._case, self._view = case, case.view()

    def towards(self) -> Iterator[_Step]:
        """Yield what would speak for it."""
        yield from self._without_guards()
        yield from self._meant()
        yield from self._beside()
        yield from self._typed()
        if self._case.offset < 0:
            yield "without the marks by readers", _unmarked

    def against(self) -> Iterator[_Step]:
        """Yield what would speak against it."""
        sentences = sorted(self._view.hit_sentences)
        for number in sentences if len(sentences) > 1 else ():
            yield f"without the sentence “{_begin(self._view, number)}”", _without_sentence(number)
        refs = list(dict.fromkeys(hit.phrase.written for hit in self._view.hits))
        for written in refs if len(refs) > 1 else ():
            yield f"without the phrase “{written}”", _without_phrase(written)
        if self._case.reading is not None and self._view.read_hits:
            yield from self._all_guarded()
        if self._case.offset > 0:
            yield "without the marks by readers", _unmarked

    def _all_guarded(self) -> Iterator[_Step]:
        """Every hit under a guard that lowers; that one which drops holds back goes without saying."""
        rule = self._case.candidate.rule
        kinds = [kind for kind in _LOWERING if rule.guard(kind) is GuardAction.LOWER]
        if kinds:
            yield f"if all of it were {' or '.join(kind.value for kind in kinds)}", _guarded(kinds[0], self._view)

    def _without_guards(self) -> Iterator[_Step]:
        covering: dict[tuple[GuardKind, str, int], tuple[Guarded, Hit]] = {}
        for at, guards in self._view.guarded.items():
            for guard, _ in guards:
                covering.setdefault((guard.kind, guard.cue.field, guard.cue.start), (guard, self._view.found[at]))
        for guard, hit in covering.values():
            said = f"without the guard {guard.kind.value} “{guard.cue.text}” on “{_text(self._view, hit)}”"
            yield said, _without_guard(guard)

    def _meant(self) -> Iterator[_Step]:
        reading = self._case.reading
        for mention in self._view.mentions if reading is not None else ():
            if reading is not None and reads_as_other(mention, reading):
                name = span_of(self._case.document, mention.first, mention.last - 1).text
                yield f"if “{name}” were surely {mention.entity.name}", _surely(mention)

    def _beside(self) -> Iterator[_Step]:
        """The entity in the sentence of the best hit, where no sentence has both."""
        view = self._view
        if view.hits and view.mentions and not view.hit_sentences & view.mention_sentences:
            best = max(view.hits, key=hit_quality)
            yield f"if {view.mentions[0].entity.name} stood in the sentence of “{best.phrase.written}”", _named(best)

    def _typed(self) -> Iterator[_Step]:
        """What was found only by a concept, or in another form, as a phrase that the list writes itself."""
        view = self._view
        for hit in {_text(view, hit).lower(): hit for hit in reversed(view.hits)}.values():
            words = tuple(view.document.words[token] for token in hit.tokens)
            if hit.between <= _TIGHT and hit.phrase.words and words not in hit.keyword.written:
                phrase = " ".join(words)
                yield f"if “{phrase}” were written in the list, under {hit.keyword.ref}", _written(hit, words)


def _unmarked(case: Case) -> Case:
    return msgspec.structs.replace(case, offset=0.0)


def _without_guard(guard: Guarded) -> Callable[[Case], Case]:
    if guard.kind is GuardKind.OTHER_ROLE:  # made of the rule's own `roles`, not by the reader
        return _without_roles

    def apply(case: Case) -> Case:
        assert case.reading is not None
        kept = tuple(one for one in case.reading.guards if (one.kind, one.cue) != (guard.kind, guard.cue))
        return msgspec.structs.replace(case, reading=msgspec.structs.replace(case.reading, guards=kept))

    return apply


def _without_roles(case: Case) -> Case:
    rule = msgspec.structs.replace(case.candidate.rule, roles=())
    return msgspec.structs.replace(case, candidate=msgspec.structs.replace(case.candidate, rule=rule))


def _guarded(kind: GuardKind, view: View) -> Callable[[Case], Case]:
    tokens = frozenset(token for hit in view.found for token in hit.tokens)
    guard = Guarded(kind, span_of(view.document, min(tokens), min(tokens)), tokens)

    def apply(case: Case) -> Case:
        assert case.reading is not None
        guards = (*case.reading.guards, guard)
        return msgspec.structs.replace(case, reading=msgspec.structs.replace(case.reading, guards=guards))

    return apply


def _surely(mention: Mention) -> Callable[[Case], Case]:
    def apply(case: Case) -> Case:
        assert case.reading is not None
        own = range(mention.first, mention.last)
        kept = {token: label for token, label in case.reading.entity_type.items() if token not in own}
        return msgspec.structs.replace(case, reading=msgspec.structs.replace(case.reading, entity_type=kept))

    return apply


def _named(hit: Hit) -> Callable[[Case], Case]:
    """A further mention directly before the hit, of no word: nothing that stands there is taken for it."""

    def apply(case: Case) -> Case:
        first = hit.tokens[0]
        mentions = case.candidate.mentions
        further = msgspec.structs.replace(mentions[0], first=first, last=first, sentence=hit.sentence)
        return _with(case, mentions=(*mentions, further))

    return apply


def _without_sentence(number: int) -> Callable[[Case], Case]:
    return lambda case: _with(case, hits=tuple(hit for hit in case.candidate.hits if hit.sentence != number))


def _without_phrase(written: str) -> Callable[[Case], Case]:
    return lambda case: _with(case, hits=tuple(hit for hit in case.candidate.hits if hit.phrase.written != written))


def _written(found: Hit, words: tuple[str, ...]) -> Callable[[Case], Case]:
    """Hits of these very words become hits of a phrase that the list's author typed."""
    surfaces = tuple((Surface((word,), word),) for word in words)
    phrase = Phrase(written=" ".join(words), words=surfaces, kind=found.phrase.kind)

    def apply(case: Case) -> Case:
        named: Mapping[str, Keyword] = {
            found.keyword.ref: msgspec.structs.replace(found.keyword, phrases=(phrase, *found.keyword.phrases))
        }
        hits = []
        for hit in case.candidate.hits:
            keyword = named.get(hit.keyword.ref, hit.keyword)
            same = keyword is not hit.keyword and words == tuple(case.document.words[token] for token in hit.tokens)
            hits.append(msgspec.structs.replace(hit, keyword=keyword, phrase=phrase if same else hit.phrase))
        return _with(case, hits=tuple(hits))

    return apply


def _with(case: Case, **parts: object) -> Case:
    return msgspec.structs.replace(case, candidate=msgspec.structs.replace(case.candidate, **parts))


def _text(view: View, hit: Hit) -> str:
    return span_of(view.document, hit.tokens[0], hit.tokens[-1]).text


def _begin(view: View, number: int) -> str:
    first, last = view.document.tokens[number]
    cut = min(last, first + 7)
    return span_of(view.document, first, cut - 1).text + (" …" if cut < last else "")
