"""What words mean: phrases, inflections, spellings, and the library of concepts.

A concept is a maintained set of phrases, cue verbs and other senses for one kind of event. ``library.load`` reads the
shipped files in ``library/`` and the user's own folders; ``phrases`` compiles what stands in them, and what stands in a
watchlist, to ``model.rule.Phrase``.
"""
