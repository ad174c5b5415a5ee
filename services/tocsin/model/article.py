"""An article as it was received, and the names that it goes by."""

from __future__ import annotations

from hashlib import blake2b

import msgspec

UNKNOWN_LANGUAGE = "und"


def digest(*parts: str, size: int = 12) -> str:
    """Return a stable hex digest of the parts.

    Args:
        parts: any strings; the boundary between them counts. Lone surrogates are allowed.
        size: bytes of the digest; the result has twice as many characters.
    """
    state = blake2b(digest_size=size)
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        state.update(len(raw).to_bytes(8, "little"))
        state.update(raw)
    return state.hexdigest()


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """One article, one content of it, as a producer sent it.

    Attributes:
        id: the producer's, else derived from the canonical URL, else from the content.
        title, body: exactly as received; offsets anywhere in the system count their code points.
        published_at: seconds since the epoch, UTC; None when undated.
        arrived_at: seconds since the epoch, UTC (guarantee 5: the entry's id, else the server's now).
        lang: primary language subtag in lower case; ``und`` where none was stated and none was detected yet.
        lang_stated: whether the producer named the language.
        entry_id: stream entry id, or the line's number in a back-test.
        withdrawn: the source took the article back; title and body may then be empty.
        marks: what readers of an alert should know: ``undated``, ``truncated`` …
    """

    id: str
    source: str = ""
    title: str = ""
    body: str = ""
    url: str | None = None
    published_at: float | None = None
    arrived_at: float = 0.0
    lang: str = UNKNOWN_LANGUAGE
    lang_stated: bool = False
    entry_id: str = ""
    withdrawn: bool = False
    marks: tuple[str, ...] = ()

    @property
    def may_be_english(self) -> bool:
        """Whether it is in the language that is read, or its language is not known."""
        return self.lang in {"en", UNKNOWN_LANGUAGE}

    @property
    def key(self) -> str:
        """The article key (source, id) as 24 hex characters."""
        return digest(self.source, self.id)
