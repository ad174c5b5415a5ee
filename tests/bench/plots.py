"""Line plots as small SVG files: readable on a light and on a dark page, the same bytes for the same figures."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape

Point = tuple[float, float]

_WIDTH, _HEIGHT = 760, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 210, 40, 48  # room for the axes' numbers and, on the right, for names
_COLOURS = ("#d1242f", "#1f77b4", "#2da44e", "#bf8700", "#8250df", "#0a9396", "#e16f24", "#bf3989")
_LINE = 14  # px between two names
_STYLE = """text{font:12px system-ui,sans-serif;fill:#57606a}.t{font-size:14px;font-weight:600}
line{stroke:#8c959f;stroke-opacity:.35}polyline{fill:none;stroke-width:2}
@media(prefers-color-scheme:dark){text{fill:#adbac7}}"""


def lines(
    title: str, series: Mapping[str, Sequence[Point]], *, x: str, y: str, log: bool = True, bold: str = "tocsin"
) -> str:
    """Return a plot of named lines; where two points share a place, it is their names that make room.

    Args:
        title: above it.
        series: points of each line, x ascending.
        x, y: what the axes say.
        log: both axes are logarithmic (no value is 0); else linear, from 0.
        bold: the line that is drawn thicker.
    """
    drawn = {name: points for name, points in series.items() if points}
    values = [point for points in drawn.values() for point in points]
    across = _scale([one for one, _ in values], log, _LEFT, _WIDTH - _RIGHT)
    up = _scale([one for _, one in values], log, _HEIGHT - _BOTTOM, _TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(title)}">',
        f"<style>{_STYLE}</style>",
        _text(_LEFT, 20, title, kind=' class="t"'),
        *_grid(across, up, [one for one, _ in values], [one for _, one in values], log=log),
        _text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 8, x, kind=' text-anchor="middle"'),
        _text(_LEFT, _TOP - 6, y),
    ]
    ends = []
    for (name, points), colour in zip(drawn.items(), _COLOURS * 2, strict=False):
        path = " ".join(f"{across(one):.1f},{up(other):.1f}" for one, other in points)
        width = ' style="stroke-width:4"' if name == bold else ""
        parts.append(f'<polyline points="{path}" stroke="{colour}"{width}/>')
        ends.append((up(points[-1][1]), name, colour))
    return "\n".join([*parts, *_names(ends), "</svg>", ""])


def _scale(values: Iterable[float], log: bool, begin: float, end: float) -> Callable[[float], float]:
    def place(value: float) -> float:
        return math.log10(value) if log else value

    several = list(values)
    low, high = (place(min(several)) if log else 0.0), place(max(several))
    reach = (high - low) or 1.0
    return lambda value: begin + (place(value) - low) / reach * (end - begin)


def _grid(
    across: Callable[[float], float], up: Callable[[float], float], xs: list[float], ys: list[float], *, log: bool
) -> list[str]:
    parts = []
    bottom, right = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
    for value in sorted(set(xs)):
        at = across(value)
        parts += [_line(at, bottom, at, _TOP), _text(at, bottom + 18, f"{value:,.0f}", kind=' text-anchor="middle"')]
    for value in _ticks(min(ys), max(ys), log=log):
        at = up(value)
        parts += [
            _line(_LEFT, at, right, at),
            _text(_LEFT - 8, at + 4, f"{value:,.12g}", kind=' text-anchor="end"'),
        ]
    return parts


def _ticks(low: float, high: float, *, log: bool) -> list[float]:
    if not log:
        step = 10 ** math.floor(math.log10(high or 1))
        step = step / 2 if high / step < 4 else step
        return [step * number for number in range(int(high / step) + 1)]
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    found = [factor * 10.0**decade for decade in decades for factor in (1, 3)]
    return [value for value in found if low <= value <= high]


def _names(ends: Iterable[tuple[float, str, str]]) -> list[str]:
    """Names at the ends of their lines, one under another where the lines meet."""
    parts, lowest = [], -1e9
    for at, name, colour in sorted(ends):
        lowest = max(at, lowest + _LINE)
        parts.append(_text(_WIDTH - _RIGHT + 10, lowest + 4, name, kind=f' style="fill:{colour}"'))
    return parts


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, text: str, *, kind: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}"{kind}>{escape(text)}</text>'
