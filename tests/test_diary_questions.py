"""What `facialis diary add` asks: quick, nothing typed is lost, a 0 is told apart from what was not said."""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result
from filled import at
from hypothesis import given
from hypothesis import strategies as st
from records import open_fake

from facialis.cli import cli
from facialis.record import DiaryEntry, Trial
from facialis.record.diary import FACTOR_DAYS, MOST_FACTORS, factors_of
from facialis.record.gathering import days_of

Where = str | Path
DAY = at(50).local.date()
WHEN = ("--when", f"{at(50, 22).local:%Y-%m-%d %H:%M}", "--zone", "Europe/Berlin")
BASICS = "4\n2\n7.5\n6\n"
"""Spasms, bother, sleep, mood."""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FACIALIS_RECORD", str(tmp_path / "record"))
    monkeypatch.delenv("FACIALIS_DATABASE", raising=False)
    return tmp_path / "record"


def answered(said: str, *words: str) -> Result:
    ran = CliRunner().invoke(cli, ["diary", "add", *WHEN, *words], input=said)
    assert ran.exit_code == 0, ran.output
    return ran


def noted(place: Path, *days: tuple[int, dict[str, float]]) -> None:
    with open_fake(place) as record:
        for day, triggers in days:
            record.add_entry(DiaryEntry(at(day, 22), 1, triggers=triggers))


def last(place: Path) -> DiaryEntry:
    with open_fake(place) as record:
        return record.entries()[-1]


# Zeros


def test_what_was_noted_before_is_asked_for_and_enter_says_that_it_was_not_there(place: Path) -> None:
    noted(place, (48, {"stress": 3, "coffee": 2}), (49, {"stress": 5}))
    ran = answered(BASICS + "\n\n\n\n")
    assert "stress [5]" in ran.output
    assert "coffee [0]" in ran.output
    assert last(place).triggers == {"stress": 5, "coffee": 0}


def test_a_dash_is_not_said_and_no_day_without(place: Path) -> None:
    noted(place, (48, {"stress": 3, "coffee": 2}))
    answered(BASICS + "-\n0\n\n\n")
    assert last(place).triggers in ({"stress": 0}, {"coffee": 0})
    with open_fake(place) as record:
        day = days_of(record.entries())[-1]
    assert sum(name in day.factors for name in ("stress", "coffee")) == 1


def test_a_first_entry_asks_for_no_factor(place: Path) -> None:
    ran = answered(BASICS + "stress=3;screen=5\nwindy\n")
    assert "there that day" not in ran.output
    assert last(place).triggers == {"stress": 3, "screen": 5}


def test_all_by_enter_is_as_many_answers_as_there_are_questions(place: Path) -> None:
    """The fewest keys that tell of everything: what people do on most evenings."""
    noted(place, (49, {f"factor {n}": 1.0 for n in range(20)}))
    answered("\n" * (4 + MOST_FACTORS + 2))
    assert len(last(place).triggers) == MOST_FACTORS


def test_an_entry_for_an_earlier_day_offers_what_was_before_it(place: Path) -> None:
    noted(place, (40, {"stress": 2}), (60, {"stress": 9}))
    assert "stress [2]" in answered(BASICS + "\n\n\n").output


def test_the_factor_of_a_trial_under_way_is_asked_for(place: Path) -> None:
    with open_fake(place) as record:
        record.add_trial(Trial("tea", DAY - timedelta(1), ((True, False), (False, True))))
        record.add_trial(Trial("wine", DAY - timedelta(40), ((True, False),)))
    ran = answered(BASICS + "0\n\n\n")
    assert "tea" in ran.output
    assert "wine" not in ran.output
    assert last(place).triggers == {"tea": 0}


def test_on_one_line_the_others_are_named_or_told_to_be_absent(place: Path) -> None:
    noted(place, (48, {"Stress": 3, "coffee": 2, "screen": 1}))
    ran = answered("", "--spasms", "4", "--trigger", "stress=2")
    assert "Not said: coffee, screen. `facialis diary edit 2 --trigger coffee=0` says" in ran.output
    assert last(place).triggers == {"stress": 2}
    ran = answered("", "--spasms", "4", "--trigger", "stress=2", "--no-others")
    assert "Not said" not in ran.output
    assert last(place).triggers == {"stress": 2, "coffee": 0, "screen": 0}


def test_no_others_means_all_of_them_however_many_are_asked_for(place: Path) -> None:
    many = {f"t{i}": 3.0 for i in range(MOST_FACTORS + 3)}
    noted(place, (48, many))
    answered("", "--spasms", "4", "--trigger", "t3=2", "--no-others")
    assert last(place).triggers == {**dict.fromkeys(many, 0.0), "t3": 2}


def test_what_another_entry_of_the_day_tells_is_said(place: Path) -> None:
    noted(place, (48, {"stress": 3, "coffee": 2}))
    answered("", "--spasms", "4", "--trigger", "stress=2")
    ran = answered("", "--bother", "1")
    assert "Not said: coffee." in ran.output
    answered("", "--mood", "5", "--no-others")
    assert last(place).triggers == {"coffee": 0}


def test_tomorrow_is_no_day_to_tell_of(place: Path) -> None:
    tomorrow = datetime.now(ZoneInfo("Pacific/Auckland")).date() + timedelta(days=1)
    words = ("diary", "add", "--spasms", "3", "--when", str(tomorrow), "--zone", "Pacific/Auckland")
    ran = CliRunner().invoke(cli, words)
    assert ran.exit_code != 0
    assert not place.exists()


def test_a_quiet_day_is_one_short_line(place: Path) -> None:
    noted(place, (48, {"stress": 3}))
    answered("", "--no-others")
    assert last(place).triggers == {"stress": 0}


def test_without_anything_to_say_nothing_is_kept(place: Path) -> None:
    ran = CliRunner().invoke(cli, ["diary", "add", *WHEN, "--no-others"])
    assert ran.exit_code == 1
    assert not place.exists()


# Nothing typed is lost


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("stress\n3", {"stress": 3}),
        ("stress;screen=5\n3", {"stress": 3, "screen": 5}),
        ("stress, screen\n3\n4", {"stress": 3, "screen": 4}),
        ("stress=3, screen=5", {"stress": 3, "screen": 5}),
        ("stress=2,5;screen=1.5", {"stress": 2.5, "screen": 1.5}),
        ("stress=much\n3", {"stress": 3}),
        ("stress=11\n12\n3", {"stress": 3}),
        ("stress=\nmany\n3", {"stress": 3}),
        ("stress\n-", {}),
        ("stress;;\n2", {"stress": 2}),
        ("=3\nstress", {"stress": 3}),
        ("=3\n-", {}),
        ("-", {}),
    ],
)
def test_a_trigger_without_its_strength_is_asked_for_alone(
    place: Path, said: str, told: dict[str, float]
) -> None:
    answered(f"{BASICS}{said}\nwindy\n")
    entry = last(place)
    assert (entry.spasms, entry.bother, entry.sleep_h, entry.mood, entry.note) == (4, 2, 7.5, 6, "windy")
    assert entry.triggers == told


def test_a_factor_named_again_is_the_same_one(place: Path) -> None:
    noted(place, (49, {"stress": 5}))
    answered(BASICS + "0\nStress=4\n\n")
    assert last(place).triggers == {"stress": 4}


@pytest.mark.parametrize("slip", ["many", "-3", "11", "nan"])
def test_a_slip_at_a_factor_is_asked_again(place: Path, slip: str) -> None:
    noted(place, (49, {"stress": 5}))
    answered(f"{BASICS}{slip}\n2\n\n\n")
    assert last(place).triggers == {"stress": 2}


# Which factors


def entry(day: int, **triggers: float) -> DiaryEntry:
    return DiaryEntry(at(day, 22), 1, triggers=triggers)


def test_those_of_most_days_come_first_as_they_were_last_spelt() -> None:
    told = [entry(40, coffee=1, Stress=2), entry(41, stress=3), entry(42, wine=1)]
    assert factors_of(told, DAY) == ("stress", "coffee", "wine")


def test_what_was_never_there_or_long_ago_is_not_asked_for() -> None:
    told = [entry(50 - FACTOR_DAYS - 1, tea=3), entry(49, coffee=0), entry(51, later=3)]
    assert factors_of(told, DAY) == ()
    assert factors_of([*told, entry(50 - FACTOR_DAYS, tea=3)], DAY) == ("tea",)


def test_what_is_tested_comes_first_and_once() -> None:
    assert factors_of([entry(49, coffee=1, tea=2)], DAY, ["Tea"]) == ("tea", "coffee")


names = st.text(st.characters(categories=("L",)), min_size=1, max_size=5)
diaries = st.lists(
    st.builds(
        lambda day, told: DiaryEntry(at(day, 22), 1, triggers=told),
        st.integers(-100, 80),
        st.dictionaries(names, st.integers(0, 10).map(float), max_size=5),
    ),
    max_size=12,
)


@given(diaries, st.lists(names, max_size=3), st.integers(-50, 60).map(lambda n: DAY + timedelta(n)))
def test_any_diary_gives_few_names_each_once(told: list[DiaryEntry], tested: list[str], day: date) -> None:
    found = factors_of(told, day, tested)
    assert len(found) <= MOST_FACTORS
    assert len({name.casefold() for name in found}) == len(found)
    known = {name.casefold() for each in told for name in each.triggers} | {
        name.casefold() for name in tested
    }
    assert {name.casefold() for name in found} <= known
