"""Logs: one JSON object a line, ours and other libraries' alike."""

from __future__ import annotations

import json
import logging

import pytest
import structlog

from tocsin.runtime.logs import configure
from tocsin.settings import LogSettings


@pytest.fixture(autouse=True)
def as_before():
    """Logging is global: put it back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_json_off_a_terminal(capsys) -> None:
    """Name, level, time and values are keys; a traceback is data too; text of any script is readable."""
    configure(LogSettings())
    log = structlog.get_logger("tocsin.test")
    log.info("decided", title="북한", score=0.5)
    try:
        int("broken")
    except ValueError:
        log.exception("failed")
    first, second = map(json.loads, capsys.readouterr().err.splitlines())
    assert (first["event"], first["title"], first["score"]) == ("decided", "북한", 0.5)
    assert (first["level"], first["logger"]) == ("info", "tocsin.test")
    assert first["timestamp"].endswith("Z")
    assert second["exception"][0]["exc_type"] == "ValueError"


def test_other_libraries_speak_the_same_way(capsys) -> None:
    """The standard library's loggers come out as JSON; the talkative ones only from warning up."""
    configure(LogSettings(level="debug"))
    logging.getLogger("some.library").info("hello %s", "there")
    logging.getLogger("faststream").info("received")
    logging.getLogger("redis").error("gone")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["logger"], line["event"]) for line in lines] == [("some.library", "hello there"), ("redis", "gone")]


def test_the_level_holds(capsys) -> None:
    """Below it nothing is written."""
    configure(LogSettings(level="warning"))
    structlog.get_logger("tocsin.test").info("quiet")
    structlog.get_logger("tocsin.test").warning("loud")
    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == ["loud"]


def test_console_form(capsys) -> None:
    """For people: the words stand on one line, no braces."""
    configure(LogSettings(format="console"))
    structlog.get_logger("tocsin.test").info("decided", score=0.5)
    [line] = capsys.readouterr().err.splitlines()
    assert "decided" in line
    assert "score=0.5" in line
    assert not line.startswith("{")
