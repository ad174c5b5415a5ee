"""Names to surfaces: aliases as written, and what the gazetteer adds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
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
def surfaces(alias: str, *, compounds: bool = True) -> tuple[Surface, ...]:
    """Return the surface forms of an alias: itself, joined or hyphenated, in either spelling. Never inflected.

    Args:
        alias: as written.
        compounds: whether a word in small letters may carry a hyphen in the text (a dictionary is loaded to see where).

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
            f"an alias has no prefix and no regular expression ({text}): it is a name.", "Write the names out."
        )
    tokens = tuple(folding.tokens(text))
    if not tokens:
        raise PhraseError(f"the alias {alias!r} has no letter or digit.", "Write a name, or delete it.")
    if words.is_hangul(tokens):
        return (Surface(tokens, text, Check.LEFT_EDGE),)
    if words.needs_capitals(text, common_words()):
        return (Surface(tokens, text, Check.CAPITALS),)
    found = {(made, Check.NONE): Surface(made, text) for made in spelled(tokens)}
    for made in _joined(text):
        found.setdefault((made, Check.NONE), Surface(made, text))
    if (
        compounds and len(tokens) == 1 and text[:1].islower()
    ):  # names in the narrow sense carry no hyphens but their own
        for pair in words.split_compound(tokens[0]):
            found.setdefault((pair, Check.HYPHEN), Surface(pair, text, Check.HYPHEN))
    return tuple(found.values())


def _with_case(text: str) -> tuple[Surface, ...]:
    written = _EDGES.sub("", text.strip('"'))
    tokens = tuple(folding.tokens(written))
    if not tokens:
        raise PhraseError("the = stands before no word.", "Write =Name.")
    return (Surface(tokens, written, Check.CASE),)


def spelled(tokens: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the tokens in every spelling, as they are first; only so many of a name of many spellings."""
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
    """Return the strong and the weak surfaces of a gazetteer entry.

    Names that hold one of its names and are something else (*New Mexico*) are weak ones: found first, they keep it from
    being found inside them, and count only where it stands besides.
    """
    strong = forms(entry.strong)
    held = {surface.tokens for surface in strong}
    return strong, unique([*forms(entry.weak), *(one for one in _shields(entry.kind) if _holds(one.tokens, held))])


def forms(aliases: Iterable[str]) -> tuple[Surface, ...]:
    """Return the surfaces of several aliases of the gazetteer, each once."""
    return unique(surface for alias in aliases for surface in surfaces(alias, compounds=False))


@cache
def _shields(kind: str) -> tuple[Surface, ...]:
    return forms(gazetteer.shields(kind))


def _holds(tokens: tuple[str, ...], names: AbstractSet[tuple[str, ...]]) -> bool:
    places = range(len(tokens) + 1)
    return any(tokens[first:last] in names for first in places for last in places[first + 1 :])


def unique(found: Iterable[Surface]) -> tuple[Surface, ...]:
    """Return each form once, the first as it was written."""
    by_form: dict[tuple[tuple[str, ...], Check, str], Surface] = {}
    for surface in found:
        cased = surface.written if surface.check is Check.CASE else ""
        by_form.setdefault((surface.tokens, surface.check, cased), surface)
    return tuple(by_form.values())


@cache
def countries() -> tuple[Entity, ...]:
    """Return ``set:countries``, compiled."""
    found = [
        Entity(
            ref=f"set:countries/{entry.code}",
            name=entry.name,
            type=entry.type,
            strong=forms(entry.strong),
            weak=forms(entry.weak),
        )
        for entry in gazetteer.countries()
    ]
    return with_shields("countries", found)


def with_shields(kind: str, members: Iterable[Entity]) -> tuple[Entity, ...]:
    """Return the members of a set, and one that is never there: its weak names keep others from being found in them."""
    shields = Entity(ref=f"set:{kind}/-", name=f"none of the {kind}", strong=(), weak=_shields(kind))
    return (*members, shields)


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
        kind = kind or entry.type or None
    return Entity(ref=ref, name=name.removeprefix("="), type=kind, strong=unique(strong), weak=unique(feeble))
