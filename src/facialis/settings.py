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
        9, "logit", "a free half-face gives 14 to 25; with a hand over it, it gives -3 to 8", -20, 30
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
class Settings:
    """All settings of one measurement."""

    quality: QualitySettings = QualitySettings()
    calibration: CalibrationSettings = CalibrationSettings()

    def digest(self) -> str:
        """Return twelve hexadecimal digits that change with any value."""
        text = json.dumps(dataclasses.asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]
