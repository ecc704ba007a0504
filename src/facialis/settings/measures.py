"""Settings of how events become numbers."""

from dataclasses import dataclass

from facialis.settings.setting import Checked, setting


@dataclass(frozen=True)
class MeasureSettings(Checked):
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
