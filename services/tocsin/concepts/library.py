"""The library of concepts: one YAML file an event type, shipped in ``library/``; users add folders of their own."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictStr, ValidationError

from tocsin.concepts import phrases, placed
from tocsin.concepts.phrases import BETWEEN, MAX_BETWEEN
from tocsin.errors import Problem
from tocsin.model.rule import Keyword, Phrase, PhraseKind

SHIPPED = Path(__file__).with_name("library")
# What a phrase of a concept is worth beside the author's own words (1.0).
STRENGTH = {"heads": 0.9, "phrases": 0.8, "cues": 0.6, "weak": 0.4}
Text = Annotated[StrictStr, Field(min_length=1, max_length=300)]
Guard = Literal["negated", "denied", "hypothetical", "historical"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Code(_Part):
    """What the event is called in the PLOVER and CAMEO ontologies."""

    plover: Text | None = None
    cameo: list[Text] = Field(default_factory=list)


class Argument(_Part):
    """A role of the event and what typically fills it (spaCy's labels)."""

    types: list[Text] = Field(min_length=1)
    hint: Text | None = None


class Sentences(_Part):
    """The concept's own test: sentences in which it must be found, and in which it must not."""

    found: list[Text] = Field(min_length=1)
    not_found: list[Text] = Field(min_length=1)


class Concept(_Part):
    """One kind of event, as its file says.

    Attributes:
        heads: phrases that name the event; a keyword that is one of them brings the whole concept.
        phrases: phrases that say it in other words.
        weak: phrases that often, not always, mean it.
        cues: verbs, in base form and with their object where they need one, that say that it happens.
        arguments: who takes part.
        other_senses: phrases whose words, where they stand, are not this event's.
        between: other words that may stand between those of an unquoted phrase of this file.
        tolerates: guards that do not speak against it, because plans, threats or denials are what it is about.
    """

    concept: Annotated[StrictStr, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    title: Text
    description: Text
    code: Code = Field(default_factory=Code)
    heads: list[Text] = Field(min_length=1)
    phrases: list[Text] = Field(default_factory=list)
    weak: list[Text] = Field(default_factory=list)
    cues: list[Text] = Field(default_factory=list)
    arguments: dict[Text, Argument] = Field(default_factory=dict)
    other_senses: list[Text] = Field(default_factory=list)
    between: Annotated[int, Field(ge=0, le=MAX_BETWEEN)] = BETWEEN
    tolerates: list[Guard] = Field(default_factory=list)
    sentences: Sentences


@dataclass(frozen=True, slots=True)
class Library:
    """Concepts by name, and which of them each head phrase means.

    Attributes:
        heads: phrase key (``phrases.key``) to the names of all concepts that have it as a head.
    """

    concepts: Mapping[str, Concept]
    heads: Mapping[tuple[str, ...], tuple[str, ...]]
    _compiled: dict[str, Keyword] = field(default_factory=dict, compare=False)

    def meaning(self, phrase: str) -> tuple[str, ...]:
        """Return the concepts that a phrase names: none, one, or several, between which the author must choose."""
        return self.heads.get(phrases.key(phrase), ())

    def keyword(self, name: str) -> Keyword:
        """Return the concept compiled, as ``concept:NAME`` in a watchlist means it. ``KeyError`` where there is none."""
        if name not in self._compiled:
            self._compiled[name] = _compile(self.concepts[name])
        return self._compiled[name]

    def like(self, name: str) -> str | None:
        """Return the name most like a mistyped one."""
        return next(iter(difflib.get_close_matches(name, self.concepts, 1)), None)


def _compile(concept: Concept) -> Keyword:
    origin = f"concept:{concept.concept}"
    made: dict[tuple[Any, ...], Phrase] = {}
    for part, strength in STRENGTH.items():
        kind = PhraseKind.CUE if part == "cues" else PhraseKind.KEYWORD
        for text in getattr(concept, part):
            phrase = phrases.compile_phrase(text, between=concept.between)
            # One word says less than a phrase: *incursion* is also a dog's, into a tent.
            worth = strength if len(phrase.words) > 1 else min(strength, STRENGTH["weak"])
            weak = phrases.weakened(phrase, strength=worth, origin=origin, kind=kind)
            made.setdefault((phrase.words, phrase.ordered, phrase.between), weak)
    return Keyword(
        ref=origin,
        phrases=tuple(made.values()),
        unless=tuple(
            phrases.weakened(phrases.compile_phrase(text, between=concept.between), strength=1.0, origin=origin)
            for text in concept.other_senses
        ),
        concept=concept.concept,
        tolerates=frozenset(concept.tolerates),
    )


@lru_cache(maxsize=8)
def shipped(folders: tuple[Path, ...] = ()) -> Library:
    """Return the library of the shipped concepts and the user's folders, read once a process.

    Raises:
        ValueError: a concept is wrong; one line a problem.
    """
    library, problems = load(folders)
    if problems:
        raise ValueError("\n".join(map(str, problems)))
    return library


def load(folders: Iterable[Path] = ()) -> tuple[Library, list[Problem]]:
    """Read the shipped concepts, then each folder; a later concept of the same name replaces an earlier one.

    Returns:
        The library of what could be read, and what is wrong with the rest.
    """
    concepts: dict[str, Concept] = {}
    problems: list[Problem] = []
    for folder in (SHIPPED, *folders):
        if not folder.is_dir():
            problems.append(Problem(str(folder), 0, "there is no such folder of concepts."))
        for path in sorted(folder.glob("*.yaml")):
            found, wrong = read(path.read_text(encoding="utf-8"), file=str(path))
            problems += wrong
            concepts.update({concept.concept: concept for concept in found})
    heads: dict[tuple[str, ...], tuple[str, ...]] = {}
    for name, concept in concepts.items():
        for key in {phrases.key(head) for head in [name.replace("-", " "), *concept.heads]}:
            heads[key] = (*heads.get(key, ()), name)
    return Library(concepts, heads), problems


def read(text: str, *, file: str) -> tuple[list[Concept], list[Problem]]:
    """Read the concepts of one file."""
    documents, problems = placed.read(text, file=file)
    found = []
    for document in documents:
        try:
            concept = Concept.model_validate(document.data)
        except ValidationError as error:
            for wrong in error.errors():
                path = tuple(part for part in wrong["loc"] if isinstance(part, str | int))
                where = ".".join(map(str, path))
                problems.append(Problem(file, document.line(path), f"{where}: {wrong['msg']}."))
            continue
        if wrong_phrases := _check(concept, document):
            problems += wrong_phrases
        else:
            found.append(concept)
    return found, problems


def _check(concept: Concept, document: placed.Placed) -> list[Problem]:
    problems = []
    for part in (*STRENGTH, "other_senses"):
        for place, text in enumerate(getattr(concept, part)):
            try:
                phrase = phrases.compile_phrase(text)
            except phrases.PhraseError as error:
                problems.append(
                    Problem(document.file, document.line((part, place)), error.message, remedy=error.remedy)
                )
                continue
            if phrase.regex is not None:  # no index would lead to the concept
                message, line = f"{text} is a regular expression.", document.line((part, place))
                problems.append(Problem(document.file, line, message, remedy="A concept has words only."))
    return problems
