"""Which side closes and which lets go, for a side that is in spasm much of the time.

Where one side contracts for more than half of the time its spasms are the rule, and the pauses between them
look like contractions of the other side. The lids tell the two apart: a contraction closes its own side, a
pause opens the other one.
"""

import numpy as np

from facialis.events.filters import running_median, samples, smoothed
from facialis.events.grid import EvenSignals
from facialis.settings import EventSettings
from facialis.types import BoolArray, FloatArray, Side

OTHER: dict[Side, Side] = {"left": "right", "right": "left"}


HEAD = ("yaw_deg", "pitch_deg", "roll_deg")


def rise(side: Side, first: int, peak: int, stop: int, signals: EvenSignals) -> float:
    """How far a side's lids close from before and after the samples [first, stop) to `peak`, in closure."""
    own = running_median(signals.side(side, "closure"), 3)
    around = float(own[max(first - 1, 0)] + own[min(stop, own.size - 1)]) / 2
    return float(own[peak]) - around


def much_shut(side: Side, signals: EvenSignals, rules: EventSettings) -> BoolArray | None:
    """Return the samples (n,) in which a side is nearer to its most shut than to its most open.

    Both are beside the other side, so that a blink is neither. None where the two are not clearly apart,
    where the side is shut too rarely to hide where it rests, or where the head's pose explains most of it.
    """
    seen = signals.observed
    if np.count_nonzero(seen) <= len(HEAD) + 1:
        return None
    difference: FloatArray = signals.side(side, "closure") - signals.side(OTHER[side], "closure")
    curve = smoothed(running_median(difference, samples(rules.guard_s, signals.step_s)), signals.step_s, 0.1)
    curve = curve - curve[seen].mean()
    pose = np.column_stack([signals.columns[name] for name in HEAD])[seen]
    pose = pose - pose.mean(axis=0)
    beyond = curve[seen] - pose @ np.linalg.lstsq(pose, curve[seen], rcond=None)[0]
    if beyond.var() < (1 - rules.pose_share) * curve[seen].var():
        return None
    low, high = np.quantile(curve[seen], (0.05, 0.95))
    shut: BoolArray = curve > (low + high) / 2
    share = float(shut[seen].mean())
    if not rules.much_share <= share < 1:
        return None
    # Otsu's criterion (doi:10.1109/TSMC.1979.4310076): the variance between the two over the whole variance.
    apart = float(curve[seen & shut].mean() - curve[seen & ~shut].mean())
    return shut if share * (1 - share) * apart**2 >= rules.two_levels * float(curve[seen].var()) else None
