"""EMG becomes envelopes: band-passed, without hum, crosstalk and artefacts, and what of it may be used."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage, signal

from facialis.errors import SourceError
from facialis.settings import Settings
from facialis.signals.artefacts import around, clipped, drawn_through, flat, pops
from facialis.signals.crosstalk import Leaks, leaks_of, without_leaks
from facialis.signals.hum import lines_of, without_hum
from facialis.signals.runs import runs_of
from facialis.source.channels import column
from facialis.source.emg import EmgRecording, Mark
from facialis.types import SIDES, BoolArray, EventSide, Exclusion, FloatArray, Quality, Side, Signals

ORDER = 2
GUARD_S = 0.1
"""Beside a pause or a flat stretch the filter still rings."""
END_S = 0.05
"""A band-pass from 20 Hz needs so long to settle."""
CLIPPED_SHARE = 1e-5
STIMULUS = re.compile(r"stim|shock|trigger|\bttl\b|elec.*pulse", re.IGNORECASE)
EYE = {side: column(side, "orbicularis_oculi") for side in SIDES}


@dataclass(frozen=True)
class Muscles:
    """Every muscle as events and measures need it.

    `emg` (n,) in uV at `rate_per_s`: band-passed, hum and crosstalk taken off. `forward` (n,) is the same
    through a filter that only looks back, and `backward` one that only looks ahead: a filter of both
    directions rings before what begins. `power` and `slow` (m,) are the smoothed square in uV² at `time_s`
    (m,) seconds; `known` (m,) tells where the muscle could be read. `stimuli` are the marks that name a
    stimulus.
    """

    rate_per_s: float
    emg: Mapping[str, FloatArray]
    forward: Mapping[str, FloatArray]
    backward: Mapping[str, FloatArray]
    time_s: FloatArray
    power: Mapping[str, FloatArray]
    slow: Mapping[str, FloatArray]
    known: Mapping[str, BoolArray]
    stimuli: tuple[Mark, ...]

    @property
    def step_s(self) -> float:
        """Seconds between two values of the envelopes."""
        return float(self.time_s[1] - self.time_s[0])


def muscles_of(recording: EmgRecording, settings: Settings) -> tuple[Muscles, Signals, Quality]:
    """Return the cleaned muscles, their envelopes as signals, and what of them was observed.

    The signals' columns are envelopes in uV (root of the mean square); raw EMG stays in the person's file.
    Raises SourceError where the sampling rate is too low, or there are too few samples for a single step.
    """
    rules, rate = settings.muscle, recording.rate_per_s
    if rate < rules.min_rate_per_s:
        raise SourceError(
            f"{recording.name} was sampled at {rate:g}/s; EMG needs at least {rules.min_rate_per_s:g}/s: "
            "record it with more."
        )
    if recording.n_samples <= round(rate / rules.envelope_per_s):
        raise SourceError(
            f"{recording.name} ends after {1000 * recording.duration_s:.2g} ms of EMG, in which nothing can "
            "be measured; export all of it."
        )
    stimuli = tuple(mark for mark in recording.marks if STIMULUS.search(mark.text))
    at = np.array([mark.onset_s for mark in stimuli])
    blank = around(at, 0.0005, settings.responses.artefact_s, recording.n_samples, rate)
    masked = around(at, 0.001, settings.responses.masked_s, recording.n_samples, rate)
    whole: dict[str, FloatArray] = {}
    valid: dict[str, BoolArray] = {}
    lost: dict[str, dict[str, BoolArray]] = {}
    notes: list[str] = []
    hum: dict[float, int] = {}
    for name, raw in recording.channels.items():
        lost[name] = _lost(raw, rate, settings)
        x = drawn_through(raw, blank | ~np.isfinite(raw))
        lines = lines_of(x, rate, rules)
        for hz in lines:
            hum[hz] = hum.get(hz, 0) + 1
        x = without_hum(x, rate, lines, rules)
        lost[name]["electrode pop"] = _widened(
            pops(x, rate, rules) & ~masked, round(rules.pop_guard_s * rate)
        )
        whole[name] = x
        valid[name] = ~np.logical_or.reduce([*lost[name].values(), masked])
        cut = float(clipped(raw, recording.limits_uv.get(name)).mean())
        if cut > CLIPPED_SHARE:
            muscle = name.replace("_", " ")
            notes.append(f"The amplifier clips the {muscle} ({100 * cut:.2g} %): its amplitudes are too low.")
    emg = {name: _band(x, rate, settings) for name, x in whole.items()}
    leaks = leaks_of(emg, valid, rate, rules)
    notes += _said(hum, leaks)
    lost_all = {name: {**each, "stimulus": masked} for name, each in lost.items()}
    one_way = [{n: _band(x, rate, settings, way) for n, x in whole.items()} for way in (1, -1)]
    cleaned = [without_leaks(each, valid, leaks) for each in (emg, *one_way)]
    muscles = _enveloped(cleaned, valid, recording, stimuli, settings)
    signals = _signals(muscles)
    quality = _quality(muscles, lost_all, recording, tuple(notes))
    return muscles, signals, quality


def _lost(raw: FloatArray, rate: float, settings: Settings) -> dict[str, BoolArray]:
    guard = round(GUARD_S * rate)
    missing = ~np.isfinite(raw)
    ends = np.zeros(raw.shape, dtype=bool)
    ends[: round(END_S * rate)] = ends[raw.size - round(END_S * rate) :] = True
    still = flat(np.where(missing, np.nan, raw), rate, settings.muscle)
    return {
        "end of the recording": ends,
        "pause in the recording": _widened(missing, guard),
        "no signal: electrode off or amplifier saturated": _widened(still, guard),
    }


def _band(x: FloatArray, rate: float, settings: Settings, way: int = 0) -> FloatArray:
    """Band-pass `x` (n,): forwards (1), backwards (-1), or both ways (0), which shifts nothing in time."""
    high = min(settings.muscle.high_hz, 0.45 * rate)
    sos = signal.butter(ORDER, [settings.muscle.low_hz, high], "bandpass", fs=rate, output="sos")
    if way:
        # As if the first value had been there for ever, so that an offset does not ring.
        start = signal.sosfilt_zi(sos) * x[::way][0]
        return np.asarray(signal.sosfilt(sos, x[::way], zi=start)[0][::way])
    return np.asarray(signal.sosfiltfilt(sos, x, padlen=min(x.size - 1, int(rate))))


def _widened(mask: BoolArray, by: int) -> BoolArray:
    if not mask.any() or by < 1:
        return mask
    return np.asarray(ndimage.maximum_filter1d(mask.astype(np.uint8), 2 * by + 1) > 0)


def _said(hum: Mapping[float, int], leaks: Leaks) -> list[str]:
    notes = []
    if hum:
        listed = ", ".join(f"{hz:g}" for hz in sorted(hum))
        notes.append(f"Mains hum was found and taken off at {listed} Hz.")
    if leaks:
        share = {n: max(float(np.abs(t).max()) for t in taps.values()) for n, taps in leaks.items()}
        most = max(share, key=lambda name: share[name])
        off = f"{len(leaks)} channel{'s' * (len(leaks) > 1)}"
        notes.append(
            f"Crosstalk of louder neighbours was taken off {off}, most of it off the "
            f"{most.replace('_', ' ')} ({100 * share[most]:.0f} % of a neighbour)."
        )
    return notes


def _enveloped(
    cleaned: Sequence[Mapping[str, FloatArray]],
    valid: Mapping[str, BoolArray],
    recording: EmgRecording,
    stimuli: tuple[Mark, ...],
    settings: Settings,
) -> Muscles:
    rules, rate = settings.muscle, recording.rate_per_s
    every = max(1, round(rate / rules.envelope_per_s))
    index = np.arange(0, recording.n_samples, every)
    power: dict[str, FloatArray] = {}
    slow: dict[str, FloatArray] = {}
    known: dict[str, BoolArray] = {}
    for name, x in cleaned[0].items():
        weight = valid[name].astype(float)
        for goal, width_s in ((power, rules.smooth_s), (slow, rules.slow_smooth_s)):
            sigma = width_s * rate
            top = ndimage.gaussian_filter1d(weight * x * x, sigma, truncate=3)[::every]
            bottom = ndimage.gaussian_filter1d(weight, sigma, truncate=3)[::every]
            goal[name] = np.where(bottom > 0.05, np.maximum(top, 0.0) / np.maximum(bottom, 0.05), 0.0)
        known[name] = valid[name][::every]
    emg, forward, backward = cleaned
    return Muscles(rate, emg, forward, backward, index / rate, power, slow, known, stimuli)


def _signals(muscles: Muscles) -> Signals:
    columns = {
        name: np.where(muscles.known[name], np.sqrt(power), np.nan) for name, power in muscles.power.items()
    }
    usable = {side: muscles.known[EYE[side]] for side in SIDES}
    return Signals(muscles.time_s, columns, dict.fromkeys(columns, "uV"), usable)


def _quality(
    muscles: Muscles,
    lost: Mapping[str, Mapping[str, BoolArray]],
    recording: EmgRecording,
    notes: tuple[str, ...],
) -> Quality:
    step = muscles.step_s
    seen = {side: muscles.known[EYE[side]] for side in SIDES}
    # The last value stands for what is left of its step.
    observed: dict[EventSide, float] = {side: _seconds(mask, step, recording) for side, mask in seen.items()}
    observed["both"] = _seconds(seen["left"] & seen["right"], step, recording)
    exclusions = [
        Exclusion(first / muscles.rate_per_s, stop / muscles.rate_per_s, reason, side)
        for side in SIDES
        for reason, mask in lost[EYE[side]].items()
        for first, stop in runs_of(mask)
    ]
    others = _others_lost(lost)
    return Quality(
        seconds_recorded=recording.duration_s,
        seconds_observed=observed,
        exclusions=tuple(sorted(exclusions, key=lambda e: (e.onset_s, e.side or ""))),
        frames_per_s=recording.rate_per_s,
        interocular_px=float("nan"),
        notes=notes + others,
    )


def _seconds(mask: BoolArray, step_s: float, recording: EmgRecording) -> float:
    return min(float(mask.sum()) * step_s, recording.duration_s)


def _others_lost(lost: Mapping[str, Mapping[str, BoolArray]]) -> tuple[str, ...]:
    """Say which muscles beside the eyes lack more than a tenth of the time, stimuli aside."""
    notes = []
    for name, reasons in lost.items():
        # What stimuli cost is the same for all muscles, and told once, of the eyes.
        own = [mask for reason, mask in reasons.items() if reason != "stimulus"]
        share = float(np.logical_or.reduce(own).mean())
        if name not in EYE.values() and share > 0.1:
            notes.append(f"The {name.replace('_', ' ')} could not be read {100 * share:.0f} % of the time.")
    return tuple(notes)


def side_of(name: str) -> Side:
    """Return the side of a column."""
    return "left" if name.startswith("left_") else "right"
