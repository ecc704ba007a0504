"""Which seconds can be measured, and why the others cannot."""

from collections.abc import Mapping

import numpy as np
from scipy import ndimage

from facialis.settings import QualitySettings
from facialis.signals.runs import frame_seconds, long_runs, runs_of, span_s, widened
from facialis.types import SIDES, BoolArray, EventSide, Exclusion, FloatArray, Quality, Side

Columns = Mapping[str, FloatArray]
Reasons = dict[Side | None, dict[str, BoolArray]]
"""For both sides (None) and for each side: reason -> frames (n,)."""

TURNED_LOGIT_DEG = 15
"""A half-face that fails while the head is turned by more than this fails because of the turn."""
LEAST_RATE = 0.99
"""Share of the lowest frame rate from which a rate passes: 19.98 frames a second are called 20."""
BESIDE = "too close to a stretch that cannot be measured"
BETWEEN = "a stretch too short to tell rest from movement"


def frame_reasons(time_s: FloatArray, raw: Columns, settings: QualitySettings) -> Reasons:
    """Return which frames cannot be used, and why."""
    yaw = np.abs(raw["yaw_deg"])
    turned = yaw > settings.max_yaw_deg
    both = {
        "no face was seen": ~np.isfinite(raw["yaw_deg"]),
        f"fewer than {settings.min_frames_per_s:g} frames a second": _sparse(time_s, settings),
        "the head is turned away": turned,
        "the face is too small": raw["interocular_px"] < settings.min_interocular_px,
        "the picture is too dark": (raw["brightness"] < settings.min_brightness)
        | (raw["contrast"] < settings.min_contrast),
        "the picture stands still": _frozen(time_s, raw["change"], settings),
    }
    reasons: Reasons = {None: both}
    for side in SIDES:
        lost = _lost(raw[f"{side}_presence"], _allowance(raw["yaw_deg"], side, settings), settings)
        away = yaw > TURNED_LOGIT_DEG
        reasons[side] = {
            "the head is turned away": lost & away & ~turned,
            "something covers this side": _covered(time_s, lost & ~away, settings),
            "the picture is blurred": _blurred(raw[f"{side}_sharpness"], settings),
        }
    return reasons


def margins(time_s: FloatArray, reasons: Reasons, settings: QualitySettings) -> Reasons:
    """Return in the same form the frames (n,) that are good themselves but not used for their neighbours."""
    by_side: dict[Side, dict[str, BoolArray]] = {}
    for side in SIDES:
        bad = _against(reasons, side)
        near = widened(bad, time_s, settings.guard_s)
        used = long_runs(~near, time_s, settings.min_run_s)
        by_side[side] = {BESIDE: near & ~bad, BETWEEN: ~near & ~used}
    left, right = (by_side[side] for side in SIDES)
    both = {reason: left[reason] & right[reason] for reason in left}
    beside: Reasons = {None: both}
    for side in SIDES:
        beside[side] = {reason: mask & ~both[reason] for reason, mask in by_side[side].items()}
    return beside


def _against(reasons: Reasons, side: Side) -> BoolArray:
    """Frames (n,) that any reason speaks against, for one side."""
    against: BoolArray = np.logical_or.reduce([*reasons[None].values(), *reasons[side].values()])
    return against


def assess(
    time_s: FloatArray, raw: Columns, settings: QualitySettings
) -> tuple[Quality, dict[Side, BoolArray]]:
    """Return what was observed, and for each side the usable frames (n,).

    `time_s` (n,) in seconds; `raw` the columns of geometry.NAMES, each (n,). Exclusions may overlap, where
    several reasons hold at once; together they are, for each side, all that was recorded and not observed.
    """
    reasons = frame_reasons(time_s, raw, settings)
    beside = margins(time_s, reasons, settings)
    usable = {side: ~(_against(reasons, side) | _against(beside, side)) for side in SIDES}
    # A step too long to be observed has excluded its frame, so every usable frame stands until the next one.
    stands_s = frame_seconds(time_s, np.inf)
    observed: dict[EventSide, float] = {side: float(stands_s[usable[side]].sum()) for side in SIDES}
    observed["both"] = float(stands_s[usable["left"] & usable["right"]].sum())
    steps = np.diff(time_s)
    rate = float(1 / np.median(steps)) if steps.size else 0.0
    quality = Quality(
        seconds_recorded=float(time_s[-1] - time_s[0] + np.median(steps)) if steps.size else 0.0,
        seconds_observed=observed,
        exclusions=_exclusions(time_s, {side: reasons[side] | beside[side] for side in reasons}),
        frames_per_s=rate,
        interocular_px=_median(raw["interocular_px"]),
        notes=_rate_notes(rate, settings) + _face_notes(raw),
    )
    return quality, usable


def _exclusions(time_s: FloatArray, reasons: Reasons) -> tuple[Exclusion, ...]:
    out: list[Exclusion] = []
    for side in (None, *SIDES):
        for reason, mask in reasons[side].items():
            out += [
                Exclusion(
                    float(time_s[first]), float(time_s[first]) + span_s(time_s, first, stop), reason, side
                )
                for first, stop in runs_of(mask)
            ]
    return tuple(sorted(out, key=lambda exclusion: (exclusion.onset_s, exclusion.offset_s)))


def _sparse(time_s: FloatArray, settings: QualitySettings) -> BoolArray:
    """Frames beside a step that is clearly longer than the lowest frame rate allows.

    A phone's variable rate lets single steps be half as long again; two lost frames in a row hide a blink.
    """
    steps = np.diff(time_s)
    if not steps.size:
        return np.ones(time_s.shape, dtype=bool)
    slow = np.concatenate([[False], steps > 1.5 / settings.min_frames_per_s, [False]])
    # The median of seven steps: a rate, not a single late frame.
    pad = np.pad(steps, 3, mode="edge")
    rate = 1 / np.median(np.lib.stride_tricks.sliding_window_view(pad, 7), axis=1)
    low = np.append(rate, rate[-1]) < LEAST_RATE * settings.min_frames_per_s
    sparse: BoolArray = slow[1:] | slow[:-1] | low
    return sparse


def _frozen(time_s: FloatArray, change: FloatArray, settings: QualitySettings) -> BoolArray:
    with np.errstate(invalid="ignore"):
        return long_runs(change < settings.min_change, time_s, settings.max_frozen_s)


def _allowance(yaw_deg: FloatArray, side: Side, settings: QualitySettings) -> FloatArray:
    """By how many logits (n,) a free half-face is less certain because it is the one that turns away."""
    away_deg = yaw_deg if side == "left" else -yaw_deg
    return np.asarray(settings.turn_presence * np.maximum(away_deg - settings.turn_free_deg, 0))


def _lost(presence: FloatArray, allowance: FloatArray, settings: QualitySettings) -> BoolArray:
    """Frames whose half-face is not seen, with those before and after in which it is only half free."""
    certain = presence + allowance
    with np.errstate(invalid="ignore"):
        gone, doubtful = certain < settings.min_presence, certain < settings.clear_presence
    return np.asarray(ndimage.binary_propagation(gone, mask=doubtful))


def _covered(time_s: FloatArray, lost: BoolArray, settings: QualitySettings) -> BoolArray:
    """Frames in which something lies over a half-face, with those in which a hand comes or goes.

    A hand stays for a while; what is lost for a moment is rather a grimace or a jerk of the head.
    """
    stays = long_runs(lost, time_s, settings.min_run_s)
    return lost | widened(stays, time_s, settings.cover_guard_s)


def _blurred(sharpness: FloatArray, settings: QualitySettings) -> BoolArray:
    return sharpness < settings.min_sharpness * _median(sharpness)


def _median(values: FloatArray) -> float:
    finite = values[np.isfinite(values)]
    return float(np.median(finite)) if finite.size else float("nan")


def _rate_notes(rate: float, settings: QualitySettings) -> tuple[str, ...]:
    if not 0 < rate < LEAST_RATE * settings.min_frames_per_s:
        return ()
    return (
        f"The recording has {rate:.3g} frames a second, and {settings.min_frames_per_s:g} are needed to see "
        "a blink. Film again with 30 or, better, 60 set in the camera, and in bright light: in the dark many "
        "cameras take fewer.",
    )


def _face_notes(raw: Columns) -> tuple[str, ...]:
    faces = raw["n_faces"]
    if faces.size and np.nanmax(faces) > 1:
        return (f"Up to {int(np.nanmax(faces))} faces were seen; the largest was followed.",)
    return ()
