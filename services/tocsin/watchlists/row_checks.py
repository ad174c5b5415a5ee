"""What a row of a file must be to be taken: every finding names the line and what to write instead."""

from __future__ import annotations

import re
from typing import NamedTuple, get_args

from tocsin.concepts.phrases import PhraseError
from tocsin.watchlists.entities import surfaces
from tocsin.watchlists.language import EntityType
from tocsin.watchlists.rows import Row

TYPES = frozenset(get_args(EntityType))
MAX_ID = 200  # characters
MAX_NAME = 300  # as of an entity that stands in the list itself
MAX_TEXT = 100_000  # characters of all names of a row: it fits into a chunk whatever they are
_SIMPLE = re.compile(rf"[A-Za-z0-9][ -)+-~]{{0,{MAX_NAME - 1}}}").fullmatch  # nothing can be wrong with it
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


Found = tuple[
    str, str, tuple[str, ...], tuple[str, ...], str
]  # id, name, aliases, weak, type; maybe with spaces around


class Bad(NamedTuple):
    """A row that cannot be meant: its first line in the file, what is wrong, what to write instead."""

    line: int
    message: str
    remedy: str = ""


class Checks:
    """The checks of one file: it knows which ids it has seen.

    Args:
        kind: the type of rows that have none.
    """

    def __init__(self, kind: str | None = None) -> None:
        self._seen: set[str] = set()
        self._kinds: dict[str, str | None] = {"": kind} | {name: name for name in TYPES}

    def row(self, line: int, found: Found) -> Row | Bad:
        """Return the row, or what is wrong with it."""
        id_, name, aliases, weak, kind = found
        id_, name = id_.strip(), name.strip()
        if not id_ or id_ in self._seen or len(id_) > MAX_ID or not id_.isprintable():
            return Bad(line, *self._wrong_id(id_))
        if kind not in self._kinds and (kind := kind.strip().upper()) not in self._kinds:
            return Bad(line, f"there is no type {kind!r}.", f"Write one of {', '.join(sorted(TYPES))}.")
        if not _SIMPLE(name) and (wrong := _wrong(name)):
            return Bad(line, *wrong)
        if aliases or weak:
            aliases, weak = _stripped(aliases), _stripped(weak)
            if wrong := _wrong_aliases((*aliases, *weak)):
                return Bad(line, *wrong)
        self._seen.add(id_)
        return Row(id_, name, aliases, weak, self._kinds[kind])

    def _wrong_id(self, id_: str) -> tuple[str, str]:
        if not id_:
            return "the row has no id.", "Write one that stays when the name changes, or delete the row."
        if id_ in self._seen:
            return f"the id {id_!r} stands in an earlier row.", "Delete one of the rows, or put their names together."
        return f"the id {id_[:50]!r} is no name.", f"Write at most {MAX_ID} letters, digits and signs."


def _stripped(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple([text.strip() for text in texts])


def _wrong_aliases(texts: tuple[str, ...]) -> tuple[str, str] | None:
    if sum(map(len, texts)) > MAX_TEXT:
        return f"the names of the row have over {MAX_TEXT:,} characters.", "Write fewer."
    return next((wrong for text in texts if not _SIMPLE(text) and (wrong := _wrong(text))), None)


def _wrong(text: str) -> tuple[str, str] | None:
    if not text:
        return "the row has no name.", "Write one, or delete the row."
    if len(text) > MAX_NAME:
        return f"the name {text[:50]!r}… has {len(text):,} characters.", f"Write at most {MAX_NAME}."
    if bad := _UNFIT.search(text):
        if "\ud800" <= bad[0] <= "\udfff":
            return "the row is not UTF-8.", "Save the file as UTF-8."
        return f"the name {text[:50]!r} holds a line break or a control character.", "Delete it; part aliases by ;."
    try:
        surfaces(text)
    except PhraseError as error:
        return error.message, error.remedy
    return None
