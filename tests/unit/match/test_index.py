"""What counts as a mention, a hit, a candidate."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from builders import (
    a_document,
    a_keyword,
    a_phrase,
    a_rule,
    a_surface,
    a_watchlist,
    an_article,
    an_entity,
)
from tocsin.match import names
from tocsin.match.evidence import MAX_EVIDENCE
from tocsin.match.index import build
from tocsin.model.roster import Entities, Part, Roster
from tocsin.model.rule import AllOf, AnyOf, Check, Everything, Mentions, Mode, Not, Says, Within
from tocsin.prepare.fold import fold_article
from tocsin.prepare.structure import structure

NORTH = an_entity("North Korea", "North Korean|North Koreans", "DPRK", ref="kp", weak=("the North", "Kim"))
SOUTH = an_entity("South Korea", "Seoul", ref="kr", weak=("the South", "Kim"))
INCURSION = a_keyword("border|borders incursion|incursions", unless=("border|borders collie|collies",))
PACT = a_keyword("pact|pacts")
ENTITY, SECOND, KEYWORD = Mentions(frozenset({0})), Mentions(frozenset({1})), Says(frozenset({0}))


def candidates(watchlist, body, title=""):
    """What the index makes of it, by both ways."""
    index = build((watchlist,))
    folded = fold_article(an_article(title, body))
    document = structure(folded)
    found = index.percolate(document, index.scan(folded)).candidates
    assert found == index.percolate(document, None, prefilter=False).candidates
    return found


def mentioned(entities, body, title=""):
    """(ref, text, strong) of each mention, one rule an entity."""
    rules = tuple(a_rule(Mentions(frozenset({number}))) for number in range(len(entities)))
    found = []
    for candidate in candidates(a_watchlist(entities, rules=rules), body, title):
        document = a_document(title, body)
        for one in candidate.mentions:
            text = document.field_text(document.field_of(one.first))
            span = text[document.spans[one.first][0] : document.spans[one.last - 1][1]]
            found.append((one.first, one.entity.ref, span, one.strong))
    return [one[1:] for one in sorted(found)]


def said(keyword, body, title=""):
    """(words, between) of each hit of the keyword."""
    found = []
    for candidate in candidates(a_watchlist((), (keyword,), (a_rule(KEYWORD),)), body, title):
        document = a_document(title, body)
        tokens = document.folded.text.split(" ")[1:-1]
        found += [(" ".join(tokens[token] for token in hit.tokens), hit.between) for hit in candidate.hits]
    return found


def test_mentions():
    """Possessives, hyphens, case, diacritics and width make no difference; a longer word is another word."""
    body = (
        "NORTH KOREA\u2019s envoy, a north-korean. \uff2e\uff4f\uff52\uff54\uff48 Koréa. North Koreanism, xNorth Korea."
    )
    assert [text for _, text, _ in mentioned((NORTH,), body)] == [
        "NORTH KOREA",
        "north-korean",
        "\uff2e\uff4f\uff52\uff54\uff48 Koréa",
    ]


def test_longest_alias_wins():
    """A name inside a longer name, of whichever entity, is not mentioned."""
    korea = an_entity("Korea", ref="korea")
    assert mentioned((korea, SOUTH), "South Korea and Korea") == [("kr", "South Korea", True), ("korea", "Korea", True)]
    assert mentioned((korea, SOUTH), "South Korea") == [("kr", "South Korea", True)]
    towns = (an_entity("Jersey"), an_entity("New Jersey"))
    assert [ref for ref, _, _ in mentioned(towns, "A man from New Jersey")] == ["new-jersey"]


def test_same_name_of_two_entities():
    """A strong alias that two entities share mentions both."""
    assert len(mentioned((an_entity("Georgia", ref="ge"), an_entity("Georgia", ref="us-ga")), "In Georgia")) == 2


def test_weak_aliases():
    """A weak alias counts only beside a strong one of the same entity, and not if another present one has it too."""
    assert mentioned((NORTH, SOUTH), "The North said so. Kim too.") == []
    assert [text for _, text, _ in mentioned((NORTH,), "North Korea. The North. Kim.")] == [
        "North Korea",
        "The North",
        "Kim",
    ]
    both = mentioned((NORTH, SOUTH), "North Korea and Seoul. Kim. The North.")
    assert [(text, strong) for _, text, strong in both] == [
        ("North Korea", True),
        ("Seoul", True),
        ("The North", False),
    ]


def test_a_weak_alias_of_one_thing_by_two_names():
    """A list's own entity and the member of a set that is the same thing have their weak alias in common."""
    north, member, other = (
        an_entity("North Korea", ref="nk", weak=("the North",)),
        an_entity("North Korea", "DPRK", ref="set:countries/KP", weak=("the North",)),
        an_entity("Northern League", ref="league", weak=("the North",)),
    )
    body = "North Korea said so. The North is here."
    assert [one[:2] for one in mentioned((north, member), body) if not one[2]] == [
        ("nk", "The North"), ("set:countries/KP", "The North"),
    ]  # fmt: skip
    assert [one for one in mentioned((north, other), body + " The Northern League left.") if not one[2]] == []


def test_no_mention_across_a_sentence_or_field():
    """Tokens that a full stop parts, or title and body, are no name."""
    assert mentioned((NORTH,), "They went North. Korea waited.") == []
    assert mentioned((NORTH,), "Korea waited", title="To the North") == []


@pytest.mark.parametrize(
    ("check", "written", "text", "found"),
    [
        (Check.CAPITALS, "US", "They told US troops", True),
        (Check.CAPITALS, "US", "They told U.S. troops", True),
        (Check.CAPITALS, "US", "They told us that", False),
        (Check.CAPITALS, "US", "THEY TOLD US TO LEAVE AT ONCE", False),
        (Check.CASE, "Turkey", "They ate turkey", False),
        (Check.CASE, "Turkey", "They left Turkey", True),
        (Check.CASE, "Turkey", "THEY LEFT TURKEY AT ONCE", False),
        (Check.CAPITALS, "US", "THEY TOLD U.S. TROOPS TO LEAVE", True),
        (Check.CASE, "Kim Jong Un", "Then Kim Jong-Un left", True),
        (Check.CASE, "Kim Jong Un", "Then Kim Jong-un left", False),
        (Check.HYPHEN, "cease-fire", "A cease-fire held", True),
        (Check.HYPHEN, "cease-fire", "A cease\u2011fire held", True),
        (Check.HYPHEN, "cease-fire", "A cease fire held", False),
        (Check.LEFT_EDGE, "한국", "오늘 한국은 말했다", True),
        (Check.LEFT_EDGE, "한국", "오늘 북한국은 말했다", False),
    ],
)
def test_checks(check, written, text, found):
    """What the text as received must show."""
    surface = a_surface(written, check)
    assert bool(mentioned((an_entity(surface, ref="x"),), text)) is found
    assert bool(said(a_keyword(a_phrase("x", words=((surface,),))), text)) is found


def test_unproved_capitals_are_weak():
    """In a sentence of capitals a short name may be a word: it counts beside another name only, and a pronoun never."""
    body = "THE UNITED NATIONS WARNED THAT UN TROOPS WOULD LEAVE WITH US"
    union = an_entity("United Nations", a_surface("UN", Check.CAPITALS), ref="un")
    assert mentioned((union,), body) == [("un", "UNITED NATIONS", True), ("un", "UN", False)]
    assert mentioned((union,), "UN TROOPS TOLD THE REBELS TO LEAVE AT ONCE") == []
    country = an_entity("United States", a_surface("US", Check.CAPITALS), ref="us")
    assert mentioned((country,), "THE UNITED STATES WARNED THAT TROOPS WOULD LEAVE WITH US") == [
        ("us", "UNITED STATES", True)
    ]
    bird = an_entity("Republic of Turkey", a_surface("Turkey", Check.CASE), ref="tr")
    assert mentioned((bird,), "THE REPUBLIC OF TURKEY SAID TURKEY WOULD STAY") == [
        ("tr", "REPUBLIC OF TURKEY", True), ("tr", "TURKEY", False),
    ]  # fmt: skip


def test_unordered_phrase():
    """Any order, any inflection, with up to 12 other words between, in one sentence."""
    assert said(INCURSION, "An incursion at the borders") == [("incursion borders", 2)]
    assert said(INCURSION, "The border, a. " + "incursion") == [("border incursion", 1)]
    assert said(INCURSION, "border " + "x " * 12 + "incursion") == [("border incursion", 12)]
    assert said(INCURSION, "border " + "x " * 13 + "incursion") == []
    assert said(INCURSION, "They saw the border. Incursion followed.") == []
    assert said(INCURSION, "incursion reported", title="At the border") == []
    assert said(INCURSION, "A reborder of incursions") == []


def test_each_occurrence_once():
    """Windows are minimal and do not overlap."""
    assert said(INCURSION, "border x incursion border") == [("incursion border", 0)]
    hits = said(INCURSION, "Border incursion, then a border and an incursion")
    assert hits == [("border incursion", 0), ("border incursion", 2)]


def test_ordered_phrase():
    """Side by side, in order, with the alternatives it was given."""
    exact = a_keyword(a_phrase("crossed|crosses the border", ordered=True))
    assert said(exact, "It crosses the border. It crossed the land border. The border crossed.") == [
        ("crosses the border", 0)
    ]


def test_ordered_phrase_with_very_many_variants():
    """One that has too many variants to spell out is found all the same."""
    many = "|".join(f"w{number}" for number in range(10))
    phrase = a_keyword(a_phrase(f"{many} {many} end", ordered=True))
    assert said(phrase, "w3 w7 end, w3 end w7, w1 w1 end") == [("w3 w7 end", 0), ("w1 w1 end", 0)]


def test_unless():
    """Words that an `unless` phrase claims are not words of the keyword; other occurrences are."""
    assert said(INCURSION, "The border collie made an incursion") == []
    assert said(INCURSION, "The border collie saw the border incursion") == [("border incursion", 0)]
    assert said(a_keyword("strike", unless=("hunger strike",)), "A hunger strike. A strike.") == [("strike", 0)]


def test_best_phrase_of_a_keyword():
    """Two phrases on the same tokens are one hit, of the stronger."""
    typed, brought = a_phrase("border incursion"), a_phrase("border incursion", strength=0.8, origin="concept:x")
    (candidate,) = candidates(a_watchlist((), (a_keyword(brought, typed),), (a_rule(KEYWORD),)), "border incursion")
    assert [hit.phrase.origin for hit in candidate.hits] == ["typed"]


def test_furniture_proves_nothing():
    """What stands in page furniture is no evidence, and satisfies no condition."""
    body = "A storm hit the coast on Monday, officials in the town said.\n\nSee also  North Korea border incursion"
    watchlist = a_watchlist((NORTH,), (INCURSION,))
    assert candidates(watchlist, body) == ()
    assert len(candidates(watchlist, "North Korea spoke of a border incursion on Monday.\n\n" + body)[0].hits) == 1


def test_conditions():
    """all, any, none, least."""
    body = "North Korea and Seoul signed a pact"

    def holds(condition, text=body):
        return bool(candidates(a_watchlist((NORTH, SOUTH), (PACT, INCURSION), (a_rule(condition),)), text))

    assert holds(AllOf((ENTITY, SECOND, KEYWORD)))
    assert not holds(AllOf((ENTITY, SECOND, KEYWORD)), "North Korea signed a pact")
    assert holds(AnyOf((SECOND, KEYWORD)), "Seoul")
    assert not holds(AllOf((KEYWORD, Not(SECOND))))
    assert holds(AllOf((KEYWORD, Not(SECOND))), "a pact")
    assert holds(Mentions(frozenset({0, 1}), least=2))
    assert not holds(Mentions(frozenset({0, 1}), least=2), "Seoul")
    assert not holds(Says(frozenset({0, 1}), least=2))
    assert holds(Not(KEYWORD), "nothing")


def test_evidence_is_of_the_branch_that_holds():
    """An alternative that does not hold brings no evidence."""
    condition = AnyOf((AllOf((ENTITY, Says(frozenset({1})))), SECOND))
    (found,) = candidates(a_watchlist((NORTH, SOUTH), (PACT, INCURSION), (a_rule(condition),)), "North Korea, Seoul")
    assert [one.entity.ref for one in found.mentions] == ["kr"]


@pytest.mark.parametrize(
    ("within", "body", "mentions"),
    [
        (Within("sentence"), "Seoul signed a pact.", 1),
        (Within("sentence"), "Seoul spoke. It signed a pact.", 0),
        (Within("sentence"), "Seoul spoke. Then Seoul signed a pact.", 1),
        (Within("paragraph"), "Seoul spoke. It signed a pact.", 1),
        (Within("paragraph"), "Seoul spoke at length today.\n\nIt signed a pact with them.", 0),
        (Within("article"), "Seoul spoke at length today.\n\nIt signed a pact with them.", 1),
        (Within("words", 2), "Seoul signed a pact.", 1),
        (Within("words", 1), "Seoul signed a pact.", 0),
        (Within("words", 1), "Seoul said. The pact of Seoul", 1),
    ],
)
def test_within(within, body, mentions):
    """Entity and keyword must stand that close; the evidence is what does."""
    watchlist = a_watchlist((SOUTH,), (PACT,), (a_rule(within=within),))
    found = candidates(watchlist, body)
    assert sum(len(candidate.mentions) for candidate in found) == mentions
    assert bool(found) is bool(mentions)


def test_within_never_spans_title_and_body():
    """The last word of the title is not near the first of the body."""
    watchlist = a_watchlist((SOUTH,), (PACT,), (a_rule(within=Within("words", 5)),))
    assert candidates(watchlist, "pact", title="Seoul") == ()


def test_within_and_none():
    """`none` is about the article, however close the rest must stand."""
    rule = a_rule(AllOf((ENTITY, KEYWORD, Not(SECOND))), within=Within("sentence"))
    watchlist = a_watchlist((NORTH, SOUTH), (PACT,), (rule,))
    assert candidates(watchlist, "North Korea signed a pact.")
    assert not candidates(watchlist, "North Korea signed a pact. Seoul did not.")


def test_everything():
    """`*` makes every article a candidate, with nothing to show for it."""
    (found,) = candidates(a_watchlist(rules=(a_rule(Everything(), always_run=True),)), "")
    assert (found.mentions, found.hits) == ((), ())


def test_evidence_is_bounded():
    """Each entity has its place in the evidence, however often another is named."""
    rule = a_rule(AllOf((ENTITY, SECOND)))
    (found,) = candidates(a_watchlist((NORTH, SOUTH), (), (rule,)), "North Korea. " * 300 + "Seoul.")
    assert len(found.mentions) == MAX_EVIDENCE
    assert {one.entity.ref for one in found.mentions} == {"kp", "kr"}
    assert [one.first for one in found.mentions] == sorted(one.first for one in found.mentions)


def test_bounded_evidence_keeps_what_stands_together():
    """The mention beside the keyword is in the evidence, however many stand before it, and the other way round."""
    mentions, hits = "North Korea. " * 100, "A pact. " * 100
    (found,) = candidates(a_watchlist((NORTH,), (PACT,)), mentions + "North Korea signed a pact. " + hits)
    assert len(found.mentions) == len(found.hits) == MAX_EVIDENCE
    assert {one.sentence for one in found.mentions} & {one.sentence for one in found.hits}


def test_scan_ends_most_articles():
    """No scan result where no rule can hold: a word of a phrase, or the keyword without the entity, is not enough."""
    index = build((a_watchlist((NORTH,), (INCURSION,)),))
    bodies = ["", "Nothing here", "North Korea", "A border incursion", "The border of North Korea"]
    assert [index.scan(fold_article(an_article("", body))) for body in bodies] == [None] * len(bodies)
    assert index.scan(fold_article(an_article("", "A border incursion by North Korea"))) is not None


def test_counts():
    """Names that two lists share are one; rules that are off are not there; the unfileable always run."""
    rules = (a_rule(ENTITY), a_rule(Everything()), a_rule(Not(ENTITY)), a_rule(ENTITY, mode=Mode.OFF))
    index = build((a_watchlist((an_entity("Ruritania", "Strelsau"),), rules=rules),) * 2)
    assert (index.names, index.rules, index.always_run) == (2, 6, 4)
    document = a_document("", "Strelsau")
    result = index.percolate(document, index.scan(document.folded))
    assert (result.rules_run, len(result.candidates)) == (6, 4)


def test_only_rules_that_could_hold_are_run():
    """A rule is looked at only when its rarest term stands in the article."""
    keywords = tuple(a_keyword(f"word{number}") for number in range(100))
    rules = tuple(a_rule(AllOf((ENTITY, Says(frozenset({number}))))) for number in range(100))
    index = build((a_watchlist((NORTH,), keywords, rules),))
    document = a_document("", "North Korea: word7 and word8")
    assert index.percolate(document, index.scan(document.folded)).rules_run == 2


def test_a_list_finds_what_it_would_find_alone():
    """A longer name that only another list knows changes nothing."""
    korea = a_watchlist((an_entity("Korea"),), rules=(a_rule(ENTITY),))
    south = a_watchlist((SOUTH,), rules=(a_rule(ENTITY),), name="south")
    index = build((korea, south))
    document = a_document("", "South Korea")
    found = index.percolate(document, index.scan(document.folded)).candidates
    assert [candidate.watchlist.name for candidate in found] == ["desk", "south"]


def test_lists_that_share_entities():
    """Each finds its own, with what is struck out of it alone, and none what another's rules ask for."""
    shared = Roster.of([NORTH, SOUTH])
    lists = tuple(
        a_watchlist(
            Entities([Part(shared, key="shared", struck=np.array(struck))]),  # type: ignore[arg-type]
            (PACT,),
            (a_rule(AllOf((Mentions(spans=((0, 2),)), KEYWORD))),),
            name=name,
        )
        for name, struck in (("both", [False, False]), ("north", [False, True]), ("none", [True, True]))
    )
    index = build(lists)
    assert len(index.segments) == 1
    document = a_document("", "Seoul and North Korea signed a pact")
    found = index.percolate(document, index.scan(document.folded)).candidates
    assert {one.watchlist.name: [each.entity.ref for each in one.mentions] for one in found} == {
        "both": ["kr", "kp"], "north": ["kp"],
    }  # fmt: skip
    assert found == index.percolate(document, None, prefilter=False).candidates


def test_names_that_very_many_lists_have(monkeypatch):
    """What is kept at hand of names is bounded, and nothing depends on it."""
    monkeypatch.setattr(names, "_KNOWN", 3)
    index = build((a_watchlist((NORTH, SOUTH), (PACT,), (a_rule(),)),) * 2)
    for body in ("North Korea, Seoul: a pact", "DPRK, Seoul: a pact") * 2:
        document = a_document("", body)
        assert len(index.percolate(document, index.scan(document.folded)).candidates) == 2
        assert sum(map(len, index._finders[0]._known.values())) <= 3


def test_pickled():
    """An index survives pickling: it may be built in another process."""
    index = pickle.loads(pickle.dumps(build((a_watchlist((NORTH,), (PACT,)),))))
    document = a_document("", "North Korea signed a pact")
    assert len(index.percolate(document, index.scan(document.folded)).candidates) == 1


def test_nothing_to_look_for():
    """An empty set of watchlists, and one without a word in it, find nothing."""
    folded = fold_article(an_article("A", "b"))
    assert build(()).scan(folded) is None
    assert build((a_watchlist(rules=()),)).scan(folded) is None


def test_a_rule_of_ten_thousand_terms():
    """Its evidence is bounded, and only what stands in the article is looked at."""
    entities = tuple(an_entity(f"name{number}") for number in range(5000))
    keywords = tuple(a_keyword(f"left{number} right{number}") for number in range(5000))
    everyone, everything = frozenset(range(5000)), frozenset(range(5000))
    watchlist = a_watchlist(entities, keywords, (a_rule(AllOf((Mentions(everyone), Says(everything)))),))
    body = " ".join(f"name{number} left{number} right{number}." for number in range(0, 5000, 10))
    (found,) = candidates(watchlist, body)
    assert (len(found.mentions), len(found.hits)) == (MAX_EVIDENCE, MAX_EVIDENCE)
    assert candidates(watchlist, "left1 right2 name3") == ()


def test_a_word_said_very_often():
    """Occurrences past a bound are not looked at: the work stays in proportion to the article."""
    (found,) = candidates(a_watchlist((), (a_keyword("border guard"),), (a_rule(KEYWORD),)), "border guard " * 50_000)
    assert len(found.hits) == MAX_EVIDENCE


def test_a_weak_alias_does_not_reach_into_a_strong_one():
    """*The South* of *the South Korean army* is no mention of its own; where it stands alone it is one."""
    south = an_entity("South Korea", "South Korean", weak=("the South",))
    watchlist = a_watchlist((south,), (), (a_rule(Mentions(frozenset({0}))),))
    index = build((watchlist,))
    document = a_document(body="The South Korean army fired. Later the South withdrew.")
    [candidate] = index.percolate(document, index.scan(document.folded)).candidates
    assert [mention.written for mention in candidate.mentions] == ["South Korean", "the South"]
