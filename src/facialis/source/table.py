"""EMG as a table: CSV or tabs, with a column of times or a rate, units in the names, marks in a column."""

import csv
import io
import re
from pathlib import Path
from typing import Any

import numpy as np

from facialis.errors import SourceError
from facialis.source.emg import Channel, Mark, RawEmg, on_grid
from facialis.types import FloatArray

TIMES = ("time", "times", "t", "zeit", "timestamp", "seconds", "sec")
SCALES = {"": 1.0, "s": 1.0, "sec": 1.0, "second": 1.0, "seconds": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6}
MARKS = (
    "mark",
    "marks",
    "marker",
    "annotation",
    "annotations",
    "event",
    "events",
    "stim",
    "stimulus",
    "trigger",
)
EVEN_SHARE = 0.2
"""Steps may differ from the median by this share of it, since exported times are rounded; more is a pause."""
BRACKETS = re.compile(r"[\(\[](.*?)[\)\]]")


def read_table(file: Path, rate_per_s: float | None = None) -> RawEmg:
    """Read a table with one row a sample and names in its first row; SourceError where it is none.

    A name may end in its unit, `OOc L (mV)` or `OOc L [uV]`. Times are in seconds unless the name says ms. A
    column called stim, trigger, mark or annotation holds texts, or numbers that leave 0 where something
    was marked. Empty cells are samples that were not recorded.
    """
    names, columns = _parsed(file)
    time = next(
        (i for i, name in enumerate(names) if _bare(name) in TIMES or _bare(name)[:5] == "time_"), None
    )
    marked = [i for i, name in enumerate(names) if _bare(name) in MARKS]
    numbers = {i: _numbers(columns[i]) for i in range(len(names)) if i not in marked}
    signals = {i: v for i, v in numbers.items() if i != time and v is not None}
    if not signals:
        raise SourceError(f"{file.name} holds no column of numbers; its first row must name the channels.")
    times, rate = _clock(file, names, time, numbers, rate_per_s)
    channels = tuple(_channel(names[i], values, times, rate, file.name) for i, values in signals.items())
    marks = [mark for i in marked for mark in _marks(names[i], columns[i], times)]
    texts = [names[i] for i, values in numbers.items() if values is None]
    notes = (f"Not read, since not all of it is numbers: {', '.join(texts)}.",) if texts else ()
    return RawEmg("CSV", channels, tuple(sorted(marks, key=lambda mark: mark.onset_s)), notes=notes)


def _parsed(file: Path) -> tuple[list[str], list[Any]]:
    """Return the names and the columns as arrays of text, decimal commas turned into points."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.csv as pa_csv

    lines = _lines(file)
    mark = max(",;\t", key=lambda each: lines[0].count(each))
    names = [name.strip() for name in next(csv.reader([lines[0]], delimiter=mark))]
    keys = [f"f{i}" for i in range(len(names))]
    try:
        table = pa_csv.read_csv(
            io.BytesIO("".join(lines[1:]).encode()),
            read_options=pa_csv.ReadOptions(column_names=keys),
            parse_options=pa_csv.ParseOptions(delimiter=mark),
            convert_options=pa_csv.ConvertOptions(column_types=dict.fromkeys(keys, pa.string())),
        )
    except pa.ArrowInvalid as error:
        why = str(error).splitlines()[0][:100]
        raise SourceError(f"{file.name} is not an even table ({why}); export it again.") from None
    columns = [table.column(key).combine_chunks() for key in keys]
    # With semicolons or tabs between, a comma is what stands before the decimals.
    if mark != "," and "," in lines[1] and "." not in lines[1]:
        columns = [pc.replace_substring(column, ",", ".") for column in columns]
    return names, [pc.utf8_trim_whitespace(column) for column in columns]


def _lines(file: Path) -> list[str]:
    data = file.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    if "\x00" in text[:4096]:
        raise SourceError(f"{file.name} is not a table of text; give CSV, EDF or BDF.")
    lines = [line for line in text.splitlines(keepends=True) if line.strip()]
    while lines and lines[0].startswith("#"):
        lines.pop(0)
    if len(lines) < 3:
        raise SourceError(f"{file.name} holds no rows of numbers under a row of names; export it again.")
    return lines


def _numbers(column: Any) -> FloatArray | None:
    """Return a column of text as numbers, NaN for an empty cell; None where a cell is none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    filled = pc.if_else(pc.equal(column, ""), "nan", column)
    try:
        values: FloatArray = pc.cast(filled, pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        return None
    return values


def _clock(
    file: Path, names: list[str], time: int | None, numbers: dict[int, FloatArray | None], rate: float | None
) -> tuple[FloatArray, float]:
    """Return the time of each row (n,) in seconds from the first, and the rate."""
    n = next(values.size for values in numbers.values() if values is not None)
    if time is None:
        if rate is None:
            raise SourceError(f"{file.name} has no column of times; say its sampling rate with --rate.")
        return np.arange(n) / rate, rate
    told = numbers[time]
    unit = BRACKETS.search(names[time]) or re.search(r"_(\w+)$", names[time])
    scale = SCALES.get(unit[1].strip().casefold() if unit else "")
    if told is None or scale is None or not np.isfinite(told).all():
        raise SourceError(f"The column {names[time]!r} of {file.name} does not hold times in s, ms or us.")
    times = (told - told[0]) * scale
    steps = np.diff(times)
    if (steps <= 0).any():
        raise SourceError(f"The times of {file.name} do not rise from row to row; export it again.")
    # Of rounded times the mean tells the step best; a pause must not count in it.
    step = float(np.median(steps))
    regular = steps[np.abs(steps - step) <= EVEN_SHARE * step + 1e-12]
    if regular.size < 0.5 * steps.size:
        raise SourceError(f"The times of {file.name} are not even; export it at a fixed sampling rate.")
    measured = 1 / float(np.mean(regular))
    return times, rate or (
        round(measured) if abs(measured - round(measured)) < 0.005 * measured else measured
    )


def _channel(name: str, values: FloatArray, times: FloatArray, rate: float, file: str) -> Channel:
    """Cut the rows at pauses, and put the stretches on one even grid."""
    cuts = np.flatnonzero(np.diff(times) > 1.5 / rate) + 1
    blocks = np.split(values, cuts)
    onsets = [float(times[first]) for first in (0, *cuts)]
    unit = BRACKETS.search(name)
    label = BRACKETS.sub("", name).strip()
    return Channel(label, on_grid(onsets, blocks, rate, file), rate, unit[1].strip() if unit else "")


def _marks(name: str, column: Any, times: FloatArray) -> list[Mark]:
    values = _numbers(column)
    if values is not None:
        on = np.nan_to_num(values) != 0
        starts = np.flatnonzero(on & ~np.concatenate([[False], on[:-1]]))
        return [Mark(float(times[i]), _bare(name)) for i in starts]
    texts = column.to_pylist()
    return [
        Mark(float(times[i]), text)
        for i, text in enumerate(texts)
        if text and text != "0" and (i == 0 or text != texts[i - 1])
    ]


def _bare(name: str) -> str:
    return BRACKETS.sub("", name).strip().casefold()
