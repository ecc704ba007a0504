"""Everything an EMG gives in numbers: the video's measures where they have a meaning, and the muscles'
own."""

from dataclasses import replace

from facialis.events.emg import EmgFindings
from facialis.measures.basis import Basis, per_side
from facialis.measures.burden import durations, pauses, time_shares
from facialis.measures.comparable import TERMS
from facialis.measures.intensity import REGION_WORDS, mean_and_peak
from facialis.measures.rates import blink_rate, spasm_rates
from facialis.measures.responses import response_measures
from facialis.measures.resting import observed_seconds
from facialis.measures.severity import sides_of
from facialis.measures.spread import reach
from facialis.measures.synchrony import burst_rate, other_babinski, synchrony
from facialis.settings import Settings
from facialis.signals.muscle import Muscles
from facialis.source.channels import MUSCLE_REGIONS, parts
from facialis.types import REGIONS, SIDES, Measure, Quality, Region, Side, Signals

OWN_BLINK = "% of own blink"
NOT_SEEN: tuple[tuple[str, str, str, str], ...] = (
    (
        "resting_asymmetry",
        "Closure of the eyes between spasms, left minus right",
        "% of full closure",
        "lids",
    ),
    ("resting_aperture_asymmetry", "Opening of the eyes between spasms, left minus right", "mm", "lids"),
    ("resting_mouth_asymmetry", "Height of the mouth between spasms, left minus right", "mm", "mouth"),
)


def severity_emg(
    signals: Signals, quality: Quality, muscles: Muscles, found: EmgFindings, settings: Settings
) -> tuple[Measure, ...]:
    """Return the measures of one EMG; what an EMG cannot show is a measure without a value, with its
    reason."""
    rules = replace(settings.measures, together_s=settings.responses.together_s)
    basis = Basis(signals, quality, found.events, found.activated, rules)
    of_sides: list[Measure] = []
    for side in sides_of(found.verdict):
        of_sides += _of_side(basis, side, found, settings)
    answers = response_measures(muscles, settings.responses, int(rules.min_events))
    return (*of_sides, blink_rate(basis), *answers, *observed_seconds(basis), *_not_seen(basis))


def _of_side(basis: Basis, side: Side, found: EmgFindings, settings: Settings) -> list[Measure]:
    recorded = _recorded(found, side)
    reached = reach(basis, side)
    if len(recorded) == 1:
        reached = [replace(m, value=None, low=None, high=None, how="", reason=_alone(side)) for m in reached]
    more = found.activity, found.bursts, settings.bursts
    return [
        *spasm_rates(basis, side),
        *time_shares(basis, side),
        burst_rate(basis, side, found.activity),
        *_intensities(basis, side, found, recorded),
        *reached,
        other_babinski(basis, side, *more),
        *synchrony(basis, side, *more),
        *durations(basis, side),
        *pauses(basis, side),
    ]


def _alone(side: Side) -> str:
    return f"no muscle of the {side} side beside the eye's was recorded"


def _recorded(found: EmgFindings, side: Side) -> set[Region]:
    return {
        region
        for name in found.activity
        if parts(name)[0] == side
        for region in MUSCLE_REGIONS[parts(name)[1]]
    }


def _intensities(basis: Basis, side: Side, found: EmgFindings, recorded: set[Region]) -> list[Measure]:
    """Strength in the person's own blinks, and each region's envelope in uV."""
    episodes = basis.of("episode", side)
    terms = (
        per_side(basis, "intensity_mean", "Strength of the spasms, mean", side, OWN_BLINK),
        per_side(basis, "intensity_peak", "Strength of the strongest spasm", side, OWN_BLINK),
    )
    if side in found.blink_uv:
        sizes = [event.intensity for event in episodes]
        measures = mean_and_peak(basis, terms, episodes, sizes, 100.0, "episodes")
    else:
        why = "too few blinks of both eyes were seen to take the person's own blink for a unit"
        measures = [term.lack(len(episodes), why) for term in terms]
    for region in REGIONS:
        stem, label = f"{region}_intensity", f"Strength at the {REGION_WORDS[region]}"
        in_uv = (
            per_side(basis, f"{stem}_mean", f"{label}, mean envelope at the peak", side, "uV"),
            per_side(basis, f"{stem}_peak", f"{label}, largest envelope", side, "uV"),
        )
        if region not in recorded:
            measures += [term.lack(0, "its muscle was not recorded") for term in in_uv]
            continue
        took_part = [event for event in episodes if region in event.excess]
        values = [event.excess[region] for event in took_part]
        what = f"episodes in which the muscle of the {REGION_WORDS[region]} works"
        measures += mean_and_peak(basis, in_uv, took_part, values, 1.0, what)
    return measures


def _not_seen(basis: Basis) -> list[Measure]:
    """Measures of a video that an EMG cannot give, each with the reason."""
    measures = [
        per_side(basis, name, label, "both", unit).lack(0, f"an EMG does not show where the {what} stands")
        for name, label, unit, what in NOT_SEEN
    ]
    measures += [
        per_side(basis, "blink_depth", "How far this eye closes in a blink", side, "% of full closure").lack(
            0, "an EMG does not show how far lids close"
        )
        for side in SIDES
    ]
    about = "the scale is about what is seen on a face"
    measures += [
        per_side(basis, name, label, None, "1").lack(0, about)
        for name, label in (
            ("smc_grade_proxy", "SMC grade 1 to 4, proxy: not a clinical rating"),
            ("jrs_frequency_proxy", "Jankovic frequency item 0 to 4, proxy: not a clinical rating"),
        )
    ]
    measures += [
        per_side(basis, name, label, None, unit).lack(0, "the method is one for videos")
        for name, label, unit in TERMS
    ]
    return measures
