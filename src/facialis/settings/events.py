"""Settings of what one side of the face does beyond the other, and of what is a contraction."""

from dataclasses import dataclass

from facialis.settings.setting import Checked, setting


@dataclass(frozen=True)
class ExcessSettings(Checked):
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
        0.05,
        "share",
        "SD by which one lid goes more or less far than its share, usual on those tuned on",
        0,
        1,
    )
    lower_scatter: float = setting(
        0.1,
        "share",
        "SD by which one side of a smile or of talk is stronger than its share, usual on those tuned on",
        0,
        1,
    )
    lag_scatter: float = setting(
        0.33,
        "share",
        "SD of the difference one side's lag makes, of the movement within lag_s, usual on those tuned on",
        0,
        1,
    )
    eye_turn: float = setting(
        0.0015,
        "closure/degree",
        "SD of what turning the head does to the apertures' difference, usual on those tuned on",
        0,
        0.1,
    )
    lower_turn: float = setting(
        0.05,
        "%/degree",
        "SD of what turning the head does to the lower face's difference, usual on those tuned on",
        0,
        2,
    )
    eye_talk: float = setting(
        0.002,
        "closure/%",
        "SD of what talking does to the apertures' difference, usual on those tuned on",
        0,
        0.1,
    )
    lower_talk: float = setting(
        0.03, "%/%", "SD of what talking does to the other differences, usual on those tuned on", 0, 2
    )
    talk_window_s: float = setting(0.3, "s", "a syllable takes 0.15 to 0.35 s", 0.05, 5)
    blink_pull: float = setting(
        0.5, "%/closure", "SD of what a blink does to the other differences, usual on those tuned on", 0, 10
    )
    blink_window_s: float = setting(0.3, "s", "a blink takes 0.2 to 0.4 s", 0.05, 5)
    eye_gaze: float = setting(
        0.004,
        "closure/%",
        "SD of what a turn of the eyes does to the apertures' difference, usual on those tuned on",
        0,
        0.1,
    )
    lower_gaze: float = setting(
        0.005, "%/%", "SD of what it does to the other differences, usual on those tuned on", 0, 2
    )
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
class EventSettings(Checked):
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
    own_share: float = setting(
        0.5, "share of height", "of a contraction beside a larger one must be the side's own closing", 0, 1
    )
    much_share: float = setting(
        0.25, "share of time", "shut for less, a side does not hide where it rests", 0.05, 0.95
    )
    two_levels: float = setting(
        0.8,
        "share of variance",
        "above a normal law (0.64) or an even one (0.75) split in the middle: open and shut are two states",
        0.5,
        1,
    )
    pose_share: float = setting(
        0.6, "share of variance", "a side that is shut as the head turns shows its turn, not a spasm", 0.05, 1
    )
    better: float = setting(
        1.5,
        "times",
        "what is found from the usual start stands unless half as much again is explained",
        1,
        10,
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
class BlinkSettings(Checked):
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
    weak_blinks: int = setting(4, "blinks", "fewer do not show that a lid is weak in all of them", 2, 100)
    weak_most: float = setting(
        0.6, "share of the other lid", "healthy lids go as far as each other within a few percent", 0.1, 1
    )
    weak_least: float = setting(
        0.17,
        "share of the other lid",
        "a real wink was read to move the other eye by 0.16 of itself",
        0.01,
        1,
    )
    weak_alike: float = setting(
        1.7, "times", "a weak lid's share varies from blink to blink, a spasm's far more", 1, 10
    )
    weak_rule: float = setting(
        0.85, "share of closures", "spasms go with up to 0.4 of blinks, a weak lid shows in all", 0.5, 1
    )
    weak_regions: float = setting(
        4, "noise SD", "mouth, cheek or brow of one side beyond the other: no blink does that", 1, 50
    )
    weak_eye_only: float = setting(
        0.67, "share of blinks", "with noise a blink in ten seems to move more; most spasms do", 0.1, 1
    )
    weak_lag_s: float = setting(0.1, "s", "the lids of a blink are shut at the same time", 0, 0.5)


@dataclass(frozen=True)
class ContextSettings(Checked):
    """When the face moves on purpose: talking, smiling, chewing, raising the brows."""

    window_s: float = setting(0.5, "s", "a syllable takes a quarter, a smile's onset half a second", 0.1, 5)
    movement: float = setting(
        3,
        "% of inter-ocular distance",
        "about 2.7 mm at the mouth: healthy talk and smiles exceed it",
        0.2,
        50,
    )
    blink_s: float = setting(0.3, "s", "a blink takes 0.2 to 0.4 s", 0.05, 5)
    blink_closure: float = setting(
        0.12, "closure", "within that time: a smile narrows the eyes less quickly", 0.02, 1
    )
    after_s: float = setting(1, "s", "spasms set off by a movement follow it within about a second", 0, 30)
