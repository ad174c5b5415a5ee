"""`when:` expressions: what binds how, the canonical text, and what a mistake is told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.watchlists import signs
from tocsin.watchlists.when import And, Everything, Field, Name, Near, Not, Of, Or, Phrase, WhenError, parse, render

A, B, C = Name("a"), Name("b"), Name("c")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a | b & c", Or((A, And((B, C))))),
        ("a & !b | c", Or((And((A, Not(B))), C))),
        ("!a NEAR/5 b", Not(Near(A, B, "words", 5))),
        ("a NEAR/0 b SENTENCE c", Near(Near(A, B, "words", 0), C, "sentence")),
        ("a PARAGRAPH (b NEAR/3 c)", Near(A, Near(B, C, "words", 3), "paragraph")),
        ("title:a NEAR/5 b", Near(Field("title", A), B, "words", 5)),
        ("lead:(a | b) & c", And((Field("lead", Or((A, B))), C))),
        ("2 OF (a, b | c, 'x y') & a", And((Of(2, (A, Or((B, C)), Phrase("x y"))), A))),
        ("body:2 OF (a, b)", Field("body", Of(2, (A, B)))),
        ("(a & (b & c))", And((A, B, C))),
        ("'border incursion' | \"border incursion\"", Or((Phrase("border incursion"), Phrase('"border incursion"')))),
        ('"border incursion" ~ 5', Phrase('"border incursion"~5')),
        ("'\"crossed\" border'", Phrase('"crossed" border')),
        ('=Apple & ="New York"', And((Phrase("=Apple"), Phrase('="New York"')))),
        ("border* & /colou?r(s| of)/", And((Phrase("border*"), Phrase("/colou?r(s| of)/")))),
        ("'Kim's visit' & set:countries/KP", And((Phrase("Kim's visit"), Name("set:countries/KP")))),
        ("companies/ACME-1 & concept:defense-pact", And((Name("companies/ACME-1"), Name("concept:defense-pact")))),
        ("북한 & हिन्दी & Россия", And((Name("북한"), Name("हिन्दी"), Name("Россия")))),
        ("a\n  & b", And((A, B))),
        (" * ", Everything()),
    ],
)  # fmt: skip
def test_what_binds_how(text, meant):
    """Field, then NEAR and its kin from left to right, then `!`, `&`, `|`; `N OF` is a term; groups are flat."""
    assert parse(text) == meant


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("((a)&(b|c))", "a & (b | c)"),
        ("!( a NEAR/05 b )", "!a NEAR/5 b"),
        ("(a NEAR/5 b) SENTENCE (c PARAGRAPH a)", "a NEAR/5 b SENTENCE (c PARAGRAPH a)"),
        ("title:(a)", "title:a"),
        ("2  OF(a,(b|c))", "2 OF (a, b | c)"),
        ("'\"a b\"~3'", '"a b"~3'),
        ("(a|b)|(c)", "a | b | c"),
    ],
)
def test_the_canonical_text(text, canonical):
    """No parenthesis that is not needed, one space around operators."""
    assert render(parse(text)) == canonical


def test_nodes_know_where_they_begin():
    """Errors about a name point at its character."""
    node = parse("a & 'x y' | title:b")
    assert isinstance(node, Or)
    first, second = node.parts
    assert isinstance(first, And)
    assert [part.at for part in first.parts] == [0, 4]
    assert isinstance(second, Field)
    assert (second.at, second.part.at) == (12, 18)


def answer(text):
    """The tree, or what is wrong."""
    try:
        return parse(text)
    except WhenError as error:
        return error


names = st.from_regex(r"[a-z북é0-9][a-z0-9_.-]{0,6}", fullmatch=True).filter(
    lambda name: name not in {"and", "or", "not", "near", "of", "sentence", "paragraph"} and not name.startswith("near")
)
phrases = st.sampled_from(
    ["x", "x y", '"x y"', '"x y"~5', "=Xy", '="X y"', "bord*", "/a(b|c)+/", '"x" y', "Kim's visit", "a & (b", "bord* x"]
)
terms = st.one_of(
    st.builds(Name, names | st.sampled_from(["concept:x", "set:x/KP", "g/Q1"])), st.builds(Phrase, phrases)
)


def flat(kind, parts):
    return kind(tuple(one for part in parts for one in (part.parts if isinstance(part, kind) else (part,))))


def near(sides):
    units = st.tuples(st.just("words"), st.integers(0, 99)) | st.tuples(
        st.sampled_from(["sentence", "paragraph"]), st.just(0)
    )
    return st.builds(lambda left, right, unit: Near(left, right, *unit), sides, sides, units)


somewhere = st.recursive(
    terms,
    lambda sides: near(sides) | st.builds(lambda parts: flat(Or, parts), st.lists(sides, min_size=2, max_size=3)),
    max_leaves=5,
)
plain = st.builds(Field, st.sampled_from(signs.FIELDS), somewhere) | somewhere
nodes = st.recursive(
    plain,
    lambda parts: st.one_of(
        st.builds(Not, parts.filter(lambda part: not isinstance(part, Not))),
        st.builds(lambda several: flat(And, several), st.lists(parts, min_size=2, max_size=4)),
        st.builds(lambda several: flat(Or, several), st.lists(parts, min_size=2, max_size=4)),
        st.builds(
            lambda several, count: Of(min(count, len(several)), tuple(several)),
            st.lists(parts, min_size=1, max_size=4),
            st.integers(1, 4),
        ),
    ),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(nodes)
def test_what_is_rendered_is_read_as_the_same(node):
    """parse(render(x)) == x, and the canonical text is its own."""
    text = render(node)
    assert parse(text) == node
    assert render(parse(text)) == text


ALPHABET = ["a", "b", "'x y'", '"x"', "&", "|", "!", "(", ")", "NEAR/5", "SENTENCE", "2 OF", ",", "title:", "*", "/", "=", "~",
            "“", "-", " ", "AND", "북", "\n", ":", "[", "'", '"', "\\", "\x00", "concept:"]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(ALPHABET), max_size=12).map(" ".join) | st.text(max_size=40))
def test_any_text_is_read_or_told_with_a_remedy(text):
    """Whatever is written, the answer is a tree that renders to itself, or a place, a reason and a remedy."""
    node = answer(text)
    if isinstance(node, WhenError):
        assert node.message
        assert node.remedy
        assert 0 <= node.at <= len(text)
    else:
        assert parse(render(node)) == node


MISTAKES = {
    "nothing": ("  ", 1, "the expression is empty", "Add a name"),
    "operator at the end": ("a & ", 4, "after `&` a term must follow", "delete `&`"),
    "operator at the start": ("| a", 1, "cannot begin with `|`", "Begin with a term"),
    "two operators": ("a & | b", 5, "after `&` a term must follow, not `|`", "delete one of the two"),
    "AND in letters": ("a AND b", 3, "`AND` is not an operator", "Write &"),
    "or in small letters": ("a or b", 3, "`or` is not an operator", "Write |"),
    "NOT in letters": ("a & NOT b", 5, "`NOT` is not an operator", "Write !"),
    "double ampersand": ("a && b", 3, "`&&` is not an operator", "Write & alone"),
    "double bar": ("a || b", 3, "`||` is not an operator", "Write | alone"),
    "comma": ("a, b", 2, "a comma stands only between", "Write | for any"),
    "minus": ("a & -b", 5, "`-` does not exclude", "Write & !b"),
    "plus": ("+a & b", 1, "`+` does not require", "Write & between terms, and a without it"),
    "missing operator": ("russia korea", 8, "between `russia` and `korea` an operator is missing", "'russia korea'"),
    "missing operator before a phrase": ("a 'b c'", 3, "an operator is missing", "Write & (both)"),
    "missing operator before !": ("a !b", 3, "an operator is missing", "Write & !"),
    "typographic quotes": ("“border incursion” & a", 1, "the quote “", 'Write "…"'),
    "typographic single quotes": ("‘border incursion’ & a", 1, "the quote ‘", "'…' for any inflection"),
    "double quote not closed": ('a & "b c', 5, 'the quote " is not closed', 'Write "'),
    "single quote not closed": ("a & 'b c", 5, "the quote ' is not closed", "Write '"),
    "parenthesis not closed": ("a & (b | c", 5, "this parenthesis is not closed", "Write )"),
    "parenthesis not opened": ("a & b) | c", 6, "never opened", "Delete it"),
    "empty parentheses": ("a & ()", 6, "the parentheses are empty", "Delete them"),
    "NEAR without a number": ("a NEAR b", 3, "`NEAR` has no number", "Write NEAR/5"),
    "near in small letters": ("a near/5 b", 3, "`near/5` is not an operator", "Write NEAR/5"),
    "NEAR of another tool": ("a W/5 b", 3, "`W/5` is not an operator", "Write NEAR/5"),
    "NEAR with a word": ("a NEAR/five b", 3, "`NEAR/five` is no distance", "a whole number"),
    "NEAR too far": ("a NEAR/5000 b", 3, "farther than 999 words", "Write & for anywhere"),
    "sentence in small letters": ("a sentence b", 3, "written in capitals", "Write SENTENCE"),
    "& inside NEAR": ("a NEAR/5 (b & c)", 11, "`&` cannot stand inside NEAR/5", "one NEAR/5 for each"),
    "! inside NEAR": ("a NEAR/5 (b | !c)", 15, "`!` cannot stand inside NEAR/5", "Write it outside"),
    "! after NEAR": ("a SENTENCE !b", 12, "`!` cannot stand beside `SENTENCE`", "& !(a SENTENCE b)"),
    "N OF inside NEAR": ("a NEAR/5 2 OF (b, c)", 10, "`N OF` cannot stand inside NEAR/5", "Write |"),
    "of in small letters": ("2 of (a, b)", 1, "written in capitals", "Write 2 OF (a, b, c)"),
    "OF without a number": ("OF (a, b)", 1, "has no number before it", "a | b"),
    "OF without parentheses": ("2 OF a, b", 6, "a list in parentheses must follow", "Write 2 OF (a, b, c)"),
    "more than there are": ("4 OF (a, b)", 1, "4 of 2 can never hold", "a smaller number"),
    "none of them": ("0 OF (a, b)", 1, "always hold", "Write 1 or more"),
    "not not": ("!!a", 2, "cancel each other", "Delete both"),
    "! behind a field": ("title:!a", 7, "stands before the field", "Write !title:"),
    "field in a field": ("title:(a | lead:b)", 12, "a field stands inside a field", "Delete one"),
    "field with a capital": ("Title:a", 1, "there is no field `Title:`", "Write title:a"),
    "field of another tool": ("headline:a", 1, "there is no field `headline:`", "Write title:a"),
    "unknown field": ("author:a", 1, "there is no field `author:`", "There are title:, lead:, body:"),
    "concept without a name": ("concept: a", 1, "after `concept:` a name must follow", "Write concept:"),
    "star at the start": ("*tion & a", 1, "at the end of a word only", "Write border*"),
    "star inside": ("a & b*r", 5, "at the end of a word only", "Write border*"),
    "star alone": ("a & *", 5, "every article", "when: '*'"),
    "fuzzy": ("a~2", 1, "`~` stands only after words in double quotes", '"two words"~5'),
    "boost": ("a^2 & b", 1, "`^` does not weigh", "severity and threshold"),
    "brackets": ("[a | b]", 1, "`[` has no meaning", "Group with ( and )"),
    "apostrophe": ("O'Brien & a", 1, "is no name", "stand in single quotes: 'O'Brien'"),
    "sign": ("a & 50%", 5, "is no name", "stand in single quotes"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "character", "said", "remedy"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_told_with_its_character_and_a_remedy(text, character, said, remedy):
    """The character (from 1), what is wrong, and what to write instead."""
    with pytest.raises(WhenError) as told:
        parse(text)
    error = told.value
    assert (error.at + 1, said in error.message, remedy in error.remedy) == (character, True, True), str(error)


def test_a_rule_of_ten_thousand_terms():
    """As many as a rule may have are read and written back; one more is refused."""
    text = " | ".join(f"'word{number} x'" for number in range(signs.MAX_TERMS))
    node = parse(text)
    assert isinstance(node, Or)
    assert len(node.parts) == signs.MAX_TERMS
    assert render(node) == text
    with pytest.raises(WhenError, match="more than 10,000 terms"):
        parse(f"{text} | a")


@pytest.mark.parametrize(
    "text",
    ["(" * 90_000 + "a" + ")" * 90_000, "!" * 100_000, "a NEAR/5 " * 9_000 + "a", "'" * 100_000, '="' * 90_000, "/" * 100_000,
     "\\" * 100_000, "!(a | " * 300 + "b" + ")" * 300, "a" * 300_000, "2 OF (" * 200 + "a" + ")" * 200, "a " * 90_000],
    ids=lambda text: text[:8],
)  # fmt: skip
def test_what_is_hostile_is_read_or_refused(text):
    """Depth and size are bounded: no recursion ends the process, and the time is linear."""
    node = answer(text)
    assert node.remedy if isinstance(node, WhenError) else node == Name("a")
