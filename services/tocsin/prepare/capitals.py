"""Whether a text is all in capitals, so that case proves nothing in it."""

from __future__ import annotations

import re
import string

_FEW_LETTERS = 12  # a sentence with fewer is in capitals only if its field is
_MANY_CAPITALS = 9  # to one small letter
_LAST = 6  # characters
_SAMPLE = 400  # letters beyond ASCII that are looked at
_SMALL = string.ascii_lowercase.encode()
_CAPITALS = string.ascii_uppercase.encode()
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")


def in_capitals(text: str, *, in_field: bool = False) -> bool:
    """Whether nearly all letters are capitals; ``in_field`` is the answer where there are too few to tell."""
    if text[-_LAST:].islower():
        return False  # most sentences: not in capitals if the last word is not
    raw = text.encode("ascii", "ignore")
    small = len(raw) - len(raw.translate(None, _SMALL))
    capitals = len(raw) - len(raw.translate(None, _CAPITALS))
    if len(raw) * 4 < len(text) * 3:
        beyond = "".join(_BEYOND_ASCII.findall(text))[:_SAMPLE]
        small += sum(map(str.islower, beyond))
        capitals += sum(map(str.isupper, beyond))
    if capitals + small < _FEW_LETTERS:
        return in_field and not small
    return capitals > _MANY_CAPITALS * small
