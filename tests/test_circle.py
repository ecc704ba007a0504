"""The circle's design, what can be told of a spasm, and its arithmetic on answers whose score is plain."""

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.circle import main, planned, quick, report
from benchmarks.circle_blinks import Told, told, told_row
from benchmarks.circle_design import (
    BEFORE_DAY,
    BLOCKS,
    CAUSES,
    PROVOCATIONS,
    SEVERITIES,
    TREATMENTS,
    Shot,
    pairs,
    square,
    treated,
)
from benchmarks.circle_figure import circle_figure
from benchmarks.circle_recordings import answer, film_name
from benchmarks.circle_scores import (
    QUANTITIES,
    SEGMENT_S,
    Answer,
    Quantity,
    agreeing,
    by_blinks,
    change,
    change_table,
    changes,
    group_table,
    main_table,
    segments,
)
from benchmarks.circle_truth import EDGE, JOINED_S, blinking, excess, reached, visible
from benchmarks.readings import kept_reading
from benchmarks.scenarios import RENDERED
from benchmarks.scores import Outcome
from benchmarks.tables import NOTHING
from facialis.measures.matching import Span
from facialis.simulate.labels import LEAST_SHOWN
from facialis.simulate.patient import Patient, PatientActivity, simulate_patient
from facialis.simulate.performance import SAMPLES_PER_S, TrueEvent, with_episodes
from facialis.simulate.triggers import Habits
from facialis.types import REGIONS, SIDES, BoolArray, Event, FloatArray, RecordingSide, Region

SECONDS = 15.0
N = round(SECONDS * SAMPLES_PER_S) + 1


def at(seconds: float) -> int:
    return round(seconds * SAMPLES_PER_S)


# The design


@pytest.mark.parametrize("group", ["tune", "report"])
def test_every_identity_has_every_cause_once(group: str) -> None:
    shots = square(group, SECONDS)  # type: ignore[arg-type]
    cells = Counter((s.scene.identity, s.patient.cause) for s in shots)
    people = RENDERED[group]  # type: ignore[index]
    assert set(cells) == {(person, cause) for person in people for cause in CAUSES}
    assert set(cells.values()) == {1}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (lambda s: s.patient.cause, lambda s: s.patient.severity),
        (lambda s: s.patient.cause, lambda s: s.provocation),
        (lambda s: s.patient.severity, lambda s: s.provocation),
        (lambda s: s.scene.identity, lambda s: s.patient.severity),
        (lambda s: s.scene.identity, lambda s: s.provocation),
    ],
)
def test_the_whole_design_is_balanced_in_pairs_of_factors(
    one: Callable[[Shot], object], other: Callable[[Shot], object]
) -> None:
    shots = square("report", SECONDS)
    counts = Counter((one(s), other(s)) for s in shots)
    assert len(set(counts.values())) == 1
    assert len(counts) == len({one(s) for s in shots}) * len({other(s) for s in shots})


@pytest.mark.parametrize("blocks", [3, 6, 9])
def test_each_factor_is_balanced_after_every_third_block(blocks: int) -> None:
    shots = square("report", SECONDS, blocks)
    assert set(Counter(s.patient.cause for s in shots).values()) == {blocks * 6 // 9}
    for factor in (lambda s: s.patient.severity, lambda s: s.provocation, lambda s: s.scene.identity):
        assert len(set(Counter(map(factor, shots)).values())) == 1
    for person in RENDERED["report"]:
        own = [s for s in shots if s.scene.identity == person]
        assert {s.patient.severity for s in own} == set(SEVERITIES)
        assert {s.provocation for s in own} == set(PROVOCATIONS)


@given(st.integers(1, BLOCKS - 1))
def test_a_shorter_design_is_the_beginning_of_a_longer_one(blocks: int) -> None:
    longer = square("report", SECONDS, blocks + 1)
    assert square("report", SECONDS, blocks) == longer[: 6 * blocks]
    assert {s.block for s in longer} == set(range(blocks + 1))


def test_both_sides_are_ill_as_often_and_the_groups_share_nobody() -> None:
    shots = square("report", SECONDS)
    assert len(set(Counter(s.patient.side for s in shots).values())) == 1
    tuned = {s.scene.identity for s in square("tune", SECONDS)}
    assert not tuned & {s.scene.identity for s in shots}
    assert len(tuned) + len({s.scene.identity for s in shots}) == 12


@pytest.mark.parametrize("blocks", [0, BLOCKS + 1, -1])
def test_blocks_that_are_not_there_are_refused(blocks: int) -> None:
    with pytest.raises(ValueError, match="use 1 to 9"):
        square("report", SECONDS, blocks)


def test_recordings_are_filmed_at_60_frames_and_differ_in_pose_and_seed() -> None:
    shots = square("report", SECONDS)
    assert {s.scene.frames_per_s for s in shots} == {60.0}
    assert len({s.patient.seed for s in shots}) == len({s.scene.yaw_deg for s in shots}) == len(shots)
    assert all(s.patient.duration_s == pytest.approx(SECONDS) for s in shots)
    assert all(60 <= s.scene.interocular_px <= 110 for s in shots)


def test_driven_people_have_triggers_and_calm_ones_blink_less() -> None:
    for shot in square("report", SECONDS):
        assert bool(shot.patient.triggers) == (shot.provocation == "driven")
        usual = Habits().blinks_per_min
        assert (shot.patient.habits.blinks_per_min < usual) == (shot.provocation == "calm")


def test_each_treatment_has_a_before_that_differs_in_nothing_else() -> None:
    found = pairs(treated("report", SECONDS, 2))
    assert Counter(name for name, _, _ in found) == dict.fromkeys(TREATMENTS, 2)
    for name, before, after in found:
        treatment, day = TREATMENTS[name]
        assert after.patient.treatments == (treatment,)
        assert after.patient.day == day
        assert before.patient == replace(after.patient, treatments=(), day=BEFORE_DAY)
        assert before.scene.identity == after.scene.identity
        assert before.scene.yaw_deg != after.scene.yaw_deg


def test_a_recording_after_treatment_without_its_before_makes_no_pair() -> None:
    visits = treated("report", SECONDS, 2)
    first = RENDERED["report"][0]
    kept = [s for s in visits if not (s.before and s.scene.identity == first)]
    assert {after.scene.identity for _, _, after in pairs(kept)} == {RENDERED["report"][1]}
    assert pairs([s for s in visits if s.before]) == []


def test_only_the_patient_for_clonazepam_has_a_nucleus_that_answers() -> None:
    gains = {name: before.patient.nucleus_gain for name, before, _ in pairs(treated("report", SECONDS, 1))}
    assert [name for name, gain in gains.items() if gain > 0] == ["clonazepam, day 7"]


def test_a_run_begins_with_one_block_and_leaves_nothing_out() -> None:
    shots = planned(("report",), 3, 1, SECONDS)
    assert [s.block for s in shots[:6]] == [0] * 6
    assert set(shots) == {*square("report", SECONDS, 3), *treated("report", SECONDS, 1)}
    assert len(planned(("tune", "report"), BLOCKS, 6, 60.0)) == 108 + 12 * 11


def test_the_quick_run_is_short_and_has_a_pair() -> None:
    shots = quick(planned(("report",), 1, 1, 10.0))
    assert sum(s.patient.duration_s for s in shots) <= 60
    assert len(pairs(shots)) == 2
    assert not any(s.patient.nucleus_gain for s in shots)


# What can be told


def curves(**steps: Sequence[tuple[float, float, float]]) -> dict[Region, FloatArray]:
    """Return flat curves with steps (onset, offset, height) in some regions."""
    made: dict[Region, FloatArray] = {region: np.zeros(N) for region in REGIONS}
    for region, places in steps.items():
        for onset, offset, height in places:
            made[region][at(onset) : at(offset)] = height  # type: ignore[index]
    return made


def never() -> BoolArray:
    return np.zeros(N, bool)


def during(onset: float, offset: float) -> BoolArray:
    hidden = never()
    hidden[at(onset) : at(offset)] = True
    return hidden


def kinds(events: Sequence[TrueEvent]) -> list[str]:
    return sorted(e.kind for e in events)


def test_a_difference_is_a_contraction_with_its_time_size_and_regions() -> None:
    made = curves(eye=[(2.0, 2.3, 0.6)], mouth=[(2.1, 2.5, 0.2)], brow=[(2.0, 2.2, 0.07)])
    episode, twitch = sorted(visible(made, "right", never()), key=lambda e: e.kind)
    assert (episode.kind, twitch.kind) == ("episode", "twitch")
    assert twitch.onset_s == pytest.approx(2.0, abs=0.005)
    assert twitch.offset_s == pytest.approx(2.5, abs=0.01)
    assert twitch.peak == pytest.approx(0.6)
    assert twitch.side == "right"
    assert set(twitch.regions) == {"eye", "mouth"}


@given(st.floats(0.001, 1.0), st.sampled_from(REGIONS))
def test_what_does_not_reach_the_least_shown_is_not_told(height: float, region: Region) -> None:
    found = visible(curves(**{region: [(3.0, 3.4, height)]}), "left", never())
    assert bool(found) == (height >= LEAST_SHOWN)


def test_a_contraction_lasts_down_to_the_edge_only() -> None:
    made = curves(eye=[(2.0, 2.4, 0.5), (2.4, 3.5, 0.9 * EDGE)])
    (twitch,) = [e for e in visible(made, "left", never()) if e.kind == "twitch"]
    assert twitch.offset_s == pytest.approx(2.4, abs=0.01)


@pytest.mark.parametrize(
    ("length", "kind"), [(0.3, "twitch"), (0.9, "twitch"), (1.1, "tonic"), (4.0, "tonic")]
)
def test_length_makes_it_tonic(length: float, kind: str) -> None:
    assert kinds(visible(curves(cheek=[(2.0, 2.0 + length, 0.4)]), "left", never())) == sorted(
        ["episode", kind]
    )


@pytest.mark.parametrize(("gap", "contractions"), [(0.5 * JOINED_S, 1), (1.5 * JOINED_S, 2)])
def test_close_differences_are_one_contraction(gap: float, contractions: int) -> None:
    made = curves(eye=[(2.0, 2.2, 0.5), (2.2 + gap, 2.4 + gap, 0.5)])
    found = visible(made, "left", never())
    assert kinds(found) == ["episode", *["twitch"] * contractions]


def test_the_lids_say_nothing_in_a_blink() -> None:
    assert visible(curves(eye=[(2.0, 2.2, 0.5)]), "left", during(1.95, 2.3)) == ()


def test_the_rest_of_the_face_does() -> None:
    made = curves(eye=[(2.0, 2.2, 0.5)], mouth=[(2.0, 2.2, 0.3)])
    (twitch,) = [e for e in visible(made, "left", during(1.95, 2.3)) if e.kind == "twitch"]
    assert twitch.peak == pytest.approx(0.3)
    assert twitch.regions == ("mouth",)


def test_what_outlasts_a_blink_is_told_from_its_end() -> None:
    (twitch,) = [
        e for e in visible(curves(eye=[(2.0, 2.6, 0.5)]), "left", during(1.9, 2.3)) if e.kind == "twitch"
    ]
    assert twitch.onset_s == pytest.approx(2.3, abs=0.01)


def test_a_contraction_that_goes_on_under_a_blink_is_one() -> None:
    made = curves(eye=[(2.0, 3.5, 0.5)])
    assert kinds(visible(made, "left", during(2.5, 2.8))) == ["episode", "tonic"]
    gone = curves(eye=[(2.0, 2.5, 0.5), (2.8, 3.5, 0.5)])
    assert kinds(visible(gone, "left", during(2.5, 2.8))) == ["episode", "twitch", "twitch"]


def test_nothing_is_told_of_a_face_that_does_not_differ() -> None:
    assert visible(curves(), "left", never()) == ()


def test_how_far_each_region_went_belongs_to_its_contraction() -> None:
    made = curves(eye=[(2.0, 2.3, 0.6), (5.0, 6.5, 0.2)], mouth=[(5.0, 5.5, 0.4)])
    events = visible(made, "left", never())
    first, second = reached(made, never(), events)
    assert first["eye"] == pytest.approx(0.6)
    assert first["mouth"] == 0
    assert (second["eye"], second["mouth"]) == pytest.approx((0.2, 0.4))
    hidden = reached(made, during(2.0, 2.3), events)
    assert hidden[0]["eye"] == pytest.approx(0.0)


def test_blinks_are_where_the_truth_has_them() -> None:
    events = [TrueEvent("blink", "both", 1.0, 1.25, 1.1, 0.9, ("eye",)), true(3.0, 3.5)]
    on = blinking(events, N)
    assert on[at(1.0) : at(1.25) + 1].all()
    assert on.sum() == at(0.25) + 1


@cache
def activity(cause: str, blinks: float = 17.0) -> PatientActivity:
    return simulate_patient(
        Patient(cause=cause, minutes=0.25, axons=100, seed=4, habits=Habits(blinks, 0.0))  # type: ignore[arg-type]
    )


def test_a_healthy_face_differs_in_nothing_from_what_was_meant() -> None:
    for side in SIDES:
        for curve in excess(activity("none"), side).values():
            assert np.abs(curve).max() < 1e-9


def test_a_sick_one_differs_on_its_side_and_never_goes_less_far() -> None:
    sick = activity("anterior inferior cerebellar artery")
    assert max(curve.max() for curve in excess(sick, "left").values()) > 0.3
    assert min(curve.min() for curve in excess(sick, "left").values()) > -1e-6
    assert max(np.abs(curve).max() for curve in excess(sick, "right").values()) < 1e-9


def test_what_can_be_told_is_about_what_is_labelled() -> None:
    sick = activity("anterior inferior cerebellar artery")
    truth = sick.muscles.performance.truth
    labelled = [e for e in truth if e.kind == "episode"]
    differs = excess(sick, "left")
    seen = visible(differs, "left", blinking(truth, len(differs["eye"])))
    seen = [e for e in seen if e.kind == "episode"]
    assert labelled
    assert seen
    assert all(any(e.onset_s < o.offset_s and o.onset_s < e.offset_s for o in labelled) for e in seen)


def test_counts_of_a_healthy_face_are_its_blinks_only() -> None:
    one = told(activity("none"))
    assert (one.labelled, one.told, one.with_spasm) == (0, 0, 0)
    assert one.blinks == len(one.deeper) > 0
    assert np.abs(one.deeper).max() < 0.3


def test_early_disease_shows_less_than_a_lesion() -> None:
    early, lesion = told(activity("early disease")), told(activity("anterior inferior cerebellar artery"))
    assert early.told < lesion.told
    assert early.with_spasm <= lesion.with_spasm <= lesion.blinks


def test_counts_become_rates() -> None:
    one = Told(6, 3, 4, 1, np.array([0.1, 0.2, 0.3, 0.2]))
    assert told_row("a", one, 2.0) == ["a", "3.0", "1.5", "2.0", "0.25", "0.20"]
    nothing = Told(0, 0, 0, 0, np.zeros(0))
    assert told_row("b", nothing, 1.0)[1:] == ["0.0", "0.0", "0.0", NOTHING, NOTHING]


# The arithmetic


def true(onset: float, offset: float, peak: float = 0.5) -> TrueEvent:
    kind = "tonic" if offset - onset >= 1 else "twitch"
    return TrueEvent(kind, "left", onset, offset, onset, peak, ("eye", "mouth"))  # type: ignore[arg-type]


def found(event: TrueEvent, late_s: float = 0.0, gain: float = 1.0) -> Event:
    return Event(
        kind=event.kind,  # type: ignore[arg-type]
        side=event.side,
        onset_s=event.onset_s + late_s,
        offset_s=event.offset_s + late_s,
        peak_s=event.peak_s + late_s,
        intensity=event.peak,
        probability=0.9,
        reason="",
        regions=event.regions,
        excess={"eye": gain * event.peak, "mouth": 20 * gain * event.peak},
    )


def answered(
    shot: Shot,
    contractions: Sequence[TrueEvent] = (),
    measured: Sequence[Event] | None = None,
    side: RecordingSide | None = None,
    gain: float = 1.0,
    late_s: float = 0.0,
) -> Answer:
    """Return an answer that is right, but for what is said otherwise."""
    truth = tuple(replace(e, side=shot.patient.side) for e in with_episodes(contractions))
    events = tuple(found(e, late_s, gain) for e in truth) if measured is None else tuple(measured)
    spans = [Span(e.onset_s, e.offset_s, e.side, e.intensity) for e in events if e.kind == "episode"]
    judged = side or (shot.patient.side if truth else "none")
    outcome = Outcome(shot.scenario, truth, judged, tuple(spans), (), (), SECONDS, SECONDS)
    spasms = [e for e in truth if e.kind != "episode"]
    how_far: list[Mapping[Region, float]] = [{"eye": e.peak, "mouth": e.peak} for e in spasms]
    return Answer(shot, truth, truth, tuple(how_far), events, outcome)


def cells() -> list[Answer]:
    """Return right answers on a block, the sick with two to four episodes."""
    answers = []
    for i, shot in enumerate(square("report", SECONDS, 3)):
        spasms = [true(1 + 3 * k, 1.3 + 3 * k + 0.1 * k, 0.2 + 0.15 * k) for k in range(2 + i % 3)]
        answers.append(answered(shot, () if shot.patient.cause == "none" else spasms))
    return answers


def row(table: str, start: str) -> list[str]:
    (line,) = [line for line in table.splitlines() if line.startswith(f"| {start}")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_right_answers_have_full_marks_against_both_truths() -> None:
    table = main_table(cells(), [*cells(), *visits()])
    assert row(table, "F1 of")[1:4] == ["1.00", "1.00", "1.00"]
    assert row(table, "slope")[1:3] == ["1.00", "1.00"]
    assert row(table, "false episodes a minute, cause")[1:3] == ["0.00", "0.00"]
    assert row(table, "onset error, median signed")[1:3] == ["0", "0"]
    assert row(table, "Spearman")[2] == row(table, "the same with the eye")[2] == "1.00"
    assert row(table, "side right")[2].startswith("1.00")
    assert row(table, "`none`")[2].startswith("1.00")


def test_spasms_that_cannot_be_told_count_against_the_truth_file_only() -> None:
    answers = [replace(a, labelled=with_episodes([*a.labelled, true(13.0, 13.2)])) for a in cells()]
    table = main_table(answers, answers)
    labelled, told = row(table, "F1 of")[1:3]
    assert told == "1.00"
    assert float(labelled) < 0.9


def test_late_answers_are_late_and_a_missed_one_costs_recall() -> None:
    late = [answered(a.shot, [e for e in a.visible if e.kind != "episode"], late_s=0.05) for a in cells()]
    assert row(main_table(late, late), "onset error, median signed")[2] == "50"
    silent = [replace(a, events=(), outcome=replace(a.outcome, episodes=(), side="none")) for a in cells()]
    assert row(main_table(silent, silent), "precision, recall")[2] == f"{NOTHING}, 0.00"
    assert row(main_table(silent, silent), "side right")[2].startswith("0.00")


def test_a_spasm_on_a_healthy_face_is_a_false_one_a_minute() -> None:
    spasm = with_episodes([true(2.0, 2.4)])
    answers = [
        answered(a.shot, (), [found(e) for e in spasm], "left") if a.shot.patient.cause == "none" else a
        for a in cells()
    ]
    table = main_table(answers, answers)
    assert row(table, "false episodes a minute, cause")[2] == "4.00"
    assert row(table, "`none`")[2].startswith("0.00")


def test_a_spasm_within_a_blink_is_counted_apart() -> None:
    shot = treated("report", SECONDS, 1)[0]
    blink_ = TrueEvent("blink", "both", 2.0, 2.3, 2.1, 0.9, ("eye",))
    inside, outside, lasting = true(2.05, 2.35), true(5.0, 5.3), true(8.0, 8.9)
    right = answered(shot, [inside, outside, lasting])
    seen = replace(right, labelled=(*right.labelled, blink_))
    free, within = by_blinks([seen])
    assert (len(free.pairs), len(within.pairs)) == (2, 1)
    silent = replace(seen, outcome=replace(seen.outcome, episodes=()))
    free, within = by_blinks([silent, seen])
    assert (free.recall, within.recall) == (0.5, 0.5)
    begun = replace(right, labelled=(replace(blink_, onset_s=7.95, offset_s=8.2),))
    assert len(by_blinks([begun])[1].pairs) == 0


def test_false_episodes_stay_false_whatever_blinks_there_are() -> None:
    shot = treated("report", SECONDS, 1)[0]
    spasm = [found(e) for e in with_episodes([true(2.05, 2.3)])]
    blink_ = TrueEvent("blink", "both", 2.0, 2.3, 2.1, 0.9, ("eye",))
    answer_ = replace(answered(shot, (), spasm), labelled=(blink_,))
    free, within = by_blinks([answer_])
    assert (len(free.false), len(within.false)) == (1, 0)


def test_rows_by_a_factor_add_up_to_all() -> None:
    table = group_table(cells(), "cause", lambda shot: shot.patient.cause)
    assert len(table.splitlines()) == 2 + len(CAUSES)
    told = sum(int(row(table, f"{cause} |")[2]) for cause in CAUSES)
    assert told == sum(e.kind == "episode" for a in cells() for e in a.visible)
    assert row(table, "none |")[5] == NOTHING


EVENT_TIMES = st.lists(
    st.tuples(st.floats(0, 13), st.floats(0.05, 1.9), st.floats(0.1, 1.0)), min_size=1, max_size=6
)


@given(EVENT_TIMES, st.sampled_from(QUANTITIES))
def test_stretches_hold_all_there_is(times: list[tuple[float, float, float]], quantity: Quantity) -> None:
    spasms = [true(onset, onset + length, peak) for onset, length, peak in times]
    right = answered(treated("report", SECONDS, 1)[0], spasms)
    parts = segments(right, quantity)
    assert parts.shape == (round(SECONDS / SEGMENT_S), 2)
    total = {
        "episodes": float(sum(e.kind == "episode" for e in right.visible)),
        "time in spasm": sum(e.duration_s for e in spasms),
        "eye": sum(e.peak for e in spasms),
        "lower face": sum(e.peak for e in spasms),
    }[quantity]
    assert parts[:, 0].sum() == pytest.approx(total)
    scale = 20 if quantity == "lower face" else 1
    assert parts[:, 1] == pytest.approx(scale * parts[:, 0])


amounts = st.lists(st.floats(0.1, 5.0), min_size=4, max_size=12)


@given(amounts, amounts, st.floats(0.1, 40.0))
def test_a_measure_in_proportion_to_the_truth_agrees_whatever_its_unit(
    before: list[float], after: list[float], unit: float
) -> None:
    parts = [np.stack([np.array(values), unit * np.array(values)], axis=1) for values in (before, after)]
    result = change(parts[0], parts[1])
    assert result.measured == pytest.approx(result.simulated)
    assert (result.low, result.ratio, result.high) == pytest.approx((1.0, 1.0, 1.0))


def test_a_measure_that_misses_half_of_what_is_left_says_so() -> None:
    before = np.ones((20, 2))
    after = np.stack([np.full(20, 0.5), np.full(20, 0.25)], axis=1)
    result = change(before, after)
    assert (result.simulated, result.measured, result.ratio) == pytest.approx((0.5, 0.25, 0.5))
    assert not result.agrees
    assert change(before, before).agrees


def test_nothing_left_has_no_ratio_and_nothing_before_no_change() -> None:
    gone = change(np.ones((5, 2)), np.zeros((5, 2)))
    assert (gone.simulated, gone.measured) == (0.0, 0.0)
    assert math.isnan(gone.ratio)
    assert math.isnan(gone.low)
    assert not gone.agrees
    assert math.isnan(change(np.zeros((5, 2)), np.ones((5, 2))).simulated)


def test_a_measure_that_finds_nothing_any_more_has_no_interval() -> None:
    after = np.stack([np.full(6, 0.5), np.zeros(6)], axis=1)
    result = change(np.ones((6, 2)), after)
    assert (result.simulated, result.measured, result.ratio) == (0.5, 0.0, 0.0)
    assert math.isnan(result.low)


def test_few_events_have_a_ratio_but_no_interval() -> None:
    rare = np.zeros((6, 2))
    rare[0] = 1.0
    result = change(np.ones((6, 2)), rare)
    assert result.ratio == pytest.approx(1.0)
    assert math.isnan(result.low)
    assert agreeing({("a", "eye"): result}) == (0, 0)


def test_intervals_are_wider_for_less_and_the_same_again() -> None:
    rng = np.random.default_rng(1)
    many = 1 + rng.random((60, 2))
    few = many[:6]
    wide, narrow = change(few, few, seed=2), change(many, many, seed=2)
    assert wide.high - wide.low > narrow.high - narrow.low > 0
    assert change(few, few, seed=2) == wide
    assert change(few, few, seed=3) != wide


def visits() -> list[Answer]:
    """Return right answers on two people before and after treatment, some spasms gone after it."""
    spasms = [true(0.5 + 1.4 * k, 0.8 + 1.4 * k) for k in range(10)]
    return [
        answered(shot, spasms if shot.before else spasms[::2], gain=1 if shot.before else 0.5)
        for shot in treated("report", SECONDS, 2)
    ]


def test_changes_are_pooled_over_people_and_found_in_every_quantity() -> None:
    result = changes(visits())
    assert set(result) == {(name, quantity) for name in TREATMENTS for quantity in QUANTITIES}
    for (_, quantity), each in result.items():
        assert each.simulated == pytest.approx(0.5, abs=0.01)
        half = 0.5 if quantity in ("eye", "lower face") else 1.0
        assert each.ratio == pytest.approx(half, abs=0.01)
    agree, known = agreeing(result)
    assert (agree, known) == (2 * len(TREATMENTS), 4 * len(TREATMENTS))
    table = change_table(result)
    assert len(table.splitlines()) == 2 + len(result)
    assert "1.00 (1.00 to 1.00)" in table


def test_the_report_has_all_its_parts_and_none_it_cannot_have() -> None:
    whole = report([*cells(), *visits()], "python -m benchmarks.circle")
    for part in ("By cause", "By severity", "By provocation", "By identity", "Change with treatment"):
        assert f"### {part}" in whole
    assert "The interval holds 1 in" in whole
    assert "Change with treatment" not in report(cells(), "c")


def test_the_figure_shows_every_recording_and_change() -> None:
    result = changes(visits())
    root = ElementTree.fromstring(circle_figure(cells(), result))
    dots = [e for e in root.iter() if e.attrib.get("fill-opacity") == "0.7"]
    assert len(dots) == len(cells()) + len(result) + len(QUANTITIES)
    width, height = (float(v) for v in root.attrib["viewBox"].split()[2:])
    places = [re.match(r"M([\d.]+) ([\d.]+)(.*)", d.attrib["d"]) for d in dots]
    assert all(p and 0 < float(p[1]) < width and 0 < float(p[2]) < height for p in places)
    shapes = {d.attrib["fill"]: p[3] for d, p in zip(dots, places, strict=True) if p}
    assert len(set(shapes.values())) == len(shapes) == len(QUANTITIES)


@pytest.mark.parametrize("largest", [0.3, 1.2, 1.4839, 1.6, 7.3])
def test_the_axes_of_the_figure_have_round_numbers(largest: float) -> None:
    first = next(iter(changes(visits()).values()))
    shown = circle_figure(cells(), {("toxin", "episodes"): replace(first, simulated=1.0, measured=largest)})
    numbers = [
        e.text for e in ElementTree.fromstring(shown).iter() if e.text and re.fullmatch(r"[\d.]+", e.text)
    ]
    assert all(len(each) <= 3 for each in numbers)
    assert max(float(each) for each in numbers[-10:]) >= largest


# Films and readings


def test_a_film_has_another_name_where_the_face_or_the_scene_differs() -> None:
    shot = treated("report", SECONDS, 1)[0]
    calm = activity("none").muscles.performance
    sick = activity("anterior inferior cerebellar artery").muscles.performance
    names = {
        film_name(calm, shot),
        film_name(sick, shot),
        film_name(calm, replace(shot, scene=replace(shot.scene, noise_sd=7.0))),
    }
    assert len(names) == 3
    assert film_name(calm, replace(shot, name="another", block=5)) in names


def test_a_reading_that_is_kept_is_not_made_again(tmp_path: Path) -> None:
    class StoppedError(Exception):
        pass

    def stopped() -> Path:
        raise StoppedError

    with pytest.raises(StoppedError):
        kept_reading("film", stopped, tmp_path)
    assert not list(tmp_path.rglob("*.npz"))


def test_only_what_is_kept_can_be_asked_for(tmp_path: Path) -> None:
    shot = treated("report", 8.0, 1)[2]
    assert answer(shot, tmp_path, kept_only=True) is None
    words = ["--kept", "--blocks", "1", "--treated", "0", "--seconds", "8", "--cache", str(tmp_path)]
    result = CliRunner().invoke(main, words)
    assert result.exit_code != 0
    assert "The cache holds none of these recordings" in result.output
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "words", [["--blocks", "0"], ["--blocks", "10"], ["--people", "all"], ["--seconds", "1"]]
)
def test_bad_options_end_with_one_sentence(words: list[str]) -> None:
    result = CliRunner().invoke(main, words)
    assert result.exit_code != 0
    assert "Invalid value" in result.output
