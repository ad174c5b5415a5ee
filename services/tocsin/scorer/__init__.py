"""The live path: a batch of raw entries in, decisions committed, one verdict an entry out.

``batch`` runs the pipeline over the stream's entries, ``channels`` commits to channels and places again what conflicted,
``lists`` keeps the desk (compiled watchlists) at the published version.
"""
