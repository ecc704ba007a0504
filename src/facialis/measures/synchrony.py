"""How the muscles of a spasm work together: who starts when, how alike they rise and fall, how fast they
beat."""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy import signal

from facialis.events.blink_spasms import OTHER
from facialis.events.bursts import Activity, Burst
from facialis.events.emg import envelope_uv
from facialis.measures.basis import MEDIAN_INTERVAL, Basis, Term, per_side, too_few
from facialis.measures.intervals import NO_INTERVAL, quantile_interval
from facialis.measures.spread import share_of_events
from facialis.settings import BurstSettings
from facialis.signals.muscle import EYE
from facialis.source.channels import EMG_MUSCLES, EmgMuscle, column
from facialis.types import Event, FloatArray, Measure, Side

VALLEY = 0.5
"""Between two bursts the envelope falls below this share of the smaller one's peak."""
LEAST_S = 0.05
"""A correlation needs at least this much of a contraction."""


def burst_rate(basis: Basis, side: Side, activity: Mapping[str, Activity]) -> Measure:
    """Return how many bursts a second the eye's muscle fires within the spasms of one side.

    Peaks of the envelope with a valley of half of their height between them, over the time in spasm.
    """
    term = per_side(basis, "burst_rate", "Bursts within the spasms", side, "1/s")
    contractions = basis.contractions(side)
    if reason := too_few(len(contractions), int(basis.settings.min_events), "twitches or tonic spasms"):
        return term.lack(len(contractions), reason)
    eye = activity[EYE[side]]
    envelope = envelope_uv(eye)
    rates = np.array([_peaks(envelope[eye.span(e.onset_s, e.offset_s)]) / e.duration_s for e in contractions])
    return _median(term, rates, 1.0)


def _peaks(envelope: FloatArray) -> int:
    """Peaks of a stretch (n,), at least one; the ends count as valleys."""
    padded = np.concatenate([[0.0], envelope, [0.0]])
    peaks, known = signal.find_peaks(padded, prominence=0.05 * float(envelope.max(initial=0.0)) + 1e-9)
    return max(1, int((known["prominences"] >= VALLEY * padded[peaks]).sum()))


def synchrony(
    basis: Basis,
    side: Side,
    activity: Mapping[str, Activity],
    bursts: Mapping[str, Sequence[Burst]],
    settings: BurstSettings,
) -> list[Measure]:
    """Return for each muscle beside the eye's its onset after the eye's, and how alike both envelopes are."""
    measures: list[Measure] = []
    for muscle in EMG_MUSCLES:
        if muscle != "orbicularis_oculi":
            measures += _of_muscle(basis, side, muscle, activity, bursts, settings)
    return measures


def _of_muscle(
    basis: Basis,
    side: Side,
    muscle: EmgMuscle,
    activity: Mapping[str, Activity],
    bursts: Mapping[str, Sequence[Burst]],
    settings: BurstSettings,
) -> list[Measure]:
    words, name = muscle.replace("_", " "), column(side, muscle)
    delay = per_side(
        basis, f"onset_delay_{muscle}", f"Start of the {words} after the eye's muscle", side, "ms"
    )
    alike = per_side(
        basis,
        f"envelope_correlation_{muscle}",
        f"How alike {words} and eye's muscle rise and fall in a spasm",
        side,
        "1",
    )
    if name not in activity:
        return [term.lack(0, "this muscle was not recorded") for term in (delay, alike)]
    shared = [
        (e, b) for e in basis.contractions(side) for b in _partners(e, name, activity, bursts, settings)
    ]
    what = f"contractions in which the {words} took part"
    if reason := too_few(len(shared), int(basis.settings.min_events), what):
        return [term.lack(len(shared), reason) for term in (delay, alike)]
    delays = np.array([burst.onset_s - event.onset_s for event, burst in shared])
    eye, other = activity[EYE[side]], activity[name]
    pairs = [(e, b) for e, b in shared if e.duration_s >= LEAST_S]
    correlations = np.array([_correlation(eye, other, e) for e, _ in pairs])
    correlations = correlations[np.isfinite(correlations)]
    reason = too_few(correlations.size, int(basis.settings.min_events), f"{what} for 50 ms or longer")
    return [
        _median(delay, delays, 1000.0),
        alike.lack(int(correlations.size), reason) if reason else _median(alike, correlations, 1.0),
    ]


def _partners(
    event: Event,
    name: str,
    activity: Mapping[str, Activity],
    bursts: Mapping[str, Sequence[Burst]],
    settings: BurstSettings,
) -> list[Burst]:
    """The first burst of a muscle in an event, where the muscle took part and its partner did not."""
    here = activity[name]
    if here.strength(event.onset_s, event.offset_s) < settings.region_noise:
        return []
    side: Side = "left" if name.startswith("left") else "right"
    mirror = OTHER[side] + name[len(side) :]
    size = here.amplitude_uv(event.onset_s, event.offset_s)
    partner = activity[mirror].amplitude_uv(event.onset_s, event.offset_s) if mirror in activity else 0.0
    own = [b for b in bursts[name] if b.onset_s < event.offset_s and b.offset_s > event.onset_s]
    return own[:1] if size >= settings.region_share * partner else []


def _correlation(eye: Activity, other: Activity, event: Event) -> float:
    span = eye.span(event.onset_s, event.offset_s)
    one, two = envelope_uv(eye)[span], envelope_uv(other)[span]
    if one.std() == 0 or two.std() == 0:
        return float("nan")
    return float(np.corrcoef(one, two)[0, 1])


def other_babinski(
    basis: Basis,
    side: Side,
    activity: Mapping[str, Activity],
    bursts: Mapping[str, Sequence[Burst]],
    settings: BurstSettings,
) -> Measure:
    """Return the share of one side's contractions in which the frontalis of that side alone works too."""
    term = per_side(basis, "other_babinski_share", "Eye spasms in which the same brow rises", side, "%")
    name, found = column(side, "frontalis"), basis.contractions(side)
    if name not in activity:
        return term.lack(len(found), "the frontalis was not recorded")
    k = sum(bool(_partners(event, name, activity, bursts, settings)) for event in found)
    return share_of_events(basis, term, k, len(found), "contractions of the eye")


def _median(term: Term, values: FloatArray, scale: float) -> Measure:
    interval = quantile_interval(values, 0.5)
    how = MEDIAN_INTERVAL if interval != NO_INTERVAL else f"no interval from {values.size} values"
    return term.give(float(np.median(values)), interval, int(values.size), how, scale=scale)
