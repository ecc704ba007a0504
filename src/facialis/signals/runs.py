"""Runs of true samples: where they start and end, and what lies between them."""

import numpy as np

from facialis.types import BoolArray, FloatArray


def runs_of(mask: BoolArray) -> list[tuple[int, int]]:
    """Return (first, last + 1) of each run of true in `mask`, shape (n,)."""
    edges = np.diff(np.concatenate([[0], np.asarray(mask, dtype=np.int8), [0]]))
    return list(zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True))


def span_s(time_s: FloatArray, first: int, stop: int) -> float:
    """Duration in seconds of the samples first..stop-1, each lasting until the next one."""
    return (
        float(time_s[stop] - time_s[first])
        if stop < time_s.size
        else float(time_s[-1] - time_s[first] + (np.median(np.diff(time_s)) if time_s.size > 1 else 0.0))
    )


def widened(mask: BoolArray, time_s: FloatArray, by_s: float) -> BoolArray:
    """Return `mask`, shape (n,), with each run extended by `by_s` seconds on both sides."""
    out = np.array(mask, dtype=bool)
    for first, stop in runs_of(mask):
        out[(time_s >= time_s[first] - by_s) & (time_s <= time_s[stop - 1] + by_s)] = True
    return out


def long_runs(mask: BoolArray, time_s: FloatArray, at_least_s: float) -> BoolArray:
    """Return `mask`, shape (n,), without the runs shorter than `at_least_s` seconds."""
    out = np.zeros(mask.shape, dtype=bool)
    for first, stop in runs_of(mask):
        if span_s(time_s, first, stop) >= at_least_s:
            out[first:stop] = True
    return out


def frame_seconds(time_s: FloatArray, longest_s: float) -> FloatArray:
    """How long each frame stands, shape (n,): until the next, at most `longest_s` (a gap is not observed)."""
    if time_s.size < 2:
        return np.zeros(time_s.shape)
    steps = np.diff(time_s)
    stands: FloatArray = np.minimum(np.append(steps, np.median(steps)), longest_s)
    return stands
