"""The fast way is proved by the slow one: the prefilter loses nothing, and the automaton finds what reading finds."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import a_document, a_keyword, a_phrase, a_rule, a_surface, a_watchlist, an_entity
from tocsin.match import found, terms
from tocsin.match import index as index_of
from tocsin.match import words as words_of
from tocsin.match.index import build
from tocsin.match.rarity import Need, rarity, required
from tocsin.model.document import Zone
from tocsin.model.roster import Entities, Part, Roster
from tocsin.model.rule import AllOf, AnyOf, Check, Everything, Least, Mentions, Near, Not, Says, Within

VOCABULARY = ["alba", "brom", "ceda", "dorn", "Alba", "CEDA", "US", "us"]
ENTITIES, KEYWORDS = 4, 4

words = st.sampled_from(VOCABULARY)
surfaces = st.builds(
    a_surface,
    st.lists(words, min_size=1, max_size=3).map(" ".join),
    st.sampled_from([Check.NONE, Check.NONE, Check.CAPITALS, Check.CASE, Check.HYPHEN, Check.LEFT_EDGE]),
)
beginnings = st.builds(a_surface, st.sampled_from(["al", "ced", "alba bro", "us", "do"]), st.just(Check.PREFIX))
entities = st.builds(
    lambda strong, weak: an_entity(*strong, weak=tuple(weak)),
    st.lists(surfaces, min_size=1, max_size=2),
    st.lists(surfaces, max_size=1),
)
phrases = st.builds(
    lambda alternatives, ordered, between: a_phrase(
        "phrase", words=tuple(map(tuple, alternatives)), ordered=ordered, between=between
    ),
    st.lists(st.lists(surfaces | beginnings, min_size=1, max_size=2), min_size=1, max_size=3),
    st.booleans(),
    st.integers(0, 4),
)
regexes = st.builds(
    lambda regex: a_phrase("regex", words=(), regex=regex), st.sampled_from(["al.a", "[cd]e?or?", "alba.{0,5}brom"])
)
keywords = st.builds(
    lambda phrases, unless: a_keyword(*phrases, unless=tuple(unless)),
    st.lists(phrases | phrases | phrases | regexes, min_size=1, max_size=2),
    st.lists(phrases, max_size=1),
)
fields = st.sampled_from([None, None, None, "title", "lead", "body"])
mentions = st.builds(
    Mentions,
    st.frozensets(st.integers(0, ENTITIES - 1), min_size=1),
    st.integers(1, 2),
    st.sampled_from([(), (), ((1, 3),)]),
    fields,
)
says = st.builds(Says, st.frozensets(st.integers(0, KEYWORDS - 1), min_size=1), st.integers(1, 2), fields)
standing = st.recursive(
    st.builds(lambda one: Mentions(one.entities, 1, one.spans, one.field), mentions)
    | st.builds(lambda one: Says(one.keywords, 1, one.field), says),
    lambda inner: (
        st.builds(AnyOf, st.lists(inner, min_size=1, max_size=2).map(tuple))
        | st.builds(Near, inner, inner, st.sampled_from(["words", "sentence", "paragraph"]), st.integers(0, 6))
    ),
    max_leaves=3,
)
leaves = st.one_of(mentions, says, standing, st.just(Everything()))
conditions = st.recursive(
    leaves,
    lambda inner: (
        st.builds(AllOf, st.lists(inner, min_size=1, max_size=3).map(tuple))
        | st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple))
        | st.builds(Not, inner)
        | st.builds(Least, st.integers(1, 3), st.lists(inner, min_size=1, max_size=3).map(tuple))
    ),
    max_leaves=5,
)
withins = st.builds(Within, st.sampled_from(["article", "sentence", "paragraph", "words"]), st.integers(0, 4))
rules = st.builds(lambda condition, within: a_rule(condition, within=within), conditions, withins)
watchlists = st.builds(
    lambda entities, keywords, rules: a_watchlist(tuple(entities), tuple(keywords), tuple(rules)),
    st.lists(entities, min_size=ENTITIES, max_size=ENTITIES),
    st.lists(keywords, min_size=KEYWORDS, max_size=KEYWORDS),
    st.lists(rules, min_size=1, max_size=4),
)
texts = st.lists(st.sampled_from([*VOCABULARY, ".", "\n\n", "-", "See also", "x", "albas"]), max_size=25).map(" ".join)


@settings(deadline=None)
@given(st.lists(watchlists, min_size=1, max_size=2), texts, texts)
def test_the_prefilter_loses_nothing(lists, title, body):
    """Candidates are the same whether rules are chosen by their rarest terms or all are evaluated."""
    index = build(tuple(lists))
    document = a_document(title, body)
    fast = index.percolate(document, index.scan(document.folded))
    slow = index.percolate(document, None, prefilter=False)
    assert fast.candidates == slow.candidates
    assert fast.rules_run <= slow.rules_run == index.rules


CLOSE = Near(Says(frozenset({0})), Says(frozenset({1})), "words", 2)
simple = st.sampled_from(["alba", "brom", "ceda", "s"])
simple_lists = st.builds(
    lambda strong, weak, words, unless: a_watchlist(
        tuple(an_entity(one, weak=tuple(more)) for one, more in zip(strong, weak, strict=True)),
        tuple(
            a_keyword(a_phrase(" ".join(one), ordered=True), unless=(a_phrase(" ".join(but), ordered=True),))
            for one, but in zip(words, unless, strict=True)
        ),
        (a_rule(Mentions(frozenset({0, 1}))), a_rule(Says(frozenset({0, 1}))), a_rule(CLOSE)),
    ),
    st.lists(st.lists(simple, min_size=1, max_size=2).map(" ".join), min_size=2, max_size=2),
    st.lists(st.lists(simple, max_size=1), min_size=2, max_size=2),
    *[st.lists(st.lists(simple | st.just("alba|ceda"), min_size=1, max_size=3), min_size=2, max_size=2)] * 2,
)


@settings(deadline=None, max_examples=200)
@given(simple_lists, st.lists(simple, max_size=4).map(" ".join), st.lists(simple | st.just("."), max_size=20))
def test_short_ways_find_the_same(watchlist, title, body):
    """Phrases found as texts are those found word by word; mentions that nothing vies with are those that are weighed."""
    document = a_document(title, " ".join(body))

    def candidates():
        index = build((watchlist,))
        return index.percolate(document, index.scan(document.folded)).candidates

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(terms, "_MAX_TEXTS", 0)
        patch.setattr(found, "_are_plain", lambda _: False)
        expected = candidates()
    assert candidates() == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(words_of, "MAX_SEARCHES", 2)
        patch.setattr(index_of, "MAX_SEARCHES", 2)
        assert candidates() == expected


def test_rules_of_exact_phrases_run_where_both_stand():
    """A rule of two exact phrases runs where both stand as they are written, not where their words do."""
    both = AllOf((Says(frozenset({0})), Says(frozenset({1}))))
    keywords = tuple(a_keyword(a_phrase(text, ordered=True)) for text in ("alba brom", "ceda dorn"))
    index = build((a_watchlist((), keywords, (a_rule(both),)),))

    def ran(body):
        document = a_document("", body)
        percolated = index.percolate(document, index.scan(document.folded))
        return percolated.rules_run, len(percolated.candidates)

    assert ran("They met alba brom and ceda dorn there.") == (1, 1)
    assert ran("They met alba brom, dorn and ceda there.") == (0, 0)
    assert ran("They met alba and brom, ceda dorn there.") == (0, 0)


@settings(deadline=None)
@given(watchlists, texts, texts)
def test_evidence_is_in_the_text(watchlist, title, body):
    """Mentions and hits name tokens that are there, in one sentence, outside furniture, in text order."""
    index = build((watchlist,))
    document = a_document(title, body)
    tokens = document.folded.text.split(" ")[1:-1]
    for candidate in index.percolate(document, index.scan(document.folded)).candidates:
        for mention in candidate.mentions:
            spelled = tuple(tokens[mention.first : mention.last])
            named = [one for one in watchlist.entities if one.ref == mention.entity.ref]
            assert spelled in {surface.tokens for one in named for surface in (*one.strong, *one.weak)}
            assert set(document.sentence_of[mention.first : mention.last]) == {mention.sentence}
            assert document.sentences[mention.sentence].zone is not Zone.FURNITURE
        for hit in candidate.hits:
            assert {document.sentence_of[token] for token in hit.tokens} == {hit.sentence}
            assert document.sentences[hit.sentence].zone is not Zone.FURNITURE
            assert hit.between == hit.tokens[-1] - hit.tokens[0] + 1 - len(hit.tokens)
            assert hit.between <= (0 if hit.phrase.ordered else hit.phrase.between)
        assert list(candidate.mentions) == sorted(candidate.mentions, key=lambda one: one.first)
        assert list(candidate.hits) == sorted(candidate.hits, key=lambda one: one.tokens)


@settings(deadline=None)
@given(st.lists(st.lists(words, min_size=1, max_size=3).map(" ".join), min_size=1, max_size=6, unique=True), texts)
def test_the_automaton_finds_what_reading_finds(aliases, body):
    """Every place where an alias stands token by token is a mention, unless a longer alias covers it; nothing else is."""
    aliases = list({a_surface(alias).tokens: alias for alias in aliases}.values())
    watchlist = a_watchlist(
        tuple(an_entity(alias, ref=str(number)) for number, alias in enumerate(aliases)),
        rules=tuple(a_rule(Mentions(frozenset({number}))) for number in range(len(aliases))),
    )
    document = a_document("", body)
    index = build((watchlist,))
    found = index.percolate(document, index.scan(document.folded)).candidates
    spotted = {(one.first, one.last, one.entity.ref) for candidate in found for one in candidate.mentions}
    assert spotted == _read(document, [a_surface(alias).tokens for alias in aliases])


def _read(document, aliases):
    tokens = document.folded.text.split(" ")[1:-1]
    seen = [
        (first, first + len(alias), str(number))
        for number, alias in enumerate(aliases)
        for first in range(len(tokens))
        if tuple(tokens[first : first + len(alias)]) == alias
        and len(sentences := set(document.sentence_of[first : first + len(alias)])) == 1
        and document.sentences[sentences.pop()].zone is not Zone.FURNITURE
    ]
    longest = [
        one
        for one in seen
        if not any(
            other[0] <= one[0] and one[1] <= other[1] and other[1] - other[0] > one[1] - one[0] for other in seen
        )
    ]
    kept: set[tuple[int, int, str]] = set()
    end: dict[str, int] = {}
    for one in sorted(longest):
        if one[0] >= end.get(one[2], 0):  # one place is one mention of an entity
            kept.add(one)
            end[one[2]] = one[1]
    return kept


@settings(deadline=None)
@given(watchlists, watchlists, st.lists(st.booleans(), min_size=ENTITIES, max_size=ENTITIES), texts)
def test_an_index_that_keeps_tables_finds_the_same(before, after, struck, body):
    """Whatever an index keeps of the one before: the candidates are those of an index built from nothing."""
    document = a_document("", body)
    roster = Roster.of(before.entities)
    left = tuple(one for one, gone in zip(before.entities, struck, strict=True) if not gone)
    both = Entities([Part(roster, struck=np.array(struck)), Part(Roster.of(after.entities))])
    changed = msgspec.structs.replace(after, entities=both)
    index = build((changed, before), previous=build((before,)))
    found = index.percolate(document, index.scan(document.folded)).candidates
    fresh = build((changed, before))
    assert found == fresh.percolate(document, fresh.scan(document.folded)).candidates
    assert len(index.segments) <= 2
    mentioned = {one.entity.ref for candidate in found if candidate.watchlist is changed for one in candidate.mentions}
    gone = {one.ref for one in before.entities} - {one.ref for one in (*left, *after.entities)}
    assert not mentioned & gone


def test_required_terms():
    """Of several parts that must hold the rarest is taken, of alternatives all, of a negation none."""
    costs = [1.0, 5.0]

    def needs(condition):
        found = required(
            condition,
            of_mentions=lambda one: Need(sum(costs[entity] for entity in one.entities), one.entities),
            of_keyword=lambda keyword: None if keyword else Need(0.5, phrases=frozenset({"pact"})),
        )
        return None if found is None else {*found.entities, *found.phrases}

    first, second, keyword = Mentions(frozenset({0})), Mentions(frozenset({1})), Says(frozenset({0}))
    nothing = Says(frozenset({1}))
    assert needs(AllOf((first, second))) == {0}
    assert needs(AllOf((first, second, keyword))) == {"pact"}
    assert needs(AnyOf((first, second))) == {0, 1}
    assert needs(AllOf((Not(first), second))) == {1}
    assert needs(AllOf((nothing, second))) == {1}
    assert needs(AnyOf((first, Not(second)))) is None
    assert needs(Near(second, first, "words", 3)) == {0}
    assert needs(Least(2, (first, second, keyword))) == {0, "pact"}
    assert needs(Least(3, (first, second, keyword))) == {"pact"}
    assert needs(Least(2, (first, nothing, Not(keyword)))) is None
    assert needs(Not(first)) is needs(Everything()) is needs(nothing) is None


def test_rarity():
    """Rare words and longer names are rarer; everyday words of news are common."""
    assert rarity(("demarcation",)) < rarity(("border",)) < rarity(("government",))
    assert rarity(("kim", "jong", "un")) < rarity(("kim", "jong")) < rarity(("kim",))
