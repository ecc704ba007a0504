"""Which treatments count for the side whose spasms are counted."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facialis.record import Moment, Site, Treatment, moment
from facialis.record.acting import TOUCH_UP_DAYS, acting
from facialis.record.types import TreatmentKind
from facialis.types import EventSide, Side


def on(day: int) -> Moment:
    return moment(f"{date(2025, 3, 1) + timedelta(day)} 12:00", "UTC")


def toxin(day: int, *sides: Side, side: EventSide | None = None) -> Treatment:
    return Treatment("toxin", "Botox", on(day), sites=tuple(Site("eye", s) for s in sides), side=side)


def surgery(name: str, side: EventSide | None = None) -> Treatment:
    return Treatment("surgery", name, on(10), side=side)


@pytest.mark.parametrize("sides", [("left",), ("left", "right"), ()])
def test_toxin_of_this_side_of_both_or_without_a_side_counts(sides: tuple[Side, ...]) -> None:
    assert acting([toxin(0, *sides)], "left") == ((toxin(0, *sides),), ())


def test_toxin_of_the_other_side_is_left_out_and_told() -> None:
    kept, notes = acting([toxin(0, "right")], "left")
    assert kept == ()
    assert notes == ("Botox of 2025-03-01 is no treatment of its own here: it was given on the other side.",)


@pytest.mark.parametrize("side", [None, "both"])
def test_where_no_one_side_is_counted_every_toxin_counts(side: EventSide | None) -> None:
    assert len(acting([toxin(0, "right")], side)[0]) == 1


@pytest.mark.parametrize(
    "name",
    ["MVD", "microvascular decompression", "mikrovaskuläre Dekompression", "descompresión microvascular", ""],
)
def test_a_decompression_counts_whatever_it_is_called(name: str) -> None:
    assert len(acting([surgery(name, "left")], "left")[0]) == 1


@pytest.mark.parametrize("name", ["knee replacement", "blepharoplasty"])
def test_another_operation_does_not_and_it_is_told_what_to_do(name: str) -> None:
    kept, notes = acting([surgery(name)], "left")
    assert kept == ()
    assert name in notes[0]
    assert "'decompression' in its name" in notes[0]


def test_a_decompression_of_the_other_side_does_not() -> None:
    assert acting([surgery("MVD", "right")], "left")[0] == ()


@pytest.mark.parametrize(("gap", "cycles"), [(0, 1), (14, 1), (TOUCH_UP_DAYS, 1), (TOUCH_UP_DAYS + 1, 2)])
def test_a_touch_up_belongs_to_its_cycle(gap: int, cycles: int) -> None:
    kept, notes = acting([toxin(gap, "left"), toxin(0, "left")], "left")
    assert len(kept) == cycles
    assert len(notes) == 2 - cycles
    assert kept[0].at == on(0)


def test_toxin_of_the_other_side_begins_no_cycle() -> None:
    kept, _ = acting([toxin(0, "right"), toxin(7, "left")], "left")
    assert [each.at for each in kept] == [on(7)]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["toxin", "surgery", "drug"]),
            st.integers(0, 300),
            st.sampled_from(["MVD", "knee"]),
        ),
        max_size=8,
    )
)
def test_each_is_kept_or_told_and_drugs_are_always_kept(drawn: list[tuple[TreatmentKind, int, str]]) -> None:
    given_ = [Treatment(kind, name, on(day)) for kind, day, name in drawn]
    kept, notes = acting(given_, "left")
    assert len(kept) + len(notes) == len(given_)
    assert sum(t.kind == "drug" for t in kept) == sum(t.kind == "drug" for t in given_)
    assert [t.at.utc for t in kept] == sorted(t.at.utc for t in kept)
