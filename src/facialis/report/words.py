"""A result in plain words: numbers as people write them, the verdict, ten lines for a terminal."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from facialis.report.excluded import SHORTEST_LISTED_S, seconds_by_reason
from facialis.types import SIDES, EventKind, EventSide, Exclusion, Measure, Quality, Result

# What a reader looks for first, in this order; the other measures are folded away on the page.
KEY_MEASURES: tuple[str, ...] = (
    "episode_rate",
    "spasm_share",
    "episode_rate_rest",
    "episode_rate_activated",
    "twitch_rate",
    "tonic_time_share",
    "intensity_mean",
    "mouth_intensity_mean",
    "spread_share",
    "blink_rate",
)
N_KEY = 10

UNIT_WORDS = {
    "1/min": "per minute",
    "1": "",
    "1/s": "per second",
    "uV": "µV",
    "px": "pixels",
    "degree": "degrees",
    "% of inter-ocular distance": "% of the distance between the outer corners of the eyes",
}
MODALITY_WORDS = {
    "video": {"frames": "frames", "seen": "a wink can look like a spasm"},
    "emg": {"frames": "samples", "seen": "a wink can look like a spasm, and muscle is not movement"},
}
LIMITS = (
    "It is not a diagnosis and does not say whether a face is normal.",
    "It gives no advice on treatment or dose.",
    "A wink or a one-sided smile made on purpose cannot be told from a spasm with certainty.",
    "Probabilities are this program's own and not yet compared with patients; misses and false finds come on "
    "top of the intervals.",
)
_LATENCY, _PERSISTENCE = "lsr_latency_", "lsr_persistence_"
SPEAKS_FOR_ITSELF_S = 180.0
"""A side with one spasm a minute, one of the lower published rates, shows none for so long in 1 of 20."""
KIND_WORDS: dict[EventKind, tuple[str, str]] = {
    "episode": ("spasm episode", "spasm episodes"),
    "twitch": ("twitch", "twitches"),
    "tonic": ("tonic spasm", "tonic spasms"),
    "blink": ("blink", "blinks"),
}


def number(value: float, digits: int = 3) -> str:
    """Return `value` with `digits` significant digits and without an exponent: 0.0312, 7.25, 121."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "n/a"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:.{min(decimals, 6)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def is_number(value: float | None) -> bool:
    """Return whether there is a value: neither None nor NaN nor infinite."""
    return value is not None and math.isfinite(value)


def seconds(value: float) -> str:
    """Return a length of time for reading: `7.4 s`, `58 s`, `12 min 5 s`."""
    if value < 10:
        return f"{number(round(value, 1))} s"
    whole = round(value)
    return f"{whole} s" if whole < 120 else f"{whole // 60} min {whole % 60} s"


def clock(value: float) -> str:
    """Return a moment of the recording as a video player shows it, with tenths: `1:07.4`."""
    tenths = round(value * 10)
    return f"{tenths // 600}:{tenths % 600 // 10:02d}.{tenths % 10}"


def percent(share: float) -> str:
    """Return a share of 0 to 1 in whole percent, never 0 or 100 for what is neither."""
    if not math.isfinite(share):
        return "n/a"
    whole = round(share * 100)
    if whole == 0 and share > 0:
        return "under 1 %"
    return "over 99 %" if whole == 100 and share < 1 else f"{whole} %"


def certainty(probability: float) -> str:
    """Return a probability in whole percent; nothing that was estimated is certain, so never 0 or 100."""
    if not math.isfinite(probability):
        return "n/a"
    whole = round(probability * 100)
    return "over 99 %" if whole > 99 else "under 1 %" if whole < 1 else f"{whole} %"


def listed(names: Sequence[str]) -> str:
    """Return names as a list in a sentence: `eye, brow and nose`."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def unit_words(unit: str) -> str:
    """Return a unit in words: `per minute` for `1/min`."""
    return UNIT_WORDS.get(unit, unit)


def value_words(measure: Measure) -> str:
    """Return the value with its unit, or `not measurable: ` and the reason."""
    if measure.value is None or not is_number(measure.value):
        return f"not measurable: {measure.reason or 'no value could be given'}"
    return f"{number(measure.value)} {unit_words(measure.unit)}".rstrip()


def interval_words(measure: Measure) -> str:
    """Return the 95 % interval, `6.1 to 21`, or an empty text where there is none."""
    low, high = measure.low, measure.high
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return ""
    return f"{number(low)} to {number(high)}"


def basis_words(measure: Measure) -> str:
    """Return what the number rests on: its count, the seconds observed, the method of its interval."""
    parts = [f"n = {measure.n} in {seconds(measure.seconds_observed)}"]
    if measure.how and measure.value is not None:
        parts.append(measure.how)
    if measure.value is not None and measure.reason:
        parts.append(measure.reason)
    return "; ".join(parts)


def count(result: Result, kind: EventKind, side: EventSide | None = None) -> int:
    """Return how many events of `kind` there are, on `side` or on any."""
    found = Counter(event.side for event in result.events if event.kind == kind)
    return found.total() if side is None else found[side]


def verdict_sentence(result: Result) -> str:
    """Return what the recording shows as one sentence for the person themself."""
    side = result.verdict.side
    if side == "undetermined":
        evidence = result.verdict.evidence
        return f"This recording does not show clearly whether one side of the face had spasms: {evidence}."
    during = f"in the {seconds(result.quality.seconds_observed.get('both', 0.0))} that could be measured"
    if side == "none":
        return f"No spasms of one side of the face were found {during}."
    if side == "both":
        left, right = (_times(count(result, "episode", each)) for each in SIDES)
        return f"Both sides of the face went into spasm {during}, apart: the left {left}, the right {right}."
    times = _times(count(result, "episode", side))
    return f"The {side} side of the face went into spasm {times} {during}{_rate(result, side)}."


def certainty_sentence(result: Result) -> str:
    """Return how sure the verdict is and from what, in one sentence; empty where nothing is claimed."""
    verdict, sure = result.verdict, certainty(result.verdict.probability)
    if verdict.side == "undetermined":  # There the sentence itself says why.
        return ""
    if verdict.side != "none":
        return f"How sure of the side: {sure} ({verdict.evidence}).{_rests_on_one(result)}"
    if result.quality.seconds_observed.get("both", 0.0) < SPEAKS_FOR_ITSELF_S:
        return f"A recording this short would miss rare spasms: certainty {sure} ({verdict.evidence})."
    return f"How sure that there were none: {sure} ({verdict.evidence})."


def _rests_on_one(result: Result) -> str:
    moved = [event for event in result.events if event.kind in ("twitch", "tonic")]
    if len(moved) != 1:
        return ""
    wink = ", which a wink or a blink of one eye may be too" if len(moved[0].regions) <= 1 else ""
    return f" It rests on one movement{wink}."


def not_looked_for(result: Result) -> str:
    """Return why events were not looked for, empty where they were: `only 0.0 s could be measured`.

    Then no rate has a value either, and there is no event, which would else look like a face without spasms.
    """
    rates = [m for m in result.measures if m.name in ("episode_rate", "blink_rate")]
    if result.events or not rates or any(m.value is not None and is_number(m.value) for m in rates):
        return ""
    return f"only {result.quality.seconds_observed.get('both', 0.0):.1f} s could be measured"


def _times(n: int) -> str:
    return {0: "not once", 1: "once", 2: "twice"}.get(n, f"{n} times")


def _rate(result: Result, side: EventSide) -> str:
    try:
        value = result.measure("episode_rate", side).value
    except KeyError:
        return ""
    return f", about {number(value, 2)} times a minute" if value is not None and is_number(value) else ""


def key_measures(result: Result) -> tuple[Measure, ...]:
    """Return the measures shown first, at most ten: `KEY_MEASURES` of the verdict's sides, then others."""
    side = result.verdict.side
    sides = {None, "both", side} if side in ("left", "right") else {None, "both", "left", "right"}
    first = [m for name in KEY_MEASURES for m in result.measures if m.name == name and m.side in sides]
    others = [m for m in result.measures if m not in first and m.side in sides]
    return tuple((first + others)[:N_KEY])


def measure_name(measure: Measure) -> str:
    """Return the label with its side, where it has one."""
    return f"{measure.label}, {measure.side}" if measure.side in ("left", "right") else measure.label


def summary_lines(result: Result) -> list[str]:
    """Return the lines a person reads in the terminal, at most ten, and the notes on the file."""
    quality = result.quality
    observed = quality.seconds_observed.get("both", 0.0)
    simulated = " (simulated, not a person)" if result.recording.simulated else ""
    lines = [f"{result.recording.name}{simulated}: {verdict_sentence(result)}"]
    # Who stimulates asks for the answer first.
    lines += filter(None, [response_sentence(result), certainty_sentence(result)])
    why = not_looked_for(result)
    lines.append(f"Events were not looked for: {why}." if why else f"Found: {_found(result)}")
    lines += _measure_lines(result)[: 1 if why else 5]  # Each further line would say the same again.
    lost = f"; left out: {reasons}" if (reasons := left_out(result)) else ""
    lines.append(f"Measured: {seconds(observed)} of {seconds(quality.seconds_recorded)}{lost}")
    lines += notes(result)
    seen = MODALITY_WORDS[result.recording.modality]["seen"]
    lines.append(f"Left and right are the person's own. A measurement, not a diagnosis; {seen}.")
    return lines


def response_sentence(result: Result) -> str:
    """Return which muscles answered marked stimuli by lateral spread, and when; empty without stimuli."""
    latencies = [m for m in result.measures if m.name.startswith(_LATENCY)]
    shares = {(m.side, m.name): m for m in result.measures if m.name.startswith(_PERSISTENCE)}
    told, stimuli, some = [], 0, False
    for latency in latencies:
        muscle = latency.name.removeprefix(_LATENCY)
        share = shares.get((latency.side, _PERSISTENCE + muscle))
        if share is None or share.value is None:
            continue
        stimuli, some = max(stimuli, share.n), some or share.value > 0
        if latency.value is not None and is_number(latency.value):
            words = f"{latency.side} {muscle.replace('_', ' ')} after {number(latency.value)} ms"
            told.append(f"{words} ({percent(share.value / 100)} of {share.n} stimuli)")
    if told:
        return f"Lateral spread response: {listed(told)}."
    if not stimuli:
        return ""
    few = "too few answers for a latency" if some else "no answer"
    return f"Lateral spread response: {few} in any muscle to {stimuli} stimuli."


def notes(result: Result) -> list[str]:
    """Return what the reader should know of the file, such as that it is cut off, each sentence once."""
    return list(dict.fromkeys((*result.quality.notes, *result.recording.notes)))


def _measure_lines(result: Result) -> list[str]:
    """Return five lines at most of the key measures.

    Those without a value come last, where there is room: one line for each reason. The page tells them all.
    """
    lines: list[str] = []
    lacking: dict[str, list[str]] = {}
    for measure in key_measures(result):
        if measure.value is None or not is_number(measure.value):
            lacking.setdefault(value_words(measure), []).append(measure.label)
            continue
        interval = interval_words(measure)
        shown = f" (95 % interval {interval})" if interval else ""
        lines.append(f"{measure_name(measure)}: {value_words(measure)}{shown}")
    for why, labels in lacking.items():
        names = list(dict.fromkeys(labels))
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        lines.append(f"{names[0]}{more}: {why}")
    return lines


def _found(result: Result) -> str:
    counts = ((count(result, kind), *names) for kind, names in KIND_WORDS.items())
    return ", ".join(f"{n} {one if n == 1 else many}" for n, one, many in counts)


def left_out(result: Result) -> str:
    """Return the three reasons for which most seconds were left out, or an empty text."""
    return left_out_of(result.quality)


def left_out_of(quality: Quality) -> str:
    """Return the same of a recording's quality alone."""
    return ", ".join(_reasons(quality.exclusions)[:3])


def summed(exclusions: Sequence[Exclusion]) -> str:
    """Return in one sentence how many short stretches were left out, and the seconds for each reason."""
    n = len(exclusions)
    those = "1 stretch" if n == 1 else f"{n} stretches"
    return f"{those} shorter than {SHORTEST_LISTED_S:g} s: {', '.join(_reasons(exclusions))}."


def _reasons(exclusions: Sequence[Exclusion]) -> list[str]:
    named = (replace(each, reason=_with_side(each)) for each in exclusions)
    return [f"{reason} ({seconds(lost)})" for reason, lost in seconds_by_reason(named).items()]


def _with_side(each: Exclusion) -> str:
    """Return the reason as it is told without a column for the side: `something covers the left side`."""
    if each.side is None:
        return each.reason
    if "this side" in each.reason:
        return each.reason.replace("this side", f"the {each.side} side")
    return f"{each.reason}, {each.side} side"
