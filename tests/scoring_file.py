"""A file of weights for tests: what a test says must not depend on the numbers that were fitted last."""

from __future__ import annotations

from pathlib import Path

from tocsin.score.signals import SIGNALS


def even_scoring(folder: Path, *, threshold: float = 0.4) -> Path:
    """Write weights that say little, each as much: every candidate scores near a half."""
    path = folder / "scoring.yaml"
    lines = [f"  {name}: {{weight: 0.1, neutral: 0.5}}" for name in SIGNALS]
    path.write_text("\n".join([f"threshold: {threshold}", "intercept: 0.0", "signals:", *lines, ""]))
    return path
