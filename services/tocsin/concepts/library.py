"""The library of concepts: one YAML file an event type, shipped in ``library/``; users add folders of their own."""

from __future__ import annotations

import difflib
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictStr, ValidationError

from tocsin.concepts import phrases, placed, wording
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
    made: dict[Hashable, Phrase] = {}
    for part, strength in STRENGTH.items():
        kind = PhraseKind.CUE if part == "cues" else PhraseKind.KEYWORD
        for text in getattr(concept, part):
            phrase = wording.compiled(part, text, between=concept.between)
            # One word says less than a phrase: *incursion* is also a dog's, into a tent.
            worth = strength if len(phrase.words) > 1 else min(strength, STRENGTH["weak"])
            weak = phrases.weakened(phrase, strength=worth, origin=origin, kind=kind)
            made.setdefault(wording.found_by(phrase), weak)
    senses = [wording.compiled(wording.SENSES, text, between=concept.between) for text in concept.other_senses]
    return Keyword(
        ref=origin,
        phrases=tuple(made.values()),
        unless=tuple(phrases.weakened(sense, strength=1.0, origin=origin) for sense in senses),
        concept=concept.concept,
        tolerates=frozenset(concept.tolerates),
    )


def shipped() -> Library:
    """Return the library of the shipped concepts, read once a process.

    Raises:
        ValueError: one is wrong; one line a problem.
    """
    library, problems = read_once(())
    if problems:
        raise ValueError("\n".join(map(str, problems)))
    return library


@lru_cache(maxsize=8)
def read_once(folders: tuple[Path, ...]) -> tuple[Library, tuple[Problem, ...]]:
    """Return what ``load`` does, read once a process; the phrases of the shipped files, which tests check, unchecked."""
    library, problems = load(folders, trusted=True)
    return library, tuple(problems)


def load(folders: Iterable[Path] = (), *, trusted: bool = False) -> tuple[Library, list[Problem]]:
    """Read the shipped concepts, then each folder; a later concept of the same name replaces an earlier one.

    Args:
        folders: of the user.
        trusted: leave the phrases of the shipped files unchecked, which takes a second otherwise.

    Returns:
        The library of what could be read, and what is wrong with the rest.
    """
    concepts: dict[str, Concept] = {}
    problems: list[Problem] = []
    for folder in (SHIPPED, *folders):
        if not folder.is_dir():
            message = "there is no such folder of concepts."
            problems.append(Problem(str(folder), 0, message, remedy="Correct `concepts` in the settings."))
        for path in sorted(folder.glob("*.yaml")):
            found, wrong = read_file(path, checked=not trusted or folder != SHIPPED)
            problems += wrong
            concepts.update({concept.concept: concept for concept in found})
    heads: dict[tuple[str, ...], tuple[str, ...]] = {}
    for name, concept in concepts.items():
        for key in {phrases.key(head) for head in [name.replace("-", " "), *concept.heads]}:
            heads[key] = (*heads.get(key, ()), name)
    return Library(concepts, heads), problems


def read_file(path: Path, *, checked: bool = True) -> tuple[list[Concept], list[Problem]]:
    """Read the concepts of one file, their phrases checked or not; that it cannot be opened is a problem like others."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        return [], [Problem(str(path), 0, f"the file cannot be read: {error.strerror}.")]
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return [], [Problem(str(path), line, "this is not UTF-8.", remedy="Save the file as UTF-8.")]
    return read(text, file=str(path), checked=checked)


def read(text: str, *, file: str, checked: bool = True) -> tuple[list[Concept], list[Problem]]:
    """Read the concepts of one file. What has a warning only is among the concepts, too."""
    documents, problems = placed.read(text, file=file)
    found = []
    for document in documents:
        try:
            concept = Concept.model_validate(document.data)
        except ValidationError as error:
            problems += [_problem(wrong, document) for wrong in error.errors()]
            continue
        parts = {part: getattr(concept, part) for part in (*STRENGTH, wording.SENSES)}
        told = list(wording.problems(parts, document)) if checked else []
        problems += told
        if all(problem.severity == "warning" for problem in told):
            found.append(concept)
    return found, problems


def _problem(wrong: Any, document: placed.Placed) -> Problem:
    path = tuple(part for part in wrong["loc"] if isinstance(part, str | int))
    where, kind = ".".join(map(str, path)) or "the concept", wrong["type"]
    message, remedy = f"{where}: {wrong['msg']}.", ""
    if kind == "extra_forbidden":
        message, remedy = _unknown(where, path, document)
    elif kind == "missing":
        message, remedy = f"`{where}` is missing.", f"Add `{path[-1]}:`."
    elif kind == "string_type" and isinstance(wrong["input"], dict):
        remedy = "A text with ': ' in it must stand in quotes."
    elif kind == "string_type" and path in document.raw:
        remedy = f"Write it in quotes: '{document.raw[path]}'."
    elif kind == "list_type":
        remedy = "Write a list: one entry a line, each after a hyphen."
    return Problem(document.file, document.line(path), message, remedy=remedy)


def _unknown(where: str, path: tuple[str | int, ...], document: placed.Placed) -> tuple[str, str]:
    """Say that a key is unknown; in braces, what stands behind a comma is read as one."""
    *parents, key = path
    before, value = "", document.data
    for part in parents:
        value = value[part]
    if len(path) > 1 and value[key] is None:
        names = list(value)
        before = names[names.index(key) - 1] if names.index(key) else ""
    if before and isinstance(value[before], str):
        return f"{where}: in braces a comma ends a text.", f"Quote it: {before}: '{value[before]}, {key}'."
    model = {1: Concept, 2: Sentences if "sentences" in parents else Code, 3: Argument}.get(len(path), Concept)
    near = next(iter(difflib.get_close_matches(str(key), model.model_fields, 1)), None)
    known = f"Here may stand: {', '.join(model.model_fields)}."
    return f"unknown key {where!r}.", f"Did you mean `{near}`?" if near else known
