"""Parts of speech by table: what spaCy's attribute ruler sets, without matching its 180 patterns at every word."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from spacy.pipeline import AttributeRuler
from spacy.tokens import Doc

_KNOWN = frozenset({"TAG", "LOWER", "DEP", "IS_SPACE"})
_TESTS = frozenset({"IN", "NOT_IN"})

Spec = Mapping[str, Any]  # of one word, as spaCy's matcher takes it


class _Rule(NamedTuple):
    """A run of words, and the part of speech of the one at ``at``."""

    words: Sequence[Spec]
    at: int
    pos: str


class _Found(NamedTuple):
    """What is known of a word by itself: its part of speech, and the longer rules that may begin with it."""

    pos: int
    begins: tuple[_Rule, ...]


def coarse_tagger(ruler: AttributeRuler) -> Callable[[Sequence[Doc]], None] | None:
    """Return what sets the parts of speech that the ruler would, and nothing else of what it sets.

    None where a rule asks for more than tag, lower case and dependency: then only the ruler itself knows.
    """
    patterns: Any = ruler.patterns
    rules = [
        _Rule(words, given["index"], given["attrs"]["POS"])
        for given in patterns
        if "POS" in given["attrs"]
        for words in given["patterns"]
    ]
    understood = all(_understood(spec) for rule in rules for spec in rule.words)
    return _Tagger(ruler.vocab.strings, rules) if understood else None


class _Tagger:
    """Sets parts of speech, each combination of tag, word and dependency worked out once; of words, those in rules."""

    def __init__(self, strings: Any, rules: Sequence[_Rule]) -> None:
        self._strings = strings
        self._rules = rules
        self._named = {strings.add(word) for rule in rules for spec in rule.words for word in _words_in(spec)}
        self._found: dict[tuple[int, int, int], _Found] = {}

    def __call__(self, docs: Sequence[Doc]) -> None:
        found, named = self._found, self._named
        for doc in docs:
            begun: list[tuple[int, _Rule]] = []
            for token in doc:
                key = (token.tag, token.lower if token.lower in named else 0, token.dep)
                one = found.get(key) or self._find(key)
                token.pos = one.pos
                if one.begins:
                    begun += [(token.i, rule) for rule in one.begins]
            for start, rule in begun:
                self._finish(doc, start, rule)

    def _find(self, key: tuple[int, int, int]) -> _Found:
        word = self._word(key)
        pos = ""
        begins: list[_Rule] = []
        for rule in self._rules:  # a later one wins
            if not _fits(rule.words[0], word):
                continue
            if len(rule.words) > 1:
                begins.append(rule)
            else:
                pos = rule.pos
        one = self._found[key] = _Found(self._strings.add(pos) if pos else 0, tuple(begins))
        return one

    def _finish(self, doc: Doc, start: int, rule: _Rule) -> None:
        words = doc[start : start + len(rule.words)]
        if len(words) == len(rule.words) and all(
            _fits(spec, self._word((token.tag, token.lower, token.dep)))
            for spec, token in zip(rule.words, words, strict=True)
        ):
            words[rule.at].pos_ = rule.pos

    def _word(self, key: tuple[int, int, int]) -> dict[str, Any]:
        tag, low, dep = (self._strings[number] if number else "" for number in key)
        return {"TAG": tag, "LOWER": low, "DEP": dep, "IS_SPACE": False}  # a piece has no words of white space


def _understood(spec: Spec) -> bool:
    tests = [value for value in spec.values() if isinstance(value, Mapping)]
    return spec.keys() <= _KNOWN and all(test.keys() <= _TESTS for test in tests)


def _words_in(spec: Spec) -> Sequence[str]:
    value = spec.get("LOWER", ())
    if isinstance(value, str):
        return (value,)
    return [word for words in value.values() for word in words] if isinstance(value, Mapping) else ()


def _fits(spec: Spec, word: Mapping[str, Any]) -> bool:
    for name, asked in spec.items():
        value = word[name]
        if isinstance(asked, Mapping):
            if value not in asked.get("IN", (value,)) or value in asked.get("NOT_IN", ()):
                return False
        elif value != asked:
            return False
    return True
