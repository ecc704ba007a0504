"""From the record to the statistics: what counts, of which side, on which day, and what is left out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reads import ZONE, event, measurement, read, recording, spasms, stored

from facialis.measures.closure import closure_when_asked
from facialis.measures.history import DiaryDay
from facialis.record import Correction, DiaryEntry, Moment, Treatment, moment
from facialis.record.counting import Read, episodes, rate_of
from facialis.record.gathering import LOST_SLEEP, days_of, gather, side_of
from facialis.settings import Settings
from facialis.types import BoolArray, Exclusion, FloatArray, Signals

GAP_S = Settings().events.episode_gap_s
NOON = "2026-03-01 12:00"


def entry(at: str, zone: str = ZONE, **told: object) -> DiaryEntry:
    from facialis.record.times import diary_day

    when = moment(at, zone)
    return DiaryEntry(when, day=diary_day(when), **told)  # type: ignore[arg-type]


# Counting


def test_episodes_of_the_affected_side_are_counted_over_the_seconds_of_both() -> None:
    one = read(1, NOON, [1.0, 20.0, 50.0])
    found = replace(one, events=(*one.events, *stored(spasms([30.0], "right"), 100)))
    rate = rate_of(found, "left", 4, Settings())
    assert (rate.count, rate.seconds_observed) == (3, 120.0)
    assert rate_of(found, "right", 4, Settings()).count == 1
    assert rate_of(found, "both", 4, Settings()).count == 4


def test_without_corrections_the_machine_is_taken_at_its_word() -> None:
    # Two twitches close together are one episode, and it says so.
    one = stored([event("episode", 1.0, 1.9), event("twitch", 1.0, 1.3), event("twitch", 1.6, 1.9)])
    assert episodes(one, (), "left", GAP_S) == [(1.0, 1.9)]


@pytest.mark.parametrize(
    ("said", "count"),
    [
        (Correction("confirm", 2), 2),
        (Correction("reject", 2), 1),  # The twitch that the first episode consists of.
        (Correction("reject", 1), 1),  # The episode itself.
        (Correction("reject", 3), 1),
        (Correction("change", 2, side="right"), 1),
        (Correction("change", 1, side="right"), 1),
        (Correction("change", 2, kind="blink"), 1),
        (Correction("change", 2, onset_s=10.2, offset_s=10.4), 1),  # Now next to the second one.
        (Correction("change", 1, offset_s=1.9), 2),
        (Correction("add", None, "twitch", "left", 30.0, 30.3), 3),
        (Correction("add", None, "episode", "left", 30.0, 33.0), 3),
        (Correction("add", None, "twitch", "right", 30.0, 30.3), 2),
        (Correction("add", None, "twitch", "left", 1.5, 1.7), 2),  # Joins the first.
        (Correction("add", None, "blink", "both", 30.0, 30.3), 2),
    ],
)
def test_what_people_say_holds(said: Correction, count: int) -> None:
    events = stored(spasms([1.0, 10.0]))  # 1 and 3 are episodes, 2 and 4 their twitches.
    assert len(episodes(events, (said,), "left", GAP_S)) == count


def test_the_last_word_about_an_event_holds() -> None:
    events = stored(spasms([1.0]))
    said = (Correction("reject", 2), Correction("confirm", 2))
    assert len(episodes(events, said, "left", GAP_S)) == 1


@given(st.lists(st.integers(0, 100), unique=True, max_size=20), st.data())
def test_rejecting_every_part_leaves_nothing_and_any_part_no_more(
    onsets: list[int], data: st.DataObject
) -> None:
    events = stored(spasms([float(t) for t in onsets]))
    twitches = [e.id for e in events if e.event.kind == "twitch"]
    some = data.draw(st.sets(st.sampled_from(twitches))) if twitches else set()
    said = tuple(Correction("reject", number) for number in some)
    left = episodes(events, said, "left", GAP_S)
    assert len(left) == len(onsets) - len(some)
    everything = tuple(Correction("reject", number) for number in twitches)
    assert episodes(events, everything, "left", GAP_S) == [] or not twitches


@given(st.lists(st.floats(0, 110), max_size=30))
def test_corrections_that_change_nothing_change_no_count(onsets: list[float]) -> None:
    """Making episodes anew of the contractions gives those of the measurement."""
    from facialis.events.detect import episodes_of

    twitches = [event("twitch", t, t + 0.2) for t in onsets]
    events = stored([*episodes_of(twitches, Settings()), *twitches])
    confirmed = (Correction("confirm", events[0].id),) if events else ()
    machine = episodes(events, (), "left", GAP_S)
    assert len(episodes(events, confirmed, "left", GAP_S)) == len(machine)


def test_bursts_are_told_from_spasms_that_come_evenly() -> None:
    evenly, burst = np.arange(12) * 10.0 + 5, 50 + np.arange(12) * 0.9
    rates = [rate_of(read(1, NOON, list(t)), "left", 4, Settings()) for t in (evenly, burst)]
    assert rates[0].dispersion == 1
    assert rates[1].dispersion > 5


def test_time_that_was_not_seen_does_not_make_a_burst() -> None:
    """Spasms come evenly in the observed time, of which a minute in the middle is missing."""
    onsets = [*np.arange(5, 60, 10.0), *np.arange(125, 180, 10.0)]
    one = read(1, NOON, onsets, seconds=120.0)
    seen = replace(one, measurement=measurement(1, exclusions=(Exclusion(60, 120, "dark"),)))
    assert rate_of(seen, "left", 4, Settings()).dispersion == 1
    twice = (Exclusion(60, 120, "dark"), Exclusion(70, 100, "a hand", "left"))
    again = replace(one, measurement=measurement(1, exclusions=twice))
    assert rate_of(again, "left", 4, Settings()) == rate_of(seen, "left", 4, Settings())


# Days


def test_a_recording_after_midnight_belongs_to_the_evening() -> None:
    gathered = gather([read(1, "2026-03-02 01:30", [1.0])], [entry("2026-03-02 01:20", spasms=3)])
    (rate,) = gathered.history.recordings
    assert rate.on == date(2026, 3, 1) == gathered.history.diary[0].day
    assert rate.when.date() == date(2026, 3, 2)
    assert gather([read(1, "2026-03-02 01:30", [1.0])], day_ends_h=0).rates[1].on == date(2026, 3, 2)


def test_the_day_is_that_of_the_persons_own_clock() -> None:
    """The same instant is another day in Tokyo and in Berlin."""
    in_tokyo = moment("2026-03-02 06:00", "Asia/Tokyo")
    in_berlin = Moment(in_tokyo.utc, "Europe/Berlin")  # 22:00 of the day before.
    days = [gather([read(1, at, [1.0])]).rates[1].on for at in (in_tokyo, in_berlin)]
    assert days == [date(2026, 3, 2), date(2026, 3, 1)]


@pytest.mark.parametrize("at", ["2026-10-25 02:30+02:00", "2026-10-25 02:30+01:00", "2026-03-29 03:30"])
def test_a_change_of_clocks_moves_no_day(at: str) -> None:
    when = moment(at, ZONE)
    rate = gather([read(1, when, [1.0])]).rates[1]
    assert rate.on == when.local.date() - timedelta(days=1)


def test_entries_of_a_day_become_one_day() -> None:
    days = days_of(
        [
            entry("2026-03-01 09:00", spasms=2, triggers={"Coffee": 2}),
            entry("2026-03-01 22:00", spasms=5, bother=4, triggers={"coffee ": 0, "stress": 3}),
            entry("2026-03-02 22:00", bother=1),
        ]
    )
    assert days == (
        DiaryDay(date(2026, 3, 1), 3.5, 4, {"coffee": 2, "stress": 3}),
        DiaryDay(date(2026, 3, 2), None, 1, {}),
    )


def test_what_was_not_noted_is_not_0() -> None:
    days = days_of(
        [entry("2026-03-01 22:00", spasms=0, triggers={"stress": 0}), entry("2026-03-02 22:00", mood=5)]
    )
    assert days[0].felt == 0
    assert days[0].factors == {"stress": 0}
    assert days[1].felt is None
    assert days[1].factors == {}


def test_sleep_becomes_hours_lost_against_the_usual() -> None:
    slept = [8.0, 7.0, 8.0, 5.0, 9.0]
    entries = [entry(f"2026-03-0{k + 1} 22:00", sleep_h=h) for k, h in enumerate(slept)]
    days = days_of([*entries, entry("2026-03-09 22:00", spasms=1)])
    assert [day.factors.get(LOST_SLEEP) for day in days] == [0, 1, 0, 3, -1, None]


def test_treatments_keep_their_day_and_end() -> None:
    at, end = moment("2026-03-02 00:30", ZONE), moment("2026-06-01 08:00", ZONE)
    told = [Treatment("toxin", "Botox", at), Treatment("drug", "carbamazepine", at, until=end)]
    toxin, drug = gather([], treatments=told).history.treatments
    assert (toxin.kind, toxin.day, toxin.name, toxin.until) == ("toxin", date(2026, 3, 2), "Botox", None)
    assert (drug.kind, drug.until) == ("medication", date(2026, 6, 1))


# The side


def test_the_first_clear_recording_tells_the_side() -> None:
    reads = [read(1, NOON, [1.0], "right"), read(2, "2026-03-02 12:00", [1.0], "left")]
    gathered = gather(reads)
    assert gathered.side == "right"
    assert "recording 1" in gathered.side_from


def weak(one: Read, probability: float = 0.6) -> Read:
    verdict = replace(one.measurement.verdict, probability=probability)
    return replace(one, measurement=replace(one.measurement, verdict=verdict))


@pytest.mark.parametrize(
    ("reads", "treatments", "side"),
    [
        ([], [], None),
        ([weak(read(1, NOON, [1.0], "right"))], [], "right"),
        ([weak(read(1, NOON, [1.0], "right")), weak(read(2, NOON, [1.0]))], [], None),
        ([weak(read(1, NOON, [1.0], "right"))], ["left"], "left"),
        ([weak(read(1, NOON, [1.0], "right"))], ["left", "right"], "right"),
        ([read(1, NOON, [1.0])], ["right"], "left"),
        ([read(1, NOON, [], "none")], [], None),
        ([read(1, NOON, [], "none")], ["right", None], "right"),
        ([read(1, NOON, [1.0], "both")], [], "both"),
    ],
)
def test_where_no_recording_is_clear(reads: list[Read], treatments: list[str], side: str | None) -> None:
    given_ = [Treatment("surgery", "MVD", moment(NOON, ZONE), side=each) for each in treatments]  # type: ignore[arg-type]
    assert side_of(reads, given_)[0] == side


def test_without_a_side_nothing_is_counted_and_that_is_said() -> None:
    gathered = gather([read(1, NOON, [], "none")], [entry("2026-03-01 22:00", spasms=1)])
    assert gathered.history.recordings == ()
    assert len(gathered.history.diary) == 1
    assert "which side" in gathered.notes[0]
    told = gather([read(1, NOON, [], "none")], side="left")
    assert told.rates[1].count == 0
    assert told.side_from == "as told"


def test_a_mirrored_recording_does_not_look_like_a_cure() -> None:
    reads = [read(1, NOON, [1.0]), read(2, "2026-03-02 12:00", [1.0, 9.0], "right")]
    gathered = gather(reads)
    assert set(gathered.rates) == {1}
    assert "Recording 2 left out: the right side is shown, not the left" in gathered.notes[0]


# What is left out, and what may not go together


def test_too_short_a_look_is_left_out() -> None:
    gathered = gather([read(1, NOON, [1.0]), read(2, "2026-03-02 12:00", seconds=2.0)])
    assert set(gathered.rates) == {1}
    assert "Recording 2 left out: less than 5 s" in gathered.notes[0]


def test_a_recording_without_spasms_counts() -> None:
    gathered = gather([read(1, NOON, [1.0]), read(2, "2026-03-02 12:00", [], "none")])
    assert gathered.rates[2].count == 0
    assert gathered.notes == ()


def test_different_tasks_are_told_and_can_be_chosen() -> None:
    reads = [
        read(1, NOON, [1.0]),
        read(2, NOON, [1.0, 2.0], task="chewing"),
        read(3, NOON, [1.0], task="Rest"),
    ]
    assert any("different tasks (Rest, chewing, rest)" in note for note in gather(reads).notes)
    chosen = gather(reads, task="rest")
    assert set(chosen.rates) == {1, 3}
    assert gather(reads, task="nothing like it").rates == {}


def test_different_versions_are_told() -> None:
    newer = replace(read(2, NOON, [1.0]), measurement=measurement(2, version="0.2.0"))
    assert any("different versions" in note for note in gather([read(1, NOON, [1.0]), newer]).notes)


def test_the_date_of_a_file_is_told() -> None:
    gathered = gather([read(1, NOON, [1.0], time_source="file")])
    assert any("only the date of the file" in note for note in gathered.notes)


def test_emg_is_not_mixed_with_video() -> None:
    emg = read(2, NOON, [1.0, 2.0], kind="emg")
    assert set(gather([read(1, NOON, [1.0]), emg]).rates) == {1}
    assert set(gather([emg]).rates) == {2}


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 12), st.floats(0, 400)), max_size=15))
def test_any_record_gives_a_history(told: list[tuple[int, int, float]]) -> None:
    first = moment("2026-01-01 12:00", ZONE)
    reads: Sequence[Read] = [
        read(
            k, Moment(first.utc + timedelta(days=day), ZONE), [9.0 * n for n in range(count)], seconds=seconds
        )
        for k, (day, count, seconds) in enumerate(told)
    ]
    gathered = gather(reads)
    kept = [k for k, (_, _, seconds) in enumerate(told) if seconds >= 5]
    if gathered.side is not None:
        assert set(gathered.rates) == set(kept)
    times = [rate.when for rate in gathered.history.recordings]
    assert times == sorted(times)
    assert all(rate.count == told[number][1] for number, rate in gathered.rates.items())


# Closure when asked


def closing(share: float, held_s: float = 2.0, usable: bool = True) -> Signals:
    """Ten seconds at 30 frames/s in which both eyes are shut twice, the left one less far."""
    time: FloatArray = np.arange(300) / 30
    shut: BoolArray = ((time % 5) > 1) & ((time % 5) < 1 + held_s)
    seen = np.full(300, usable)
    columns = {
        "left_closure": np.where(shut, 0.95 * share, 0.02),
        "right_closure": np.where(shut, 0.95, 0.02),
    }
    return Signals(time, columns, dict.fromkeys(columns, "1"), {"left": seen, "right": seen})


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_closure_is_read_while_the_other_eye_is_shut(share: float) -> None:
    assert closure_when_asked(closing(share), "left") == pytest.approx(share)


def test_blinks_and_a_spasm_are_no_closure_when_asked() -> None:
    assert closure_when_asked(closing(1.0, held_s=0.3), "left") is None
    assert closure_when_asked(closing(0.1), "right") is None  # The left eye, the other one here, stays open.
    assert closure_when_asked(closing(1.0, usable=False), "left") is None


def test_a_closure_is_given_to_the_recording_next_to_it() -> None:
    reads = [
        read(1, "2026-03-01 12:00", [1.0]),
        read(2, "2026-03-01 12:05", task="closure", closure={"left": 0.8, "right": 1.25}),
        read(3, "2026-03-20 12:00", [1.0]),
        read(4, "2026-03-25 12:00", task="Closure", closure={"left": 0.5, "right": 2.0}),
        read(5, "2026-03-01 12:06", task="closure", closure={"left": 0.6}),
        read(6, "2026-03-01 12:07", task="closure"),
    ]
    gathered = gather(reads)
    assert gathered.rates[1].closure == pytest.approx(0.7)
    assert gathered.rates[3].closure is None  # Five days are too far.
    assert set(gathered.rates) == {1, 3}  # Closing the eyes provokes spasms: those are not counted.
    assert set(gather(reads, task="closure").rates) == {2, 4, 5, 6}
    assert gather(reads, side="right").rates == {}
    assert recording(1, NOON).task == "rest"


# Days that cannot be


@given(st.sampled_from(["1026-01-01 12:00", "1989-12-30 12:00", "2031-01-01 12:00", "2062-05-05 12:00"]))
def test_a_day_that_cannot_be_changes_nothing_and_is_told(day: str) -> None:
    reads, entries = [read(1, NOON, [1.0])], [entry(NOON, spasms=4.0)]
    odd = replace(entry(day, spasms=9.0), id=7)
    drug = Treatment("drug", "carbamazepine", moment(day, ZONE), id=3)
    today = date(2026, 4, 1)
    usual = gather(reads, entries, today=today)
    found = gather([*reads, read(2, day, [1.0])], [*entries, odd], [drug], today=today)
    assert found.history == usual.history
    told = " ".join(found.notes)
    assert "Diary entry 7 left out" in told
    assert "Treatment 3 left out" in told
    assert "Recording 2 left out" in told


def test_today_and_tomorrow_elsewhere_are_kept() -> None:
    found = gather([], [entry("2026-04-02 09:00", spasms=4.0)], today=date(2026, 4, 1))
    assert [day.day for day in found.history.diary] == [date(2026, 4, 2)]
    assert found.notes == ()
