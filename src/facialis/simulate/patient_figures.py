"""Figures of a simulated recording as SVG: the lesion, the spikes by origin, their rate, the EMG."""

import numpy as np

from facialis.report.envelope import thin
from facialis.report.figures import SIDE_COLOURS
from facialis.simulate.artery import PENUMBRA_NODES, Cause, spread
from facialis.simulate.axons import MUSCLE_SHARE, ORIGINS, Axons, LesionSpikes, Origin
from facialis.simulate.edf import channel_label
from facialis.simulate.emg import Emg
from facialis.simulate.performance import NerveEvent
from facialis.simulate.svg import LEFT, RIGHT, WIDTH, across, line, svg, text
from facialis.types import SIDES

ORIGIN_COLOURS: dict[Origin, str] = {
    "ectopic": "#c2185b",
    "ephaptic": "#d1603d",
    "afterdischarge": "#b98900",
    "volley": "#2a7f9e",
    "reflex": "#7a5bb5",
}
ORIGIN_WORDS: dict[Origin, str] = {
    "volley": "meant: sent by the nucleus",
    "ectopic": "began in the lesion",
    "ephaptic": "jumped from a neighbour",
    "afterdischarge": "the same axon again",
    "reflex": "nucleus answered",
}
LESION_WORDS = (
    "Packing: the share of the nerve's cross-section that is fibre, at the height of a beat and between "
    "beats; what presses raises it. Lamellae: layers of myelin that are left. Left shift: by how much less "
    "depolarisation the sodium channels of an injured membrane open."
)
_INTERNODE_MM = 0.75
MOST_MARKS = 9000
SHOWN_AXONS = 90


def lesion_svg(cause: Cause) -> str:
    """Return packing, lamellae left and left shift along the nerve, the brainstem to the left."""
    reach = max(cause.length_mm, 2.0) / 2 + PENUMBRA_NODES * _INTERNODE_MM + 1
    x = np.linspace(-reach, reach, 400)
    field = spread(cause, x, PENUMBRA_NODES * _INTERNODE_MM)
    lamellae = np.minimum(field.lamellae_left, 130.0)
    rows = (
        ("packing, beat", field.packing + field.pulse, (0.0, 1.0), "#c2185b"),
        ("packing, between", field.packing, (0.0, 1.0), "#d1603d"),
        ("lamellae", lamellae, (0.0, 130.0), "#2a7f9e"),
        ("left shift, mV", cause.left_shift_mv * field.injured, (0.0, 6.0), "#b98900"),
    )
    parts, height = [], 62
    for row, (name, values, (low, high), colour) in enumerate(rows):
        top = row * (height + 12)
        parts += _row(name, top, height, f"{low:g} to {high:g}")
        parts.append(
            line(across(x + reach, 2 * reach), top + height * (high - values) / (high - low), colour)
        )
    total = len(rows) * (height + 12)
    for mark in range(-int(reach), int(reach) + 1):
        parts.append(text(float(across(mark + reach, 2 * reach)), total + 12, f"{mark} mm", "middle"))
    parts.append(text(LEFT, total + 28, "towards the brainstem", "start"))
    parts.append(text(WIDTH - RIGHT, total + 28, "towards the muscles", "end"))
    return svg("The lesion along the nerve, from the brainstem (left) to the muscles", total + 32, parts)


def raster_svg(axons: Axons, spikes: LesionSpikes, start_s: float, end_s: float) -> str:
    """Return the spikes of some axons, sorted by muscle, coloured by origin; at most MOST_MARKS of them."""
    chosen = np.unique(np.linspace(0, len(axons.muscle) - 1, SHOWN_AXONS).astype(int))
    chosen = chosen[np.argsort(axons.muscle[chosen], kind="stable")]
    row = np.full(len(axons.muscle), -1)
    row[chosen] = np.arange(len(chosen))
    first, last = np.searchsorted(spikes.time_s, [start_s, end_s])
    axon, time_s, origin = (each[first:last] for each in (spikes.axon, spikes.time_s, spikes.origin))
    shown = np.flatnonzero(row[axon] >= 0)
    shown = shown[:: len(shown) // MOST_MARKS + 1]
    step, parts = 4.0, []
    for number, name in enumerate(ORIGINS):
        mine = shown[origin[shown] == number]
        marks = zip(across(time_s[mine] - start_s, end_s - start_s), row[axon[mine]] * step, strict=True)
        path = "".join(f"M{x:.1f} {y:.0f}v3" for x, y in marks)
        parts.append(f'<path d="{path}" stroke="{ORIGIN_COLOURS[name]}" stroke-width=".9" fill="none"/>')
    for number, muscle in enumerate(MUSCLE_SHARE):
        rows = np.flatnonzero(axons.muscle[chosen] == number)
        if rows.size:
            parts.append(text(LEFT - 6, float(rows.mean()) * step + 6, _short(muscle), "end"))
    height = len(chosen) * step
    return svg(
        "Spikes that leave the lesion, by axon", height + 20, [*parts, *_times(start_s, end_s, height)]
    )


def rate_svg(spikes: LesionSpikes, axons: int, episodes: list[NerveEvent]) -> str:
    """Return how often an axon fires, involuntarily and by order, over the recording."""
    edges = np.arange(0, spikes.duration_s + 0.25, 0.25)
    middles = np.minimum(edges[:-1] + 0.125, spikes.duration_s)
    ordered = spikes.origin == ORIGINS.index("volley")
    height, end_s = 110, spikes.duration_s
    counts = [np.histogram(spikes.time_s[which], edges)[0] / axons / 0.25 for which in (~ordered, ordered)]
    most = max(1.0, *(float(each.max(initial=0)) for each in counts))
    parts = _row("spikes/axon/s", 0, height, f"0 to {most:.0f}")
    parts += _shaded(episodes, end_s, height)
    for count, colour in zip(counts, (ORIGIN_COLOURS["ephaptic"], ORIGIN_COLOURS["volley"]), strict=True):
        parts.append(line(across(middles, end_s), height * (1 - count / most), colour))
    return svg("Rate of spikes over time", height + 20, [*parts, *_times(0, end_s, height)])


def emg_svg(emg: Emg, episodes: list[NerveEvent], start_s: float, end_s: float) -> str:
    """Return the EMG of all channels between two times, episodes of their side shaded."""
    inside = (emg.time_s >= start_s) & (emg.time_s < end_s)
    most = {
        side: max(
            50.0, *(float(np.abs(v[inside]).max()) for key, v in emg.channels.items() if key[0] == side)
        )
        for side in SIDES
    }
    height, parts = 40, []
    for number, ((side, muscle), signal) in enumerate(emg.channels.items()):
        top = number * (height + 6)
        thinned = thin(emg.time_s[inside], {"v": signal[inside]}, 1500)
        mine = [event for event in episodes if event.side == side]
        parts += _shaded(mine, end_s, height, top, start_s)
        y = top + height / 2 * (1 - thinned.columns["v"] / most[side])
        parts.append(line(across(thinned.time_s - start_s, end_s - start_s), y, SIDE_COLOURS[side], 0.7))
        parts.append(text(LEFT - 6, top + height / 2 + 4, channel_label(side, muscle)[4:], "end"))
    total = len(emg.channels) * (height + 6)
    heights = ", ".join(f"{side} rows ±{most[side]:.0f} uV" for side in SIDES)
    title = f"Simulated surface EMG, {heights}"
    parts.append(text(WIDTH / 2, total + 28, heights, "middle"))
    return svg(title, total + 34, [*parts, *_times(start_s, end_s, total)])


def _row(name: str, top: float, height: float, limits: str) -> list[str]:
    base = f'<path d="M{LEFT} {top + height:.0f}H{WIDTH - RIGHT}" stroke="currentColor" stroke-opacity=".3"/>'
    return [
        base,
        text(LEFT - 6, top + height / 2, name, "end"),
        text(LEFT - 6, top + height / 2 + 13, limits, "end"),
    ]


def _shaded(
    episodes: list[NerveEvent], end_s: float, height: float, top: float = 0, start_s: float = 0
) -> list[str]:
    parts = []
    for event in episodes:
        if event.offset_s > start_s and event.onset_s < end_s:
            left = float(across(max(event.onset_s - start_s, 0), end_s - start_s))
            right = float(across(min(event.offset_s, end_s) - start_s, end_s - start_s))
            parts.append(
                f'<rect x="{left:.1f}" y="{top:.0f}" width="{max(right - left, 0.8):.1f}" '
                f'height="{height:.0f}" fill="{SIDE_COLOURS[event.side]}" fill-opacity=".2"/>'
            )
    return parts


def _times(start_s: float, end_s: float, top: float) -> list[str]:
    steps = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600)
    step = next((each for each in steps if (end_s - start_s) / each <= 10), 1200)
    marks = np.arange(np.ceil(start_s / step), np.floor(end_s / step + 1e-9) + 1) * step
    return [
        text(float(across(at - start_s, end_s - start_s)), top + 14, f"{at:g} s", "middle")
        for at in marks.round(6)
    ]


def _short(muscle: str) -> str:
    return muscle.replace("orbicularis_", "orb. ").replace("_", " ")
