"""The published JSON Schema is in step with the language, and the sample lists keep to it."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

import tocsin.watchlists
from tocsin.watchlists import load
from tocsin.watchlists.schema import json_schema, schema_text

ROOT = Path(__file__).parents[3]
SAMPLES = sorted((ROOT / "config" / "watchlists").glob("*.yaml"))


def test_the_shipped_file_is_in_step():
    """schema.json beside the package is what the language says now: `tocsin watchlists schema > …` renews it."""
    shipped = Path(tocsin.watchlists.__file__).with_name("schema.json").read_text(encoding="utf-8")
    assert shipped == schema_text()


def test_the_schema_is_a_schema():
    """Editors can read it."""
    jsonschema.Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_samples_are_valid(path):
    """Each sample list keeps to the schema and compiles without even a warning."""
    for document in yaml.safe_load_all(path.read_text(encoding="utf-8")):
        jsonschema.validate(document, json_schema())
    loaded = load([path], strict=True)
    assert not loaded.problems
    assert loaded.watchlists


def test_there_are_samples():
    """Short and full form are both shown."""
    assert {"korea-desk", "dmz", "alliances"} <= {path.stem for path in SAMPLES}


@pytest.mark.parametrize(
    "document",
    [
        {"watchlist": "a", "keyword": ["x"]},
        {"watchlist": "A B", "keywords": ["x"]},
        {"watchlist": "a", "keywords": []},
        {"watchlist": "a", "keywords": {"k": {"any": ["x"], "nor": ["y"]}}},
        {"watchlist": "a", "rules": [{"rule": "r", "threshold": 60}]},
        {"keywords": ["x"]},
    ],
)
def test_the_schema_refuses_what_the_check_refuses(document):
    """An editor marks a wrong key or value before `check` does."""
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(json.dumps(document)), json_schema())
