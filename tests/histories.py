"""Histories made for tests: recordings of a known rate, diaries of a known effect, treatments."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import numpy as np

from facialis.measures.history import DiaryDay, RecordedRate

START = date(2026, 3, 1)


def moment(day: float) -> datetime:
    """Noon of the day so many days after the start."""
    return datetime.combine(START, time(12)) + timedelta(days=day)


def recorded(
    days: Sequence[float], counts: Sequence[int], seconds: float = 180.0, closure: float | None = None
) -> list[RecordedRate]:
    return [RecordedRate(moment(d), c, seconds, closure=closure) for d, c in zip(days, counts, strict=True)]


def drawn(days: Sequence[float], per_min: Sequence[float], seed: int, cv: float = 0.3) -> list[RecordedRate]:
    """Three-minute recordings at these rates, varying between recordings by `cv`."""
    rng = np.random.default_rng(seed)
    shares = rng.gamma(1 / cv**2, cv**2, len(days))
    counts = rng.poisson(3 * np.asarray(per_min) * shares)
    return recorded(days, [int(c) for c in counts])


def felt(days: Sequence[int], values: Sequence[float]) -> list[DiaryDay]:
    return [DiaryDay(START + timedelta(d), v) for d, v in zip(days, values, strict=True)]
