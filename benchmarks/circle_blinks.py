"""How much of a simulated patient's truth can be told from outside, by cause and severity, without a film."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.circle_design import CAUSES, SEVERITIES
from benchmarks.circle_truth import blinking, excess, visible
from benchmarks.tables import markdown, number
from facialis.simulate.patient import Patient, PatientActivity, simulate_patient
from facialis.simulate.performance import SAMPLES_PER_S, TrueEvent
from facialis.types import FloatArray

SEED = 7
BEFORE_S = 0.1
"""A contraction that begins this shortly before the lid moves still goes with the blink."""


@dataclass(frozen=True)
class Told:
    """Counts of one recording: episodes of the truth file and of what can be told, blinks, and those blinks
    with which an involuntary contraction begins. `deeper` (blinks,) is by how much the sick eye goes further
    than the healthy one, in shares of closure."""

    labelled: int
    told: int
    blinks: int
    with_spasm: int
    deeper: FloatArray


def told(activity: PatientActivity) -> Told:
    """Return the counts of one simulated recording."""
    side, performance = activity.patient.side, activity.muscles.performance
    truth = performance.truth
    differs = excess(activity, side)
    seen = visible(differs, side, blinking(truth, len(performance.time_s)))
    blinks = [e for e in truth if e.kind == "blink"]
    spasms = [e for e in truth if e.kind in ("twitch", "tonic")]
    sick, healthy = (
        performance.activation[one, "orbicularis_oculi"]
        for one in (("left", "right") if side == "left" else ("right", "left"))
    )
    return Told(
        _episodes(truth),
        _episodes(seen),
        len(blinks),
        sum(any(b.onset_s - BEFORE_S <= s.onset_s <= b.offset_s for s in spasms) for b in blinks),
        np.array([sick[_part(b)].max() - healthy[_part(b)].max() for b in blinks]),
    )


def told_table(minutes: float, tell: Callable[[str], None] = lambda _: None) -> str:
    """Return a row for each cause and severity, patients at rest with usual habits."""
    rows = []
    for cause in CAUSES:
        for severity in SEVERITIES if cause != "none" else SEVERITIES[-1:]:
            patient = Patient(cause=cause, severity=severity, minutes=minutes, seed=SEED)
            rows.append(told_row(f"{cause}, {severity:g}", told(simulate_patient(patient)), minutes))
            tell(rows[-1][0])
    header = ["cause, severity", "episodes a minute, truth file", "that can be told", "blinks a minute"]
    return markdown([*header, "with a spasm, share", "sick eye deeper in blinks, median"], rows)


def told_row(name: str, one: Told, minutes: float) -> list[str]:
    """Return the cells of one row."""
    share = one.with_spasm / one.blinks if one.blinks else float("nan")
    deeper = float(np.median(one.deeper)) if one.blinks else float("nan")
    rates = (n / minutes for n in (one.labelled, one.told, one.blinks))
    return [name, *(number(rate, 1) for rate in rates), number(share), number(deeper)]


def _episodes(events: Sequence[TrueEvent]) -> int:
    return sum(e.kind == "episode" for e in events)


def _part(event: TrueEvent) -> slice:
    return slice(round(event.onset_s * SAMPLES_PER_S), round(event.offset_s * SAMPLES_PER_S) + 1)
