"""The structured view of an article in which something was found: tokens, sentences, paragraphs, zones."""

from __future__ import annotations

from array import array

import numpy as np

from tocsin import folding, native
from tocsin.model.document import TITLE_BREAK, Document, Folded, Spans, Zone
from tocsin.prepare import datelines, furniture, openings, paragraphs, sentences, signs
from tocsin.prepare.pieces import Pieces
from tocsin.prepare.surroundings import Kind

_LEAD_SENTENCES = 3  # of the story, from its first two paragraphs; headings before them go with the lead
_LEAD_PARAGRAPHS = 2
_MAX_TOKENS = 300  # of a sentence: what is longer is a table or a list without stops, and is cut
_MAX_SENTENCES = 20_000  # of a body: an article of 10 MB takes seconds; what follows is cut by length alone
_STORY, _FURNITURE = Kind.STORY, Kind.FURNITURE  # looked up once: enums are slow to reach
_TITLE, _LEAD, _BODY, _NO_STORY = Zone.TITLE, Zone.LEAD, Zone.BODY, Zone.FURNITURE
# A dateline is a sentence of its own, so that its place stands in no sentence with what happened, but it is part of the
# lead: where the story names no other place, it is as often right as any other mention. FURNITURE takes it from the evidence.
_DATELINE = Zone.LEAD
_BEGINS, _LOOK, _GOES_ON, _DATED = native.BEGINS, native.LOOK, native.GOES_ON, native.DATED
_ALL = native.OPENS | native.NO_PROSE | native.SAYS | native.AGAIN
_PROSE = signs.prose(max_tokens=_MAX_TOKENS, max_sentences=_MAX_SENTENCES)


def structure(folded: Folded) -> Document:
    """Find tokens, sentences, paragraphs and zones; offsets count code points of the fields as received."""
    title, body = folded.article.title, folded.article.body
    found = native.KERNEL.structure(title, body, folding.LETTERS, _PROSE) if native.KERNEL is not None else None
    return _document(folded, found or _structure(folded))


def _document(folded: Folded, found: native.Structure) -> Document:
    spans, zones = Spans(found.spans), _zones(folded, found)
    found = _without_dateline(folded.article.body, found, zones)
    return Document(
        folded=folded,
        spans=spans,
        title_tokens=found.title_tokens,
        sentences=Pieces(folded.article.title, folded.article.body, spans, found.pieces, zones),
        zones=zones,
        tokens=[(piece[2], piece[3]) for piece in found.pieces],
        sentence_of=found.sentence_of,
    )


def _structure(folded: Folded) -> native.Structure:
    """Do what the kernel does, for any text; all is to be looked at."""
    title, body = folded.article.title, folded.article.body
    title_tokens = folded.text.count(" ", 0, folded.text.index(TITLE_BREAK)) - 1
    spans = _spans(title, body, title_tokens)
    blocks = paragraphs.split(body)
    pieces = [[0, len(title), 0, title_tokens, 0, _BEGINS]] if title_tokens else []
    pieces += _read(body, blocks, spans, title_tokens + 1)
    looks = [[start, end, _ALL] for start, end in blocks]
    return native.Structure(spans.rows, title_tokens, _numbered(pieces, len(spans.rows)), looks, pieces, looks=True)


def _spans(title: str, body: str, title_tokens: int) -> Spans:
    """The spans of all tokens, each counted in its own field, and the break's between."""
    found = folding.positions(f"{title}{TITLE_BREAK}{body}")
    rows = np.empty((len(found) + 1, 2), dtype=np.int32)
    rows[:title_tokens] = found[:title_tokens]
    rows[title_tokens] = 0
    np.subtract(found[title_tokens:], len(title) + 1, out=rows[title_tokens + 1 :])
    return Spans(rows)


def _read(text: str, blocks: list[tuple[int, int]], spans: Spans, first: int) -> list[list[int]]:
    """Read the body, whose tokens begin with number ``first``, from its first paragraph to its last."""
    cuts = sentences.ends(text, blocks, _MAX_SENTENCES)
    starts = np.ascontiguousarray(spans.rows[first:, 0])
    highs = starts.searchsorted(np.array([cut for cut, _ in cuts], dtype=np.int32))
    found: list[list[int]] = []
    low, current, start, bits = first, -1, 0, _BEGINS
    for (cut, number), high in zip(cuts, (highs + first).tolist(), strict=True):
        if number != current:
            current, start, bits = number, blocks[number][0], _BEGINS | _DATED
        if low == high:
            continue
        piece = [start, cut, low, high, number + 1, bits]
        if high - low <= _MAX_TOKENS:
            found.append(piece)
        else:
            found += _cut_up(piece, spans)
        low, start, bits = high, cut, _LOOK
    return found


def _cut_up(piece: list[int], spans: Spans) -> list[list[int]]:
    """A sentence that is too long, in pieces."""
    start, cut, low, high, number, bits = piece
    found = []
    for first in range(low, high, _MAX_TOKENS):
        last = min(first + _MAX_TOKENS, high)
        begin = start if first == low else spans.start(first)
        end = cut if last == high else spans.end(last - 1)
        found.append([begin, end, first, last, number, bits if first == low else _GOES_ON])
    return found


def _zones(folded: Folded, found: native.Structure) -> list[Zone]:
    """Say what zone each sentence is in."""
    article, pieces = folded.article, found.pieces
    zones = [_TITLE] if found.title_tokens else []
    kinds: list[Kind] = []
    if found.blocks:
        told = folded.text[: folded.text.index(TITLE_BREAK)]
        kinds = furniture.find(article.title, told, article.body, found.blocks)
    form = _Form(article.body)
    if _FURNITURE not in kinds and not (found.looks and form.is_in(found)):
        return zones + _story_zones(pieces[len(zones) :], kinds)
    lead = _Lead()
    for _, cut, low, _, number, bits in pieces[len(zones) :]:
        kind = kinds[number - 1] if kinds else _STORY
        if bits & _GOES_ON:
            zones.append(zones[-1])
        elif kind is _FURNITURE:
            zones.append(_NO_STORY)
        elif bits & _BEGINS:
            zones.append(lead.zone(1, kind))
        elif form.begun or (bits & _LOOK and form.opens(found.spans.item(low, 0), cut)):
            zones.append(_NO_STORY)
        else:
            zones.append(lead.zone(0, kind))
    return zones


def _without_dateline(body: str, found: native.Structure, zones: list[Zone]) -> native.Structure:
    """Part the dateline from the lead: a piece of its own. Changes ``zones`` with it."""
    for number, piece in enumerate(found.pieces):
        if zones[number] is _BODY:
            break
        if not piece[5] & _DATED or zones[number] is not _LEAD:
            continue
        begin = found.spans.item(piece[2], 0)
        end = datelines.end(body, begin, piece[1])
        if end == begin:
            continue
        _, _, low, high, paragraph, bits = piece
        split = low + int(found.spans[low:high, 0].searchsorted(end))
        if split in (low, high):
            continue
        parts = [[piece[0], end, low, split, paragraph, bits], [end, piece[1], split, high, paragraph, bits]]
        pieces = [*found.pieces[:number], *parts, *found.pieces[number + 1 :]]
        zones.insert(number, _DATELINE)
        sentence_of = np.array(found.sentence_of, dtype=np.int32)
        sentence_of[split:] += 1  # the break stands before it
        return found._replace(pieces=pieces, sentence_of=array("i", sentence_of.tobytes()))
    return found


def _numbered(pieces: list[list[int]], tokens: int) -> list[int]:
    """The number of the piece that each token is in; -1 for the break."""
    sentence_of: list[int] = []
    for number, (_, _, low, high, _, _) in enumerate(pieces):
        if len(sentence_of) < low:
            sentence_of.append(-1)  # the break
        sentence_of += [number] * (high - low)
    if len(sentence_of) < tokens:
        sentence_of.append(-1)
    return sentence_of


def _story_zones(pieces: list[list[int]], kinds: list[Kind]) -> list[Zone]:
    """The zones of a body without furniture."""
    lead, zones = _Lead(), []
    for _, _, _, _, number, bits in pieces:
        zone = lead.zone(bits & _BEGINS, kinds[number - 1] if kinds else _STORY)
        if zone is _BODY:
            break
        zones.append(zone)
    return zones + [_BODY] * (len(pieces) - len(zones))


class _Lead:
    """Says whether sentences of the story are its lead, asked from the first to the last."""

    __slots__ = ("_paragraphs", "_sentences")

    def __init__(self) -> None:
        self._paragraphs = self._sentences = 0

    def zone(self, begins: int, kind: Kind) -> Zone:
        """Lead or body; ``begins``: 1 for the first sentence of its paragraph."""
        if kind is _STORY:
            self._paragraphs += begins
            self._sentences += 1
        return _LEAD if self._sentences <= _LEAD_SENTENCES and self._paragraphs <= _LEAD_PARAGRAPHS else _BODY


class _Form:
    """Says whether furniture begins within a paragraph of the story: text that lost its lines has it there too."""

    __slots__ = ("_text", "begun")

    def __init__(self, text: str) -> None:
        self._text = text
        self.begun = False  # a comment form: what follows within paragraphs is no story either

    def is_in(self, found: native.Structure) -> bool:
        """Whether any sentence must be told from the story, or is the rest of one that may be."""
        for _, cut, low, _, _, bits in found.pieces:
            if bits & _GOES_ON or (bits & _LOOK and self.opens(found.spans.item(low, 0), cut)):
                return True
        return False

    def opens(self, start: int, end: int) -> bool:
        """Whether a sentence, whose first token is at ``start``, is furniture."""
        if not openings.may_open(self._text, start):
            return False
        self.begun = openings.opens_form(self._text, start, end)
        return self.begun or openings.opens(self._text, start, end)
