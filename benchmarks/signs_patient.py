"""Signs of the whole simulated patient: the first muscle, synchrony, the other Babinski sign, the cure."""

from dataclasses import dataclass

import numpy as np

from facialis.simulate.axons import MUSCLE_SHARE, ORIGINS
from facialis.simulate.patient import Patient, PatientActivity, simulate_patient
from facialis.simulate.performance import NerveEvent
from facialis.simulate.treatments import Treatment
from facialis.types import FloatArray

Row = list[str]
CURED = {7.0: 0.35, 30.0: 0.51, 90.0: 0.73, 180.0: 0.87, 365.0: 0.97}
"""Share of 175 cured patients free of spasm by so many days (10.1055/s-0041-1740970)."""
CURED_WIDE = 0.07
FREE_PER_MIN = 0.5
"""A recording with fewer contractions a minute counts as free of spasm (chosen)."""
BEFORE_S, AFTER_S = 0.03, 0.1
FIRST_SHARE = 0.05
"""A muscle begins when this share of its axons has fired."""


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
    """Return T11, T12 and T14 over so many patients of two minutes."""
    found = {
        severity: [
            onsets(simulate_patient(Patient(seed=seed, minutes=2, severity=severity)))
            for seed in range(1, patients + 1)
        ]
        for severity in (1.0, 0.5)
    }
    whole = found[1.0]
    first = float(np.mean(np.concatenate([each.eye_first for each in whole])))
    apart = np.concatenate([each.apart_ms for each in whole])
    together = float(np.mean(apart < 5))
    wide, narrow = (float(np.mean(np.concatenate([e.regions for e in found[s]]))) for s in (1.0, 0.5))
    share = float(np.mean(np.concatenate([each.babinski for each in whole])))
    shown = float(np.mean([bool(each.babinski.any()) for each in whole]))
    return [
        _row(
            "T11 muscles begin within 5 ms of each other, share of pairs",
            "at least 0.80",
            f"{together:.2f}",
            together >= 0.8,
        ),
        _row(
            "T12 the eye begins first or alone, share of contractions",
            "0.86 ± 0.08",
            f"{first:.2f}",
            abs(first - 0.86) <= 0.08,
        ),
        _row(
            "T12 regions of a contraction, severity 0.5 and 1",
            "rises",
            f"{narrow:.1f}, {wide:.1f}",
            wide > narrow,
        ),
        _row("T14 other Babinski sign, share of contractions", "–", f"{share:.2f}", None),
        _row(
            "T14 other Babinski sign, share of patients", "0.60 to 0.90", f"{shown:.2f}", 0.6 <= shown <= 0.9
        ),
    ]


def cured_rows(patients: int) -> list[Row]:
    """Return T16: the share of patients free of spasm, days after the vessel was lifted."""
    rows = []
    for day, known in CURED.items():
        free = []
        for seed in range(1, patients + 1):
            patient = Patient(seed=seed, minutes=1, treatments=(Treatment("decompression"),), day=day)
            free.append(len(contractions(simulate_patient(patient))) / patient.minutes < FREE_PER_MIN)
        share = float(np.mean(free))
        rows.append(
            _row(
                f"T16 free of spasm {day:g} days after decompression, of {patients}",
                f"{known} ± {CURED_WIDE}",
                f"{share:.2f}",
                abs(share - known) <= CURED_WIDE,
            )
        )
    return rows


def _row(figure: str, known: str, result: str, good: bool | None) -> Row:
    return [figure, known, result, "prediction", "–" if good is None else "yes" if good else "**no**"]
