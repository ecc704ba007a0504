"""The curves of the accuracy benchmark as SVG."""

from collections.abc import Mapping, Sequence
from html import escape

from benchmarks.scenarios import SIZES
from benchmarks.scores import METHODS, Method, Outcomes, found_shares, mean_rates
from facialis.measures.intervals import wilson_interval

COLOURS: Mapping[Method, str] = {"peer": "#8a6d00", "facialis": "#2a7f9e"}
WIDTH, HEIGHT = 520, 340
LEFT, RIGHT, TOP, BOTTOM = 60, 110, 30, 50

Point = tuple[float, float, float, float]
"""x, y, and the ends of the interval of y."""


def found_by_size(outcomes: Mapping[Method, Outcomes]) -> str:
    """Return the share of twitches found (overlapped) against their size, with Wilson intervals."""
    series: dict[Method, list[Point]] = {}
    for method in METHODS:
        series[method] = []
        for size in SIZES:
            found, n = found_shares(outcomes[method], size, one_to_one=False)
            if n:
                low, high = wilson_interval(found, n)
                series[method].append((100 * size, 100 * found / n, 100 * low, 100 * high))
    titles = ("Twitches found, by their size", "twitch, % of full closure", "found, %")
    return _chart(
        titles, series, (0, 20, 40, 60, 80, 100), (0, 20, 40, 60, 80, 100), reach=[(20, 80)], aim="the aim"
    )


def rate_by_rate(outcomes: Mapping[Method, Outcomes]) -> str:
    """Return the mean measured rate against the true rate, with the line where both are equal."""
    series: dict[Method, list[Point]] = {
        m: [(true, mean, mean, mean) for true, mean, _ in mean_rates(outcomes[m])] for m in METHODS
    }
    titles = ("Measured against true rate", "true episodes a minute", "measured a minute")
    ticks = (0, 10, 20, 30, 40, 50, 60, 70)
    return _chart(titles, series, ticks, ticks, reach=[(0, 0), (60, 60)])


def _chart(
    titles: tuple[str, str, str],
    series: Mapping[Method, Sequence[Point]],
    x_ticks: Sequence[float],
    y_ticks: Sequence[float],
    reach: Sequence[tuple[float, float]],
    aim: str = "",
) -> str:
    """Return a line chart; `reach` is drawn dashed, as a ring named `aim` where it is one point."""
    title, x_title, y_title = titles

    def x(value: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (value - x_ticks[0]) / (x_ticks[-1] - x_ticks[0])

    def y(value: float) -> float:
        inside = min(max(value, y_ticks[0]), y_ticks[-1])
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (inside - y_ticks[0]) / (y_ticks[-1] - y_ticks[0])

    parts = [text((LEFT + WIDTH - RIGHT) / 2, 18, title, size=14)]
    for tick in x_ticks:
        parts.append(text(x(tick), HEIGHT - BOTTOM + 18, f"{tick:g}"))
    for tick in y_ticks:
        parts.append(line([(LEFT, y(tick)), (WIDTH - RIGHT, y(tick))], "#d5d8dc"))
        parts.append(text(LEFT - 8, y(tick) + 4, f"{tick:g}", "end"))
    parts.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, x_title))
    middle = (TOP + HEIGHT - BOTTOM) / 2
    parts.append(text(16, middle, y_title, turn=f"rotate(-90 16 {middle})"))
    if len(reach) > 1:
        parts.append(line([(x(a), y(b)) for a, b in reach], "#555", 'stroke-dasharray="5 4"'))
    else:
        parts += [
            f'<circle cx="{x(a):.1f}" cy="{y(b):.1f}" r="8" fill="none" stroke="#555"/>'
            f"{text(x(a) - 12, y(b) + 4, aim, 'end')}"
            for a, b in reach
        ]
    for method, points in series.items():
        colour = COLOURS[method]
        for at, value, low, high in points:
            parts.append(line([(x(at), y(low)), (x(at), y(high))], colour, 'stroke-width="1.5"'))
            parts.append(f'<circle cx="{x(at):.1f}" cy="{y(value):.1f}" r="3" fill="{colour}"/>')
        if points:
            parts.append(line([(x(p[0]), y(p[1])) for p in points], colour, 'stroke-width="2"'))
            last = points[-1]
            parts.append(text(x(last[0]) + 8, y(last[1]) + 4, method, "start", colour))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="12" aria-label="{escape(title)}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def line(points: Sequence[tuple[float, float]], colour: str, more: str = "") -> str:
    """Return a line through points of the picture, as SVG."""
    path = "L".join(f"{a:.1f} {b:.1f}" for a, b in points)
    return f'<path d="M{path}" fill="none" stroke="{colour}" {more}/>'


def text(
    x: float,
    y: float,
    words: str,
    anchor: str = "middle",
    colour: str = "#333",
    size: int = 12,
    turn: str = "",
) -> str:
    """Return words at a place of the picture, as SVG; `turn` is a transform to use instead of the place."""
    place = f'transform="{turn}"' if turn else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" font-size="{size}" {place}>'
        f"{escape(words)}</text>"
    )
