"""After surgery: the patterns, no judgement before six months, and a weak face told from a quiet one."""

import dataclasses

import numpy as np
import pytest
from histories import START, drawn, recorded

from facialis.measures.history import History, RecordedRate, Treatment
from facialis.measures.surgery import (
    EARLIEST_JUDGED_DAYS,
    RELAPSED,
    SurgeryCourse,
    SurgeryPriors,
    chance_of,
    still_with_spasms,
    surgery_course,
    surgery_patterns,
)

SURGERY = Treatment(START, "surgery")
BEFORE = drawn([-20, -14, -8, -2], [10.0] * 4, 1)


def course(
    days: list[int], shares: list[float], seed: int = 2, closure: float | None = 0.95
) -> SurgeryCourse:
    before = [dataclasses.replace(r, closure=0.95 + 0.01 * (k % 2)) for k, r in enumerate(BEFORE)]
    after = [dataclasses.replace(r, closure=closure) for r in drawn(days, [10 * s for s in shares], seed)]
    return surgery_course(History([*before, *after], (), (SURGERY,)))


def likeliest(found: SurgeryCourse) -> str:
    return max(found.chances, key=lambda each: each.value or 0.0).name


def test_the_four_patterns_are_told_apart() -> None:
    days = [1, 2, 5, 10, 20, 40, 80]
    assert likeliest(course(days, [0.02] * 7)) == "chance_gone_at_once"
    assert likeliest(course(days, [0, 0, 0.7, 0.6, 0.4, 0.2, 0.05])) == "chance_back_fading"
    assert likeliest(course(days, [1, 0.95, 0.9, 0.8, 0.6, 0.35, 0.12])) == "chance_fading"
    assert likeliest(course(days, [1.0] * 7)) == "chance_unchanged"


def test_chances_add_up() -> None:
    found = course([1, 5, 20], [0.1, 0.4, 0.3])
    assert sum(each.value or 0.0 for each in found.chances) == pytest.approx(100)


def test_what_remains_and_how_fast_it_fades_are_found() -> None:
    days = [1, 2, 4, 7, 10, 14, 20, 28, 35, 45, 60, 80]
    found = course(days, [0.0, 0.0] + [0.7 * float(np.exp(-(day - 3) / 30)) for day in days[2:]])
    true = 70 * float(np.exp(-77 / 30))
    assert found.remaining.low is not None
    assert found.remaining.high is not None
    assert found.remaining.low <= true <= found.remaining.high
    assert found.fading_days.low is not None
    assert found.fading_days.high is not None
    assert found.fading_days.low <= 30 <= found.fading_days.high


@pytest.mark.parametrize("day", [3, 30, 90, EARLIEST_JUDGED_DAYS - 1])
def test_nothing_is_judged_before_six_months(day: int) -> None:
    words = course([1, max(day - 1, 2), day], [1.0] * 3).words
    assert "It is early" in words
    assert "Nothing is judged before 180 days" in words


@pytest.mark.parametrize("day", [3, 90, 200, 400])
def test_no_word_of_failure_at_any_time(day: int) -> None:
    assert "fail" not in course([1, day], [1.0, 1.0]).words.lower()


def test_after_six_months_it_says_how_it_stands() -> None:
    words = course([1, 100, 200], [0.02] * 3).words
    assert "It is early" not in words
    assert words.startswith("200 days after surgery spasms are at")


def test_a_weak_face_is_not_taken_for_a_cure() -> None:
    quiet, weak = course([10, 12, 14], [0.02] * 3), course([10, 12, 14], [0.02] * 3, closure=0.5)
    assert quiet.weakness == ""
    assert "weak face" in weak.weakness
    assert "50 % of the other eye" in weak.weakness


def test_one_weak_recording_is_enough_to_warn() -> None:
    assert "weak face" in course([10], [0.0], closure=0.4).weakness


def test_a_palsy_that_is_over_no_longer_warns() -> None:
    before = [dataclasses.replace(r, closure=0.95 + 0.01 * (k % 2)) for k, r in enumerate(BEFORE)]
    palsy = [dataclasses.replace(r, closure=0.3) for r in drawn([10, 20], [0.1, 0.1], 3)]
    later = [dataclasses.replace(r, closure=0.95) for r in drawn([200, 210, 215], [0.1] * 3, 4)]
    assert "weak" in surgery_course(History([*before, *palsy], (), (SURGERY,))).weakness
    assert surgery_course(History([*before, *palsy, *later], (), (SURGERY,))).weakness == ""


def test_unknown_closure_is_said() -> None:
    assert "was not recorded" in course([10, 12], [0.02] * 2, closure=None).weakness


@pytest.mark.parametrize(
    ("recordings", "treatments", "words"),
    [
        ([], (), "no surgery"),
        ([], (SURGERY,), "no recording with spasms before"),
        (BEFORE, (SURGERY,), "needs about 2 more recordings"),
        (recorded([-3, 4], [0, 0]), (SURGERY,), "no recording with spasms before"),
    ],
)
def test_no_data_gives_a_reason(
    recordings: list[RecordedRate], treatments: tuple[Treatment, ...], words: str
) -> None:
    found = surgery_course(History(recordings, (), treatments))
    assert words in found.words
    assert found.remaining.value is None
    assert words in found.remaining.reason


def test_every_pattern_leaves_a_share() -> None:
    rng, days = np.random.default_rng(5), np.array([0.0, 0.5, 1, 3, 10, 30, 100, 400])
    for pattern in surgery_patterns(SurgeryPriors()):
        left = pattern.remaining(rng.normal(size=(500, pattern.dims)), days)
        assert left.shape == (500, 8)
        assert (left >= 0).all()
        assert (left < 3).all()


def test_chances_of_the_priors_add_up() -> None:
    assert sum(pattern.chance for pattern in surgery_patterns(SurgeryPriors())) == pytest.approx(1.0)


def test_the_share_still_with_spasms_falls_as_published() -> None:
    # 62 of 175 were free within a week, 90 within a month, 128 within three (10.1055/s-0041-1740970).
    assert [still_with_spasms(day) for day in (0, 7, 30, 90)] == pytest.approx(
        [1.0, 113 / 175, 85 / 175, 47 / 175], abs=0.006
    )


FREE = [1, 5, 20, 40, 70, 100, 140, 180, 220, 260, 300, 340]
LATER = [*FREE, 400, 420]


def faded(day: float, constant: float, first: float = 1.0) -> float:
    return max(first * float(np.exp(-day / constant)), 0.02)


def holds(found: SurgeryCourse, true: float) -> bool:
    left = found.remaining
    return left.low is not None and left.high is not None and left.low <= true <= left.high


def test_a_relapse_is_not_told_as_a_cure() -> None:
    # Ten people, none chosen. Fewer than 8 intervals with a chance of 1 in 90 if they hold 95 of 100 truths.
    told = [course(LATER, [0.01] * 12 + [0.93] * 2, seed) for seed in range(10)]
    assert sum(holds(found, 93) for found in told) >= 8
    assert sum("They had gone and have come back" in found.words for found in told) >= 9
    assert sum(likeliest(found) == "chance_relapsed" for found in told) >= 9
    assert not any("In studies the result" in found.words for found in told)
    assert 60 < np.median([found.remaining.value or 0.0 for found in told]) < 120


@pytest.mark.parametrize("true", [0.4, 0.93])
def test_one_recording_after_a_relapse_is_told_with_a_wide_interval(true: float) -> None:
    told = [course([*FREE, 400], [0.01] * 12 + [true], seed) for seed in range(20, 25)]
    assert sum(holds(found, 100 * true) for found in told) >= 4
    for found in told:
        assert found.remaining.low is not None
        assert found.remaining.high is not None
        assert found.remaining.high > 2 * found.remaining.low
        assert ("One recording alone" in found.words) == ("have come back" in found.words)
    assert sum("have come back" in found.words for found in told) >= 4


def test_spasms_that_faded_first_and_came_back_are_a_relapse_too() -> None:
    found = course(LATER, [faded(day, 40, 0.6) for day in FREE] + [0.7] * 2, 3)
    assert found.remaining.low is not None
    assert found.remaining.high is not None
    assert found.remaining.low <= 70 <= found.remaining.high
    assert likeliest(found) == "chance_relapsed"


@pytest.mark.parametrize(
    "shares",
    [[0.01] * 14, [faded(day, 90) for day in LATER], [0.02, *(faded(day, 60, 0.6) for day in LATER[1:])]],
    ids=["cure", "slow recovery", "back, then fading"],
)
def test_no_relapse_is_told_where_there_is_none(shares: list[float]) -> None:
    found = course(LATER, shares)
    assert "come back" not in found.words
    assert chance_of(found.chances, RELAPSED) < 10
    assert found.remaining.high is not None
    assert found.remaining.high < 15


def test_two_recordings_since_are_not_one_alone() -> None:
    words = course(LATER, [0.01] * 12 + [0.8] * 2, 0).words
    assert "have come back" in words
    assert "One recording alone" not in words


def test_no_relapse_is_told_before_six_months() -> None:
    days = [1, 5, 20, 40, 60, 90, 120, 150]
    words = course(days, [0.01] * 6 + [0.9] * 2).words
    assert "come back" not in words
    assert "Nothing is judged before 180 days" in words


def test_a_relapse_once_back_stays_back() -> None:
    days, rng = np.linspace(1, 2000, 400), np.random.default_rng(3)
    for pattern in surgery_patterns(SurgeryPriors())[-2:]:
        assert pattern.name == RELAPSED
        normal = np.clip(rng.normal(size=(50, pattern.dims)), -1, 1)
        left = pattern.remaining(normal, days)
        assert (left[:, -1] > 0.4).all()
        assert (left.min(axis=1) < 0.2).all()


def test_each_chance_has_its_own_name() -> None:
    names = [each.name for each in course([1, 5, 20], [0.1, 0.4, 0.3]).chances]
    assert len(names) == len(set(names)) == 5
