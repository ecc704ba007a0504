"""Everything one recording gives in numbers: rates, burden, intensity, spread, rest, proxies, the peer's."""

from facialis.measures.basis import Basis
from facialis.measures.burden import durations, pauses, time_shares
from facialis.measures.comparable import comparable
from facialis.measures.intensity import intensities
from facialis.measures.proxies import jrs_frequency, smc_grade
from facialis.measures.rates import blink_rate, spasm_rates
from facialis.measures.resting import blink_depths, observed_seconds, resting_asymmetry
from facialis.measures.spread import spread
from facialis.settings import MeasureSettings
from facialis.types import SIDES, BoolArray, Event, Measure, Quality, Side, SideVerdict, Signals


def severity(
    signals: Signals,
    quality: Quality,
    events: tuple[Event, ...],
    verdict: SideVerdict,
    settings: MeasureSettings,
    activated: BoolArray,
) -> tuple[Measure, ...]:
    """Return the measures of one recording.

    The spasm measures are those of the side the verdict names, of both sides where it names none or both.
    `activated` (n,) tells the frames during or just after a voluntary movement. A number that cannot be given
    is a measure without a value, with its reason; nothing is raised.
    """
    basis = Basis(signals, quality, events, activated, settings)
    general = [blink_rate(basis), *blink_depths(basis), *resting_asymmetry(basis)]
    of_sides: list[Measure] = []
    for side in sides_of(verdict):
        of_sides += _of_side(basis, side, general)
    return (*of_sides, *general, *observed_seconds(basis), *comparable(basis))


def _of_side(basis: Basis, side: Side, general: list[Measure]) -> list[Measure]:
    measures = [
        *spasm_rates(basis, side),
        *time_shares(basis, side),
        *intensities(basis, side),
        *spread(basis, side),
        *durations(basis, side),
        *pauses(basis, side),
    ]
    found = {measure.name: measure for measure in (*measures, *general)}
    return [*measures, smc_grade(basis, side, found), jrs_frequency(basis, side, found)]


def sides_of(verdict: SideVerdict) -> tuple[Side, ...]:
    """Return the sides whose spasm measures are given: the verdict's, else both."""
    if verdict.side == "left" or verdict.side == "right":
        return (verdict.side,)
    return SIDES
