"""What the report for the doctor says: all of it once, and each answer of little, much and nothing."""

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from statistics import fmean

import keeps
import pytest
from hypothesis import given, strategies
from keeps import at, made, nothing, number, small, small_found, toxin
from reads import measurement

from facialis.measures import history as plain
from facialis.measures.course import Change
from facialis.measures.history import DiaryDay, History, RecordedRate
from facialis.measures.trigger_answers import CannotTellYet, Effect, NoDifference, TriggerReport
from facialis.record.types import DiaryEntry, Questionnaire, Treatment, Trial
from facialis.report.doctor.content import LADDER, Limits, Paragraph, Points, Quotes, Report, Table
from facialis.report.doctor.kept import Found, Kept, Wishes, first_looked_at, look
from facialis.report.doctor.plain import clean, count_words, cut, day_words, range_words, sentence, sure, told
from facialis.report.doctor.rest import chosen, without_commands
from facialis.report.doctor.writing import write
from facialis.types import Exclusion, Measure, Model, Quality, SideVerdict
from facialis.version import __version__

GOLDEN = Path(__file__).parent / "golden" / "doctor.txt"
EMPTY = look(History())


def answer(report: Report, question: str) -> str:
    return next(each.words for each in report.answers if each.question == question)


def text(report: Report, heading: str) -> str:
    """A section as text."""
    only = replace(report, sections=tuple(s for s in report.sections if s.heading == heading), answers=())
    assert only.sections, heading
    return keeps.as_text(only)


def table_with(report: Report, column: str) -> Table:
    tables = [b for s in report.sections for b in s.blocks if isinstance(b, Table)]
    return next(each for each in tables if column in each.columns)


def changed(found: Found, change: Change) -> Found:
    assert found.last is not None
    around = replace(found.last, change=change)
    return replace(found, course=replace(found.course, treatments=(around,)))


def headings(report: Report) -> list[str]:
    return [section.heading for section in report.sections]


def test_the_whole_report() -> None:
    written = keeps.as_text(write(small(), small_found(), Wishes("A. B.", "spring 2019")))
    expected = GOLDEN.read_text(encoding="utf-8").replace("VERSION", __version__)
    assert written == expected, "if it is meant: cd tests; python keeps.py, with VERSION in the footer"


def test_the_answers_come_in_the_order_in_which_a_doctor_asks() -> None:
    report = write(small(), small_found())
    assert [each.question for each in report.answers] == [
        "Side",
        "How often",
        "Share of the time",
        "How strong it feels",
        "Since when",
        "After the last treatment",
        "When it wears off",
        "What makes a difference",
    ]


# Nothing, little


def test_an_empty_record_says_so_everywhere() -> None:
    report = write(nothing(), EMPTY)
    said = keeps.as_text(report)
    assert answer(report, "Side").startswith("Not known yet")
    assert answer(report, "How often").startswith("Not known yet")
    assert answer(report, "Share of the time").startswith("Not known yet")
    assert answer(report, "How strong it feels").startswith("Not known")
    assert answer(report, "Since when").startswith("This record is still empty.")
    assert answer(report, "After the last treatment") == "No treatment was entered."
    assert answer(report, "When it wears off") == "No toxin treatment was entered."
    assert answer(report, "What makes a difference").startswith("No factors")
    assert "Nothing was measured yet." in said
    assert "Nothing to draw yet" in said
    assert "nan" not in said
    assert "None" not in said


def test_what_is_not_known_is_never_a_zero() -> None:
    for each in write(nothing(), EMPTY).answers:
        assert not any(letter.isdigit() for letter in each.words)


def test_one_recording_gives_a_rate_and_says_nothing_of_weeks() -> None:
    kept = made(keeps.reads_on([3], simulated=False), [], [])
    report = write(kept, look(kept.history))
    assert "spasms per minute (" in answer(report, "How often")
    assert "latest" not in answer(report, "How often")
    assert "1 of 1 measured recording show" in answer(report, "Side")
    assert "Rests on 1 recording, 0 diary days, 0 treatments" in report.about


def test_a_diary_without_recordings_tells_what_was_felt() -> None:
    kept = made([], keeps.entries_on([1, 2, 3, 70]), [])
    report = write(kept, look(kept.history))
    assert answer(report, "How often").startswith("Not known yet")
    words = answer(report, "How strong it feels")
    assert f"of 10 on 1 diary day in the four weeks to {day_words(at(70).local.date())}" in words
    assert "over all 4 diary days" in words


def test_a_recording_that_is_not_measured_is_counted_as_such() -> None:
    kept = small()
    first = kept.recordings[0].id
    kept = replace(
        kept,
        measurements={n: m for n, m in kept.measurements.items() if n != first},
        rates={n: r for n, r in kept.rates.items() if n != first},
    )
    assert "Of 5 recordings 4 are measured and 4 counted" in text(
        write(kept, small_found()), "Quality and limits"
    )


def test_a_measured_recording_that_is_not_counted_still_tells_of_itself() -> None:
    kept = replace(small(), rates={}, side=None, history=History())
    report = write(kept, EMPTY)
    assert "It shows the left side" in text(report, "The last recording")
    assert answer(report, "How often").startswith("Not known yet")


# Side


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ((("left", 0.99), ("left", 0.8)), "2 of 2 measured recordings show it; the clearest is 99 % sure"),
        ((("left", 0.99), ("right", 0.95)), "1 of 2 measured recordings show it, 1 the other side"),
        (
            (("left", 0.999), ("none", 0.9)),
            "1 of 2 measured recordings show it; the clearest is over 99 % sure",
        ),
    ],
)
def test_the_side_says_from_what_it_is_known(verdicts: tuple[tuple[str, float], ...], expected: str) -> None:
    kept = small()
    pairs = zip(list(kept.measurements.items())[: len(verdicts)], verdicts, strict=True)
    measurements = {n: replace(m, verdict=SideVerdict(side, p, "")) for (n, m), (side, p) in pairs}  # type: ignore[arg-type]
    report = write(replace(kept, measurements=measurements), small_found())
    assert answer(report, "Side").startswith("The person's left, known from the first clear recording, 7 Jan")
    assert expected in answer(report, "Side")


def test_the_side_may_be_known_from_treatments_alone() -> None:
    kept = replace(nothing(), side="right", side_from="the treatments")
    assert answer(write(kept, EMPTY), "Side") == "The person's right, known from the treatments."


def test_a_flip_is_told_not_hidden() -> None:
    kept = small()
    last = kept.recordings[-1].id
    flipped = replace(kept.measurements[last], verdict=SideVerdict("right", 0.97, ""))
    report = write(replace(kept, measurements={**kept.measurements, last: flipped}), small_found())
    assert "Another side than before is shown on 28 Mar 2026" in text(report, "Quality and limits")
    assert "mirror" in text(report, "Quality and limits")


# Counted and felt


def test_counted_and_felt_are_both_there_and_apart() -> None:
    report = write(small(), small_found())
    table = table_with(report, "Before")
    assert [row[0] for row in table.rows] == ["Counted: spasms per minute", "Felt: strength, 0 to 10"]
    both = answer(report, "After the last treatment")
    assert "0.21 times as often as before (0.09 to 0.50)" in both
    assert "Felt strength changed by −4.1 of 10 (−5.6 to −2.0)." in both


@pytest.mark.parametrize(("low", "high", "both"), [(0.42, 2.29, True), (0.42, 0.9, False), (1.1, 2.0, False)])
def test_a_ratio_whose_interval_holds_1_says_that_both_would_fit(low: float, high: float, both: bool) -> None:
    found = small_found()
    assert found.last is not None
    ratio = replace(found.last.change.rate_ratio, value=(low * high) ** 0.5, low=low, high=high)
    report = write(small(), changed(found, replace(found.last.change, rate_ratio=ratio)))
    said = answer(report, "After the last treatment")
    assert ("Both fewer and more would fit." in said) is both


@pytest.mark.parametrize(("later_d", "old"), [(28, False), (29, True)])
def test_an_old_last_recording_is_called_old(later_d: int, old: bool) -> None:
    kept = small()
    last = max(rate.when for rate in kept.rates.values()).date()
    made_on = replace(kept, made=at((last - at(0).local.date()).days + later_d))
    said = answer(write(made_on, small_found()), "How often")
    assert ("older than four weeks (29 days)" in said) is old


def test_a_change_without_enough_data_gives_the_reason_in_its_place() -> None:
    found = small_found()
    assert found.last is not None
    change = replace(found.last.change, rate_ratio=number("rate_ratio", None))
    report = write(small(), changed(found, change))
    assert "counted: not enough data: needs about 3 more recordings" in answer(
        report, "After the last treatment"
    )
    said = text(report, "Treatments")
    assert "| not known yet | 0.41 times" in said
    assert "Counted, not known yet: not enough data: needs about 3 more recordings. Before: " in said


def test_no_cell_of_a_table_of_the_course_is_a_sentence() -> None:
    found = small_found()
    assert found.last is not None
    lacking = {m.name: number(m.name, None) for m in vars(found.last.change).values()}
    report = write(small(), changed(found, replace(found.last.change, **lacking)))
    for column in ("Before", "Injection"):
        assert max(len(cell) for row in table_with(report, column).rows for cell in row[1:]) < 20
    said = text(report, "Treatments")
    assert said.count("not enough data: needs about 3 more recordings") == 2  # Counted once, felt once.


def test_what_a_cycle_does_not_tell_is_named_once_with_what_would_help() -> None:
    found = small_found()
    (cycle,) = found.cycles
    bare = replace(cycle, onset_day=number("onset_day", None), plateau_effect=number("plateau_effect", None))
    toxin_ = replace(found.course.toxin[0], cycles=(bare,))
    said = text(write(small(), replace(found, course=replace(found.course, toxin=(toxin_,)))), "Toxin cycles")
    assert (
        "Not known yet of 25 Jan 2026: half effect and spasms taken away and half of it gone: "
        "needs about 3 more recordings." in said
    )
    assert said.count("needs about 3 more recordings") == 1


def doubted(side_from: str = "most clear recordings, 2 the first of them") -> Kept:
    """The first clear recording shows the right side, all others the left."""
    kept = small()
    return replace(
        kept,
        measurements={**kept.measurements, 1: measurement(1, "right", probability=0.99)},
        side_from=side_from,
    )


def test_a_side_in_doubt_is_said_to_be_so() -> None:
    said = answer(write(doubted(), small_found()), "Side")
    assert said.startswith(
        "Which side is affected is in doubt. The person's left, known from most of the clear recordings, "
        "though not from the first of them. 4 of 5"
    )
    assert "4 of 5 measured recordings show it, 1 the other side" in said


def test_a_side_that_was_told_is_not_in_doubt() -> None:
    said = answer(write(doubted("as told"), small_found()), "Side")
    assert said.startswith("The person's left, as told.")
    assert "in doubt" not in said


@pytest.mark.parametrize("right", [0, 1])
def test_a_side_is_not_in_doubt_while_the_first_clear_recording_shows_it(right: int) -> None:
    kept = small()
    told = {**kept.measurements, **{n: measurement(n, "right") for n in range(5, 5 - right, -1)}}
    assert "in doubt" not in answer(write(replace(kept, measurements=told), small_found()), "Side")


def test_voluntary_closure_stands_beside_where_it_was_asked() -> None:
    found = small_found()
    assert found.last is not None
    closure = number("closure_difference", -12.0, -20.0, -4.0, "% of the other eye")
    change = replace(found.last.change, closure_difference=closure)
    said = text(write(small(), changed(found, change)), "Treatments")
    assert "Eye shut when asked, % of the other | – | – | −12 (−20 to −4.0)" in said


def test_what_was_given_is_told_in_the_products_own_units() -> None:
    said = text(write(small(), small_found()), "Treatments")
    assert "25 Jan 2026 Botox, 20 units of that product, 4 sites, left" in said
    assert "0.5 mg a day, until 16 Mar 2026" in said


def test_treatments_beyond_the_limit_are_counted() -> None:
    kept = made([], [], [toxin(day) for day in range(0, 300, 30)])
    said = text(write(kept, look(kept.history)), "Treatments")
    assert said.count("Botox, 20 units") == Limits().treatments
    assert "And 4 earlier." in said


def test_a_treatment_of_today_has_no_days_after_it_yet() -> None:
    kept = made(keeps.reads_on([300, 310]), [], [toxin(322)])
    said = text(write(kept, look(kept.history)), "Treatments")
    assert "After: 7 Dec 2026 to 18 Jan 2027, still to come." in said
    assert "not noted" in said


def test_two_treatments_of_one_day_leave_no_day_between_them() -> None:
    kept = made(keeps.reads_on([3, 9]), [], [toxin(9), Treatment("drug", "Gabapentin", at(9), until=at(12))])
    assert "After: no day." in text(write(kept, look(kept.history)), "Treatments")


def test_what_acts_beside_is_told() -> None:
    drug = Treatment("drug", "Gabapentin", at(5), until=at(60))
    kept = made(keeps.reads_on([3, 9]), [], [drug, toxin(20)])
    assert "Gabapentin of 2026-01-10" in text(write(kept, look(kept.history)), "Treatments")


def test_felt_strength_before_and_after_is_of_those_days_alone() -> None:
    kept = made([], keeps.entries_on([90, 95, 99, 101, 116, 130, 190]), [toxin(100)])
    felt = {day.day: day.felt for day in kept.history.diary}
    before = [felt[at(day).local.date()] for day in (90, 95, 99)]
    after = [felt[at(day).local.date()] for day in (116, 130)]
    said = text(write(kept, look(kept.history)), "Treatments")
    row = f"{fmean(before):.1f}, mean of 3 days | {fmean(after):.1f}, mean of 2 days"  # type: ignore[type-var]
    assert f"Felt: strength, 0 to 10 | {row}" in said


def test_after_surgery_it_says_how_it_stands_and_that_it_is_early() -> None:
    surgery = Treatment("surgery", "decompression", at(30), side="left")
    kept = made(keeps.reads_on([3, 9, 15, 24, 40, 50, 60]), [], [surgery])
    said = text(write(kept, look(kept.history)), "Treatments")
    assert "decompression, left" in said
    assert "It is early" in said
    assert "a weak face cannot be told from a quiet one" in said
    words = answer(write(kept, look(kept.history)), "After the last treatment")
    assert re.search(r"^Decompression, 4 Feb 2026: spasms are at \d+ \(.*\) % of before. It is early.", words)


def test_recordings_of_one_day_count_as_one() -> None:
    noon = at(5).local.replace(tzinfo=None)
    many = [RecordedRate(noon + timedelta(minutes=10 * k), 9, 180.0) for k in range(6)]
    given_ = plain.Treatment(at(20).local.date(), "toxin", "Botox")
    found = look(History(many, (), (given_,)))
    assert found.last is not None
    assert "one recording does not tell" in found.last.change.rate_before.reason


# Toxin cycles


def test_a_wearing_off_that_is_known_is_told_with_its_interval() -> None:
    found = small_found()
    cycle = replace(found.cycles[0], half_loss_week=number("half_loss_week", 10.8, 9.0, 12.9, "weeks"))
    newer = replace(found.cycles[0], treatment=plain.Treatment(at(80).local.date(), "toxin", "Botox"))
    toxin_ = replace(found.course.toxin[0], cycles=(cycle, newer))
    kept = made([], [], [toxin(20), toxin(80)])
    report = write(kept, replace(found, course=replace(found.course, toxin=(toxin_,))))
    words = answer(report, "When it wears off")
    assert words.startswith(
        "Half of the toxin's effect was gone in week 10.8 (9.0 to 12.9) after 25 Jan 2026."
    )
    assert words.endswith("Of 26 Mar 2026 it is not known yet.")


def test_no_cycles_give_their_reason() -> None:
    kept = made([], [], [toxin(20)])
    report = write(kept, look(kept.history))
    assert text(report, "Toxin cycles").count("Not enough data: needs about 3 more recordings.") == 1


def test_without_toxin_there_is_no_such_section() -> None:
    assert "Toxin cycles" not in headings(write(nothing(), EMPTY))


# Triggers


def factor(
    name: str, kind: type = CannotTellYet, outcome: str = "felt", when: str = "same day", p: float = 0.01
):  # type: ignore[no-untyped-def]
    if kind is Effect:
        return Effect(name, outcome, when, 1.0, 0.5, 1.5, p, 9, 9, "")  # type: ignore[arg-type]
    if kind is NoDifference:
        return NoDifference(name, outcome, when, 0.0, -0.2, 0.2, 9, 9, "")  # type: ignore[arg-type]
    words = f"Cannot tell yet about {name}: about 11 more days. So far: little."
    return CannotTellYet(name, outcome, when, 5, 6, None, None, None, words)  # type: ignore[arg-type]


def test_found_comes_first_and_cannot_tell_yet_before_no_difference() -> None:
    told_ = (
        factor("wine", NoDifference),
        factor("tea"),
        factor("noise", Effect, p=0.04),
        factor("stress", Effect, "rate", p=0.01),
    )
    assert [each.factor for each in chosen(told_)] == ["stress", "noise", "tea", "wine"]


def test_a_factor_with_an_effect_is_not_also_told_as_open() -> None:
    told_ = (factor("stress", Effect, "bother"), factor("stress"), factor("stress", when="next day"))
    assert [(each.factor, each.outcome) for each in chosen(told_)] == [("stress", "bother")]


def test_every_factor_has_a_row_where_there_is_room() -> None:
    told_ = tuple(factor(f"factor {k}") for k in range(20))
    found = replace(small_found(), triggers=TriggerReport(told_, {}, {}, ()))
    report = write(small(), found)
    table = table_with(report, "Factor")
    assert len(table.rows) == Limits().factors
    assert table.rows[0][-1] == "cannot tell yet: about 11 more days"
    assert table.note.startswith(f"{20 - Limits().factors} more not shown.")
    assert (
        answer(report, "What makes a difference")
        == "Nothing found so far. Cannot tell yet of 20 of 20 factors."
    )


def test_of_a_long_diary_the_latest_two_years_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    days = [date(2023, 1, 1) + timedelta(days=n) for n in range(0, 1000, 5)]
    asked: list[History] = []

    def looks(history: History) -> TriggerReport:
        asked.append(history)
        return TriggerReport((factor("tea"),), {}, {}, ())

    monkeypatch.setattr("facialis.report.doctor.kept.triggers", looks)
    found = look(History((), tuple(DiaryDay(day, 3.0, None, {"tea": 1.0}) for day in days)))
    assert found.triggers_from == days[-1] - timedelta(days=729)
    assert [d.day for d in asked[0].diary] == [day for day in days if day >= found.triggers_from]
    said = text(write(nothing(), found), "What makes a difference")
    assert f"Days before {day_words(found.triggers_from)} are left out." in said


def test_of_a_short_diary_all_is_looked_at() -> None:
    days = [date(2023, 1, 1) + timedelta(days=n) for n in range(730)]
    assert first_looked_at(History((), tuple(DiaryDay(day) for day in days))) is None
    assert first_looked_at(History()) is None


def test_a_graded_effect_is_told_for_a_usual_day_too() -> None:
    found = small_found()
    words = "For each step more of stress the spasms felt 0.4 points of 10 more (+0.1 to +0.6). "
    usual = "At its usual strength, 5, that is +2.0 points."
    told = [
        replace(each, words=f"{words}{usual} It goes along with it in this diary; so.")
        if isinstance(each, Effect) and each.outcome == "felt"
        else each
        for each in found.triggers.answers
    ]
    report = write(small(), replace(found, triggers=replace(found.triggers, answers=tuple(told))))
    rows = table_with(report, "What can be said").rows
    assert rows[0][-1] == "found: goes along with more; at its usual strength, 5, that is +2.0 points"
    assert rows[1][-1] == "found: goes along with more"
    said = answer(report, "What makes a difference")
    assert "of 10 (+0.6 to +2.7) for each step more; at its usual strength, 5, that is +2.0 points." in said


def test_an_effect_is_not_called_a_cause() -> None:
    said = text(write(small(), small_found()), "What makes a difference")
    assert "goes along" in said
    assert "whether it is the cause, a trial by lot can show" in said


def trial(first: int, days: int = 8) -> Trial:
    order = ((True, False, False, True), (False, True, True, False))
    return Trial("coffee", at(first).local.date(), order[: days // 4])


def test_a_trial_that_is_over_tells_its_result_and_one_that_runs_its_end() -> None:
    kept = made([], keeps.entries_on(list(range(10, 18))), [])
    found = look(kept.history, (trial(10), trial(315)), date(2026, 11, 22))
    assert [bool(each.words) for each in found.trials] == [False, True]  # The newest first.
    assert re.search(r"No day is missing\.$|Days missing: \d with it and \d without\.", found.trials[1].words)
    said = text(write(kept, found), "What makes a difference")
    assert "A test by lot of coffee runs until 23 Nov 2026." in said
    assert "A test by lot of coffee, ended 22 Jan 2026: " in said
    assert found.trials[1].words[:20] in said


def test_a_trial_of_rates_is_told_as_times_as_many() -> None:
    days = list(range(10, 18))
    kept = made(keeps.reads_on(days), [], [])
    asked = replace(trial(10), outcome="rate")
    words = look(kept.history, (asked,), at(30).local.date()).trials[0].words
    assert words.startswith("On days with it there were ")
    assert re.search(r" [\d.]+ times as many spasms counted.* By the lots alone", words)
    assert "log" not in words


def test_a_trial_without_notes_says_what_it_lacks() -> None:
    asked = (trial(10), replace(trial(10), outcome="rate"))
    tried = look(History(), asked, at(30).local.date()).trials
    assert [each.words[:15] for each in tried] == ["not enough data"] * 2


def test_a_trial_is_not_read_on_its_last_day() -> None:
    kept = made([], keeps.entries_on(list(range(10, 18))), [])
    last = at(17).local.date()
    assert not look(kept.history, (trial(10),), last).trials[0].words
    assert look(kept.history, (trial(10),), last + timedelta(days=1)).trials[0].words


def test_one_task_alone_is_named() -> None:
    said = text(write(replace(small(), task="rest"), small_found()), "Quality and limits")
    assert "Only those of the task rest are counted." in said


# The person's own words


def note(day: int, words: str) -> DiaryEntry:
    return DiaryEntry(at(day), spasms=1.0, note=words, day=at(day).local.date())


def test_the_newest_notes_come_first() -> None:
    kept = made([], [note(1, "old"), note(9, "new"), note(5, ""), note(6, " \n ")], [])
    quotes = next(b for s in write(kept, EMPTY).sections for b in s.blocks if isinstance(b, Quotes))
    assert quotes.items == (("14 Jan 2026", "new"), ("6 Jan 2026", "old"))


def test_the_same_note_again_stands_there_once_with_its_latest_day() -> None:
    kept = made([], [note(1, "bad"), note(2, "good"), note(9, " bad ")], [])
    quotes = next(b for s in write(kept, EMPTY).sections for b in s.blocks if isinstance(b, Quotes))
    assert quotes.items == (("14 Jan 2026", "bad"), ("7 Jan 2026", "good"))


def test_no_verdict_is_wholly_sure() -> None:
    assert [sure(p) for p in (1.0, 0.9999, 0.97, 0.5)] == ["over 99 %", "over 99 %", "97 %", "50 %"]


@pytest.mark.parametrize(("seen", "is_told"), [(179.0, False), (150.0, True)])
def test_what_was_left_out_is_told_where_it_is_worth_it(seen: float, is_told: bool) -> None:
    kept = small()
    last = kept.recordings[-1].id
    quality = Quality(180.0, {"both": seen}, (Exclusion(0.0, 180.0 - seen, "a hand"),), 30.0, 120.0)
    told_ = {**kept.measurements, last: replace(kept.measurements[last], quality=quality)}
    said = text(write(replace(kept, measurements=told_), small_found()), "Quality and limits")
    assert ("Left out of the last recording: a hand (30 s)." in said) is is_told


def test_words_of_ones_own_take_the_place_of_notes() -> None:
    kept = made([], [note(1, "from the diary")], [])
    said = text(write(kept, EMPTY, Wishes(words="It is worst\nwhen I read.")), "In the person's own words")
    assert "It is worst when I read." in said
    assert "from the diary" not in said


def test_notes_can_be_left_out() -> None:
    kept = made([], [note(1, "private")], [])
    report = write(kept, EMPTY, Wishes(notes=False))
    assert "private" not in keeps.as_text(report)
    assert "In the person's own words" not in headings(report)


def test_no_name_stands_there_unless_told() -> None:
    assert write(small(), small_found()).about[0] == "Name not given"
    assert write(small(), small_found(), Wishes(name=" Ω Ж ")).about[0] == "Ω Ж"


# Quality, limits, provenance


def test_it_never_claims_more_than_it_may() -> None:
    said = text(write(small(), small_found()), "Quality and limits")
    assert "Not a diagnosis" in said
    assert "no advice on treatment or dose" in said
    assert "not yet against doctors' ratings or patients' recordings" in said


def test_simulated_recordings_are_called_so_on_top() -> None:
    assert write(small(), small_found()).banner == ""
    assert "Simulated" in write(keeps.made(keeps.reads_on([1]), [], []), EMPTY).banner


def test_notes_of_the_record_lose_what_is_only_for_the_keyboard() -> None:
    assert without_commands("The recordings are of different tasks (a, b); --task takes those of one.") == (
        "The recordings are of different tasks (a, b)"
    )
    assert without_commands("Stored as in a mirror (`facialis record measure NUMBER --mirrored`).") == (
        "Stored as in a mirror."
    )
    assert without_commands("A mirror (`record measure 3`), or an EMG's channels (--channel).") == (
        "A mirror, or an EMG's channels."
    )
    assert without_commands("Nothing to type here; all is well.") == "Nothing to type here; all is well."


def test_corrections_by_hand_are_told() -> None:
    said = text(write(replace(small(), last_corrected=2), small_found()), "Quality and limits")
    assert "counts with 2 corrections by hand; the measures of the last recording do not" in said


def test_versions_and_settings_are_counted_by_kind() -> None:
    kept = small()
    told_ = dict(kept.measurements)
    told_[1] = replace(
        told_[1], version="0.0.9", settings_digest="fedc", model=Model("9" * 64, packaged=False)
    )
    said = text(write(replace(kept, measurements=told_), small_found()), "How it was measured")
    assert "4 recordings by facialis 0.1.0, settings 0123456789abcdef, the packaged face model" in said
    assert "1 recording by facialis 0.0.9, settings fedc, face model 999999999999" in said


def test_an_emg_is_called_one() -> None:
    kept = small()
    emg = {n: replace(m, model=None) for n, m in kept.measurements.items()}
    said = text(write(replace(kept, measurements=emg), small_found()), "How it was measured")
    assert "5 recordings by facialis 0.1.0, settings 0123456789abcdef, from an EMG." in said
    assert "EMG: bursts" in said
    assert "Video:" not in said


def test_questionnaires_tell_the_first_and_the_last() -> None:
    filled = tuple(Questionnaire("hfs-7", at(day), day) for day in range(1, 7))
    kept = replace(small(), questionnaires=filled)
    said = text(write(kept, small_found()), "The last recording")
    assert "HFS-7, total of 28: 1 (6 Jan 2026), 5 (10 Jan 2026), 6 (11 Jan 2026); the first and" in said


def test_a_measure_without_a_value_is_named_with_its_reason() -> None:
    kept = small()
    lacking = tuple(
        replace(m, value=None, reason="too dark") if m.name in ("spasm_share", "blink_rate") else m
        for m in kept.last_measures
    )
    report = write(replace(kept, last_measures=lacking), small_found())
    assert answer(report, "Share of the time") == "Not measurable in the last recording: too dark."
    assert "Not measurable: Share of the time in spasm, Blinks (too dark)." in text(
        report, "The last recording"
    )


def test_every_step_of_the_ladder_says_less_than_the_one_before() -> None:
    kept, found = keeps.year(), small_found()
    sizes = [len(keeps.as_text(write(kept, found, None, each))) for each in LADDER]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == len(LADDER)


def test_the_same_record_gives_the_same_report() -> None:
    assert write(small(), small_found()) == write(small(), small_found())


# Numbers and text


@given(strategies.text())
def test_cleaned_text_is_one_line_that_every_file_can_hold(words: str) -> None:
    cleaned = clean(words)
    cleaned.encode("utf-8")
    assert cleaned == cleaned.strip()
    assert cleaned == clean(cleaned)
    assert not any(letter in cleaned for letter in "\n\r\t\x00\u202e\u2066\u200f")


@given(strategies.text(), strategies.integers(2, 200))
def test_cut_text_is_never_longer(words: str, most: int) -> None:
    short = cut(words, most)
    assert len(short) <= most
    assert short == clean(words) or short.endswith("…")


def test_half_a_surrogate_becomes_a_sign_that_can_be_written() -> None:
    assert clean("a\udcffb") == "a\ufffdb"


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (0.2137, "times", "0.21"),
        (12.345, "times", "12.3"),
        (-4.06, "of 10", "−4.1"),
        (-0.04, "of 10", "0.0"),
        (0.31, "1/min", "0.3"),
        (9.96, "1/min", "10"),
        (143.2, "1/min", "143"),
        (82.4, "% of the baseline", "82"),
        (5.06, "%", "5.1"),
        (12.83, "weeks", "12.8"),
        (11.4, "days", "11"),
        (0.031, "1", "0.03"),
    ],
)
def test_numbers_have_as_many_decimals_as_a_reader_can_use(value: float, unit: str, expected: str) -> None:
    assert told(value, unit) == expected


def test_differences_carry_their_sign() -> None:
    assert told(1.25, "of 10", signed=True) == "+1.2"
    assert told(-1.25, "of 10", signed=True) == "−1.2"
    assert told(0.01, "of 10", signed=True) == "0.0"


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(1.0, 2.0, "1.00 to 2.00"), (None, 2.0, "up to 2.00"), (1.0, None, "1.00 or more"), (None, None, "")],
)
def test_an_open_interval_says_which_end_is_open(
    low: float | None, high: float | None, expected: str
) -> None:
    assert range_words(number("rate_ratio", 1.5, low, high)) == expected


def test_words() -> None:
    assert day_words(date(2026, 3, 1)) == "1 Mar 2026"
    assert [count_words(n, "day") for n in (0, 1, 2)] == ["0 days", "1 day", "2 days"]
    assert [sentence(each) for each in ("", "so it is", "Done!")] == ["", "So it is.", "Done!"]


def test_no_section_is_empty() -> None:
    for kept, found in ((nothing(), EMPTY), (small(), small_found())):
        for section in write(kept, found).sections:
            assert section.blocks
            for block in section.blocks:
                assert not (isinstance(block, Paragraph) and not block.text.strip())
                assert not (isinstance(block, Points) and not block.items)


def test_measures_of_the_other_side_are_not_shown() -> None:
    kept = small()
    other = Measure("episode_rate", "Spasm episodes", "right", 99.0, 90.0, 110.0, "1/min", 9, 180.0)
    report = write(replace(kept, last_measures=(other, *kept.last_measures)), small_found())
    assert "99" not in text(report, "The last recording").replace("99 % sure", "")
