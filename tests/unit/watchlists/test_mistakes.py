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
        "`when:` stands beside `keywords:`",
    ),
    "group in a list": (
        "watchlist: a\nentities: [{name: firms, from: firms.csv}]\nkeywords: [coup plot]\n",
        2,
        "Write entities: {companies: {from: firms.csv}}.",
    ),
    "group with another key": (
        "watchlist: a\nentities: {firms: {file: firms.csv}}\nkeywords: [coup plot]\n",
        2,
        "Did you mean `from`?",
    ),
    "aliases of a group": (
        "watchlist: a\nentities: {firms: {from: firms.csv, aliases: [x]}}\nkeywords: [coup plot]\n",
        2,
        "`aliases` cannot stand beside `from:`.",
    ),
    "name of a group": (
        "watchlist: a\nentities: {big/firms: {from: firms.csv}}\nkeywords: [coup plot]\n",
        2,
        "Write big-firms.",
    ),
    "role of somebody unknown": (
        COUP + "rules: [{rule: r, roles: {actor: [x]}, keywords: [coup]}]\n",
        3,
        "the entity 'x' is not defined",
    ),
    "role by another name": (
        COUP + "rules: [{rule: r, roles: {victim: [x]}, keywords: [coup]}]\n",
        3,
        "Did you mean `target`?",
    ),
    "roles of nobody": (COUP + "rules: [{rule: r, roles: {}, keywords: [coup]}]\n", 3, "Write actor: [a], target: [b]"),
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
    "distance without a unit": (
        COUP + "rules: [{rule: r, keywords: [coup], within: 5}]\n",
        3,
        "Write sentence, paragraph, article, or '12 words'.",
    ),
    "duration without a unit": ("watchlist: a\nfilters: {max_age: 48}\nkeywords: [coup plot]\n", 2, "30m, 48h, 7d"),
    "name in capitals": ("Watchlist: a\nkeywords: [coup plot]\n", 1, "Write `watchlist:` instead of `Watchlist:`."),
    "names in one text": ("watchlist: a\nentities: Mali, Chad\nkeywords: [coup plot]\n", 2, "Write [Mali, Chad]."),
    "names in a list under a name": (
        "watchlist: a\nentities: {mali: [Mali, Bamako]}\nkeywords: [coup plot]\n",
        2,
        "must be a text or a mapping. Write {name: mali, aliases: [Mali, Bamako]}.",
    ),
    "rules under names": (COUP + "rules: {r: {keywords: [coup]}}\n", 3, "Write a hyphen before each"),
    "sources in a list": (
        "watchlist: a\nfilters: {sources: [x.com]}\nkeywords: [coup plot]\n",
        2,
        "Write {include: [x.com]} or {exclude: [x.com]}.",
    ),
    "entry that is empty": (
        "watchlist: a\nentities: [{name: Mali, aliases: [Bamako, '']}]\nkeywords: [coup plot]\n",
        2,
        "an entry of `aliases` is empty.",
    ),
    "expression of a book's length": (
        f"watchlist: a\nrules: [{{rule: r, when: {'a' * 200_001}}}]\n",
        2,
        "has 200,001 characters; at most 200,000 are read. Shorten it",
    ),
    "yes": ("watchlist: a\nexpand: yess\nkeywords: [coup plot]\n", 2, "Write true or false."),
    "no source passes": (
        "watchlist: a\nfilters: {sources: {include: [x], exclude: [x]}}\nkeywords: [coup plot]\n",
        2,
        "no source passes",
    ),
    "regular expression alone": (
        "watchlist: a\nkeywords: [/coup.*/]\n",
        2,
        "/coup.*/ (of coup) is a regular expression, which no index holds. Join a word",
    ),
    "reference back": ("watchlist: a\nentities: [Mali]\nkeywords: ['/(a)x\\1/']\n", 3, "refers back to a group"),
    "look ahead": ("watchlist: a\nentities: [Mali]\nkeywords: ['/a(?!b)/']\n", 3, "looks ahead or behind"),
    "group not closed": ("watchlist: a\nentities: [Mali]\nkeywords: ['/a(b/']\n", 3, "has a ( that is not closed"),
    "nothing at all": ("watchlist: a\nentities: [Mali]\nkeywords: ['/x*/']\n", 3, "Name a character that must stand"),
    "prefix of two letters": ("watchlist: a\nkeywords: [bo* incursion]\n", 2, "At least 3 letters before the star"),
    "star at the start": ("watchlist: a\nkeywords: [x, '*tion talks']\n", 2, "a star stands at the end of a word only"),
    "star in the middle": ("watchlist: a\nkeywords: [b*r incursion]\n", 2, "a star stands at the end of a word only"),
    "star in an exact phrase": (
        "watchlist: a\nkeywords: ['\"border* incursion\"']\n",
        2,
        "Write border* without quotes.",
    ),
    "star where none is needed": ("watchlist: a\nkeywords: [북한*]\n", 2, "Write 북한."),
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
    "rule that is a text": (COUP + "rules: [coup]\n", 3, "Write {rule: a-name, when: coup}."),
    "entity twice": ("watchlist: a\nentities: [Mali, mali]\nkeywords: [coup plot]\n", 2, "is there twice"),
    "description instead of a phrase": (
        "watchlist: a\nkeywords: [big secret coup plot senior army officers angry small towns northern desert provinces winter]\n",
        2,
        "At most 12 words",
    ),
    "too deep": ("watchlist: a\nkeywords: " + "[" * 60 + "]" * 60 + "\n", 2, "nested"),
    "control character": ("watchlist: a\nkeywords: [coup \x07 plot]\n", 2, "a control character"),
}

WHEN = {  # an expression, and what is said of it: where, what, and what to write instead
    "and in letters": ("mali and coup", "character 6, at `and coup`: `and` is not an operator", "Write &"),
    "words without quotes": ("mali & border incursion", "character 15, at `incursion`: between `border` and", "'border incursion'"),
    "half an expression": ("mali &", "at its end: after `&` a term must follow.", "Add a name"),
    "name that is misspelled": ("mali & cuop", "character 8, at `cuop`: 'cuop' is no entity or keyword", "Did you mean coup?"),
    "name that is not there": ("mali & zamfara", "'zamfara' is no entity or keyword of this list.", "write 'zamfara' in quotes"),
    "name of two things": ("both & mali", "'both' is an entity and a keyword of this list.", "Rename one of the two."),
    "concept in quotes": ("mali & 'concept:defense-pact'", "cannot stand here", "Write concept:defense-pact without quotes."),
    "concept that is not there": ("mali & concept:defence-pact", "there is no concept", "Did you mean concept:defense-pact?"),
    "set that is not there": ("set:banks & coup", "there is no set 'set:banks'", "set:countries"),
    "member that is not there": ("set:countries/XX & coup", "there is no 'set:countries/XX'", "Name all of set:countries"),
    "operator in quotes": ("'mali AND coup'", "the operator AND stands in the phrase", "operators stand outside the quotes"),
    "phrase without a letter": ("mali & '!!'", "has no letter or digit", "Write a word"),
    "regular expression": ("mali & /a(/", "character 8, at `/a(/`: the regular expression /a(/ has a (", "Write )"),
    "short prefix": ("mali & bo*", "bo* begins too many words", "At least 3 letters"),
    "distance that is none": ('mali & "a b"~x', "~x is no distance", "a whole number of words"),
    "negations only": ("!mali & !coup", "says only what must not be found", "Add what must be found"),
    "negation beside or": ("mali | !coup", "beside | or in N OF stands a !", "Write & !"),
    "only a regular expression": ("/T-?72/ | /T-?90/", "/T-?72/ is a regular expression, which no index holds", "Join a word"),
    "plus": ("+mali +coup", "character 1, at `+mali +coup`: `+` does not require", "Write & between terms"),
    "comment": ("mali\n  # not chad\n  & coup", "a comment cannot stand in an expression", "above `when:`"),
    "dash": ("mali – coup", "the sign '–' has no meaning here", "Write &, | or !"),
    "sign of another width": ("mali ＆ coup", "'＆' is a sign of another width", "Write &"),
    "member without an id": ("mali/ & coup", "after 'mali/' an id must follow", "or mali for all of it"),
    "contradiction": ("mali & coup & !mali", "can never fire: what it asks for is excluded too", "Delete it"),
    "contradiction in a group": ("2 OF (mali, coup) & !(mali | chad)", "can never fire", "Delete it"),
    "title and body in a sentence": ("title:mali SENTENCE body:coup", "can never fire: title and body", "Write & between"),
}  # fmt: skip


@pytest.mark.parametrize(("expression", "said", "remedy"), WHEN.values(), ids=WHEN.keys())
def test_an_error_in_an_expression_names_its_character_and_a_remedy(expression, said, remedy):
    """A mistake in a `when:` is an error at the line of the key, with the character and what to write instead."""
    lists = "watchlist: a\nentities: {mali: {name: Mali}, chad: {name: Chad}, both: {name: Both}}\nkeywords: {coup: [coup plot], both: [x y]}\n"
    quoted = expression.replace("'", "''")
    loaded = compile_text(f"{lists}rules:\n- rule: r\n  when: '{quoted}'\n", file="a.yaml")
    told = [problem for problem in loaded.errors if said in problem.message]
    assert told, loaded.problems
    assert remedy in told[0].remedy
    assert str(told[0]).startswith(f"a.yaml:{6 if 'character' in said else told[0].line}: error: ")
    assert told[0].line in {5, 6}


@pytest.mark.parametrize("begin", ["!mali & coup", "'coup plot' & mali", '"coup plot" & mali', "&mali", "!mali"])
def test_an_expression_that_yaml_eats(begin):
    """Quotes, ! and & at the start are YAML's own: the remedy says how to quote."""
    loaded = compile_text(f"{COUP}rules:\n- rule: r\n  when: {begin}\n", file="a.yaml")
    [problem] = loaded.errors
    assert problem.line == 5
    assert "read by YAML itself" in problem.message
    assert "Put all of it in double quotes" in problem.remedy


WARNINGS = {
    "too generic a word": ("watchlist: a\nkeywords:\n  - attack\n", 3, "'attack' alone is too generic"),
    "too generic an inflection": ("watchlist: a\nkeywords: [said]\n", 2, "'said' alone is too generic"),
    "function words only": ("watchlist: a\nkeywords: [of the]\n", 2, "'of the' alone is too generic"),
    "weak alias that a set has": (
        "watchlist: a\nentities: [{name: Yorkshire, weak: [the North], complete: false}, 'set:countries']\nkeywords: [coup plot]\n",
        2,
        "the weak alias 'the North' belongs to yorkshire and to set:countries/KP",
    ),
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
    "within for one thing of two": (COUP + "rules: [{rule: r, when: coup | 'tax evasion', within: sentence}]\n", 3, "has no effect"),
    "too generic in an expression": (COUP + "rules: [{rule: r, when: coup | 'attack'}]\n", 3, "Join another to it: attack NEAR/5"),
    "every sentence": ("watchlist: a\nentities: [Mali]\nkeywords: [/is/]\n", 3, "is found in nearly every article"),
    "every article": (COUP + "rules: [{rule: r, when: coup | !coup, always_run: true}]\n", 3, "holds for every article"),
    "counted twice": (COUP + "rules: [{rule: r, when: '2 OF (coup, coup, =Mali)'}]\n", 3, "stands there twice"),
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


def test_a_wrong_alias_is_one_mistake():
    """Rules that name an entity whose alias is wrong are not said to be wrong too."""
    [problem] = compile_text("watchlist: a\nentities: {x: {name: Gazprom*}}\nrules: [{rule: r, when: x}]\n").errors
    assert problem.line == 2


def test_a_member_without_an_id_is_not_the_group(tmp_path):
    """A slash with nothing behind it is a slip, in a list of names too."""
    (tmp_path / "firms.csv").write_text("id,name\nACME,Acme Corporation\n")
    text = "watchlist: a\nentities: {firms: {from: firms.csv}}\nrules: [{rule: r, entities: {any: [firms/]}}]\n"
    (tmp_path / "a.yaml").write_text(text)
    [problem] = compile_text(text, file=str(tmp_path / "a.yaml")).errors
    assert "there is no 'firms/'" in problem.message
