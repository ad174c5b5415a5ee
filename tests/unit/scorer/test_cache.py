"""What was compiled is found again, and never taken for something else."""

from __future__ import annotations

import os
import shutil
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from builders import a_document, a_rule, a_watchlist, an_entity
from tocsin.match.index import Index, build, key_of, segments_of
from tocsin.model.roster import Entities, Part, Roster
from tocsin.model.rule import Mentions
from tocsin.scorer import cache as cache_module
from tocsin.scorer import column_files
from tocsin.scorer.cache import KEPT_S, Cache
from tocsin.scorer.column_files import BadColumns
from tocsin.watchlists import compile_text

LIST = """
watchlist: desk
entities: {norway: {name: Norway, aliases: [Oslo]}}
keywords: {quota: [herring quota, cod quota], pact: [fishing pact]}
rules:
- {rule: quota, entities: [norway], keywords: [quota]}
- {rule: pact, keywords: [pact], threshold: 0.4}
"""
kinds: st.SearchStrategy[Any] = st.sampled_from([np.dtype("u1"), np.dtype("<u4"), np.dtype("<f8")])
columns: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    st.text(min_size=1, max_size=8),
    arrays.arrays(
        kinds,
        arrays.array_shapes(min_dims=1, max_dims=2, min_side=0, max_side=9),
        elements={"allow_nan": False},
    ),
    max_size=4,
)


@pytest.fixture(autouse=True)
def _all_segments_are_files(monkeypatch):
    monkeypatch.setattr("tocsin.scorer.cache._MAPPED", 0)


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "cache")


def a_group(*names: str, key: str) -> Part:
    return Part(Roster.of(an_entity(name, ref=f"firms/{name}") for name in names), group="firms", key=key)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(columns)
def test_arrays_come_back_as_they_were(tmp_path, columns):
    """Whatever their type and shape, empty ones included; and so does what is said about them."""
    column_files.write(tmp_path / "file", columns, {"kinds": ["", "ORG"]})
    found, about = column_files.read(tmp_path / "file")
    assert about == {"kinds": ["", "ORG"]}
    assert found.keys() == columns.keys()
    for name, column in columns.items():
        assert found[name].dtype == column.dtype
        assert np.array_equal(found[name], column)
        assert not found[name].flags.writeable


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_a_damaged_file_is_refused(tmp_path, data):
    """Cut anywhere, or with any byte changed that means something: it is said, never believed."""
    path = tmp_path / "file"
    column_files.write(path, {"one": np.arange(40, dtype="<u4")}, {})
    whole = path.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    if data.draw(st.booleans()):
        path.write_bytes(whole[:place])
    else:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
    try:
        found, about = column_files.read(path)
    except BadColumns:
        return
    assert np.array_equal(found["one"], np.arange(40))  # it was padding
    assert about == {}


def test_a_watchlist_comes_back(cache):
    """The compiled list of the next start is that of the first; of another version there is none."""
    (made,) = compile_text(LIST).watchlists
    cache.put_watchlist("one", made)
    found = Cache(cache.folder).watchlist("one")
    assert found is not None
    assert tuple(found.entities) == tuple(made.entities)
    assert msgspec.structs.replace(found, entities=()) == msgspec.structs.replace(made, entities=())
    assert cache.watchlist("two") is None


def test_a_roster_is_a_file_of_its_own(cache, tmp_path):
    """Lists name it by key; without its file the list is not there either, and is compiled anew."""
    part = a_group("Acme", "Globex", key="firms:1")
    cache["firms:1"] = part.roster
    made = a_watchlist(rules=(a_rule(Mentions(spans=((0, 2),))),), entities=Entities([part]))  # type: ignore[arg-type]
    cache.put_watchlist("one", made)
    again = Cache(cache.folder)
    found = again.watchlist("one")
    assert found is not None
    assert [one.name for one in found.entities] == ["Acme", "Globex"]
    assert list(again) == ["firms:1"]
    for path in tmp_path.glob("cache/roster-*"):
        path.unlink()
    assert Cache(cache.folder).watchlist("one") is None


def test_a_damaged_file_is_made_anew(cache):
    """A cut segment is built again; a cut pickle is no watchlist."""
    (made,) = compile_text(LIST).watchlists
    cache.put_watchlist("one", made)
    segments_of((made,), make=cache.names)
    for path in cache.folder.iterdir():
        path.write_bytes(path.read_bytes()[:100])
    again = Cache(cache.folder)
    assert again.watchlist("one") is None
    index = Index((made,), segments_of((made,), make=again.names))
    document = a_document("", "Oslo wants a herring quota and a fishing pact.")
    fresh = build((made,))
    assert index.percolate(document, index.scan(document.folded)) == fresh.percolate(
        document, fresh.scan(document.folded)
    )


def test_what_was_damaged_is_written_again(cache):
    """A changed byte in any of the files is found, and the next start finds the file whole."""
    part = a_group("Acme", "Globex", key="firms:1")
    made = a_watchlist(rules=(a_rule(Mentions(spans=((0, 2),))),), entities=Entities([part]))  # type: ignore[arg-type]

    def keep(into):
        into["firms:1"] = part.roster
        into.put_watchlist("one", made)
        segments_of((made,), make=into.names)

    keep(cache)
    whole = {path: path.read_bytes() for path in cache.folder.iterdir()}
    assert len(whole) == 3
    for path, raw in whole.items():
        path.write_bytes(raw[:200] + bytes([raw[200] ^ 1]) + raw[201:])
    again = Cache(cache.folder)
    assert again.watchlist("one") is None
    assert "firms:1" not in again
    keep(again)
    assert {path: path.read_bytes() for path in cache.folder.iterdir()} == whole


def test_every_file_that_compiles_lists_counts(monkeypatch, tmp_path):
    """A change of any of the shipped files, of whatever kind, makes all that was compiled before another version's."""
    for name in cache_module._SOURCES:
        (tmp_path / f"tocsin.{name}").mkdir()
    (tmp_path / "tocsin" / "x").mkdir(parents=True)
    (tmp_path / "tocsin" / "folding.py").touch()
    monkeypatch.setattr("importlib.resources.files", lambda package: tmp_path / package)
    seen = {cache_module.code.__wrapped__()}
    for suffix in ("py", "yaml", "tsv", "txt", "lark"):
        (tmp_path / f"tocsin.{cache_module._SOURCES[0]}" / f"file.{suffix}").touch()
        seen.add(cache_module.code.__wrapped__())
    assert len(seen) == 6


def test_a_segment_comes_back(cache):
    """Mapped from its file it finds what it found when it was built."""
    (made,) = compile_text(LIST).watchlists
    segments_of((made,), make=cache.names)
    parts = Entities.of(made.entities).parts
    (mapped,) = segments_of((made,), make=Cache(cache.folder).names)
    assert mapped.keys == {key_of(part) for part in parts}
    document = a_document("", "Oslo wants a herring quota.")
    index = Index((made,), [mapped])
    assert len(index.percolate(document, index.scan(document.folded)).candidates) == 1


def test_without_a_folder_nothing_is_kept(tmp_path):
    """No folder, or one that cannot be made: everything works, nothing is written."""
    (tmp_path / "file").touch()
    (made,) = compile_text(LIST).watchlists
    for folder in (None, tmp_path / "file" / "below"):
        cache = Cache(folder)
        assert cache.folder is None
        cache.put_watchlist("one", made)
        cache["firms:1"] = a_group("Acme", key="firms:1").roster
        assert cache.watchlist("one") is None
        assert len(cache["firms:1"]) == 1
        assert segments_of((made,), make=cache.names)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_old_files_go(cache):
    """What nothing asked for in two weeks is deleted; what was is kept."""
    cache["firms:1"] = a_group("Acme", key="firms:1").roster
    written = next(cache.folder.iterdir()).stat().st_mtime
    cache.sweep(now=written + KEPT_S - 1)
    assert len(list(cache.folder.iterdir())) == 1
    cache.sweep(now=written + KEPT_S + 1)
    assert list(cache.folder.iterdir()) == []


def test_a_compiled_list_that_is_used_is_kept(cache):
    """Asking for it counts, as it does for the columns."""
    cache.put_watchlist("one", a_watchlist())
    (path,) = cache.folder.iterdir()
    os.utime(path, (0, 0))
    assert cache.watchlist("one") is not None
    cache.sweep(now=KEPT_S + 1)
    assert path.exists()


def test_the_folder_is_bounded(cache, monkeypatch):
    """However often lists change: beyond a size the files that were asked for longest ago go."""
    paths = [cache.folder / name for name in ("a", "b", "c")]
    for at, path in enumerate(paths):
        path.write_bytes(bytes(100))
        os.utime(path, (at, at))
    monkeypatch.setattr(cache_module, "KEPT_BYTES", 250)
    cache.sweep(now=10)
    assert sorted(cache.folder.iterdir()) == paths[1:]


def test_a_folder_that_is_gone(cache):
    """Removed while it is used, or never to be written: what is asked for is made, and nothing ends."""
    shutil.rmtree(cache.folder)
    cache.sweep(now=0)
    cache["firms:1"] = a_group("Acme", key="firms:1").roster
    cache.put_watchlist("one", a_watchlist())
    assert cache["firms:1"][0].name == "Acme"
    assert cache.watchlist("one") is None


@pytest.mark.parametrize("mode", [0o770, 0o707])
def test_a_folder_that_others_may_write(tmp_path, mode):
    """What others could have put there is not read: a pickle runs what its writer likes."""
    tmp_path.chmod(mode)
    assert Cache(tmp_path).folder is None
    assert list(tmp_path.iterdir()) == []


def test_rosters_not_in_use_are_let_go(cache):
    """Only those that the running lists name stay in memory; the others are found on disk again."""
    cache["firms:1"] = a_group("Acme", key="firms:1").roster
    cache["firms:2"] = a_group("Globex", key="firms:2").roster
    cache.only(["firms:2"])
    assert list(cache) == ["firms:2"]
    assert cache["firms:1"][0].name == "Acme"
    with pytest.raises(KeyError):
        cache["firms:3"]
