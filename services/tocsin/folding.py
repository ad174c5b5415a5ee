"""Folding: how text is made comparable, the one place that says what a token is.

Watchlists fold the words they look for with ``tokens``; articles are folded with ``fold``; ``spans`` leads back from a
token to the text as received.

Each character is folded on its own, so nothing depends on what stands around it, but for one rule about dots:

- Case is folded, width, ligatures and diacritics are gone (NFKD; ``ß`` is ``ss``, ``ł`` is ``l``, ``½`` is ``1 2``).
- Marks above and below letters are dropped, wherever they stand; so are invisible format characters (soft hyphen,
  joiners, direction marks). Vowel signs of Indic scripts are letters.
- Digits of every script are 0 to 9. What is neither letter nor digit separates: apostrophes and hyphens too, so a
  possessive is the name and a token ``s``, and a hyphen is as good as a space. Lone surrogates separate.
- A Han, kana, Hangul, Thai, Lao, Khmer or Myanmar character is a token of its own. (Hangul typed as single jamo is
  put together: a leading consonant begins a token.)
- Dots between single letters join: ``U.S.``, ``U.S`` and ``US`` are all the token ``us``, ``a.m.`` is ``am``,
  ``J.R.R. Tolkien`` is ``jrr tolkien``; ``J. Smith`` is ``j smith``, ``example.com`` is ``example com``.

A token is never empty and holds no white space nor control character.
"""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import numpy.typing as npt

from tocsin import native

_JOINED = "\x00"  # stands for a dot that joins two single letters, until it is dropped
_DOT = re.compile(r"\.(?<=(?<![^ .])[^ .\d]\.)(?=[^ .\d](?![^ .]))")  # in mapped text
_ASCII_DOT = re.compile(
    rb"\.(?<=(?<![A-Za-z0-9])[A-Za-z]\.)(?=[A-Za-z](?![A-Za-z0-9]))"
)  # the same, in the text itself
_ASCII = bytes(ord(chr(code).lower()) if code < 128 and chr(code).isalnum() else 32 for code in range(256))
_ASCII_JOINED = bytes([0]) + _ASCII[1:]

_LONG = 400  # characters from which NumPy's overhead of a few microseconds is worth it
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_MOSTLY = 8  # one in so many characters beyond ASCII, at most: typographic quotes and a few accents in English news
_TYPOGRAPHY = "\u2019\u2018\u201c\u201d\u2013\u2014\xa0"  # quotes, dashes, no-break space: most of what there is

_STROKES = str.maketrans("łøđħŧıðƀɨŀ", "lodhtidbil") | {ord("æ"): "ae", ord("œ"): "oe", ord("þ"): "th"}
_APOSTROPHES = frozenset(
    "\u02b9\u02ba\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb\u02ee\ua78c"
)  # letters, to Unicode
_ZERO_WIDTH_SPACE = "\u200b"
_OWN_TOKEN = (  # scripts written without spaces, after NFKD; inclusive code points
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x3005, 0x3007),  # iteration mark, closing mark, zero
    (0x3040, 0x30FF),  # kana
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),
    (0xA9E0, 0xA9FF),
    (0xAA60, 0xAA7F),
    (0x20000, 0x3FFFF),
)
_LEADING_JAMO = ((0x1100, 0x115F), (0xA960, 0xA97F))
_VOWEL_SIGNS = (0x0900, 0x1AAF)  # between these, a mark of combining class 0 is a vowel sign, not a diacritic
_MONGOLIAN_SELECTORS = (0x180B, 0x180F)


def tokens(text: str) -> list[str]:
    """Return the folded tokens of any string."""
    mapped = _mapped(text)
    return (mapped.replace(_JOINED, "") if _JOINED in mapped else mapped).split()


def spans(text: str) -> list[tuple[int, int]]:
    """Return ``(start, end)`` in code points of ``text`` for each of ``tokens(text)``, in the same order.

    Several tokens may share one character (``½``); a span takes in the marks that follow its last letter.
    """
    starts, ends = positions(text).T.tolist()
    return list(zip(starts, ends, strict=True))


def positions(text: str) -> npt.NDArray[np.int32]:
    """Return what ``spans`` returns as an array of two columns."""
    found = native.KERNEL.positions(text, LETTERS) if native.KERNEL is not None else None
    return _positions(text) if found is None else found


def _positions(text: str) -> npt.NDArray[np.int32]:
    mapped = _mapped(text)
    starts, ends = _runs(mapped)
    if not text.isascii():
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        beyond = np.flatnonzero(codes > 127)
        lengths = np.ones(len(text), dtype=np.uint8)
        lengths[beyond] = [len(_TABLE[code]) for code in codes[beyond].tolist()]
        if len(mapped) != len(text) or not lengths.all():
            origin = np.repeat(np.arange(len(text)), lengths)  # of each mapped character
            following = np.append(origin, len(text))[ends]
            starts, ends = origin[starts], np.maximum(origin[ends - 1] + 1, following)
    return np.stack((starts, ends), axis=1).astype(np.int32)


def fold(text: str) -> str:
    """Return the tokens joined and surrounded by single spaces; one space where there are none."""
    found = native.KERNEL.fold(text, LETTERS) if native.KERNEL is not None else None
    return _fold(text) if found is None else found


def _fold(text: str) -> str:
    mapped = _mapped(text)
    if _JOINED in mapped:
        mapped = mapped.replace(_JOINED, "")
    if len(mapped) >= _LONG and mapped.isascii():
        return _squeezed(mapped)
    found = mapped.split()
    return f" {' '.join(found)} " if found else " "


def _squeezed(mapped: str) -> str:
    """Runs of spaces as one, and one around: a third of the time that splitting and joining take on an article."""
    codes = np.frombuffer(mapped.encode("ascii"), dtype=np.uint8)
    solid = codes != ord(" ")
    kept = solid.copy()
    kept[1:] |= solid[:-1]  # a space that follows a token
    text = codes.compress(kept).tobytes().decode("ascii")
    return f" {text}" if text.endswith(" ") else f" {text} " if text else " "


def _mapped(text: str) -> str:
    """Every character replaced by what it folds to: token characters, spaces, and ``_JOINED``."""
    if not text.isascii():
        rare = (len(text) - len(text.encode("ascii", "ignore"))) * _MOSTLY < len(text)
        plain = _plain(text) if rare else text
        if not plain.isascii():
            return _DOT.sub(_JOINED, text.translate(_TABLE)).replace(".", " ")
        text = plain
    raw = text.encode("ascii")
    if _ASCII_DOT.search(raw) is None:
        return raw.translate(_ASCII).decode("ascii")
    joined = _ASCII_DOT.sub(b"\x00", raw.replace(b"\x00", b" "))
    return joined.translate(_ASCII_JOINED).decode("ascii")


def _plain(text: str) -> str:
    """Text with few characters beyond ASCII, those replaced by what they fold to."""
    for mark in _TYPOGRAPHY:
        text = text.replace(mark, " ")
    return text if text.isascii() else _BEYOND_ASCII.sub(_translate_run, text)


def _translate_run(run: re.Match[str]) -> str:
    return run[0].translate(_TABLE)


def _runs(mapped: str) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Starts and ends of the runs between spaces."""
    codes: npt.NDArray[np.uint32] | npt.NDArray[np.uint8]
    if mapped.isascii():
        codes = np.frombuffer(mapped.encode("ascii"), dtype=np.uint8)
    else:
        codes = np.frombuffer(mapped.encode("utf-32-le"), dtype=np.uint32)
    solid = np.zeros(len(codes) + 2, dtype=np.bool_)
    solid[1:-1] = codes != ord(" ")
    edges = np.flatnonzero(solid[1:] != solid[:-1])
    return edges[::2], edges[1::2]


class _Table(dict[int, str]):
    """What each character folds to, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = _fold_char(char)
        if unicodedata.category(char) not in {"Cn", "Co"}:  # a million unassigned characters are not worth keeping
            self[code] = folded
        return folded


def _fold_char(char: str) -> str:
    """What one character folds to: letters and digits, with a space where tokens part; ``.`` for a dot; or nothing."""
    category = unicodedata.category(char)
    if category == "Cf":
        return " " if char == _ZERO_WIDTH_SPACE else ""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold()).translate(_STROKES)
    if decomposed == ".":
        return "."
    if category[0] not in "LNM" or char in _APOSTROPHES:
        return " "
    kept = "".join(_fold_part(part) for part in decomposed)
    if _within(ord(decomposed[0]), _LEADING_JAMO):
        return f" {kept} " if len(kept) > 1 else f" {kept}"
    # What falls into several tokens shares none of them with its neighbours.
    return f" {' '.join(kept.split())} " if " " in kept else kept


def _fold_part(part: str) -> str:
    """One character of a decomposition."""
    category = unicodedata.category(part)
    code = ord(part)
    if category[0] == "M":
        vowel = unicodedata.combining(part) == 0 and _VOWEL_SIGNS[0] <= code <= _VOWEL_SIGNS[1] and category != "Me"
        if not vowel or _within(code, (_MONGOLIAN_SELECTORS,)):
            return ""
    elif category == "Nd":
        return str(unicodedata.decimal(part))
    elif category[0] not in "LN" or part in _APOSTROPHES:
        return " "
    return f" {part} " if _within(code, _OWN_TOKEN) else part


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= code <= last for first, last in ranges)


_TABLE = _Table()
LETTERS = native.Letters(lambda code: _TABLE[code])
