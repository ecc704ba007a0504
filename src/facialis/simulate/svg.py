"""Lines, words and frames of figures as SVG, for the pages of simulated recordings."""

from html import escape

import numpy as np

from facialis.types import FloatArray

WIDTH, LEFT, RIGHT = 900, 104, 18


def across(value: FloatArray | float, span: float) -> FloatArray:
    """Return where values from 0 to `span` lie across a figure."""
    return LEFT + np.asarray(value, dtype=float) / span * (WIDTH - LEFT - RIGHT)


def line(x: FloatArray, y: FloatArray, colour: str, width: float = 1.3) -> str:
    """Return a line through points (n,)."""
    path = "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True))
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}"/>'


def text(x: float, y: float, words: str, anchor: str) -> str:
    """Return words at a place."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="currentColor">{escape(words)}</text>'


def svg(title: str, height: float, parts: list[str]) -> str:
    """Return a figure of this height, its title told to those who do not see it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="11" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )
