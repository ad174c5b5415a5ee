"""A published group: a base and patches come to the rows that there are, whatever their order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.errors import NotReady
from tocsin.model.roster import Roster
from tocsin.watchlists import groups, patches
from tocsin.watchlists.language import Group
from tocsin.watchlists.patches import GroupRecord, Patch, combined, decode, difference, encode
from tocsin.watchlists.rows import MAX_CHUNK, Row, Rows, line_of, pack, row_of, rows_in, unpack

SPEC = Group(**{"from": "c.csv"})
tables = st.dictionaries(
    st.sampled_from("abcdefgh"), st.sampled_from(["Acme", "Apex\nLtd", "Müller", "A\u2028B"]), max_size=8
)


def rows_of(table):
    return Rows([line_of(Row(key, name)) for key, name in table.items()])


def left(base, patch):
    """Lines of a base and a patch, unordered."""
    return sorted([line for number, line in enumerate(base) if number not in set(patch.struck)] + list(patch.lines))


@given(st.lists(tables, min_size=1, max_size=6))
def test_a_base_and_its_patches_come_to_the_rows(versions):
    """Each version is its base, less what is struck, and what stands beside it; in one step or all steps."""
    base = list(rows_of(versions[0]).lines())
    steps: list[Patch] = []
    for table in versions[1:]:
        new = rows_of(table)
        found = difference(base, combined(steps), new.lines())
        assert found is not None
        step, whole = found
        steps.append(decode(encode(step)))
        assert left(base, combined(steps)) == list(new.lines())
        assert left(base, whole) == list(new.lines())
        assert combined(steps) == whole


@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_is_irrelevant(table, random):
    """Rows in another order are the same chunks of the same names."""
    mixed = list(table.items())
    random.shuffle(mixed)
    assert rows_of(dict(mixed)).names == rows_of(table).names
    assert rows_of(dict(mixed)).digest == rows_of(table).digest


def test_another_row_is_another_digest():
    """What is said in a row counts, its kind and its aliases too."""
    rows = [Row("a", "Acme"), Row("a", "Acme", ("A",)), Row("a", "Acme", (), ("A",)), Row("a", "Acme", type="ORG")]
    assert len({Rows([line_of(row)]).digest for row in rows}) == len(rows)


def test_a_change_over_the_limit_is_none():
    """Neither what is struck nor what stands beside may pass the limit, earlier patches included."""
    base = list(rows_of(dict.fromkeys("abcd", "Acme")).lines())
    assert difference(base, Patch(), list(rows_of(dict.fromkeys("ab", "Acme")).lines()), limit=2) is not None
    assert difference(base, Patch(), list(rows_of(dict.fromkeys("a", "Acme")).lines()), limit=2) is None
    assert difference(base, Patch(), list(rows_of(dict.fromkeys("abcdefg", "Acme")).lines()), limit=2) is None
    struck = Patch(struck=(3,))
    assert difference(base, struck, list(rows_of(dict.fromkeys("a", "Acme")).lines()), limit=2) is None


def test_large_groups_are_cut_into_chunks():
    """No chunk is over the size, and together they are all rows."""
    rows = Rows([line_of(Row(f"c{number:06d}", "N" * 200)) for number in range(12_000)])
    assert len(rows.chunks) == 3
    assert max(map(len, rows.chunks)) <= 2**20
    assert [row.id for chunk in rows.chunks for row in rows_in(chunk)] == [f"c{number:06d}" for number in range(12_000)]
    assert list(rows.rows()) == [row_of(line) for line in rows.lines()]


def published(table, before, kept):
    record, chunks = patches.published(rows_of(table), before, kept)
    kept |= {name: pack(chunk) for name, chunk in chunks.items()}
    return record


def loaded(record, kept, rosters=None):
    parts, problems = groups.from_chunks({"c": record}, kept, rosters)("c", SPEC, "a.yaml")
    assert not problems
    return parts


def names_in(parts):
    found = {}
    for part in parts:
        for place, one in enumerate(part.roster):
            if part.struck is None or not part.struck[place]:
                assert one.ref not in found
                found[one.ref.removeprefix("c/")] = one.name
    return found


def test_versions_are_patches_until_too_much_changed():
    """A small change is one more patch on the same base; seventeen are put together; a large one is a new base."""
    kept: dict[str, bytes] = {}
    table = {f"r{number}": f"Row {number}" for number in range(100)}
    record = first = published(table, None, kept)
    assert first.patches == ()
    for number in range(20):
        table = {**table, f"r{number}": f"New {number}", f"more{number}": "More"}
        table.pop(f"more{number - 1}", None)
        record = published(table, record, kept)
        assert record.base == first.base
        assert record.count == len(table)
        assert 1 <= len(record.patches) <= patches.MAX_PATCHES
        assert names_in(loaded(record, kept)) == table
    table = {key: f"Other {name}" for key, name in table.items()}
    assert published(table, record, kept).base != first.base
    assert names_in(loaded(published(table, record, kept), kept)) == table


@given(st.lists(tables.filter(len), min_size=1, max_size=5))
def test_what_is_read_back_is_what_was_published(versions):
    """Whatever way the versions took, a reader that kept the base and one that did not find the same rows."""
    kept: dict[str, bytes] = {}
    rosters: dict[str, Roster] = {}
    record = None
    for table in versions:
        record = published(table, record, kept)
        assert names_in(loaded(record, kept)) == names_in(loaded(record, kept, rosters)) == table


def test_a_kept_base_needs_only_the_patches():
    """With the base's roster at hand its chunks are not asked for, and its key is the same."""
    kept: dict[str, bytes] = {}
    rosters: dict[str, Roster] = {}
    table = {f"r{number}": "Row" for number in range(100)}
    first = published(table, None, kept)
    [whole] = loaded(first, kept, rosters)
    second = published({**table, "r5": "Five"}, first, kept)
    few = {name: kept[name] for name in second.patches}
    base, more = loaded(second, few, rosters)
    assert base.roster is whole.roster
    assert base.key == whole.key == groups.base_key("c", second)
    assert np.flatnonzero(base.struck).tolist() == [whole.roster.find("c/r5")]
    assert [one.name for one in more.roster] == ["Five"]
    assert more.key not in {base.key, ""}


def test_equal_rows_of_another_group_are_another_roster():
    """The key of a roster says whose it is: refs are named after the group."""
    record = published({"a": "Acme"}, None, {})
    assert groups.base_key("c", record) != groups.base_key("d", record)


def test_a_missing_or_damaged_chunk_is_not_ready():
    """A reader waits, and says what to do; a chunk is what its name says or nothing."""
    kept: dict[str, bytes] = {}
    record = published({"a": "Acme"}, None, kept)
    [name] = record.base
    with pytest.raises(NotReady, match="missing"):
        loaded(record, {})
    for damaged in (b"", b"rubbish", kept[name][:-6], pack(b"other")):
        with pytest.raises(NotReady, match="damaged"):
            loaded(record, {name: damaged})


def test_a_chunk_that_swells_is_not_unpacked_whole():
    """What says that it is larger than any chunk of ours is refused before it fills the memory."""
    with pytest.raises(NotReady):
        unpack("0" * 32, pack(bytes(MAX_CHUNK * 4)))


def test_a_list_that_was_published_without_its_rows_says_so():
    """A group that the record does not know is an error with a remedy."""
    parts, [problem] = groups.from_chunks({}, {})("c", SPEC, "a.yaml")
    assert parts == ()
    assert "without the rows of c" in problem.message
    assert problem.remedy


def test_a_row_that_this_version_refuses_is_an_error_of_the_list():
    """An alias that an older version let pass names group and row."""
    rows = Rows([line_of(Row("a7", "Acme", ("…",)))])
    record = GroupRecord(base=rows.names, count=1, digest=rows.digest)
    kept = {name: pack(chunk) for name, chunk in zip(rows.names, rows.chunks, strict=True)}
    _, [problem] = groups.from_chunks({"c": record}, kept)("c", SPEC, "a.yaml")
    assert problem.message.startswith("c/a7: ")
