"""The table of phrases, with the kernel and without, against a dictionary of token runs."""

from __future__ import annotations

import pickle
import tracemalloc

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tocsin import native
from tocsin.match import layout, table
from tocsin.match.table import Table, scan
from tocsin.model.document import TITLE_BREAK
from tocsin.model.roster import Strings

KERNELS = [None, *([native.KERNEL] if native.KERNEL else [])]
# Few and short tokens, so that hits, shared heads and tokens that begin others are frequent.
tokens = st.sampled_from(["a", "b", "ab", "abc", "é", "北", "京"])
patterns = st.lists(
    (st.lists(tokens, min_size=1, max_size=5) | st.lists(tokens, min_size=30, max_size=40)).map(" ".join), max_size=12
)
prefixes = st.lists(st.sampled_from(["a", "ab", "abcd", "é", "北"]), max_size=3)
texts = st.lists(tokens | st.just(TITLE_BREAK), max_size=40).map(
    lambda found: "".join([" ", *(f"{one} " for one in found)])
)


def folded(written):
    return f" {' '.join(written.split())} "


def build(*patterns, prefixes=()):
    return Table.build(Strings.of(patterns), prefixes)[0]


def scans(text, tables, *, block=table.BLOCK):
    """What each way of scanning returns."""
    found = []
    for kernel in KERNELS:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(native, "KERNEL", kernel)
            patch.setattr(table, "BLOCK", block)
            found.append(scan(text, tables))
    return found


def naive(text, patterns, prefixes):
    """First and last token and text of everything that stands there, prefixes with a star."""
    words = text.split(" ")[1:-1]
    found = [
        (first, last, wanted)
        for first in range(len(words))
        for last in range(first + 1, len(words) + 1)
        if (wanted := " ".join(words[first:last])) in set(patterns)
    ]
    found += [
        (place, place + 1, f"{prefix}*")
        for place, word in enumerate(words)
        for prefix in set(prefixes)
        if word.startswith(prefix)
    ]
    return sorted(found)


@settings(deadline=None, max_examples=300)
@given(texts, patterns, prefixes, st.sampled_from([1, 5, 16, table.BLOCK]))
@example(" ", ["a"], ["a"], 1)
@example("", ["a"], ["a"], table.BLOCK)
@example(f" a {TITLE_BREAK} b ", ["a b"], [], table.BLOCK)
@example(f" {'a ' * 40}", [" ".join("a" * 33), " ".join("a" * 40), " ".join("a" * 41)], [], 5)
def test_finds_what_stands_there(text, patterns, prefixes, block):
    """Exactly the runs of whole tokens that are patterns, in order, with the kernel and without, in blocks of any size."""
    made, _ = Table.build(Strings.of(patterns), prefixes)
    for found in scans(text, [made], block=block):
        (matches,) = found
        assert matches == sorted(matches)
        named = [(low, high, made.text(one) + "*" * (one >= made.patterns)) for low, high, one in matches]
        assert sorted(named) == naive(text, patterns, prefixes)


@settings(deadline=None)
@given(texts, st.lists(st.tuples(patterns, prefixes), max_size=4))
def test_tables_do_not_touch_each_other(text, wanted):
    """Several tables at once find what each finds alone."""
    tables = [Table.build(Strings.of(some), beginnings)[0] for some, beginnings in wanted]
    for found, *alone in zip(scans(text, tables), *(scans(text, [one]) for one in tables), strict=True):
        assert found == [one for (one,) in alone]


@settings(deadline=None)
@given(patterns, prefixes)
def test_numbers_say_what_was_given(patterns, prefixes):
    """A pattern given twice has one number; numbers follow the order given; prefixes come after all patterns."""
    made, numbers = Table.build(Strings.of(patterns), prefixes)
    assert [made.text(number) for number in numbers.tolist()] == [*patterns, *prefixes]
    assert made.count == len(set(patterns)) + len(set(prefixes))
    distinct = list(dict.fromkeys(patterns))
    assert numbers[: len(patterns)].tolist() == [distinct.index(pattern) for pattern in patterns]
    assert all(number >= made.patterns for number in numbers[len(patterns) :].tolist())


def test_a_prefix_is_the_beginning_of_one_token():
    """It is found in every token that begins so, itself too, and is another pattern than the same letters whole."""
    made, numbers = Table.build(Strings.of(["border", "the border"]), ["border", "bo"])
    assert numbers.tolist() == [0, 1, 3, 2]
    for found in scans(folded("the borderline border aborder"), [made]):
        assert found == [[(1, 2, 2), (1, 2, 3), (2, 3, 0), (2, 3, 2), (2, 3, 3)]]


def test_equal_hashes_are_no_hit():
    """Letters in the order of Thue and Morse and their mirror have the same hash; only the one that stands there is found."""
    word = "".join("ab"[place.bit_count() % 2] for place in range(2048))
    mirror = word.translate(str.maketrans("ab", "ba"))
    assert len(set(layout.measure(Strings.of([word, mirror])).whole.tolist())) == 1
    for found in scans(folded(f"x {mirror} x"), [build(word), build(f"{word} x"), build(mirror)]):
        assert found == [[], [], [(1, 2, 0)]]
    both, numbers = Table.build(Strings.of([word, mirror, word, mirror, f"{mirror} x", "x"]), [mirror, word])
    assert numbers[:6].tolist() == [0, 1, 0, 1, 2, 3]
    for (found,) in scans(folded(f"x {mirror} x"), [both]):
        assert [(low, high, both.text(number)) for low, high, number in found] == [
            (0, 1, "x"), (1, 2, mirror), (1, 2, mirror), (1, 3, f"{mirror} x"), (2, 3, "x"),
        ]  # fmt: skip


def test_many_patterns_that_begin_alike():
    """Twenty thousand patterns behind one head, of many lengths: each is found, and nothing else."""
    wanted = [f"university of {' '.join(str(place))}" for place in range(20_000)]
    made = build(*wanted)
    for (found,) in scans(folded("the university of 1 9 9 9 9 university of x"), [made]):
        assert [made.text(number) for _, _, number in found] == [wanted[int("19999"[:size])] for size in range(1, 6)]


def test_more_matches_than_there_is_room_for():
    """Every token of a block begins several patterns: all are found."""
    made = build("a", "a a", "a a a")
    count = table.BLOCK // 2 - 1
    for (found,) in scans(folded("a " * count), [made]):
        assert len(found) == 3 * count - 3


def test_columns_hold_all_of_it():
    """A table made from its columns, read-only as from a file, finds the same, and so does a pickled one."""
    made = build("a b", "b", "a b c d", " ".join("a" * 50), prefixes=["ab"])
    columns = {
        name: np.frombuffer(column.tobytes(), dtype=column.dtype).reshape(column.shape)
        for name, column in made.columns().items()
    }
    text = folded("a b c d abc b " + "a " * 60)
    for other in (Table.from_columns(columns), pickle.loads(pickle.dumps(made))):
        assert scans(text, [other]) == scans(text, [made])
        assert other.count == made.count


def test_columns_of_another_format_are_refused():
    """Columns of another format, or that do not belong together, are an error that says what to do."""
    columns = build("a b").columns()
    with pytest.raises(ValueError, match=r"format \[99\].*build it again"):
        Table.from_columns({**columns, "about": np.array([99, 1, 2, 3], dtype=np.int64)})
    with pytest.raises(ValueError, match="build it again"):
        Table.from_columns({**columns, "slots": columns["slots"][:1]})


@pytest.mark.skipif(native.KERNEL is None, reason=native.REASON)
@settings(deadline=None)
@given(st.sampled_from([0, 1, 2**30]), st.data())
def test_damaged_columns_cannot_make_the_kernel_read_elsewhere(shift, data):
    """Whatever numbers stand in them, the kernel returns; built with a sanitizer, it would end here if it strayed."""
    text = folded(f"a b a 京 abc {'a ' * 33}")
    columns = build("a b", "b", "a b a", " ".join("a" * 33), "京", prefixes=["ab"]).columns()
    for name in ("slots", "ends", "longer", "beginnings"):
        numbers = columns[name].copy().reshape(-1)
        for place in data.draw(st.lists(st.integers(0, len(numbers) - 1), max_size=4)):
            numbers[place] = data.draw(st.sampled_from([0, 1, 2, 40, 2**31, 2**32 - 2, 2**32 - 1]))
        columns[name] = numbers.reshape(columns[name].shape)
    columns["ends"] = columns["ends"] + np.uint32(shift)
    scan(text, [Table.from_columns(columns)])


@pytest.mark.parametrize("written", ["", " a", "a ", "a  b", " "])
def test_what_is_not_folded_is_refused(written):
    """A pattern that could never be found is an error that names it."""
    with pytest.raises(ValueError, match="pattern 1 is not folded tokens"):
        build("a b", written, "a")


@pytest.mark.parametrize("prefix", ["", "a b"])
def test_a_prefix_of_more_than_one_token_is_refused(prefix):
    """So is a prefix that is none."""
    with pytest.raises(ValueError, match="beginning of one token"):
        build("a", prefixes=[prefix])


@pytest.mark.parametrize("text", [" " + "ab " * 1_000_000, f" {'a' * 3_000_000} b "])
def test_a_huge_text_takes_bounded_memory(text):
    """Three million characters, in many tokens or in one, are scanned in a few megabytes."""
    made = build("b a", "a b", prefixes=["b", "abc"])
    for kernel in KERNELS:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(native, "KERNEL", kernel)
            tracemalloc.start()
            (found,) = scan(text, [made])
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        assert found == ([(1, 2, made.patterns)] if text.endswith(" b ") else [])
        assert peak < len(text) + 16 * 2**20
