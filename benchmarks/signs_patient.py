"""Signs of the whole simulated patient: the first muscle, synchrony, the other Babinski sign, the cure."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from facialis.simulate.axons import MUSCLE_SHARE, ORIGINS
from facialis.simulate.patient import Patient, PatientActivity, simulate_patient
from facialis.simulate.performance import NerveEvent
from facialis.simulate.population import drawn
from facialis.simulate.treatments import Treatment
from facialis.types import FloatArray

Row = list[str]
RAISES_MM, LOWERS_MM, SEEN_MM = 8.5, 5.0, 1.0
"""How far the whole frontalis raises the brow, how far the corrugator lowers it (docs/model.md), and a
movement that is seen (chosen)."""
CURED = {7.0: 0.35, 30.0: 0.51, 90.0: 0.73, 180.0: 0.87, 365.0: 0.97}
"""Share of 175 cured patients free of spasm by so many days (10.1055/s-0041-1740970)."""
CURED_WIDE = 0.07
FREE_PER_MIN = 0.5
"""A recording with fewer contractions a minute counts as free of spasm (chosen)."""
BEFORE_S, AFTER_S = 0.03, 0.1
FIRST_SHARE = 0.05
"""A muscle begins when this share of its axons has fired."""
LOOKED_AT = "looked at while fitting"
"""No clean prediction: the figure was seen while the spike tier was set."""


@dataclass(frozen=True)
class Onsets:
    """Contractions (n,): whether the eye was first, regions each, whether eye and brow went together, and the
    differences in ms between muscles' onsets at the lesion (pairs,)."""

    eye_first: FloatArray
    regions: FloatArray
    babinski: FloatArray
    apart_ms: FloatArray


def contractions(activity: PatientActivity) -> list[NerveEvent]:
    """Return the spasms that the nerve ordered."""
    return [event for event in activity.muscles.performance.nerve if event.kind in ("twitch", "tonic")]


def onsets(activity: PatientActivity) -> Onsets:
    """Return how the contractions of one recording begin."""
    found, apart = contractions(activity), [np.zeros(0)]
    first = [event.onset_by_region_s for event in found]
    for event in found:
        at = _muscle_onsets_s(activity, event)
        at = at[np.isfinite(at)]
        apart.append(1000 * np.abs(at[:, None] - at)[np.triu_indices(at.size, 1)])
    return Onsets(
        np.array([bool("eye" in each and each["eye"] <= min(each.values())) for each in first], dtype=float),
        np.array([len(each) for each in first], dtype=float),
        np.array([bool({"eye", "brow"} <= set(each)) for each in first], dtype=float),
        np.concatenate(apart),
    )


def apart_from_orders(activity: PatientActivity) -> FloatArray:
    """Return which contractions (n,) begin neither during a meant movement nor within 0.3 s after."""
    spans = [(each.onset_s, each.onset_s + each.length_s + 0.3) for each in activity.movements]
    starts = [event.onset_s for event in contractions(activity)]
    return np.array([not any(a <= start <= b for a, b in spans) for start in starts], dtype=bool)


def other_babinski(activity: PatientActivity) -> FloatArray:
    """Return of each spasm that shuts the eye visibly, (n,), whether the brow of that side rises visibly."""
    performance, side = activity.muscles.performance, activity.patient.side
    raised = RAISES_MM * performance.activation[side, "frontalis"]
    raised = raised - LOWERS_MM * performance.activation[side, "corrugator"]
    found = []
    for event in performance.truth:
        if event.kind in ("twitch", "tonic") and event.side == side and "eye" in event.regions:
            part = slice(*np.searchsorted(performance.time_s, [event.onset_s, event.offset_s]))
            found.append(float(raised[part].max(initial=0.0) >= SEEN_MM))
    return np.array(found)


def babinski_rows(patients: int) -> list[Row]:
    """Return T14 over so many drawn patients of two minutes."""
    found = [other_babinski(simulate_patient(drawn(seed, minutes=2.0))) for seed in range(1, patients + 1)]
    seen = [each for each in found if each.size]
    mostly = float(np.mean([each.mean() >= 0.5 for each in seen]))
    ever = float(np.mean([each.any() for each in seen]))
    share = float(np.mean(np.concatenate(seen)))
    return [
        _row(
            f"T14 other Babinski sign, {patients} drawn patients, share of eye closures",
            "–",
            f"{share:.2f}",
            None,
        ),
        _row(
            f"T14 in half of a patient's closures or more, share of {len(seen)} patients",
            "0.60 to 0.90",
            f"{mostly:.2f}",
            0.6 <= mostly <= 0.9,
        ),
        _row("T14 in any of them", "–", f"{ever:.2f}", None),
    ]


def _muscle_onsets_s(activity: PatientActivity, event: NerveEvent) -> FloatArray:
    """Return when each muscle's axons begin to fire in the lesion, (muscles,), NaN where they do not.

    At the lesion: the ways to the muscles, which differ in length, are not in it.
    """
    side = activity.patient.side
    axons, spikes = activity.axons[side], activity.spikes[side]
    inside = (spikes.time_s > event.onset_s - BEFORE_S) & (spikes.time_s < event.onset_s + AFTER_S)
    inside &= spikes.origin != ORIGINS.index("volley")
    found = np.full(len(MUSCLE_SHARE), np.nan)
    for muscle in range(found.size):
        mine = inside & (axons.muscle[spikes.axon] == muscle)
        _, first = np.unique(spikes.axon[mine], return_index=True)
        times = np.sort(spikes.time_s[mine][first])
        wanted = max(2, round(FIRST_SHARE * float(np.sum(axons.muscle == muscle))))
        if times.size >= wanted:
            found[muscle] = times[wanted - 1]
    return found


def behaviour_rows(patients: int) -> list[Row]:
    """Return T11 and T12 over so many patients of two minutes."""
    recorded, milder = (
        [
            simulate_patient(Patient(seed=seed, minutes=2, severity=severity))
            for seed in range(1, patients + 1)
        ]
        for severity in (1.0, 0.5)
    )
    whole = [onsets(activity) for activity in recorded]
    first = float(np.mean(np.concatenate([each.eye_first for each in whole])))
    apart = np.concatenate([each.apart_ms for each in whole])
    together = float(np.mean(apart < 5))
    alone = np.concatenate([apart_from_orders(activity) for activity in recorded])
    first_alone = float(np.mean(np.concatenate([each.eye_first for each in whole])[alone]))
    narrow = float(np.mean(np.concatenate([onsets(activity).regions for activity in milder])))
    wide = float(np.mean(np.concatenate([each.regions for each in whole])))
    return [
        _row(
            "T11 muscles begin within 5 ms of each other, share of pairs",
            "at least 0.80",
            f"{together:.2f}",
            together >= 0.8,
            LOOKED_AT,
        ),
        _row(
            "T12 the eye begins first or alone, share of contractions",
            "0.86 ± 0.08",
            f"{first:.2f}",
            abs(first - 0.86) <= 0.08,
            LOOKED_AT,
        ),
        _row("T12 the same, apart from meant movements", "–", f"{first_alone:.2f}", None, LOOKED_AT),
        _row(
            "T12 regions of a contraction, severity 0.5 and 1",
            "rises",
            f"{narrow:.1f}, {wide:.1f}",
            wide > narrow,
        ),
    ]


def is_free(seed: int, day: float, **given: Any) -> bool:
    """Return whether a minute of a drawn patient is free of spasm, days after the vessel was lifted."""
    patient = drawn(seed, minutes=1.0, treatments=(Treatment("decompression"),), day=day, **given)
    return len(contractions(simulate_patient(patient))) / patient.minutes < FREE_PER_MIN


def cured_rows(patients: int) -> list[Row]:
    """Return T16: the share of drawn patients free of spasm, days after the vessel was lifted.

    None of them is one of those to whom `population.SLOWER` was fitted (`benchmarks.healing`), as long as
    there are at most a hundred.
    """
    rows = []
    for day, known in CURED.items():
        share = float(np.mean([is_free(seed, day) for seed in range(1, patients + 1)]))
        rows.append(
            _row(
                f"T16 free of spasm {day:g} days after decompression, of {patients}",
                f"{known} ± {CURED_WIDE}",
                f"{share:.2f}",
                abs(share - known) <= CURED_WIDE,
                "fit (how slowly patients heal)",
            )
        )
    return rows


def _row(figure: str, known: str, result: str, good: bool | None, kind: str = "prediction") -> Row:
    return [figure, known, result, kind, "–" if good is None else "yes" if good else "**no**"]
