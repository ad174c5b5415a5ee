"""Keywords to phrases: what the author typed, and what the concepts bring that those words name."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from tocsin.concepts import phrases, wording
from tocsin.concepts.phrases import PhraseError
from tocsin.concepts.placed import Path
from tocsin.model.rule import Keyword, Phrase
from tocsin.watchlists.drafting import CONCEPT, Compiling
from tocsin.watchlists.lexicon import common_words
from tocsin.watchlists.naming import unknown_concept


@dataclass(frozen=True, slots=True)
class Draft:
    """A keyword as written: its phrases and their places."""

    name: str
    any: list[str]
    unless: list[str]
    expand: bool
    path: Path
    paths: list[Path]


def keyword(work: Compiling, draft: Draft) -> Keyword | None:
    """Compile a keyword; None where it cannot be, which is then among the problems."""
    errors = work.errors
    typed: list[Phrase] = []
    asked: dict[str, None] = {}
    named: Counter[str] = Counter()
    for text, path in zip(draft.any, draft.paths, strict=True):
        if text.startswith(CONCEPT):
            name = text.removeprefix(CONCEPT)
            if name in work.library.concepts:
                asked[name] = None
            else:
                unknown = unknown_concept(work, name)
                work.error(path, unknown.message, unknown.remedy)
        elif (phrase := _typed(work, text, path)) is not None:
            typed.append(phrase)
            if draft.expand:
                named.update(_named(work, text, path))
    unless = [_shield(work, text, (*draft.path, "not", place)) for place, text in enumerate(draft.unless)]
    if work.errors > errors:
        return None
    return _joined(work, draft.name, typed, [phrase for phrase in unless if phrase], list(asked | _meant(named)))


def _meant(named: Counter[str]) -> dict[str, None]:
    """The concepts that a keyword is about: of those that its phrases name, the ones named half as often as the first.

    *air strike, airstrike, drone strike, bombing* is a keyword of air strikes; all the ways to say *bombing* would
    drown it.
    """
    most = max(named.values(), default=0)
    return {name: None for name, count in named.items() if 2 * count >= most}


def _typed(work: Compiling, text: str, path: Path) -> Phrase | None:
    try:
        return phrases.compile_phrase(text, common_words())
    except PhraseError as error:
        remedy = error.remedy
        if text.startswith("set:"):
            remedy = "A set of entities belongs under `entities:`."
        work.error(path, error.message, remedy)
        return None


def _shield(work: Compiling, text: str, path: Path) -> Phrase | None:
    """A phrase of `not:`. One word of it alone would hide more than was meant."""
    phrase = _typed(work, text, path)
    if phrase is not None and (word := wording.all_that_is_left(text)):
        work.warn(path, *wording.vanished(text, word))
    return phrase


def _named(work: Compiling, text: str, path: Path) -> tuple[str, ...]:
    """The concept that a phrase names; where several share it, none, and the author is asked."""
    written = phrases.parse(text)
    if written.exact or written.regex is not None:
        return ()
    meanings = work.library.meaning(text)
    if len(meanings) < 2:
        return meanings
    names = " or ".join(CONCEPT + name for name in meanings)
    work.warn(
        path, f"{text!r} names {len(meanings)} concepts and is expanded by neither.", f"Which is meant? Write {names}."
    )
    return ()


def _joined(work: Compiling, name: str, typed: list[Phrase], unless: list[Phrase], concepts: list[str]) -> Keyword:
    brought = [work.library.keyword(concept) for concept in concepts]
    found: dict[tuple[object, ...], Phrase] = {}
    for phrase in [*typed, *(phrase for concept in brought for phrase in concept.phrases)]:
        found.setdefault((phrase.words, phrase.ordered, phrase.between, phrase.regex), phrase)
    return Keyword(
        ref=name,
        phrases=tuple(found.values()),
        unless=(*unless, *(phrase for concept in brought for phrase in concept.unless)),
        concept=concepts[0] if concepts else None,
        tolerates=frozenset().union(*(concept.tolerates for concept in brought)),
    )
