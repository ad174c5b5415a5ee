"""What the AsyncAPI document says of an article. For readers only: entries are decoded by ``tocsin.events``."""

from __future__ import annotations

from pydantic import BaseModel, Field


class ArticleDocument(BaseModel):
    """An article: flat fields of a stream entry, or one JSON document in the field ``data``."""

    title: str | None = Field(None, description="Headline. Title or body must be there, unless it is a withdrawal.")
    body: str | None = Field(None, description="Plain text, exactly as it is to be quoted.")
    id: str | int | None = Field(None, description="The source's own id; else the canonical URL, else the content.")
    source: str | None = Field(None, description="Who published it; with the id it is the article's key.")
    url: str | None = Field(None, description="Where it can be read.")
    published_at: str | float | None = Field(None, description="ISO 8601, RFC 2822, or seconds or milliseconds.")
    lang: str | None = Field(None, description="BCP 47; only the primary subtag counts.")
    status: str | None = Field(None, description="'withdrawn': the source took the article back.")
