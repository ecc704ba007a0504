"""Two recordings, or two stretches of days, one against the other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from facialis.measures.around import Windows, steady
from facialis.measures.basis import Term
from facialis.measures.counts import Variation, group_of, ratio_interval
from facialis.measures.course import NOTHING_COUNTED, Change, ChangeSettings, before_after
from facialis.measures.history import DiaryDay, History, RecordedRate, daily, seconds_of
from facialis.types import Measure

ALONE = 10_000
"""Degrees of freedom where no variation between recordings was estimated: as many as never matter."""
HERE_HOW = "quasi-score interval of these minutes alone, without the variation between recordings"


@dataclass(frozen=True)
class Part:
    """One of the two: what it is called, its recordings, its days of the diary."""

    name: str
    recordings: Sequence[RecordedRate]
    diary: Sequence[DiaryDay] = ()


@dataclass(frozen=True)
class Comparison:
    """The second part against the first. `here`: the ratio in these very minutes, of single recordings only.

    It holds for what was filmed; a person varies from one recording to the next, which `change` counts in.
    """

    first: Part
    second: Part
    change: Change
    here: Measure | None = None


def compare(
    history: History,
    first: Part,
    second: Part,
    windows: Windows | None = None,
    settings: ChangeSettings | None = None,
) -> Comparison:
    """Return the second part against the first; the rest of the history tells how much the person varies.

    Recordings of one day are added up. Raises ValueError where a recording or a day is in both.
    """
    single = len(first.recordings) == len(second.recordings) == 1
    own = [*first.recordings, *second.recordings]
    days = [day.day for part in (first, second) for day in part.diary]
    if len({id(each) for each in own}) < len(own) or (not single and len(set(days)) < len(days)):
        raise ValueError("the two parts overlap")
    times = {each.when for each in own}
    others = [
        [each for each in part if each.when not in times] for part in steady(history, windows or Windows())
    ]
    change = before_after(
        daily(first.recordings),
        daily(second.recordings),
        first.diary,
        second.diary,
        [part for part in others if len(part) > 1],
        settings,
    )
    return Comparison(first, second, change, ratio_here(*own) if single else None)


def ratio_here(first: RecordedRate, second: RecordedRate) -> Measure:
    """Return how many times as often spasms came in the second recording, of these minutes alone."""
    term = Term(
        "rate_ratio_here",
        "Spasms in these minutes, as a multiple",
        None,
        "times",
        seconds_of([first, second]),
    )
    if not (first.seconds_observed > 0 and second.seconds_observed > 0):
        return term.lack(2, "one of them was not observed at all")
    if first.count + second.count == 0:
        return term.lack(2, NOTHING_COUNTED)
    ratio, low, high = ratio_interval(group_of([first]), group_of([second]), Variation(0.0, ALONE))
    if not np.isfinite(ratio):
        return term.lack(2, "no spasm was counted in the first")
    return term.give(ratio, (low, high if np.isfinite(high) else None), 2, HERE_HOW)
