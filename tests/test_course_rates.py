"""The true rates of a simulated year: in the direction that is set, and what the recordings hold."""

from dataclasses import replace

import numpy as np
import pytest
from courses import TINY, quick_references, small, toxin

from facialis.simulate import course_rates
from facialis.simulate.course import Course, Factor
from facialis.simulate.course_days import EVENING, days_of, recordings_of
from facialis.simulate.course_rates import (
    Response,
    TrueYear,
    factor_times,
    rates_in,
    reference_of,
    true_year,
)
from facialis.simulate.patient import PatientActivity, simulate_patient
from facialis.simulate.treatments import Treatment

CALM = {"spread": 0.0, "factors": ()}
STRESS = Factor("stress", "stress", share=0.5, weakest=8, strongest=10)


@pytest.fixture(scope="module")
def reference() -> course_rates.Reference:
    with pytest.MonkeyPatch.context() as patched:
        quick_references(patched, minutes=1.0)
        return reference_of(TINY)


def year(course: Course, reference: course_rates.Reference) -> TrueYear:
    with pytest.MonkeyPatch.context() as patched:
        quick_references(patched, minutes=1.0)
        return true_year(course, days_of(course), reference=reference)


def column(of: TrueYear, name: str) -> np.ndarray:
    return np.array([getattr(rates, name) for rates in of.days])


def emg_rms(activity: PatientActivity) -> float:
    side = activity.patient.side
    channels = [v for (where, _), v in activity.muscles.emg.channels.items() if where == side]
    return float(np.sqrt(np.mean(np.square(channels))))


def test_without_anything_every_day_is_the_same(reference: course_rates.Reference) -> None:
    rates = year(small(**CALM), reference)
    assert len(set(rates.days)) == 1
    assert rates.days[0] == rates.response.usual
    assert rates.days[0].ordered_per_min > 5


def test_readier_axons_and_more_blinks_bring_more_spasms(reference: course_rates.Reference) -> None:
    assert np.all(reference.response.readiness > 0)
    assert reference.response.blinks[0] > -0.5
    assert np.all(reference.response.times(0.0, 1.0) == 1)


def test_toxin_takes_from_what_is_shown_and_nothing_from_what_is_ordered(
    reference: course_rates.Reference,
) -> None:
    rates = year(small(days=120, treatments=(toxin(20),), **CALM), reference)
    ordered, shown = column(rates, "ordered_per_min"), column(rates, "shown_per_min")
    assert np.ptp(ordered) == 0
    assert np.ptp(shown[:20]) == 0
    assert shown[35] < 0.5 * shown[0]
    assert shown[100] > shown[35]
    assert np.all(shown <= shown[0])


def test_a_small_injection_takes_less(reference: course_rates.Reference) -> None:
    half, whole = (
        column(year(small(treatments=(toxin(2, amount=a),), **CALM), reference), "shown_share")
        for a in (0.4, 1.0)
    )
    assert np.all(whole <= half)
    assert whole[15] < half[15]


def test_a_drug_lowers_the_rate_while_it_is_taken(reference: course_rates.Reference) -> None:
    drug = Treatment("carbamazepine", 5, until_day=12)
    ordered = column(year(small(treatments=(drug,), **CALM), reference), "ordered_per_min")
    assert ordered[9] < ordered[0]
    assert ordered[20] == pytest.approx(ordered[0], rel=0.1)


def test_after_a_decompression_spasms_go_for_good(reference: course_rates.Reference) -> None:
    rates = year(small(treatments=(Treatment("decompression", 5),), **CALM), reference)
    ordered = column(rates, "ordered_per_min")
    assert ordered[20] < 0.7 * ordered[4]


def test_a_real_trigger_raises_the_rate_of_its_days_and_no_other(reference: course_rates.Reference) -> None:
    real = small(days=60, spread=0.0, factors=(STRESS, Factor("coffee")))
    ordered = column(year(real, reference), "ordered_per_min")
    there = np.array([day.strengths["stress"] > 0 for day in days_of(real)])
    assert ordered[there].min() > ordered[~there].max()
    assert np.ptp(ordered[~there]) == 0


def test_a_trigger_that_is_not_real_changes_nothing(reference: course_rates.Reference) -> None:
    inert = small(days=60, spread=0.0, factors=(replace(STRESS, acts_as=None),))
    assert len(set(year(inert, reference).days)) == 1


def test_more_strength_and_more_sensitivity_do_more() -> None:
    response = Response(course_rates.Rates(20, 18, 0.1), np.full(3, 0.5), np.full(3, 0.6))
    weak, strong = (factor_times(response, STRESS, noted) for noted in (3.0, 10.0))
    assert np.all(weak > 1)
    assert np.all(strong > weak)
    assert np.all(factor_times(response, replace(STRESS, sensitivity=2.0), 10.0) > strong)
    assert np.all(factor_times(response, Factor("coffee"), 10.0) == 1)
    assert np.all(factor_times(response, STRESS, 0.0) == 1)


def test_a_healthy_patient_has_no_rate() -> None:
    healthy = small(patient=replace(TINY, severity=0.0), treatments=(toxin(3),))
    with pytest.MonkeyPatch.context() as patched:
        quick_references(patched)
        rates = true_year(healthy, days_of(healthy))
    assert all(rates.values().tolist() == [0, 0, 0] for rates in rates.days)


def test_days_agree_with_what_their_recordings_hold() -> None:
    course = small(
        patient=replace(TINY, minutes=1.0),
        days=80,
        every_days=10.0,
        treatments=(toxin(40),),
        factors=(STRESS,),
    )
    days, told, held = days_of(course), [], []
    rates = true_year(course, days).days
    for planned in recordings_of(course, days):
        performance = simulate_patient(planned.patient).muscles.performance
        held.append(rates_in(performance.nerve, performance.truth, 1.0).values())
        told.append(rates[planned.day].values())
    ordered, shown = np.sum(held, axis=0)[:2] / np.sum(told, axis=0)[:2]
    # Some 160 episodes that come in bursts, against references of three minutes: 20 % is about two errors.
    assert 0.8 < ordered < 1.25
    assert 0.7 < shown < 1.5


def test_toxin_lowers_the_emg_and_leaves_the_nerve_as_it_is() -> None:
    course = small(patient=replace(TINY, minutes=0.3), recording_days=(15,), treatments=(toxin(3),))
    planned = recordings_of(course, days_of(course))[0].patient
    treated, free = simulate_patient(planned), simulate_patient(replace(planned, treatments=()))
    assert planned.day == 15 + EVENING
    for side in treated.spikes:
        assert np.array_equal(treated.spikes[side].time_s, free.spikes[side].time_s)
    assert len(treated.muscles.performance.nerve) == len(free.muscles.performance.nerve) > 0
    assert emg_rms(treated) < 0.8 * emg_rms(free)


def test_another_take_is_another_recording_of_the_same_nerve() -> None:
    patient = replace(TINY, minutes=0.1)
    one, two = (simulate_patient(replace(patient, take=take)) for take in (1, 2))
    assert np.array_equal(one.axons["left"].diameter_um, two.axons["left"].diameter_um)
    assert one.spikes["left"].time_s.tolist() != two.spikes["left"].time_s.tolist()
    assert one.movements != two.movements


def test_progress_reaches_its_end() -> None:
    told: list[float] = []
    course = small(treatments=(Treatment("decompression", 3),))
    with pytest.MonkeyPatch.context() as patched:
        quick_references(patched)
        true_year(course, days_of(course), told.append)
    assert told == sorted(told)
    assert 0 < told[0] < told[-1] <= 1
