"""An operation as it is asked for: what cannot be is refused, and what lifting makes of the nerve."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import facialis
from facialis.errors import SettingsError
from facialis.simulate.artery import CAUSES, CauseName
from facialis.simulate.operation import LateralSpread, LateralSpreadActivity
from facialis.simulate.treatments import Treatment

LOOP = CAUSES["anterior inferior cerebellar artery"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"branches": ("cervical",)}, "'cervical' is no branch to stimulate; use some of temporal"),
        ({"branches": ()}, "Nothing is no branch"),
        ({"branches": ("zygomatic", "zygomatic")}, "twice"),
        ({"side": "both"}, "use left or right"),
        ({"cause": "virus"}, "no cause"),
        ({"severity": 1.1}, "severity is 1.1"),
        ({"severity": math.nan}, "severity is nan"),
        ({"strength": -0.1}, "strength is -0.1; use 0 to 1"),
        ({"lifted": 2.0}, "lifted is 2.0"),
        ({"nucleus_gain": 4.0}, "nucleus_gain"),
        ({"train_hz": 0.0}, "train_hz"),
        ({"sweeps": 0}, "sweeps is 0; use a whole number from 1"),
        ({"sweeps": 2.5}, "whole number"),
        ({"axons": 3}, "axons is 3"),
        ({"seed": -1}, "seed"),
        ({"repeats": 51}, "repeats"),
        ({"train": -1}, "train"),
        ({"intervals_ms": (2.0, 0.0)}, "Two shocks cannot be 0 ms apart; use intervals from 0.5 to 100 ms"),
        ({"intervals_ms": (-1.0,)}, "cannot be -1 ms apart"),
        ({"intervals_ms": (math.nan,)}, "cannot be nan ms apart"),
        ({"intervals_ms": (500.0,)}, "cannot be 500 ms apart"),
        ({"day": math.inf}, "day must be a number"),
        ({"root": "cortex"}, "no place of root stimulation"),
        ({"treatments": (Treatment("decompression"), Treatment("decompression", 3))}, "Only one"),
        ({"treatments": (Treatment("toxin"), Treatment("toxin"))}, "Toxin is given twice"),
        ({"treatments": (Treatment("decompression"),), "cause": "none"}, "nothing to lift"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(changed: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError, match=said) as caught:
        LateralSpread(**changed)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


def test_lifting_takes_the_contact_and_leaves_myelin_and_membrane() -> None:
    before, after = LateralSpread().today(), LateralSpread().today(lifted=1.0)
    assert before.cause == LOOP
    assert (after.cause.packing, after.cause.pulse) == (0.5, 0.0)
    for kept in ("lamellae", "left_shift_mv", "axons_lost", "length_mm", "misrouted"):
        assert getattr(after.cause, kept) == pytest.approx(getattr(LOOP, kept))


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_lifted_presses_less(one: float, other: float) -> None:
    less, more = sorted((one, other))
    operation = LateralSpread()
    assert operation.today(more).cause.packing <= operation.today(less).cause.packing + 1e-12
    assert 0.5 <= operation.today(more).cause.packing <= LOOP.packing


@pytest.mark.parametrize("name", CAUSES)
def test_every_cause_can_be_operated(name: CauseName) -> None:
    assert LateralSpread(cause=name).today(1.0).cause.packing <= max(0.5, CAUSES[name].packing)


def test_drugs_and_toxin_are_on_board() -> None:
    treatments = (Treatment("toxin"), Treatment("carbamazepine"), Treatment("clonazepam"))
    today = LateralSpread(treatments=treatments, day=14, nucleus_gain=1.0).today(1.0)
    assert 0.5 < today.block["left", "orbicularis_oculi"] < 1
    assert 0.9 < today.sodium_block <= 1
    assert 0.4 < today.nucleus_gain < 0.6


def test_after_an_operation_there_is_nothing_left_to_lift() -> None:
    treatments = (Treatment("decompression", 10),)
    assert not LateralSpread(treatments=treatments, day=5).operated
    assert LateralSpread(treatments=treatments, day=10).operated
    assert LateralSpread(treatments=treatments, day=5).liftable
    assert not LateralSpread(treatments=treatments, day=10).liftable


@pytest.mark.parametrize(
    ("asked", "before", "after"),
    [
        (LateralSpread(), "on the nerve", "lifted"),
        (LateralSpread(lifted=0.4), "on the nerve", "partly lifted"),
        (LateralSpread(cause="none"), "none", "none"),
        (LateralSpread(cause="multiple sclerosis plaque"), "none", "none"),
        (LateralSpread(treatments=(Treatment("decompression", 0),), day=3), "lifted", "lifted"),
        (LateralSpread(treatments=(Treatment("decompression", 5),), day=3), "on the nerve", "lifted"),
        (LateralSpread(treatments=(Treatment("decompression", 0, 0.5),), day=3), "partly lifted", "lifted"),
        (
            LateralSpread(treatments=(Treatment("decompression", 0, shifted_on_day=2),), day=3),
            "on the nerve",
            "lifted",
        ),
    ],
)
def test_what_presses_is_told_as_it_is_on_that_day(asked: LateralSpread, before: str, after: str) -> None:
    assert (asked.contact(), asked.contact(lifted=True)) == (before, after)


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        ("vertebral artery", "vessel on the nerve"),
        ("tumour", "pressure on the nerve"),
        ("none", "nothing presses"),
    ],
)
def test_only_what_beats_is_called_a_vessel(cause: CauseName, words: str) -> None:
    assert LateralSpread(cause=cause).contact_words() == words


def test_an_unknown_recording_is_refused_and_the_known_are_named() -> None:
    today = LateralSpread().today()
    with pytest.raises(SettingsError, match="no recording 'x'"):
        LateralSpreadActivity(LateralSpread(), today, today, ()).named("x")


def test_the_names_a_user_needs_are_there() -> None:
    assert facialis.LateralSpread is LateralSpread
    assert callable(facialis.simulate_lsr)
    assert {"LateralSpread", "simulate_lsr"} <= set(facialis.__all__)
