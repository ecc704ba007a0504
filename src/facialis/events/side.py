"""On which side the recording shows spasms, from all its events together."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from facialis.settings import Settings
from facialis.types import SIDES, Event, Quality, RecordingSide, Side, SideVerdict


def judge(events: Sequence[Event], quality: Quality, settings: Settings) -> SideVerdict:
    """Return the verdict from contractions (twitch, tonic) that carry their own probability.

    Each event is a witness of limited trust; a side's probability is that of at least one being right.
    """
    observed_s = quality.seconds_observed["both"]
    if observed_s < settings.quality.min_observed_s:
        return SideVerdict(
            "undetermined",
            0.0,
            f"only {observed_s:.1f} s could be measured; {settings.quality.min_observed_s:g} s are needed",
        )
    weight = {side: _evidence_of(events, side, settings) for side in SIDES}
    chance = {side: 1 - float(np.exp(-weight[side])) for side in SIDES}
    side = _side(chance, weight, settings)
    return SideVerdict(side, _certainty(side, chance, weight), _evidence(events, observed_s))


def weigh(events: Sequence[Event], verdict: SideVerdict, settings: Settings) -> tuple[Event, ...]:
    """Return the events believed after the verdict, each with the probability the others lend it.

    A side with many spasms makes one more likelier, and one on the other side less likely; where no side is
    called, each event stands for itself. Below the least probability an event is not reported.
    """
    total = {side: sum(e.probability for e in events if e.side == side) for side in SIDES}
    believed = []
    for event in events:
        own = total[event.side] if event.side != "both" else 0.0
        odds = event.probability / max(1 - event.probability, 1e-9)
        if verdict.side in (event.side, "both"):
            odds *= 1 + min(own - event.probability, settings.probability.company)
        elif verdict.side in SIDES:
            odds *= own / max(sum(total.values()), 1e-9)
        probability = odds / (1 + odds)
        if probability >= settings.side.min_event_probability and verdict.side != "none":
            believed.append(replace(event, probability=probability))
    return tuple(believed)


def _evidence_of(events: Sequence[Event], side: Side, settings: Settings) -> float:
    """Evidence for spasms of a side: how unlikely it is, in natural logarithms, that none of them is one.

    Logarithms add, so that one clear event outweighs several doubtful ones.
    """
    witnesses = [e for e in events if e.side == side and e.probability >= settings.side.min_event_probability]
    return float(-sum(np.log(1 - settings.side.trust * e.probability) for e in witnesses))


def _side(chance: Mapping[Side, float], weight: Mapping[Side, float], settings: Settings) -> RecordingSide:
    rules = settings.side
    strong: Side = "left" if weight["left"] >= weight["right"] else "right"
    weak: Side = "right" if strong == "left" else "left"
    if chance[strong] <= rules.absent:
        return "none"
    if chance[strong] < rules.called:
        return "undetermined"
    if weight[strong] >= rules.dominance * (weight["left"] + weight["right"]):
        return strong
    return "both" if chance[weak] >= rules.called else "undetermined"


def _certainty(side: RecordingSide, chance: Mapping[Side, float], weight: Mapping[Side, float]) -> float:
    if side == "none":
        return 1 - max(chance.values())
    if side == "both":
        return chance["left"] * chance["right"]
    if side == "undetermined":
        return 0.0
    return chance[side] * weight[side] / (weight["left"] + weight["right"])


def _evidence(events: Sequence[Event], observed_s: float) -> str:
    counts = [f"{sum(e.side == side for e in events)} on the {side}" for side in SIDES]
    spreading = sum(len(e.regions) > 1 for e in events)
    text = f"one-sided contractions in {observed_s:.0f} s observed: {' and '.join(counts)}"
    return f"{text}, {spreading} of them beyond the eye" if events else text
