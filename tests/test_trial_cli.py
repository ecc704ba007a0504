"""`facialis trial`: a plan is drawn and kept, each day is told, the result comes at the end."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from filled import Counting, add, at
from records import open_fake

from facialis.cli import cli
from facialis.console import run
from facialis.record import DiaryEntry, Treatment, Trial
from facialis.record.times import Moment

Capture = pytest.CaptureFixture[str]
Ran = Callable[..., str]
Where = str | Path
ZONE = "Europe/Berlin"
pytestmark = pytest.mark.usefixtures("plain_files", "on")


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Set what day and hour it is, in days after the first of March."""

    def go(day: int, hour: int = 12) -> None:
        monkeypatch.setattr("facialis.record.now", lambda _=None: at(day, hour))

    go(0)
    return go


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> Ran:
    """Run a command that succeeds and return what it printed, its broken lines made whole."""
    monkeypatch.delenv("FACIALIS_DATABASE", raising=False)

    def command(*words: str | Path) -> str:
        code = run(cli, [str(word) for word in words])
        told = capsys.readouterr()
        assert (code, re.sub("^A new record was made: .*\n", "", told.err)) == (0, "")
        return re.sub(r"\n +", " ", told.out) if "--json" not in words else told.out

    return command


def fails(capsys: Capture, *words: str | Path) -> str:
    """Run a command that fails and return its one sentence."""
    assert run(cli, [str(word) for word in words]) == 1
    told = capsys.readouterr()
    assert told.err.startswith("facialis: ")
    assert told.err.count("\n") == 1
    return told.err


def trial_of(where: Where, number: int = 1) -> Trial:
    with open_fake(where) as record:
        return next(each for each in record.trials() if each.id == number)


def live(where: Where, effect: float, kept: bool = True, days: int | None = None) -> None:
    """Keep the diary of the trial's days: felt 4, and `effect` more on days with the factor."""
    with open_fake(where) as record:
        (trial,) = record.trials()
        for k, each in enumerate(trial.plan().days[:days]):
            there = each.with_factor if kept else not each.with_factor
            noon = datetime(each.day.year, each.day.month, each.day.day, 21, tzinfo=UTC)
            felt = 4 + effect * each.with_factor + (k % 3) / 2
            record.add_entry(
                DiaryEntry(Moment(noon, ZONE), felt, felt / 2, triggers={trial.factor: 2.0 * there})
            )


def test_from_planning_to_the_result(where: Where, ran: Ran, on: Callable[..., None]) -> None:
    said = ran("trial", "plan", "Coffee", "--seed", "3", "--note", "after lunch", "--record", where)
    assert said.startswith(
        "Trial 1, coffee: 24 days from 2026-03-02 to 2026-03-25, 12 with it and 12 without"
    )
    assert "It can show a difference of about 2.4 of 10" in said
    assert "coffee=0 on days without" in said
    assert re.search(
        r"^1 +coffee +felt +2026-03-02 +2026-03-25 +24 +after lunch$",
        ran("trial", "list", "--record", where),
        re.MULTILINE,
    )
    plan = trial_of(where).plan()
    for day in (1, 7, 24):
        on(day)
        told = ran("trial", "next", "--record", where)
        assert (
            f"is a day {'WITH' if plan.days[day - 1].with_factor else 'without'} coffee (day {day} of 24)"
            in told
        )
    assert "It is the last day." in told
    live(where, 2.0)
    early = ran("trial", "result", "--record", where)
    assert "It runs until 2026-03-25" in early
    assert "%" not in early.replace("95 %", "")
    on(25)
    result = ran("trial", "result", "--record", where)
    assert "24 of 24 days noted, 12 with it and 12 without" in result
    assert re.search(r"the felt strength was (1\.\d|2\.\d) of 10 higher \(\+\d", result)
    assert "so it is hardly chance: with coffee the spasms felt stronger" in result
    assert "No day is missing." in result
    assert "Beside, not what the plan asked: On days with coffee the bother was" in result
    assert "ended on 2026-03-25" in ran("trial", "next", "--record", where)


def test_a_look_before_the_end_is_called_one(tmp_path: Path, ran: Ran, on: Callable[..., None]) -> None:
    ran("trial", "plan", "coffee", "--seed", "3", "--record", tmp_path / "record")
    live(tmp_path / "record", 2.0, days=16)
    on(17)
    said = ran("trial", "result", "--early", "--record", tmp_path / "record")
    assert "16 of 24 days noted" in said
    assert re.search(r"Days missing: (1 with it and 0|0 with it and 1) without", said)
    assert "look before the end" in said
    body = json.loads(ran("trial", "result", "--json", "--record", tmp_path / "record"))
    assert body["trial"]["result"] is None
    assert body["trial"]["over"] is False


def test_no_effect_cannot_be_told(tmp_path: Path, ran: Ran, on: Callable[..., None]) -> None:
    ran("trial", "plan", "coffee", "--seed", "3", "--record", tmp_path / "record")
    live(tmp_path / "record", 0.0)
    on(40)
    said = ran("trial", "result", "--record", tmp_path / "record")
    assert "so it cannot be told" in said
    assert "hardly chance" not in said


def test_a_plan_that_was_not_kept_counts_as_planned_and_says_so(
    tmp_path: Path, ran: Ran, on: Callable[..., None]
) -> None:
    ran("trial", "plan", "coffee", "--seed", "3", "--record", tmp_path / "record")
    live(tmp_path / "record", 2.0, kept=False)
    on(40)
    said = ran("trial", "result", "--record", tmp_path / "record")
    assert "On 24 days the diary says otherwise than the plan" in said
    assert "hardly chance: with coffee the spasms felt stronger" in said


def test_nothing_noted_is_no_result(tmp_path: Path, ran: Ran, on: Callable[..., None]) -> None:
    ran("trial", "plan", "coffee", "--record", tmp_path / "record")
    on(40)
    said = ran("trial", "result", "--record", tmp_path / "record")
    assert "0 of 24 days noted" in said
    assert "Not enough data" in said


def test_recordings_can_be_what_is_asked(tmp_path: Path, ran: Ran, on: Callable[..., None]) -> None:
    place = tmp_path / "record"
    ran("trial", "plan", "coffee", "--outcome", "rate", "--seed", "3", "--record", place)
    plan = trial_of(place).plan()
    with open_fake(place, measure=Counting()) as record:
        for k, day in enumerate(plan.days):
            add(record, tmp_path, k + 1, (20 if day.with_factor else 10) + k % 3)
    on(40)
    said = ran("trial", "result", "--record", place)
    ratio = re.search(
        r"On days with coffee there were ([\d.]+) times as many spasms \(([\d.]+) to ([\d.]+)\)", said
    )
    assert ratio is not None
    assert 1.5 < float(ratio[2]) < float(ratio[1]) < float(ratio[3]) < 2.5
    body = json.loads(ran("trial", "result", "--json", "--record", place))
    assert body["trial"]["result"]["p"] < 0.01
    assert body["trial"]["plan"]["order"] == [list(block) for block in plan.order]


def test_washout_days_are_told_and_do_not_count(tmp_path: Path, ran: Ran, on: Callable[..., None]) -> None:
    place = tmp_path / "record"
    said = ran("trial", "plan", "coffee", "--days", "2", "--washout", "1", "--blocks", "3", "--record", place)
    assert "36 days from" in said
    assert "12 days between, without it, are not counted" in said
    on(3)
    assert "without coffee, which is not counted (day 3 of 36)" in ran("trial", "next", "--record", place)


def test_until_the_day_ends_it_is_still_yesterday(tmp_path: Path, ran: Ran, on: Callable[..., None]) -> None:
    ran("trial", "plan", "coffee", "--record", tmp_path / "record")
    on(6, 2)
    assert "(day 5 of 24)" in ran("trial", "next", "--record", tmp_path / "record")
    on(6, 4)
    assert "(day 6 of 24)" in ran("trial", "next", "--record", tmp_path / "record")
    ran("diary", "day-ends", "5", "--record", tmp_path / "record")
    assert "(day 5 of 24)" in ran("trial", "next", "--record", tmp_path / "record")


def test_the_night_of_the_clocks_is_one_day(tmp_path: Path, ran: Ran, on: Callable[..., None]) -> None:
    """In Europe the clocks go forward on 2026-03-29 at two: four hours later it is five."""
    ran("trial", "plan", "coffee", "--record", tmp_path / "record")
    said = [
        ran("trial", "next", "--on", f"2026-03-{day}", "--record", tmp_path / "record") for day in (24, 25)
    ]
    assert ["(day 23 of 24)" in said[0], "(day 24 of 24)" in said[1]] == [True, True]
    on(28, 5)
    assert "ended on 2026-03-25" in ran("trial", "next", "--record", tmp_path / "record")


def test_lots_are_drawn_anew_each_time_and_again_with_the_seed(tmp_path: Path, ran: Ran) -> None:
    place = tmp_path / "record"
    for name, more in (("a", ()), ("b", ()), ("c", ("--seed", "9")), ("d", ("--seed", "9"))):
        ran("trial", "plan", name, *more, "--blocks", "20", "--record", place)
    orders = [trial_of(place, number).order for number in (1, 2, 3, 4)]
    assert orders[0] != orders[1]
    assert orders[2] == orders[3]


def test_the_spread_of_the_diary_tells_what_a_plan_can_show(tmp_path: Path, ran: Ran) -> None:
    with open_fake(tmp_path / "record") as record:
        for day in range(-20, 0):
            record.add_entry(DiaryEntry(at(day, 22), 4 + 0.5 * (day % 2)))
    said = ran("trial", "plan", "coffee", "--record", tmp_path / "record")
    assert "a difference of about 0.3 of 10" in said


def test_a_plan_too_small_to_show_anything_says_so(tmp_path: Path, ran: Ran) -> None:
    said = ran("trial", "plan", "tea", "--blocks", "1", "--record", tmp_path / "record")
    assert "Only 6 orders can be drawn" in said
    assert "It can show" not in said


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("plan", "tea", "--periods", "3"), "even number"),
        (("plan", " "), "needs the name of a factor"),
        (("plan", "coffee=2"), "needs the name of a factor"),
        (("plan", "tea", "--start", "2026-02-01"), "is past"),
        (("plan", "tea", "--start", "soon"), "is no day"),
        (("plan", "COFFEE"), "Trial 1 of coffee runs from"),
        (("plan", "carbamazepine"), "what was prescribed is not for lots"),
        (("plan", "tea", "--blocks", "100", "--days", "10"), "would take 4000 days"),
        (("next", "9"), "no trial 9"),
        (("next", "--on", "never"), "is no day"),
        (("result", "9"), "no trial 9"),
        (("delete", "9", "--yes"), "no trial 9"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(
    words: tuple[str, ...], says: str, tmp_path: Path, ran: Ran, capsys: Capture
) -> None:
    place = tmp_path / "record"
    with open_fake(place) as record:
        record.add_treatment(Treatment("drug", "Carbamazepine", at(-90), dose=400, dose_unit="mg"))
    ran("trial", "plan", "coffee", "--record", place)
    assert says in fails(capsys, "trial", *words, "--record", place)
    with open_fake(place) as record:
        assert len(record.trials()) == 1


@pytest.mark.parametrize("words", [("next",), ("result",)])
def test_without_a_trial_there_is_nothing_to_tell(
    words: tuple[str, ...], tmp_path: Path, capsys: Capture
) -> None:
    open_fake(tmp_path / "record").close()
    assert "There is no trial" in fails(capsys, "trial", *words, "--record", tmp_path / "record")


def test_an_empty_list_says_how_to_begin(tmp_path: Path, ran: Ran) -> None:
    open_fake(tmp_path / "record").close()
    assert "facialis trial plan FACTOR" in ran("trial", "list", "--record", tmp_path / "record")


def test_a_trial_is_deleted_and_the_diary_stays(where: Where, ran: Ran) -> None:
    ran("trial", "plan", "coffee", "--record", where)
    live(where, 1.0, days=3)
    assert ran("trial", "delete", "1", "--yes", "--record", where) == "Deleted.\n"
    with open_fake(where) as record:
        assert record.trials() == ()
        assert len(record.entries()) == 3
    assert "There is no trial" in ran("trial", "list", "--record", where)


def test_days_after_the_first_plan_can_have_another(
    tmp_path: Path, ran: Ran, on: Callable[..., None]
) -> None:
    place = tmp_path / "record"
    ran("trial", "plan", "coffee", "--record", place)
    ran("trial", "plan", "coffee", "--start", "2026-03-26", "--record", place)
    ran("trial", "plan", "tea", "--record", place)
    on(5)
    said = ran("trial", "next", "--record", place)
    assert said.count("is a day") >= 2
    assert "begins on Thursday, 2026-03-26" in said
    assert trial_of(place, 2).first_day == trial_of(place, 1).first_day + timedelta(days=24)
