"""The shipped sets: what is in them, and that they fall on no common word."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime

import pytest

from builders import an_article, document_of
from tocsin.match.index import build
from tocsin.model.rule import Check, Mentions, Rule, Watchlist
from tocsin.prepare.fold import fold_article
from tocsin.watchlists import sets
from tocsin.watchlists.gazetteer.terms import terms
from tocsin.watchlists.lexicon import common_words


def seconds(year, month, day):
    return datetime(year, month, day, tzinfo=UTC).timestamp()


NOW = seconds(2025, 9, 1)


def index_of(name):
    members = tuple(sets.roster(name))
    rule = Rule(name="r", channels=("c",), condition=Mentions(frozenset(range(len(members)))))
    return build((Watchlist(name="w", entities=members, rules=(rule,)),))


@pytest.fixture(scope="module")
def indexes():
    return {name: index_of(name) for name in sets.names()}


def found(index, text, at=NOW):
    article = an_article(body=text, lang="en", published_at=at)
    percolated = index.percolate(document_of(article), index.scan(fold_article(article)))
    return {
        mention.entity.ref.partition("/")[2]
        for candidate in percolated.candidates
        for mention in candidate.mentions
        if not mention.ambiguous
    }


@pytest.mark.parametrize(
    ("name", "text", "codes"),
    [
        ("set:countries", "New Mexico, the Gulf of Mexico and New England", set()),
        ("set:countries", "Mexico and New Mexico", {"MX"}),
        ("set:countries", "Latin American debt and Central America", set()),
        ("set:countries", "Native Americans, American Indians and the Indian Ocean", set()),
        ("set:countries", "Atlanta, Georgia; the State of Georgia; Georgia Power", set()),
        ("set:countries", "Georgia's premier spoke in Tbilisi", {"GE"}),
        ("set:countries", "Michael Jordan ate a Panama hat, French fries and guinea pigs", set()),
        (
            "set:countries",
            "N. Korea and S. Korea; the U.K., the U.A.E. and the D.R. Congo",
            {"KP", "KR", "GB", "AE", "CD"},
        ),
        ("set:countries", "Dominican friars teach English", set()),
        ("set:capitals", "Brussels, Kyiv and Kiev; Washington, D.C.", {"BE", "UA", "US"}),
        ("set:capitals", "Sofia, Victoria and Santiago are sisters", set()),
        ("set:capitals", "in Sofia, Bulgaria", {"BG"}),
        ("set:cities", "Mumbai, once Bombay; Odesa, Kharkiv and Xi'an", {"1275339", "698740", "706483", "1790630"}),
        ("set:cities", "Reading is nice, said Austin Jackson; bath, split, orange, mobile", set()),
        ("set:cities", "Nice, Reading, Split and Orange at a sentence's start", set()),
        ("set:cities", "in Nice, France, and in Jackson, Miss.", {"2990440", "4431410"}),
        ("set:cities", "lima beans in manila envelopes; Chase Manhattan", set()),
        ("set:currencies", "The dollar and the pound fell, the real and the won rose", set()),
        ("set:currencies", "The US dollar fell against the yen, the yuan and the euro", {"USD", "JPY", "CNY", "EUR"}),
        ("set:currencies", "U.S. dollars, Swiss francs and roubles", {"USD", "CHF", "RUB"}),
        ("set:currencies", "sterling silver for Euro-MPs at Euro 2024", set()),
        ("set:currencies", "USD, EUR and ALL are codes", set()),
        ("set:organisations", "Who said it? The fed cat, amnesty and aids", set()),
        ("set:organisations", "The WHO, the I.M.F. and Hezbollah", {"WHO", "IMF", "hezbollah"}),
        ("set:organisations", "the People’s Liberation Army and Médecins Sans Frontieres", {"PLA", "MSF"}),
        ("set:leaders", "Prime Minister Keir Starmer", {"keir-starmer"}),
        ("set:leaders", "a trump card from the store; Park and Moon; the key may be brown", set()),
        ("set:leaders", "Kim and Lee and Xi", set()),
    ],
)
def test_what_sets_find(indexes, name, text, codes):
    """Members by the names that news gives them; not where these are words, other places or people."""
    assert found(indexes[name], text) == codes


@pytest.mark.parametrize("name", sets.names())
def test_every_set_is_whole(name):
    """Refs are the set's own and unique; nobody without a strong name but the one that holds the shields."""
    roster = sets.roster(name)
    refs = list(roster.refs)
    assert len(refs) == len(set(refs)) > 100
    assert all(ref.startswith(f"{name}/") for ref in refs)
    assert {one.ref for one in roster if not one.strong} <= {f"{name}/-"}
    assert roster is sets.roster(name)
    assert len(sets.digest(name)) == 32


def test_digests_differ():
    """No two sets are taken for one another."""
    assert len({sets.digest(name) for name in sets.names()}) == len(sets.names())


def test_an_unknown_set():
    """It is an error; who asked is told the names."""
    with pytest.raises(KeyError):
        sets.roster("set:planets")


@pytest.mark.parametrize("name", sets.names())
def test_no_member_falls_on_a_common_word(name):
    """A single name that is a common word asks for its case, for capitals or for company."""
    loose = [
        surface.written
        for member in sets.roster(name)
        for surface in member.strong
        if surface.check is Check.NONE and len(surface.tokens) == 1 and surface.tokens[0] in common_words()
    ]
    assert loose == []


@pytest.mark.parametrize("name", [name for name in sets.names() if name != "set:leaders"])
def test_no_strong_name_belongs_to_two_members(name):
    """What two members share is weak in one of them at least."""
    owners = defaultdict(set)
    for member in sets.roster(name):
        for surface in member.strong:
            owners[surface.tokens].add(member.ref)
    assert [tokens for tokens, refs in owners.items() if len(refs) > 1] == []


@pytest.mark.parametrize(
    ("year", "refs"), [(2010, set()), (2018, {"donald-trump-1"}), (2023, set()), (2025, {"donald-trump"})]
)
def test_leaders_count_while_in_office(indexes, year, refs):
    """A name is a leader's between the dates of a term, by the article's own date."""
    assert found(indexes["set:leaders"], "Donald Trump spoke.", seconds(year, 6, 1)) == refs


def test_leaders_have_terms():
    """Each term is a member of its own: the latest under the plain name, open where it lasts."""
    by_ref = {one.ref: one for one in sets.roster("set:leaders")}
    first, latest = by_ref["set:leaders/donald-trump-1"], by_ref["set:leaders/donald-trump"]
    assert (first.since, first.until) == (seconds(2017, 1, 20), seconds(2021, 1, 21))
    assert (latest.since, latest.until) == (seconds(2025, 1, 20), None)
    assert all(one.since is not None and (one.until is None or one.since < one.until) for one in by_ref.values())


@pytest.mark.parametrize(
    ("written", "spans"),
    [
        ("2017-01-20..2021-01-20", [(seconds(2017, 1, 20), seconds(2021, 1, 21))]),
        ("2009-12..2010-12 2012..2013 2014..", [
            (seconds(2009, 12, 1), seconds(2011, 1, 1)), (seconds(2012, 1, 1), seconds(2014, 1, 1)),
            (seconds(2014, 1, 1), None)]),
    ],
)  # fmt: skip
def test_terms(written, spans):
    """Days, months and years; the last one is part of the term."""
    assert list(terms(written)) == spans


@pytest.mark.parametrize("written", ["2017-01-20", "2017..2015", "long ago..", "2017-13.."])
def test_terms_that_are_none(written):
    """Anything else is refused."""
    with pytest.raises(ValueError, match=r"."):
        terms(written)
