"""From parses to a reading: guards, clauses and entity types in the document's own token numbers."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterable, Sequence

from spacy.tokens import Doc

from tocsin.model.article import Article
from tocsin.model.document import Document
from tocsin.model.match import Span
from tocsin.model.reading import Guarded, Reading
from tocsin.read.clauses import clause_heads
from tocsin.read.guards import find_guards
from tocsin.read.history import Told
from tocsin.read.pieces import Piece, align
from tocsin.read.telling import telling

_YEAR = re.compile(r"(?<![\d.,$€£])(1[5-9]\d\d|20\d\d)(?![\d,%]|\.\d)")


def interpret(document: Document, sentences: frozenset[int], parsed: Sequence[tuple[Piece, Doc]]) -> Reading:
    """Return the reading of a document from the parses of its pieces."""
    told = told_when(document.article)
    clauses = itertools.count()
    guards: list[Guarded] = []
    clause_of: dict[int, int] = {}
    entity_type: dict[int, str] = {}
    past: set[int] = set()
    main: set[int] = set()
    bare: set[int] = set()
    agents: set[int] = set()
    for piece, doc in parsed:
        owned = align(document, piece, doc)
        heads = clause_heads(doc)
        number_of = {head: next(clauses) for head in dict.fromkeys(heads)}
        for token, head in zip(doc, heads, strict=True):
            for number in owned[token.i]:
                clause_of[number] = number_of[head]
                if token.ent_type_ and not piece.capitals:  # lowered text has no names to see
                    entity_type[number] = token.ent_type_
        seen = telling(doc, heads)
        for tokens, indices in ((past, seen.past), (main, seen.main), (bare, seen.bare), (agents, seen.agents)):
            tokens.update(number for index in indices for number in owned[index])
        for kind, cue, scope in find_guards(doc, told):
            covered = frozenset(number for index in scope for number in owned[index])
            if covered:
                guards.append(Guarded(kind, _span(document, piece, doc, cue), covered))
    return Reading(
        sentences=sentences,
        guards=tuple(guards),
        clause_of=clause_of,
        entity_type=entity_type,
        past=frozenset(past),
        main=frozenset(main),
        bare=frozenset(bare),
        agents=frozenset(agents),
    )


def _span(document: Document, piece: Piece, doc: Doc, cue: Iterable[int]) -> Span:
    """Return the cue as a span of the field, from its first to its last token."""
    tokens = sorted(cue)
    last = doc[tokens[-1]]
    start = piece.origin[doc[tokens[0]].idx]
    end = piece.origin[last.idx + len(last) - 1] + 1
    name = document.sentences[piece.sentence].field
    return Span(name, start, end, document.field_text(name)[start:end])


def told_when(article: Article) -> Told:
    """Return when the article speaks: its date, else its arrival, else the latest year that it names itself."""
    known = article.published_at if article.published_at is not None else article.arrived_at
    if known:
        date = dt.datetime.fromtimestamp(known, tz=dt.UTC)
        return Told(date.year, date.month)
    years = [int(year) for year in _YEAR.findall(f"{article.title}\n{article.body}")]
    return Told(max(years, default=0), 12)
