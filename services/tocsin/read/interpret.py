"""From parses to a reading: guards, clauses and entity types in the document's own token numbers."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from spacy.tokens import Doc

from tocsin.model.article import Article
from tocsin.model.document import Document
from tocsin.model.match import Span
from tocsin.model.reading import Event, Guarded, Reading
from tocsin.read.clauses import clause_heads
from tocsin.read.events import Found, find_events
from tocsin.read.guards import find_guards
from tocsin.read.history import Told
from tocsin.read.pieces import Piece, align
from tocsin.read.telling import telling
from tocsin.read.word import Word, words_of

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
    events: list[Event] = []
    for piece, doc in parsed:
        words = words_of(doc, piece.text)
        owned = align(document, piece, words)
        heads = clause_heads(words)
        number_of = {head: next(clauses) for head in dict.fromkeys(heads)}
        for token, head in zip(words, heads, strict=True):
            for number in owned[token.i]:
                clause_of[number] = number_of[head]
                if token.ent_type_ and not piece.capitals:  # lowered text has no names to see
                    entity_type[number] = token.ent_type_
        seen = telling(words, heads)
        for tokens, indices in ((past, seen.past), (main, seen.main), (bare, seen.bare), (agents, seen.agents)):
            tokens.update(number for index in indices for number in owned[index])
        for kind, cue, scope in find_guards(words, told):
            covered = frozenset(number for index in scope for number in owned[index])
            if covered:
                guards.append(Guarded(kind, _span(document, piece, words, cue), covered))
        events.extend(_events(piece, owned, find_events(words, told)))
    return Reading(
        sentences=sentences,
        guards=tuple(guards),
        clause_of=clause_of,
        entity_type=entity_type,
        past=frozenset(past),
        main=frozenset(main),
        bare=frozenset(bare),
        agents=frozenset(agents),
        events=tuple(sorted(events, key=lambda event: event.head)),
    )


def _events(piece: Piece, owned: Sequence[tuple[int, ...]], found: Iterable[Found]) -> Iterator[Event]:
    """Yield the events in document tokens; one whose head has none there (a sign that was taken for a word) is none."""

    def ours(indices: Iterable[int]) -> frozenset[int]:
        return frozenset(number for index in indices for number in owned[index])

    for event in found:
        if owned[event.head]:
            yield Event(
                head=owned[event.head][0],
                tokens=ours(event.tokens),
                sentence=piece.sentence,
                tense=event.tense,
                actors=ours(event.actors),
                targets=ours(event.targets),
                actor=event.actor,
                target=event.target,
                reported=event.reported,
                places=ours(event.places),
                times=ours(event.times),
                when=event.when,
                people=event.people,
            )


def _span(document: Document, piece: Piece, words: Sequence[Word], cue: Iterable[int]) -> Span:
    """Return the cue as a span of the field, from its first to its last token."""
    tokens = sorted(cue)
    last = words[tokens[-1]]
    start = piece.origin[words[tokens[0]].idx]
    end = piece.origin[last.idx + len(last.text) - 1] + 1
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
