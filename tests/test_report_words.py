import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from result_fixture import make_empty_result, make_result

from facialis.report import words
from facialis.report.excluded import listed_and_summed, merged
from facialis.types import Exclusion, Measure, RecordingSide, SideVerdict

FORBIDDEN = re.compile(
    r"\b(abnormal|pathological|healthy|you have|patient suffers|should take)\b", re.IGNORECASE
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.03124, "0.0312"),
        (7.25, "7.25"),
        (10.0, "10"),
        (121.4, "121"),
        (12345.6, "12346"),
        (-2.5, "-2.5"),
    ],
)
def test_numbers_as_people_write_them(value: float, text: str) -> None:
    assert words.number(value) == text


@given(st.floats(min_value=1e-4, max_value=1e6))
def test_three_digits_are_near_enough_and_have_no_exponent(value: float) -> None:
    text = words.number(value)
    assert "e" not in text
    assert float(text) == pytest.approx(value, rel=6e-3)


@pytest.mark.parametrize(
    ("value", "text"), [(0.42, "0.4 s"), (9.96, "10 s"), (58.2, "58 s"), (119, "119 s"), (725, "12 min 5 s")]
)
def test_lengths_of_time(value: float, text: str) -> None:
    assert words.seconds(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0:00.0"), (7.44, "0:07.4"), (59.96, "1:00.0"), (3671, "61:11.0")]
)
def test_moments_as_a_player_shows_them(value: float, text: str) -> None:
    assert words.clock(value) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0 %"),
        (0.001, "under 1 %"),
        (0.5, "50 %"),
        (0.999, "over 99 %"),
        (1, "100 %"),
        (float("nan"), "n/a"),
    ],
)
def test_shares_never_claim_certainty_they_do_not_have(share: float, text: str) -> None:
    assert words.percent(share) == text


def test_the_verdict_of_one_side_names_side_count_time_and_rate() -> None:
    sentence = words.verdict_sentence(make_result())
    assert sentence == (
        "The left side of the face went into spasm 10 times in the 58 s that could be measured, "
        "about 10 times a minute."
    )


@pytest.mark.parametrize("side", ["left", "right", "both", "none", "undetermined"])
def test_every_verdict_is_one_sentence_that_judges_nobody(side: RecordingSide) -> None:
    sentence = words.verdict_sentence(make_result(verdict=side))
    assert sentence.endswith(".")
    assert not FORBIDDEN.search(sentence)
    assert "\n" not in sentence


def test_none_says_nothing_was_found_rather_than_that_nothing_is_there() -> None:
    quiet = replace(make_result(verdict="none"), events=())
    assert "were found" in words.verdict_sentence(quiet)


def test_undetermined_gives_the_reason() -> None:
    assert "no face was found" in words.verdict_sentence(make_empty_result())


def test_a_verdict_without_a_rate_still_reads() -> None:
    sentence = words.verdict_sentence(replace(make_result(), measures=()))
    assert sentence.endswith("that could be measured.")


def test_the_lines_for_the_terminal() -> None:
    lines = words.summary_lines(make_result())
    assert len(lines) == 10 + len(make_result().quality.notes)
    text = "\n".join(lines)
    assert "simulated" in lines[0]
    assert "95 % interval 6.26 to 15.7" in text
    assert "left out: a hand over the mouth, left side (1.5 s), no face (1 s)" in text
    assert not FORBIDDEN.search(text)
    assert all("\n" not in line for line in lines)


def test_the_lines_say_not_measurable_and_why() -> None:
    lines = words.summary_lines(make_empty_result())
    assert len(lines) <= 10
    lacking = [line for line in lines if "not measurable: no face was found" in line]
    assert len(lacking) == 1  # One reason, told once for all measures that lack it.
    assert lacking[0].startswith("Spasm episodes and ")
    assert not any("nan" in line.lower() for line in lines)


def test_the_key_measures_are_ten_and_of_the_verdicts_side() -> None:
    result = make_result()
    other = tuple(replace(m, side="right") for m in result.measures)
    both = replace(result, measures=other + result.measures)
    key = words.key_measures(both)
    assert len(key) == words.N_KEY
    assert {measure.side for measure in key} <= {"left", "both", None}
    assert key[0].name == "episode_rate"


def test_key_measures_show_both_sides_where_no_side_is_called() -> None:
    result = make_result(verdict="undetermined")
    other = tuple(replace(m, side="right") for m in result.measures)
    key = words.key_measures(replace(result, measures=other + result.measures))
    assert {"left", "right"} <= {measure.side for measure in key}


def test_unknown_measures_fill_the_ten() -> None:
    result = make_result()
    strange = tuple(replace(m, name=f"new_{i}") for i, m in enumerate(result.measures))
    assert words.key_measures(replace(result, measures=strange)) == strange[: words.N_KEY]


def test_a_measure_with_a_nan_is_not_measurable() -> None:
    measure = Measure("m", "M", None, float("nan"), None, None, "s", 0, 5.0)
    assert words.value_words(measure) == "not measurable: no value could be given"
    assert words.interval_words(measure) == ""


def test_the_limits_name_the_wink() -> None:
    assert any("wink" in limit for limit in words.LIMITS)
    assert any("diagnosis" in limit for limit in words.LIMITS)


def test_what_to_do_about_an_unclear_recording_is_among_the_lines() -> None:
    unclear = replace(make_result(), verdict=SideVerdict("undetermined", 0.0, "too little was seen"))
    lines = words.summary_lines(unclear)
    assert unclear.quality.notes[0] in lines
    assert len(lines) <= 11


def test_how_sure_is_left_out_where_nothing_is_claimed() -> None:
    result = replace(make_result(), verdict=SideVerdict("undetermined", 0.4, "two episodes on each side"))
    assert not any(line.startswith("How sure") for line in words.summary_lines(result))


def test_one_is_not_spoken_of_as_many() -> None:
    result = make_result()
    first = {event.kind: event for event in result.events}
    found = words.summary_lines(replace(result, events=tuple(first.values())))[2]
    assert found == "Found: 1 spasm episode, 1 twitch, 1 tonic spasm, 1 blink"


@pytest.mark.parametrize(
    ("names", "text"),
    [((), ""), (("eye",), "eye"), (("eye", "brow"), "eye and brow"), (("a", "b", "c"), "a, b and c")],
)
def test_names_are_listed_as_in_a_sentence(names: tuple[str, ...], text: str) -> None:
    assert words.listed(names) == text


def test_what_was_left_out_is_summed_by_reason_the_longest_first() -> None:
    result = make_result()
    spans = ((0, 1, "a"), (1, 2, "b"), (5, 9, "a"), (9, 9.2, "c"), (9.2, 9.3, "d"))
    exclusions = tuple(Exclusion(onset, offset, why) for onset, offset, why in spans)
    left_out = words.left_out(replace(result, quality=replace(result.quality, exclusions=exclusions)))
    assert left_out == "a (5 s), b (1 s), c (0.2 s)"
    assert words.left_out(replace(result, quality=replace(result.quality, exclusions=()))) == ""


def test_seconds_lost_on_both_sides_at_once_count_once() -> None:
    result = make_result()
    covered = "a hand is before the camera"
    exclusions = (
        Exclusion(0, 10, covered),
        Exclusion(2, 4, covered),
        Exclusion(8, 12, covered),
        Exclusion(5, 6, "no face was seen"),
    )
    quality = replace(result.quality, exclusions=exclusions)
    assert words.left_out(replace(result, quality=quality)) == f"{covered} (12 s), no face was seen (1 s)"


stretches = st.lists(
    st.builds(
        lambda onset, length, why: Exclusion(onset / 10, (onset + length) / 10, why),
        st.integers(0, 200),
        st.integers(0, 20),
        st.sampled_from(["a", "b"]),
    ),
    max_size=12,
)


@given(stretches)
def test_merged_stretches_cover_the_same_time_and_keep_apart(exclusions: list[Exclusion]) -> None:
    found = merged(exclusions)
    covered = {t for e in exclusions for t in range(round(10 * e.onset_s), round(10 * e.offset_s))}
    assert {t for start, end, _ in found for t in range(round(10 * start), round(10 * end))} == covered
    assert all(first[1] < second[0] for first, second in pairwise(found))
    for start, end, reasons in found:
        inside = {e.reason for e in exclusions if start <= e.onset_s and e.offset_s <= end}
        assert set(reasons.split(", ")) == inside


@given(stretches)
def test_every_stretch_is_either_listed_or_summed(exclusions: list[Exclusion]) -> None:
    long, short = listed_and_summed(exclusions)
    assert sorted(long + short, key=repr) == sorted(exclusions, key=repr)
    assert all(e.offset_s - e.onset_s >= 0.5 - 1e-6 for e in long)
    assert all(e.offset_s - e.onset_s < 0.5 for e in short)


def test_half_a_second_that_a_rounding_shortened_is_listed() -> None:
    assert listed_and_summed([Exclusion(0.1, 0.6, "a"), Exclusion(0.2, 0.7, "b")])[1] == []


# What is not known is not told as known


@given(st.floats(0, 1))
def test_no_probability_is_ever_certain(probability: float) -> None:
    told = words.certainty(probability)
    assert told not in ("0 %", "100 %")
    assert told.endswith(" %")


@pytest.mark.parametrize(
    ("probability", "told"),
    [(1.0, "over 99 %"), (0.996, "over 99 %"), (0.99, "99 %"), (0.5, "50 %"), (0.0, "under 1 %")],
)
def test_certainty_in_words(probability: float, told: str) -> None:
    assert words.certainty(probability) == told
    sure = replace(make_result(), verdict=SideVerdict("left", probability, "10 on the left"))
    assert words.certainty_sentence(sure) == f"How sure of the side: {told} (10 on the left)."


def test_a_side_that_rests_on_one_movement_says_so() -> None:
    several = make_result()
    contractions = [event for event in several.events if event.kind in ("twitch", "tonic")]
    assert len(contractions) > 1
    assert "rests on one movement" not in words.certainty_sentence(several)
    for kept in contractions:
        others = tuple(e for e in several.events if e not in contractions)
        alone = replace(several, events=(*others, replace(kept, regions=("eye",))))
        assert "It rests on one movement, which a wink" in words.certainty_sentence(alone)
        spread = replace(several, events=(*others, replace(kept, regions=("eye", "mouth"))))
        assert words.certainty_sentence(spread).endswith("It rests on one movement.")
        assert "rests on one movement" in "\n".join(words.summary_lines(spread))


def test_what_was_measured_comes_before_what_could_not_be() -> None:
    result = make_result()
    lacking = replace(result.measures[0], name="episode_rate", side=None, value=None, reason="too dark")
    whole = replace(result, measures=(lacking, *result.measures))
    measured = [words.measure_name(m) for m in words.key_measures(whole) if words.is_number(m.value)]
    lines = words.summary_lines(whole)
    shown = [n for n, line in enumerate(lines) if line.startswith(tuple(f"{name}:" for name in measured))]
    told = [n for n, line in enumerate(lines) if "too dark" in line]
    assert len(shown) + len(told) <= 5
    assert not told or max(shown) < min(told)
    nothing = replace(result, measures=(lacking,))
    assert f"{lacking.label}: not measurable: too dark" in words.summary_lines(nothing)


def test_none_in_a_short_recording_says_what_it_would_miss() -> None:
    quiet = replace(make_result(), events=(), verdict=SideVerdict("none", 0.21, "nothing in 58 s"))
    said = words.certainty_sentence(quiet)
    assert said == "A recording this short would miss rare spasms: certainty 21 % (nothing in 58 s)."
    assert "sure of the side" not in "\n".join(words.summary_lines(quiet))
    long = replace(quiet, quality=replace(quiet.quality, seconds_observed={"both": 600.0}))
    assert words.certainty_sentence(long) == "How sure that there were none: 21 % (nothing in 58 s)."


def test_where_nothing_could_be_measured_nothing_was_looked_for() -> None:
    lines = words.summary_lines(make_empty_result())
    assert "Events were not looked for: only 0.0 s could be measured." in lines
    assert not any(line.startswith("Found") for line in lines)


def test_a_measured_face_without_events_was_looked_at() -> None:
    quiet = replace(make_result(), events=())
    assert words.not_looked_for(quiet) == ""
    assert "Found: 0 spasm episodes, 0 twitches, 0 tonic spasms, 0 blinks" in words.summary_lines(quiet)
    assert words.not_looked_for(replace(make_empty_result(), measures=())) == ""
    assert words.not_looked_for(replace(make_empty_result(), events=make_result().events)) == ""


@pytest.mark.parametrize("verdict", ["left", "none", "undetermined"])
def test_what_is_wrong_with_the_file_is_always_told_and_once(verdict: RecordingSide) -> None:
    made = make_result(verdict=verdict)
    cut = "The file ends 3.0 s before its stated length; it may be cut off."
    result = replace(
        made,
        recording=replace(made.recording, notes=(cut,)),
        quality=replace(made.quality, notes=("Two faces were seen.", cut)),
    )
    lines = words.summary_lines(result)
    assert lines.count(cut) == lines.count("Two faces were seen.") == 1


def test_what_was_left_out_names_its_side() -> None:
    made = make_result()
    exclusions = (
        Exclusion(0, 3, "something covers this side", "left"),
        Exclusion(1, 2, "something covers this side", "right"),
        Exclusion(4, 4.5, "the picture is blurred", "right"),
        Exclusion(6, 6.2, "no face was seen"),
    )
    told = words.left_out(replace(made, quality=replace(made.quality, exclusions=exclusions)))
    assert told == (
        "something covers the left side (3 s), something covers the right side (1 s), "
        "the picture is blurred, right side (0.5 s)"
    )
