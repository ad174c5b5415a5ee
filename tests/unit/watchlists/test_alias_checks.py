"""Names that two entities share, in a group of any size too."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from builders import an_entity
from tocsin.model.roster import Part, Roster, Strings
from tocsin.watchlists import compile_text
from tocsin.watchlists.alias_checks import rows_of

texts = st.text("aé북 ", max_size=4)


@given(st.lists(texts, max_size=12), st.sets(texts, max_size=6))
def test_rows_are_found_by_their_text(column, wanted):
    """Each text that stands in the column is found, in the first of its rows."""
    found = {text.decode(): row for text, row in rows_of(Strings.of(column), [text.encode() for text in wanted])}
    assert found == {text: column.index(text) for text in wanted if text and text in column}


def checked(*names, entities="{kim: {name: Kim Jong Un}, pyongyang: {name: Pyongyang}}"):
    """What is said of a list with a group of people of these names."""

    def people(name, spec, file):
        members = [an_entity(alias, ref=f"people/{number}") for number, alias in enumerate(names)]
        return (Part(Roster.of(members), group=name),), []

    own = entities.removesuffix("}")
    text = f"watchlist: a\nentities: {own}, people: {{from: people.csv}}}}\nkeywords: [coup plot]\n"
    return compile_text(text, groups=people)


def test_an_alias_shared_with_a_group_is_told():
    """Who stands in the list and in a file counts twice: at the place of the list's own."""
    loaded = checked("Kim Jong-un", "Somebody Else")
    [warning] = loaded.warnings
    assert (warning.line, warning.message) == (
        2,
        "'Kim Jong Un' is an alias of kim and of people/0: it counts for each.",
    )
    assert not checked("Somebody Else").warnings


def test_many_shared_aliases_are_summed_up():
    """A desk that lists what its file has is told a few of them, and how many more there are."""
    names = [f"Person Number{number}x" for number in range(9)]
    own = "{" + ", ".join(f"p{number}: {{name: {name}}}" for number, name in enumerate(names)) + "}"
    warnings = checked(*names, entities=own).warnings
    assert len(warnings) == 6
    assert "4 more aliases of people" in warnings[-1].message


def test_a_group_that_no_rule_asks_for():
    """It would be loaded for nothing."""

    def nobody(name, spec, file):
        return (Part(Roster.of([an_entity("Acme", ref="firms/1")]), group=name),), []

    text = (
        "watchlist: a\nentities: {firms: {from: f.csv}}\nkeywords: {k: [coup plot]}\nrules: [{rule: r, when: WHEN}]\n"
    )
    [warning] = compile_text(text.replace("WHEN", "k"), groups=nobody).warnings
    assert (warning.line, warning.message) == (2, "no rule asks for the group 'firms'.")
    assert not compile_text(text.replace("WHEN", "k & firms"), groups=nobody).warnings
    assert not compile_text(text.replace("WHEN", "k & firms/1"), groups=nobody).warnings
