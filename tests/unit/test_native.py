"""The kernel: it says what Python says, and says why it is not used. How it scans is in match/test_table.py."""

from __future__ import annotations

import os
import shutil
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from builders import an_article
from labelled_pages import pages
from tocsin import folding, native
from tocsin.match.table import Table, scan
from tocsin.model.roster import Strings
from tocsin.prepare import bylines, datelines, furniture, openings, paragraphs, structure
from tocsin.prepare.fold import fold_article
from tocsin.prepare.surroundings import Kind

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


OF_PAGES = sorted({line.strip() for page in pages() for line in page.body.splitlines() if line.strip()})
PATTERNS = (
    openings._OPENS, openings._FORM, bylines._BYLINE, bylines._CREDITS, bylines._SIGNATURE, bylines._SHOWN, bylines._ROLE,
    bylines._INITIALS, bylines._BOTH, datelines._DATELINE,
)  # fmt: skip
# Furniture that begins with a word that much of the story begins with, too.
OF_COMMON_WORDS = """All rights reserved|This material may not be copied|This article was first published here|This story originally appeared there|
This site uses cookies|This website uses cookies|This page is protected|This report is published from a feed|This content is only for subscribers|
This field is required|We use cookies|We and our 12 partners use cookies|You may also like|You might be interested|You have reached your limit of articles|
You must be logged in|You can unsubscribe|What to read next|About us|Also read it|Our standards: the rules|Your email address|Terms of use|
Terms and conditions|First published on Nov 3|Last updated: 3|Last modified 3 May|Last posted 3 May|Last uploaded 3 May|Most popular|Most read|Most viewed|
Most shared|Most recent|Most commented|Most voted|Other news|Other stories|Other headlines|Other articles|Other posts|Other comments|Other videos|
The author can be reached at home|The writer can be reached at home|The can be reached|In related news|In news|In video|In topic|In topics|
With assistance from Ann|With additional reporting by Ann|With reporting by Ann|La r\u00e9daction|Le puede interesar|Il vous reste 80 mots de cet article|
Wir nutzen Cookies|Wir verwenden Cookies|Mit Material von der|Mit Informationen von der|Alle Rechte vorbehalten|Alle Rechten vorbehalten|
Alle akzeptieren|12 comments|1 comment|5 min read|5 mins read|1 minute read|5 minutes read|3 shares|1 share|3 views|3 likes|3 replies|
1,204 shares""".replace("\n", "").split("|")
of_patterns = st.one_of(
    *(st.from_regex(pattern) for pattern in PATTERNS),
    st.sampled_from(sorted(openings._SHORT)).flatmap(
        lambda word: st.from_regex(openings._SHORT[word]).map(lambda rest: word + rest)
    ),
)
of_words = st.builds(
    "{} {}{}".format,
    st.sampled_from(sorted(openings.COMMON | openings.FIRST_WORDS)),
    st.sampled_from(sorted(openings.SECONDS)),
    st.sampled_from(
        ["", ":", " us", " Ann Bell", " is for subscribers", " was first published", " 12", " this report."]
    ),
)
stamps = st.lists(st.sampled_from(["Nov", "3,", "1990", "4:10", "p.m.", "Uhr", "fell", "3rd", "às", "-"]), min_size=1)
furniture_lines = st.builds(
    lambda before, line, case, after: before + case(line) + after,
    st.sampled_from(["", "", "  ", "- ", "\u201c", "_", "[", "\u2022 ", "#"]),
    st.sampled_from(OF_PAGES + OF_COMMON_WORDS)
    | st.sampled_from(sorted(openings._LINES))
    | of_patterns
    | of_words
    | stamps.map(" ".join),
    st.sampled_from([str, str.upper, str.capitalize]),
    st.sampled_from(
        ["", "", ".", " \u201d", " - Kim", "_", " | ", " and no more of it", " It fell in the town at noon."]
    ),
)


@with_kernel
@settings(deadline=None, max_examples=500, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(furniture_lines, st.sampled_from(["", "Kim crossed the border", "Nobody was hurt in the town, it said."]))
@example("SEOUL (Tidewire) -", "")
@example("THE AUTHOR CAN BE REACHED", "")
@example("This \u017ftory was first published", "")
@example("12 comments", "")
def test_no_furniture_is_overlooked(line, other):
    """What Python would find in a paragraph, the kernel says may be there: else nobody looks."""
    body = f"{line}\n\n{other}" if other else line
    assert native.KERNEL is not None
    found = native.KERNEL.structure(line[:40], body, folding.LETTERS, structure._PROSE)
    if found is None:
        return  # a text that is left to Python
    for start, end, bits in found.blocks:
        assert not said_of(body[start:end].strip(), line[:40]) & ~bits
    if not found.blocks:
        kinds = furniture.find(line[:40], folding.fold(line[:40]), body, all_asked(body))
        assert set(kinds) <= {Kind.STORY}
    for _, cut, low, _, _, bits in found.pieces[found.title_tokens > 0 :]:
        begin = found.spans.item(low, 0)
        if bits & native.BEGINS:
            assert bits & native.DATED or datelines.end(body, begin, cut) == begin
        else:
            opens = openings.opens(body, begin, cut) or openings.opens_form(body, begin, cut)
            assert bits & (native.LOOK | native.GOES_ON) or not (openings.may_open(body, begin) and opens)


@with_kernel
def test_common_words_open_furniture_too():
    """What is furniture by its first two words is looked at; of all such words one is here."""
    words = {word for line in OF_COMMON_WORDS for word in line.lower().replace(":", "").split()[:2]}
    assert words >= openings.COMMON | openings.SECONDS
    for line in OF_COMMON_WORDS:
        assert native.KERNEL is not None
        asked = said_of(line, "") & (native.OPENS | native.SAYS)
        found = native.KERNEL.structure("", line, folding.LETTERS, structure._PROSE)
        assert found is not None
        assert asked, line
        assert not asked & ~found.blocks[0][2], line


def said_of(line, title):
    """The bits of a paragraph, as Python finds them."""
    if not line or len(line) > furniture.LONG:
        return 0
    prose = furniture.is_prose(line, stopped=furniture._comes_to_a_stop(line))
    opens = openings.may_open(line, 0) and openings.opens(line, 0, len(line))
    says = furniture._says(line, prose=prose)
    again = len(folding.fold(title)) > 1 and folding.fold(line) == folding.fold(title)
    return native.OPENS * opens | native.NO_PROSE * (not prose) | native.SAYS * says | native.AGAIN * again


def all_asked(body):
    return [(start, end, structure._ALL) for start, end in paragraphs.split(body)]


@with_kernel
def test_phrases_are_looked_for_in_each_paragraph():
    """A phrase makes its own paragraph one to be looked at, and no other; across a paragraph's end there is none."""
    story = "Nobody was hurt in the town, the coast guard said."
    body = f"{story}\n\nIt said that all rights reserved to it were kept.\n\n{story}\n\nIt was all\n\nrights reserved."
    assert native.KERNEL is not None
    found = native.KERNEL.structure("", body, folding.LETTERS, structure._PROSE)
    assert found is not None
    assert [bits & native.SAYS for _, _, bits in found.blocks] == [0, native.SAYS, 0, 0, 0]


@with_kernel
@pytest.mark.parametrize(
    "body",
    [
        "The company said that it\n\nNobody was hurt in the town, it said.\n\nThe parties have",
        "This year 12 people fell in the town.\n\nWe know that all of them were there.\n\nFirst it was calm",
    ],
)
def test_python_is_not_asked_in_vain(body):
    """What is cut short, and the common words that open furniture, cost nothing where nothing more is like it."""
    assert native.KERNEL is not None
    found = native.KERNEL.structure(
        "A title", f"Nobody knew of it before noon.\n\n{body}", folding.LETTERS, structure._PROSE
    )
    assert found is not None
    assert not found.blocks
    assert not found.looks
    assert not any(piece[5] & native.DATED for piece in found.pieces)


def as_lists(document):
    return (
        document.spans[:], document.title_tokens, document.sentences[:], document.zones, document.tokens,
        list(document.sentence_of),
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
