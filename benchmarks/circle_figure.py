"""The circle as one picture: rates of single recordings, and changes with treatment, measured on true."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from benchmarks.circle_scores import Answer, Change, Quantity, outcomes
from benchmarks.figures import line, text
from benchmarks.scores import rates

SIDE, LEFT, TOP, BETWEEN = 300, 60, 36, 90
COLOURS: Mapping[Quantity, str] = {
    "episodes": "#2a7f9e",
    "time in spasm": "#8a6d00",
    "eye": "#7b4b94",
    "lower face": "#3d7a3d",
}
SHAPES: Mapping[str, str] = {
    COLOURS["episodes"]: "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",
    COLOURS["time in spasm"]: "m-3.5 -3.5h7v7h-7z",
    COLOURS["eye"]: "m0 -4.6l4.6 8h-9.2z",
    COLOURS["lower face"]: "m0 -5l5 5l-5 5l-5 -5z",
}
"""Each colour has a shape, so that grey print can be read."""
STEP = 0.4
Dot = tuple[float, float, str]


def circle_figure(answers: Sequence[Answer], changes: Mapping[tuple[str, Quantity], Change]) -> str:
    """Return an SVG: left each recording's episodes a minute, right each treatment's change."""
    both = rates(outcomes(answers, "visible"))
    top = 10 * np.ceil(max(10.0, float(both.max(initial=0.0))) / 10)
    left = [(float(true), float(found), "#2a7f9e") for true, found in both]
    right = [
        (each.simulated, each.measured, COLOURS[quantity])
        for (_, quantity), each in changes.items()
        if np.isfinite(each.simulated) and np.isfinite(each.measured)
    ]
    most = STEP * float(np.ceil(max([3 * STEP, *(max(x, y) for x, y, _ in right)]) / STEP - 1e-9))
    parts = [
        *_panel(LEFT, "Episodes a minute", ("that can be told", "measured"), left, float(top)),
        *_panel(LEFT + SIDE + BETWEEN, "After / before treatment", ("simulated", "measured"), right, most),
    ]
    for row, (quantity, colour) in enumerate(COLOURS.items()):
        at = LEFT + SIDE + BETWEEN + 14, TOP + 16 + 16 * row
        parts.append(_mark(at[0], at[1] - 4, colour))
        parts.append(text(at[0] + 10, at[1], quantity, "start", colour))
    width, height = LEFT + 2 * SIDE + BETWEEN + 20, TOP + SIDE + 50
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="12" aria-label="{escape("Measured on true")}">'
        f'<rect width="{width}" height="{height}" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def _mark(x: float, y: float, colour: str) -> str:
    return f'<path d="M{x:.1f} {y:.1f}{SHAPES[colour]}" fill="{colour}" fill-opacity="0.7"/>'


def _panel(left: float, title: str, axes: tuple[str, str], dots: Sequence[Dot], most: float) -> list[str]:
    """Return a square plot from 0 to `most` on both axes, with the line where both are equal."""

    def at(x: float, y: float) -> tuple[float, float]:
        return left + SIDE * min(x, most) / most, TOP + SIDE * (1 - min(y, most) / most)

    parts = [text(left + SIDE / 2, 20, title, size=14)]
    for tick in np.linspace(0, most, 5):
        parts.append(line([at(0, tick), at(most, tick)], "#d5d8dc"))
        parts.append(text(left - 8, at(0, tick)[1] + 4, f"{tick:g}", "end"))
        parts.append(text(at(tick, 0)[0], TOP + SIDE + 18, f"{tick:g}"))
    parts.append(line([at(0, 0), at(most, most)], "#555", 'stroke-dasharray="5 4"'))
    for x, y, colour in dots:
        parts.append(_mark(*at(x, y), colour))
    middle = TOP + SIDE / 2
    parts.append(text(left + SIDE / 2, TOP + SIDE + 38, axes[0]))
    parts.append(text(left - 42, middle, axes[1], turn=f"rotate(-90 {left - 42} {middle})"))
    return parts
