"""Settings of how far an event and a side are believed."""

from dataclasses import dataclass

from facialis.settings.setting import Checked, setting


@dataclass(frozen=True)
class ProbabilitySettings(Checked):
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
class SideSettings(Checked):
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
