"""What an article lacks of a rule's condition.

A condition is taken apart by asking the matcher about its parts one by one: each becomes a rule of its own, so what is
shown is what the matcher finds, never a second opinion of it.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from tocsin.apps.conditions import described, together, told
from tocsin.match.index import build
from tocsin.model.document import Document
from tocsin.model.rule import Mode, Rule, Watchlist, Within


def lacking(document: Document, listed: Watchlist, rule: Rule) -> Iterator[str]:
    """Yield a line for each part of the condition: whether the article has it, outside page furniture."""
    parts = list(told(rule.condition))
    conditions = [*(part.condition for part in parts), rule.condition]
    probes = tuple(
        msgspec.structs.replace(
            rule, name=str(number), condition=condition, within=Within(), always_run=True, mode=Mode.LIVE
        )
        for number, condition in enumerate(conditions)
    )
    index = build((msgspec.structs.replace(listed, rules=probes),))
    held = {int(one.rule.name) for one in index.percolate(document, None, prefilter=False).candidates}
    for number, part in enumerate(parts):
        there = number in held
        sign = "has  " if there else "lacks"
        note = "" if part.wanted else "  (must not be there)"
        yield f"{sign} {'  ' * part.depth}{described(part.condition, listed)}{note}"
    if len(parts) in held and rule.within.unit != "article":
        yield f"lacks them within {together(rule.within.unit, rule.within.words)}"
