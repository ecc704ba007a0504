"""The toxin cycles laid over each other: weeks since the injection, with the week in which half was gone."""

from dataclasses import dataclass
from html import escape

from facialis.report.doctor.figure import FONT, GRID, INK, WIDTH, Place, letters, nice

LEFT, RIGHT, TOP, HEIGHT, AXIS = 34.0, 8.0, 20.0, 72.0, 34.0
MOST_CYCLES = 3
"""More would not be told apart."""
LONGEST_WEEKS = 26
ROW = 12.0
_SHADES = ("#1a1a1a", "#2a7f9e", "#b5482a")


@dataclass(frozen=True)
class Point:
    """One recording: weeks since the injection and spasms per minute."""

    week: float
    per_min: float


@dataclass(frozen=True)
class Cycle:
    """One injection: its name, rates by week since it, and when half of its effect was gone, if known.

    `half_loss` is value, low and high in weeks.
    """

    name: str
    points: tuple[Point, ...]
    half_loss: tuple[float, float, float] | None = None


def cycles_svg(cycles: tuple[Cycle, ...], title: str) -> str:
    """Return the picture of at most three cycles, the newest first, as SVG 720 wide."""
    shown = cycles[:MOST_CYCLES]
    weeks = last_week(shown)
    every = [point for cycle in shown for point in cycle.points]
    top = nice(max([1.05 * point.per_min for point in every] + [0.5]))
    rows = [cycle for cycle in shown if cycle.half_loss is not None]
    head = TOP + ROW * len(rows) + (6 if rows else 0)

    def x(week: float) -> float:
        return LEFT + min(max(week, 0.0), weeks) / weeks * (WIDTH - LEFT - RIGHT)

    def y(rate: float) -> float:
        return head + HEIGHT * (1 - min(rate, top) / top)

    parts = [letters(LEFT, 12, "Spasms per minute in each recording, by weeks since the injection")]
    for value in (0.0, top / 2, top):
        parts.append(f'<path d="M{LEFT} {y(value):.1f}H{WIDTH - RIGHT}" stroke="{GRID}"/>')
        parts.append(letters(LEFT - 5, y(value) + 4, f"{value:g}", "end"))
    for week in range(0, weeks + 1, 2):
        parts.append(f'<path d="M{x(week):.1f} {head + HEIGHT:.1f}v4" stroke="{INK}"/>')
        parts.append(letters(x(week), head + HEIGHT + 15, str(week), "middle"))
    for k in range(len(shown) - 1, -1, -1):  # The newest is drawn last, on top.
        path = "L".join(f"{x(p.week):.1f} {y(p.per_min):.1f}" for p in shown[k].points)
        if path:
            parts.append(_line(f"M{path}", k))
        parts += [_mark(x(p.week), y(p.per_min), k) for p in shown[k].points]
    for row, cycle in enumerate(rows):
        parts += _half_loss(cycle, shown.index(cycle), x, TOP + ROW * row + 6, weeks)
    parts += _key(shown, head + HEIGHT + 29)
    height = head + HEIGHT + AXIS
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="img" '
        f'font-family="{FONT}" font-size="11.5" fill="{INK}"><title>{escape(title)}</title>'
        f"{''.join(parts)}</svg>"
    )


def last_week(cycles: tuple[Cycle, ...]) -> int:
    """Return the last week of the axis: even, 12 to 26."""
    ends = [p.week for c in cycles for p in c.points] + [c.half_loss[0] for c in cycles if c.half_loss]
    return int(min(max(12, 2 * -(-max(ends, default=0) // 2)), LONGEST_WEEKS))


def _half_loss(cycle: Cycle, k: int, x: Place, at: float, weeks: int) -> list[str]:
    assert cycle.half_loss is not None
    value, low, high = cycle.half_loss
    end = WIDTH - RIGHT
    more = f'<path d="M{end - 5:.1f} {at - 4:.1f}l5 4l-5 4" fill="none" stroke="{_SHADES[k]}"/>'
    return [
        f'<path d="M{x(low):.1f} {at:.1f}H{x(high):.1f}" stroke="{_SHADES[k]}" stroke-width="2"/>',
        more if high > weeks else "",
        _mark(x(value), at, k),
        letters(x(low) - 6, at + 4, "half of the effect gone", "end", 10.5),
    ]


def _line(path: str, k: int) -> str:
    dashes = ("", "5 3", "1.5 3")[k]
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path d="{path}" fill="none" stroke="{_SHADES[k]}" stroke-width="1.2"{dashed}/>'


def _mark(x: float, y: float, k: int) -> str:
    """A filled dot for the newest cycle, an open square for the one before, an open triangle before that."""
    if k == 0:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.2" fill="{_SHADES[0]}"/>'
    shape = "m-3 -3h6v6h-6z" if k == 1 else "m0 -4l4 7h-8z"
    return f'<path d="M{x:.1f} {y:.1f}{shape}" fill="#ffffff" stroke="{_SHADES[k]}" stroke-width="1.3"/>'


def _key(shown: tuple[Cycle, ...], y: float) -> list[str]:
    parts, at = [], LEFT + 6
    for k, cycle in enumerate(shown):
        parts += [_mark(at, y - 4, k), letters(at + 8, y, cycle.name)]
        at += 30 + 6.2 * len(cycle.name)
    return parts
