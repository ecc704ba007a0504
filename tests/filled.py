"""Records filled with what months of use leave: recordings of known counts, a diary, treatments."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from reads import spasms
from records import FakeMeasure
from result_fixture import make_result

from facialis.measures.toxin import remaining
from facialis.record import DiaryEntry, Record, Treatment
from facialis.record.times import Moment, of_local
from facialis.settings import Settings
from facialis.types import FloatArray, Result

ZONE = "Europe/Berlin"
FIRST = date(2026, 3, 1)
MADE = make_result(2.0)


class Counting(FakeMeasure):
    """Measures `left:12:...` as three minutes with twelve spasms of the left side, evenly spread."""

    def __call__(self, path: Path, *, settings: Settings, mirrored: bool, **more: Any) -> Result:
        result = super().__call__(path, settings=settings, mirrored=mirrored, **more)
        said = path.read_bytes().decode().split(":")
        count = int(said[1])
        onsets = [1 + 178 * k / max(count, 1) for k in range(count)]
        seen: dict[Any, float] = {"left": 180.0, "right": 180.0, "both": 180.0}
        quality = replace(MADE.quality, seconds_recorded=180.0, seconds_observed=seen, exclusions=())
        shown = "right" if said[0] == "right" else "left"
        return replace(
            result,
            events=tuple(spasms(onsets, shown)),  # type: ignore[arg-type]
            quality=quality,
            signals=MADE.signals,
        )


def at(day: int, hour: int = 12, minute: int = 0) -> Moment:
    return of_local(datetime.combine(FIRST + timedelta(days=day), time(hour, minute)), ZONE)


def add(record: Record, folder: Path, day: int, count: int, says: str = "left", **more: Any) -> int:
    """Add a recording of `count` spasms, so many days after the first; return its number."""
    hour = more.pop("hour", 12)
    path = folder / f"{says}-{day}-{hour}-{count}.mp4"
    path.write_text(f"{says}:{count}:{day}:{hour}")
    return record.add(path, at=at(day, hour), task=more.pop("task", "rest"), **more).recording.id


def toxin_left(days: FloatArray, given: Sequence[int]) -> FloatArray:
    """Share of the spasms left after toxin: onset 6 days, four fifths gone, half of that back at week 11."""
    left: FloatArray = np.ones(days.size)
    shape = np.array([[6.0, 0.8, 77.0, 10.0]])
    for day in given:
        left = left * np.where(days > day, remaining(shape, days - day)[0], 1.0)
    return left


def fill_cycles(record: Record, folder: Path, given: Sequence[int] = (40, 140), days: int = 200) -> None:
    """A recording every six days, 24 spasms in three minutes without toxin; a diary of every second day."""
    rng = np.random.default_rng(1)
    when = np.arange(0, days, 6)
    for day, left in zip(when, toxin_left(when.astype(float), given), strict=True):
        add(record, folder, int(day), int(rng.poisson(24 * left * rng.gamma(12, 1 / 12))))
    for day in given:
        record.add_treatment(Treatment("toxin", "Botox", at(day, 9), side="left"))
    fill_diary(record, days, given)


def fill_diary(record: Record, days: int, given: Sequence[int] = (), seed: int = 2) -> None:
    """Stress makes spasms two points stronger, coffee does nothing; both are noted every second day."""
    rng = np.random.default_rng(seed)
    for day in range(0, days, 2):
        stress, coffee = int(rng.integers(0, 2)), int(rng.integers(0, 2))
        felt = 4 * toxin_left(np.array([float(day)]), given)[0] + 2 * stress + rng.normal(0.5, 0.7)
        record.add_entry(
            DiaryEntry(
                at(day, 22),
                spasms=float(np.clip(round(felt), 0, 10)),
                bother=float(np.clip(round(felt / 2), 0, 10)),
                triggers={"stress": 3.0 * stress, "coffee": float(coffee)},
            )
        )
