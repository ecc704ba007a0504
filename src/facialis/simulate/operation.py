"""An operation as it is simulated: what is asked for, and the recordings that come of it. Only data."""

from dataclasses import dataclass, field, replace

import numpy as np

from facialis.errors import SettingsError
from facialis.simulate.artery import DEFAULT_CAUSE, HEALTHY_PACKING, Cause, CauseName
from facialis.simulate.axons import Axons
from facialis.simulate.depth import at_vessel
from facialis.simulate.emg import Emg
from facialis.simulate.lesion import find_cause
from facialis.simulate.nerve import IntArray
from facialis.simulate.pathway import BRANCHES, SITE_MM, Branch, RootSite
from facialis.simulate.shocks import Outgoing
from facialis.simulate.treatments import Healing, OnDay, Treatment, check_treatments, on_day
from facialis.types import SIDES, FloatArray, Side

BOTH_BRANCHES: tuple[Branch, ...] = ("zygomatic", "marginal mandibular")
"""The two that are stimulated in surgery, each while the other's muscle is watched."""
INTERVALS_MS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
FIRST_S, EVERY_S = 0.5, 0.5
"""The first stimulus of a recording, and the time from one sweep to the next."""
_WHOLE = {
    "axons": (20, 5000),
    "sweeps": (1, 200),
    "repeats": (0, 50),
    "train": (0, 50),
    "seed": (0, 2**32 - 1),
}
_LIMITS = {
    "severity": (0.0, 1.0),
    "strength": (0.0, 1.0),
    "lifted": (0.0, 1.0),
    "nucleus_gain": (0.0, 3.0),
    "train_hz": (1.0, 500.0),
}


@dataclass(frozen=True)
class LateralSpread:
    """All that the recordings follow from. SettingsError where something is impossible.

    `cause`, `side`, `severity`, `treatments`, `day`, `nucleus_gain` and `seed` as in `Patient`. `axons` stand
    for the nerve's 7 000. Each of `branches` gets `sweeps` single shocks while the vessel presses and as many
    after `lifted` (0 to 1) of the contact is gone, where there is one, then `repeats` pairs of shocks at each
    of `intervals_ms` and `repeats` trains of `train` shocks at `train_hz`. `strength` is the share of a
    branch's axons that a shock fires, the thickest first. `root` says where a magnet fires the nerve, which
    decides how long its canal takes (`pathway`). `healing` and `upper_at_vessel` as in `Patient`.
    """

    cause: CauseName | Cause = DEFAULT_CAUSE
    side: Side = "left"
    severity: float = 1.0
    treatments: tuple[Treatment, ...] = ()
    day: float = 0.0
    nucleus_gain: float = 0.0
    seed: int = 1
    axons: int = 200
    branches: tuple[Branch, ...] = BOTH_BRANCHES
    sweeps: int = 6
    lifted: float = 1.0
    intervals_ms: tuple[float, ...] = INTERVALS_MS
    repeats: int = 1
    train: int = 5
    train_hz: float = 50.0
    strength: float = 1.0
    root: RootSite = "labyrinthine"
    healing: Healing = field(default_factory=Healing)
    upper_at_vessel: float = 1.0

    def __post_init__(self) -> None:
        if self.side not in SIDES:
            raise SettingsError(f"side is {self.side!r}; use left or right.")
        unknown = [each for each in self.branches if each not in BRANCHES]
        if unknown or not self.branches:
            wrong = repr(unknown[0]) if unknown else "Nothing"
            raise SettingsError(f"{wrong} is no branch to stimulate; use some of {', '.join(BRANCHES)}.")
        if len(set(self.branches)) != len(self.branches):
            raise SettingsError("A branch was given twice; name each once.")
        if self.root not in SITE_MM:
            raise SettingsError(f"{self.root!r} is no place of root stimulation; use {' or '.join(SITE_MM)}.")
        for name, (least, most) in _WHOLE.items():
            value = getattr(self, name)
            if not (isinstance(value, int) and least <= value <= most):
                raise SettingsError(f"{name} is {value}; use a whole number from {least} to {most}.")
        for name, (low, high) in _LIMITS.items():
            if not low <= getattr(self, name) <= high:
                raise SettingsError(f"{name} is {getattr(self, name)}; use {low:g} to {high:g}.")
        impossible = [each for each in self.intervals_ms if not 0.5 <= each <= 100]
        if impossible:
            raise SettingsError(
                f"Two shocks cannot be {impossible[0]:g} ms apart; use intervals from 0.5 to 100 ms."
            )
        if not np.isfinite(self.day):
            raise SettingsError("The day must be a number.")
        self.today()
        check_treatments(self.treatments, find_cause(self.cause))

    @property
    def operated(self) -> bool:
        """Whether the vessel has been lifted before this day, so that there is nothing left to lift."""
        return any(each.kind == "decompression" and each.day <= self.day for each in self.treatments)

    @property
    def liftable(self) -> bool:
        """Whether something presses that can be lifted on this day."""
        return not self.operated and self._pressed

    @property
    def _pressed(self) -> bool:
        return at_vessel(find_cause(self.cause), self.severity).packing > HEALTHY_PACKING

    def contact(self, lifted: bool = False) -> str:
        """Return how what presses lies: `on the nerve`, `lifted`, `partly lifted`, or `none`.

        `lifted` tells a recording after it was lifted in this operation; it may have been so on an earlier
        day, and come back since.
        """
        if not self._pressed:
            return "none"
        earlier = [
            each
            for each in self.treatments
            if each.kind == "decompression" and each.day <= self.day
            and (each.shifted_on_day is None or self.day < each.shifted_on_day)
        ]  # fmt: skip
        shares = [each.amount for each in earlier] + [self.lifted] * lifted
        if not shares:
            return "on the nerve"
        return "lifted" if max(shares) == 1 else "partly lifted"

    def contact_words(self, lifted: bool = False) -> str:
        """Return the same for the page: `vessel on the nerve`; what has no pulse is called pressure."""
        if not self._pressed:
            return "nothing presses"
        return f"{'vessel' if find_cause(self.cause).pulse > 0 else 'pressure'} {self.contact(lifted)}"

    def today(self, lifted: float = 0.0) -> OnDay:
        """Return what cause, severity and treatments make of the nerve; so much of the contact is lifted."""
        cause = at_vessel(find_cause(self.cause), self.severity)
        today = on_day(cause, self.nucleus_gain, self.treatments, self.day, self.side, self.healing)
        if lifted == 0:
            return today
        return replace(
            today,
            cause=on_day(today.cause, 0.0, (Treatment("decompression", 0, lifted),), 0, self.side).cause,
        )


@dataclass(frozen=True)
class Sweep:
    """One stimulus: `shocks_ms` from its first, the impulses that leave the lesion, and their origin.

    `phase` of the pulse, 0 to PHASES - 1; `origin` (impulses,) counts in ORIGINS' order.
    """

    shocks_ms: tuple[float, ...]
    phase: int
    outgoing: Outgoing
    origin: IntArray


@dataclass(frozen=True)
class Recording:
    """One recording: a branch, whether the vessel is `lifted`, its sweeps and the EMG of all of them."""

    name: str
    branch: Branch
    lifted: bool
    axons: Axons
    sweeps: tuple[Sweep, ...]
    emg: Emg

    @property
    def stimuli_s(self) -> FloatArray:
        """When the first shock of each sweep was given, (sweeps,)."""
        return FIRST_S + EVERY_S * np.arange(len(self.sweeps))


@dataclass(frozen=True)
class LateralSpreadActivity:
    """All recordings of one nerve. `before` and `after` are the nerve with the vessel on it and lifted."""

    experiment: LateralSpread
    before: OnDay
    after: OnDay
    recordings: tuple[Recording, ...]

    def named(self, name: str) -> Recording:
        """Return the recording of this name. SettingsError where there is none."""
        for each in self.recordings:
            if each.name == name:
                return each
        raise SettingsError(
            f"There is no recording {name!r}; there are {', '.join(r.name for r in self.recordings)}."
        )
