"""Conditions in words, for a reader who did not write them."""

from __future__ import annotations

import pytest

from builders import a_keyword, an_entity
from tocsin.apps.conditions import described, told
from tocsin.model.roster import Entities, Part, Roster
from tocsin.model.rule import AllOf, AnyOf, Everything, Least, Mentions, Near, Not, Says, Watchlist

COMPANIES = Roster.of([an_entity(f"Firm {number}", ref=f"companies/{number}") for number in range(1200)])
LISTED = Watchlist(
    name="desk",
    entities=Entities(
        [Part(Roster.of([an_entity("Norway"), an_entity("Sweden")])), Part(COMPANIES, group="companies")]
    ),
    keywords=(a_keyword("herring quota"), a_keyword("cod"), a_keyword("strike")),
)
NORWAY, SWEDEN = Mentions(frozenset([0])), Mentions(frozenset([1]))
HERRING, COD, STRIKE = (Says(frozenset([number])) for number in range(3))


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (Mentions(frozenset([0, 1])), "entity: any of Norway, Sweden"),
        (Mentions(frozenset([0]), spans=((2, 1202),)), "entity: any of Norway, any of 1,200 of companies"),
        (Mentions(spans=((2, 1202),), least=2), "entity: 2 of any of 1,200 of companies"),
        (Mentions(frozenset([7])), "entity: Firm 5"),
        (Mentions(frozenset(range(2, 30))), "entity: any of Firm 0, Firm 1, Firm 2, Firm 3, Firm 4, Firm 5 and 22 more"),
        (Says(frozenset([1]), field="title"), "keyword: cod in the title"),
        (Mentions(frozenset([1]), field="lead"), "entity: Sweden in the lead"),
        (
            Least(2, (HERRING, COD, STRIKE)),
            "at least 2 of 3: keyword: herring-quota; keyword: cod; keyword: strike",
        ),
        (Near(NORWAY, COD, "words", 5), "entity: Norway and keyword: cod within 5 words"),
        (Near(AnyOf((NORWAY, COD)), STRIKE, "sentence"), "(entity: Norway or keyword: cod) and keyword: strike within one sentence"),
        (Not(AllOf((NORWAY, COD))), "not (entity: Norway and keyword: cod)"),
        (Everything(), "every article"),
    ],
)  # fmt: skip
def test_a_condition_in_words(condition, said):
    """Names are spelled out while they are few; groups are named whole, never listed."""
    assert described(condition, LISTED) == said


def test_parts_are_told_one_by_one():
    """What must not hold is marked; what is counted or must stand together is told whole, then its parts."""
    condition = AllOf((NORWAY, Not(Near(SWEDEN, COD, "paragraph")), Least(1, (HERRING, Not(STRIKE)))))
    assert [(part.condition, part.wanted, part.depth) for part in told(condition)] == [
        (NORWAY, True, 0),
        (Near(SWEDEN, COD, "paragraph"), False, 0),
        (SWEDEN, False, 1),
        (COD, False, 1),
        (Least(1, (HERRING, Not(STRIKE))), True, 0),
        (HERRING, True, 1),
        (STRIKE, False, 1),
    ]
