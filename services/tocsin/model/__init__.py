"""Frozen values that flow between the stages; no I/O, no behaviour beyond what a value knows of itself.

Read in the order of the flow: ``article`` → ``rule`` (what is looked for) → ``document`` (where it is looked for) →
``match`` (what was found) → ``decision`` (what follows from it) → ``story`` (what a channel knows) → ``alert`` (what is
sent). Tuples and frozen structs throughout, so that a value may be shared between threads and cached.
"""
