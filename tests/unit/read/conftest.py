from __future__ import annotations

import pytest

from tocsin.read.reader import Reader


@pytest.fixture(scope="session")
def reader() -> Reader:
    """A reader with the real model, loaded once; its deadline is far, so that a slow machine changes nothing."""
    made = Reader(deadline_s=300.0)
    made.load()
    return made
