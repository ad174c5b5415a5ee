"""Settings: read once, typed, strict, safe by default.

Order: environment (``TOCSIN_ARTICLES__GROUP=…``), then the TOML file named by ``TOCSIN_CONFIG`` (default
``config/tocsin.toml`` where it exists), then secrets as files in the folder named by ``TOCSIN_SECRETS`` (default
``/run/secrets`` where it exists; a file ``tocsin_redis__url``), then the defaults here. ``config/tocsin.toml`` lists
every setting with its default and reason; a test holds the two together.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NestedSecretsSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from tocsin.errors import InvalidSettings

HOUR = 3600
DAY = 24 * HOUR


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RedisSettings(_Section):
    """Where the server is."""

    url: SecretStr | None = None  # None: the embedded server

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not url.get_secret_value().startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("an address begins with redis://, rediss:// or unix://")
        return url

    ca_file: Path | None = None  # for rediss:// with a private authority
    connect_timeout: float = Field(5.0, gt=0)
    socket_timeout: float = Field(5.0, gt=1)  # BLOCK stays well below it


class ArticleSettings(_Section):
    """The stream that articles arrive on."""

    stream: str = "articles"
    group: str = "tocsin"
    batch: int = Field(100, ge=1, le=1000)
    batch_bytes: int = Field(8 * 2**20, ge=2**16)  # a read is bounded in bytes too
    block_ms: int = Field(1000, ge=10, le=4000)
    max_entry_bytes: int = Field(2 * 2**20, ge=1024)
    retention_hours: float = Field(24, gt=0)
    retention_bytes: int = Field(2**30, ge=2**20)
    claim_idle_ms: int = Field(10_000, ge=200)
    idle_consumer_s: float = Field(3600, gt=0)
    poison_limit: int = Field(5, ge=1)
    breaker_failures: int = Field(20, ge=1)  # entries given up after failing in our code …
    breaker_window_s: float = Field(60, gt=0)  # … within this window open the breaker
    dead_letter_days: float = Field(30, gt=0)
    dead_letter_entries: int = Field(100_000, ge=1)


class ChannelSettings(_Section):
    """What a channel keeps, and for how long."""

    stale_hours: float = Field(72, gt=0)
    backfill_hours: float = Field(1, ge=0)
    log_days: float = Field(30, gt=0)
    log_entries: int = Field(100_000, ge=1)
    done_hours: float = Field(48, gt=0)  # must be the article retention + 24 h at least
    story_hours: float = Field(72, gt=0)  # a story that hears nothing for that long is closed
    stories: int = Field(20_000, ge=1)  # open stories a channel; the longest silent one closes first


class ScoringSettings(_Section):
    """How a candidate becomes a score."""

    file: Path = Path("config/scoring.yaml")
    marks: bool = True  # marks by readers shift the scores of their rules


class ReadingSettings(_Section):
    """The parser that reads sentences with evidence."""

    enabled: bool = True
    model: str = "auto"  # auto: en_core_web_sm where installed, else the packaged copy; or any spaCy pipeline
    deadline_s: float = Field(2.0, gt=0)
    max_sentences: int = Field(6, ge=1)  # a candidate


class WatchlistSettings(_Section):
    """Where the scorer finds what to look for."""

    poll_s: float = Field(1.0, gt=0)  # a doorbell announces versions; this is for the missed ones
    concepts: tuple[Path, ...] = ()  # folders of the user's own concepts, beside the shipped ones
    cache: Path | None = Path("data/cache")  # compiled lists, for the next start; None: nothing is kept


class TelemetrySettings(_Section):
    """Metrics and probes, on one port; the next free one is used where it is taken."""

    enabled: bool = True
    host: str = "127.0.0.1"
    port: int = Field(9464, ge=0, le=65535)  # 0: any free one
    ready_max_pending_age_s: float = Field(300, gt=0)


class LogSettings(_Section):
    """Structured logs on standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "json", "console"] = "auto"  # auto: console on a terminal, else JSON
    articles: bool = True  # the canonical line per article with candidates; without them: debug only


class EmbeddedSettings(_Section):
    """The server that `tocsin up` brings where no URL is set."""

    host: str = "127.0.0.1"
    port: int = Field(6390, ge=0, le=65535)  # the next free one where it is taken


class Settings(BaseSettings):
    """All of it. ``load`` is the way in."""

    model_config = SettingsConfigDict(
        env_prefix="TOCSIN_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    data_dir: Path = Path("data")
    redis: RedisSettings = RedisSettings()
    embedded: EmbeddedSettings = EmbeddedSettings()
    articles: ArticleSettings = ArticleSettings()
    channels: ChannelSettings = ChannelSettings()
    scoring: ScoringSettings = ScoringSettings()
    reading: ReadingSettings = ReadingSettings()
    watchlists: WatchlistSettings = WatchlistSettings()
    telemetry: TelemetrySettings = TelemetrySettings()
    log: LogSettings = LogSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment, TOML file, secret files, in this order."""
        sources = [init_settings, env_settings]
        config = _config_file()
        if config.exists():
            sources.append(TomlConfigSettingsSource(settings_cls, toml_file=config))
        secrets = Path(os.environ.get("TOCSIN_SECRETS", "/run/secrets"))
        if secrets.is_dir():
            sources.append(NestedSecretsSettingsSource(file_secret_settings, secrets_dir=secrets))
        return tuple(sources)


# Names with our prefix that are no settings: where settings are found, and hooks for tests.
_NO_SETTINGS = frozenset({"TOCSIN_CONFIG", "TOCSIN_SECRETS", "TOCSIN_KEEP_FDS", "TOCSIN_KERNEL"})


def _config_file() -> Path:
    return Path(os.environ.get("TOCSIN_CONFIG", "config/tocsin.toml"))


def _refuse_unknown_names() -> None:
    """A mistyped name must not be ignored in silence: nested ones are pydantic's to refuse, the rest are found here.

    Raises:
        InvalidSettings: a name in the environment is no setting, or the file that ``TOCSIN_CONFIG`` names is not there.
    """
    if "TOCSIN_CONFIG" in os.environ and not _config_file().exists():
        raise InvalidSettings(f"TOCSIN_CONFIG: there is no file {_config_file()}.")
    known = {f"TOCSIN_{name.upper()}" for name in Settings.model_fields}
    for name in sorted(os.environ):
        first = name.upper().partition("__")[0]
        if first.startswith("TOCSIN_") and first not in known | _NO_SETTINGS and not first.startswith("TOCSIN_TEST_"):
            nested = [f"TOCSIN_{part}" for part in _nested_names()]
            like = difflib.get_close_matches(name.upper(), [*known, *nested], 1, 0.5)
            raise InvalidSettings(f"{name} is no setting." + (f" Did you mean {like[0]}?" if like else ""))


def _nested_names() -> Iterator[str]:
    for section, field in Settings.model_fields.items():
        for name in getattr(field.annotation, "model_fields", {}):
            yield f"{section}__{name}".upper()


def load() -> Settings:
    """Read the settings.

    Raises:
        InvalidSettings: one line a problem, each with the setting's name as the environment spells it.
    """
    _refuse_unknown_names()
    try:
        settings = Settings()
    except tomllib.TOMLDecodeError as error:
        raise InvalidSettings(f"{_config_file()} is not TOML: {error}.") from error
    except ValidationError as error:
        lines = [
            f"TOCSIN_{'__'.join(str(part) for part in problem['loc']).upper()} "
            f"({'.'.join(str(part) for part in problem['loc'])} in {_config_file()}): {problem['msg']}"
            for problem in error.errors()
        ]
        raise InvalidSettings("\n".join(lines)) from error
    if settings.channels.done_hours < settings.articles.retention_hours + 24:
        raise InvalidSettings(
            f"TOCSIN_CHANNELS__DONE_HOURS is {settings.channels.done_hours:g}: done-marks must outlive the article stream, "
            f"so it must be at least TOCSIN_ARTICLES__RETENTION_HOURS + 24 = {settings.articles.retention_hours + 24:g}."
        )
    if settings.channels.story_hours < settings.channels.done_hours:
        raise InvalidSettings(
            f"TOCSIN_CHANNELS__STORY_HOURS is {settings.channels.story_hours:g}: a story must be known for as long as its "
            f"done-marks are, so it must be at least TOCSIN_CHANNELS__DONE_HOURS = {settings.channels.done_hours:g}."
        )
    return settings
