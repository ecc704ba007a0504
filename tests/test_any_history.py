"""Whatever a record holds, the course, the triggers and a comparison come to an end, in words and as JSON."""

from datetime import timedelta

import numpy as np
import pytest
from histories import START, moment
from test_statistics_json import read_back

from facialis.measures.compare import Part, compare
from facialis.measures.history import DiaryDay, History, RecordedRate, Treatment
from facialis.measures.overview import course_of
from facialis.measures.triggers import triggers
from facialis.report.change_words import comparison_lines
from facialis.report.course_words import course_lines
from facialis.report.interval_words import WIDTH
from facialis.report.trigger_words import trigger_lines

WIDEST_TABLE = 130


def odd(seed: int) -> History:
    """Counts from none to thousands, seconds from none to an hour, days that crowd or lie far apart."""
    rng = np.random.default_rng(seed)
    span = int(rng.choice([3, 60, 400]))
    recordings = [
        RecordedRate(
            moment(float(rng.integers(0, span)) + 0.4 * rng.random()),
            int(rng.choice([0, 0, 1, 3, 20, 400, 3000])),
            float(rng.choice([0, 5, 60, 180, 3600])),
            float(rng.choice([1, 1, 3, 30])),
            None if rng.random() < 0.6 else float(rng.choice([0, 0.5, 1, 1.3])),
        )
        for _ in range(rng.integers(0, 14))
    ]
    diary = [
        DiaryDay(
            START + timedelta(days=day),
            None if rng.random() < 0.2 else float(rng.choice([0, 0, 5, 10])),
            None if rng.random() < 0.5 else float(rng.integers(0, 11)),
            {name: float(rng.choice([0, 0, 1, 3, 10, -2])) for name in "abc" if rng.random() < 0.8},
        )
        for day in sorted({int(d) for d in rng.integers(0, span, rng.integers(0, 30))})
    ]
    treatments = [
        Treatment(
            START + timedelta(days=int(rng.integers(-20, span))),
            str(rng.choice(["toxin", "surgery", "medication"])),  # type: ignore[arg-type]
            "x",
            None if rng.random() < 0.6 else START + timedelta(days=int(rng.integers(-20, span))),
        )
        for _ in range(rng.integers(0, 4))
    ]
    return History(recordings, diary, treatments)


@pytest.mark.parametrize("seed", range(6))
def test_any_history_is_told(seed: int) -> None:
    history = odd(seed)
    course, report = course_of(history), triggers(history)
    lines = course_lines(history, course, "Left side", every=True) + trigger_lines(history, report)
    assert all(len(line) <= WIDEST_TABLE for line in lines)
    assert not [line for line in lines if "nan" in line.split() or "inf" in line.split() or "None" in line]
    read_back("course", history, course)
    read_back("triggers", history, report)
    if len(history.recordings) > 1:
        first, second, *_ = history.recordings
        found = compare(history, Part("a", [first]), Part("b", [second]))
        assert all(len(line) <= WIDTH for line in comparison_lines(found))
        read_back("comparison", history, found)
