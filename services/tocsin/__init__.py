"""Tocsin: articles in on a Redis stream, alerts out to channels, once per story, with the sentences that prove it.

Start reading at ``pipeline.py``: prepare → percolate → score → place → decide.
"""

import os

# One thread a process for NumPy's matrix products: the parser's are small, and more processes are how Tocsin scales.
# It counts only before NumPy is first imported, hence here.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
