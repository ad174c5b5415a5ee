"""What each operator of a rule asks of a text, and what of the text is then evidence."""

from __future__ import annotations

import pytest

from builders import a_document, a_keyword, a_phrase, a_rule, a_surface, a_watchlist, an_entity
from tocsin.match.index import build
from tocsin.model.rule import AllOf, AnyOf, Check, Least, Mentions, Near, Not, Says

RUSSIA, KOREA, FRANCE = (Mentions(frozenset({number})) for number in range(3))
PACT, BORDER, GUARD = (Says(frozenset({number})) for number in range(3))
ENTITIES = (an_entity("Russia"), an_entity("North Korea"), an_entity("France"))
KEYWORDS = (a_keyword("pact|pacts"), a_keyword("border"), a_keyword("guard|guards"))
MANY = Mentions(spans=((0, 3),))


def found(condition, body, title=""):
    """The texts of the evidence, or None where the rule does not hold."""
    document = a_document(title, body)
    index = build((a_watchlist(ENTITIES, KEYWORDS, (a_rule(condition),)),))
    candidates = index.percolate(document, index.scan(document.folded)).candidates
    assert candidates == index.percolate(document, None, prefilter=False).candidates
    if not candidates:
        return None
    tokens = document.folded.text.split(" ")[1:-1]
    (one,) = candidates
    places = [(mention.first, mention.last) for mention in one.mentions]
    places += [(hit.tokens[0], hit.tokens[-1] + 1) for hit in one.hits]
    return [" ".join(tokens[first:last]) for first, last in sorted(places)]


@pytest.mark.parametrize(
    ("words", "body", "evidence"),
    [
        (0, "The pact Russia wants.", ["pact", "russia"]),
        (0, "The pact with Russia.", None),
        (1, "The pact with Russia.", ["pact", "russia"]),
        (1, "Russia and its pact; of one more pact the text says nothing about Russia.", None),
        (3, "Russia has this new pact. Later another pact was made.", ["russia", "pact"]),
        (9, "Russia signed. A pact.", ["russia", "pact"]),
    ],
)
def test_near_counts_the_words_between(words, body, evidence):
    """``a NEAR/N b``: in any order, over a full stop too; what stands further apart is no evidence."""
    assert found(Near(RUSSIA, PACT, "words", words), body) == evidence
    assert found(Near(PACT, RUSSIA, "words", words), body) == evidence


def test_the_s_of_a_possessive_is_no_word():
    """*Russia's pact* stands as near as *Russia pact*."""
    assert found(Near(RUSSIA, PACT, "words", 0), "It is Russia's pact.") == ["russia", "pact"]
    assert found(Near(PACT, RUSSIA, "words", 1), "It is Russia\u2019s new pact.") == ["russia", "pact"]
    assert found(Near(RUSSIA, PACT, "words", 1), "It is Russia's very new pact.") is None
    assert found(Near(PACT, RUSSIA, "words", 2), "The pact of France's Russia.") == ["pact", "russia"]


def test_near_stays_in_a_field():
    """The end of the title is not near the beginning of the body."""
    assert found(Near(RUSSIA, PACT, "words", 5), "Pact signed", title="News of Russia") is None


def test_near_is_of_two_things():
    """One occurrence is not near itself."""
    assert found(Near(PACT, PACT, "words", 5), "A pact.") is None
    assert found(Near(PACT, PACT, "words", 5), "A pact is a pact.") == ["pact", "pact"]


def test_near_what_it_stands_inside():
    """A name between the words of a phrase is near it, in its sentence, and between both ends of a pair."""
    body = "Guards of Russia at a pact, far from any border, wait."
    phrase = (a_keyword("guard|guards border"),)
    for near in (Near(RUSSIA, PACT, "words", 0), Near(PACT, RUSSIA, "sentence"), Near(RUSSIA, PACT, "paragraph")):
        document = a_document("", body)
        index = build((a_watchlist(ENTITIES, phrase, (a_rule(near),)),))
        (one,) = index.percolate(document, index.scan(document.folded)).candidates
        assert (len(one.mentions), len(one.hits)) == (1, 1)
    assert found(Near(Near(GUARD, PACT, "words", 9), RUSSIA, "words", 0), body) == ["guards", "russia", "pact"]
    assert found(Near(Near(GUARD, PACT, "words", 9), PACT, "words", 9), body) is None  # one pact is not two


def test_a_pair_in_a_paragraph():
    """A pair that reaches into another paragraph stands in neither."""
    pair = Near(RUSSIA, PACT, "words", 9)
    assert found(Near(pair, BORDER, "paragraph"), "A border and Russia. A pact.") == ["border", "russia", "pact"]
    two = "A border stands between them and Russia.\n\nA pact is far from being signed."
    assert found(pair, two) == ["russia", "pact"]
    assert found(Near(pair, BORDER, "paragraph"), two) is None


@pytest.mark.parametrize(
    ("unit", "body", "evidence"),
    [
        ("sentence", "Russia wants a pact. France too.", ["russia", "pact"]),
        ("sentence", "Russia waits. A pact is far.", None),
        ("paragraph", "Russia waits. A pact is far.", ["russia", "pact"]),
        ("paragraph", "Russia waits for the other side.\n\nA pact is far from being signed.", None),
    ],
)
def test_in_one_sentence_or_paragraph(unit, body, evidence):
    """``a SENTENCE b``, ``a PARAGRAPH b``."""
    assert found(Near(RUSSIA, PACT, unit), body) == evidence


def test_chains_and_groups():
    """``(a | b) NEAR/2 c SENTENCE d`` reads from left to right: the pair stands where both of its ends do."""
    pair = Near(AnyOf((RUSSIA, FRANCE)), PACT, "words", 2)
    chain = Near(pair, BORDER, "sentence")
    assert found(chain, "A border: France in a pact.") == ["border", "france", "pact"]
    assert found(chain, "France in a pact. A border.") is None
    assert found(Near(pair, BORDER, "words", 1), "The border of France, in a pact.") == ["border", "france", "pact"]
    assert found(Near(pair, BORDER, "words", 1), "The border, and after many words France in a pact.") is None


@pytest.mark.parametrize(
    ("field", "title", "body", "holds"),
    [
        ("title", "A pact", "Nothing", True),
        ("title", "Nothing", "A pact", False),
        ("body", "A pact", "Nothing", False),
        ("body", "Nothing", "A pact", True),
        ("lead", "A pact", "Nothing", False),
        ("lead", "", "One. Two. A pact.", True),
        ("lead", "", "One. Two. Three. A pact.", False),
    ],
)
def test_fields(field, title, body, holds):
    """``title:``, ``lead:`` (the first sentences of the story) and ``body:``."""
    assert (found(Says(PACT.keywords, 1, field), body, title=title) is not None) is holds


def test_fields_of_entities():
    """A mention elsewhere in the article is no evidence."""
    russia = Mentions(RUSSIA.entities, 1, (), "title")
    assert found(AllOf((russia, PACT)), "Russia: a pact", title="Of Russia") == ["russia", "pact"]
    assert found(AllOf((russia, PACT)), "Russia: a pact", title="Of France") is None


def test_some_of_several():
    """``2 OF (a, b, c)``; evidence is of all that hold."""
    condition = Least(2, (RUSSIA, PACT, AllOf((BORDER, GUARD))))
    assert found(condition, "A pact, a border.") is None
    assert found(condition, "A pact, a border guard.") == ["pact", "border", "guard"]
    assert found(condition, "Russia, a pact, a border guard.") == ["russia", "pact", "border", "guard"]
    assert found(Least(2, (RUSSIA, Not(PACT))), "Russia") == ["russia"]
    assert found(Least(2, (RUSSIA, Not(PACT))), "Russia pact") is None


def test_groups_of_entities():
    """A span of entities is any of them; ``least`` counts different ones."""
    assert found(AllOf((MANY, PACT)), "France: a pact") == ["france", "pact"]
    assert found(Mentions(least=2, spans=((0, 3),)), "France, France") is None
    assert found(Mentions(least=2, spans=((0, 3),)), "France, Russia") == ["france", "russia"]
    assert found(Mentions(spans=((1, 3),)), "Russia") is None


@pytest.mark.parametrize(
    ("begun", "body", "evidence"),
    [
        ("kidnap", "Two kidnappers", ["kidnappers"]),
        ("kidnap", "A kidnap plot", ["kidnap"]),
        ("kidnap", "The kid napped", None),
        ("cross border", "A cross-borderline case", ["cross borderline"]),
    ],
)
def test_beginnings_of_words(begun, body, evidence):
    """``kidnap*`` is every word that begins so."""
    index = build(
        (a_watchlist((), (a_keyword(a_phrase("x", words=((a_surface(begun, Check.PREFIX),),))),), (a_rule(PACT),)),)
    )
    document = a_document("", body)
    candidates = index.percolate(document, index.scan(document.folded)).candidates
    tokens = document.folded.text.split(" ")[1:-1]
    hits = [" ".join(tokens[one.tokens[0] : one.tokens[-1] + 1]) for each in candidates for one in each.hits]
    assert (hits or None) == evidence


def regex(pattern, condition, body, title=""):
    keywords = (a_keyword("pact"), a_keyword(a_phrase("x", words=(), regex=pattern)))
    index = build((a_watchlist((), keywords, (a_rule(condition),)),))
    document = a_document(title, body)
    candidates = index.percolate(document, index.scan(document.folded)).candidates
    assert candidates == index.percolate(document, None, prefilter=False).candidates
    text = {"title": title, "body": body}
    found = []
    for each in candidates:
        for hit in each.hits:
            field = document.field_of(hit.tokens[0])
            found.append(text[field][document.spans[hit.tokens[0]][0] : document.spans[hit.tokens[-1]][1]])
    return found


def test_regular_expressions():
    """``/re/`` is matched in the text as received, in any case, and stands for the words that it touches."""
    both = AllOf((PACT, Says(frozenset({1}))))
    assert regex(r"S-\d{3}", both, "A pact on the s-400 and the S-40.") == ["pact", "s-400"]
    assert regex(r"rocket.{1,4}fire", both, "A pact. Rocket fire.", title="No rocket, fire") == [
        "rocket, fire",
        "pact",
        "Rocket fire",
    ]
    assert regex(r"(?-i:NATO)", both, "A pact with nato") == []
    assert regex(r"one\. two", both, "A pact. One. Two.") == []  # over a full stop
    assert regex(r"[.]", both, "A pact. One.") == []  # touches no word


def test_a_regular_expression_takes_one_sentence_at_a_time():
    """One that would reach on into the next sentence finds what it finds in its own; half a character is no hindrance."""
    both = AllOf((PACT, Says(frozenset({1}))))
    assert regex("rebels.*town", both, "A pact. The rebels left the town. Another town fell.") == [
        "pact",
        "rebels left the town",
    ]
    assert regex("s-4", both, "A pact \ud800 on the S-4.") == ["pact", "S-4"]


def test_a_regular_expression_that_backtracks_elsewhere():
    """Time grows with the text, whatever the expression: what takes others for ever is over at once here."""
    both = AllOf((PACT, Says(frozenset({1}))))
    assert regex(r"(a+)+b", both, "pact " + "a" * 100_000) == []


def test_an_entity_counts_between_its_dates():
    """A leader in office: articles of other days mention the person, not the office; undated ones go by their arrival."""
    leader = an_entity("Ada Zog", since=1000.0, until=2000.0)
    index = build((a_watchlist((leader,), (), (a_rule(RUSSIA),)),))

    def mentions(**more):
        document = a_document("", "Ada Zog spoke", **more)
        return bool(index.percolate(document, index.scan(document.folded)).candidates)

    assert [mentions(published_at=at) for at in (999.0, 1000.0, 2000.0, 2001.0)] == [False, True, True, False]
    assert [mentions(arrived_at=at) for at in (999.0, 1500.0)] == [False, True]
