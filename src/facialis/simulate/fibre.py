"""A myelinated motor axon as a row of electrical compartments: geometry and membrane of human fibres."""

from dataclasses import dataclass

import numpy as np

from facialis.errors import SettingsError
from facialis.types import BoolArray, FloatArray

SMALLEST_UM, LARGEST_UM = 5.7, 11.5
"""Fibre diameters between which the geometry is known."""
_DIAMETER_UM = (5.7, 7.3, 8.7, 10.0, 11.5)
_AXON_UM = (3.4, 4.6, 5.8, 6.9, 8.1)
_NODE_UM = (1.9, 2.4, 2.8, 3.3, 3.7)
_INTERNODE_UM = (500.0, 750.0, 1000.0, 1150.0, 1250.0)
_LAMELLAE = (80.0, 100.0, 110.0, 120.0, 130.0)
"""McIntyre, Richardson & Grill 2002, table 1 (10.1152/jn.00353.2001): diameter of fibre, of axon under the
myelin, of the node, length from node to node, number of lamellae."""
_NODE_LENGTH_UM = 1.0
_RESISTIVITY_OHM_CM = 70.0
_NODE_UF_CM2, _AXOLEMMA_UF_CM2, _LAMELLA_UF_CM2 = 2.0, 2.0, 0.4
"""The last is MRG's 0.1 times four: one cable has no layer between axon and myelin, and this value gives the
conduction velocity of the double cable back."""
_AXOLEMMA_S_CM2, _LAMELLA_S_CM2 = 1e-4, 1e-3
_REST_NODE_MV, _REST_INTERNODE_MV = -90.0, -80.0
NODE_LEAK_S_CM2 = 0.015
"""Of a healthy node. MRG's 0.007 belongs to a double cable; in a single one it fires without end."""


@dataclass(frozen=True)
class Membrane:
    """What can be opened in a node, in S/cm2. The defaults are MRG's; carbamazepine lowers both sodiums."""

    fast_sodium_s_cm2: float = 3.0
    persistent_sodium_s_cm2: float = 0.01
    potassium_s_cm2: float = 0.08

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not 0 <= value < np.inf:
                raise SettingsError(f"{name} is {value}; a conductance is at least 0.")


@dataclass(frozen=True)
class Geometry:
    """What follows from the fibre diameters (axons,): lengths in um, all (axons,)."""

    fibre_um: FloatArray
    axon_um: FloatArray
    node_um: FloatArray
    internode_um: FloatArray
    lamellae: FloatArray


@dataclass(frozen=True)
class Compartments:
    """Axons as rows of compartments, node, internode, node and so on; the internodes may be divided.

    `capacity_nf`, `leak_us`, `leak_mv`, `resistance_mohm` (from end to end, inside) and `area_cm2` are
    (compartments, axons). `internode` (compartments,) is the internode that each belongs to, counted from 0;
    of a node, the one before it, so that node 0 has -1. `is_node` (compartments,) marks the nodes.
    """

    capacity_nf: FloatArray
    leak_us: FloatArray
    leak_mv: FloatArray
    resistance_mohm: FloatArray
    area_cm2: FloatArray
    internode: FloatArray
    is_node: BoolArray

    def axial_us(self) -> FloatArray:
        """Return the conductances between neighbours, (compartments + 1, axons); those of the ends are 0."""
        joined = 2.0 / (self.resistance_mohm[1:] + self.resistance_mohm[:-1])
        return np.pad(joined, ((1, 1), (0, 0)))


def geometry(diameter_um: FloatArray) -> Geometry:
    """Return the geometry of fibres of these diameters (axons,), 5.7 to 11.5 um; SettingsError beyond."""
    if np.any(~(np.asarray(diameter_um) >= SMALLEST_UM)) or np.any(np.asarray(diameter_um) > LARGEST_UM):
        raise SettingsError(
            f"Fibre diameters must lie between {SMALLEST_UM} and {LARGEST_UM} um: their geometry is known."
        )
    tables = (_AXON_UM, _NODE_UM, _INTERNODE_UM, _LAMELLAE)
    return Geometry(diameter_um, *(np.interp(diameter_um, _DIAMETER_UM, table) for table in tables))


def compartments(
    fibre: Geometry, lamellae: FloatArray, node_leak_s_cm2: FloatArray, divisions: FloatArray
) -> Compartments:
    """Return the compartments of fibres with these lamellae and leaks.

    `lamellae` is (axons, internodes), `node_leak_s_cm2` (axons, internodes + 1), `divisions` (internodes,)
    says into how many compartments each internode is divided.
    """
    parts = [_node(fibre, node_leak_s_cm2[:, 0])]
    owner, is_node = [-1.0], [True]
    for internode, count in enumerate(divisions):
        part = _internode(fibre, lamellae[:, internode], int(count))
        parts += [part] * int(count) + [_node(fibre, node_leak_s_cm2[:, internode + 1])]
        owner += [float(internode)] * (int(count) + 1)
        is_node += [False] * int(count) + [True]
    stacked = (np.stack(values) for values in zip(*parts, strict=True))
    capacity, leak, reversal, resistance, area = stacked
    return Compartments(capacity, leak, reversal, resistance, area, np.array(owner), np.array(is_node))


_Part = tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]


def _node(fibre: Geometry, leak_s_cm2: FloatArray) -> _Part:
    """Return capacity, leak, its potential, resistance and area of one node of every axon."""
    area = _area_cm2(fibre.node_um, _NODE_LENGTH_UM)
    reversal = np.full_like(area, _REST_NODE_MV)
    resistance = _resistance_mohm(fibre.node_um, _NODE_LENGTH_UM)
    return 1e3 * _NODE_UF_CM2 * area, 1e6 * leak_s_cm2 * area, reversal, resistance, area


def _internode(fibre: Geometry, lamellae: FloatArray, count: int) -> _Part:
    """The same of one of `count` parts of an internode: axolemma and two membranes a lamella in series."""
    length, slimness = fibre.internode_um / count, fibre.axon_um / fibre.fibre_um
    area = _area_cm2(fibre.fibre_um, length)
    capacity = _in_series(_LAMELLA_UF_CM2 / (2 * lamellae), _AXOLEMMA_UF_CM2 * slimness)
    leak = _in_series(_LAMELLA_S_CM2 / (2 * lamellae), _AXOLEMMA_S_CM2 * slimness)
    reversal = np.full_like(area, _REST_INTERNODE_MV)
    return 1e3 * capacity * area, 1e6 * leak * area, reversal, _resistance_mohm(fibre.axon_um, length), area


def _in_series(one: FloatArray, other: FloatArray) -> FloatArray:
    both: FloatArray = one * other / (one + other)
    return both


def _area_cm2(diameter_um: FloatArray, length_um: FloatArray | float) -> FloatArray:
    area: FloatArray = np.pi * diameter_um * length_um * 1e-8
    return area


def _resistance_mohm(diameter_um: FloatArray, length_um: FloatArray | float) -> FloatArray:
    ohm: FloatArray = _RESISTIVITY_OHM_CM * length_um * 1e4 / (np.pi / 4 * diameter_um**2)
    return ohm * 1e-6
