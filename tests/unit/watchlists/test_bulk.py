"""Rosters made in bulk are what the entities of a list would be, one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tocsin.concepts import spelling
from tocsin.concepts.phrases import PhraseError
from tocsin.model.roster import Roster
from tocsin.model.rule import Check, Surface
from tocsin.watchlists import bulk
from tocsin.watchlists.entities import entity, surfaces
from tocsin.watchlists.rows import Row

PARTS = [
    "Acme", "acme", "ACME", "IT", "US", "u.s.", "A", "1984", "Inc.", "S.A.", "J.R.R.", "co-op", "Al-Qaeda", "-", "Centre",
    "center", "defence", "colour", "0tocsin0", "(The)", "O'Hara", "Müller", "東京", "한국", "Привет", "ceasefire", "A/S",
    '"', "=", "*", "/", ";", "&", "İ", "½", "\t", "ß", "ﬁ", "\u00a0", "’s", "AT&T", "É&É",
]  # fmt: skip
texts = st.lists(st.sampled_from(PARTS), min_size=1, max_size=4).flatmap(
    lambda parts: st.sampled_from([" ".join(parts), "".join(parts), "-".join(parts)])
)
any_text = st.text(min_size=1, max_size=8)


def can_be_found(text):
    try:
        surfaces(text)
    except PhraseError:
        return False
    return True


aliases = (texts | any_text).filter(can_be_found)
rows = st.builds(
    Row,
    id=st.text("abc/é", min_size=1, max_size=3),
    name=aliases,
    aliases=st.lists(aliases, max_size=3).map(tuple),
    weak=st.lists(aliases, max_size=2).map(tuple),
    type=st.sampled_from([None, "ORG", "GPE", "PERSON"]),
)


def slowly(group, found):
    return Roster.of(
        entity(
            ref=f"{group}/{row.id}", name=row.name, aliases=list(row.aliases), weak=list(row.weak), kind=row.type,
            complete=False,
        )
        for row in found
    )  # fmt: skip


def assert_equal(one, other):
    assert one.kinds == other.kinds
    ours, theirs = one.columns(), other.columns()
    assert ours.keys() == theirs.keys()
    for name, column in ours.items():
        assert column.dtype == theirs[name].dtype, name
        np.testing.assert_array_equal(column, theirs[name], err_msg=name)


@given(st.lists(texts | any_text, max_size=12))
@example([" 0tocsin0 ", "a 0tocsin0 b"])
@example(["…", "Acme"])
@example(["Acme Ltd", "U.S. Steel", "Sima-Nuvu Sati", "Grey Fox"])
def test_what_is_plain_is_all_that_surfaces_finds(found):
    """The fast way never says other than the slow one: the tokens, other spellings, hyphenated words joined."""
    forms, more = bulk.plain(found)
    assert len(forms) == len(found)
    for place, (text, form) in enumerate(zip(found, forms, strict=True)):
        if form is None:
            assert place not in more
            continue
        expected = list(dict.fromkeys([form, *more.get(place, ())]))
        assert [Surface(tuple(tokens.split(" ")), text) for tokens in expected] == list(surfaces(text))


@given(st.lists(texts | any_text, max_size=12))
def test_looking_at_all_characters_at_once_says_what_one_by_one_says(found):
    """Which texts are plain does not depend on which others are in the batch."""
    forms, more = bulk.plain(found)
    for place, text in enumerate(found):
        alone, others = bulk.plain([text])
        assert (alone[0], others.get(0)) == (forms[place], more.get(place))


def test_ordinary_names_are_plain():
    """Names as company lists have them take the fast way; what has forms of its own does not."""
    names = ["Acme", "Acme Holdings Inc.", "O'Hara & Sons (UK)", "ACME HOLDINGS", "Müller GmbH", "1984", "Al-Qaeda"]
    forms, more = bulk.plain([*names, "Grey Fox", "Labor"])
    assert None not in forms
    assert more == {6: ["alqaeda"], 7: ["gray fox"], 8: ["labour"]}
    others = ["IT", "acme", "=Apple", '"Acme"', "-Acme", "東", "한국 전력"]
    assert bulk.plain(others)[0] == [None] * len(others)


@given(st.lists(rows, max_size=8))
@example([Row("a", "Acme", ("Acme", "ACME", "acme"), ("Acme",), "ORG"), Row("b", "=Apple", ("=APPLE", "=Apple"))])
@example([Row("a", "Sima-Nuvu Sati", ("SimaNuvu Sati", "sima nuvu sati"))])
def test_a_roster_made_in_bulk_is_the_one_made_slowly(found):
    """Every column is equal to what the entities make one by one."""
    assert_equal(bulk.roster("companies", found), slowly("companies", found))


def test_more_rows_than_a_batch_keep_their_numbers():
    """Batches follow one another without a seam."""
    found = [Row(f"c{number}", f"Name {number}", (f"Other-{number} X",) * (number % 3)) for number in range(9000)]
    made = bulk.roster("c", found)
    assert_equal(made, slowly("c", found))
    assert made[8999].ref == "c/c8999"
    assert made.find("c/c4096") == 4096


def test_no_rows_make_an_empty_roster():
    """A group without rows is a roster of none."""
    assert_equal(bulk.roster("c", []), Roster.of([]))


def test_an_alias_that_cannot_be_looked_for_names_its_row():
    """What an older version published and this one refuses says which row it is."""
    with pytest.raises(PhraseError, match=r"^b7: "):
        bulk.roster("c", [Row("a", "Acme"), Row("b7", "Acme Two", ("…",))])


@given(st.sets(st.sampled_from(["grey", "graham", "labour", "labor", "center", "acme", "a", "", "tyre", "tire"])))
def test_many_tokens_with_another_spelling(tokens):
    """What is asked of many tokens at once is what each of them answers."""
    assert spelling.varied(tokens) == {token for token in tokens if spelling.spellings(token)}


def test_a_spelling_is_found_whatever_the_shortcut():
    """Every pair of the table is found from both sides, also with an ending."""
    assert spelling.spellings("greyhound") == ("grayhound",)
    assert spelling.spellings("colourful") == ("colorful",)
    assert spelling.spellings("licensed") == ("licenced",)
    assert spelling.spellings("acme") == ()


def test_a_flag_holds_strength_and_check():
    """Weak aliases are weak, abbreviations ask for capitals."""
    [made] = bulk.roster("c", [Row("a", "Acme Two", (), ("IT", "The Two"))])
    assert [one.check for one in made.strong] == [Check.NONE]
    assert [(one.written, one.check) for one in made.weak] == [("IT", Check.CAPITALS), ("The Two", Check.NONE)]
