"""The cheap view that every article gets: one folded string."""

from __future__ import annotations

from tocsin import folding
from tocsin.model.article import Article
from tocsin.model.document import TITLE_BREAK, Folded


def fold_article(article: Article) -> Folded:
    """Fold title and body into one string, with the break between them."""
    return Folded(article, f"{folding.fold(article.title)}{TITLE_BREAK}{folding.fold(article.body)}")
