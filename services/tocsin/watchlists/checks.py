"""What is wrong or unwise in a document that can be read. Errors are what cannot be meant; warnings never refuse."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from tocsin import folding
from tocsin.concepts import phrases, wording
from tocsin.concepts.placed import Path
from tocsin.concepts.words import FUNCTION_WORDS, stem
from tocsin.model import rule as model
from tocsin.watchlists import alias_checks, language, rule_checks
from tocsin.watchlists.alias_checks import Tokens, alias_places
from tocsin.watchlists.drafting import Compiling
from tocsin.watchlists.lexicon import common_words

_ANY_SENTENCE = "It is said that one of the men was in the house."  # what is found here is found everywhere


def check(work: Compiling, rules: list[model.Rule]) -> None:
    """Add what is found to the document's problems."""
    rule_checks.check(work, rules)
    _sources(work)
    if work.refused:
        return
    _keywords(work)
    _typed(work, rules)
    alias_checks.check(work)
    _both(work)
    rule_checks.unused(work, rules)


def _sources(work: Compiling) -> None:
    filters: list[tuple[Path, language.Filters | None]] = [(("filters",), work.document.filters)]
    filters += [(("rules", place, "filters"), rule.filters) for place, rule in enumerate(work.document.rules or ())]
    for path, value in filters:
        sources = value.sources if value else None
        if sources and sources.include and set(sources.include) <= set(sources.exclude or ()):
            work.error(
                (*path, "sources"),
                "no source passes: all that are included are excluded too.",
                "Delete one of the two.",
            )


def _keywords(work: Compiling) -> None:
    listed: dict[Tokens, str] = {}  # in a list each entry is a rule: two that mean the same would tell all twice
    for _, name, texts in _phrase_places(work):
        seen: dict[Tokens, str] = {} if isinstance(work.document.keywords, dict) else listed
        for place, text in texts:
            if text.startswith("concept:"):
                continue
            written = phrases.parse(text)
            if written.regex is not None:
                _wide(work, place, written.regex)
            words = [token for word in written.words for token in folding.tokens(word)]
            if word := wording.all_that_is_left(text):
                work.warn(place, *wording.vanished(text, word))
            elif _generic(work, text):
                work.warn(
                    place, f"{text!r} alone is too generic a word.", "Add a second word, in any order: attack embassy."
                )
            key = phrases.key(text) if not written.exact else (*words, '"')
            if key in seen and key:
                work.warn(place, f"{text!r} finds the same as {seen[key]!r} (in {name!r}).", "Delete one.")
            seen.setdefault(key, text)
        _eaten_quotes(work, [place for place, _ in texts])


def _phrase_places(work: Compiling) -> Iterator[tuple[Path, str, list[tuple[Path, str]]]]:
    """Each keyword as written: where, its name, and its phrases with their places."""
    written = work.document.keywords
    if isinstance(written, dict):
        for name, value in written.items():
            path: Path = ("keywords", name)
            if isinstance(value, language.Keyword):
                yield path, name, [((*path, "any", place), text) for place, text in enumerate(value.any)]
            else:
                texts = value if isinstance(value, list) else [value]
                yield (
                    path,
                    name,
                    [((*path, place) if isinstance(value, list) else path, text) for place, text in enumerate(texts)],
                )
        return
    for number, entry in enumerate(written or ()):
        path = ("keywords", number)
        if isinstance(entry, str):
            yield path, entry, [(path, entry)]
        else:
            yield (
                path,
                entry.name,
                [((*path, "any", place), text) for place, text in enumerate(entry.any or [])] or [(path, entry.name)],
            )


def _eaten_quotes(work: Compiling, places: list[Path]) -> None:
    """YAML takes double quotes away: what was meant to be exact is not. JSON needs them and means nothing by them."""
    placed = work.source.placed
    if placed.text.lstrip().startswith("{"):
        return
    for path in places:
        value = placed.data
        for part in path:
            value = value[part] if not isinstance(value, str) else value
        if path in placed.quoted and isinstance(value, str) and len(value.split()) > 1 and '"' not in value:
            work.warn(path, f'YAML takes the quotes of "{value}" away: it is read in any order and inflection.',
                      f"Write '\"{value}\"' if exactly these words are meant; else drop the quotes.")  # fmt: skip


def _wide(work: Compiling, path: Path, pattern: str) -> None:
    options = re2.Options()
    options.case_sensitive = False
    if re2.compile(pattern, options).search(_ANY_SENTENCE):
        work.warn(
            path,
            f"/{pattern}/ is found in nearly every article.",
            r"Ask for more: \b for the edge of a word, {3,} for length.",
        )


def _typed(work: Compiling, rules: list[model.Rule]) -> None:
    """Phrases of expressions that say too little where they are enough alone."""
    alone = {number for rule in rules for number in _enough(rule.condition)}
    for text, (number, path) in work.typed.items():
        written = phrases.parse(text)
        if written.regex is not None:
            _wide(work, path, written.regex)
        elif word := wording.all_that_is_left(text):
            message, _ = wording.vanished(text, word)
            work.warn(
                path, message, f"Write it in double quotes, which ask for exactly these words, or {word!r} alone."
            )
        elif number in alone and _generic(work, text):
            work.warn(path, f"{text!r} alone is too generic a word.", f"Join another to it: {text} NEAR/5 embassy.")


def _enough(condition: model.Condition) -> frozenset[int]:
    """The keywords of which one is enough for a rule to fire."""
    match condition:
        case model.Says(keywords=members):
            return members
        case model.AnyOf(parts=parts):
            return frozenset().union(*map(_enough, parts))
        case _:
            return frozenset()


def _generic(work: Compiling, text: str) -> bool:
    """Whether a phrase is one common word in any form, or function words only."""
    written = phrases.parse(text)
    if written.case or written.regex is not None or work.library.meaning(text):
        return False
    tokens = [token for word in written.words for token in folding.tokens(word)]
    if len(tokens) != 1 or written.words[0].endswith("*"):
        return bool(tokens) and FUNCTION_WORDS.issuperset(tokens)
    return tokens[0] in common_words() or (not written.exact and stem(tokens[0]) in common_words())


def _both(work: Compiling) -> None:
    names = {tuple(folding.tokens(text)): text for _, _, aliases in alias_places(work) for _, text, _ in aliases}
    names |= {tuple(folding.tokens(ref)): ref for _, ref, _ in alias_places(work)}
    for path, name, _ in _phrase_places(work):
        key = tuple(folding.tokens(name.removeprefix("concept:")))
        if key in names and not name.startswith("concept:"):
            work.warn(path, f"{name!r} is the name of an entity and of a keyword.", "Rename one.")
