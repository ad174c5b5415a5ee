"""The language of a text."""

from __future__ import annotations

import pytest

from tocsin.prepare import language


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The soldiers crossed the river on Thursday morning", "en"),
        ("THE SOLDIERS CROSSED THE RIVER ON THURSDAY MORNING", "en"),
        ("Les soldats ont franchi la rivière jeudi matin", "fr"),
        ("Солдаты перешли реку в четверг утром", "ru"),
        ("군인들이 강을 건넜다", "ko"),
        ("兵士たちは川を渡った", "ja"),
        ("士兵们星期四早上越过了河流", "zh"),
        ("Hi", "und"),
        ("", "und"),
        ("12:30 \u2014 45%", "und"),
        ("The sol\ud800diers crossed the river on Thursday morning", "en"),
    ],
)
def test_detect(text, expected):
    """A sentence is enough; what is shorter is undetermined, and no text is an error."""
    assert language.detect(text) == expected
