"""``config/tocsin.toml`` is the settings' documentation: it must not rot."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from tocsin.errors import InvalidSettings
from tocsin.settings import Settings, load

CONFIG = Path(__file__).parents[2] / "config" / "tocsin.toml"
SECTION = re.compile(r"\[(?P<name>\w+)\]")
ASSIGNMENT = re.compile(r"(?P<off># )?(?P<name>[a-z_]+) = (?P<value>.+)")


def settings_of(model: type[BaseModel], prefix: str = "") -> dict[str, Any]:
    """Every setting as ``section.name`` with its default."""
    found: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            found |= settings_of(field.annotation, f"{prefix}{name}.")
        else:
            found[prefix + name] = field.default
    return found


def documented() -> dict[str, tuple[bool, Any, str]]:
    """Every assignment of the file as ``section.name``: (whether it is live, its value, the comment above it)."""
    found: dict[str, tuple[bool, Any, str]] = {}
    section, comment = "", ""
    for line in CONFIG.read_text(encoding="utf-8").splitlines():
        if opened := SECTION.fullmatch(line):
            section, comment = f"{opened['name']}.", ""
        elif assigned := ASSIGNMENT.fullmatch(line):
            value = tomllib.loads(f"value = {assigned['value']}")["value"]
            found[section + assigned["name"]] = (assigned["off"] is None, value, comment)
            comment = ""
        else:
            comment = f"{comment} {line.removeprefix('#').strip()}".strip() if line.startswith("#") else ""
    return found


DEFAULTS = settings_of(Settings)


def test_the_file_names_every_setting_and_no_other():
    """A setting that is added or dropped in ``settings.py`` is added or dropped in the file."""
    assert sorted(documented()) == sorted(DEFAULTS)


@pytest.mark.parametrize("name", sorted(DEFAULTS))
def test_a_setting_is_shown_with_its_default_and_a_reason(name):
    """The value is the default (commented out where there is none), and a comment of its own says why."""
    live, value, comment = documented()[name]
    default = DEFAULTS[name]
    assert live is (default is not None)
    if isinstance(default, Path):
        assert value == str(default)
    elif isinstance(default, tuple):
        assert value == list(default)
    elif default is not None:
        assert value == default
        assert type(value) in {type(default), float}
    assert len(comment.split()) >= 5


def test_the_file_loads_as_the_defaults(monkeypatch, tmp_path):
    """Reading the shipped file changes nothing against having no file at all."""
    monkeypatch.setenv("TOCSIN_SECRETS", str(tmp_path))
    monkeypatch.setenv("TOCSIN_CONFIG", str(tmp_path / "absent.toml"))
    without = Settings()
    monkeypatch.setenv("TOCSIN_CONFIG", str(CONFIG))
    assert Settings() == without


def test_the_environment_comes_before_the_file(monkeypatch, tmp_path):
    """One value of a section is overridden and its neighbours stay."""
    monkeypatch.setenv("TOCSIN_SECRETS", str(tmp_path))
    monkeypatch.setenv("TOCSIN_CONFIG", str(CONFIG))
    monkeypatch.setenv("TOCSIN_ARTICLES__GROUP", "night-desk")
    articles = Settings().articles
    assert (articles.group, articles.stream) == ("night-desk", "articles")


def test_a_secret_file_names_the_server(monkeypatch, tmp_path):
    """An address with a password can come from a file, and is not shown when printed."""
    (tmp_path / "tocsin_redis__url").write_text("redis://:swordfish@server.example:6379/0")
    monkeypatch.setenv("TOCSIN_CONFIG", str(CONFIG))
    monkeypatch.setenv("TOCSIN_SECRETS", str(tmp_path))
    settings = Settings()
    assert isinstance(settings.redis.url, SecretStr)
    assert settings.redis.url.get_secret_value() == "redis://:swordfish@server.example:6379/0"
    assert "swordfish" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("TOCSIN_REDIS_URL", "redis://x", "TOCSIN_REDIS__URL"),
        ("TOCSIN_FOO", "1", "TOCSIN_FOO is no setting"),
        ("TOCSIN_ARTICLES__BATHC", "1", "TOCSIN_ARTICLES__BATHC"),
        ("TOCSIN_REDIS__URL", "bogus", "redis://"),
        ("TOCSIN_CONFIG", "/nowhere.toml", "there is no file"),
        ("TOCSIN_CHANNELS__STORY_HOURS", "1", "TOCSIN_CHANNELS__DONE_HOURS"),
    ],
)
def test_a_name_or_value_that_cannot_be_meant_is_refused(monkeypatch, name, value, message):
    """At start, with the name as the environment spells it: a typo is never ignored in silence."""
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidSettings, match=message):
        load()


def test_a_broken_file_is_named(monkeypatch, tmp_path):
    """Not TOML, or a key that there is none of: the file stands in the message."""
    path = tmp_path / "mine.toml"
    monkeypatch.setenv("TOCSIN_CONFIG", str(path))
    for content in ("[articles", "[articles]\nbathc = 1\n"):
        path.write_text(content)
        with pytest.raises(InvalidSettings, match=r"mine\.toml"):
            load()
