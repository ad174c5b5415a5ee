"""What is unwise in the phrases of a concept: words that vanish, what is said twice, what no index leads to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence

from tocsin import folding
from tocsin.concepts import phrases, senses
from tocsin.concepts.placed import Placed
from tocsin.errors import Problem
from tocsin.model.rule import Check, Phrase

SENSES = "other_senses"


def problems(parts: Mapping[str, Sequence[str]], document: Placed) -> Iterator[Problem]:
    """Yield what is wrong with the phrases of one concept; warnings where it can be used as it stands.

    Args:
        parts: the phrases of each part, as the concept takes them: of two that find the same, the first counts.
        document: where they stand.
    """
    seen: dict[Hashable, str] = {}
    for part, texts in parts.items():
        if part == SENSES:
            seen = {}
        for place, text in enumerate(texts):
            line = document.line((part, place))
            try:
                phrase = compiled(part, text)
            except phrases.PhraseError as error:
                yield Problem(document.file, line, error.message, remedy=error.remedy)
                continue
            if phrase.regex is not None:  # no index would lead to the concept
                told = f"{text} is a regular expression."
                yield Problem(document.file, line, told, remedy="A concept has words only.")
                continue
            if len(phrase.words) == 1 and (word := all_that_is_left(text)):
                told, remedy = vanished(text, word)
                if part == SENSES:  # it would hide all that the concept finds beside that word
                    yield Problem(document.file, line, told, remedy=remedy)
                    continue
                yield Problem(document.file, line, told, severity="warning", remedy=remedy)
            if (key := found_by(phrase)) in seen:
                told = f"{text} finds the same as {seen[key]}."
                yield Problem(document.file, line, told, severity="warning", remedy="Delete it.")
            seen.setdefault(key, f"{text} (in {part})")


def compiled(part: str, text: str, *, between: int = phrases.BETWEEN) -> Phrase:
    """Compile a phrase as the part of the concept that it stands in means it.

    Raises:
        PhraseError: see ``phrases.parse``.
    """
    if part == SENSES:
        return senses.compile_sense(text, between=between)
    return phrases.compile_phrase(text, between=between, capitals=False)


def vanished(text: str, word: str) -> tuple[str, str]:
    """Return what is wrong with a phrase of which one word is left, and the remedy."""
    inside = re.sub(r'"\s*~.*', "", text).replace('"', "")
    return (
        f"of {text!r} only {word!r} is looked for: the other words are function words.",
        f"""Write '"{inside}"', which is exactly these words, or {word} alone if that is meant.""",
    )


def all_that_is_left(text: str) -> str:
    """Return the one word that several typed words are read as, the others being function words; empty where all is well.

    Raises:
        PhraseError: see ``phrases.parse``.
    """
    written = phrases.parse(text)
    if written.exact or len(written.words) != 1:
        return ""
    typed = [word for word in re.sub(r'"\s*~.*', "", text).replace('"', " ").split() if folding.tokens(word)]
    return written.words[0].strip('"') if len(typed) > 1 and written.words[0].strip('"') != " ".join(typed) else ""


def found_by(phrase: Phrase) -> Hashable:
    """Return what two phrases share that find the very same."""
    if phrase.regex is not None:
        return phrase.regex
    slots = [
        frozenset(
            (surface.tokens, surface.check, surface.written if surface.check is Check.CASE else "") for surface in word
        )
        for word in phrase.words
    ]
    if phrase.ordered:
        return tuple(slots)
    return frozenset(Counter(slots).items()), phrase.between if len(slots) > 1 else 0
