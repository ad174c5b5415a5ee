"""Possible misses: what was held back, and what reads alike; nothing that was alerted."""

from __future__ import annotations

import numpy as np
import pytest

from builders import an_article
from tocsin.apps.miss_probes import entities_only
from tocsin.apps.miss_search import Search
from tocsin.model.rule import AllOf, AnyOf, Everything, Least, Mentions, Near, Not, Says
from tocsin.score.offsets import shifted
from tocsin.score.signals import SIGNALS
from tocsin.score.weights import Weight, Weights
from tocsin.watchlists import compile_text

WEIGHTS = Weights(threshold=0.5, intercept=0.0, signals={name: Weight(0.1, 0.5) for name in SIGNALS})
LIST = """
watchlist: quays
entities: {norway: {name: Norway}}
keywords: {strike: {any: [crane strike, dock walkout]}}
rules:
  - {rule: strike, entities: {any: [norway]}, keywords: {any: [strike]}, threshold: 0.2}
  - {rule: strict, entities: {any: [norway]}, keywords: {any: [strike]}, threshold: 0.999}
"""
ALERTED = an_article("Norway", "A crane strike by operators in Norway closed the quays.", id="alerted", lang="en")
ALIKE = an_article("Norway", "In Norway idle cranes and silent operators closed the quays.", id="alike", lang="en")
OTHER = an_article("Norway", "Norway sells herring and cod.", id="other", lang="en")
ABROAD = an_article("Peru", "In Peru idle cranes and silent operators closed the quays.", id="abroad", lang="en")


def search(text=LIST, **more):
    return Search(compile_text(text).watchlists, WEIGHTS, reader=None, **{"limit": 5, **more})


def told(found):
    return [(miss.rule, miss.kind, miss.article_id) for miss in found.told()]


@pytest.mark.parametrize("order", [1, -1])
def test_what_reads_like_an_alert_is_told_and_what_does_not_is_not(order):
    """Entity there, keywords not, and words of what was alerted: in whatever order the articles come."""
    found = search()
    found.look([ALERTED, ALIKE, OTHER, ABROAD][::order])
    assert ("quays/strike", "alike", "alike") in told(found)
    assert {article for _, kind, article in told(found) if kind == "alike"} == {"alike"}
    [miss] = [one for one in found.told() if one.rule == "quays/strike"]
    assert miss.score is None
    assert "operators" in miss.like
    assert "norway" not in miss.like
    assert miss.sentence == ALIKE.body


def test_what_is_below_the_threshold_is_told_with_what_it_lacks():
    """The nearest first, as many as asked for; what passes is no miss."""
    weak = an_article(
        "Market", "In Norway fish is sold. Long after, a strike was told of a crane.", id="weak", lang="en"
    )
    found = search(limit=1)
    found.look([weak, ALERTED])
    strict = [one for one in found.told() if one.rule == "quays/strict"]
    assert [(one.kind, one.article_id) for one in strict] == [("below_threshold", "alerted")]
    assert strict[0].score is not None
    assert strict[0].score < strict[0].threshold
    assert strict[0].lacks
    assert "quays/strike" not in [rule for rule, kind, _ in told(found) if kind != "alike"]


def test_an_offset_decides_here_too():
    """What marks hold back is a possible miss, with the score that it had with them."""
    lowered = LIST.replace("threshold: 0.2", "threshold: 0.4")
    plain, held = search(lowered), search(lowered, offsets={"quays/strike": -2.0})
    for found in (plain, held):
        found.look([ALERTED])
    assert [one.rule for one in plain.told()] == ["quays/strict"]
    [strict, strike] = sorted(held.told(), key=lambda one: one.rule)
    assert strict.score is not None
    assert strike.score == pytest.approx(shifted(strict.score, -2.0), abs=1e-3)


def test_the_same_text_is_told_once():
    """From however many sources."""
    found = search()
    found.look([ALERTED, ALIKE, an_article(ALIKE.title, ALIKE.body, id="copy", source="other", lang="en")])
    assert [article for _, kind, article in told(found) if kind == "alike"].count("copy") == 0


def test_what_is_alike_need_not_share_a_word():
    """Words that are about the same are enough."""
    found = search(LIST.replace("dock walkout", "kidnapped hostage"))
    abducted = an_article("Norway", "In Norway gunmen abducted a priest.", id="abducted", lang="en")
    found.look([abducted, OTHER])
    assert {article for _, kind, article in told(found) if kind == "alike"} == {"abducted"}


def test_words_of_another_language_are_not_taken_for_english_ones():
    """A text of stated other language is compared by the words that it shares, so that *die* and *war* mean nothing."""
    found = search(similarity=lambda texts, wanted: np.ones((len(texts), len(wanted))))
    found.look([an_article("Norwegen", "Norway: die war gut in Bergen.", id="german", lang="de")])
    assert told(found) == []


def test_two_revisions_of_an_article_are_told_once():
    """The one that is nearer."""
    found = search()
    found.look([ALERTED, ALIKE, an_article(ALIKE.title, ALIKE.body + " Rain fell.", id="alike", lang="en")])
    assert [(kind, article) for rule, kind, article in told(found) if rule == "quays/strike"] == [("alike", "alike")]


def test_another_similarity_may_be_brought():
    """Word vectors, say: what it calls alike is told."""
    found = search(similarity=lambda texts, wanted: np.ones((len(texts), len(wanted))))
    found.look([OTHER])
    assert ("quays/strike", "alike", "other") in told(found)


def test_a_rule_of_keywords_alone_compares_every_article_and_one_of_entities_alone_none():
    """The first has no entity to ask for, the second no keyword to lack; nothing at all is no error."""
    text = "watchlist: quays\nentities: {norway: {name: Norway}}\nkeywords: {strike: {any: [idle harbour]}}\nrules:\n"
    words = search(text + "  - {rule: words, keywords: {any: [strike]}}\n")
    names = search(text + "  - {rule: names, entities: {any: [norway]}, threshold: 0.1}\n")
    for found in (words, names):
        found.look([])
        assert told(found) == []
        found.look([ALIKE, OTHER, ABROAD])
    assert ("quays/words", "alike", "abroad") in told(words)
    assert [kind for _, kind, _ in told(names) if kind == "alike"] == []


A, B, SAID = Mentions(frozenset({0})), Mentions(frozenset({1})), Says(frozenset({0}))


@pytest.mark.parametrize(
    ("condition", "left"),
    [
        (AllOf((A, SAID)), A),
        (AllOf((A, B, SAID)), AllOf((A, B))),
        (AnyOf((A, SAID)), None),
        (AnyOf((A, B)), AnyOf((A, B))),
        (Least(2, (A, B, SAID)), AnyOf((A, B))),
        (Near(A, SAID, "sentence"), A),
        (AllOf((A, Not(B), SAID)), A),
        (SAID, None),
        (Everything(), None),
    ],
)
def test_what_a_condition_asks_of_entities(condition, left):
    """As if everything that it wants said were said."""
    assert entities_only(condition) == left
