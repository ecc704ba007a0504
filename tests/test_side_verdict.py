import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facialis.events.side import judge, told, weigh
from facialis.settings import Settings
from facialis.types import SIDES, Event, Quality, Side
from tests.curves import OTHER

RULES = Settings()


def quality(seconds: float = 60.0) -> Quality:
    return Quality(seconds, {"left": seconds, "right": seconds, "both": seconds}, (), 30.0, 150.0)


def event(side: Side, probability: float, onset_s: float = 1.0) -> Event:
    end_s, peak_s = onset_s + 0.2, onset_s + 0.1
    return Event("twitch", side, onset_s, end_s, peak_s, 0.4, probability, "", ("eye", "mouth"))


def events(left: int = 0, right: int = 0, probability: float = 0.9) -> list[Event]:
    sides: list[Side] = ["left"] * left + ["right"] * right
    return [event(side, probability, 2.0 * i) for i, side in enumerate(sides)]


def mirror(given_events: list[Event]) -> list[Event]:
    return [replace(e, side=OTHER[e.side]) for e in given_events]  # type: ignore[index]


any_events = st.lists(
    st.builds(event, st.sampled_from(SIDES), st.floats(0, 1), st.floats(0, 50)), max_size=12
)


@pytest.mark.parametrize(
    ("found", "side"),
    [
        (events(), "none"),
        (events(left=8), "left"),
        (events(right=8), "right"),
        (events(left=8, right=8), "both"),
        (events(left=30, right=1), "left"),
        (events(left=1, probability=0.1), "none"),
    ],
)
def test_the_side_is_that_of_the_events(found: list[Event], side: str) -> None:
    assert judge(found, quality(), RULES).side == side


def test_a_single_event_that_may_be_a_wink_is_not_called() -> None:
    assert judge(events(left=1, probability=0.6), quality(), RULES).side in ("undetermined", "none")


@pytest.mark.parametrize("found", [events(), events(left=8)])
def test_too_little_seen_is_undetermined_and_says_so(found: list[Event]) -> None:
    verdict = judge(found, quality(2.0), RULES)
    assert verdict.side == "undetermined"
    assert verdict.probability == 0
    assert "2.0 s" in verdict.evidence


@given(any_events)
def test_a_verdict_has_no_side_of_its_own(found: list[Event]) -> None:
    seen, reflected = judge(found, quality(), RULES), judge(mirror(found), quality(), RULES)
    swapped = {"left": "right", "right": "left"}
    assert reflected.side == swapped.get(seen.side, seen.side)
    assert reflected.probability == pytest.approx(seen.probability)


@given(any_events)
def test_probabilities_are_probabilities(found: list[Event]) -> None:
    verdict = judge(found, quality(), RULES)
    assert 0 <= verdict.probability <= 1
    for believed in weigh(found, verdict, RULES):
        assert RULES.side.min_event_probability <= believed.probability <= 1


@given(any_events, st.integers(1, 20))
def test_more_events_of_a_side_never_take_it_away(found: list[Event], n: int) -> None:
    seen = judge(found, quality(), RULES)
    more = judge(found + events(left=n, probability=0.95), quality(), RULES)
    if seen.side == "left":
        assert more.side == "left"
    assert more.side != "none"


@given(st.integers(2, 30))
def test_more_evidence_makes_a_side_surer(n: int) -> None:
    few, many = (judge(events(left=k, probability=0.7), quality(), RULES) for k in (n, n + 1))
    assert many.probability >= few.probability - 1e-9


def test_the_evidence_counts_what_was_seen() -> None:
    text = judge(events(left=8, right=2), quality(), RULES).evidence
    assert "8 on the left" in text
    assert "2 on the right" in text
    assert "60 s" in text


def test_the_evidence_for_people_counts_what_is_believed_and_names_what_is_not() -> None:
    found = events(left=8, right=2)
    verdict = judge(found, quality(), RULES)
    assert told(verdict, found, found[:8], quality(), RULES).evidence == (
        "twitches and tonic spasms in 60 s observed: 8 on the left and 0 on the right, 8 of them beyond "
        "the eye; 2 more are doubtful and not counted"
    )
    nothing = told(verdict, found[:1], (), quality(), RULES).evidence
    assert nothing == "no twitch or tonic spasm in 60 s observed; 1 movement is doubtful and not counted"
    assert "doubtful" not in told(verdict, found, found, quality(), RULES).evidence


@given(any_events)
def test_what_is_counted_and_what_is_doubtful_are_all_candidates(found: list[Event]) -> None:
    verdict = judge(found, quality(), RULES)
    believed = weigh(found, verdict, RULES)
    seen = told(verdict, found, believed, quality(), RULES)
    numbers = [int(n) for n in re.findall(r"(\d+) (?:on the|more|movement)", seen.evidence)]
    assert sum(numbers) == len(found)
    assert replace(seen, evidence=verdict.evidence) == verdict


def test_too_little_seen_stays_the_evidence() -> None:
    verdict = judge(events(left=8), quality(2.0), RULES)
    assert told(verdict, events(left=8), (), quality(2.0), RULES) == verdict


# Which events are believed then


@given(any_events)
def test_what_is_believed_was_seen(found: list[Event]) -> None:
    for believed in weigh(found, judge(found, quality(), RULES), RULES):
        assert any(replace(believed, probability=e.probability) == e for e in found)


def test_on_a_face_called_healthy_nothing_is_believed() -> None:
    found = events(left=1, probability=0.3)
    verdict = judge(found, quality(), RULES)
    assert verdict.side == "none"
    assert weigh(found, verdict, RULES) == ()


def test_stray_events_of_the_other_side_lose_probability() -> None:
    found = [*events(left=20), event("right", 0.7, 50)]
    believed = weigh(found, judge(found, quality(), RULES), RULES)
    assert {e.side for e in believed} == {"left"}
    assert len(believed) == 20


def test_where_both_sides_twitch_both_are_believed() -> None:
    found = events(left=9, right=9)
    believed = weigh(found, judge(found, quality(), RULES), RULES)
    assert len(believed) == 18


def test_one_large_doubtful_event_does_not_hide_the_clear_ones_of_the_other_side() -> None:
    large = replace(event("left", 0.6), intensity=0.9)
    small = [replace(event("right", 0.9, 3.0 * i), intensity=0.12) for i in range(1, 4)]
    assert judge([large, *small], quality(), RULES).side != "none"


@pytest.mark.parametrize("side", SIDES)
def test_many_small_events_of_one_side_do_not_make_it_both(side: Side) -> None:
    large = [replace(event(side, 0.95, 2.0 * i), intensity=0.6) for i in range(4)]
    small = [replace(event(OTHER[side], 0.7, 2.0 * i + 1), intensity=0.04) for i in range(6)]
    assert judge([*large, *small], quality(), RULES).side == side


def test_what_the_other_side_shows_as_well_is_believed_less() -> None:
    own = [replace(event("left", 0.9, 2.0 * i), intensity=0.5) for i in range(5)]
    weak = replace(event("left", 0.6, 20.0), intensity=0.05)
    verdict = judge(own, quality(), RULES)
    alone = {e.onset_s: e.probability for e in weigh([*own, weak], verdict, RULES)}
    others = [replace(event("right", 0.4, 30.0 + i), intensity=0.06) for i in range(4)]
    doubted = {e.onset_s: e.probability for e in weigh([*own, weak, *others], verdict, RULES)}
    assert doubted.get(20.0, 0.0) < alone[20.0]
    assert doubted[own[0].onset_s] > 0.9


@pytest.mark.parametrize("side", SIDES)
def test_one_large_doubtful_movement_takes_nothing_from_a_clear_one(side: Side) -> None:
    own = [event(side, 0.8, 3.0 * i) for i in range(8)]
    stray = replace(event(OTHER[side], 0.12, 40.0), intensity=0.9)  # type: ignore[index]
    largest = replace(event(side, 0.8, 30.0), intensity=0.5)
    verdict = judge(own, quality(), RULES)
    believed = {e.onset_s: e.probability for e in weigh([*own, largest, stray], verdict, RULES)}
    assert believed[30.0] > 0.8
    assert set(believed) == {30.0, *(e.onset_s for e in own)}


@given(any_events, st.floats(0, 0.2))
def test_a_doubtful_movement_takes_away_no_more_than_its_probability(
    found: list[Event], doubtful: float
) -> None:
    verdict = judge(found, quality(), RULES)
    if verdict.side not in SIDES:
        return
    stray = replace(event(OTHER[verdict.side], doubtful, 60.0), intensity=0.9)  # type: ignore[index]
    before = {e.onset_s: e.probability for e in weigh(found, verdict, RULES)}
    after = {e.onset_s: e.probability for e in weigh([*found, stray], verdict, RULES)}
    clear = [e for e in found if e.side == verdict.side and e.probability > 0.9]
    assert all(after[e.onset_s] > 0.5 for e in clear if before.get(e.onset_s, 0) > 0.9)
