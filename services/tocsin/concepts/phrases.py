"""What a phrase means, wherever one is written: in a watchlist or in a concept.

===========================  ==================================================================================
``border incursion``         the content words in any inflection and order in one sentence
``"border incursion"``       exactly these tokens, in order
``"border incursion"~5``     these words in any inflection and order, at most 5 other words between
``=Apple``                   exactly so, case kept
``"crossed" border``         a quoted word inside stands exactly so, the others in any inflection
``border* incursion``        a word that ends in a star is the beginning of a word
``/re/``                     a regular expression (RE2)
===========================  ==================================================================================
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import msgspec

from tocsin import folding
from tocsin.concepts import regexes, words
from tocsin.model.rule import Check, Phrase, PhraseKind, Surface

BETWEEN = 12  # other words that may stand between the words of an unquoted phrase
MAX_BETWEEN = 50  # more than a sentence has
MAX_WORDS = 12
PREFIX_LETTERS = 3  # before a star, at least: fewer begin thousands of words
_QUOTED = re.compile(r'"([^"]*)"(?:\s*~\s*(\S+))?')
_OPERATORS = re.compile(r"(?:^|\s)(AND|OR|NOT|NEAR(?:/\d+)?|&&?|\|\|?|!)(?:\s|$)")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")


class PhraseError(ValueError):
    """A phrase that cannot be meant; ``remedy`` says what to write instead."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy


@dataclass(frozen=True, slots=True)
class Written:
    """A phrase taken apart: its words as typed and how they must stand."""

    text: str
    words: tuple[str, ...]
    exact: bool = False
    case: bool = False
    between: int | None = None  # None: where the phrase does not say
    regex: str | None = None  # ``words`` is then empty


@lru_cache(maxsize=65_536)
def parse(text: str) -> Written:
    """Take a phrase apart.

    Raises:
        PhraseError: it is empty, half quoted, or uses what the language does not have.
    """
    stripped = text.strip()
    if len(stripped) > 2 and stripped[0] == stripped[-1] == "/":
        if wrong := regexes.complaint(stripped[1:-1]):
            raise PhraseError(*wrong)
        return Written(stripped, (), regex=stripped[1:-1])
    if not folding.tokens(stripped):
        raise PhraseError(f"the phrase {text!r} has no letter or digit.", "Write a word, or delete it.")
    if stripped.startswith("="):
        return _exact(stripped, stripped[1:].strip().strip('"'), case=True)
    if '"' in stripped:
        return _quoted(stripped)
    if match := _OPERATORS.search(stripped):
        raise PhraseError(f"the operator {match[1]} stands in the phrase {stripped!r}.",
                          "In `any:` write several phrases; in `when:` operators stand outside the quotes.")  # fmt: skip
    if re.search(r"~\s*\d", stripped):
        raise PhraseError(f"a distance needs quotes around its words: {stripped!r}.", """Write '"two words"~5'.""")
    if re.match(r"(?:set|concept|from):", stripped):
        raise PhraseError(f"{stripped!r} cannot stand here.", "Here stand phrases; a concept belongs in `any:`.")
    return _plain(stripped, stripped, None)


def _quoted(text: str) -> Written:
    match = _QUOTED.fullmatch(text)
    if match is None:
        if text.count('"') % 2:
            raise PhraseError(f"a quote is not closed in {text!r}.", """Write '"two words"'.""")
        if "~" in text:
            raise PhraseError(f"a distance needs quotes around all of {text!r}.", """Write '"two words"~5'.""")
        return _mixed(text)
    inside, distance = match[1], match[2]
    if not folding.tokens(inside):
        raise PhraseError(f"the quotes in {text!r} hold no word.", "Write a word, or delete it.")
    if distance is None:
        return _exact(text, inside, case=False)
    if not distance.isascii() or not distance.isdigit() or int(distance[:9]) > MAX_BETWEEN:
        raise PhraseError(f"~{distance} is no distance.", f"Write a whole number of words from 0 to {MAX_BETWEEN}.")
    return _plain(text, inside, int(distance))


def _mixed(text: str) -> Written:
    """Words of which some are quoted; these keep their quotes in ``Written.words``."""
    pieces = [piece for piece in re.findall(r'"[^"]*"|[^\s"]+', text) if folding.tokens(piece)]
    for piece in pieces:
        _check_star(piece)
    content = tuple(piece for piece in pieces if piece[0] == '"' or not _optional(piece))
    return Written(text, content)


def _exact(text: str, inside: str, *, case: bool) -> Written:
    if not folding.tokens(inside):
        raise PhraseError(f"the phrase {text!r} has no letter or digit.", "Write a word, or delete it.")
    if "*" in inside:
        raise PhraseError(
            f"a star stands in {text!r}, which means exactly these words.", "Write border* without quotes."
        )
    return Written(text, (_EDGES.sub("", inside),), exact=True, case=case)


def _plain(text: str, inside: str, between: int | None) -> Written:
    for word in inside.split():
        _check_star(word)
    raw = [word for word in inside.split() if folding.tokens(word)]
    content = [word for word in raw if not _optional(word)] or raw
    if len(content) > MAX_WORDS:
        raise PhraseError(f"a phrase of {len(content)} words ({text[:60]!r} …) will hardly ever be found.",
                          f"At most {MAX_WORDS} words; a phrase is what a journalist would write, not a description.")  # fmt: skip
    return Written(text, tuple(content), between=between)


def _check_star(word: str) -> None:
    """Refuse stars that begin no word, or too many."""
    if "*" not in word:
        return
    if word[0] == '"' or not word.endswith("*") or "*" in word[:-1] or not folding.tokens(word):
        raise PhraseError(f"a star stands at the end of a word only, not as in {word}.", "Write border*.")
    last = folding.tokens(word)[-1]
    if len(folding.tokens(f"a{last}a")) > 1:
        raise PhraseError(
            f"{word} needs no star: in this script words are found inside longer ones.", f"Write {word[:-1]}."
        )
    if len(last) < PREFIX_LETTERS:
        raise PhraseError(
            f"{word} begins too many words.", f"At least {PREFIX_LETTERS} letters before the star: bord*."
        )


def _optional(word: str) -> bool:
    """Function words in small letters; *WHO* and *US* in capitals are names."""
    if word.endswith("*"):
        return False
    tokens = folding.tokens(word)
    return len(tokens) == 1 and tokens[0] in words.FUNCTION_WORDS and not words.in_capitals(word)


@lru_cache(maxsize=65_536)
def compile_phrase(
    text: str, common: frozenset[str] = frozenset(), *, between: int = BETWEEN, capitals: bool = True
) -> Phrase:
    """Compile a phrase as typed by the author (strength 1, origin ``typed``).

    Args:
        text: in the syntax above.
        common: words that a name in capitals must not be taken for.
        between: other words that may stand between, where the phrase itself does not say.
        capitals: a short name in capitals (*CEO*) must stand so in the text, too; else only one that is also a function
            word must (*IT, US, WHO*).

    Raises:
        PhraseError: see ``parse``.
    """
    written = parse(text)
    if written.regex is not None:
        return Phrase(written=text, words=(), regex=written.regex)
    if written.exact:
        return _exactly(written)
    alternatives = slots(written.words, common, capitals=capitals)
    return Phrase(written=text, words=alternatives, between=between if written.between is None else written.between)


def _exactly(written: Written) -> Phrase:
    (inside,) = written.words
    check = Check.CASE if written.case else Check.NONE
    surface = Surface(tuple(folding.tokens(inside)), inside, check)
    return Phrase(written=written.text, words=((surface,),), ordered=True, between=0)


def slots(typed: tuple[str, ...], common: frozenset[str], *, capitals: bool) -> tuple[tuple[Surface, ...], ...]:
    """Return the surfaces of each word of a phrase; ``common`` and ``capitals`` as for ``compile_phrase``."""
    shouted = all(words.in_capitals(word) for word in typed) and len(typed) > 1
    titled = len(typed) > 1 and all(word[:1].isupper() for word in typed)
    made = [
        _alternatives(word, shouted=shouted, sentence_start=titled or place == 0, common=common)
        for place, word in enumerate(typed)
    ]
    return tuple(made if capitals else map(_in_any_case, made))


def _alternatives(word: str, *, shouted: bool, sentence_start: bool, common: frozenset[str]) -> tuple[Surface, ...]:
    """The surfaces of one word. Names are not inflected: in capitals, or with a capital that no position explains."""
    tokens = folding.tokens(word)
    if word[0] == '"':
        return (Surface(tuple(tokens), word),)
    if word[-1] == "*":
        return (Surface(tuple(tokens), word, Check.PREFIX),)
    if tokens[-1] == "s" and len(tokens) > 1 and re.search(r"['’]s$", word):
        word, tokens = word[:-2], tokens[:-1]
    if shouted or not words.in_capitals(word):
        name = word[:1].isupper() and not shouted
        return words.word_surfaces(word, inflect=not name or (sentence_start and words.known(tokens[0])))
    check = Check.CAPITALS if words.needs_capitals(word, common) else Check.NONE
    return (Surface(tuple(tokens), word, check),)


def _in_any_case(alternatives: tuple[Surface, ...]) -> tuple[Surface, ...]:
    return tuple(
        msgspec.structs.replace(surface, check=Check.NONE)
        if surface.check is Check.CAPITALS and words.FUNCTION_WORDS.isdisjoint(surface.tokens)
        else surface
        for surface in alternatives
    )


def weakened(phrase: Phrase, *, strength: float, origin: str, kind: PhraseKind = PhraseKind.KEYWORD) -> Phrase:
    """Return the phrase as a concept brings it."""
    return msgspec.structs.replace(phrase, strength=strength, origin=origin, kind=kind)


@lru_cache(maxsize=65_536)
def key(text: str) -> tuple[str, ...]:
    """Return what two phrases share that mean the same words: their stems in order of the alphabet.

    Raises:
        PhraseError: see ``parse``.
    """
    written = parse(text)
    if written.regex is not None:
        return (written.text,)
    stars = {word for word in written.words if word[-1] == "*"}
    tokens = [token for word in written.words if word not in stars for token in folding.tokens(word)]
    kept = {words.stem(token) for token in tokens if token not in words.FUNCTION_WORDS or len(tokens) == 1}
    return tuple(sorted(kept | {f"{' '.join(folding.tokens(word))}*" for word in stars}))
