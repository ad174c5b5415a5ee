"""From log-odds to a probability, and back."""

from __future__ import annotations

import math

_EDGE = 1e-6  # scores are rounded: 0 and 1 are taken to be this far from the edge
_FAR = 30.0  # log-odds beyond which a probability is 0 or 1 to all digits that are kept


def log_odds(score: float) -> float:
    """Return log(score / (1 - score)); at the edges as far as a rounded score can tell."""
    inside = min(1.0 - _EDGE, max(_EDGE, score))
    return math.log(inside / (1.0 - inside))


def logistic(odds: float) -> float:
    """Return 1 / (1 + e^-odds)."""
    return 1.0 / (1.0 + math.exp(-max(-_FAR, min(_FAR, odds))))
