"""The structured view of an article in which something was found: tokens, sentences, paragraphs, zones."""

from __future__ import annotations

import re
import string
from bisect import bisect_left
from itertools import chain, islice

import numpy as np

from tocsin import folding
from tocsin.model.document import Document, Folded, Sentence, Zone
from tocsin.prepare import furniture, paragraphs, sentences

_LEAD_SENTENCES = 3  # of the story, from its first two paragraphs; headings before them go with the lead
_LEAD_PARAGRAPHS = 2
_MAX_TOKENS = 300  # of a sentence: what is longer is a table or a list without stops, and is cut
_MAX_SENTENCES = 20_000  # of a body: an article of 10 MB takes seconds; what follows is cut by length alone
_FEW_LETTERS = 12  # a sentence with fewer is in capitals only if its field is
_MANY_CAPITALS = 9  # to one small letter
_LAST = 6  # characters
_SAMPLE = 400  # letters beyond ASCII that are looked at
_SMALL = string.ascii_lowercase.encode()
_CAPITALS = string.ascii_uppercase.encode()
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")

Span = tuple[int, int]


def structure(folded: Folded) -> Document:
    """Find tokens, sentences, paragraphs and zones; offsets count code points of the fields as received."""
    article = folded.article
    title_spans = folding.spans(article.title)
    body = _Body(article.title, article.body, first=len(title_spans) + 1)
    found = [*_title(article.title, title_spans), *body.read()]
    sentence_of = [-1] * (len(title_spans) + 1 + len(body.spans))
    for number, sentence in enumerate(found):
        sentence_of[sentence.first : sentence.last] = [number] * (sentence.last - sentence.first)
    return Document(
        folded=folded,
        starts=_starts(folded.text),
        spans=[*title_spans, (0, 0), *body.spans],
        title_tokens=len(title_spans),
        sentences=tuple(found),
        sentence_of=sentence_of,
    )


def _starts(text: str) -> list[int]:
    """Offsets of the tokens: what follows each space but the last."""
    if text.isascii():
        spaces = np.flatnonzero(np.frombuffer(text.encode("ascii"), dtype=np.uint8) == ord(" "))
    else:
        spaces = np.flatnonzero(np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32) == ord(" "))
    starts: list[int] = (spaces[:-1] + 1).tolist()
    return starts


def _title(title: str, spans: list[Span]) -> list[Sentence]:
    """The title is one sentence, whatever it holds."""
    if not spans:
        return []
    start, end = _trimmed(title, (0, len(title)), spans)
    return [Sentence("title", start, end, 0, len(spans), 0, Zone.TITLE, _capitals(title, in_field=False))]


class _Body:
    """Reads the body once, from its first paragraph to its last.

    Args:
        title, text: as received.
        first: the document's number of the body's first token.
    """

    def __init__(self, title: str, text: str, *, first: int) -> None:
        self.spans = folding.spans(text)
        self._title = title
        self._text = text
        self._first = first
        self._starts = [span[0] for span in self.spans]
        self._capitals = _capitals(text, in_field=False)
        self._found: list[Sentence] = []
        self._form = False  # a comment form has begun
        self._story_paragraphs = 0
        self._story_sentences = 0

    def read(self) -> list[Sentence]:
        """Return the sentences; every token is in one."""
        blocks = paragraphs.split(self._text)
        kinds = furniture.find(self._title, self._text, blocks)
        for number, (block, kind) in enumerate(zip(blocks, kinds, strict=True), start=1):
            self._paragraph(number, block, kind)
        return self._found

    def _paragraph(self, number: int, block: Span, kind: furniture.Kind) -> None:
        start, end = block
        low, stop = bisect_left(self._starts, start), bisect_left(self._starts, end)
        if low == stop:
            return
        self._story_paragraphs += kind is furniture.Kind.STORY
        room = max(0, _MAX_SENTENCES - len(self._found))
        for cut in chain(islice(sentences.ends(self._text, start, end), room), (end,)):
            high = stop if cut == end else bisect_left(self._starts, cut, low, stop)
            if high > low:
                self._sentence((start, cut), (low, high), number, self._zone(low, cut, kind, begins=start == block[0]))
                start, low = cut, high

    def _zone(self, low: int, end: int, kind: furniture.Kind, *, begins: bool) -> Zone:
        """The zone of the sentence that begins with token ``low``; text that lost its lines has furniture in it too."""
        if kind is furniture.Kind.FURNITURE:
            return Zone.FURNITURE
        start = self._starts[low]
        if not begins:
            self._form = self._form or furniture.opens_form(self._text, start, end)
            if self._form or furniture.opens(self._text, start, end):
                return Zone.FURNITURE
        leads = self._story_sentences < _LEAD_SENTENCES and self._story_paragraphs <= _LEAD_PARAGRAPHS
        self._story_sentences += kind is furniture.Kind.STORY
        return Zone.LEAD if leads else Zone.BODY

    def _sentence(self, reach: Span, tokens: Span, paragraph: int, zone: Zone) -> None:
        """Append the sentence of these tokens, cut where it is too long."""
        low, high = tokens
        for begin in range(low, high, _MAX_TOKENS):
            last = min(begin + _MAX_TOKENS, high)
            spans = self.spans[begin:last]
            start = reach[0] if begin == low else spans[0][0]
            end = reach[1] if last == high else spans[-1][1]
            start, end = _trimmed(self._text, (start, end), spans)
            capitals = _capitals(self._text[start:end], in_field=self._capitals)
            first = self._first
            self._found.append(Sentence("body", start, end, first + begin, first + last, paragraph, zone, capitals))


def _trimmed(text: str, reach: Span, spans: list[Span]) -> Span:
    """The span without the white space around; it takes in the tokens, whatever it was."""
    start, end = reach
    while start < spans[0][0] and text[start].isspace():
        start += 1
    while end > spans[-1][1] and text[end - 1].isspace():
        end -= 1
    return min(start, spans[0][0]), max(end, spans[-1][1])


def _capitals(text: str, *, in_field: bool) -> bool:
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
