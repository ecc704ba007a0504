"""Patients as they come: drawn at random from what series of patients tell, and from fits where none does.

Light: nothing is simulated here.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from facialis.simulate.artery import CauseName
from facialis.simulate.patient import Patient
from facialis.simulate.treatments import Healing
from facialis.simulate.triggers import Habits

VESSELS: dict[CauseName, float] = {
    "anterior inferior cerebellar artery": 0.5,
    "posterior inferior cerebellar artery": 0.3,
    "vertebral artery": 0.2,
}
"""How often each presses: the first two in more than 7 of 10 (10.1016/j.wneu.2024.01.009); shares assumed."""
LEAST_SEVERITY = 0.5
"""Who comes to be operated on has at least this severity, up to 1, all as often (assumed)."""
LEFT = 0.6
"""Share with the left side: 52 to 67 % in most series."""
ATYPICAL = 2 / 155
"""Share whose vessel presses from the side of the lower face (10.1007/s007010050233)."""
BLINKS_PER_MIN, BLINKS_SD = 17.0, 0.35
"""Median, and the standard deviation of the logarithm: 95 % of people within 8 to 34 (assumed around 17)."""
FREED_AT_ONCE = 0.3
"""Share of patients in whom all of the packing goes with the vessel; in the others fluid comes back slowly.
Fit, with the next, within 0.2 to 0.3: ephaptic transmission was gone within a week in 23 % of 53
(10.1212/WNL.34.7.891)."""
SLOWER, SLOWER_SD = 3.4, 1.55
"""Median, and the standard deviation of the logarithm, by which patients heal slower than `Healing` says. Fit
to how many of 175 were free of spasm after 7 days to a year (10.1055/s-0041-1740970), on 24 drawn patients,
seeds 101 to 124 (`python -m benchmarks.healing`)."""


def drawn(seed: int, **given: Any) -> Patient:
    """Return a patient drawn at random; `given` are fields of `Patient` that are not left to chance.

    The same seed gives the same patient. SettingsError where a given value cannot be.
    """
    rng = np.random.default_rng([seed, 61])
    cause: CauseName = list(VESSELS)[int(rng.choice(len(VESSELS), p=list(VESSELS.values())))]
    severity = float(rng.uniform(LEAST_SEVERITY, 1.0))
    left, lower = bool(rng.random() < LEFT), bool(rng.random() < ATYPICAL)
    blinks = float(np.clip(BLINKS_PER_MIN * np.exp(BLINKS_SD * rng.standard_normal()), 4.0, 40.0))
    slower = float(SLOWER * np.exp(SLOWER_SD * rng.standard_normal()))
    upper = float(rng.uniform(0.5, 1.0))
    at_once = float(rng.random() < FREED_AT_ONCE)
    patient = Patient(
        cause=cause,
        side="left" if left else "right",
        severity=severity,
        seed=seed,
        habits=Habits(blinks_per_min=blinks),
        healing=Healing(at_once=at_once).slower(slower),
        upper_at_vessel=-upper if lower else upper,
    )
    return replace(patient, **given)
