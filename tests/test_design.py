"""The columns that a diary's regression takes: which days, which factors, what beside them."""

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pytest
from histories import START, moment, recorded
from hypothesis import given
from hypothesis import strategies as st

from facialis.measures.design import design_of, outcomes_in, toxin_left
from facialis.measures.history import DiaryDay, History, Treatment
from facialis.measures.toxin import ToxinPriors

PRIORS = ToxinPriors()
SHARE = 0.5


def day(n: int) -> date:
    return START + timedelta(n)


def entry(n: int, felt: float | None = 5.0, **factors: float) -> DiaryDay:
    return DiaryDay(day(n), felt, factors=factors)


def diary(strengths: Mapping[int, float]) -> History:
    return History((), [entry(n, coffee=strength) for n, strength in strengths.items()])


@given(st.dictionaries(st.integers(0, 60), st.sampled_from([0.0, 1.0, 2.0]), min_size=2, max_size=20))
def test_every_day_once_in_the_order_of_time(strengths: dict[int, float]) -> None:
    design = design_of(diary(strengths), "felt", SHARE, PRIORS)
    days = sorted(strengths)
    assert list(design.day) == [d - days[0] for d in days]
    assert list(design.strength["coffee"]) == [strengths[d] for d in days]
    assert sum(design.days_with("coffee")) == len(days)


@given(st.dictionaries(st.integers(0, 30), st.sampled_from([0.0, 1.0, 3.0]), min_size=2, max_size=20))
def test_the_day_before_is_the_calendars(strengths: dict[int, float]) -> None:
    design = design_of(diary(strengths), "felt", SHARE, PRIORS)
    before = [strengths.get(d - 1) for d in sorted(strengths)]
    known = [value for value in before if value is not None]
    assert design.pairs("coffee") == len(known)
    mean = float(np.mean(known)) if known else 0.0
    assert design.day_before["coffee"] == pytest.approx([mean if v is None else v for v in before])


def test_a_day_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        design_of(History((), [entry(1, coffee=1), entry(1, coffee=0)]), "felt", SHARE, PRIORS)


def test_a_day_without_the_outcome_or_any_factor_has_no_say() -> None:
    history = History((), [entry(0, coffee=1), entry(1, None, coffee=0), entry(2), entry(3, coffee=0)])
    assert list(design_of(history, "felt", SHARE, PRIORS).day) == [0, 3]


def test_a_factor_not_noted_is_not_a_day_without_it() -> None:
    days = [entry(n, coffee=n % 2, wine=1) for n in range(8)] + [entry(8, coffee=1)]
    design = design_of(History((), days), "felt", SHARE, PRIORS)
    assert design.y.size == 8
    assert design.days_with("wine") == (8, 0)
    assert design.notes == ("1 day without a note of every factor was left out.",)


def test_a_factor_noted_too_rarely_is_left_out_and_told() -> None:
    days = [entry(n, coffee=n % 2) for n in range(8)] + [entry(8, coffee=1, wine=1)]
    design = design_of(History((), days), "felt", SHARE, PRIORS)
    assert design.factors == ("coffee",)
    assert design.y.size == 9
    assert "wine was noted on 1 of 9 days" in design.notes[0]


@pytest.mark.parametrize(
    ("strengths", "typical", "graded"),
    [([0, 1, 1], 1, False), ([0, 2, 2], 2, False), ([0, 1, 3, 3], 3, True), ([0, 0], 1, False)],
)
def test_how_strong_a_factor_usually_is(strengths: list[float], typical: float, graded: bool) -> None:
    design = design_of(diary(dict(enumerate(strengths))), "felt", SHARE, PRIORS)
    assert design.typical("coffee") == typical
    assert design.graded("coffee") is graded


def test_a_twin_comes_and_goes_with_another() -> None:
    rows = [(0, 0, 1), (1, 2, 1), (1, 2, 0), (0, 0, 0)]
    days = [entry(n, coffee=a, sugar=b, wine=c) for n, (a, b, c) in enumerate(rows)]
    design = design_of(History((), days), "felt", SHARE, PRIORS)
    assert (design.twin("coffee"), design.twin("sugar"), design.twin("wine")) == ("sugar", "coffee", "")


@pytest.mark.parametrize(("n_with", "n_without", "varies"), [(3, 3, True), (2, 9, False), (9, 2, False)])
def test_carry_over_needs_days_before_of_both_kinds(n_with: int, n_without: int, varies: bool) -> None:
    strengths = dict(enumerate([1.0] * n_with + [0.0] * n_without + [0.0]))
    assert design_of(diary(strengths), "felt", SHARE, PRIORS).varies_before("coffee") is varies


# Beside the factors


def test_level_and_trend_stand_beside_the_factors() -> None:
    design = design_of(diary({n: n % 2 for n in range(0, 61, 5)}), "felt", SHARE, PRIORS)
    level, trend = design.covariates.T
    assert (level == 1).all()
    assert trend.mean() == pytest.approx(0)
    assert np.ptp(trend) == pytest.approx(2)  # Sixty days in units of thirty.


def test_a_day_alone_has_no_trend() -> None:
    assert design_of(diary({4: 1.0}), "felt", SHARE, PRIORS).covariates.shape == (1, 1)


@pytest.mark.parametrize("entries", [[], [entry(0, coffee=1), entry(1, wine=1)]])
def test_without_a_day_on_which_all_was_noted_there_are_no_rows(entries: list[DiaryDay]) -> None:
    design = design_of(History((), entries), "felt", SHARE, PRIORS)
    assert design.y.size == 0
    assert design.covariates.shape[0] == 0


def test_toxin_stands_beside_where_it_could_act() -> None:
    entries = [entry(n, coffee=n % 2) for n in range(0, 90, 3)]
    treated = History((), entries, (Treatment(day(30), "toxin"),))
    assert design_of(treated, "felt", SHARE, PRIORS).covariates.shape[1] == 4
    later = History((), entries, (Treatment(day(200), "toxin"),))
    assert design_of(later, "felt", SHARE, PRIORS).covariates.shape[1] == 2
    drug = History((), entries, (Treatment(day(30), "medication"),))
    assert design_of(drug, "felt", SHARE, PRIORS).covariates.shape[1] == 2


@given(st.integers(0, 300), st.lists(st.integers(0, 200), max_size=4))
def test_what_toxin_leaves_is_a_share_and_more_injections_leave_less(at: int, given_on: list[int]) -> None:
    def left(days: list[int]) -> float:
        history = History((), (), [Treatment(day(d), "toxin") for d in days])
        return float(toxin_left(history, [day(at)], PRIORS)[0])

    assert 0 < left(given_on) <= 1
    assert left([*given_on, 100]) <= left(given_on)
    assert left([d for d in given_on if d >= at]) == 1


# Outcomes


def test_which_outcomes_there_are() -> None:
    recordings = recorded([0, 2], [3, 5])
    assert outcomes_in(History(recordings, [entry(0, coffee=1)])) == ["felt", "rate"]
    assert outcomes_in(History(recordings, [DiaryDay(day(0), None, 4.0, {"coffee": 1})])) == [
        "bother",
        "rate",
    ]
    assert outcomes_in(History(recordings, [entry(1, None, coffee=1)])) == []
    assert outcomes_in(History(recordings, [entry(0)])) == []


def test_the_rate_of_a_day_is_over_all_its_recordings() -> None:
    recordings = [*recorded([0, 0, 1], [3, 6, 0], seconds=60)]
    entries = [entry(0, coffee=1), entry(1, coffee=0)]
    design = design_of(History(recordings, entries), "rate", SHARE, PRIORS)
    assert np.exp(design.y) == pytest.approx([9.5 / 2, 0.5 / 1])


def test_counting_noise_is_larger_where_less_was_counted() -> None:
    days = range(12)
    recordings = [r for n in days for r in recorded([n], [20], seconds=60 if n % 2 else 600)]
    entries = [entry(n, coffee=n % 3 == 0) for n in days]
    design = design_of(History(recordings, entries), "rate", SHARE, PRIORS)
    assert design.noise is not None
    assert design.noise.mean() == pytest.approx(1)
    assert design.noise[1::2].mean() > design.noise[::2].mean()
    assert design_of(History(recordings, entries), "felt", SHARE, PRIORS).noise is None


def test_the_hour_of_a_recording_does_not_move_it_to_another_day() -> None:
    assert moment(0.4).date() == day(0)
    history = History(recorded([0.4], [3]), [entry(0, coffee=1)])
    assert outcomes_in(history) == ["felt", "rate"]
