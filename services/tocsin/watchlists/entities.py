"""Names to surfaces: aliases as written, and what the gazetteer adds."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import product

from tocsin import folding
from tocsin.concepts import words
from tocsin.concepts.phrases import PhraseError
from tocsin.concepts.spelling import spellings
from tocsin.model.rule import Check, Entity, Surface
from tocsin.watchlists import gazetteer
from tocsin.watchlists.lexicon import common_words

_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_MAX_SPELLINGS = 8  # of one alias: three words with two spellings each


@lru_cache(maxsize=262_144)
def surfaces(alias: str) -> tuple[Surface, ...]:
    """Return the surface forms of an alias: itself, joined or hyphenated, in either spelling. Never inflected.

    Raises:
        PhraseError: nothing to be found, or a form that aliases do not have.
    """
    text = alias.strip()
    if text.startswith("="):
        return _with_case(text[1:].strip())
    if len(text) > 2 and text[0] == text[-1] == '"':
        text = text[1:-1]
    if "*" in text or (len(text) > 2 and text[0] == text[-1] == "/"):
        raise PhraseError(
            f"prefixes and regular expressions ({text}) are not yet in this version.", "Write the names out."
        )
    tokens = tuple(folding.tokens(text))
    if not tokens:
        raise PhraseError(f"the alias {alias!r} has no letter or digit.", "Write a name, or delete it.")
    if words.is_hangul(tokens):
        return (Surface(tokens, text, Check.LEFT_EDGE),)
    if words.needs_capitals(text, common_words()):
        return (Surface(tokens, text, Check.CAPITALS),)
    found = {(made, Check.NONE): Surface(made, text) for made in _spelled(tokens)}
    for made in _joined(text):
        found.setdefault((made, Check.NONE), Surface(made, text))
    if len(tokens) == 1 and text[:1].islower():  # names in the narrow sense carry no hyphens but their own
        for pair in words.split_compound(tokens[0]):
            found.setdefault((pair, Check.HYPHEN), Surface(pair, text, Check.HYPHEN))
    return tuple(found.values())


def _with_case(text: str) -> tuple[Surface, ...]:
    written = _EDGES.sub("", text.strip('"'))
    tokens = tuple(folding.tokens(written))
    if not tokens:
        raise PhraseError("the = stands before no word.", "Write =Name.")
    return (Surface(tokens, written, Check.CASE),)


def _spelled(tokens: tuple[str, ...]) -> list[tuple[str, ...]]:
    options = [(token, *spellings(token)) for token in tokens]
    return list(product(*options))[:_MAX_SPELLINGS]


def _joined(text: str) -> list[tuple[str, ...]]:
    """Hyphens typed may be missing altogether: *Al-Qaeda*, *Alqaeda*."""
    if "-" not in text:
        return []
    joined = tuple(folding.tokens(re.sub(r"(?<=\w)-(?=\w)", "", text)))
    return [joined] if joined else []


@cache
def completed(entry: gazetteer.Entry) -> tuple[tuple[Surface, ...], tuple[Surface, ...]]:
    """Return the strong and the weak surfaces of a gazetteer entry."""
    strong = [surface for form in entry.strong for surface in surfaces(form)]
    return _unique(strong), _unique([surface for form in entry.weak for surface in surfaces(form)])


def _unique(found: list[Surface]) -> tuple[Surface, ...]:
    by_form: dict[tuple[tuple[str, ...], Check, str], Surface] = {}
    for surface in found:
        cased = surface.written if surface.check is Check.CASE else ""
        by_form.setdefault((surface.tokens, surface.check, cased), surface)
    return tuple(by_form.values())


@cache
def countries() -> tuple[Entity, ...]:
    """Return ``set:countries``, compiled."""
    found = []
    for entry in gazetteer.countries():
        strong, weak = completed(entry)
        found.append(
            Entity(ref=f"set:countries/{entry.code}", name=entry.name, type=entry.type, strong=strong, weak=weak)
        )
    return tuple(found)


def entity(*, ref: str, name: str, aliases: list[str], weak: list[str], kind: str | None, complete: bool) -> Entity:
    """Compile one entity; with ``complete``, what the gazetteer knows of its name is added.

    Raises:
        PhraseError: one of the aliases cannot be looked for.
    """
    strong = [surface for text in [name, *aliases] for surface in surfaces(text)]
    feeble = [surface for text in weak for surface in surfaces(text)]
    entry = gazetteer.lookup(name) if complete else None
    if entry is not None:
        more, more_weak = completed(entry)
        own = name if name.startswith("=") else None
        cased = {surface.tokens for surface in more if surface.check is Check.CASE}
        # The gazetteer knows that *Turkey* is a bird in small letters; the name as typed must not undo that.
        strong = [
            surface for surface in strong if own or surface.tokens not in cased or surface.check is not Check.NONE
        ]
        taken = {surface.tokens for surface in [*strong, *feeble] if surface.check is Check.NONE}
        strong += [surface for surface in more if surface.tokens not in taken]
        feeble += [surface for surface in more_weak if surface.tokens not in taken]
        kind = kind or entry.type
    return Entity(ref=ref, name=name.removeprefix("="), type=kind, strong=_unique(strong), weak=_unique(feeble))
