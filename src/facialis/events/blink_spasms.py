"""Spasms that a blink sets off or falls together with: told by the muscles that a blink leaves alone.

The nucleus's order to blink passes the lesion, where it may cross to axons of other muscles, as the blink
reflex's early answer does (PMID 2829952). The eye's muscles then work on both sides, as in any blink; cheek,
mouth, chin or brow work on one.
"""

from collections.abc import Mapping, Sequence

from facialis.events.bursts import Activity, Burst
from facialis.settings import BurstSettings
from facialis.signals.muscle import EYE, side_of
from facialis.source.channels import column, parts
from facialis.types import SIDES, Side

OTHER: Mapping[Side, Side] = {"left": "right", "right": "left"}


def in_blink(
    blink: tuple[float, float],
    eyes: Mapping[Side, Burst],
    bursts: Mapping[str, Sequence[Burst]],
    activity: Mapping[str, Activity],
    rules: BurstSettings,
) -> dict[Side, Burst]:
    """Return the spasm that goes with a blink from `blink[0]` to `blink[1]`, by side; empty where none does.

    `eyes` are the blink's bursts at the eyes. A side is in spasm where at least `rules.blink_muscles` of its
    muscles beside the eye burst in the blink and their mirror muscles do not. The spasm lasts as long as
    any of them or the eye does; its strength and size are the eye's own.
    """
    working = {side: _alone(side, blink, bursts, activity, rules) for side in SIDES}
    found = {}
    for side in SIDES:
        # A face that moves on both sides means it, or is struck by something else than a spasm.
        if len(working[side]) < rules.blink_muscles or working[OTHER[side]]:
            continue
        parts_of_it = [eyes[side], *working[side]]
        onset_s = min(b.onset_s for b in parts_of_it)
        offset_s = max(b.offset_s for b in parts_of_it)
        eye, own = eyes[side], activity[EYE[side]]
        found[side] = Burst(
            onset_s, offset_s, eye.peak_s, eye.peak_uv, own.amplitude_uv(onset_s, offset_s), eye.strength
        )
    return found


def _alone(
    side: Side,
    blink: tuple[float, float],
    bursts: Mapping[str, Sequence[Burst]],
    activity: Mapping[str, Activity],
    rules: BurstSettings,
) -> list[Burst]:
    """The bursts, in a blink, of muscles of one side whose mirror muscle does much less or nothing."""
    found = []
    for name in bursts:
        muscle = parts(name)[1]
        mirror = column(OTHER[side], muscle)
        if side_of(name) != side or name == EYE[side] or mirror not in activity:
            continue
        for burst in bursts[name]:
            if burst.onset_s >= blink[1] or burst.offset_s <= blink[0]:
                continue
            there = activity[mirror].amplitude_uv(burst.onset_s, burst.offset_s)
            if burst.strength >= rules.region_noise and burst.amplitude_uv >= rules.dominance * there:
                found.append(burst)
                break
    return found
