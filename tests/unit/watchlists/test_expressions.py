"""Rules with `when:`: names, phrases, fields and sets to conditions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from builders import an_entity
from tocsin.model.roster import Entities, Part, Roster
from tocsin.model.rule import AllOf, AnyOf, Check, Everything, Least, Mentions, Near, Not, Says, Within
from tocsin.watchlists import compile_text

LIST = """
watchlist: a
entities:
  russia: {name: Russia}
  North Korea: {name: North Korea}
  companies: {from: companies.csv}
keywords:
  pact: [defense pact]
  Joint Drill: [joint drill]
rules:
"""
RUSSIA, KOREA = Mentions(frozenset({0})), Mentions(frozenset({1}))
PACT, DRILL = Says(frozenset({0})), Says(frozenset({1}))
COMPANIES = Mentions(spans=((2, 4),))


def companies(name, spec, file):
    """A group of two, as a loader gives it: one of them struck out by a later part."""
    assert (name, spec.from_, Path(file).name) == ("companies", "companies.csv", "a.yaml")
    base = Roster.of([an_entity("Acme", ref="companies/ACME"), an_entity("Globex", ref="companies/Q1")])
    return (Part(base, group=name, struck=np.array([False, True])),), []


def compiled(when, *, strict=False, **more):
    keys = "".join(f", {key}: {value}" for key, value in more.items())
    text = LIST + f'- {{rule: r, when: "{when}"{keys}}}\n- {{rule: rest, entities: [companies, russia, North Korea], keywords: [pact, Joint Drill]}}\n'  # fmt: skip
    loaded = compile_text(text, file="a.yaml", groups=companies, strict=strict)
    assert not loaded.errors, loaded.errors
    return loaded.watchlists[0]


def said(when, **more):
    """The condition of a rule, and the refs of the keywords that its phrases became."""
    watchlist = compiled(when, **more)
    return watchlist.rules[0].condition, [keyword.ref for keyword in watchlist.keywords[2:]]


@pytest.mark.parametrize(
    ("when", "condition"),
    [
        ("russia & pact", AllOf((RUSSIA, PACT))),
        ("russia | north-korea", Mentions(frozenset({0, 1}))),
        ("(russia | pact) & !joint-drill", AllOf((AnyOf((RUSSIA, PACT)), Not(DRILL)))),
        ("russia NEAR/5 (pact | joint-drill)", Near(RUSSIA, Says(frozenset({0, 1})), "words", 5)),
        ("russia SENTENCE pact PARAGRAPH north-korea", Near(Near(RUSSIA, PACT, "sentence"), KOREA, "paragraph")),
        ("title:(russia | pact)", AnyOf((Mentions(frozenset({0}), field="title"), Says(frozenset({0}), field="title")))),
        ("russia & !title:pact", AllOf((RUSSIA, Not(Says(frozenset({0}), field="title"))))),
        ("2 OF (russia, north-korea, pact)", Least(2, (RUSSIA, KOREA, PACT))),
        ("lead:2 OF (russia, pact)", Least(2, (Mentions(frozenset({0}), field="lead"), Says(frozenset({0}), field="lead")))),
        ("companies & pact", AllOf((COMPANIES, PACT))),
        ("(companies | russia) & pact", AllOf((Mentions(frozenset({0}), spans=((2, 4),)), PACT))),
        ("companies/ACME & pact", AllOf((Mentions(frozenset({2})), PACT))),
        ("Russia & PACT", AllOf((RUSSIA, PACT))),
    ],
)  # fmt: skip
def test_expressions(when, condition):
    """Operators, fields, groups and their members; a name is found in any case, with hyphens for spaces."""
    assert said(when)[0] == condition


def test_phrases_become_keywords():
    """A phrase is a keyword of the list, named as written and not expanded, once however often it stands."""
    condition, refs = said(
        "russia & ('defense pact' | \\\"pact\\\") & !title:'defense pact' & border* & concept:defense-pact"
    )
    assert refs == ["defense pact", '"pact"', "border*", "concept:defense-pact"]
    assert condition == AllOf(
        (RUSSIA, Says(frozenset({2, 3})), Not(Says(frozenset({2}), field="title")), Says(frozenset({4})), Says(frozenset({5})))
    )  # fmt: skip
    [phrase] = compiled("russia & 'defense pact'").keywords[2].phrases
    assert (phrase.origin, phrase.strength) == ("typed", 1.0)
    [[surface]] = compiled("russia & bord*").keywords[2].phrases[0].words
    assert (surface.tokens, surface.check) == (("bord",), Check.PREFIX)
    [regex] = compiled("russia & /T-?72/").keywords[2].phrases
    assert (regex.regex, regex.words) == ("T-?72", ())


def test_sets_stand_behind_the_lists_own():
    """A set joins the list where a rule first names it; a member of one is an entity like others."""
    watchlist = compiled("set:countries & !set:countries/KP & pact")
    entities = watchlist.entities
    assert isinstance(entities, Entities)
    assert [part.group for part in entities.parts] == ["", "companies", "set:countries"]
    [(first, last)] = entities.spans("set:countries")
    assert (first, last) == (4, len(entities))
    condition = watchlist.rules[0].condition
    assert isinstance(condition, AllOf)
    whole, banned, _ = condition.parts
    assert whole == Mentions(spans=((first, last),))
    assert isinstance(banned, Not)
    assert isinstance(banned.part, Mentions)
    [number] = banned.part.entities
    assert entities[number].ref == "set:countries/KP"
    assert entities.parts[2].key.startswith("set:countries@")


def test_a_member_that_is_struck_out_is_none():
    """What a later version of a group took away cannot be named."""
    loaded = compile_text(LIST + "- {rule: r, when: companies/Q1 & pact}\n", file="a.yaml", groups=companies)
    assert "character 1, at `companies/Q1 & pact`: there is no 'companies/Q1'" in str(loaded.errors[0])


def test_groups_in_structured_rules_and_without_rules():
    """A group is named like an entity; where there are no rules, its members are asked for like all others."""
    rule = compiled("russia & pact").rules[1]
    assert rule.condition == AllOf((Mentions(frozenset({0, 1}), spans=((2, 4),)), Says(frozenset({0, 1}))))
    loaded = compile_text(LIST.removesuffix("rules:\n"), file="a.yaml", groups=companies)
    assert not loaded.errors
    assert loaded.watchlists[0].rules[0].condition == AllOf((Mentions(frozenset({0, 1}), spans=((2, 4),)), PACT))


def test_within_stands_beside_an_expression():
    """`within:` holds for what `&` joins."""
    assert compiled("russia & pact", within="sentence").rules[0].within == Within("sentence")


def test_roles():
    """Who does it to whom: kept for whoever reads it, and each must be mentioned."""
    text = LIST + "- {rule: r, when: pact, roles: {actor: [russia, companies], target: [North Korea]}}\n"
    loaded = compile_text(text, file="a.yaml", groups=companies)
    assert not loaded.errors
    [rule] = loaded.watchlists[0].rules
    actor, target = Mentions(frozenset({0}), spans=((2, 4),)), KOREA
    assert rule.roles == (("actor", actor), ("target", target))
    assert rule.condition == AllOf((PACT, actor, target))


@pytest.mark.parametrize("when", ["!russia", "!russia | !pact", "/T-?72/", "russia | !pact"])
def test_always_run_lets_rules_run_without_a_word(when):
    """Negations only, and a regular expression alone, are meant where the rule says so."""
    assert compiled(when, always_run="true").rules[0].always_run


def test_every_article_by_an_expression():
    """`'*'` is an expression that stands alone."""
    assert compiled("*", always_run="true").rules[0].condition == Everything()


def test_a_regular_expression_beside_a_word_needs_no_mark():
    """A keyword may have one, and a rule that asks for an entity too is found by that."""
    text = "watchlist: a\nentities: [Russia]\nkeywords: [/T-?72/]\n"
    assert not compile_text(text).errors
    alone = compile_text("watchlist: a\nkeywords: [/T-?72/]\n")
    assert "/T-?72/ (of t-72) is a regular expression, which no index holds" in str(alone.errors[0])


def test_ten_thousand_terms_and_a_thousand_rules():
    """A rule of ten thousand terms is one test; many rules are compiled and checked together."""
    wide = " | ".join(f"=Word{number}x" for number in range(9_999))
    condition = compiled(f"russia & ({wide})").rules[0].condition
    assert isinstance(condition, AllOf)
    assert isinstance(condition.parts[1], Says)
    assert len(condition.parts[1].keywords) == 9_999
    rules = "".join(
        f"- {{rule: r{number}, when: russia NEAR/{number % 50} pact & !title:joint-drill}}\n" for number in range(1_000)
    )
    loaded = compile_text(LIST + rules, groups=companies_anywhere)
    assert not loaded.errors
    assert len(loaded.watchlists[0].rules) == 1_000


def companies_anywhere(name, spec, file):
    return companies(name, spec, "a.yaml")
