"""The accuracy benchmark's arithmetic on answers whose score is plain, and the fairness of its recordings."""

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import scores
from benchmarks.accuracy import peers
from benchmarks.figures import found_by_size, rate_by_rate
from benchmarks.graft import REPORT, TUNE
from benchmarks.hemiface_table import CONDITIONS, STATES, shares
from benchmarks.readings import Reading
from benchmarks.scenarios import RENDERED, SIZES, Scenario, performance, scenarios, scene
from benchmarks.scores import Outcome
from benchmarks.tables import NOTHING, markdown, number, publish, share
from benchmarks.throughput import Run, make_clip, repeat_clip, speed_table
from facialis.measures.matching import Span
from facialis.simulate.head import Identity
from facialis.simulate.scene import Scene
from facialis.source.video import read_frames
from facialis.types import SIDES, Side

SECONDS = 60.0


def spasms(rate: float = 12.0, seed: int = 1, side: Side = "left", person: str = "a") -> Scenario:
    return Scenario(person, "grafted", "spasm", SECONDS, seed, side, rate)


def twitches(size: float, person: str = "a") -> Scenario:
    return Scenario(person, "grafted", "size", SECONDS, 3, "left", 20.0, size)


def calm(person: str = "a") -> Scenario:
    return Scenario(person, "grafted", "healthy", SECONDS, 0)


def perfect(scenario: Scenario, late_s: float = 0.0) -> Outcome:
    """Return an answer that is right in everything but, perhaps, the time."""
    truth = performance(scenario).truth
    episodes, contractions = (
        tuple(Span(e.onset_s + late_s, e.offset_s + late_s, e.side, e.peak) for e in truth if e.kind in kinds)
        for kinds in (("episode",), ("twitch", "tonic"))
    )
    healthy = scenario.purpose == "healthy"
    return Outcome(
        scenario,
        truth,
        "none" if healthy else scenario.side,
        episodes,
        contractions,
        (0.9,) * len(episodes),
        SECONDS,
        SECONDS,
    )


def silent(scenario: Scenario) -> Outcome:
    """Return an answer that nothing happened."""
    return replace(perfect(scenario), side="none", episodes=(), contractions=(), probabilities=())


def row(table: str, start: str) -> list[str]:
    """Return the cells of the row of a Markdown table that starts with a text."""
    (line,) = [line for line in table.splitlines() if line.startswith(f"| {start}")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def both(
    outcomes: Sequence[Outcome], peer: Sequence[Outcome] | None = None
) -> dict[scores.Method, list[Outcome]]:
    return {"peer": list(peer or outcomes), "facialis": list(outcomes)}


# Scores


def test_a_perfect_answer_scores_perfectly() -> None:
    table = scores.main_table(both([perfect(spasms()), perfect(spasms(30, 2, "right")), perfect(calm())]))
    assert row(table, "F1")[2] == "1.00"
    assert row(table, "false episodes a minute, healthy")[2] == "0.00"
    assert row(table, "side right")[2].startswith("1.00")
    assert row(table, "`none`")[2].startswith("1.00")
    assert row(table, "onset error, median absolute")[2] == "0"
    assert row(table, "Spearman of")[2] == "1.00"
    assert row(table, "slope")[2] == "1.00"
    assert row(table, "measured rate rises")[2] == "yes"


def test_silence_finds_nothing_and_is_no_false_alarm() -> None:
    table = scores.main_table(both([silent(spasms()), silent(calm())]))
    assert row(table, "F1")[2] == "0.00"
    assert row(table, "false episodes a minute, healthy")[2] == "0.00"
    assert row(table, "side right")[2].startswith("0.00")
    assert row(table, "`none`")[2].startswith("1.00")
    assert row(table, "onset error, median absolute")[2] == NOTHING
    assert row(table, "measured rate rises")[2] == "no"


@given(late_ms=st.integers(-60, 60))
def test_onset_errors_keep_their_sign(late_ms: int) -> None:
    table = scores.main_table(both([perfect(spasms(), late_ms / 1000)]))
    assert float(row(table, "onset error, median signed")[2]) == pytest.approx(late_ms, abs=1)
    assert float(row(table, "onset error, median absolute")[2]) == pytest.approx(abs(late_ms), abs=1)


def test_the_other_side_is_never_right() -> None:
    right = perfect(spasms(side="right"))
    wrong = replace(perfect(spasms(side="left")), truth=right.truth, scenario=right.scenario)
    assert scores.episodes_of([wrong]).pairs == ()


def test_false_episodes_count_against_what_was_observed() -> None:
    alarms = tuple(Span(t, t + 0.3, "left") for t in (1.0, 5.0, 9.0))
    outcome = replace(perfect(calm()), episodes=alarms, probabilities=(0.6,) * 3, seconds_observed=30.0)
    table = scores.main_table(both([outcome]))
    assert row(table, "false episodes a minute, healthy")[2] == "6.00"
    assert row(table, "the same per minute of file")[2] == "3.00"
    assert row(table, "share of the time observed")[2] == "0.50"


def test_only_common_rates_enter_f1_and_all_rates_enter_the_slope() -> None:
    outcomes = [perfect(spasms(6)), silent(spasms(60))]
    assert [o.scenario.rate_per_min for o in scores.with_spasms(outcomes)] == [6]
    assert len(scores.rates(outcomes)) == 2


def test_slope_and_order_of_a_method_that_sees_half() -> None:
    outcomes = [perfect(calm())]
    for rate in (12.0, 24.0, 40.0):
        whole = perfect(spasms(rate))
        outcomes.append(replace(whole, episodes=whole.episodes[::2]))
    assert scores.slope(outcomes) == pytest.approx(0.5, abs=0.02)
    assert scores.monotonic(outcomes)
    assert not scores.monotonic([*outcomes, silent(spasms(60))])


def test_a_filmed_clip_counts_as_healthy_but_not_as_a_rate() -> None:
    filmed = replace(perfect(calm()), scenario=Scenario("a", "filmed", "healthy", 0.0, 0))
    assert scores.healthy([filmed]) == [filmed]
    assert len(scores.rates([filmed])) == 0


def test_a_clip_of_a_second_is_not_judged() -> None:
    brief = replace(perfect(calm()), side="undetermined", seconds_observed=1.0)
    table = scores.main_table(both([perfect(calm()), brief]))
    assert row(table, "`none`")[2].startswith("1.00")
    assert row(table, "`none`")[4].startswith("1 videos")


def test_slope_is_unknown_from_one_rate() -> None:
    assert math.isnan(scores.slope([perfect(spasms())]))


@pytest.mark.parametrize("size", SIZES)
def test_found_share_counts_twitches_of_its_size_only(size: float) -> None:
    outcomes = [perfect(twitches(size)), *(silent(twitches(other)) for other in SIZES if other != size)]
    n = len(scores.true_spans(outcomes[0], "twitch"))
    assert n > 0
    assert scores.found_shares(outcomes, size, one_to_one=True) == (n, n)
    others = [scores.found_shares(outcomes, other, one_to_one=False)[0] for other in SIZES if other != size]
    assert others == [0] * len(others)


def test_one_long_contraction_overlaps_all_twitches_but_counts_for_one() -> None:
    whole = perfect(twitches(0.2))
    lazy = replace(whole, contractions=(Span(0.0, SECONDS, "left"),))
    found, n = scores.found_shares([lazy], 0.2, one_to_one=False)
    assert (found, scores.found_shares([lazy], 0.2, one_to_one=True)) == (n, (1, n))


def test_mimics_are_listed_with_their_probability() -> None:
    scenario = Scenario("asian-male-old", "rendered", "wink", SECONDS, 1, "left")
    truth = performance(scenario).truth
    taken = tuple(Span(e.onset_s, e.offset_s, e.side) for e in truth if e.kind == "wink")[:2]
    outcome = Outcome(scenario, truth, "left", taken, taken, (0.5, 0.7), SECONDS, SECONDS)
    cells = row(scores.mimic_table([outcome]), "wink")
    assert cells[1].startswith("0.50")
    assert cells[2:5] == ["0.60", "left 1", "4"]


def test_people_are_told_apart() -> None:
    table = scores.person_table([perfect(spasms(person="good")), silent(spasms(person="bad"))])
    assert row(table, "good")[1] == "1.00"
    assert row(table, "bad")[1] == "0.00"


def test_the_peer_always_names_a_side() -> None:
    rng = np.random.default_rng(1)
    mesh = np.full((900, 478, 2), 100.0) + rng.normal(0, 2, (900, 478, 2))
    outcome = peers(calm(), Reading(np.arange(900) / 30, {}, mesh))
    assert outcome.side in SIDES
    assert outcome.seconds == pytest.approx(30)


# Figures


def test_figures_are_drawings_that_name_both_methods() -> None:
    outcomes = both(
        [perfect(spasms()), perfect(spasms(30)), perfect(calm()), *map(perfect, map(twitches, SIZES))]
    )
    for figure in (found_by_size(outcomes), rate_by_rate(outcomes)):
        texts = [element.text for element in ElementTree.fromstring(figure).iter() if element.text]
        assert {"peer", "facialis"} <= set(texts)
    assert ">the aim<" in found_by_size(outcomes)
    assert "the aim" not in rate_by_rate(outcomes)


# Recordings


def test_nobody_is_tuned_on_and_reported() -> None:
    assert not set(TUNE) & set(REPORT)
    assert not set(RENDERED["tune"]) & set(RENDERED["report"])
    assert set(RENDERED["tune"]) | set(RENDERED["report"]) == set(get_args(Identity))


@pytest.mark.parametrize("group", ["tune", "report"])
@pytest.mark.parametrize(
    ("word", "n"), [("-female-", 3), ("-male-", 3), ("-old-", 3), ("-african-", 2), ("-asian-", 2)]
)
def test_both_halves_of_the_rendered_people_are_balanced(group: str, word: str, n: int) -> None:
    assert sum(word in f"-{identity}-" for identity in RENDERED[group]) == n  # type: ignore[index]


def test_recordings_are_all_different_and_cover_what_is_asked() -> None:
    made = scenarios("report", ["grafts", "rendered"], SECONDS)
    assert len(set(made)) == len(made)
    assert {s.rate_per_min for s in made if s.purpose == "spasm"} == {6, 12, 24, 30, 40, 60}
    assert {s.size for s in made if s.purpose == "size"} == set(SIZES)
    assert {s.side for s in made if s.purpose == "spasm"} == set(SIDES)
    assert {s.person for s in made if s.purpose == "healthy"} == {*REPORT, *RENDERED["report"]}


def test_quick_is_a_part_of_the_whole() -> None:
    whole = scenarios("tune", ["grafts", "rendered"], SECONDS)
    quick = scenarios("tune", ["grafts", "rendered"], SECONDS, quick=True)
    assert len(quick) < len(whole) / 2
    assert {s.purpose for s in quick} == {s.purpose for s in whole}


@pytest.mark.parametrize("seconds", [20.0, 60.0])
def test_every_recording_can_be_performed_and_filmed(seconds: float) -> None:
    for scenario in scenarios("report", ["grafts", "rendered"], seconds):
        if scenario.material == "filmed":
            continue
        deed = performance(scenario)
        assert deed.duration_s == pytest.approx(seconds, abs=0.01)
        n = sum(event.kind == "episode" for event in deed.truth)
        assert n == round(scenario.rate_per_min * seconds / 60)
        if scenario.material == "rendered":
            assert scene(scenario) == scene(scenario)
            assert abs(scene(scenario).resting_asymmetry) <= 0.08


# Half-faces


def test_shares_of_a_right_reading() -> None:
    states = {}
    for state, activation in STATES.items():
        states[state] = {}
        for side in SIDES:
            closed = activation.get((side, "orbicularis_oculi"), 0.0)
            pulled = activation.get((side, "zygomaticus"), 0.0)
            states[state] |= {
                f"{side}_aperture": 0.2 * (1 - closed),
                f"{side}_mouth_lateral": 0.3 + 0.05 * pulled,
                f"{side}_mouth_vertical": -0.7 + 0.04 * pulled,
            }
    found = shares(states)
    assert found["shut"] == pytest.approx(1)
    assert found["half shut"] == pytest.approx(0.5)
    assert found["pull"] == pytest.approx(1)
    assert found["leak of shut"] == found["leak of pull"] == pytest.approx(0)


def test_every_condition_can_be_filmed() -> None:
    assert all(Scene(**condition.scene) for condition in CONDITIONS)
    assert len({condition.name for condition in CONDITIONS}) == len(CONDITIONS)


# Tables and throughput


def test_markdown_has_one_line_a_row() -> None:
    assert markdown(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | ---: |\n| 1 | 2 |\n"


def test_unknown_numbers_are_dashes() -> None:
    assert number(float("nan")) == share(0, 0) == NOTHING
    assert number(1.234, 1, "ms") == "1.2 ms"
    assert share(9, 10).startswith("0.90 (0.6")


def test_publishing_changes_only_its_own_section(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("x\n<!-- begin a -->\nold\n<!-- end a -->\ny\n<!-- begin b -->\nkept\n<!-- end b -->\n")
    publish(page, "a", "new")
    publish(page, "a", "newer")
    text = page.read_text()
    assert text.startswith("x\n<!-- begin a -->")
    assert "newer" in text
    assert "old" not in text
    assert text.endswith("y\n<!-- begin b -->\nkept\n<!-- end b -->\n")


def test_publishing_without_a_section_writes_the_text(tmp_path: Path) -> None:
    publish(tmp_path / "new.md", "a", "text")
    assert (tmp_path / "new.md").read_text() == "text"


def test_the_benchmark_page_has_the_sections_that_are_filled() -> None:
    page = (Path(__file__).parents[1] / "docs" / "benchmarks.md").read_text()
    for section in ("accuracy", "half-faces", "throughput"):
        assert f"<!-- begin {section} -->" in page
        assert f"<!-- end {section} -->" in page


def test_speeds_are_medians_and_ratios_are_within_a_round() -> None:
    runs = {"chain": [Run(100, 2.0, 3.0), Run(100, 4.0, 3.0), Run(100, 8.0, 3.0)]}
    runs["floor"] = [Run(100, 1.0, 2.0), Run(100, 2.0, 2.0), Run(100, 4.0, 2.0)]
    table = speed_table(runs)
    assert row(table, "chain")[1:] == ["25", "40.0", "30.0", "1.00"]
    assert row(table, "floor")[1:] == ["50", "20.0", "20.0", "2.00"]


def test_a_clip_is_repeated_without_a_jump_in_time(tmp_path: Path) -> None:
    one, three = tmp_path / "one.mp4", tmp_path / "three.mp4"
    make_clip(one, (160, 90, 30), 1.0)
    repeat_clip(one, 3, three)
    times = np.array([frame.time_s for frame in read_frames(three)])
    assert len(times) == 90
    assert np.diff(times) == pytest.approx(1 / 30, abs=0.002)
