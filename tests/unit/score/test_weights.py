"""The weights' file is read strictly: a mistake is named, never scored with."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tocsin.errors import InvalidSettings
from tocsin.score.signals import SIGNALS
from tocsin.score.weights import load

from .candidates import even_weights

SHIPPED = Path(__file__).parents[3] / "config" / "scoring.yaml"


def _raw():
    return yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))


def test_the_shipped_file_is_fitted_and_complete():
    """It loads, knows every signal, and says where its numbers come from."""
    weights = load(SHIPPED)
    assert set(weights.signals) == set(SIGNALS)
    assert {"by", "sets", "candidates", "figures"} <= set(weights.fitted)
    assert 0.05 < weights.threshold < 0.95


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda raw: raw.update(treshold=1), "treshold"),
        (lambda raw: raw.pop("intercept"), "intercept"),
        (lambda raw: raw.update(threshold="high"), "threshold"),
        (lambda raw: raw.update(threshold=1.5), "threshold"),
        (lambda raw: raw["signals"].pop("closeness"), "closeness"),
        (lambda raw: raw["signals"].update(mood={"weight": 1, "neutral": 0.5}), "mood"),
        (lambda raw: raw["signals"]["recent"].update(weight=-0.1), "recent"),
        (lambda raw: raw["signals"]["recent"].update(weight=float("nan")), "recent"),
        (lambda raw: raw["signals"]["recent"].update(neutral=2), "recent"),
        (lambda raw: raw["signals"]["recent"].update(wieght=2), "wieght"),
    ],
)
def test_a_mistake_is_refused_and_named(tmp_path, change, named):
    """Unknown, missing, mistyped, negative, out of range."""
    raw = _raw()
    change(raw)
    path = tmp_path / "scoring.yaml"
    path.write_text(yaml.safe_dump(raw), encoding="utf-8")
    with pytest.raises(InvalidSettings, match=named):
        load(path)


@pytest.mark.parametrize("text", [None, "a: [", "", "- 1", "\x00"])
def test_no_file_or_no_yaml_is_refused(tmp_path, text):
    """With the path in the message."""
    path = tmp_path / "scoring.yaml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidSettings, match=r"scoring\.yaml"):
        load(path)


@given(
    st.dictionaries(st.sampled_from(sorted(SIGNALS)), st.floats(0, 1)),
    st.sampled_from(sorted(SIGNALS)),
    st.floats(0, 1),
)
def test_more_of_a_signal_never_lowers_the_score(values, name, more):
    """Monotone in every signal, and always a probability."""
    weights = load(SHIPPED)
    full = {signal: values.get(signal, 0.5) for signal in SIGNALS}
    raised = {**full, name: max(full[name], more)}
    assert 0.0 <= weights.combine(full) <= weights.combine(raised) <= 1.0


def test_neutral_values_leave_the_intercept():
    """A candidate of which nothing is known scores the base rate."""
    weights = even_weights(intercept=0.0)
    assert weights.combine(dict.fromkeys(SIGNALS, 0.5)) == 0.5
