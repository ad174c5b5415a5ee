"""Match: which rules of which watchlists could an article be for, and what in it says so.

``index.build`` makes one index of all watchlists; ``Index.scan`` is what every article pays for (``table`` finds names and
anchors in the folded text), ``Index.percolate`` what those pay in which some rule could hold (``found``, ``proof``,
``evidence``). Neither depends on which other watchlists are in the index: a list finds in an article what it would find
alone.
"""
