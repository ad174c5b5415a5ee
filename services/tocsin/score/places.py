"""Whether the article's places are the rule's: *embassy of A in B* is news of B.

Only for rules that ask for countries, a few of them: what stands against them are the names, peoples and capitals of
all other countries in the gazetteer.
"""

from __future__ import annotations

from tocsin.score.view import View


def dominance(view: View) -> float | None:
    """The share of the rule's own among all mentions of countries in the story."""
    own, others = view.countries
    return len(own) / (len(own) + len(others)) if own else None


def here(view: View) -> float | None:
    """Whether the story begins in the rule's country: the first country that it names is one of the rule's."""
    own, others = view.countries
    return (1.0 if min(own) < min(others, default=10**9) else 0.0) if own else None
