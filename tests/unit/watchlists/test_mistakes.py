"""What a newcomer writes wrong, and what the check answers: file, line, what is wrong, what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tocsin.errors import InvalidWatchlist
from tocsin.watchlists import compile_text

COUP = "watchlist: a\nkeywords: {coup: {any: [coup plot]}}\n"

SAMPLES = [path.read_text("utf-8") for path in sorted((Path(__file__).parents[3] / "config/watchlists").glob("*.yaml"))]
ERRORS = {
    "misspelled key": (
        "watchlist: a\nkeyword: [border incursion]\n",
        2,
        "unknown key 'keyword'. Did you mean `keywords`?",
    ),
    "key of another tool": ("watchlist: a\nkeywords: [coup plot]\npriority: high\n", 3, "unknown key 'priority'"),
    "misspelled key of a keyword": (
        "watchlist: a\nkeywords:\n  x:\n    any: [coup]\n    nor: [y]\n",
        5,
        "Did you mean `not`?",
    ),
    "empty list": ("watchlist: a\nkeywords: []\n", 2, "`keywords` is empty."),
    "nothing after the key": ("watchlist: a\nentities:\nkeywords: [coup plot]\n", 2, "`entities` is empty."),
    "no name": ("name: a\nkeywords: [coup plot]\n", 1, "Write `watchlist:` instead of `name:`."),
    "name with spaces": ("watchlist: Korea Desk\nkeywords: [coup plot]\n", 1, "Write korea-desk."),
    "channel with capitals": ("watchlist: a\nchannels: [Korea]\nkeywords: [coup plot]\n", 2, "Write korea."),
    "one channel without a list": ("watchlist: a\nchannels: korea\nkeywords: [coup plot]\n", 2, "Write [korea]."),
    "Norway": ("watchlist: a\nentities: [NO]\nkeywords: [coup plot]\n", 2, "Write it in quotes: 'NO'."),
    "Norway as a key": (
        "watchlist: a\nentities: {NO: {name: Norway}}\nkeywords: [coup plot]\n",
        2,
        "Write 'NO' in quotes.",
    ),
    "a number as a name": ("watchlist: a\nentities:\n  - Mali\n  - 1984\nkeywords: [coup plot]\n", 4, "'1984'"),
    "quote not closed": ("watchlist: a\nkeywords: ['coup plot]\n", 2, "never closed"),
    "bracket not closed": ("watchlist: a\nkeywords: [coup plot\nentities: [Mali]\n", 3, "a ] at its end"),
    "tab": ("watchlist: a\nkeywords:\n\t- coup plot\n", 3, "Replace tabs by spaces."),
    "colon in a text": ("watchlist: a\nkeywords: [coup: plot]\n", 2, "must stand in quotes: 'coup: plot'"),
    "colon in a line": (
        "watchlist: a\ndescription: why: because\nkeywords: [coup plot]\n",
        2,
        "contains ': ' in quotes",
    ),
    "key twice": ("watchlist: a\nkeywords: [coup plot]\nkeywords: [x y]\n", 3, "stands twice (first in line 2)"),
    "alias of YAML": ("watchlist: a\nentities: &x [Mali]\nkeywords: *x\n", 3, "an alias (*x)"),
    "tag of YAML": ("watchlist: !!python/name:os.system a\n", 1, "a YAML tag"),
    "bare star": ("watchlist: a\nrules: [{rule: r, when: *}]\n", 2, "Write '*' in single quotes."),
    "no watchlist at all": ("- a\n- b\n", 1, "Begin with `watchlist: a-name`."),
    "nothing in the file": ("# soon\n", 0, "the file holds no watchlist."),
    "nothing looked for": ("watchlist: a\ndescription: x\n", 1, "the watchlist looks for nothing."),
    "two lists of one name": (
        "watchlist: a\nkeywords: [x y]\n---\nwatchlist: a\nkeywords: [z y]\n",
        4,
        "a.yaml:1; rename one",
    ),
    "undefined keyword": (COUP + "rules: [{rule: r, keywords: {any: [cuop]}}]\n", 3, "Did you mean coup?"),
    "undefined entity": (
        COUP + "rules: [{rule: r, entities: {any: [Mali]}}]\n",
        3,
        "the entity 'Mali' is not defined.",
    ),
    "entity where a keyword is": (COUP + "rules: [{rule: r, entities: {any: [coup]}}]\n", 3, "under `keywords:`"),
    "negations only": (COUP + "rules: [{rule: r, keywords: {none: [coup]}}]\n", 3, "only what must not be found"),
    "can never fire": (COUP + "rules: [{rule: r, keywords: {any: [coup], none: [coup]}}]\n", 3, "can never fire"),
    "can never fire, all": (
        "watchlist: a\nkeywords: {x: [coup plot], y: [tax evasion]}\nrules: [{rule: r, keywords: {all: [x, y], none: [y]}}]\n",
        3,
        "can never fire",
    ),
    "rule that looks for nothing": (COUP + "rules: [{rule: r}]\n", 3, "looks for nothing"),
    "two rules of one name": (
        COUP + "rules:\n- {rule: r, keywords: [coup]}\n- {rule: r, keywords: [coup]}\n",
        5,
        "Rename one.",
    ),
    "rule with spaces": (COUP + "rules: [{rule: my rule, keywords: [coup]}]\n", 3, "Write my-rule."),
    "every article by accident": ("watchlist: a\nrules: [{rule: r, when: '*'}]\n", 2, "Add `always_run: true`"),
    "every article with a keyword": (
        COUP + "rules: [{rule: r, when: '*', always_run: true, keywords: [coup]}]\n",
        3,
        "Delete one of the two.",
    ),
    "expression": (COUP + "rules: [{rule: r, when: coup & plot}]\n", 3, "not yet in this version"),
    "roles": (
        COUP + "rules: [{rule: r, roles: {actor: [x]}, keywords: [coup]}]\n",
        3,
        "roles are not yet in this version",
    ),
    "csv": ("watchlist: a\nentities: {big: {from: firms.csv}}\nkeywords: [coup plot]\n", 2, "`from:`) are not yet"),
    "percent": (COUP + "rules: [{rule: r, keywords: [coup], threshold: 60}]\n", 3, "from 0 to 1"),
    "severity": (COUP + "rules: [{rule: r, keywords: [coup], severity: hihg}]\n", 3, "Did you mean high?"),
    "mode": (COUP + "rules: [{rule: r, keywords: [coup], mode: test}]\n", 3, "It is one of live, shadow, off."),
    "distance": (COUP + "rules: [{rule: r, keywords: [coup], within: 3 sentences}]\n", 3, "is no distance"),
    "guard": (
        COUP + "rules: [{rule: r, keywords: [coup], guards: {negated: ignore}}]\n",
        3,
        "It is one of drop, lower, keep.",
    ),
    "duration": ("watchlist: a\nfilters: {max_age: 2 days}\nkeywords: [coup plot]\n", 2, "30m, 48h, 7d"),
    "language": ("watchlist: a\nfilters: {lang: [english]}\nkeywords: [coup plot]\n", 2, "Write two small letters"),
    "yes": ("watchlist: a\nexpand: yess\nkeywords: [coup plot]\n", 2, "Write true or false."),
    "no source passes": (
        "watchlist: a\nfilters: {sources: {include: [x], exclude: [x]}}\nkeywords: [coup plot]\n",
        2,
        "no source passes",
    ),
    "regular expression": ("watchlist: a\nkeywords: [/coup.*/]\n", 2, "regular expressions (/coup.*/) are not yet"),
    "prefix": ("watchlist: a\nkeywords: [border* incursion]\n", 2, "prefixes (border* incursion) are not yet"),
    "prefix of a name": ("watchlist: a\nentities: [Gazprom*]\nkeywords: [coup plot]\n", 2, "Write the names out."),
    "half a quote": ("watchlist: a\nkeywords: ['\"coup plot']\n", 2, "a quote is not closed"),
    "distance outside quotes": ('watchlist: a\nkeywords: ["coup plot"~5]\n', 2, "Put the whole of it in single quotes"),
    "distance without quotes": ("watchlist: a\nkeywords: [coup plot ~5]\n", 2, "Write '\"two words\"~5'."),
    "distance too far": ("watchlist: a\nkeywords: ['\"coup plot\"~900']\n", 2, "from 0 to 50"),
    "operators": ("watchlist: a\nkeywords: [coup AND plot]\n", 2, "the operator AND"),
    "only signs": ("watchlist: a\nkeywords: ['\"!!\"']\n", 2, "no letter or digit"),
    "unknown concept": ("watchlist: a\nkeywords: ['concept:defence-pact']\n", 2, "Did you mean concept:defense-pact?"),
    "unknown set": ("watchlist: a\nentities: ['set:banks']\nkeywords: [coup plot]\n", 2, "set:countries"),
    "set among keywords": ("watchlist: a\nkeywords: ['set:countries']\n", 2, "belongs under `entities:`"),
    "concept to be excluded": (
        "watchlist: a\nkeywords: {x: {any: [coup plot], not: ['concept:defense-pact']}}\n",
        2,
        "a concept belongs in `any:`",
    ),
    "rule by another name": (COUP + "rules: [{name: r, keywords: [coup]}]\n", 3, "Did you mean `rule`?"),
    "rule that is a text": (COUP + "rules: [coup]\n", 3, "an entry of `rules` must be a mapping"),
    "entity twice": ("watchlist: a\nentities: [Mali, mali]\nkeywords: [coup plot]\n", 2, "is there twice"),
    "description instead of a phrase": (
        "watchlist: a\nkeywords: [big secret coup plot senior army officers angry small towns northern desert provinces winter]\n",
        2,
        "At most 12 words",
    ),
    "too deep": ("watchlist: a\nkeywords: " + "[" * 60 + "]" * 60 + "\n", 2, "nested"),
    "control character": ("watchlist: a\nkeywords: [coup \x07 plot]\n", 2, "a control character"),
}

WARNINGS = {
    "too generic a word": ("watchlist: a\nkeywords:\n  - attack\n", 3, "'attack' alone is too generic"),
    "alias that is a common word": ("watchlist: a\nentities: [apple]\nkeywords: [coup plot]\n", 2, "Write '=Apple'"),
    "same surface twice": ("watchlist: a\nkeywords: {x: [coup plot, plots of coups]}\n", 2, "finds the same as 'coup plot'"),
    "two entries for one thing": ("watchlist: a\nkeywords: [coup plot, coup plots]\n", 2, "finds the same as 'coup plot'"),
    "same alias twice": ("watchlist: a\nentities: {x: {name: Zamfara, aliases: [zamfara]}}\nkeywords: [coup plot]\n", 2, "same"),
    "entity and keyword": ("watchlist: a\nentities: [Zamfara]\nkeywords: [Zamfara]\n", 3, "of an entity and of a keyword"),
    "shared alias": (
        "watchlist: a\nentities:\n  x: {name: Zamfara, aliases: [the gang]}\n  y: {name: Kebbi, aliases: [the gang]}\nkeywords: [coup plot]\n",
        4,
        "it counts for each",
    ),
    "shared weak alias": (
        "watchlist: a\nentities:\n  x: {name: Zamfara, weak: [the gang]}\n  y: {name: Kebbi, weak: [the gang]}\nkeywords: [coup plot]\n",
        4,
        "counts for neither",
    ),
    "two names of one country": (
        "watchlist: a\nentities:\n  - North Korea\n  - DPRK\nkeywords: [coup plot]\n", 4, "'DPRK' is what north-korea is called too"
    ),
    "quotes that YAML eats": ('watchlist: a\nkeywords: ["coup plot"]\n', 2, "Write '\"coup plot\"'"),
    "within for one thing": (COUP + "rules: [{rule: r, keywords: [coup], within: sentence}]\n", 3, "has no effect"),
    "always_run without need": (COUP + "rules: [{rule: r, keywords: [coup], always_run: true}]\n", 3, "has no effect"),
    "keyword that no rule asks for": (
        "watchlist: a\nkeywords: {x: [coup plot], y: [tax evasion]}\nrules: [{rule: r, keywords: [x]}]\n", 2, "no rule asks for"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "said"), ERRORS.values(), ids=ERRORS.keys())
def test_an_error_names_place_and_remedy(text, line, said):
    """A mistake is an error at its line that says what to write instead; nothing is compiled."""
    loaded = compile_text(text, file="a.yaml")
    place = f"a.yaml:{line}: error: " if line else "a.yaml: error: "
    assert any(str(problem).startswith(place) and said in str(problem) for problem in loaded.errors), loaded.problems
    with pytest.raises(InvalidWatchlist):
        _ = loaded.watchlists


@pytest.mark.parametrize(("text", "line", "said"), WARNINGS.values(), ids=WARNINGS.keys())
def test_a_warning_never_refuses_but_strict_does(text, line, said):
    """What is unwise is a warning at its line; the list compiles all the same, unless warnings are errors."""
    loaded = compile_text(text, file="a.yaml")
    assert not loaded.errors
    assert loaded.watchlists
    assert any(
        str(problem).startswith(f"a.yaml:{line}: warning: ") and said in str(problem) for problem in loaded.warnings
    ), loaded.problems
    strict = compile_text(text, file="a.yaml", strict=True)
    assert [problem.message for problem in strict.errors] == [problem.message for problem in loaded.warnings]


def test_one_problem_is_said_once():
    """A text with a colon is one mistake, not an unknown key and a missing one."""
    assert len(compile_text("watchlist: a\nkeywords: [coup: plot]\n").problems) == 1


def test_several_mistakes_are_all_told():
    """The author mends a file in one go."""
    text = "watchlist: a\nkeyword: [x]\nfilters: {max_age: soon, lang: [english]}\n"
    assert sorted(problem.line for problem in compile_text(text).errors) == [2, 3, 3]


@pytest.mark.parametrize("text", ["[" * 200_000, "- " * 100_000, "{a: " * 50_000, "&a [" * 1000 + "*a"])
def test_a_bomb_is_an_error_and_not_an_end(text):
    """Deep nesting and aliases are refused before anything is built from them."""
    assert compile_text(text).errors


def test_a_text_over_the_limit_is_refused():
    """Size is checked before a text is parsed."""
    assert "characters" in str(compile_text("#" * (4 * 2**20 + 1)).errors[0])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_damage_is_told_with_a_remedy(data):
    """Whatever is done to a sample list, the answer is a list or problems that say what to do; never another error."""
    text = data.draw(st.sampled_from(SAMPLES))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(text)))
        text = (
            text[:place]
            + data.draw(st.text("[]{}:,-'\"*&!|>%@`#?\t\n ~=/.a0é북", max_size=4))
            + text[place + data.draw(st.integers(0, 6)) :]
        )
    loaded = compile_text(text)
    assert loaded.errors or all(loaded.compiled)
    assert all(problem.message and problem.remedy for problem in loaded.errors)
