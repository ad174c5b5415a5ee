"""The cheap view that every article gets: one folded string, and the revision that follows from it."""

from __future__ import annotations

from tocsin import folding
from tocsin.model.article import Article, digest
from tocsin.model.document import TITLE_BREAK, Folded

_REVISION_BYTES = 8
_WITHDRAWN = digest("withdrawn", size=_REVISION_BYTES)


def fold_article(article: Article) -> Folded:
    """Fold title and body into one string, with the break between them.

    The revision is a hash of that string, so what changes only in case, punctuation or white space is no new revision;
    that of a withdrawn article is the hash of ``withdrawn``, whatever text came with it.
    """
    text = f"{folding.fold(article.title)}{TITLE_BREAK}{folding.fold(article.body)}"
    revision = _WITHDRAWN if article.withdrawn else digest(text, size=_REVISION_BYTES)
    return Folded(article, text, revision)
