"""What was left out, put together for reading: stretches that touch become one, short ones a sum."""

from collections.abc import Iterable

from facialis.types import Exclusion

SHORTEST_LISTED_S = 0.5
"""A shorter stretch is summed with its like: nobody reads hundreds of slivers."""
_SAME_TIME_S = 1e-6
"""Times are sums of frames' steps: two that are the same may differ by a rounding."""


def merged(exclusions: Iterable[Exclusion]) -> list[tuple[float, float, str]]:
    """Return onset and offset in seconds, and all reasons, of each run of exclusions without a gap."""
    runs: list[tuple[float, float, dict[str, None]]] = []
    for each in _in_time(exclusions):
        if runs and each.onset_s <= runs[-1][1] + _SAME_TIME_S:
            onset_s, offset_s, reasons = runs[-1]
            runs[-1] = (onset_s, max(offset_s, each.offset_s), reasons | {each.reason: None})
        else:
            runs.append((each.onset_s, each.offset_s, {each.reason: None}))
    return [(onset_s, offset_s, ", ".join(reasons)) for onset_s, offset_s, reasons in runs]


def seconds_by_reason(exclusions: Iterable[Exclusion]) -> dict[str, float]:
    """Return the seconds lost to each reason, most first; those lost on both sides at once count once."""
    lost: dict[str, float] = {}
    until: dict[str, float] = {}
    for each in _in_time(exclusions):
        new_s = each.offset_s - max(each.onset_s, until.get(each.reason, 0.0))
        lost[each.reason] = lost.get(each.reason, 0.0) + max(new_s, 0.0)
        until[each.reason] = max(until.get(each.reason, 0.0), each.offset_s)
    return dict(sorted(lost.items(), key=lambda item: -item[1]))


def listed_and_summed(exclusions: Iterable[Exclusion]) -> tuple[list[Exclusion], list[Exclusion]]:
    """Return the exclusions worth a line each, and the shorter ones, both in the order of time."""
    long: list[Exclusion] = []
    short: list[Exclusion] = []
    for each in _in_time(exclusions):
        is_short = each.offset_s - each.onset_s < SHORTEST_LISTED_S - _SAME_TIME_S
        (short if is_short else long).append(each)
    return long, short


def _in_time(exclusions: Iterable[Exclusion]) -> list[Exclusion]:
    return sorted(exclusions, key=lambda exclusion: exclusion.onset_s)
