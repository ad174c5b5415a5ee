"""Keywords to phrases: what the author typed, and what the concepts bring that those words name."""

from __future__ import annotations

from dataclasses import dataclass

from tocsin.concepts import phrases
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
    concepts: dict[str, None] = {}
    for text, path in zip(draft.any, draft.paths, strict=True):
        if text.startswith(CONCEPT):
            name = text.removeprefix(CONCEPT)
            if name in work.library.concepts:
                concepts[name] = None
            else:
                unknown = unknown_concept(work, name)
                work.error(path, unknown.message, unknown.remedy)
        elif (phrase := _typed(work, text, path)) is not None:
            typed.append(phrase)
            if draft.expand:
                concepts.update(dict.fromkeys(_named(work, text, path)))
    unless = [_typed(work, text, (*draft.path, "not", place)) for place, text in enumerate(draft.unless)]
    if work.errors > errors:
        return None
    return _joined(work, draft.name, typed, [phrase for phrase in unless if phrase], list(concepts))


def _typed(work: Compiling, text: str, path: Path) -> Phrase | None:
    try:
        return phrases.compile_phrase(text, common_words())
    except PhraseError as error:
        remedy = error.remedy
        if text.startswith("set:"):
            remedy = "A set of entities belongs under `entities:`."
        work.error(path, error.message, remedy)
        return None


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
