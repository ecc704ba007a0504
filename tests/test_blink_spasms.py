"""A blink that sets off a spasm is both: told by the muscles of one side that a blink leaves alone."""

import numpy as np
import pytest
from emgs import Burst, blink, detected, recording_of
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis.events.blink_spasms import in_blink
from facialis.events.bursts import Activity
from facialis.events.bursts import Burst as Found
from facialis.events.emg import EmgFindings
from facialis.settings import BurstSettings, Settings
from facialis.types import SIDES, Event, Side

LOWER = ("zygomaticus", "orbicularis_oris", "mentalis")
MUSCLES = ("orbicularis_oculi", "frontalis", *LOWER)
BLINKS = (1.0, 3.5, 6.0, 8.5)
OTHER: dict[Side, Side] = {"left": "right", "right": "left"}


def spread(side: Side, onset_s: float, muscles: tuple[str, ...] = LOWER, rms_uv: float = 60.0) -> list[Burst]:
    """Bursts of one side's muscles during a blink, as long as it."""
    return [(f"{side}_{muscle}", onset_s + 0.003, 0.08, rms_uv) for muscle in muscles]


def found(
    bursts: list[Burst], muscles: tuple[str, ...] = MUSCLES, rules: Settings | None = None
) -> EmgFindings:
    return detected(recording_of(bursts, 11.0, muscles=muscles), rules)


def of(kind: str, findings: EmgFindings) -> list[Event]:
    return [event for event in findings.events if event.kind == kind]


def blinking(*more: list[Burst]) -> list[Burst]:
    return [burst for t in BLINKS for burst in blink(t)] + [burst for some in more for burst in some]


@pytest.mark.parametrize("side", SIDES)
def test_muscles_of_one_side_in_a_blink_are_a_spasm_and_the_blink_stays_one(side: Side) -> None:
    findings = found(blinking(*(spread(side, t) for t in BLINKS[1:])))
    twitches = of("twitch", findings)
    assert [event.side for event in twitches] == [side] * 3
    assert np.allclose([event.onset_s for event in twitches], BLINKS[1:], atol=0.02)
    assert all({"eye", "mouth", "chin"} <= {*event.regions} for event in twitches)
    assert len(of("blink", findings)) == len(BLINKS)
    assert findings.verdict.side == side


def test_a_blink_alone_is_no_spasm() -> None:
    findings = found(blinking())
    assert of("twitch", findings) == []
    assert len(of("blink", findings)) == len(BLINKS)
    assert findings.verdict.side == "none"


def test_both_sides_at_once_are_no_spasm() -> None:
    both = [burst for t in BLINKS for side in SIDES for burst in spread(side, t)]
    assert of("twitch", found(blinking(both))) == []


@pytest.mark.parametrize("muscle", ["frontalis", *LOWER])
def test_one_muscle_could_be_a_leak(muscle: str) -> None:
    lone = [burst for t in BLINKS for burst in spread("left", t, (muscle,))]
    assert of("twitch", found(blinking(lone))) == []
    eager = Settings(bursts=BurstSettings(blink_muscles=1))
    assert {event.side for event in of("twitch", found(blinking(lone), rules=eager))} == {"left"}


def test_without_further_muscles_nothing_more_is_known_than_before() -> None:
    few = ("orbicularis_oculi", "zygomaticus")
    findings = found(blinking(spread("left", BLINKS[1], ("zygomaticus",))), few)
    assert of("twitch", findings) == []
    assert len(of("blink", findings)) == len(BLINKS)


def test_a_muscle_recorded_on_one_side_alone_tells_nothing() -> None:
    recording = recording_of(blinking(spread("left", BLINKS[1])), 11.0, muscles=MUSCLES)
    kept = {n: v for n, v in recording.channels.items() if n.endswith("oculi") or n.startswith("left")}
    object.__setattr__(recording, "channels", kept)
    assert of("twitch", detected(recording)) == []


def test_what_goes_on_after_the_blink_began_with_it() -> None:
    """A contraction that was seen from the blink's end on is one with what the other muscles did in it."""
    tail = [(f"left_{muscle}", 3.5, 0.5, 70.0) for muscle in MUSCLES if muscle != "frontalis"]
    findings = found(blinking(tail))
    twitches = of("twitch", findings)
    assert len(twitches) == 1
    assert twitches[0].onset_s == pytest.approx(3.5, abs=0.02)
    assert twitches[0].offset_s == pytest.approx(4.0, abs=0.03)
    assert len(of("episode", findings)) == 1


def test_the_persons_own_blink_is_measured_on_those_without_a_spasm() -> None:
    strong = [("left_orbicularis_oculi", t, 0.1, 400.0) for t in BLINKS[3:]]
    plain = found(blinking()).blink_uv["left"]
    assert found(blinking(strong, spread("left", BLINKS[3]))).blink_uv["left"] == pytest.approx(
        plain, rel=0.1
    )


# The rule itself


def quiet_but(loud: dict[str, float]) -> dict[str, Activity]:
    """Activities of a second in which the muscles named are that many uV strong throughout."""
    time_s = np.arange(0, 1, 0.001)
    activity = {}
    for side in SIDES:
        for muscle in MUSCLES:
            power = np.full(time_s.size, 1.0 + loud.get(f"{side}_{muscle}", 0.0) ** 2)
            noise, known = np.ones(time_s.size), np.ones(time_s.size, dtype=bool)
            activity[f"{side}_{muscle}"] = Activity(
                time_s, noise, power, power, power, power, known, 1.0, 0.01
            )
    return activity


def burst(onset_s: float, offset_s: float, uv: float, strength: float = 10.0) -> Found:
    return Found(onset_s, offset_s, (onset_s + offset_s) / 2, uv, uv, strength)


EYES: dict[Side, Found] = {"left": burst(0.4, 0.5, 80), "right": burst(0.4, 0.5, 80)}
sizes = st.dictionaries(
    st.sampled_from([f"{side}_{muscle}" for side in SIDES for muscle in MUSCLES[1:]]), st.floats(5, 200)
)


@given(sizes, st.integers(1, 4))
@settings(max_examples=60)
def test_a_spasm_is_of_one_side_with_enough_muscles(loud: dict[str, float], needed: int) -> None:
    rules = BurstSettings(blink_muscles=needed)
    bursts = {name: (burst(0.41, 0.52, uv),) for name, uv in loud.items()}
    told = in_blink((0.4, 0.5), EYES, bursts, quiet_but(loud), rules)
    assert len(told) <= 1
    for side, spasm in told.items():
        mine = [name for name in loud if name.startswith(side)]
        assert len(mine) >= needed
        assert (spasm.onset_s, spasm.offset_s) == (0.4, 0.52)
        assert spasm.peak_uv == EYES[side].peak_uv


@given(sizes)
@settings(max_examples=40)
def test_mirrored_muscles_give_the_mirrored_spasm(loud: dict[str, float]) -> None:
    rules = BurstSettings()

    def turned(name: str) -> str:
        side, muscle = name.split("_", 1)
        return f"{OTHER[side]}_{muscle}"  # type: ignore[index]

    here = {name: (burst(0.41, 0.52, uv),) for name, uv in loud.items()}
    there = {turned(name): found for name, found in here.items()}
    told = in_blink((0.4, 0.5), EYES, here, quiet_but(loud), rules)
    mirrored = in_blink((0.4, 0.5), EYES, there, quiet_but({turned(n): uv for n, uv in loud.items()}), rules)
    assert {OTHER[side] for side in told} == {*mirrored}


@pytest.mark.parametrize(
    ("moved", "strength", "expected"),
    [(0.0, 10.0, 1), (0.2, 10.0, 0), (-0.2, 10.0, 0), (0.0, 3.0, 0)],
    ids=["in it", "after it", "before it", "hardly above the noise"],
)
def test_only_clear_bursts_in_the_blink_count(moved: float, strength: float, expected: int) -> None:
    names = ["left_zygomaticus", "left_mentalis"]
    bursts = {name: (burst(0.41 + moved, 0.5 + moved, 60, strength),) for name in names}
    told = in_blink((0.4, 0.5), EYES, bursts, quiet_but(dict.fromkeys(names, 60.0)), BurstSettings())
    assert len(told) == expected
