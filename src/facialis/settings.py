"""Every threshold, with its unit, its default and the reason for it. The digest goes into every result."""

import dataclasses
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from facialis.errors import SettingsError


def setting(default: float, unit: str, reason: str, low: float, high: float) -> Any:
    """A dataclass field that knows its unit, its reason and the range in which it has a meaning."""
    return field(default=default, metadata={"unit": unit, "reason": reason, "low": low, "high": high})


class _Checked:
    """Refuses values outside the range that the field names."""

    def __post_init__(self) -> None:
        for spec in dataclasses.fields(self):  # type: ignore[arg-type]
            value, bounds = getattr(self, spec.name), spec.metadata
            if bounds and not bounds["low"] <= value <= bounds["high"]:
                raise SettingsError(
                    f"The setting {spec.name} is {value} {bounds['unit']}: "
                    f"it must lie between {bounds['low']} and {bounds['high']}."
                )


@dataclass(frozen=True)
class QualitySettings(_Checked):
    """Which frames may be used."""

    min_frames_per_s: float = setting(
        20, "1/s", "a blink closes in 66 to 78 ms: with fewer frames it falls between two", 5, 240
    )
    max_yaw_deg: float = setting(
        25, "degree", "beyond, the half that turns away is too narrow to be completed to a face", 5, 60
    )
    min_presence: float = setting(
        12, "logit", "a free half-face gives 14 to 28; with a hand over it, it gives -8 to 11", -20, 30
    )
    min_interocular_px: float = setting(
        50, "px", "below, a lid moves by less than a pixel in a twitch of a fifth", 10, 1000
    )
    min_brightness: float = setting(25, "grey level", "below, lids and skin are one shade", 0, 255)
    min_contrast: float = setting(8, "grey level", "below, the picture shows no features", 0, 255)
    min_sharpness: float = setting(
        0.4, "share of the recording's median", "a blurred frame moves the lids' edges", 0, 1
    )
    min_change: float = setting(
        0.01, "grey level", "a sensor's noise alone changes more: less is the same frame again", 0, 10
    )
    max_frozen_s: float = setting(0.5, "s", "one or two repeated frames do no harm to rates", 0.05, 10)
    guard_s: float = setting(0.1, "s", "frames beside an excluded one are often half as bad", 0, 2)
    min_run_s: float = setting(0.5, "s", "a shorter stretch holds no baseline", 0, 10)
    min_observed_s: float = setting(
        5, "s", "the shortest recording from which a baseline and a noise floor can be taken", 1, 600
    )


@dataclass(frozen=True)
class CalibrationSettings(_Checked):
    """What counts as open and shut for this person."""

    open_quantile: float = setting(
        0.85, "share of frames", "above rest, below surprise; holds with half the time in spasm", 0.5, 1
    )
    blink_depth: float = setting(
        0.5, "share of open", "both eyes this far down together show this person's shut lids", 0.1, 0.9
    )
    shut_quantile: float = setting(
        0.1, "share of blink frames", "the bottom of the blinks, without the deepest outliers", 0, 0.5
    )
    min_shut_s: float = setting(0.1, "s", "less than this of closure is no measurement of shut", 0, 5)
    nominal_shut: float = setting(
        0.05,
        "share of open",
        "shut lids on the rendered head, taken where the recording has no blink",
        0,
        0.5,
    )


@dataclass(frozen=True)
class MeasureSettings(_Checked):
    """How events become numbers."""

    min_observed_s: float = setting(
        5, "s", "the shortest stretch from which events can be found; the interval tells the rest", 1, 600
    )
    min_events: int = setting(3, "events", "a mean or median of fewer says less than the events", 1, 100)
    rest_margin_s: float = setting(
        0.5, "s", "the pause that ends an episode: closer to one, the face may not be at rest yet", 0, 10
    )
    block_s: float = setting(
        10, "s", "longer than a burst of twitches; in simulated bursts 3 s covered 81 %, 10 s 94 %", 1, 600
    )
    n_resamples: int = setting(1000, "resamples", "only a standard error is taken from them", 100, 100_000)
    seed: int = setting(1, "1", "the same recording gives the same interval", 0, 2**32 - 1)
    together_s: float = setting(
        1 / 30, "s", "one nerve drives all regions within 15 ms: one frame at 30 frames/s", 0.001, 1
    )
    brow_rise: float = setting(
        1, "% of inter-ocular distance", "about 0.9 mm, where observers begin to see a raised brow", 0.1, 10
    )
    smc_spread_percent: float = setting(
        10, "% of episodes", "one region taken for moving once must not change the grade", 0, 100
    )
    smc_tonic_percent: float = setting(
        10, "% of time", "six seconds a minute shut disturb sight; no published cut", 0, 100
    )
    smc_lid_mm: float = setting(
        2, "mm", "over 90 % of observers see it at the lids (doi:10.1002/lary.24331)", 0, 20
    )
    smc_mouth_mm: float = setting(
        3, "mm", "the least that observers see at the mouth (doi:10.1001/archfacial.2010.101)", 0, 30
    )


@dataclass(frozen=True)
class Settings:
    """All settings of one measurement."""

    quality: QualitySettings = QualitySettings()
    calibration: CalibrationSettings = CalibrationSettings()
    measures: MeasureSettings = MeasureSettings()

    def digest(self) -> str:
        """Return twelve hexadecimal digits that change with any value."""
        text = json.dumps(dataclasses.asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]
