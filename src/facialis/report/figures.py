"""Static figures as SVG, for print, for readers without JavaScript and for documents."""

from html import escape

import numpy as np

from facialis.report.envelope import thin
from facialis.report.excluded import merged
from facialis.report.words import clock
from facialis.types import SIDES, Exclusion, FloatArray, Result, Side, Signals

# One colour a side everywhere. Orange and blue stay apart in every common colour blindness; both reach a
# contrast of 3:1 (WCAG 2.2, 1.4.11) on the light and on the dark page.
SIDE_COLOURS: dict[Side, str] = {"left": "#d1603d", "right": "#2a7f9e"}
EXCLUDED_COLOUR = "#8a8f98"

_MARGIN_LEFT, _MARGIN_RIGHT, _AXIS_HEIGHT, _ROW_GAP = 52, 20, 22, 14


def curves_svg(result: Result, name: str = "closure", label: str = "Eye closure", width: int = 900) -> str:
    """Return a figure of one curve of both sides, a row a side, with episodes and excluded stretches shaded.

    `width` is in user units (pixels at 100 %). Text and lines take the colour of the text around. Returns an
    empty text where the curve was not measured.
    """
    signals = result.signals
    names: dict[Side, str] = {side: f"{side}_{name}" for side in SIDES}
    if not set(names.values()) <= set(signals.columns) or len(signals.time_s) == 0:
        return ""
    columns = {each: signals.columns[each] for each in names.values()}
    row_height = 88
    end_s = max(result.recording.duration_s, float(signals.time_s[-1]))
    axis = _TimeAxis(end_s, width)
    thinned = thin(signals.time_s, columns, 2 * width)
    low, high = curve_limits(result.signals, name)
    parts: list[str] = []
    for row, side in enumerate(SIDES):
        top = row * (row_height + _ROW_GAP)
        parts += _stretches(result, side, axis, top, row_height)
        shown = np.clip(thinned.columns[names[side]], low, high)
        y = top + row_height * (high - shown) / (high - low)
        parts.append(_curve(_path(axis.x(thinned.time_s), y), SIDE_COLOURS[side]))
        parts += _row_labels(side, top, row_height, low, high, width)
    height = len(SIDES) * (row_height + _ROW_GAP) - _ROW_GAP
    n_episodes = sum(event.kind == "episode" for event in result.events)
    title = f"{label} of the left and right side over time, with {n_episodes} episodes shaded"
    return _svg(title, width, height, [*parts, *axis.ticks(height)])


def quality_svg(result: Result, width: int = 900) -> str:
    """Return a strip a side: measured stretches in the side's colour, excluded ones grey.

    `width` is in user units. Each excluded stretch carries its reason and times as a title.
    """
    axis = _TimeAxis(result.quality.seconds_recorded, width)
    parts: list[str] = []
    for row, side in enumerate(SIDES):
        top = row * 30
        for start, end in _measured(result.quality.exclusions, side, axis.end_s):
            parts.append(_rectangle(axis, start, end, top, 22, SIDE_COLOURS[side], 0.85))
        parts.append(_text(_MARGIN_LEFT - 8, top + 15, side, "end"))
        parts += _excluded(result.quality.exclusions, side, axis, top, 22)
    return _svg("Measured and excluded stretches of each side", width, 52, [*parts, *axis.ticks(52)])


def curve_limits(signals: Signals, name: str) -> tuple[float, float]:
    """Return the smallest and largest value of one curve, over both sides, where it could be measured.

    Frames in which a side cannot be measured may hold wild values, which would press the rest flat. Eye
    closure spans 0 to 1 at least.
    """
    floor, ceiling = (0.0, 1.0) if name == "closure" else (np.inf, -np.inf)
    for side in SIDES:
        for column in (name, f"{side}_{name}"):
            if column in signals.columns:
                values = np.asarray(signals.columns[column], dtype=float)[signals.usable[side]]
                finite = values[np.isfinite(values)]
                floor = min(floor, float(finite.min(initial=np.inf)))
                ceiling = max(ceiling, float(finite.max(initial=-np.inf)))
    if floor > ceiling:  # Nothing could be measured.
        return 0.0, 1.0
    return (floor, ceiling) if floor < ceiling else (floor - 1.0, ceiling + 1.0)


class _TimeAxis:
    """Seconds to horizontal positions."""

    def __init__(self, end_s: float, width: int) -> None:
        self.end_s = end_s if end_s > 0 else 1.0
        self._scale = (width - _MARGIN_LEFT - _MARGIN_RIGHT) / self.end_s

    def x(self, time_s: FloatArray | float) -> FloatArray:
        return _MARGIN_LEFT + np.asarray(time_s, dtype=float) * self._scale

    def ticks(self, top: float) -> list[str]:
        steps = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600)
        step = next((each for each in steps if self.end_s / each <= 10), 7200)
        parts = []
        for moment in np.arange(0, self.end_s + 1e-9, step):
            x = float(self.x(moment))
            parts.append(f'<path d="M{x:.1f} {top}v4" stroke="currentColor" stroke-width="1"/>')
            words = clock(float(moment)) if step < 1 else clock(float(moment))[:-2]
            parts.append(_text(x, top + 17, words, "middle"))
        return parts


def _stretches(result: Result, side: Side, axis: _TimeAxis, top: float, height: float) -> list[str]:
    parts = _excluded(result.quality.exclusions, side, axis, top, height)
    for event in result.events:
        if event.kind == "episode" and event.side in (side, "both"):
            parts.append(
                _rectangle(axis, event.onset_s, event.offset_s, top, height, SIDE_COLOURS[side], 0.22)
            )
    return parts


def _excluded(
    exclusions: tuple[Exclusion, ...], side: Side, axis: _TimeAxis, top: float, height: float
) -> list[str]:
    parts = []
    for start, end, reasons in merged(each for each in exclusions if each.side in (None, side)):
        title = f"{reasons}, {clock(start)} to {clock(end)}"
        parts.append(_rectangle(axis, start, end, top, height, EXCLUDED_COLOUR, 0.45, title))
    return parts


def _measured(exclusions: tuple[Exclusion, ...], side: Side, end_s: float) -> list[tuple[float, float]]:
    """Return the stretches of `side` between the excluded ones."""
    stretches: list[tuple[float, float]] = []
    start = 0.0
    for onset_s, offset_s, _ in merged(each for each in exclusions if each.side in (None, side)):
        if onset_s > start:
            stretches.append((start, onset_s))
        start = offset_s
    return [*stretches, (start, end_s)] if start < end_s else stretches


def _rectangle(
    axis: _TimeAxis,
    start_s: float,
    end_s: float,
    top: float,
    height: float,
    colour: str,
    opacity: float,
    title: str = "",
) -> str:
    x = float(axis.x(max(start_s, 0.0)))
    width = max(float(axis.x(min(end_s, axis.end_s))) - x, 0.8)  # Never so thin that it cannot be seen.
    inside = f"<title>{escape(title)}</title>" if title else ""
    return (
        f'<rect x="{x:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}" '
        f'fill-opacity="{opacity}">{inside}</rect>'
    )


def _row_labels(side: Side, top: float, height: float, low: float, high: float, width: int) -> list[str]:
    zero = top + height * high / (high - low)
    line = f'<path d="M{_MARGIN_LEFT} {zero:.1f}H{width - _MARGIN_RIGHT}" stroke="currentColor" '
    return [line + 'stroke-opacity=".3"/>', _text(_MARGIN_LEFT - 8, top + height / 2 + 4, side, "end")]


def _curve(path: str, colour: str) -> str:
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.2"/>'


def _path(x: FloatArray, y: FloatArray) -> str:
    """Return path data, broken where `y` is NaN."""
    parts: list[str] = []
    drawn = False
    for each_x, each_y, is_drawn in zip(x, y, np.isfinite(y), strict=True):
        if is_drawn:
            parts.append(f"{'L' if drawn else 'M'}{each_x:.1f} {each_y:.1f}")
        drawn = bool(is_drawn)
    return "".join(parts)


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="currentColor">{escape(words)}</text>'


def _svg(title: str, width: int, height: float, parts: list[str]) -> str:
    total = height + _AXIS_HEIGHT
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {total:.0f}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="12" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )
