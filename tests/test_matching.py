"""Matching: one to one, on the same side, as many pairs as possible, whatever the order."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis.measures.matching import Matching, Span, match, pooled
from facialis.types import EventSide

SIDES: tuple[EventSide, ...] = ("left", "right")


@st.composite
def spans(draw: st.DrawFn) -> Span:
    onset = draw(st.integers(0, 200)) / 10
    length = draw(st.integers(1, 30)) / 10
    return Span(onset, onset + length, draw(st.sampled_from(SIDES)), draw(st.floats(0, 1)))


EVENTS = st.lists(spans(), max_size=8)


def overlap(one: Span, two: Span) -> float:
    return min(one.offset_s, two.offset_s) - max(one.onset_s, two.onset_s)


@given(EVENTS, EVENTS)
def test_every_event_is_counted_once(true: list[Span], found: list[Span]) -> None:
    matching = match(true, found)
    assert sorted([t for t, _ in matching.pairs] + list(matching.missed)) == sorted(true)
    assert sorted([f for _, f in matching.pairs] + list(matching.false)) == sorted(found)


@given(EVENTS, EVENTS)
def test_pairs_overlap_and_share_their_side(true: list[Span], found: list[Span]) -> None:
    for t, f in match(true, found).pairs:
        assert t.side == f.side
        assert overlap(t, f) > 0


@given(st.lists(spans(), max_size=5), st.lists(spans(), max_size=5))
@settings(deadline=None)
def test_no_other_matching_has_more_pairs_or_as_many_with_more_overlap(
    true: list[Span], found: list[Span]
) -> None:
    if len(true) > len(found):
        true, found = found, true
    best = (0, 0.0)
    for chosen in itertools.permutations(range(len(found)), len(true)):
        common = [
            overlap(t, found[j])
            for t, j in zip(true, chosen, strict=True)
            if t.side == found[j].side and overlap(t, found[j]) > 0
        ]
        best = max(best, (len(common), sum(common)))
    pairs = match(true, found).pairs
    assert len(pairs) == best[0]
    assert sum(overlap(t, f) for t, f in pairs) == pytest.approx(best[1])


@given(EVENTS, EVENTS, st.randoms(use_true_random=False))
def test_the_order_of_events_does_not_matter(true: list[Span], found: list[Span], random: object) -> None:
    one = match(true, found)
    shuffled = list(true), list(found)
    for events in shuffled:
        random.shuffle(events)  # type: ignore[attr-defined]
    two = match(*shuffled)
    assert (len(one.pairs), len(one.missed), len(one.false)) == (
        len(two.pairs),
        len(two.missed),
        len(two.false),
    )


@given(EVENTS, EVENTS)
def test_swapping_true_and_found_swaps_precision_and_recall(true: list[Span], found: list[Span]) -> None:
    one, two = match(true, found), match(found, true)
    assert one.precision == pytest.approx(two.recall, nan_ok=True)
    assert one.f1 == pytest.approx(two.f1, nan_ok=True)


@given(EVENTS, EVENTS)
def test_scores_lie_between_zero_and_one(true: list[Span], found: list[Span]) -> None:
    matching = match(true, found)
    for score in (matching.precision, matching.recall, matching.f1):
        assert math.isnan(score) or 0 <= score <= 1
    if matching.pairs:
        precision, recall = matching.precision, matching.recall
        assert matching.f1 == pytest.approx(2 * precision * recall / (precision + recall))


@given(st.lists(spans(), min_size=1, max_size=8))
def test_the_truth_itself_scores_one(true: list[Span]) -> None:
    matching = match(true, true)
    assert matching.precision == matching.recall == matching.f1 == 1
    assert matching.missed == matching.false == ()


def test_nothing_against_nothing_has_no_score() -> None:
    matching = match([], [])
    assert math.isnan(matching.precision)
    assert math.isnan(matching.recall)
    assert math.isnan(matching.f1)
    assert math.isnan(matching.median_onset_error_s)
    assert math.isnan(matching.value_correlation)
    assert matching.values.shape == (0, 2)


def test_the_wrong_side_is_both_a_miss_and_a_false_event() -> None:
    matching = match([Span(1, 2, "left")], [Span(1, 2, "right")])
    assert (matching.pairs, len(matching.missed), len(matching.false)) == ((), 1, 1)
    assert matching.f1 == 0
    assert not match([Span(1, 2, "left")], [Span(1, 2, "both")]).pairs


def test_touching_events_do_not_match_but_an_instant_inside_does() -> None:
    assert not match([Span(1, 2, "left")], [Span(2, 3, "left")]).pairs
    assert match([Span(1, 2, "left")], [Span(1.5, 1.5, "left")]).pairs


def test_one_long_found_event_matches_only_one_of_two_true_ones() -> None:
    matching = match([Span(1, 2, "left"), Span(3, 6, "left")], [Span(0, 10, "left")])
    assert matching.pairs == ((Span(3, 6, "left"), Span(0, 10, "left")),)
    assert matching.missed == (Span(1, 2, "left"),)


def test_more_pairs_beat_more_overlap() -> None:
    true = [Span(0, 10, "left"), Span(9.9, 10.1, "left")]
    found = [Span(0, 10.05, "left"), Span(0, 0.1, "left")]
    assert len(match(true, found).pairs) == 2


def test_onset_errors_are_signed_and_their_median_absolute() -> None:
    true = [Span(t, t + 1, "left") for t in (0.0, 10.0, 20.0)]
    found = [Span(0.1, 1, "left"), Span(9.8, 11, "left"), Span(20.3, 21, "left")]
    matching = match(true, found)
    assert sorted(matching.onset_errors_s) == pytest.approx([-0.2, 0.1, 0.3])
    assert matching.median_onset_error_s == pytest.approx(0.2)


@given(st.lists(st.floats(0.01, 1), min_size=3, max_size=20, unique=True))
def test_correlation_is_one_for_any_rising_relation(sizes: list[float]) -> None:
    true = [Span(10.0 * i, 10.0 * i + 1, "left", v) for i, v in enumerate(sizes)]
    found = [Span(s.onset_s, s.offset_s, "left", float(np.float64(s.value) ** 3)) for s in true]
    assert match(true, found).value_correlation == pytest.approx(1)


def test_correlation_without_variation_has_no_value() -> None:
    same = [Span(10.0 * i, 10.0 * i + 1, "left", 0.5) for i in range(5)]
    assert math.isnan(match(same, same).value_correlation)


def test_found_share_by_size() -> None:
    true = [Span(10.0 * i, 10.0 * i + 1, "left", v) for i, v in enumerate((0.05, 0.1, 0.15, 0.2, 0.8))]
    found = [true[1], true[3], true[4]]
    shares = match(true, found).found_share_by_value((0.0, 0.1, 0.2, 0.5, 0.8))
    assert shares[:3] == ((0.0, 1), (0.5, 2), (1.0, 1))
    assert math.isnan(shares[3][0])
    assert shares[3][1] == 0


def test_false_events_are_counted_per_minute_observed() -> None:
    matching = match([], [Span(1, 2, "left"), Span(3, 4, "left")])
    assert matching.false_per_min(30) == 4
    assert math.isnan(matching.false_per_min(0))


@given(EVENTS, EVENTS)
def test_pooling_adds_up(true: list[Span], found: list[Span]) -> None:
    one, two = match(true, found), match(found, found)
    together = pooled([one, two])
    assert len(together.pairs) == len(one.pairs) + len(two.pairs)
    assert len(together.missed) == len(one.missed)
    assert len(together.false) == len(one.false)
    assert pooled([]) == Matching((), (), ())
