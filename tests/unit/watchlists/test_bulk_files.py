"""Files of entities: every form is read, and every bad row is told by its line, with what to write instead."""

from __future__ import annotations

import gzip
import json
import re

import pytest

from tocsin.model.roster import Entities
from tocsin.watchlists import Loaded, groups, load
from tocsin.watchlists.language import Group
from tocsin.watchlists.records import drafts
from tocsin.watchlists.row_checks import Bad
from tocsin.watchlists.row_files import Notes, Unusable, read
from tocsin.watchlists.rows import Row

ACME = '{"id":"a1","name":"Acme Ltd","aliases":["Acme","Acme Co"],"weak":["the firm"],"type":"ORG"}'
APEX = '{"id":"b2","name":"Apex","aliases":null}'
LIST = """\
watchlist: desk
entities:
  companies: {from: %s}
keywords:
  fire: {any: [factory fire]}
rules:
  - rule: any
    entities: {any: [companies]}
    keywords: {any: [fire]}
"""


@pytest.fixture
def write(tmp_path):
    def written(name, content):
        path = tmp_path / name
        raw = content if isinstance(content, bytes) else content.encode()
        path.write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
        return path

    return written


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("c.csv", "id,name,aliases,weak,type\na1,Acme Ltd,Acme; Acme Co ,the firm,ORG\nb2,Apex,,,\n"),
        ("c.csv", "\ufeffID, Name ,Aliases,Weak,Type\r\na1,Acme Ltd,Acme;Acme Co,the firm,org\r\n\r\nb2,Apex,,,\r\n"),
        ("c.csv", 'name;id;weak;aliases;type\nAcme Ltd;a1;the firm;"Acme;Acme Co";ORG\nApex;b2;;;'),
        ("c.tsv", "id\tname\taliases\tweak\ttype\na1\tAcme Ltd\tAcme;Acme Co\tthe firm\tORG\nb2\tApex\t\t\t\n"),
        ("c.csv.gz", "id,name,aliases,weak,type\na1,Acme Ltd,Acme;Acme Co,the firm,ORG\nb2,Apex,,,\n"),
        (
            "c.jsonl",
            ACME + "\n\n" + APEX + "\n",
        ),
        (
            "c.ndjson.gz",
            ACME.replace('["Acme","Acme Co"]', '"Acme;Acme Co"') + "\n" + APEX,
        ),
    ],
)
def test_every_form_says_the_same(write, name, content):
    """Delimiter, order and case of columns, BOM, line ends, compression and JSON make no difference."""
    first, second = read(write(name, content))
    assert first == Row("a1", "Acme Ltd", ("Acme", "Acme Co"), ("the firm",), "ORG")
    assert second == Row("b2", "Apex")


def test_an_export_in_the_form_of_follow_the_money(write):
    """Names, aliases and weak ones; other schemata are counted; what has no name is a bad row."""
    found = [
        {"id": "Q1", "schema": "Person", "caption": "Kim Jong Un", "properties": {"name": ["Kim Jong Un", "Kim Jong-un"],
         "alias": ["KJU"], "weakAlias": ["Kim"], "country": ["kp"]}},
        {"id": "NK-2", "schema": "Vessel", "properties": {"name": ["MV Hope", "Hope"], "flag": [{"nested": 1}]}},
        {"id": "x", "schema": "Address", "properties": {"full": ["1 Road"]}},
        {"id": "y", "schema": "Company", "properties": {"alias": ["Acme"]}, "caption": "Acme Ltd"},
        {"id": "z", "schema": "LegalEntity", "properties": {}},
    ]  # fmt: skip
    notes = Notes()
    rows = list(read(write("e.ftm.json", "\n".join(map(json.dumps, found))), notes=notes))
    assert rows[:3] == [
        Row("Q1", "Kim Jong Un", ("Kim Jong-un", "KJU"), ("Kim",), "PERSON"),
        Row("NK-2", "MV Hope", ("Hope",), (), "PRODUCT"),
        Row("y", "Acme Ltd", ("Acme",), (), "ORG"),
    ]
    assert isinstance(rows[3], Bad)
    assert rows[3].line == 5
    assert notes.skipped == {"Address": 1}


HEADER = b"id,name,aliases,weak,type\n"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (b",Acme,,,", "no id"),
        (b"a,,,,", "no name"),
        (b"a, ,,,", "no name"),
        (b"ok,Again,,,", "earlier row"),
        (b" ok ,Again,,,", "earlier row"),
        (b"a,Acme,,,FIRM", "no type 'FIRM'"),
        (b"a,Acme,...,,", "no letter or digit"),
        (b"a,Acme,,?!,", "no letter or digit"),
        ("a,…,,,".encode(), "no letter or digit"),
        (b"a,Acme*,,,", "Acme\\*"),
        (b"a," + b"N" * 301 + b",,,", "301 characters"),
        (b"a,Acme," + b"N" * 301 + b",,", "301 characters"),
        (b"i" * 201 + b",Acme,,,", "is no name"),
        (b"a\x00b,Acme,,,", "is no name"),
        (b"a,Ac\xffme,,,", "not UTF-8"),
        (b"a,Ac\x00me,,,", "control character"),
        (b'a,"Ac\nme",,,', "line break"),
        (b"a,Acme", "2 columns, the header 5"),
        (b"a,Acme,x,y,ORG,more", "6 columns"),
        (b'a,"Acme" Ltd,,,', "cannot be read"),
        (b"a,Acme," + b";".join(b"N%d" % n * 50 for n in range(600)) + b",,", "over 100,000 characters"),
    ],
)
def test_a_bad_row_is_told_by_its_line(write, row, says):
    """One bad row costs no other, neither before nor after it."""
    path = write("c.csv", HEADER + b"ok,Acme,,,\n" + row + b"\nlast,Last Row,,,\n")
    first, bad, last = read(path)
    assert (first, last) == (Row("ok", "Acme"), Row("last", "Last Row"))
    assert isinstance(bad, Bad)
    assert bad.line == 3
    assert re.search(says, bad.message), bad.message
    assert bad.remedy


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"{", "no row"),
        (b"[1]", "no row"),
        (b'{"id": "a", "name": 7}', r"Expected `str \| null`, got `int` - at `\$.name`"),
        (b'{"id": "a", "name": "Ac\xffme"}', "no row"),
        (b'{"id": "a", "name": "Ac\\ud800me"}', "no row"),
        (b'{"name": "Acme"}', "no id"),
        (b'{"id": "a"}', "no name"),
        (b'{"id": "a", "name": "Acme", "aliases": [""]}', "no name"),
    ],
)
def test_a_bad_line_of_json_is_told(write, line, says):
    """What is no object, or of another shape, names the key that is wrong."""
    path = write("c.jsonl", b'{"id": 1, "name": "Acme"}\n' + line + b'\n{"id": 2, "name": "Last"}\n')
    first, bad, last = read(path)
    assert (first, last) == (Row("1", "Acme"), Row("2", "Last"))
    assert isinstance(bad, Bad)
    assert bad.line == 2
    assert re.search(says, bad.message), bad.message


def test_lines_are_counted_where_cells_hold_line_breaks(write):
    """The line of a row is where it begins in the file."""
    rows = list(read(write("c.csv", HEADER + b'a,"A\n\nB",,,\nb,,,,\n"c\n",C,,,\n,D,,,\n')))
    assert [row.line for row in rows if isinstance(row, Bad)] == [2, 5, 8]


def test_a_quote_that_is_never_closed_is_told_where_it_opens(write):
    """The rest of the file is not one name in silence."""
    rows = list(read(write("c.csv", HEADER + b'a,Acme,,,\nb,"Apex,,,\nc,Core,,,\n')))
    assert rows[0] == Row("a", "Acme")
    assert [isinstance(row, Bad) and row.line for row in rows[1:]] == [3]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("c.csv", b"", "empty"),
        ("c.csv", b"\n", "empty"),
        ("c.csv", HEADER, "no rows"),
        ("c.csv", b"id,title\na,Acme\n", "no column 'name'"),
        ("c.csv", b"a1,Acme\nb2,Apex\n", "no column 'id'"),
        ("c.csv", b"id,name,name\na,b,c\n", "twice"),
        ("c.csv", "id,name\na,b\n".encode("utf-16"), "UTF-16"),
        ("c.jsonl", b"", "no rows"),
        ("c.xlsx", b"PK", "neither .csv nor .jsonl"),
        ("c.csv", HEADER + b"a," + b"x" * (2**20 + 300_000), "over 1,048,576 bytes"),
    ],
)
def test_a_file_that_cannot_be_used(write, name, content, says):
    """The file as a whole is refused with a remedy."""
    with pytest.raises(Unusable, match=says) as refused:
        list(read(write(name, content)))
    assert refused.value.remedy


@pytest.mark.parametrize("cut", [b"no gzip", None])
def test_a_damaged_gzip_file_is_told(write, tmp_path, cut):
    """Half a file is not a small file."""
    path = write("c.csv.gz", HEADER + b"".join(b"a%d,Acme %d,,,\n" % (n, n * n) for n in range(5000)))
    path.write_bytes(cut or path.read_bytes()[:-500])
    with pytest.raises(Unusable, match="damaged"):
        list(read(path))


def test_blocks_of_a_large_file_have_no_seam(write):
    """Rows across the blocks in which a file is read are whole, and progress is told."""
    told: list[int] = []
    path = write("c.csv", HEADER + b"".join(b"a%d,Acme Number %d,,,\n" % (n, n) for n in range(60_000)))
    rows = list(read(path, progress=told.append))
    assert rows == [Row(f"a{n}", f"Acme Number {n}") for n in range(60_000)]
    assert told == sorted(told)
    assert told[-1] == path.stat().st_size


def loaded(tmp_path, name, content, spec=None) -> Loaded:
    (tmp_path / "desk.yaml").write_text(LIST % (spec or name))
    (tmp_path / name).write_text(content)
    return load([tmp_path / "desk.yaml"])


def test_a_group_is_a_part_of_the_list(tmp_path):
    """Its rows are entities whose refs are GROUP/ID, in the order of their ids."""
    found = loaded(tmp_path, "c.csv", "id,name,type\nb,Apex Group,GPE\na,Acme Group,\n", "c.csv, type: ORG")
    assert found.problems == []
    [watchlist] = found.watchlists
    assert isinstance(watchlist.entities, Entities)
    [part] = watchlist.entities.parts
    assert part.group == "companies"
    assert [(one.ref, one.type) for one in part.roster] == [("companies/a", "ORG"), ("companies/b", "GPE")]
    assert part.key


def test_a_bad_row_refuses_the_list_by_default(tmp_path):
    """The first twenty are told one by one, then how many there are, and how to go on without them."""
    rows = "".join(f"a{n},,\n" for n in range(30))
    found = loaded(tmp_path, "c.csv", f"id,name,aliases\n{rows}x,Acme Group,\n")
    assert found.compiled == [None]
    told = [problem for problem in found.errors if problem.file.endswith("c.csv")]
    assert [problem.line for problem in told] == [*range(2, 22), 0, 0]
    assert "10 more rows" in told[20].message
    assert "30 of 31" in told[21].message
    assert "bad_rows: skip" in told[21].remedy


def test_bad_rows_are_left_out_where_the_group_says_so(tmp_path):
    """`bad_rows: skip` makes warnings of them; the others are there."""
    found = loaded(tmp_path, "c.csv", "id,name\na,\nb,Acme Group\n", "c.csv, bad_rows: skip")
    [watchlist] = found.watchlists
    assert [one.ref for one in watchlist.entities] == ["companies/b"]
    assert [(problem.line, problem.severity) for problem in found.problems] == [(2, "warning")]


def test_a_group_with_no_row_left_is_refused(tmp_path):
    """A group is never empty in silence."""
    found = loaded(tmp_path, "c.csv", "id,name\na,\n", "c.csv, bad_rows: skip")
    assert ["no row that could be used" in problem.message for problem in found.errors] == [True]


def test_what_is_unwise_is_told_once_with_examples(tmp_path):
    """Names of several rows, names that are common words, columns that nothing reads: a warning each."""
    rows = "id,name,aliases,country\na,Acme One,Shared Name,us\nb,Apex Two,shared name;Apple,de\nc,=Time,TIME,fr\n"
    found = loaded(tmp_path, "c.csv", rows)
    assert found.errors == []
    columns, shared, common = [str(problem) for problem in found.warnings if problem.file.endswith("c.csv")]
    assert "nothing reads country" in columns
    assert "1 name stands in more than one row: 'Shared Name' (a, b)" in shared
    assert "1 name is a common word, found in any case: 'Apple' (b)" in common


def test_left_out_schemata_are_counted(tmp_path):
    """What an export holds besides is told, and costs nothing."""
    rows = '{"id":"a","schema":"Company","properties":{"name":["Acme Group"]}}\n{"id":"b","schema":"Address","properties":{}}\n'
    found = loaded(tmp_path, "e.jsonl", rows)
    assert ["1 entity is left out: Address 1." in problem.message for problem in found.warnings][:1] == [True]


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("../c.csv", "not in the folder"),
        ("/etc/c.csv", "not in the folder"),
        ("below/../../c.csv", "not in the folder"),
        ("https://example.com/c.csv", "is an address"),
        ("none.csv", "no file none.csv"),
        ("below", "no file below"),
        ("link.csv", "not in the folder"),
    ],
)
def test_a_file_stands_beside_its_list_or_below(tmp_path, written, says):
    """Nothing else of the machine is read, by whatever way it is named."""
    folder = tmp_path / "lists"
    (folder / "below").mkdir(parents=True)
    (tmp_path / "c.csv").write_text("id,name\na,Acme Group\n")
    (folder / "link.csv").symlink_to(tmp_path / "c.csv")
    (folder / "desk.yaml").write_text("x")
    parts, [problem] = groups.from_files("c", Group(**{"from": written}), str(folder / "desk.yaml"))
    assert parts == ()
    assert says in problem.message
    assert problem.remedy


def test_a_list_that_is_no_file_has_no_file_beside_it(tmp_path, monkeypatch):
    """A text from elsewhere reads nothing of the machine it is compiled on."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c.csv").write_text("id,name\na,Acme Group\n")
    parts, [problem] = groups.from_files("c", Group(**{"from": "c.csv"}), "<text>")
    assert parts == ()
    assert "no file" in problem.message


def test_a_changed_row_is_another_list(tmp_path):
    """The hash of what is published covers the rows; their order, and the other columns, it does not."""

    def hashed(content):
        [draft] = drafts(loaded(tmp_path, "c.csv", content))
        return draft.hash

    first = hashed("id,name\na,Acme Group\nb,Apex Group\n")
    assert hashed("id,name,more\nb,Apex Group,1\na,Acme Group,2\n") == first
    assert hashed("id,name\na,Acme Group\nb,Apex Groups\n") != first
