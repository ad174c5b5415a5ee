"""A rule's offset: what marks by readers say about its score, in log-odds.

``P(useful) = logistic(log-odds of the score + offset)``: one number a rule, fitted to its marks by logistic regression and
shrunk towards 0, so that a few marks move it a little and many move it to where the marks are. It changes neither the
order of a rule's articles nor any signal.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from tocsin.score.odds import log_odds, logistic

LIMIT = 2.0  # log-odds: a rule that needs more than this is written wrongly, and should be changed instead
PRIOR_MARKS = 10  # as many marks at even odds speak for 0
_PRECISION = PRIOR_MARKS / 4  # of a normal prior: a mark at even odds carries a quarter
_DIGITS = 3
_STEPS = 30  # halvings of 4 log-odds: beyond the digits that are kept


def offset_of(marks: Sequence[tuple[float, bool]]) -> float:
    """Return the offset that marks come to, -2 to 2 log-odds, rounded to three digits; 0 without marks.

    Args:
        marks: the score of the article as it was before any offset (0..1), and whether a reader found it useful. Their
            order does not matter. One more that was noise never raises the result, one more that was useful never lowers it.
    """
    if not marks:
        return 0.0
    odds = [log_odds(score) for score, _ in marks]
    useful = sum(useful for _, useful in marks)

    def slope(offset: float) -> float:  # of the penalised likelihood: it falls, and is 0 at its highest point
        return useful - math.fsum(logistic(one + offset) for one in odds) - _PRECISION * offset

    low, high = -LIMIT, LIMIT
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) > 0 else (low, middle)
    return round((low + high) / 2, _DIGITS) + 0.0  # no -0.0


def shifted(score: float, offset: float) -> float:
    """Return a score, 0..1, with an offset in log-odds. It rises with both; without an offset it is the score itself."""
    return score if offset == 0.0 else logistic(log_odds(score) + offset)
