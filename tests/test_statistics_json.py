"""The JSON of course, comparison, triggers and trial follows its schema, whatever the record holds."""

import copy
import json
from dataclasses import replace
from datetime import date
from importlib.resources import files
from typing import Any

import pytest
from histories import drawn, felt, recorded
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from record_dumps import TRIAL
from test_overview import day, given_at

from facialis.measures.compare import Part, compare
from facialis.measures.history import DiaryDay, History
from facialis.measures.overview import course_of
from facialis.measures.trials import plan_trial, trial_result
from facialis.measures.triggers import triggers
from facialis.record.gathering import Gathered
from facialis.report.statistics import document, plain, text

SCHEMA = json.loads((files("facialis.report") / "statistics.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def gathered(history: History) -> Gathered:
    return Gathered(history, "left", "as told", dict(enumerate(history.recordings, start=1)), ("a note",))


def read_back(kind: str, history: History, body: object) -> dict[str, Any]:
    """The document as another program reads it, after it was seen to follow the schema."""
    said = text(document(kind, gathered(history), body))
    read: dict[str, Any] = json.loads(said, parse_constant=pytest.fail)
    VALIDATOR.validate(read)
    return read


def whole(n: int = 60) -> History:
    return History(
        drawn(range(0, 5 * n, 5), [8] * n, 1),
        [
            replace(d, factors={"x": float(k % 2)})
            for k, d in enumerate(felt(range(0, n, 2), [4, 5, 7] * (n // 6)))
        ],
        [given_at(60), given_at(150), given_at(100, "medication", until=140), given_at(220, "surgery")],
    )


@pytest.fixture(scope="module")
def sound() -> dict[str, Any]:
    history = whole(30)
    return read_back("course", history, course_of(history))


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_a_whole_course_follows_the_schema() -> None:
    history = whole()
    read = read_back("course", history, course_of(history))
    assert read["course"]["treatments"][0]["treatment"] == {
        "day": day(60).isoformat(),
        "kind": "toxin",
        "name": "x",
        "until": None,
        "at": None,
    }
    assert read["course"]["surgery"]["words"]


@pytest.mark.parametrize(
    "history",
    [
        History(),
        History(recorded([0], [3])),
        History(recorded([0, 50], [0, 0]), (), [given_at(20)]),
        History((), felt(range(10), [3] * 10)),
        History(recorded([0, 5], [3, 9], closure=0.8), (), [given_at(3, "surgery")]),
    ],
    ids=["empty", "one", "no spasm", "diary", "closure"],
)
def test_sparse_records_follow_it_too(history: History) -> None:
    read_back("course", history, course_of(history))
    read_back("triggers", history, triggers(history))


@settings(max_examples=15)
@given(st.lists(st.integers(0, 40), min_size=2, max_size=2), st.booleans())
def test_any_comparison_follows_it(counts: list[int], more: bool) -> None:
    history = History([*recorded([0, 50], counts), *(drawn(range(60, 90, 5), [6] * 6, 1) if more else [])])
    one, other = history.recordings[:2]
    read = read_back("comparison", history, compare(history, Part("a", [one]), Part("b", [other])))
    assert read["comparison"]["first"]["recordings"][0]["count"] == counts[0]


def test_every_kind_of_answer_follows_it() -> None:
    effect = [
        DiaryDay(day(k), 3.0 + 3 * (k % 2) + k % 3 / 5, None, {"x": float(k % 2), "y": float(k % 5)})
        for k in range(40)
    ]
    few = [DiaryDay(day(k), 3.0, None, {"x": 1.0}) for k in range(3)]
    kinds: set[str] = set()
    for diary in (effect, few):
        read = read_back("triggers", History((), diary), triggers(History((), diary)))
        kinds |= {answer["answer"] for answer in read["triggers"]["answers"]}
    assert {"Effect", "CannotTellYet"} <= kinds


@pytest.mark.parametrize("noted", [0, 24])
def test_a_trial_follows_it(noted: int) -> None:
    plan = plan_trial("coffee", date(2026, 3, 1))
    found = trial_result(plan, {d.day: 3.0 + d.with_factor + k % 3 for k, d in enumerate(plan.days[:noted])})
    own = replace(TRIAL, id=1)
    body = {"plan": own, "noted": noted, "counted": 24, "otherwise": 0, "over": True}
    read_back("trial", History(), {**body, "result": found, "beside": {"bother": found}})
    read_back("trial", History(), {**body, "result": None, "beside": None})


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.update(format="facialis.other"),
        lambda d: d.update(format_version=2),
        lambda d: d.pop("course"),
        lambda d: d.update(course=None),
        lambda d: d.update(more=1),
        lambda d: d["course"]["now"]["rate"].update(value=None, reason=""),
        lambda d: d["course"]["now"]["felt"].pop("low"),
        lambda d: d["treatments"][0].update(kind="prayer"),
        lambda d: d["recordings"]["1"].update(count=-1),
    ],
)
def test_the_schema_refuses_what_is_wrong(spoil: Any, sound: dict[str, Any]) -> None:
    assert VALIDATOR.is_valid(sound)
    wrong = copy.deepcopy(sound)
    spoil(wrong)
    assert not VALIDATOR.is_valid(wrong)


def test_what_is_not_finite_is_null_and_times_are_iso() -> None:
    assert plain({"a": float("inf"), "b": float("nan"), "c": (1, date(2026, 3, 1))}) == {
        "a": None,
        "b": None,
        "c": [1, "2026-03-01"],
    }
