"""One test for each paragraph of "Words" in the design, named after its first word."""

import numpy as np
import pytest

from facialis.events.context import activated_frames
from facialis.measures.severity import severity
from facialis.settings import Settings
from facialis.signals.face import IRIS_MM, curves, mm_per_percent
from facialis.signals.stream import NAMES
from facialis.simulate.schedule import Performance, combine, hemifacial_spasm, rest, smiles, talking
from facialis.types import SIDES, Event, Measure, Side, Signals
from tests.curves import (
    Camera,
    acting,
    blink,
    contraction,
    detected,
    of_kind,
    pulse,
    quality_of,
    shifted,
    signals_of,
    twitch,
)

RULES = Settings()
CALM = Camera(drift=0, yaw_deg=0, closure_noise=0.008)


def measured(signals: Signals) -> dict[tuple[str, str | None], Measure]:
    events, verdict = detected(signals)
    active = activated_frames(signals, RULES.context)
    measures = severity(signals, quality_of(signals), events, verdict, RULES.measures, active)
    return {(measure.name, measure.side): measure for measure in measures}


def spasms_of(*movements: object, duration_s: float = 30.0) -> tuple[Event, ...]:
    return detected(signals_of(acting(duration_s, *movements), CALM))[0]  # type: ignore[arg-type]


def test_closure() -> None:
    # 0 at that eye's own open level, 1 shut; excursions in % of the inter-ocular distance and in mm.
    time_s = np.arange(600) / 30
    closed = np.max([pulse(time_s, onset_s, 0.1, 0.05, 0.15) for onset_s in (3, 8, 14)], axis=0)
    raw = {name: np.full(600, 0.3) for name in NAMES}
    for side, opened in (("left", 0.08), ("right", 0.12)):
        raw[f"{side}_aperture"] = opened * (1 - closed)
        raw[f"{side}_brow"] = 0.3 + 0.05 * closed
    raw["interocular_px"], raw["iris_px"] = np.full(600, 180.0), np.full(600, 23.4)
    signals = curves(time_s, raw, {side: np.ones(600, dtype=bool) for side in SIDES}, RULES.calibration)
    for side in SIDES:
        np.testing.assert_allclose(signals.side(side, "closure"), closed, atol=0.01)
        assert signals.side(side, "brow").max() == pytest.approx(5)
    assert 5 * mm_per_percent(signals) == pytest.approx(0.05 * 180 / 23.4 * IRIS_MM)


def test_excess() -> None:
    # A side's contraction minus the other side's, above that person's baseline asymmetry.
    both = contraction(
        "blink", 8, {"orbicularis_oculi": 0.3}, side="both", rise_s=0.2, hold_s=0.4, fall_s=0.3
    )
    signals = shifted(
        signals_of(acting(30, both, twitch(15, 0.5), twitch(22, 0.4)), CALM), "right", "closure", 0.2
    )
    found = of_kind(detected(signals)[0], "twitch", "tonic")
    assert [(e.side, round(e.onset_s)) for e in found] == [("left", 15), ("left", 22)]
    assert [e.excess["eye"] for e in found] == pytest.approx([0.5, 0.4], abs=0.08)


def test_twitch() -> None:
    # Shorter than 1 s; tonic: 1 s or longer; episode: contractions less than 0.5 s apart.
    apart = spasms_of(
        twitch(4, length_s=0.3),
        twitch(4.6, length_s=0.3),
        twitch(10, length_s=0.8),
        twitch(14, length_s=1.3),
        twitch(20, length_s=0.3),
        twitch(21.1, length_s=0.3),
    )
    kinds = [(e.kind, round(e.onset_s)) for e in of_kind(apart, "twitch", "tonic")]
    assert kinds == [
        ("twitch", 4),
        ("twitch", 5),
        ("twitch", 10),
        ("tonic", 14),
        ("twitch", 20),
        ("twitch", 21),
    ]
    assert [round(e.onset_s) for e in of_kind(apart, "episode")] == [4, 10, 14, 20, 21]


def test_blink() -> None:
    # Both eyes, conjugate. Never a spasm, also when one lid follows less far.
    performance = acting(60, *(blink(t, uneven=0.15) for t in np.arange(3, 57, 3.0)))
    events, verdict = detected(signals_of(performance, CALM))
    assert [(e.kind, e.side) for e in events] == [("blink", "both")] * 18
    assert verdict.side == "none"


def test_spread() -> None:
    # Regions of one side that start together; other Babinski sign: the brow rises while the same eye closes.
    onsets = (4, 9, 14, 19, 24)
    spread = measured(signals_of(acting(30, *(twitch(t, 0.7) for t in onsets)), CALM))
    alone = measured(signals_of(acting(30, *(twitch(t, 0.7, spread=False) for t in onsets)), CALM))
    for name in ("spread_share", "other_babinski_share"):
        assert spread[name, "left"].value == pytest.approx(100, abs=1)
        assert alone[name, "left"].value <= 20
    for event in of_kind(detected(signals_of(acting(30, twitch(9, 0.7)), CALM))[0], "twitch"):
        times = list(event.onset_by_region_s.values())
        assert set(event.regions) == {"eye", "brow", "cheek", "mouth"}
        assert max(times) - min(times) < 0.05


@pytest.mark.parametrize(
    ("performance", "side"),
    [
        (hemifacial_spasm("left", episodes_per_min=12, duration_s=60, seed=1), "left"),
        (hemifacial_spasm("right", episodes_per_min=12, duration_s=60, seed=1), "right"),
        (combine(smiles(duration_s=60, seed=1), talking(duration_s=60, seed=1, phrases_per_min=8)), "none"),
        (rest(3), "undetermined"),
        (
            combine(
                hemifacial_spasm("left", episodes_per_min=12, duration_s=60, seed=1),
                hemifacial_spasm("right", episodes_per_min=12, duration_s=60, seed=2),
            ),
            "both",
        ),
    ],
    ids=["left", "right", "none", "undetermined", "both"],
)
def test_side(performance: Performance, side: str) -> None:
    # Left, right, both, none or undetermined, each with its evidence. A healthy face must come out as none.
    verdict = detected(signals_of(performance, CALM))[1]
    assert verdict.side == side
    assert verdict.evidence


@pytest.mark.parametrize("side", SIDES)
def test_rest(side: Side) -> None:
    # Spasms during rest, and during or just after a voluntary movement, are counted apart.
    talk = contraction(
        "talk", 10, {"zygomaticus": 0.6, "jaw": 0.5}, side="both", rise_s=0.3, hold_s=0.2, fall_s=0.3
    )
    spasms = [twitch(t, 0.6, side=side) for t in (4, 11.2, 17, 22, 26)]
    signals = signals_of(acting(30, talk, *spasms), CALM)
    found = {round(e.onset_s): e.context for e in of_kind(detected(signals)[0], "twitch")}
    assert found == {4: "rest", 11: "activated", 17: "rest", 22: "rest", 26: "rest"}
    numbers = measured(signals)
    assert numbers["episode_rate_rest", side].n == 4
    assert numbers["episode_rate_activated", side].n == 1
