"""The kernel: it says what Python says, and says why it is not used. How it scans is in match/test_table.py."""

from __future__ import annotations

import os
import shutil
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from builders import an_article
from tocsin import folding, native
from tocsin.match.table import Table, scan
from tocsin.model.roster import Strings
from tocsin.prepare import structure
from tocsin.prepare.fold import fold_article

with_kernel = pytest.mark.skipif(native.KERNEL is None, reason=native.REASON)
any_text = st.text(
    st.characters()
    | st.characters(categories=["Cs"])
    | st.sampled_from("aB.U S'-1é½ßİﬁ東한\u0301\u1112\u1161\uff76\uff9e\xad\0\x1e.. \ufdfa\U0001f600\u2019\U0010ffff")
)


@pytest.mark.skipif("CI" not in os.environ or shutil.which("cc") is None, reason="only CI must have the kernel")
def test_ci_tests_the_kernel():
    """Where there is a C compiler, CI does not pass over the kernel unless it is told to."""
    assert native.KERNEL is not None or native.REASON == "TOCSIN_KERNEL=off"


@with_kernel
@settings(deadline=None, max_examples=500)
@given(any_text)
@example("U.S. \u00c9.U. a.b.1 \ufdfa.b .a. a..b a.b")
@example("\u0439.\u0440.\u0301.")
@example("½" * 400)
@example("")
def test_folds_as_python_does(text):
    """The same text for any string, lone surrogates and letters that fold to many included."""
    assert folding.fold(text) == folding._fold(text)


@with_kernel
@settings(deadline=None, max_examples=500)
@given(any_text)
@example("½")
@example("\u0301a\u0301.\u0301b\u0301 ")
@example("\u1112\u1161" * 100)
def test_finds_positions_as_python_does(text):
    """The same start and end of every token."""
    assert folding.positions(text).tolist() == folding._positions(text).tolist()


@with_kernel
def test_every_character_folds_as_python_says():
    """Each character there is, between letters, dots and spaces."""
    for first in range(0, sys.maxunicode + 1, 4096):
        chars = [
            chr(code) for code in range(first, first + 4096) if unicodedata.category(chr(code)) not in {"Cn", "Co"}
        ]
        for text in (" ".join(chars), ".".join(chars), "x".join(chars), f"{'. .'.join(chars)}"):
            assert folding.fold(text) == folding._fold(text)
            assert (folding.positions(text) == folding._positions(text)).all()


@with_kernel
def test_a_huge_text():
    """Ten million characters are more than a thread's buffers hold."""
    text = "The U.S. border\u2019s " * 600_000
    assert folding.fold(text) == folding._fold(text)
    assert (folding.positions(text) == folding._positions(text)).all()


pieces = st.lists(
    st.sampled_from(
        """Kim crossed. the|The|border.| |. |.\n|\n|\n\n|\r\n|\r|\u2028|\t|  |\xa0|\x1c|\x85|U.S.|U.S. The|U.S. Army|No. 5|1.|12. |a.m. In|e.g.|J. R.|i.|I.|
        É. |Gen.|Inc. But|Inc. Kim|St.|\u00bd.|\u0663. |x\u00b2. |Ph.D. A|a.b.c.d.e.f.g|www.example.com.|...|. . .|.\u2026!|?!|!\" |\u201d |.) He|.\u2019 |
        \u201c|\u2018|(|[|-|\u2014 |* |\u2022 |\u3002|\uff01\u300d|\u6771\u4eac|\ud55c|\u0301|\u1112\u1161|\xad|\ud800|\x1e|\0|wide. wide. wide. and so. it was. then it. |
        ABC. DEF|war.The|war.\u201cThe|war. \u01c5|\u0130. |\u212a |\u00df. |\u03a3. |\ufb01. |See also|see also: war|Read more|This|we use cookies|All rights reserved.|
        Leave a comment|your email address|don\u2019t miss:|\u00a9 2020|12 comments|Home|Home | News | World|HomeNewsSportWorld|By Jo Li|Photo: AP|(Reuters)|
        WORLD|Sport|\u00bb|the title|The Title|A line that is as long as lines of wires are when they are cut|and goes on in the next one until it stops there.|
        six words are enough for prose.|_|_x|\u203f|\u2019\u2019|,|:|;""".replace("\n        ", "").split("|")
    )
    | st.characters()
)
lines = st.lists(
    st.builds(
        lambda words, size, end: f"{words:x<{size}} fallen"[: size + 8] + end,
        st.sampled_from(["Kim crossed the border", "of the line", "NO ONE KNEW", "a b"]),
        st.integers(0, 60) | st.integers(60, 70) | st.integers(110, 130),
        st.sampled_from(["", ".", ",", " ", ":\r"]),
    ),
    max_size=16,
)
articles = st.tuples(
    st.lists(st.sampled_from(["The Title", "U.S.", "\u00bd", " ", "", "war", "\u0130", "A. B."]), max_size=3).map(
        " ".join
    ),
    pieces.map("".join) | pieces.map(" ".join) | pieces.map("\n".join) | lines.map("\n".join),
)


@with_kernel
@settings(deadline=None, max_examples=1500)
@given(articles)
@example(("", ""))
@example(("Title", " \n \n"))
@example(("word " * 100, "word " * 99 + "\n\nx." * 30))
@example(("a " * 196 + "U.S", "a " * 196 + "U.South said that.\n\nMore of it was said in the town."))
@example(("", "".join(f"{'word ' * (number % 14 + 2)}end\n" for number in range(60))))
@example(("", "\n".join([f"{'Kim said ' * 7}so"] * 10 + ["It fell " * 20])))
@example(("", "abc. def. ghi. It fell. klm. nop. U.S. qrst. uvw. and xyz. but abc. down."))
@example(("", "x. " * 11_000))
@example(("", "It fell. " + "word " * 700 + ". It fell. Read more of it."))
@example(("", "a\n" * 20_001))
def test_structure_is_as_python_says(article):
    """Tokens, paragraphs, sentences and zones of any article."""
    folded = fold_article(an_article(*article))
    assert as_lists(structure.structure(folded)) == as_lists(structure._document(folded, structure._structure(folded)))


def as_lists(document):
    return (
        document.spans[:], document.title_tokens, document.sentences[:], document.zones, document.tokens, document.sentence_of,
    )  # fmt: skip


@with_kernel
@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(["Kim said so.", "The U.S. army left.", "\u201cIt fell,\u201d Gen. Li said.", "\n\n"])))
def test_ordinary_text_is_left_to_the_kernel(sentences):
    """What most news is made of is not given back: else nothing would be faster."""
    assert native.KERNEL is not None
    assert native.KERNEL.structure("A title", " ".join(sentences), folding.LETTERS, structure._PROSE) is not None


@with_kernel
@pytest.mark.parametrize(
    "unit", [". ", ".\n", ". .", "\n", "- ", "( ", " ", "abc. ", "a.", "!x", ". \u2014 ", "\u2019", "A. ", "the. x "]
)
def test_structure_of_a_hostile_text(unit):
    """A text of nothing but what is looked at twice takes a time in proportion to its length: it ends."""
    text = f"It. {unit * (3_000_000 // len(unit))}x"
    assert native.KERNEL is not None
    native.KERNEL.structure("", text, folding.LETTERS, structure._PROSE)


@with_kernel
def test_threads_have_results_of_their_own():
    """Many threads that fold and scan at once each get what they asked for."""
    table, _ = Table.build(Strings.of([str(number) for number in range(64)]))

    def ask(number):
        for _ in range(200):
            folded = folding.fold(f"{number} " * (number + 1))
            assert scan(folded, [table]) == [[(place, place + 1, number) for place in range(number + 1)]]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(64)))


def test_can_be_turned_off(monkeypatch):
    """The environment turns it off; a word that is neither on nor off does too, and says so."""
    monkeypatch.setenv("TOCSIN_KERNEL", "off")
    assert native.load() == (None, "TOCSIN_KERNEL=off")
    monkeypatch.setenv("TOCSIN_KERNEL", "of")
    assert native.load() == (None, "TOCSIN_KERNEL=of: it is either on or off")


def test_says_why_it_is_not_there(monkeypatch, tmp_path):
    """Not installed, no library, another ABI: each has its reason, and none is an error."""
    monkeypatch.setenv("TOCSIN_KERNEL", "on")
    monkeypatch.setitem(sys.modules, "tocsin_kernel", None)
    assert native.load() == (None, "tocsin-kernel is not installed")
    monkeypatch.setitem(sys.modules, "tocsin_kernel", SimpleNamespace(PATH=tmp_path / "kernel.so"))
    kernel, reason = native.load()
    assert kernel is None
    assert reason.startswith("tocsin-kernel cannot be loaded: ")


@with_kernel
def test_another_abi_is_not_used(monkeypatch):
    """A kernel whose number is another is not called."""
    monkeypatch.setenv("TOCSIN_KERNEL", "on")
    abi = native.ABI
    monkeypatch.setattr(native, "ABI", 99)
    assert native.load() == (
        None,
        f"tocsin-kernel is of ABI {abi}, this needs 99: install the one that comes with this version",
    )
