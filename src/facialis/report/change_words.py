"""Comparisons in words: counted, felt, and what could have been shown. Nothing that judges."""

from facialis.measures.compare import Comparison, Part
from facialis.measures.course import Change
from facialis.report.interval_words import BRACKETS, interval, many, points, times, value, why, wrapped
from facialis.report.words import number, seconds
from facialis.types import Measure


def comparison_lines(comparison: Comparison) -> list[str]:
    """Return two parts, one against the other, in about eight lines."""
    first, second, change = comparison.first, comparison.second, comparison.change
    sentences = [
        _part(first, change.rate_before),
        _part(second, change.rate_after),
        *_counted(comparison),
        *_reach(change),
        _felt(comparison),
        *_closure(change),
        BRACKETS,
    ]
    return [line for sentence in sentences for line in wrapped(sentence)]


def _part(part: Part, rate: Measure) -> str:
    count = sum(r.count for r in part.recordings)
    length = seconds(sum(r.seconds_observed for r in part.recordings))
    n = len({r.on for r in part.recordings})
    counted = f"{many(count, 'spasm')} in {length}" if n else "no recording"
    if n > 1:
        counted += f" of {n} days"
    if rate.value is not None:
        counted += f", {number(rate.value, 2)} a minute{interval(rate)}"
    told = [d.felt for d in part.diary if d.felt is not None]
    felt = f"; felt {sum(told) / len(told):.1f} of 10 on {many(len(told), 'day')}" if told else ""
    return f"{part.name}: {counted}{felt}."


def _counted(comparison: Comparison) -> list[str]:
    ratio, here = comparison.change.rate_ratio, comparison.here
    if ratio.value is not None:
        both = " Both fewer and more would fit." if undecided(ratio) else ""
        return [f"Counted: {times(ratio)} in the second as in the first.{both}"]
    told = [f"Counted: {why(ratio)}."]
    if ratio.low:
        told[0] += f" In the second they came at least {number(ratio.low, 2)} times as often."
    if here is not None and here.value is not None:
        told.append(
            f"In these minutes themselves: {times(here)}. How much you vary from one recording to the next "
            "is not in that, so it tells of these minutes only."
        )
    return told


def undecided(ratio: Measure) -> bool:
    """Whether the interval of a ratio holds 1, or has no end that would rule it out."""
    return (ratio.low is None or ratio.low <= 1) and (ratio.high is None or ratio.high >= 1)


def _reach(change: Change) -> list[str]:
    fall, rise = change.smallest_fall.value, change.smallest_rise.value
    told = [
        f"a {way} to {number(least, 2)} times"
        for way, least in (("fall", fall), ("rise", rise))
        if least is not None
    ]
    if not told:
        return []
    return [f"The least that these recordings could have shown, with a chance of 80 %: {' or '.join(told)}."]


def _felt(comparison: Comparison) -> str:
    change = comparison.change
    if comparison.here is not None:
        return "Felt: a day each tells of these days only; compare weeks or months, such as 2026-03."
    felt, least = change.felt_difference, change.smallest_felt.value
    if felt.value is None:
        return f"Felt: {why(felt)}."
    reach = f" The least that these days could have shown: {least:.1f}." if least is not None else ""
    return f"Felt, second minus first: {points(felt)} of 10.{reach}"


def _closure(change: Change) -> list[str]:
    closure = change.closure_difference
    if closure.value is None:
        return []
    return [f"Closure of the eye when asked to: {value(closure, signed=True)} % of the other eye."]
