"""A change of a list as an analyst would tell it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tocsin.apps.group_rows import compare
from tocsin.apps.group_rows import published as rows_of
from tocsin.apps.watchlist_changes import Change, Changed, Side, difference
from tocsin.watchlists.patches import published
from tocsin.watchlists.rows import Row, Rows, line_of, pack

SHORT = {"watchlist": "desk", "entities": ["Norway", "set:countries"], "keywords": ["herring quota"]}


def a_side(document, *, label="", rules=(("r", ("desk",)),), **more):
    return Side(label=label, hash=str(document), text="", document=document, rules=dict(rules), **more)


def changes(before, after, **more):
    return difference("desk", a_side(before, **more), a_side(after, **more)).changes


def full(**more):
    rule = {"rule": "r", "entities": {"any": ["norway"]}, "keywords": ["herring"], **more.pop("rule", {})}
    return {
        "watchlist": "desk",
        "entities": {"norway": {"name": "Norway", "aliases": ["Norge"], **more.pop("norway", {})}},
        "keywords": {"herring": more.pop("herring", ["herring quota"])},
        "rules": [rule],
        **more,
    }


def test_nothing_changed():
    """Equal content is the same, and the order of what is listed is no change."""
    found = difference("desk", a_side(full()), a_side(full()))
    assert found.same
    assert found.changes == ()
    assert changes(SHORT, {**SHORT, "entities": ["set:countries", "Norway"]}) == ()


def test_what_changed_about_a_rule():
    """Severity, threshold, condition and guards, each before and after."""
    after = full(
        rule={"severity": "high", "threshold": 0.6, "keywords": ["herring", "cod"], "guards": {"denied": "drop"}}
    )
    assert changes(full(), after) == (
        Change(
            "rule",
            "r",
            "changed",
            (
                Changed("keywords any", added=("cod",)),
                Changed("severity", after="high"),
                Changed("threshold", after="0.6"),
                Changed("guards denied", after="drop"),
            ),
        ),
    )


def test_channels_are_those_that_a_rule_sends_to():
    """Defaults are filled in: a change of the list's channels is one of each rule that has none of its own."""
    before, after = a_side(full()), a_side(full(channels=["dmz"]), rules=[("r", ("dmz",))])
    assert difference("desk", before, after).changes == (
        Change("list", "desk", "changed", (Changed("channels", added=("dmz",)),)),
        Change("rule", "r", "changed", (Changed("channels", added=("dmz",), removed=("desk",)),)),
    )


def test_aliases_phrases_and_filters():
    """What came and what went, by entity and keyword."""
    after = full(
        norway={"aliases": ["Noreg"], "type": "GPE"},
        herring={"any": ["herring quota", "herring catch"], "not": ["red herring"]},
        filters={"lang": ["no"], "sources": {"exclude": ["example.com"]}},
    )
    assert changes(full(), after) == (
        Change(
            "list",
            "desk",
            "changed",
            (Changed("filters lang", added=("no",)), Changed("filters sources exclude", added=("example.com",))),
        ),
        Change(
            "entity",
            "norway",
            "changed",
            (Changed("aliases", added=("Noreg",), removed=("Norge",)), Changed("type", after="GPE")),
        ),
        Change(
            "keyword",
            "herring",
            "changed",
            (Changed("any", added=("herring catch",)), Changed("not", added=("red herring",))),
        ),
    )


def test_short_and_full_form_are_told_by_the_same_names():
    """An entity of a short list goes by the name that rules know it by; a rule that came has all it says."""
    found = difference("desk", a_side(SHORT, rules=[("herring-quota", ("desk",))]), a_side(full()))
    assert [(one.kind, one.name, one.state) for one in found.changes] == [
        ("entity", "norway", "changed"),
        ("entity", "set:countries", "removed"),
        ("keyword", "herring-quota", "removed"),
        ("keyword", "herring", "added"),
        ("rule", "herring-quota", "removed"),
        ("rule", "r", "added"),
    ]


ROWS = [
    Row("ACME", "Acme"),
    Row("BETA", "Beta", ("Beta Corp",)),
    Row("GAMMA", "Gamma"),
]


def a_group(*rows):
    return Rows([line_of(row) for row in rows])


def test_a_group_tells_which_rows_came_and_went():
    """The rows of a group may change while the text of the list stays as it is: how many, and the first of them."""
    document = {"watchlist": "desk", "entities": {"firms": {"from": "firms.csv"}}}
    old, new = (
        a_group(*ROWS),
        a_group(Row("ACME", "Acme Inc"), ROWS[1], Row("DELTA", "Delta"), Row("EPSILON", "Epsilon")),
    )
    before, after = a_side(document, groups={"firms": old}), a_side(document, groups={"firms": new})
    [change] = difference("desk", before, after, {"firms": compare(old.lines(), new.lines())}).changes
    assert (change.kind, change.name, change.state) == ("group", "firms", "changed")
    assert change.changes[1:] == (
        Changed("rows added", added=("DELTA (Delta)", "EPSILON (Epsilon)"), count=2),
        Changed("rows removed", removed=("GAMMA (Gamma)",), count=1),
        Changed("rows changed", added=("ACME (Acme Inc)",), count=1),
    )
    counted = change.changes[0]
    assert [(told or "").partition(" ")[0] for told in (counted.before, counted.after)] == ["3", "4"]


@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("xyz")),
    st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("xyz")),
)
def test_published_rows_read_back_as_they_were(before, after):
    """A patched group yields what the file held, whatever was struck out and brought."""
    first, second = (a_group(*(Row(key, name) for key, name in one.items())) for one in (before, after))
    record, chunks = published(first, None, {})
    packed = {name: pack(chunk) for name, chunk in chunks.items()}
    patched, more = published(second, record, packed)
    packed |= {name: pack(chunk) for name, chunk in more.items()}
    assert sorted(rows_of(patched, packed)) == sorted(second.lines())
