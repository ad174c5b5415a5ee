"""What a word of a phrase also looks like in a text: its inflections, spellings, hyphens.

Inflection, not derivation: *kidnap, kidnapped, kidnapping*; *kidnapper* is a concept's business. Made when a watchlist
is compiled, with lemminflect's dictionary; it is loaded at the first word that needs it, never at import.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import Any

from tocsin import folding
from tocsin.concepts.readings import MEANT, THINGS, VERBS, Reading
from tocsin.concepts.spelling import spellings
from tocsin.model.rule import Check, Surface

# Function words: optional in an unquoted phrase. Particles that make a verb another verb (blew *up*, gunned *down*) and
# negations are not among them.
_FUNCTION = """
a an the this that these those some any each every either all both such its it he him his himself she her hers herself
they them their theirs themselves we us our ours ourselves i me my myself you your yours yourself yourselves itself
who whom whose which what one ones oneself someone somebody something anyone anybody anything of in on at to from for by
with into onto upon as than via across through throughout against between among amid about around toward towards during
within per and or but nor if while whether when where because although though is are was were be been being am do does
did has have had having will would shall should may might can could must s t
"""
# Read as adjectives or as nouns of their own before a noun: *armed clash* is not about arms.
_OWN = "armed united arms customs news goods remains marines alleged limited means odds police people media"
_STARTS = """
air anti auto back bi bio black by co counter cross cyber de down e ex extra eye fore fire gun half hand head high home
hyper infra inter intra kilo land life long low mega mid micro mini mis mono multi narco neo non off on out over own
para peace petro photo post pre pro proto pseudo re sea self semi side sit stand step sub super tele thermo trans tri
ultra un under uni up vice war water world
"""
# Once forms of a verb, now prepositions: *according to* says nothing of an accord; and *dice*. Found only where typed.
_STRAYED = frozenset("according concerning dice excluding including notwithstanding owing pending regarding".split())
FUNCTION_WORDS = frozenset(_FUNCTION.split())
ARTICLES = ("a", "an", "the")
_NO_LEMMA = frozenset(_OWN.split())
_COMPOUND_STARTS = frozenset(_STARTS.split())
_COMPOUND_ENDS = frozenset({"away", "back", "by", "down", "in", "off", "on", "out", "over", "up"})
_UNINFLECTED = _NO_LEMMA | _COMPOUND_ENDS
_ACT = ("VBG", "VBD", "VBN")  # a verb's forms that are never a noun's
_SHORTEST = 3  # letters of a word that is inflected although no dictionary has it: *lab*
_KEPT = 262_144  # words: a group of a million names asks for as many
CAPITALS_LIMIT = 3  # letters: shorter names in capitals are words in another case more often than not


@cache
def _lemminflect() -> Any:
    """Return the package's three functions: loaded when a word is first inflected (a third of a second, 30 MB).

    The package itself imports spaCy (another second) to hook into it. Its parts are imported without running it.
    """
    spec = importlib.util.find_spec("lemminflect")
    assert spec is not None
    unrun = importlib.util.module_from_spec(spec)
    run = sys.modules.setdefault("lemminflect", unrun)
    try:
        lemmatizer = importlib.import_module("lemminflect.core.Lemmatizer").Lemmatizer()
        inflector = importlib.import_module("lemminflect.core.Inflections").Inflections()
    finally:
        if run is unrun:
            del sys.modules["lemminflect"]
    return SimpleNamespace(
        getAllLemmas=lemmatizer.getAllLemmas,
        getAllLemmasOOV=lemmatizer.getAllLemmasOOV,
        getAllInflections=inflector.getAllInflections,
        getAllInflectionsOOV=inflector.getAllInflectionsOOV,
    )


@lru_cache(maxsize=_KEPT)
def known(word: str) -> bool:
    """Whether the dictionary has the word in any form."""
    return bool(_lemminflect().getAllLemmas(word))


@cache
def lemmas(word: str) -> tuple[Reading, ...]:
    """Return every reading of a folded word as a noun or a verb: where it is known what is meant, that alone."""
    if word in _UNINFLECTED:
        return (Reading("NOUN", word),)
    if word in MEANT:
        return MEANT[word]
    found = dict(_lemminflect().getAllLemmas(word))
    if not found and word.isascii() and word.isalpha() and len(word) >= _SHORTEST:
        kind = "VERB" if word.endswith(("ed", "ing")) else "NOUN"
        found = {kind: _lemminflect().getAllLemmasOOV(word, kind).get(kind, (word,))}
    if not VERBS.isdisjoint(found.get("NOUN", ())):
        found["VERB"] = found["NOUN"]
    return tuple(Reading(kind, lemma) for kind in ("NOUN", "VERB") for lemma in found.get(kind, ()))


@cache
def inflections(word: str) -> tuple[str, ...]:
    """Return the word and its inflections, the word first, then sorted; spellings not yet included."""
    if word in _UNINFLECTED or not word.isalpha() or not word.isascii():
        return (word,)
    splits = () if known(word) else split_compound(word)
    if splits and splits[-1][1] not in _COMPOUND_ENDS:  # lathicharge as charge; brownout as a noun
        first, second = splits[-1]
        return tuple(first + form for form in inflections(second))
    forms = {form for reading in lemmas(word) for form in _forms(reading, word)}
    if not forms and (got := _lemminflect().getAllInflections(word, "ADJ")):  # only that: *big, bigger, biggest*
        forms.update(form for made in got.values() for form in made)
    return (word, *sorted(form for form in forms - {word} - _STRAYED if form.isalpha() and form.isascii()))


def _forms(reading: Reading, word: str) -> set[str]:
    """The forms of one reading that somebody means who typed ``word``."""
    made = _made(reading)
    if _is_act(reading, word):
        return {form for tag in _ACT for form in made.get(tag, ())}
    return {reading.lemma, *(form for forms in made.values() for form in forms)}


def _made(reading: Reading) -> dict[str, tuple[str, ...]]:
    tool, (kind, lemma) = _lemminflect(), reading
    made: dict[str, tuple[str, ...]] = tool.getAllInflections(lemma, kind) or tool.getAllInflectionsOOV(lemma, kind)
    return made


def _is_act(reading: Reading, word: str) -> bool:
    """Whether the word is an act by its ending (*shelling*), and the verb's other forms are things (*shells*)."""
    if reading.kind != "VERB" or reading.lemma not in THINGS:
        return False
    made = _made(reading)
    return word not in {reading.lemma, *made.get("VB", ()), *made.get("VBP", ()), *made.get("VBZ", ())}


@cache
def forms(word: str) -> tuple[str, ...]:
    """Return every form of a folded word: inflections of each of its spellings and their spellings."""
    found = dict.fromkeys(inflections(word))
    for other in spellings(word):
        found.update(dict.fromkeys(inflections(other)))
    for form in list(found):
        found.update(dict.fromkeys(spellings(form)))
    return tuple(found)


@cache
def stem(word: str) -> str:
    """Return one name for all forms of a word, for comparing phrases: the alphabetically first of its lemmas."""
    candidates = {name for form in (word, *spellings(word)) for name in _names(form)} or {word}
    return min(candidates | {other for name in candidates for other in spellings(name)})


def _names(word: str) -> Iterator[str]:
    """The lemmas of a word: of *killings* that of *killing*; of an act its gerund, so that it is no thing."""
    for reading in lemmas(word):
        if reading.kind == "NOUN" and reading.lemma != word and reading.lemma.endswith("ing"):
            yield from _names(reading.lemma)
        elif _is_act(reading, word):
            yield min(_made(reading)["VBG"])
        else:
            yield reading.lemma


@lru_cache(maxsize=_KEPT)
def split_compound(word: str) -> tuple[tuple[str, str], ...]:
    """Return the places where a joined word may carry a hyphen: *ceasefire* → (*cease*, *fire*)."""
    if not (word.isascii() and word.isalpha()) or len(word) < 6:
        return ()
    splits = []
    for cut in range(2, len(word) - 1):
        first, second = word[:cut], word[cut:]
        if second in _COMPOUND_ENDS or (len(second) > 3 and known(second)):
            starts = first in _COMPOUND_STARTS or (len(first) > 2 and known(first))
            if starts or (len(second) > 4 and not known(word)):
                splits.append((first, second))
    return tuple(splits)


_PARTS = re.compile(r"[-‐‑‒–]")


def word_surfaces(written: str, *, inflect: bool = True) -> tuple[Surface, ...]:
    """Return the alternatives of one word of a phrase (no white space in it), most literal first.

    A hyphen typed finds hyphen, space and joined; a joined word finds joined and hyphen.
    """
    tokens = tuple(folding.tokens(written))
    if not tokens:
        return ()
    if is_hangul(tokens):
        return (Surface(tokens, written, Check.LEFT_EDGE),)
    found: dict[tuple[tuple[str, ...], Check], Surface] = {}

    def add(made: tuple[str, ...], check: Check = Check.NONE) -> None:
        found.setdefault((made, check), Surface(made, written, check))

    if len(tokens) == 1:
        for form in forms(tokens[0]) if inflect else (tokens[0], *spellings(tokens[0])):
            add((form,))
            for pair in split_compound(form):
                add(pair, Check.HYPHEN)
        return tuple(found.values())
    hyphenated = bool(_PARTS.search(written)) and all(part.isalpha() and part.isascii() for part in tokens)
    if not hyphenated:
        add(tokens)
        return tuple(found.values())
    for last in forms(tokens[-1]) if inflect else (tokens[-1], *spellings(tokens[-1])):
        for start in {tokens[:-1], tuple(next(iter(spellings(part)), part) for part in tokens[:-1])}:
            add((*start, last))
            add(("".join((*start, last)),))
    return tuple(found.values())


def is_hangul(tokens: tuple[str, ...]) -> bool:
    """Whether a surface starts with a Hangul syllable, so that a longer word could begin before it."""
    return "\u1100" <= tokens[0][0] <= "\u11ff" or "\uac00" <= tokens[0][0] <= "\ud7a3"


def in_capitals(written: str) -> bool:
    """Whether a name is written in capitals, as an abbreviation is."""
    letters = [letter for letter in written if letter.isalpha()]
    return len(letters) > 1 and all(letter.isupper() for letter in letters)


def needs_capitals(written: str, common: frozenset[str]) -> bool:
    """Whether a name must stand in capitals in the text: written so, and a common word or three letters at most.

    Signs in it do not make it longer: *AT&T* is found in *at T-Mobile* where its case is not asked for.
    """
    tokens = folding.tokens(written)
    if not tokens or not in_capitals(written):
        return False
    letters = sum(letter.isalpha() for letter in written)
    return letters <= CAPITALS_LIMIT or (len(tokens) == 1 and tokens[0] in common)
