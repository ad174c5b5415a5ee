"""The language of a text whose producer named none. Called for candidates only: it costs 0.1 to 1 ms."""

from __future__ import annotations

import functools
import re
from typing import Protocol

from tocsin.model.article import UNKNOWN_LANGUAGE

_SAMPLE = 2000  # characters from the beginning: more does not change the answer
_FEW_LETTERS = 20  # bytes; with fewer no answer is worth having; scripts of one language speak for themselves
_CONFIDENT = 0.5  # the model's probability, tempered for length, of the language it names
_SCRIPTS = (
    ("ko", re.compile(r"[\uac00-\ud7a3\u1100-\u11ff]")),
    ("ja", re.compile(r"[\u3041-\u30ff]")),
)
_SCRIPT_SHARE = 0.15  # of the letters: headlines in Korean and Japanese hold many Han characters


class _Identifier(Protocol):
    def classify(self, instance: str) -> tuple[str, float]: ...


def load() -> None:
    """Read the model now, so that the first candidate need not wait for it."""
    _identifier()


def detect(text: str) -> str:
    """Return the primary language subtag in lower case, ``und`` for what is too short or could be several."""
    sample = text[:_SAMPLE]
    letters = len(
        "".join(filter(str.isalpha, sample)).encode()
    )  # in bytes: a Han character says as much as three letters
    if letters == 0:
        return UNKNOWN_LANGUAGE
    for language, script in _SCRIPTS:
        if len(script.findall(sample)) * 3 >= max(6, _SCRIPT_SHARE * letters):
            return language
    if letters < _FEW_LETTERS:
        return UNKNOWN_LANGUAGE
    language, confidence = _identifier().classify(sample)
    return language if confidence >= _CONFIDENT else UNKNOWN_LANGUAGE


@functools.cache
def _identifier() -> _Identifier:
    """The model, read once: that and the import take 0.5 to 2 s, so neither happens before the first question."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    identifier: _Identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    return identifier
