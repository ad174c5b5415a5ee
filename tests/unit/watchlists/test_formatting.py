"""`watchlists fmt`: one form for everybody, and never another meaning."""

from __future__ import annotations

from textwrap import dedent

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.watchlists import compile_text, language
from tocsin.watchlists.formatting import DOCUMENT, format_text
from tocsin.watchlists.quoting import WIDTH

MESSY = dedent("""\
    # What this desk is for.

    # The name is also the channel.
    watchlist:   "desk"
    rules:   # what alerts
    - severity: high   # soon: critical
      # the pact
      rule: pact
      when: >
        ( russia&'north-korea' )|  title:"pact"
    - {rule: other, keywords: {none: [x y], any: ['pact',   # any of it
        "talks"]}}
      # - rule: not-yet
    keywords:
        'pact': ["defense pact", '"security treaty"~4', 'concept:defense-pact', =Pact]
        # said of them
        talks: ['no', 'NO', '1984', '- dash', 'a: b', "it's", 'say "it"', "it's \\"it\\""]
        x y: [x y]


    entities: {russia: Russia,
      north-korea: {weak: [the North], name: North Korea}}
    # That is all.
    """)

NEAT = dedent("""\
    # What this desk is for.

    # The name is also the channel.
    watchlist: desk

    entities: {russia: Russia, north-korea: {name: North Korea, weak: [the North]}}
    keywords:
      pact: ["defense pact", '"security treaty"~4', concept:defense-pact, =Pact]
      # said of them
      talks: ['no', 'NO', '1984', '- dash', 'a: b', it's, say "it", it's "it"]
      x y: [x y]
    rules: # what alerts
      # the pact
      - rule: pact
        when: russia & 'north-korea' | title:"pact"
        severity: high # soon: critical
      - rule: other
        keywords:
          any:
            - pact # any of it
            - talks
          none: [x y]
      # - rule: not-yet
    # That is all.
    """)


def formatted(text: str) -> str:
    made, problems = format_text(text, file="a.yaml")
    assert made is not None, problems
    return made


def meaning(text: str):
    """What a text compiles to, but for the lines that rules stand in."""
    loaded = compile_text(text)
    return [
        msgspec.structs.replace(
            one,
            entities=tuple(one.entities),
            content_hash="",
            rules=tuple(msgspec.structs.replace(rule, line=0) for rule in one.rules),
        )
        for one in loaded.watchlists
    ]


def test_one_form():
    """Keys in order, comments with what they are about, quotes where needed, an expression in its canonical form."""
    assert formatted(MESSY) == NEAT
    assert formatted(NEAT) == NEAT


def test_what_does_not_fit_a_line_is_broken():
    """Brackets open into lines; an expression breaks before an operator; text keeps its block."""
    phrases = ", ".join(f"phrase number {number}" for number in range(9))
    when = " | ".join(f"'phrase number {number}'" for number in range(9))
    text = (
        f"watchlist: a\ndescription: |-\n   two\n\n     lines\nkeywords: {{k: [{phrases}]}}\n"
        f'rules:\n- rule: r\n  when: "{when}"\n'
    )
    made = formatted(text)
    assert all(len(line) <= WIDTH for line in made.splitlines())
    assert "description: |-\n  two\n\n    lines\n" in made
    assert "    - phrase number 8\n" in made
    assert "    when: >-\n      'phrase number 0' | " in made
    assert "\n      | 'phrase" in made
    assert formatted(made) == made


def test_several_documents_and_foreign_line_ends():
    """Documents stay apart, each with its comments; a byte-order mark is none of our business here."""
    text = (
        "--- # one\r\nwatchlist: a\r\nkeywords: [b c]\r\n# of a\r\n---\r\n# of d\r\nwatchlist: d\r\nkeywords: [e f]\r\n"
    )
    assert (
        formatted(text) == "# one\nwatchlist: a\nkeywords: [b c]\n# of a\n---\n# of d\nwatchlist: d\nkeywords: [e f]\n"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("watchlist: a\nkeyword: [b]\n", "a.yaml:2: error: unknown key 'keyword'. Did you mean `keywords`?"),
        ("watchlist: a\nkeywords: [b\n", "a.yaml:3"),
        ("watchlist: a\nkeywords: {b: [b]}\nrules:\n  - rule: r\n    when: b &\n", "a.yaml:5"),
        ("", "no watchlist"),
    ],
)
def test_errors_are_told_and_nothing_is_formatted(text, said):
    """What cannot be read is not rewritten."""
    made, problems = format_text(text, file="a.yaml")
    assert made is None
    assert said in str(problems[0])


def test_every_key_of_the_language_has_its_place():
    """A key that is new to the language is put in order too."""

    def keys(*models):
        return {field.alias or name for model in models for name, field in model.model_fields.items()}

    rule = DOCUMENT.inner["rules"].each
    assert set(DOCUMENT.order) == keys(language.Document)
    assert set(DOCUMENT.inner["entities"].each.order) == keys(language.Entity, language.Group)
    assert set(DOCUMENT.inner["keywords"].each.order) == keys(language.Keyword, language.NamedKeyword)
    assert set(DOCUMENT.inner["filters"].order) == keys(language.Filters)
    assert set(DOCUMENT.inner["filters"].inner["sources"].order) == keys(language.Sources)
    assert set(rule.order) == keys(language.Rule)
    assert set(rule.inner["keywords"].order) == keys(language.Choice)
    assert set(rule.inner["guards"].order) == keys(language.Guards)
    assert set(rule.inner["roles"].order) == keys(language.Roles)


WORDS = [
    "border incursion",
    "it's late",
    '"exactly so"',
    "a: b",
    "# no comment",
    "no",
    "1984",
    "- x",
    "NATO, EU",
    "한국",
]
COMMENTS = st.sampled_from(["", "", "", "", "# said", "#", "# key: value", "# - 'x"])
DESCRIPTIONS = [
    "plain\n   over lines",
    '"quoted\n\n  over lines"',
    ">\n   a\n\n\n     b\n\n",
    "|\n   a\n   # b",
]
ASKED = ["when: k0&  !(k1|'border collie')", "keywords: [k0 ,k1]", "keywords: {none: [k0], any: [k1]}"]


class Author:
    """Somebody who cares for the words only, and writes them as it comes."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.lines: list[str] = []

    def write(self) -> str:
        for part in self.draw(st.permutations([self.name, self.keywords, self.rules, self.description])):
            part()
        return "\n".join(self.lines) + self.draw(st.sampled_from(["", "\n", "\n\n# end\n"]))

    def put(self, indent: int, text: str) -> None:
        for _ in range(self.draw(st.integers(0, 2))):
            comment = self.draw(COMMENTS)
            self.lines.append(" " * self.draw(st.integers(0, 8)) + comment if comment else "")
        beside = self.draw(COMMENTS)
        self.lines.append(" " * indent + text + (f"  {beside}" if beside else ""))

    def quoted(self, text: str) -> str:
        how = self.draw(st.sampled_from(["plain", "single", "double"]))
        plain = text[0] not in "#-\"'" and ": " not in text and "," not in text and text not in {"no", "1984"}
        if how == "plain" and plain:
            return text
        return "'" + text.replace("'", "''") + "'" if how != "double" or '"' in text else f'"{text}"'

    def listed(self, indent: int, key: str, texts: list[str]) -> None:
        if self.draw(st.booleans()):
            between = ",\n" + " " * (indent + 3) if self.draw(st.booleans()) else ", "
            self.put(indent, f"{key}: [{between.join(map(self.quoted, texts))}]")
            return
        self.put(indent, f"{key}:")
        step = self.draw(st.integers(0, 3))
        for text in texts:
            self.put(indent + step, f"- {self.quoted(text)}")

    def name(self) -> None:
        self.put(0, "watchlist: desk")

    def description(self) -> None:
        self.lines.append(f"description: {self.draw(st.sampled_from(DESCRIPTIONS))}")

    def keywords(self) -> None:
        self.put(0, "keywords:")
        for number in range(2):
            self.put(2, f"k{number}:")
            phrases = self.draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4, unique=True))
            for key, texts in self.draw(st.permutations([("any", phrases), ("not", ["border collie"])])):
                self.listed(5, key, texts)

    def rules(self) -> None:
        self.put(0, "rules:")
        indent = self.draw(st.integers(0, 2))
        for number in range(self.draw(st.integers(1, 3))):
            self.put(indent, f"- rule: r{number}")
            for line in self.draw(st.permutations([self.draw(st.sampled_from(ASKED)), "severity: high"])):
                self.put(indent + 2, line)


@settings(max_examples=200, deadline=None)
@given(st.composite(lambda draw: Author(draw).write())())
def test_formatting_changes_no_meaning_and_is_done_at_once(text):
    """compiled(fmt(x)) == compiled(x), and fmt(fmt(x)) == fmt(x)."""
    made = formatted(text)
    assert meaning(made) == meaning(text)
    assert formatted(made) == made
