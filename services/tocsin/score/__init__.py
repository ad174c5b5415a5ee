"""Score: from a candidate and the reading of its evidence to a calibrated score, with every part that went into it.

Contract: pure functions over values; ``now`` and the weights are arguments. ``gate.admit`` looks at the article alone,
``ask.needs_reading`` says which sentences the parser should see, ``score.score`` decides what the article itself can
decide: FILTERED, STALE, GUARDED, BELOW_THRESHOLD, or that it passes.

Signals are 0..1, the higher the better, and enter one additive model (``weights.py``): a weight is never negative, so
more of a signal never lowers a score.
"""
