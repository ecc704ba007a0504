"""Which recordings and days belong to a treatment, to now, to an operation, and what daily makes of them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from histories import START, drawn, felt, moment, recorded
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis.measures.around import Span, Windows, after_span, around_each, before_span, steady
from facialis.measures.basis import Term
from facialis.measures.compare import Part, compare, ratio_here
from facialis.measures.history import DiaryDay, History, RecordedRate, Treatment, daily
from facialis.measures.overview import between_operations, course_of, felt_mean, now_of
from facialis.report.interval_words import times

W = Windows()


def day(n: int) -> date:
    return START + timedelta(days=n)


def given_at(n: int, kind: str = "toxin", until: int | None = None) -> Treatment:
    return Treatment(day(n), kind, "x", None if until is None else day(until))  # type: ignore[arg-type]


# One for each day


def test_recordings_of_a_day_are_added_up() -> None:
    noon = moment(0)
    first = RecordedRate(noon, 10, 120.0, 2.0, 0.8)
    second = RecordedRate(noon + timedelta(hours=3), 30, 60.0, 1.0, None)
    (both,) = daily([second, first])
    assert (both.when, both.count, both.seconds_observed, both.closure) == (noon, 40, 180.0, 0.8)
    assert both.dispersion == pytest.approx(1.25)


def test_the_diarys_day_counts_and_not_the_date() -> None:
    late = RecordedRate(moment(1) - timedelta(hours=11), 5, 60.0, day=day(0))
    assert [r.count for r in daily([*recorded([0], [3]), late])] == [8]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 40), st.floats(0, 300)), max_size=20))
def test_daily_loses_no_spasm_and_no_second(told: list[tuple[int, int, float]]) -> None:
    recordings = [RecordedRate(moment(d), n, s) for d, n, s in told]
    days = daily(recordings)
    seen = [r for r in recordings if r.seconds_observed > 0]
    assert sum(r.count for r in days) == sum(r.count for r in seen)
    assert sum(r.seconds_observed for r in days) == pytest.approx(sum(r.seconds_observed for r in seen))
    assert len({r.on for r in days}) == len(days)
    assert daily(days) == days


# Windows


def test_before_reaches_back_to_where_it_may() -> None:
    toxin = given_at(200)
    assert before_span(toxin, [toxin], W) == Span(day(110), day(199))
    earlier = given_at(40)
    assert before_span(toxin, [earlier, toxin], W).first == day(110)  # Long gone.
    recent = given_at(110)
    assert before_span(toxin, [recent, toxin], W) == Span(day(172), day(199))  # While it wears off.
    close = given_at(150)
    assert before_span(toxin, [close, toxin], W).days == 0  # Still at its height.


def test_a_drug_that_ended_makes_way() -> None:
    toxin = given_at(200)
    drug = given_at(20, "medication", until=150)
    assert before_span(toxin, [drug, toxin], W).first == day(164)


def test_after_is_while_it_acts() -> None:
    toxin, last = given_at(100), day(400)
    assert after_span(toxin, [toxin], W, last) == Span(day(114), day(156))
    again = given_at(130)
    assert after_span(toxin, [toxin, again], W, last) == Span(day(114), day(129))
    drug = given_at(100, "medication", until=120)
    assert after_span(drug, [drug], W, last) == Span(day(114), day(120))
    surgery = given_at(100, "surgery")
    assert after_span(surgery, [surgery], W, last) == Span(day(373), day(400))
    assert after_span(surgery, [surgery], W, day(105)) == Span(day(101), day(105))


@given(
    st.lists(st.tuples(st.integers(0, 400), st.sampled_from(["toxin", "surgery", "medication"])), max_size=6)
)
def test_before_and_after_never_meet(told: list[tuple[int, str]]) -> None:
    given_ = sorted((given_at(n, kind) for n, kind in told), key=lambda t: t.day)
    for each in given_:
        before, after = before_span(each, given_, W), after_span(each, given_, W, day(400))
        assert before.last < each.day <= after.first


def test_steady_stretches_leave_out_what_changes() -> None:
    history = History(recorded([0, 5, 45, 60, 80, 120, 300], [9] * 7), (), [given_at(40)])
    days = [[(r.on - START).days for r in part] for part in steady(history, W)]
    assert days == [[0, 5], [60, 80], [300]]


def test_each_treatment_has_its_change_and_what_acts_beside() -> None:
    given_ = [given_at(40), given_at(150), given_at(60, "medication")]
    history = History(drawn(range(0, 300, 5), [6] * 60, 1), felt(range(0, 300, 3), [4, 5] * 50), given_)
    found = around_each(history)
    assert [a.treatment.day for a in found] == [day(40), day(60), day(150)]
    assert found[0].change.rate_ratio.value is not None
    assert found[0].beside == ""  # Its window ends where the drug begins.
    assert found[1].beside.startswith("In the same time")


def test_the_rest_of_the_history_tells_how_much_a_person_varies() -> None:
    """One recording on each side has no variation of its own; months before it have."""
    alone = recorded([100, 200], [20, 5])
    history = History(alone, (), [given_at(150)])
    assert around_each(history)[0].change.rate_ratio.value is None
    with_more = replace(history, recordings=[*alone, *drawn(range(0, 50, 5), [7] * 10, 1)])
    found = around_each(with_more, replace(W, before_d=60))[0].change.rate_ratio
    assert found.value is not None or "recording" in found.reason


# Now


def test_now_is_the_latest_weeks() -> None:
    history = History(drawn(range(0, 100, 4), [8] * 25, 1), felt(range(0, 100, 2), [1] * 40 + [6, 8] * 5))
    now = now_of(history)
    assert now is not None
    assert now.span == Span(day(71), day(98))
    assert now.rate.low is not None
    assert now.felt.value is not None
    assert now.felt.value > 4
    assert now_of(History()) is None


def test_a_mean_of_days_says_what_it_lacks() -> None:
    few = felt_mean("felt_now", "", [(day(k), 3.0) for k in range(3)])
    assert (few.value, few.reason) == (None, "not enough data: needs about 2 more diary days")
    alike = felt_mean("felt_now", "", [(day(k), 3.0) for k in range(9)])
    assert (alike.value, alike.low) == (3.0, None)
    assert alike.reason
    never = felt_mean("felt_now", "", [(day(k), None) for k in range(9)])
    assert (never.value, never.n) == (None, 0)


@settings(max_examples=10)
@given(st.lists(st.integers(0, 10), min_size=5, max_size=20))
def test_a_mean_of_days_stays_between_0_and_10(values: list[int]) -> None:
    found = felt_mean("felt_now", "", [(day(k), float(v)) for k, v in enumerate(values)])
    assert found.value == pytest.approx(sum(values) / len(values))
    if found.low is not None and found.high is not None:
        assert 0 <= found.low <= found.value <= found.high <= 10


# The whole


def test_a_history_is_cut_at_operations() -> None:
    history = History(
        recorded([0, 49, 50, 51, 100], [9] * 5),  # Of the day itself nobody knows.
        [DiaryDay(day(10), 3), DiaryDay(day(60), 3)],
        [given_at(5), given_at(50, "surgery"), given_at(90)],
    )
    parts = between_operations(history)
    assert [len(p.recordings) for p in parts] == [2, 2]
    assert [len(p.of("toxin")) for p in parts] == [1, 1]
    assert between_operations(History()) == [History([], [], [])]


def test_toxin_before_and_after_an_operation_has_two_baselines() -> None:
    rates = [8] * 20 + [2] * 20
    history = History(
        drawn(range(0, 400, 10), rates, 1), (), [given_at(50), given_at(200, "surgery"), given_at(260)]
    )
    course = course_of(history)
    assert [len(part.cycles) for part in course.toxin] == [1, 1]
    first, second = (part.baseline.value for part in course.toxin)
    assert first is not None
    assert second is not None
    assert second < first / 2
    assert "left out of the course after surgery" in course.notes[0]


def test_an_empty_history_has_an_empty_course() -> None:
    course = course_of(History())
    assert (course.now, course.treatments, course.toxin, course.surgery, course.notes) == (
        None,
        (),
        (),
        None,
        (),
    )


# One against another


def test_two_single_recordings_have_their_minutes_too() -> None:
    first, second = recorded([0, 10], [30, 10])
    found = compare(History([first, second]), Part("a", [first]), Part("b", [second]))
    assert found.here is not None
    assert found.here.value == pytest.approx(1 / 3)
    assert found.here.low is not None
    assert found.here.high is not None
    assert 0.1 < found.here.low < 1 / 3 < found.here.high < 0.8
    assert found.change.rate_ratio.value is None


def test_bursts_widen_the_interval_of_two_recordings() -> None:
    first, second = recorded([0, 10], [30, 10])
    even = ratio_here(first, second)
    burst = ratio_here(replace(first, dispersion=4.0), replace(second, dispersion=4.0))
    assert even.low is not None
    assert burst.low is not None
    assert burst.low < even.low


@pytest.mark.parametrize(("counts", "reason"), [((0, 0), "no spasm"), ((0, 4), "in the first")])
def test_two_recordings_without_a_ratio(counts: tuple[int, int], reason: str) -> None:
    found = ratio_here(*recorded([0, 10], counts))
    assert found.value is None
    assert reason in found.reason


def test_with_the_rest_of_a_history_two_recordings_tell_of_change() -> None:
    history = History(drawn(range(0, 120, 5), [10] * 24, 1))
    one, other = history.recordings[0], history.recordings[-1]
    found = compare(history, Part("a", [one]), Part("b", [other]))
    assert found.change.rate_ratio.value is not None
    assert found.change.smallest_fall.value is not None


def test_a_recording_in_which_nothing_was_seen_has_no_ratio() -> None:
    first, second = recorded([0, 10], [0, 3])
    assert "not observed" in ratio_here(replace(first, seconds_observed=0.0), second).reason


def test_parts_that_overlap_are_refused() -> None:
    history = History(recorded([0, 1, 2], [3, 3, 3]), felt([0, 1], [2, 3]))
    for parts in (
        (Part("a", history.recordings[:2]), Part("b", history.recordings[1:])),
        (Part("a", [], history.diary), Part("b", [], history.diary[:1])),
    ):
        with pytest.raises(ValueError, match="overlap"):
            compare(history, *parts)


def test_recordings_that_do_not_count_as_before_give_the_true_reason() -> None:
    close = History(recorded([3, 8, 30], [9, 9, 2]), (), [given_at(0), given_at(10)])
    reason = around_each(close)[1].change.rate_ratio.reason
    assert "8 days after" in reason
    assert f"of {day(0)}" in reason
    same = History(recorded([10, 30], [9, 2]), (), [given_at(10, "surgery")])
    assert "own day do not count" in around_each(same)[0].change.rate_ratio.reason
    old = History(recorded([0, 230], [9, 2]), (), [given_at(200)])
    assert f"was on {day(0)}, and days from {day(110)} count" in around_each(old)[0].change.rate_ratio.reason
    none = around_each(History(recorded([30], [2]), (), [given_at(10)]))[0].change
    assert "there is no recording before" in none.rate_ratio.reason


@pytest.mark.parametrize(("ratio", "none"), [(1.0, True), (1.004, True), (1.3, False), (0.9, False)])
def test_a_ratio_of_1_is_called_no_difference_seen(ratio: float, none: bool) -> None:
    term = Term("rate_ratio", "", None, "times", 1.0)
    said = times(term.give(ratio, (0.44, 2.4), 9, ""))
    assert said.startswith("no difference seen") is none
    assert said.endswith("times as often (0.44 to 2.4)")
