"""What speaks against an article before any word of it is weighed: a rule's filters, and age."""

from __future__ import annotations

from tocsin.model.article import UNKNOWN_LANGUAGE, Article
from tocsin.model.decision import Reason
from tocsin.model.match import Candidate
from tocsin.model.rule import Filters

AHEAD_S = 600.0  # a date up to ten minutes ahead is now: clocks differ


def admit(candidate: Candidate, article: Article, *, now: float, stale_s: float) -> Reason | None:
    """Return FILTERED or STALE, or None where the article may be scored.

    Args:
        candidate: whose rule's filters apply.
        article: as received; what is not known of it (``und``, undated) passes, unless the filter says otherwise.
        now: seconds since the epoch, the server's.
        stale_s: how far an article's stated date may lie before its arrival; a backlog is late, not stale.
    """
    if not _passes(candidate.rule.filters, article, now=now):
        return Reason.FILTERED
    if article.published_at is not None and (article.arrived_at or now) - article.published_at > stale_s:
        return Reason.STALE
    return None


def _passes(filters: Filters, article: Article, *, now: float) -> bool:
    if filters.lang and article.lang not in filters.lang and not (_unknown(article) and not filters.drop_unknown):
        return False
    source = article.source.casefold()  # most are host names
    if filters.sources and source not in map(str.casefold, filters.sources):
        return False
    if source in map(str.casefold, filters.exclude_sources):
        return False
    if filters.max_age is None:
        return True
    if article.published_at is None:
        return not filters.drop_unknown
    return min(article.arrived_at or now, now + AHEAD_S) - article.published_at <= filters.max_age


def _unknown(article: Article) -> bool:
    return article.lang == UNKNOWN_LANGUAGE
