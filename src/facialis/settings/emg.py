"""Settings of bursts and responses in an EMG."""

from dataclasses import dataclass

from facialis.settings.setting import Checked, setting


@dataclass(frozen=True)
class BurstSettings(Checked):
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
    most_uneven: float = setting(
        1.5,
        "times",
        "two pairs of electrodes over the same muscle: what a blink shows beyond it counts as contraction",
        1,
        20,
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
class ResponseSettings(Checked):
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
