"""The gazetteer: what is in it, and that no country falls on a common word."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from tocsin.match.index import build
from tocsin.model.article import Article
from tocsin.model.rule import Check
from tocsin.prepare.fold import fold_article
from tocsin.prepare.structure import structure
from tocsin.watchlists import compile_text, entities, gazetteer
from tocsin.watchlists.lexicon import common_words

COUNTRIES = compile_text("watchlist: a\nrules: [{rule: r, entities: {any: ['set:countries']}}]\n").watchlists[0]
INDEX = build((COUNTRIES,))


def found(text):
    folded = fold_article(Article(id="1", body=text, lang="en"))
    document = structure(folded)
    percolated = INDEX.percolate(document, INDEX.scan(folded))
    return {
        mention.entity.ref.removeprefix("set:countries/")
        for candidate in percolated.candidates
        for mention in candidate.mentions
        if not mention.ambiguous
    }


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Turkey and Jordan signed; Amman and Ankara rejoiced.", {"TR", "JO"}),
        ("They ate turkey from the good china and read the polish on the pole.", set()),
        ("Give us a hand, it said, and who will not?", set()),
        ("The US, the UK and the U.S. Navy", {"US", "GB"}),
        ("CHINA AND TURKEY SIGN TREATY, BEIJING SAYS", {"CN", "TR"}),
        ("chad jordan was late, said the guinea pig", set()),
        ("Chad accused Niger; Nigeria and Nigeriens kept silent.", {"TD", "NE", "NG"}),
        ("Guinea-Bissau, Equatorial Guinea and Papua New Guinea", {"GW", "GQ", "PG"}),
        ("Dominica and the Dominican Republic", {"DM", "DO"}),
        ("the Democratic Republic of the Congo", {"CD"}),
        ("the Republic of the Congo", {"CG"}),
        ("South Sudan and Sudan", {"SS", "SD"}),
        ("Northern Ireland's parties met in Belfast", {"GB"}),
        ("Ireland's premier", {"IE"}),
        ("the People's Republic of China", {"CN"}),
        ("TAIWAN, also called the Republic of China", {"TW"}),
        ("Poles and Swedes met a Dane in Danish waters", {"PL", "SE", "DK"}),
        ("Norway said no, and Oslo meant it", {"NO"}),
        ("in north korea, pyongyang's papers said", {"KP"}),
        ("Türkiye and Côte d’Ivoire", {"TR", "CI"}),
        ("Sao Tome, São Tomé and Curaçao", {"ST"}),
        ("Burma, now Myanmar; Swaziland, now Eswatini; Kiev or Kyiv", {"MM", "SZ", "UA"}),
        ("The Soviet Union and Yugoslavia are gone", set()),
        ("The EU, NATO and the United Nations", set()),
        ("Korea alone says neither", set()),
    ],
)
def test_countries_are_found_and_nothing_else(text, codes):
    """Names, people and capitals in any case find their country; common words in another case do not."""
    assert found(text) == codes


def test_every_country_is_there_once():
    """About 200 countries, each with an own ISO code, and a few territories; blocs are no countries."""
    codes = [entry.code for entry in gazetteer.countries()]
    assert len(codes) == len(set(codes))
    assert 200 <= len(codes) <= 230
    assert all(re.fullmatch("[A-Z]{2}", code) for code in codes)
    assert {"KP", "NO", "XK", "PS", "TW"} <= set(codes)
    assert {"EU", "NATO", "UN", "USSR"}.isdisjoint(codes)


def test_no_strong_name_belongs_to_two_countries():
    """What two countries share is weak in one of them at least."""
    owners = defaultdict(set)
    for entity in entities.countries():
        for surface in entity.strong:
            owners[surface.tokens].add(entity.ref)
    assert [tokens for tokens, refs in owners.items() if len(refs) > 1] == []


def test_no_country_falls_on_a_common_word():
    """A single name that is a common word asks for its case or for capitals."""
    loose = [
        surface.written
        for entity in entities.countries()
        for surface in entity.strong
        if surface.check is Check.NONE and len(surface.tokens) == 1 and surface.tokens[0] in common_words()
    ]
    assert loose == []


def test_iso_codes_are_in_no_set():
    """`IT`, `IS`, `NO` and the like are never looked for; US and UK are names, not codes."""
    surfaces = {surface.tokens for entity in entities.countries() for surface in (*entity.strong, *entity.weak)}
    codes = {(entry.code.lower(),) for entry in gazetteer.countries()}
    assert surfaces & codes == {("us",)}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("North Korea", "KP"),
        ("DPRK", "KP"),
        ("north korea", "KP"),
        ("Burma", "MM"),
        ("European Union", "EU"),
        ("Kim Jong-un", "kim-jong-un"),
    ],
)
def test_names_that_are_completed(name, code):
    """Any of a thing's names completes it, in any case and spelling of hyphens."""
    entry = gazetteer.lookup(name)
    assert entry is not None
    assert entry.code == code


@pytest.mark.parametrize("name", ["Pyongyang", "Russian", "KP", "Acme Corporation"])
def test_names_that_are_not_completed(name):
    """A capital, a people and a code are not names of the country: who types them means them."""
    assert gazetteer.lookup(name) is None


def test_a_completed_name_keeps_its_case():
    """`turkey` typed in a list becomes the country, which small letters in a text do not name."""
    entity = compile_text("watchlist: a\nentities: [turkey]\nkeywords: [coup plot]\n").watchlists[0].entities[0]
    assert {surface.check for surface in entity.strong if surface.tokens == ("turkey",)} == {Check.CASE}
