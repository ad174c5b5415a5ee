"""The weights: one number a signal, from ``config/scoring.yaml``, read strictly."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import yaml

from tocsin.errors import InvalidSettings
from tocsin.score.odds import logistic
from tocsin.score.signals import SIGNALS

DIGITS = 4  # of scores and parts: enough to compare, few enough to read
DEFAULT = Path("config/scoring.yaml")


class Weight(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a signal is worth: log-odds from 0 to 1, and the value that stands for *not known*."""

    weight: float
    neutral: float


class Weights(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """The model: ``score = logistic(intercept + sum of weight x (value - neutral))``.

    ``fitted`` says where the numbers come from; nothing is computed from it.
    """

    threshold: float
    intercept: float
    signals: dict[str, Weight]
    fitted: dict[str, Any] = {}

    @cached_property
    def neutral(self) -> dict[str, float]:
        """What stands for each signal that is not known, rounded as parts of a score are."""
        return {name: round(signal.neutral, DIGITS) for name, signal in self.signals.items()}

    def combine(self, values: Mapping[str, float | None]) -> float:
        """Return the score of signal values, None where one is not known: 0..1, never falling where a value rises."""
        told = 0.0
        for name, signal in self.signals.items():
            value = values[name]
            if value is not None:
                told += signal.weight * (value - signal.neutral)
        return logistic(self.intercept + told)


def load(path: Path) -> Weights:
    """Read the weights.

    Raises:
        InvalidSettings: the file is not there or not YAML; a key is unknown, missing, or of a wrong kind; a signal is
            unknown or missing; a weight is negative; a neutral value or the threshold lies outside 0..1.
    """
    try:
        raw = yaml.safe_load(_found(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InvalidSettings(f"scoring.file: cannot read {path}: {error}") from error
    try:
        weights = msgspec.convert(raw, Weights)
    except msgspec.ValidationError as error:
        raise InvalidSettings(f"{path}: {error}") from error
    _check(weights, path)
    return weights


def _found(path: Path) -> Path:
    """The file; for the default, outside the project's folder, the one that came with the package."""
    if path != DEFAULT or path.exists():
        return path
    beside = Path(__file__).with_name("scoring.yaml")  # in a wheel
    return beside if beside.exists() else Path(__file__).parents[3] / DEFAULT


def _check(weights: Weights, path: Path) -> None:
    if unknown := sorted(weights.signals.keys() - SIGNALS.keys()):
        raise InvalidSettings(f"{path}: signals: there is no signal {unknown[0]!r}")
    if missing := sorted(SIGNALS.keys() - weights.signals.keys()):
        raise InvalidSettings(f"{path}: signals: {missing[0]!r} has no weight; write 0 to switch it off")
    if not 0 <= weights.threshold <= 1:
        raise InvalidSettings(f"{path}: threshold: {weights.threshold} lies outside 0..1")
    for name, signal in weights.signals.items():
        if not (math.isfinite(signal.weight) and signal.weight >= 0):
            raise InvalidSettings(
                f"{path}: signals.{name}.weight: {signal.weight} must be 0 or more, or scores could fall"
            )
        if not 0 <= signal.neutral <= 1:
            raise InvalidSettings(f"{path}: signals.{name}.neutral: {signal.neutral} lies outside 0..1")
    if not math.isfinite(weights.intercept):
        raise InvalidSettings(f"{path}: intercept: {weights.intercept} is no number to score with")
