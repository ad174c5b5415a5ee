"""Read: what spaCy says about the sentences that carry evidence, and about no others.

Contract: documents and sentence numbers in, one ``model.reading.Reading`` a document out, never an exception and never
later than the deadline (what is not finished by then is *unread*). Tokens are the document's, offsets the field's.

Start at ``reader.py``; ``guards.py`` lists the guards, each in a file of its own and each a pure function of the
words of a parse (``word.py``). Roles, tenses and times come together in ``events.py``.
"""
