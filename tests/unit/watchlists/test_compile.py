"""From documents to the form that the matcher looks for."""

from __future__ import annotations

import json

import msgspec
import pytest

from tocsin.model.rule import (
    AllOf,
    Check,
    Everything,
    Filters,
    GuardAction,
    GuardKind,
    Mentions,
    Mode,
    Not,
    Says,
    Severity,
    Within,
)
from tocsin.watchlists import compile_text, load

SHORT = """
watchlist: korea-desk
entities: [North Korea, South Korea, Russia, Kim Jong Un]
keywords: [border incursion, defense pact]
"""


def one(text):
    loaded = compile_text(text)
    assert not loaded.errors, loaded.errors
    return loaded.watchlists[0]


def written(surfaces):
    return {surface.written for surface in surfaces}


def same(watchlist):
    """What two equal watchlists share: entities are columns, which are not compared by themselves."""
    return list(watchlist.entities), msgspec.structs.replace(watchlist, entities=())


def tokens(entity):
    return {" ".join(surface.tokens) for surface in entity.strong}


def test_short_form_is_one_rule_a_keyword():
    """Each keyword is a rule named as its slug: any of the entities with it, to the channel of the list's name."""
    watchlist = one(SHORT)
    assert [rule.name for rule in watchlist.rules] == ["border-incursion", "defense-pact"]
    for number, rule in enumerate(watchlist.rules):
        assert rule.condition == AllOf((Mentions(frozenset({0, 1, 2, 3})), Says(frozenset({number}))))
        assert rule.channels == ("korea-desk",)
        assert rule.severity is Severity.MEDIUM
        assert rule.threshold is None
        assert rule.within == Within()


def test_short_form_completes_names():
    """North Korea brings its other names, people and capital; a person brings the hyphenated spelling."""
    north, _, russia, kim = one(SHORT).entities
    assert {"North Korea", "DPRK", "Pyongyang", "North Korean", "North Koreans"} <= written(north.strong)
    assert written(north.weak) == {"the North"}
    assert "Moscow" in written(russia.strong)
    assert {"kim jong un"} <= tokens(kim)
    assert (north.ref, north.type, kim.type) == ("north-korea", "GPE", "PERSON")


def test_short_form_expands_keywords():
    """What the concept brings is weaker than what was typed, and says where it comes from."""
    incursion, pact = one(SHORT).keywords
    assert (incursion.ref, incursion.concept, pact.concept) == ("border-incursion", "border-incursion", "defense-pact")
    assert [phrase.strength for phrase in incursion.phrases if phrase.origin == "typed"] == [1.0]
    brought = [phrase for phrase in incursion.phrases if phrase.origin == "concept:border-incursion"]
    assert brought
    assert all(phrase.strength < 1 for phrase in brought)
    assert incursion.unless


@pytest.mark.parametrize(
    ("entry", "has"),
    [("Jordan", True), ("{name: Jordan, complete: false}", False), ("{name: Jordan, complete: true}", True)],
)
def test_completion_is_switched_off_by_name(entry, has):
    """`complete: false` on a name leaves it as typed."""
    entity = one(f"watchlist: a\nentities: [{entry}]\nkeywords: [coup plot]\n").entities[0]
    assert ("Amman" in written(entity.strong)) is has


def test_switches_for_the_whole_list():
    """`complete` and `expand` on the list hold for all of it, in both forms."""
    off = one("watchlist: a\ncomplete: false\nexpand: false\nentities: [Russia]\nkeywords: [border incursion]\n")
    assert written(off.entities[0].strong) == {"Russia"}
    assert off.keywords[0].concept is None
    full = "watchlist: a\n{}entities: {{r: {{name: Russia}}}}\nkeywords: {{k: {{any: [border incursion]}}}}\nrules: [{{rule: x, entities: [r], keywords: [k]}}]\n"
    assert one(full.format("")).keywords[0].concept is None
    assert written(one(full.format("")).entities[0].strong) == {"Russia"}
    on = one(full.format("complete: true\nexpand: true\n"))
    assert on.keywords[0].concept == "border-incursion"
    assert "Moscow" in written(on.entities[0].strong)


def test_expand_on_one_keyword():
    """In the full form one keyword may ask for its concept, others not."""
    watchlist = one(
        "watchlist: a\nkeywords:\n  x: {any: [border incursion], expand: true}\n  y: {any: [defense pact]}\n"
        "rules: [{rule: r, keywords: [x, y]}]\n"
    )
    assert [keyword.concept for keyword in watchlist.keywords] == ["border-incursion", None]


def test_exact_phrases_are_not_expanded():
    """A phrase in double quotes means these words and nothing else."""
    assert one("watchlist: a\nkeywords: ['\"border incursion\"']\n").keywords[0].concept is None


def test_head_phrases_are_recognised_in_any_spelling_and_inflection():
    """Defence pacts, border incursions: what an author types for the concept's name."""
    watchlist = one("watchlist: a\nkeywords: [defence pacts, border incursions]\n")
    assert [keyword.concept for keyword in watchlist.keywords] == ["defense-pact", "border-incursion"]


def test_full_form_rules():
    """Every key of a rule arrives in the compiled rule."""
    watchlist = one("""
watchlist: a
channels: [one]
filters: {lang: [en], max_age: 48h, sources: {exclude: [x.example]}}
entities: {north: {name: North Korea, weak: [the North]}, south: {name: South Korea}}
keywords: {k: {any: [coup plot], not: [coup de theatre]}, l: {any: [tax evasion]}}
rules:
  - rule: r
    entities: {any: [north], all: [south]}
    keywords: {any: [k], none: [l]}
    within: 12 words
    severity: high
    threshold: 0.6
    channels: [two, one]
    filters: {unknown: drop, max_age: 7d}
    guards: {negated: lower, historical: drop}
    mode: shadow
""")
    [rule] = watchlist.rules
    assert rule.condition == AllOf(
        (Mentions(frozenset({0})), Mentions(frozenset({1})), Says(frozenset({0})), Not(Says(frozenset({1}))))
    )
    assert rule.within == Within("words", 12)
    assert (rule.severity, rule.threshold, rule.channels, rule.mode) == (
        Severity.HIGH,
        0.6,
        ("two", "one"),
        Mode.SHADOW,
    )
    assert rule.filters == Filters(lang=("en",), exclude_sources=("x.example",), max_age=7 * 86400.0, drop_unknown=True)
    assert rule.line == 8
    assert dict(rule.guards) == {
        GuardKind.NEGATED: GuardAction.LOWER,
        GuardKind.DENIED: GuardAction.LOWER,
        GuardKind.HYPOTHETICAL: GuardAction.LOWER,
        GuardKind.HISTORICAL: GuardAction.DROP,
        GuardKind.OTHER_SENSE: GuardAction.DROP,
        GuardKind.OTHER_ROLE: GuardAction.DROP,
    }
    assert [phrase.written for phrase in watchlist.keywords[0].unless] == ["coup de theatre"]


def test_every_article():
    """`when: '*'` with `always_run` holds for every article."""
    [rule] = one("watchlist: a\nrules: [{rule: all, when: '*', always_run: true}]\n").rules
    assert rule.condition == Everything()
    assert rule.always_run


def test_set_of_countries():
    """Each country is an entity of its own whose reference names the set; ISO codes are not looked for."""
    watchlist = one(
        "watchlist: a\nkeywords: {k: [coup plot]}\nrules: [{rule: r, entities: {any: ['set:countries']}, keywords: [k]}]\n"
    )
    refs = {entity.ref: entity for entity in watchlist.entities}
    assert len(refs) > 190
    assert {"Mali", "Malian", "Malians", "Bamako"} <= written(refs["set:countries/ML"].strong)
    assert all("kp" not in surface.tokens for surface in refs["set:countries/KP"].strong)
    assert watchlist.rules[0].condition == AllOf((Mentions(spans=((0, len(refs)),)), Says(frozenset({0}))))


def test_all_takes_a_set_as_one_name():
    """`all: [set:countries]` asks for any country, not for all of them."""
    text = "watchlist: a\nentities: {x: {name: Zamfara}}\nrules: [{rule: r, entities: {all: [x, 'set:countries']}}]\n"
    condition = one(text).rules[0].condition
    assert isinstance(condition, AllOf)
    assert condition.parts[0] == Mentions(frozenset({0}))
    assert isinstance(condition.parts[1], Mentions)
    assert condition.parts[1].least == 1


def test_concepts_by_name_in_a_rule():
    """`concept:NAME` may stand in a keyword and in a rule."""
    watchlist = one("watchlist: a\nrules: [{rule: r, keywords: {any: ['concept:defense-pact']}}]\n")
    assert [keyword.ref for keyword in watchlist.keywords] == ["concept:defense-pact"]
    listed = one("watchlist: a\nkeywords: ['concept:defense-pact']\n")
    assert [rule.name for rule in listed.rules] == ["defense-pact"]
    assert listed.keywords[0].concept == "defense-pact"


def test_entities_alone_and_keywords_alone():
    """A short list may have entities only (one rule, named as the list) or keywords only."""
    [rule] = one("watchlist: names\nentities: [Mali, Chad]\n").rules
    assert (rule.name, rule.condition) == ("names", Mentions(frozenset({0, 1})))
    [rule] = one("watchlist: words\nkeywords: [coup plot]\n").rules
    assert (rule.name, rule.condition) == ("coup-plot", Says(frozenset({0})))


def test_rules_may_name_things_as_typed():
    """In a list with rules of its own, an entry of a list is named as typed or by its slug."""
    text = "watchlist: a\nentities: [North Korea]\nkeywords: [coup plot]\nrules: [{rule: r, entities: [North Korea], keywords: [coup-plot]}]\n"
    watchlist = one(text)
    assert watchlist.rules[0].condition == AllOf((Mentions(frozenset({0})), Says(frozenset({0}))))
    assert written(watchlist.entities[0].strong) == {"North Korea"}


def test_the_hash_is_of_what_is_said():
    """Layout, comments and the order of keys do not change the hash; a word does."""
    flow = compile_text("watchlist: a\nentities: [Mali]\nkeywords: [coup plot]\n").watchlists[0].content_hash
    block = compile_text("# mine\nkeywords:\n  - 'coup plot'\n\nentities:\n  - Mali # the country\nwatchlist: a\n")
    assert block.watchlists[0].content_hash == flow
    assert one("watchlist: a\nentities: [Mali]\nkeywords: [coup plots]\n").content_hash != flow


def test_compiling_is_deterministic():
    """The same text compiles to equal values, so that two scorers look for the same."""
    assert same(one(SHORT)) == same(one(SHORT))


def test_several_documents_know_their_lines():
    """A file may hold several lists parted by three hyphens; errors count lines of the file; sources stand alone."""
    text = "watchlist: a\nkeywords: [coup plot]\n---\n# second\nwatchlist: b\nkeywords: [tax evasion]\n"
    loaded = compile_text(text)
    assert [watchlist.name for watchlist in loaded.watchlists] == ["a", "b"]
    second = loaded.sources[1].placed
    again = compile_text(second.text, first_line=second.first_line)
    assert list(map(same, again.watchlists)) == list(map(same, loaded.watchlists[1:]))
    wrong = compile_text(text + "---\nwatchlist: c\nkeyword: [x]\n")
    assert [problem.line for problem in wrong.errors] == [9]


def test_json_is_yaml(tmp_path):
    """A list may be JSON; its quotes mean nothing, so they warn of nothing."""
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"watchlist": "a", "keywords": ["coup plot"]}))
    loaded = load([tmp_path])
    assert not loaded.problems
    assert loaded.watchlists[0].rules[0].name == "coup-plot"


def test_a_folder_is_its_files_by_name(tmp_path):
    """Files are read in the order of their names; one bad list refuses all, and the others are still checked."""
    (tmp_path / "b.yaml").write_text("watchlist: b\nkeyword: [x]\n")
    (tmp_path / "a.yml").write_text("watchlist: a\nkeywords: [coup plot]\n")
    (tmp_path / "notes.txt").write_text("no list")
    loaded = load([tmp_path])
    assert [problem.file for problem in loaded.errors] == [str(tmp_path / "b.yaml")]
    assert [source.document.watchlist for source in loaded.sources] == ["a"]


def test_what_cannot_be_read_is_an_error(tmp_path):
    """A missing file, an empty folder and a file that is no UTF-8 are errors with their names."""
    (tmp_path / "latin.yaml").write_bytes(b"watchlist: a\nkeywords: [caf\xe9 plot]\n")
    (tmp_path / "empty").mkdir()
    loaded = load([tmp_path / "latin.yaml", tmp_path / "empty", tmp_path / "none.yaml"])
    assert [problem.line for problem in loaded.errors] == [2, 0, 0]


def test_capitals_and_case():
    """US, IT and WHO need capitals; what is no word and longer does not; `=Apple` keeps its case."""
    text = "watchlist: a\nentities: [{name: US, complete: false}, IT, WHO, NASA, DPRX, =Apple, ACT]\nkeywords: [coup plot]\n"
    checks = [entity.strong[0].check for entity in one(text).entities]
    capitals = Check.CAPITALS
    assert checks == [capitals, capitals, capitals, Check.NONE, Check.NONE, Check.CASE, capitals]


def test_signs_do_not_make_an_abbreviation_longer():
    """AT&T has three letters: in small ones it is the beginning of *at T-Mobile*."""
    text = "watchlist: a\nentities: [AT&T, R&D, AT&T Mobility, PKK YPG]\nkeywords: [coup plot]\n"
    checks = [entity.strong[0].check for entity in one(text).entities]
    assert checks == [Check.CAPITALS, Check.CAPITALS, Check.NONE, Check.NONE]


def test_scripts_without_spaces():
    """Hangul asks for its left edge, Han does not; each character is a token."""
    korean, chinese = one("watchlist: a\nentities: [북한군, 朝鲜]\nkeywords: [coup plot]\n").entities
    assert (len(korean.strong[0].tokens), korean.strong[0].check) == (3, Check.LEFT_EDGE)
    assert (chinese.strong[0].tokens, chinese.strong[0].check) == (("朝", "鲜"), Check.NONE)


def test_aliases_are_not_inflected_but_spelled_and_joined():
    """An alias stands as written, in British and American spelling, with hyphen, space or joined."""
    text = "watchlist: a\nentities: [{name: Ministry of Defence}, {name: Al-Qaeda, complete: false}]\nkeywords: [coup plot]\n"
    ministry, qaeda = one(text).entities
    assert tokens(ministry) == {"ministry of defence", "ministry of defense"}
    assert tokens(qaeda) == {"al qaeda", "alqaeda"}


def test_mode_off_is_understood_without_quotes():
    """YAML reads a bare `off` as false; the analyst meant the word."""
    text = "watchlist: desk\nentities: {a: {name: Norway}}\nrules: [{rule: r, entities: {any: [a]}, mode: off}]\n"
    loaded = compile_text(text)
    assert loaded.errors == []
    assert loaded.watchlists[0].rules[0].mode is Mode.OFF
