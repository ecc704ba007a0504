"""What a nerve is here: axons in patches, their myelin and membranes, what goes in and what comes out.

Only data: `facialis.simulate.discharge` makes it fire.
"""

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from facialis.errors import SettingsError
from facialis.settings.setting import Checked, setting
from facialis.simulate.fibre import NODE_LEAK_S_CM2, Membrane, geometry
from facialis.types import BoolArray, FloatArray

IntArray = npt.NDArray[np.intp]
Scheme = Literal["crank-nicolson", "implicit-euler"]
Rates = Literal["table", "exact"]
_SCHEMES, _RATES = ("crank-nicolson", "implicit-euler"), ("table", "exact")


@dataclass(frozen=True)
class NerveSettings(Checked):
    """How a nerve is calculated. SettingsError where a value lies outside its range."""

    dt_ms: float = setting(
        0.005, "ms", "conduction time is 1 % longer than with a tenth of it; 0.02 loses the spike", 1e-4, 0.02
    )
    table_step_mv: float = setting(0.1, "mV", "spike times within 1e-6 ms of exact rates", 1e-3, 1)
    divisions: int = setting(4, "compartments", "of a lesion's internode; 8 slow transit by 2 to 5 %", 1, 16)
    threshold_mv: float = setting(0, "mV", "half-way up a spike, where it is steepest", -40, 20)
    rest_tolerance: float = setting(
        1e-6, "mV, or share of a gate", "a patch this close to rest is at rest; 0 never says so", 0, 1e-3
    )
    threads: int = setting(1, "threads", "patches calculated at the same time", 1, 256)
    scheme: Scheme = "crank-nicolson"
    rates: Rates = "table"
    skip_rest: bool = True
    """Leave out the steps of patches at rest. No spike depends on it."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.scheme not in _SCHEMES:
            raise SettingsError(f"{self.scheme!r} is no scheme; use one of {', '.join(_SCHEMES)}.")
        if self.rates not in _RATES:
            raise SettingsError(f"{self.rates!r} is no way to get rates; use one of {', '.join(_RATES)}.")


@dataclass(frozen=True)
class Nerve:
    """A stretch of nerve: axons side by side, each with as many nodes, nodes 0 at the brainstem's end.

    `diameter_um` (axons,) of the fibres; `patch` (axons,) is a number that axons lying together share;
    `lamellae` (axons, internodes) of myelin; `left_shift_mv` (axons, nodes) is by how much injury lets the
    sodium gates open earlier; `node_leak_s_cm2` (axons, nodes); `coupling` (phases, internodes) is the
    share of the resistance along a patch that lies outside its axons (alpha), 0 outside the lesion, in each
    phase of the pulse; `beat_ms` is how long all phases take together. `fluid` (axons,), None for 1
    everywhere, is how much fluid an axon's patch has, relative to what alpha says: patches differ in how
    tightly they are packed. Raises SettingsError where these contradict each other or cannot be.
    """

    diameter_um: FloatArray
    patch: IntArray
    lamellae: FloatArray
    left_shift_mv: FloatArray
    node_leak_s_cm2: FloatArray
    coupling: FloatArray
    beat_ms: float = 1000.0
    membrane: Membrane = field(default_factory=Membrane)
    fluid: FloatArray | None = None

    def __post_init__(self) -> None:
        axons, internodes = self.axons, self.lamellae.shape[-1]
        shapes = {
            "patch": (axons,),
            "lamellae": (axons, internodes),
            "left_shift_mv": (axons, internodes + 1),
            "node_leak_s_cm2": (axons, internodes + 1),
            "coupling": (self.coupling.shape[0], internodes),
        }
        for name, shape in shapes.items():
            if getattr(self, name).shape != shape:
                raise SettingsError(
                    f"{name} is of shape {getattr(self, name).shape}; "
                    f"{axons} axons of {internodes} internodes need {shape}."
                )
        if self.fluid is not None and self.fluid.shape != (axons,):
            raise SettingsError(f"fluid is of shape {self.fluid.shape}; {axons} axons need {(axons,)}.")
        geometry(self.diameter_um)
        self._check_values()

    def _check_values(self) -> None:
        if self.axons == 0 or self.nodes < 3:
            raise SettingsError("A nerve needs at least one axon and three nodes.")
        _within("lamellae", self.lamellae, 1, 1000)
        _within("left_shift_mv", self.left_shift_mv, -20, 40)
        _within("node_leak_s_cm2", self.node_leak_s_cm2, 1e-4, 1)
        _within("coupling", self.coupling, 0, 0.999)
        _within("fluid", np.ones(1) if self.fluid is None else self.fluid, 1e-3, 1e3)
        if np.any((self.coupling > 0) != self.coupled()):
            raise SettingsError(
                "The internodes that are coupled must be the same in every phase of the pulse."
            )
        places = np.flatnonzero(self.coupled())
        if places.size and places[-1] - places[0] >= places.size:
            raise SettingsError(
                "The internodes that are coupled must follow one another: one nerve, one lesion."
            )
        if places.size and (places[0] == 0 or places[-1] == self.nodes - 2):
            raise SettingsError(
                "The lesion must leave at least one internode free at both ends of the nerve."
            )
        if not self.beat_ms > 0:
            raise SettingsError(f"beat_ms is {self.beat_ms}; a beat takes longer than 0 ms.")

    @property
    def axons(self) -> int:
        """How many axons there are."""
        return int(self.diameter_um.size)

    @property
    def nodes(self) -> int:
        """How many nodes each axon has."""
        return int(self.lamellae.shape[-1]) + 1

    def coupled(self) -> BoolArray:
        """Return which internodes, (internodes,), lie in the lesion, where patches share their fluid."""
        marks: BoolArray = np.asarray(self.coupling[0] > 0)
        return marks

    def patches(self) -> list[IntArray]:
        """Return the axons of each patch, in the order of the patches' numbers."""
        return [np.flatnonzero(self.patch == number) for number in np.unique(self.patch)]


def _within(name: str, values: FloatArray, low: float, high: float) -> None:
    if not (np.all(values >= low) and np.all(values <= high)):
        raise SettingsError(f"{name} must lie between {low} and {high} everywhere.")


def healthy_nerve(diameter_um: FloatArray, nodes: int, patch: IntArray | None = None) -> Nerve:
    """Return intact axons (axons,) of so many nodes, each for itself unless `patch` puts them together."""
    fibre = geometry(np.asarray(diameter_um, dtype=float))
    axons = fibre.fibre_um.size
    return Nerve(
        fibre.fibre_um,
        np.arange(axons) if patch is None else np.asarray(patch),
        np.repeat(fibre.lamellae[:, None], nodes - 1, axis=1),
        np.zeros((axons, nodes)),
        np.full((axons, nodes), NODE_LEAK_S_CM2),
        np.zeros((1, nodes - 1)),
    )


def with_lesion(
    nerve: Nerve,
    internodes: range,
    coupling: float,
    lamellae: float | None = None,
    left_shift_mv: float = 0.0,
) -> Nerve:
    """Return the nerve with one uniform lesion: what experiments vary, one quantity at a time.

    `lamellae` replaces those of these internodes, None leaves them; `left_shift_mv` applies to the nodes of
    the lesion, its two borders included.
    """
    places, nodes = slice(internodes.start, internodes.stop), slice(internodes.start, internodes.stop + 1)
    alpha, myelin, shift = nerve.coupling.copy(), nerve.lamellae.copy(), nerve.left_shift_mv.copy()
    alpha[:, places] = coupling
    shift[:, nodes] = left_shift_mv
    if lamellae is not None:
        myelin[:, places] = lamellae
    return replace(nerve, coupling=alpha, lamellae=myelin, left_shift_mv=shift)


@dataclass(frozen=True)
class Pulses:
    """Currents put into nodes, all (pulses,): from `start_ms` on, for `duration_ms`, `current_na` inward.

    Several at one place and time add up. Raises SettingsError where the arrays differ in length, a time is
    negative or a duration is not above 0.
    """

    axon: IntArray
    node: IntArray
    start_ms: FloatArray
    duration_ms: FloatArray
    current_na: FloatArray

    def __post_init__(self) -> None:
        if len({np.shape(values) for values in vars(self).values()}) != 1 or self.axon.ndim != 1:
            raise SettingsError("Pulses need as many axons, nodes, starts, durations and currents.")
        if np.any(~(self.start_ms >= 0)) or np.any(~(self.duration_ms > 0)):
            raise SettingsError("A pulse starts at 0 ms or later and lasts longer than 0 ms.")


@dataclass(frozen=True)
class Spikes:
    """When the potential of nodes rose through the threshold: all (spikes,), in the order of time.

    `steps` is how many steps of one axon the calculation stands for, `skipped` how many of them were left out
    because nothing happened.
    """

    axon: IntArray
    node: IntArray
    time_ms: FloatArray
    steps: int
    skipped: int

    def at(self, axon: int, node: int) -> FloatArray:
        """Return the times in ms at which this node of this axon fired."""
        times: FloatArray = self.time_ms[(self.axon == axon) & (self.node == node)]
        return times


def no_pulses() -> Pulses:
    """Return nothing put in."""
    none = np.zeros(0)
    return Pulses(none.astype(int), none.astype(int), none, none, none)


def volley(axons: IntArray | list[int], node: int, time_ms: float) -> Pulses:
    """Return a shock to this node of these axons: 0.1 ms of 2 nA, which fires every fibre once."""
    where = np.asarray(axons, dtype=int)
    ones = np.ones(where.size)
    return Pulses(where, np.full(where.size, node), time_ms * ones, 0.1 * ones, 2.0 * ones)


def together(*several: Pulses) -> Pulses:
    """Return all these pulses in one."""
    fields = ("axon", "node", "start_ms", "duration_ms", "current_na")
    return Pulses(*(np.concatenate([getattr(pulses, name) for pulses in several]) for name in fields))


def membrane_noise(
    axons: int, nodes: range, rate_hz: float, current_na: float, duration_ms: float, seed: int
) -> Pulses:
    """Return brief random currents, 0.05 ms each, normal with this SD, into random ones of these nodes.

    `rate_hz` is per axon. They stand for channel noise: sparse, so that patches rest between them.
    """
    rng = np.random.default_rng(seed)
    count = int(rng.poisson(rate_hz * axons * duration_ms / 1000))
    return Pulses(
        rng.integers(0, axons, count),
        rng.choice(np.array(nodes), count),
        np.sort(rng.uniform(0, duration_ms, count)),
        np.full(count, 0.05),
        rng.normal(0, current_na, count),
    )
