"""Prepare: from an article as received to what is matched.

``fold`` for every article (microseconds), ``structure`` and ``language`` only for those in which something was found.
"""
