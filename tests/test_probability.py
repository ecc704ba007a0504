import numpy as np
import pytest

from facialis.events.contractions import find_contractions
from facialis.events.grid import even
from facialis.events.probability import reason_for, spasm_probability
from facialis.events.regions import spread_of
from facialis.settings import Settings
from facialis.simulate.performance import Contraction
from facialis.types import SIDES, Side
from tests.curves import OTHER, Camera, acting, contraction, mirrored, signals_of, twitch

RULES = Settings()
CALM = Camera(drift=0, yaw_deg=0, closure_noise=0.006)


def judged(*movements: Contraction, reflect: bool = False) -> list[tuple[float, str, tuple[str, ...]]]:
    """Probability, reason and regions of each clear contraction, in order of time."""
    signals = signals_of(acting(20, *movements), CALM)
    grid = even(mirrored(signals) if reflect else signals)
    found, excesses = find_contractions(grid, RULES)
    out = []
    for one in (c for c in found if c.height > 0.15):
        spread = spread_of(one, excesses, grid, RULES)
        out.append((spasm_probability(one, spread, RULES), reason_for(one, spread), spread.regions))
    return out


def wink(onset_s: float, side: Side = "left") -> Contraction:
    gains = {"orbicularis_oculi": 0.9, "corrugator": 0.5, "zygomaticus": 0.3}
    return contraction("wink", onset_s, gains, side=side, rise_s=0.2, hold_s=0.2, fall_s=0.25)  # type: ignore[arg-type]


def test_a_wink_is_less_likely_a_spasm_than_a_twitch_with_the_brow_up() -> None:
    ((winked, why, regions),) = judged(wink(8))
    ((twitched, because, others),) = judged(twitch(8, 0.9))
    assert winked < twitched
    assert "wink" in why
    assert "brow went down" in why
    assert "brow" not in regions
    assert "other Babinski" in because
    assert "brow" in others


def test_probability_grows_with_size() -> None:
    sizes = (0.2, 0.4, 0.8)
    chances = [judged(twitch(8, size, spread=False, length_s=0.3))[0][0] for size in sizes]
    assert chances == sorted(chances)
    assert chances[0] < chances[-1]


def test_probability_grows_with_the_regions_that_join() -> None:
    muscles = ({"orbicularis_oculi": 0.5}, {"orbicularis_oculi": 0.5, "zygomaticus": 0.5})
    eye, with_mouth = (judged(contraction("twitch", 8, gains)) for gains in muscles)  # type: ignore[arg-type]
    with_brow = judged(twitch(8, 0.5))
    assert eye[0][0] < with_mouth[0][0] < with_brow[0][0]
    assert eye[0][2] == ("eye",)
    assert set(with_mouth[0][2]) == {"eye", "cheek", "mouth"}
    assert set(with_brow[0][2]) == {"eye", "brow", "cheek", "mouth"}


def test_the_eye_alone_leaves_a_wink_possible_and_says_so() -> None:
    ((_, why, _),) = judged(twitch(8, 0.4, spread=False))
    assert "nothing else moved" in why
    assert "wink" in why


@pytest.mark.parametrize("side", SIDES)
def test_the_reason_names_the_side_and_the_size(side: Side) -> None:
    ((_, why, _),) = judged(twitch(8, 0.6, side=side, length_s=0.4))
    assert f"the {side} eye closed by" in why
    percent = int(why.split("closed by ")[1].split(" %")[0])
    assert percent == pytest.approx(60, abs=12)
    assert OTHER[side] not in why


def test_a_reason_in_the_mirror_is_the_same_for_the_other_side() -> None:
    ((chance, why, regions),) = judged(twitch(8, 0.6))
    ((mirrored_chance, mirrored_why, mirrored_regions),) = judged(twitch(8, 0.6), reflect=True)
    assert mirrored_chance == pytest.approx(chance, abs=0.01)
    assert mirrored_why == why.replace("left", "right")
    assert mirrored_regions == regions


def test_regions_start_together_in_a_spasm() -> None:
    signals = signals_of(acting(20, twitch(8, 0.8)), CALM)
    grid = even(signals)
    found, excesses = find_contractions(grid, RULES)
    (one,) = [c for c in found if c.height > 0.15]
    spread = spread_of(one, excesses, grid, RULES)
    onsets = np.array([spread.onset[region] for region in spread.regions])
    assert np.ptp(onsets) <= 2
    for region, size in {"eye": 0.8, "brow": 4.5, "mouth": 7.7}.items():
        assert spread.excess[region] == pytest.approx(size, rel=0.4)  # type: ignore[index]
