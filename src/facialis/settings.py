"""The thresholds, each with its unit, default and reason. Their digest goes into every result."""

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
    clear_presence: float = setting(
        16,
        "logit",
        "once covered, a half-face counts as free again only from here: hands leave slowly",
        -20,
        30,
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
class ExcessSettings(_Checked):
    """How a side's contraction above the other's is told from what both sides do."""

    smooth_s: float = setting(
        0.066, "s", "the closing phase of a blink: nothing a face does is shorter", 0, 0.5
    )
    baseline_s: float = setting(
        20, "s", "longer than a tonic spasm, shorter than a change of posture or light", 2, 600
    )
    fast_baseline_s: float = setting(
        2, "s", "twice the longest twitch, so that a twitch is less than half of the window", 0.5, 10
    )
    brief_baseline_s: float = setting(
        0.7, "s", "more than twice the half-width of a twitch, less than a change of gaze", 0.2, 5
    )
    quiet_quantile: float = setting(
        0.3, "share of frames", "on the side of spasms the baseline lies below the middle", 0.05, 0.5
    )
    lag_s: float = setting(
        0.05, "s", "one lid may follow the other by a frame at 30/s and a rolling shutter", 0, 0.5
    )
    eye_scatter: float = setting(
        0.05, "share", "SD by which one lid goes more or less far than its share in a blink or a squint", 0, 1
    )
    lower_scatter: float = setting(
        0.1, "share", "SD by which one side of a smile or of talk is stronger than its share", 0, 1
    )
    lag_scatter: float = setting(
        0.33, "share", "SD of the difference one side's lag makes, of the movement within lag_s", 0, 1
    )
    eye_turn: float = setting(
        0.0015, "closure/degree", "SD of what turning the head does to the apertures' difference", 0, 0.1
    )
    lower_turn: float = setting(
        0.05, "%/degree", "SD of what turning the head does to the lower face's difference", 0, 2
    )
    eye_talk: float = setting(
        0.002, "closure/%", "SD of what talking does to the apertures' difference", 0, 0.1
    )
    lower_talk: float = setting(0.03, "%/%", "SD of what talking does to the other differences", 0, 2)
    talk_window_s: float = setting(0.3, "s", "a syllable takes 0.15 to 0.35 s", 0.05, 5)
    blink_pull: float = setting(0.5, "%/closure", "SD of what a blink does to the other differences", 0, 10)
    blink_window_s: float = setting(0.3, "s", "a blink takes 0.2 to 0.4 s", 0.05, 5)
    eye_gaze: float = setting(
        0.004, "closure/%", "SD of what a turn of the eyes does to the apertures' difference", 0, 0.1
    )
    lower_gaze: float = setting(0.005, "%/%", "SD of what it does to the other differences", 0, 2)
    scatter_prior_s: float = setting(
        3, "s", "movement of this length outweighs what is usual by what this person does", 0.1, 600
    )
    yaw_window_s: float = setting(0.5, "s", "the time a small turn of the head takes", 0.05, 5)
    edge_s: float = setting(
        0.1, "s", "a contraction reaches its height in 50 to 150 ms; gaze and posture take longer", 0.02, 1
    )
    pose_ridge: float = setting(
        0.02, "share of samples", "holds the pose terms where the head hardly moved", 0, 10
    )


@dataclass(frozen=True)
class EventSettings(_Checked):
    """What makes an excess a contraction, and contractions an episode."""

    enter_noise: float = setting(
        3.5, "noise SD", "weak ones are weighed, not cut: alone they are not believed", 1, 50
    )
    cut_factor: float = setting(
        2, "times", "seen in part only, a contraction must be the clearer for it", 1, 10
    )
    leave_noise: float = setting(2, "noise SD", "hysteresis: one contraction is not cut into many", 0, 50)
    floor_closure: float = setting(0.015, "closure", "below, the model's own wobble looks like a lid", 0, 1)
    eye_takes_part: float = setting(
        1, "noise SD", "the eye is first in 86 % of people (Au 2004) and part of nearly all spasms", 0, 20
    )
    eye_clear: float = setting(
        4, "noise SD", "from here the eye alone times a contraction, below that all regions together", 1, 50
    )
    region_least: float = setting(
        1.5, "noise SD", "so many channels' ordinary noise must not add up to a signal", 0, 10
    )
    region_cap: float = setting(
        6, "noise SD", "no single region but the eye may carry an event alone", 0, 100
    )
    region_weight: float = setting(
        0.7, "share", "regions of one side share noise, so together they count less than apart", 0, 1
    )
    region_share: float = setting(
        0.6, "share", "of the eye's say where all are summed: not every region takes part", 0, 1
    )
    most_say: float = setting(4, "noise SD", "no channel may carry that sum alone", 0, 100)
    least_say: float = setting(
        1, "noise SD", "a region that stays out, or is pulled elsewhere, must not silence the others", 0, 100
    )
    edge_noise: float = setting(2, "noise SD", "the rise and fall must exceed the noise's own", 0, 50)
    edge_share: float = setting(
        0.35, "share of height", "a contraction makes a third of its height within 0.2 s", 0, 1
    )
    weak_edge: float = setting(0.6, "share", "of rise and fall, the slower may be slower still", 0, 1)
    edge_search_s: float = setting(0.35, "s", "where to look for the rise and the fall", 0.05, 2)
    flank_high: float = setting(
        0.6, "share of height", "the flank is straight between here and flank_low", 0.5, 0.95
    )
    flank_low: float = setting(0.25, "share of height", "below, noise and drift bend the flank", 0.05, 0.45)
    end_share: float = setting(
        0.05, "share of height", "where a contraction begins and ends, on the flank drawn on", 0, 0.5
    )
    valley_share: float = setting(
        0.3,
        "share of height",
        "a fall below it parts two twitches; the ripple of a tonic spasm stays above",
        0.01,
        1,
    )
    held_s: float = setting(2, "s", "a held contraction of which more is lost in noise counts as two", 0, 20)
    held_noise: float = setting(
        2, "noise SD", "the eye has not come back where it stays above this between two contractions", 0, 20
    )
    held_quantile: float = setting(
        0.1, "share of samples", "a held eye may dip with its ripple and with noise", 0, 0.5
    )
    rebound_s: float = setting(
        0.15, "s", "closer than this, the end of one side's contraction makes the other side's onset", 0, 1
    )
    rebound_share: float = setting(
        0.5, "share of height", "a baseline that follows a contraction falls by less than half of it", 0, 1
    )
    guard_s: float = setting(0.15, "s", "frames beside a contraction do not count as baseline", 0, 2)
    max_passes: int = setting(5, "passes", "baseline and contractions settle within three", 1, 50)
    brief_s: float = setting(
        0.45, "s", "what is longer fills the briefest baseline's window and loses height in it", 0.05, 5
    )
    tonic_s: float = setting(1, "s", "JRS splits at 1 s; no distribution is published", 0.2, 10)
    episode_gap_s: float = setting(0.5, "s", "contractions closer than this are one episode", 0, 10)
    blind_noise: float = setting(
        3, "noise SD", "in a blink the lids may differ by so much that a contraction cannot be told", 1, 50
    )
    blind_s: float = setting(
        0.3, "s", "a contraction that goes on before and after a blink went on in it", 0, 5
    )
    region_noise: float = setting(3, "noise SD", "from here a region takes part", 1, 50)


@dataclass(frozen=True)
class BlinkSettings(_Checked):
    """What makes a movement of both lids a blink."""

    baseline_s: float = setting(3, "s", "longer than a blink, shorter than a change of gaze", 0.5, 60)
    depth: float = setting(
        0.2, "closure", "about half of all blinks are partial (clinical reference, 3.4)", 0.02, 1
    )
    noise: float = setting(6, "noise SD", "the lids' own tremor is no blink", 1, 50)
    edge_share: float = setting(0.25, "share of depth", "where a blink begins and ends", 0.02, 0.9)
    longest_s: float = setting(
        0.7, "s", "0.2 % of blinks last 0.5 s (doi:10.2147/OPTH.S56783); longer is closing the eyes", 0.1, 5
    )


@dataclass(frozen=True)
class ContextSettings(_Checked):
    """When the face moves on purpose: talking, smiling, chewing, raising the brows."""

    window_s: float = setting(0.5, "s", "a syllable takes a quarter, a smile's onset half a second", 0.1, 5)
    movement: float = setting(
        3,
        "% of inter-ocular distance",
        "about 2.7 mm at the mouth: healthy talk and smiles exceed it",
        0.2,
        50,
    )
    after_s: float = setting(1, "s", "spasms set off by a movement follow it within about a second", 0, 30)


@dataclass(frozen=True)
class ProbabilitySettings(_Checked):
    """The logistic score of one event; zero is as likely as not."""

    even_noise: float = setting(
        5.5, "noise SD", "of this strength it is as likely a movement as noise", 1, 50
    )
    per_doubling: float = setting(
        4, "log odds", "each doubling of the strength: noise grows rare that fast", 0, 10
    )
    alone: float = setting(
        1.4,
        "log odds",
        "the eye alone: a spasm in four of five, else a wink",
        -5,
        5,
    )
    per_region: float = setting(
        0.8,
        "log odds",
        "eye and lower face together are specific (doi:10.1007/978-981-15-5417-9_5)",
        0,
        5,
    )
    brow_up: float = setting(
        1.5, "log odds", "other Babinski sign, specificity 76 to 100 % (doi:10.1002/mds.25472)", 0, 5
    )
    brow_down: float = setting(1.5, "log odds", "in a wink the brow goes down", 0, 5)
    wink_closes_s: float = setting(
        0.15, "s", "a twitch closes the eye in 50 to 80 ms; on purpose it takes longer", 0, 1
    )
    brow_fall: float = setting(
        1.5,
        "% of inter-ocular distance",
        "less than this the closing lid itself pulls at the brow's points",
        0,
        20,
    )
    company: float = setting(
        5, "events", "a side with this many other spasms makes a further one this much likelier", 0, 100
    )


@dataclass(frozen=True)
class SideSettings(_Checked):
    """How events become a verdict on the side."""

    trust: float = setting(
        0.9, "share", "even a clear event may be a wink: no single one may decide alone for certain", 0.1, 1
    )
    called: float = setting(0.8, "probability", "from here a side is called", 0.5, 1)
    absent: float = setting(
        0.65, "probability", "one doubtful event of the eye alone, as a wink would be, shows no side", 0, 0.8
    )
    dominance: float = setting(
        0.8, "share of evidence", "from here the few events of the other side count as mistakes", 0.5, 1
    )
    rare_per_min: float = setting(
        1,
        "1/min",
        "published rates run from 0.3 to 24.7 (doi:10.1007/s00417-019-04567-w)",
        0.01,
        100,
    )
    min_event_probability: float = setting(
        0.5, "probability", "an event less likely than not is not reported", 0, 1
    )


@dataclass(frozen=True)
class MuscleSettings(_Checked):
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


@dataclass(frozen=True)
class BurstSettings(_Checked):
    """How contractions are told from noise in EMG, and spasms from what both sides do."""

    baseline_s: float = setting(
        20, "s", "longer than a tonic spasm, shorter than a change of posture", 2, 600
    )
    quiet_quantile: float = setting(
        0.25, "share of samples", "the quiet level, also where half of the time is spasm", 0.05, 0.5
    )
    enter_noise: float = setting(
        5.5,
        "noise SD",
        "of the log power: steady noise reaches it once in hours, 10 dB over it gives 8",
        2,
        50,
    )
    leave_noise: float = setting(2.5, "noise SD", "hysteresis: one burst is not cut into many", 0.5, 50)
    shortest_s: float = setting(
        0.012, "s", "one motor unit's wave lasts 5 to 10 ms: a burst holds more than one", 0.001, 0.2
    )
    muscle_hz: float = setting(
        60, "Hz", "muscle has most of its power above, a step of an electrode most of it below", 25, 200
    )
    muscle_share: float = setting(
        0.45, "share of power", "of a burst's power above muscle_hz; a filtered step has 0.3", 0, 1
    )
    instant_s: float = setting(0.005, "s", "a spike of an electrode is over so soon, filtered", 0.001, 0.05)
    instant_share: float = setting(
        0.8, "share of power", "a burst spreads its power; a single wave or spike does not", 0.1, 1
    )
    join_s: float = setting(
        0.15, "s", "a muscle's twitch outlasts its EMG: bursts closer than this pull as one contraction", 0, 1
    )
    change_evidence: float = setting(
        12, "log likelihood", "of a change of variance: noise gives so much once in 160 000 trials", 2, 100
    )
    edge_search_s: float = setting(
        0.08, "s", "how far before and after its flank a burst may begin and end", 0.005, 1
    )
    edge_share: float = setting(
        0.01, "share of the peak", "less than this before a burst is no part of it", 0, 0.5
    )
    together_s: float = setting(
        0.03, "s", "both orbiculares oculi start a blink within a few ms, weak ones are seen later", 0, 0.2
    )
    tail_s: float = setting(
        0.1,
        "s",
        "one side of a blink may be seen so much longer; what goes on beyond is a contraction",
        0.01,
        1,
    )
    tail_share: float = setting(
        0.25,
        "share of its own amplitude",
        "what goes on after a blink must not be the blink's own last spikes",
        0,
        2,
    )
    dominance: float = setting(
        3,
        "times",
        "within a movement of both sides, one side so much stronger is in spasm as well",
        1.2,
        20,
    )
    partner_noise: float = setting(
        4, "noise SD", "over the whole burst: from here the other side took part", 1, 50
    )
    partner_share: float = setting(
        0.25,
        "share",
        "of what a blink of that size would show on the other side: less is a leak, not a partner",
        0,
        1,
    )
    min_blinks: float = setting(
        3, "blinks", "from these on, the person's own blink is the unit of strength", 1, 100
    )
    region_noise: float = setting(
        4, "noise SD", "over the whole contraction: from here a muscle takes part", 1, 50
    )
    region_share: float = setting(
        2, "times", "a muscle of one side is so much stronger than its partner, or both were meant", 1, 20
    )
    blink_muscles: int = setting(
        2,
        "muscles",
        "beside the eye, on one side alone, for a blink to be a spasm too: one could be a leak",
        1,
        7,
    )
    activated_s: float = setting(
        0.2, "s", "lower face or forehead of both sides active so long: talk, a smile, a frown", 0.02, 5
    )
    even_noise: float = setting(4.5, "noise SD", "of this strength it is as likely muscle as noise", 1, 50)


@dataclass(frozen=True)
class ResponseSettings(_Checked):
    """How answers to electrical stimuli are found."""

    artefact_s: float = setting(0.002, "s", "the stimulus itself, drawn through before any filter", 0, 0.01)
    direct_s: float = setting(
        0.0065,
        "s",
        "what answers before was stimulated itself: a direct answer comes after 3 to 4 ms",
        0.001,
        0.02,
    )
    earliest_s: float = setting(0.005, "s", "lateral spread comes after 8 to 15 ms", 0.001, 0.1)
    latest_s: float = setting(0.02, "s", "later than this come reflexes and after-activity", 0.005, 0.2)
    noise: float = setting(
        5, "noise SD", "of the 45 ms before the stimulus: from here a muscle answers", 2, 50
    )
    masked_s: float = setting(0.1, "s", "so long after a stimulus, activity is an answer and no spasm", 0, 2)
    together_s: float = setting(0.015, "s", "one nerve drives all its muscles within 15 ms", 0.001, 0.2)


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
    excess: ExcessSettings = ExcessSettings()
    events: EventSettings = EventSettings()
    blinks: BlinkSettings = BlinkSettings()
    context: ContextSettings = ContextSettings()
    probability: ProbabilitySettings = ProbabilitySettings()
    side: SideSettings = SideSettings()
    muscle: MuscleSettings = MuscleSettings()
    bursts: BurstSettings = BurstSettings()
    responses: ResponseSettings = ResponseSettings()
    measures: MeasureSettings = MeasureSettings()

    def digest(self) -> str:
        """Return twelve hexadecimal digits that change with any value."""
        text = json.dumps(dataclasses.asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]
