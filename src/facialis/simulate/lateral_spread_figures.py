"""Figures of a simulated operation as SVG: sweeps stacked as on a surgeon's screen, pairs, latencies."""

from collections.abc import Mapping

import numpy as np

from facialis.simulate.lateral_spread_measures import Second
from facialis.simulate.operation import Recording
from facialis.simulate.pathway import Branch
from facialis.simulate.performance import Muscle
from facialis.simulate.svg import LEFT, WIDTH, across, line, svg, text
from facialis.types import FloatArray

BEFORE_MS, SHOWN_MS = 2.0, 25.0
BEFORE_COLOUR, AFTER_COLOUR = "#c2185b", "#2a7f9e"
ROW, MOST_ROWS = 22.0, 12


def cut(recording: Recording, muscle: Muscle) -> tuple[FloatArray, FloatArray]:
    """Return ms from the stimulus, (n,), and a muscle's EMG in uV around each stimulus, (sweeps, n)."""
    rate, signal = recording.emg.rate_hz, recording.emg.channels[recording.axons.side, muscle]
    first = np.round((recording.stimuli_s - BEFORE_MS / 1000) * rate).astype(int)
    offsets = np.arange(round((BEFORE_MS + SHOWN_MS) / 1000 * rate))
    return offsets / rate * 1000 - BEFORE_MS, signal[first[:, None] + offsets]


def stacked_svg(
    before: Recording,
    after: Recording | None,
    muscle: Muscle,
    latency_ms: float = float("nan"),
    words: tuple[str, str] = ("vessel on the nerve", "vessel lifted"),
) -> str:
    """Return a muscle's sweeps below each other, with the vessel on the nerve and lifted, at one scale.

    `words` name the two. Nothing after the stimulus is cut off: rows may reach into each other.
    """
    parts: list[str] = []
    time_ms, rows = cut(before, muscle)
    most = max(
        float(np.abs(cut(each, muscle)[1][:MOST_ROWS, time_ms > 1]).max()) for each in (before, after) if each
    )
    scale = max(20.0, most) / (1.4 * ROW)
    top = 16.0
    for name, recording, colour in zip(words, (before, after), (BEFORE_COLOUR, AFTER_COLOUR), strict=True):
        if recording is None:
            continue
        _, rows = cut(recording, muscle)
        parts.append(text(float(_x(np.zeros(1))[0]) + 4, top, name, "start"))
        for number, row in enumerate(rows[:MOST_ROWS]):
            middle = top + 12 + ROW * (number + 0.5)
            # Only the stimulated muscle's own answer, at the stimulus, may go beyond.
            y = middle - np.clip(row / scale, -1.4 * ROW, 1.4 * ROW)
            parts.append(line(_x(time_ms), y, colour, 1))
            parts.append(text(LEFT - 6, middle + 4, str(number + 1), "end"))
        top += 34 + ROW * min(len(rows), MOST_ROWS)
    decade = 10 ** np.floor(np.log10(scale * ROW))
    bar = next(decade * step for step in (5, 2, 1) if decade * step <= scale * ROW)
    parts.append(line(np.array([WIDTH - 10.0] * 2), np.array([20.0, 20.0 + bar / scale]), "currentColor", 2))
    parts.append(text(WIDTH - 14, 16, f"{bar:g} uV", "end"))
    parts += _marks(top - 10, latency_ms)
    return svg(
        f"Simulated EMG of the {muscle.replace('_', ' ')} after stimuli to the {before.branch} branch",
        top + 10,
        parts,
    )


def pairs_svg(recording: Recording, muscle: Muscle) -> str:
    """Return a muscle's answers to a single shock and to pairs ever further apart, the shocks marked."""
    time_ms, rows = cut(recording, muscle)
    scale = max(20.0, float(np.abs(rows[:, time_ms > 1]).max())) / (0.9 * ROW)
    parts: list[str] = []
    seen: set[tuple[float, ...]] = set()
    for sweep, row in zip(recording.sweeps, rows, strict=True):
        if sweep.shocks_ms in seen:
            continue
        middle = 14 + ROW * (len(seen) + 0.5)
        seen.add(sweep.shocks_ms)
        parts.append(line(_x(time_ms), middle - row / scale, BEFORE_COLOUR, 1))
        for shock in sweep.shocks_ms:
            at = float(_x(np.array([shock]))[0])
            ends = np.array([middle - ROW / 2, middle + ROW / 2])
            parts.append(line(np.array([at, at]), ends, "currentColor", 0.8))
        words = "single" if len(sweep.shocks_ms) == 1 else f"{sweep.shocks_ms[1]:g} ms"
        parts.append(text(LEFT - 6, middle + 4, words, "end"))
    height = 20 + ROW * len(seen)
    name = muscle.replace("_", " ")
    return svg(
        f"Simulated EMG of the {name} after pairs of stimuli to the {recording.branch} branch",
        height + 20,
        [*parts, *_marks(height)],
    )


def recovery_svg(found: Mapping[Branch, list[Second]]) -> str:
    """Return the share of axons that answer the second shock, over the interval, one line for each branch."""
    height, key, parts = 120.0, 8.0, []
    longest = max((each.interval_ms for seconds in found.values() for each in seconds), default=1.0)
    for colour, (branch, seconds) in zip(
        (BEFORE_COLOUR, AFTER_COLOUR, "#b98900", "#7a5bb5"), found.items(), strict=False
    ):
        x = across(np.array([each.interval_ms for each in seconds]), longest)
        share = np.clip(np.array([each.share for each in seconds]), 0, 1)
        parts.append(line(x, height * (1 - share), colour))
        # Marks, too: a single interval makes no line.
        parts += [
            line(np.array([at - 3, at + 3]), np.full(2, height * (1 - part)), colour, 4.0)
            for at, part in zip(x, share, strict=True)
        ]
        parts.append(line(np.array([LEFT + 14.0, LEFT + 38.0]), np.full(2, key), colour))
        parts.append(text(LEFT + 44, key + 4, branch, "start"))
        key += 15
    parts += [text(LEFT - 6, 10, "all", "end"), text(LEFT - 6, height, "none", "end")]
    for at in range(1, int(longest) + 1):
        parts.append(text(float(across(at, longest)), height + 14, f"{at} ms", "middle"))
    return svg("Axons that answer the second of two stimuli, over the interval", height + 20, parts)


def latencies_svg(before_ms: FloatArray, after_ms: FloatArray, words: str) -> str:
    """Return how many axons' answers reach their muscles when, vessel on the nerve and lifted."""
    edges = np.arange(5.0, 20.01, 0.25)
    height, parts = 110.0, []
    counts = [np.histogram(each, edges)[0] for each in (before_ms, after_ms)]
    most = max(1, *(int(each.max()) for each in counts))
    for count, colour in zip(counts, (BEFORE_COLOUR, AFTER_COLOUR), strict=True):
        x = across(np.repeat(edges, 2)[1:-1] - 5.0, 15.0)
        parts.append(line(x, height * (1 - np.repeat(count, 2) / most), colour))
    parts.append(text(LEFT - 6, 10, str(most), "end"))
    for at in range(5, 21):
        parts.append(text(float(across(at - 5.0, 15.0)), height + 14, f"{at} ms", "middle"))
    return svg(words, height + 20, parts)


def _x(time_ms: FloatArray) -> FloatArray:
    return across(time_ms + BEFORE_MS, BEFORE_MS + SHOWN_MS)


def _marks(top: float, latency_ms: float = float("nan")) -> list[str]:
    """Return the axis in ms, the stimulus, and where a latency lies."""
    at = _x(np.array([0.0, latency_ms]))
    parts = [line(np.array([at[0]] * 2), np.array([4.0, top]), "currentColor", 0.8)]
    if np.isfinite(latency_ms):
        parts.append(line(np.array([at[1]] * 2), np.array([4.0, top]), "#b98900", 0.8))
        parts.append(text(float(at[1]), 10, f"{latency_ms:.1f} ms", "start"))
    for mark in range(0, int(SHOWN_MS) + 1, 5):
        parts.append(text(float(_x(np.array([float(mark)]))[0]), top + 14, f"{mark} ms", "middle"))
    return parts
