"""What can be told of a simulated spasm from outside: the face with the spasm less the face without it.

The truth file asks what the involuntary force alone would show. A blink hides much of that: the lid is on
its way down or shut already. Here the face is calculated twice, with all spikes and with the meant ones only;
what differs is due to the lesion. A spasm is visible where a region differs by LEAST_SHOWN of its face unit's
range (10 %: of the lid about 1 mm), and lasts while it differs by half of that, which is about a pixel at the
distances filmed here. While a blink is on, the lids do not count: a blink in which one lid goes deeper is a
blink (design: Words).
"""

from collections.abc import Mapping, Sequence

import numpy as np

from facialis.signals.runs import runs_of
from facialis.simulate.labels import LEAST_SHOWN, MUSCLES_OF
from facialis.simulate.motion import MotionSettings, activation, levator_tone
from facialis.simulate.motor_units import NERVE_MUSCLES
from facialis.simulate.patient import PatientActivity
from facialis.simulate.performance import (
    SAMPLES_PER_S,
    TONIC_S,
    TrueEvent,
    ordered,
    with_episodes,
)
from facialis.types import REGIONS, BoolArray, FloatArray, Region, Side

EDGE = LEAST_SHOWN / 2
"""A visible contraction lasts while the difference is above this share of the range."""
JOINED_S = 0.15
"""Differences of one side less than this apart are one contraction, as in the labels."""

Excess = Mapping[Region, FloatArray]


def excess(activity: PatientActivity, side: Side) -> dict[Region, FloatArray]:
    """Return by how much each region (n,) differs from what was meant, as a share of its range."""
    settings = MotionSettings()
    muscles = activity.muscles
    tone = levator_tone(activity.movements, muscles.time_s)
    differs = {
        muscle: muscles.performance.activation[side, muscle]
        - activation(muscles.force[side, muscle] - muscles.involuntary[side, muscle], muscle, settings, tone)
        for muscle in NERVE_MUSCLES
    }
    return {region: np.max([differs[m] for m in MUSCLES_OF[region]], axis=0) for region in REGIONS}


def blinking(truth: Sequence[TrueEvent], n: int) -> BoolArray:
    """Return when a blink is on, (n,)."""
    on = np.zeros(n, bool)
    for event in truth:
        if event.kind == "blink":
            on[round(event.onset_s * SAMPLES_PER_S) : round(event.offset_s * SAMPLES_PER_S) + 1] = True
    return on


def visible(differs: Excess, side: Side, hidden: BoolArray) -> tuple[TrueEvent, ...]:
    """Return twitches, tonic contractions and episodes that can be told, by onset.

    `hidden` (n,) is when the lids say nothing. A contraction that goes on under a blink goes on.
    """
    shown = _told(differs, hidden)
    strongest = np.max(list(shown.values()), axis=0)
    most = np.max(list(differs.values()), axis=0)
    events = []
    for first, last in _bridged(runs_of(strongest > EDGE), most, hidden):
        peak = first + int(strongest[first:last].argmax())
        if strongest[peak] < LEAST_SHOWN:
            continue
        regions = [r for r, curve in shown.items() if curve[first:last].max() >= LEAST_SHOWN]
        onset, offset = first / SAMPLES_PER_S, (last - 1) / SAMPLES_PER_S
        kind = "tonic" if offset - onset >= TONIC_S else "twitch"
        events.append(
            TrueEvent(
                kind,  # type: ignore[arg-type]
                side,
                onset,
                offset,
                peak / SAMPLES_PER_S,
                float(strongest[peak]),
                ordered(regions),
            )
        )
    return with_episodes(events)


def reached(
    differs: Excess, hidden: BoolArray, events: Sequence[TrueEvent]
) -> tuple[dict[Region, float], ...]:
    """Return how far each region went in each visible twitch and tonic contraction, in their order."""
    spans = [
        slice(round(e.onset_s * SAMPLES_PER_S), round(e.offset_s * SAMPLES_PER_S) + 1)
        for e in events
        if e.kind in ("twitch", "tonic")
    ]
    shown = _told(differs, hidden)
    return tuple({r: max(float(curve[span].max()), 0.0) for r, curve in shown.items()} for span in spans)


def _told(differs: Excess, hidden: BoolArray) -> dict[Region, FloatArray]:
    return {r: np.where(hidden & (r == "eye"), 0.0, curve) for r, curve in differs.items()}


def _bridged(runs: Sequence[tuple[int, int]], most: FloatArray, hidden: BoolArray) -> list[tuple[int, int]]:
    """Return the runs, joined where less than JOINED_S lies between, or a blink under which it goes on."""
    found: list[tuple[int, int]] = []
    for first, last in runs:
        if found:
            before = found[-1][1]
            goes_on = bool(np.all(hidden[before:first] & (most[before:first] > EDGE)))
            if goes_on or first - before < JOINED_S * SAMPLES_PER_S:
                found[-1] = (found[-1][0], last)
                continue
        found.append((first, last))
    return found
