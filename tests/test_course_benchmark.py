"""The histories that the course is scored on: days, levels that last, and what is read out of an answer."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks import course
from benchmarks.course import REPORTED, TUNED, Design, Person, cycle_asked, planned, ratio, record, stretch
from facialis.measures.history import RecordedRate


def level_of(recordings: list[RecordedRate]) -> list[float]:
    return [float(np.log(each.count + 0.5)) for each in recordings]


def test_a_design_has_its_recordings_on_days_of_their_own() -> None:
    design = Design(4, 3, 7, 5)
    assert design.days == [-28, -21, -14, -7, 14, 21, 28, 400, 407, 414, 421, 428]
    for _, each, _ in (*TUNED, *REPORTED):
        assert len(each.days) == len(set(each.days)) == each.before + each.after + each.others


def test_no_setting_is_both_chosen_on_and_reported() -> None:
    assert not {str(each) for each in TUNED} & {str(each) for each in REPORTED}


@pytest.mark.parametrize("lasting_d", [0.0, 3.0, 30.0])
def test_levels_last_as_long_as_is_said(lasting_d: float) -> None:
    person = Person(per_min=200.0, lasting_d=lasting_d)
    pairs = [
        level_of(record([0, 3], np.ones(2), person, np.random.default_rng(seed))) for seed in range(1500)
    ]
    expected = np.exp(-3 / lasting_d) if lasting_d else 0.0
    assert np.corrcoef(np.array(pairs).T)[0, 1] == pytest.approx(expected, abs=0.08)


def test_a_history_is_the_same_for_the_same_seed() -> None:
    setting = (Person(lasting_d=5.0), Design(3, 3), 0.3)
    assert ratio(*setting, 4) == ratio(*setting, 4)
    assert stretch(Person(), 3, 7, 2) == stretch(Person(), 3, 7, 2)


def test_others_of_the_same_person_make_more_power_be_planned() -> None:
    alone, helped = (float(planned(Person(), Design(4, 4, 7, others), 0.3)) for others in (0, 20))
    assert alone < helped


def test_where_no_number_is_asked_for_nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    many = "not enough data: more than 24 recordings would be needed: these recordings will not tell it"
    real = course.toxin_course

    def never(history: object) -> object:
        found = real(history)  # type: ignore[arg-type]
        (cycle,) = found.cycles
        lacking = replace(cycle.onset_day, value=None, reason=many)
        return replace(found, cycles=(replace(cycle, onset_day=lacking),))

    monkeypatch.setattr(course, "toxin_course", never)
    assert cycle_asked("onset_day", 1) is None
