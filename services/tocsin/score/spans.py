"""Words of a document as spans of its text."""

from __future__ import annotations

from tocsin.model.document import Document
from tocsin.model.match import Span


def span_of(document: Document, first: int, last: int) -> Span:
    """Return the text from token ``first`` to token ``last``, both included."""
    name = document.field_of(first)
    start, end = document.spans.start(first), document.spans.end(last)
    return Span(name, start, end, document.field_text(name)[start:end])
