"""The published JSON Schema: ``schema.json`` beside this file is what ``schema_text`` returns; a test holds it so."""

from __future__ import annotations

import json
from typing import Any

from tocsin.watchlists.language import Document


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of one watchlist document."""
    schema = Document.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "Tocsin watchlist",
    }


def schema_text() -> str:
    """Return the schema as the shipped file holds it."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"
