"""Settings of the signals: which frames and samples may be used, what is open and shut."""

from dataclasses import dataclass

from facialis.settings.setting import Checked, setting


@dataclass(frozen=True)
class QualitySettings(Checked):
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
    clear_presence: float = setting(
        16,
        "logit",
        "once covered, a half-face counts as free again only from here: hands leave slowly",
        -20,
        30,
    )
    turn_free_deg: float = setting(
        8, "degree", "up to here a turned head leaves the certainty of its half-faces as it is", 0, 60
    )
    turn_presence: float = setting(
        0.3,
        "logit/degree",
        "beyond, the half that turns away is less certain and read right: half of what rendered heads lose",
        0,
        5,
    )
    cover_guard_s: float = setting(
        0.3, "s", "a hand that comes or goes shades and drags the skin before and after it covers it", 0, 5
    )
    min_interocular_px: float = setting(
        50,
        "px",
        "between the outer corners of the eyes; below, a twitch of a fifth moves a lid by less than a pixel",
        10,
        1000,
    )
    min_brightness: float = setting(25, "grey level", "below, lids and skin are one shade", 0, 255)
    min_contrast: float = setting(8, "grey level", "below, the picture shows no features", 0, 255)
    min_sharpness: float = setting(
        0.4, "share of the recording's median", "a blurred frame moves the lids' edges", 0, 1
    )
    min_change: float = setting(
        0.05, "grey level", "a sensor's noise changes 0.3 and more, a still picture encoded 0.02", 0, 10
    )
    max_frozen_s: float = setting(0.5, "s", "one or two repeated frames do no harm to rates", 0.05, 10)
    guard_s: float = setting(0.1, "s", "frames beside an excluded one are often half as bad", 0, 2)
    min_run_s: float = setting(0.5, "s", "a shorter stretch holds no baseline", 0, 10)
    min_observed_s: float = setting(
        5, "s", "the shortest recording from which a baseline and a noise floor can be taken", 1, 600
    )


@dataclass(frozen=True)
class CalibrationSettings(Checked):
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
class MuscleSettings(Checked):
    """How EMG is cleaned, and which of its samples may be used."""

    min_rate_per_s: float = setting(
        500, "1/s", "half of it bounds the band: below, most of the muscle's power is cut off", 100, 10_000
    )
    low_hz: float = setting(20, "Hz", "below, movement of skin and cable (clinical reference, 6)", 5, 100)
    high_hz: float = setting(450, "Hz", "above, surface EMG holds little but noise", 100, 2000)
    hum_factor: float = setting(
        6, "times", "a line this far above the spectrum beside it is mains, not muscle", 2, 1000
    )
    hum_follow_s: float = setting(
        0.5, "s", "the mains' size and phase are followed this fast: slower than any burst", 0.1, 10
    )
    pop_lone: float = setting(
        2.5, "times", "a pop is one jump; a motor unit's wave goes up and down alike", 1.2, 20
    )
    pop_noise: float = setting(10, "noise SD", "smaller jumps are of the size of the noise's own", 3, 100)
    pop_guard_s: float = setting(0.06, "s", "so long a jump rings in a filter that begins at 20 Hz", 0, 1)
    flat_s: float = setting(
        0.05,
        "s",
        "a value that stays the same so long is a saturated amplifier or a lost electrode",
        0.005,
        5,
    )
    leak_ratio: float = setting(
        3, "times", "crosstalk is read where the source is so much louder than what it leaks into", 1.5, 20
    )
    leak_reach_s: float = setting(
        0.0015, "s", "through tissue a neighbour's wave arrives at once, blurred by about this", 0, 0.01
    )
    leak_least_s: float = setting(0.2, "s", "from less of loud source, a leak cannot be told", 0.02, 60)
    leak_explained: float = setting(
        0.4, "share of variance", "a leak is nearly all there is; muscles that fire at once share less", 0, 1
    )
    smooth_s: float = setting(
        0.008,
        "s",
        "of the Gaussian over the squared EMG: a burst's spikes, 3 to 4 ms apart, run together",
        0.001,
        0.1,
    )
    slow_smooth_s: float = setting(
        0.03, "s", "a second, slower Gaussian finds what is long and weak", 0.005, 0.5
    )
    envelope_per_s: float = setting(
        500, "1/s", "of the envelope: steps of 2 ms, a quarter of its blur", 50, 5000
    )
