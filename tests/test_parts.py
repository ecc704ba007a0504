"""The tables of regions and lengths: counted on contractions whose truth is known."""

from collections.abc import Sequence

import pytest

from benchmarks.parts import length_table, matched, region_table
from benchmarks.scenarios import Scenario
from benchmarks.scores import Outcome
from facialis.simulate.performance import TrueEvent
from facialis.types import Event, Region

SCENARIO = Scenario("interview_a.mp4", "grafted", "spasm", 30.0, 1, "left", 12.0)


def true(onset_s: float, length_s: float, *regions: Region) -> TrueEvent:
    return TrueEvent("twitch", "left", onset_s, onset_s + length_s, onset_s, 0.5, ("eye", *regions))


def found(onset_s: float, length_s: float, *regions: Region, mouth_after_s: float = 0.0) -> Event:
    onsets: dict[Region, float] = {"eye": onset_s, "mouth": onset_s + mouth_after_s}
    return Event(
        kind="twitch",
        side="left",
        onset_s=onset_s,
        offset_s=onset_s + length_s,
        peak_s=onset_s,
        intensity=0.5,
        probability=1.0,
        reason="",
        regions=("eye", *regions),
        onset_by_region_s={r: onsets[r] for r in ("eye", *regions) if r in onsets},
    )


def outcome(truth: Sequence[TrueEvent], events: Sequence[Event]) -> Outcome:
    return Outcome(SCENARIO, tuple(truth), "left", (), (), (), 30.0, 30.0, tuple(events))


def row(table: str, name: str) -> list[str]:
    (line,) = [line for line in table.splitlines() if line.startswith(f"| {name}")]
    return [cell.strip() for cell in line.strip("|").split("|")][1:]


def test_contractions_are_matched_with_their_own_truth() -> None:
    truth = [true(1, 0.2), true(3, 0.2), true(5, 0.2)]
    events = [found(5.05, 0.2), found(1.02, 0.2), found(9, 0.2)]
    pairs = matched([outcome(truth, events)])
    assert sorted((one.onset_s, other.onset_s) for one, other in pairs) == [(1, 1.02), (5, 5.05)]


def test_a_region_counts_where_it_took_part_and_where_it_did_not() -> None:
    truth = [true(1, 0.2, "brow"), true(3, 0.2, "brow"), true(5, 0.2)]
    events = [found(1, 0.2, "brow"), found(3, 0.2), found(5, 0.2, "brow", "nose")]
    table = region_table([outcome(truth, events)])
    assert row(table, "brow")[0].startswith("0.50")
    assert row(table, "brow")[1].startswith("1.00")
    assert row(table, "nose")[1].startswith("0.33")


def test_lengths_ends_and_time_in_spasm() -> None:
    truth = [true(1, 0.2, "mouth"), true(3, 0.4, "mouth"), true(5, 0.4)]
    events = [found(1, 0.3, "mouth", mouth_after_s=0.05), found(3, 0.6, "mouth", mouth_after_s=0.05)]
    table = length_table([outcome(truth, events)])
    assert row(table, "offset error, median signed") == ["150"]
    assert row(table, "duration") == ["1.50"]
    assert row(table, "seconds in spasm") == ["0.90"]
    assert row(table, "delay from eye to mouth, median") == ["50"]
    assert row(table, "kind")[0].startswith("1.00")


@pytest.mark.parametrize("events", [[], [found(20, 0.2)]])
def test_nothing_matched_gives_dashes(events: list[Event]) -> None:
    table = length_table([outcome([true(1, 0.2)], events)])
    assert row(table, "duration") == ["-"]
