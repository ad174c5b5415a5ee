"""How fresh the article is."""

from __future__ import annotations

from tocsin.score.view import View

HOUR = 3600.0
_HALF_HOURS = 24.0  # an article a day old is worth half


def freshness(view: View) -> float | None:
    """1 within the hour, a half after a day; whole hours, so that a score does not flicker. Undated: not known."""
    published = view.document.article.published_at
    if published is None:
        return None
    hours = max(0.0, (view.now - published) // HOUR)
    return 1.0 / (1.0 + hours / _HALF_HOURS)
