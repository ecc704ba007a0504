"""The same patch in NEURON: the same compartments, equations and steps, so that every spike can be compared.

NEURON is no part of facialis: `pip install 'facialis[neuron]'`. Axons that share their fluid need
`extracellular` and `LinearMechanism`, with which NEURON knows implicit Euler only; axons alone use
secondorder = 2.

A patch can be set up in two ways. `lean`: one section before, one in and one after the lesion, extracellular
in the lesion only and with one layer. `plain`: a section for every compartment and NEURON's two layers
everywhere, as one would build it from its manual. Both give the same spikes; lean is three times as fast.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from facialis.simulate.cable import Patch
from facialis.simulate.fibre import Compartments
from facialis.simulate.nerve import Pulses
from facialis.types import FloatArray

Layout = Literal["lean", "plain"]
SOURCE = Path(__file__).parent / "neuron" / "facialis_node.mod"
_TIE_US = 1e6
"""Joins the fluid of all axons to one potential: ten million times what the lesion conducts."""
_LENGTH_UM = 100.0
_OHM_CM = 70.0


@dataclass(frozen=True)
class PeerSpikes:
    """Spike times in ms of every axon at every recorded node, [node][axon], and seconds of one core."""

    times: list[list[FloatArray]]
    cpu_s: float


def load_neuron() -> Any:
    """Return NEURON with the node's mechanism, compiled into a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(SOURCE, folder)
        tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        command = [shutil.which("nrnivmodl", path=tools) or "nrnivmodl", "."]
        environment = {**os.environ, "PATH": tools}
        subprocess.run(command, cwd=folder, check=True, capture_output=True, env=environment)
        import neuron

        neuron.load_mechanisms(folder)
    from neuron import h

    h.load_file("stdrun.hoc")
    return h


class Peer:
    """One patch as NEURON has it; everything lives as long as this object."""

    def __init__(self, h: Any, rows: Compartments, patch: Patch, layout: Layout = "lean") -> None:
        self.h, self.rows, self.patch, self.layout = h, rows, patch, layout
        h.nlayer_extracellular(1 if layout == "lean" else 2)
        self.compartments, self.axons = rows.leak_us.shape
        self.node_of = {int(k): node for node, k in enumerate(patch.nodes)}
        self.segments = [self._axon(axon) for axon in range(self.axons)]
        if patch.last > patch.first:
            self._join()

    def _cuts(self) -> list[tuple[int, int]]:
        first, last, m = self.patch.first, self.patch.last, self.compartments
        if last == first:
            return [(0, m)]
        if self.layout == "lean":
            return [(0, first), (first, last), (last, m)]
        return [(k, k + 1) for k in range(m)]

    def _axon(self, axon: int) -> list[Any]:
        segments: list[Any] = []
        previous = None
        for start, stop in self._cuts():
            section = self.h.Section(name=f"axon{axon}_{start}")
            section.nseg, section.L, section.Ra = stop - start, _LENGTH_UM * (stop - start), _OHM_CM
            section.insert("pas")
            self._surround(section, start)
            if any(k in self.node_of for k in range(start, stop)):
                section.insert("facialis_node")
            for k in range(start, stop):
                segment = section((k - start + 0.5) / (stop - start))
                self._fill(segment, k, axon, section.has_membrane("facialis_node"))
                segments.append(segment)
            if previous is not None:
                section.connect(previous(1), 0)
            previous = section
        return segments

    def _surround(self, section: Any, start: int) -> None:
        inside = self.patch.first <= start < self.patch.last
        if not inside and (self.layout == "lean" or self.patch.last == self.patch.first):
            return
        section.insert("extracellular")
        for segment in section:
            segment.xraxial[0], segment.xc[0] = 1e9, 0
            segment.xg[0] = 0 if inside else 1e9

    def _fill(self, segment: Any, k: int, axon: int, has_node: bool) -> None:
        ohm = self.rows.resistance_mohm[k, axon] * 1e6
        segment.diam = np.sqrt(4 * _OHM_CM * _LENGTH_UM * 1e-4 / (np.pi * ohm)) * 1e4
        area = _area_cm2(segment)
        segment.cm = self.rows.capacity_nf[k, axon] * 1e-3 / area
        segment.pas.g = self.rows.leak_us[k, axon] * 1e-6 / area
        segment.pas.e = self.rows.leak_mv[k, axon]
        if has_node:
            self._open(segment, self.node_of.get(k), axon, 1e-6 / area)

    def _open(self, segment: Any, node: int | None, axon: int, scale: float) -> None:
        part, patch = segment.facialis_node, self.patch
        part.gnaf = scale * patch.fast_sodium[node, axon] if node is not None else 0
        part.gnap = scale * patch.persistent_sodium[node, axon] if node is not None else 0
        part.gks = scale * patch.potassium[node, axon] if node is not None else 0
        part.shift = patch.shift[node, axon] if node is not None else 0

    def _join(self) -> None:
        """Tie the fluid around all axons together and let it conduct along the lesion and out at its ends."""
        h, patch, n = self.h, self.patch, self.axons
        count, line = patch.last - patch.first, patch.line[0, :, 0]
        size = n * count
        entries: dict[tuple[int, int], float] = {}

        def conduct(a: int, b: int | None, value: float) -> None:
            entries[a, a] = entries.get((a, a), 0.0) + value
            if b is not None:
                entries[b, b] = entries.get((b, b), 0.0) + value
                entries[a, b] = entries[b, a] = -value

        conduct(0, None, float(line[0]))
        conduct(count - 1, None, float(line[count]))
        for c in range(count):
            if c < count - 1:
                conduct(c, c + 1, float(line[c + 1]))
            for axon in range(1, n):
                conduct(axon * count + c, c, _TIE_US)
        self.g, self.c = h.Matrix(size, size, 2), h.Matrix(size, size, 2)
        self.y, self.b, self.layers, self.where = (
            h.Vector(size),
            h.Vector(size),
            h.Vector(size, 1),
            h.Vector(),
        )
        self.sections = h.SectionList()
        areas = []
        for axon in range(n):
            for k in range(patch.first, patch.last):
                segment = self.segments[axon][k]
                self.where.append(segment.x)
                self.sections.append(segment.sec)
                areas.append(_area_cm2(segment))
        for (a, b), value in entries.items():
            self.g.setval(a, b, value * 1e-6 / areas[a])
        arguments = (self.c, self.g, self.y, self.b, self.sections, self.where, self.layers)
        self.line = h.LinearMechanism(*arguments)

    def run(
        self, pulses: Pulses, duration_ms: float, dt_ms: float, start_mv: float, nodes: list[int]
    ) -> PeerSpikes:
        """Return the spikes at these nodes; implicit Euler where axons are coupled, else secondorder = 2."""
        h = self.h
        clamps = []
        for index in range(pulses.axon.size):
            place = int(self.patch.nodes[pulses.node[index]])
            clamp = h.IClamp(self.segments[int(pulses.axon[index])][place])
            clamp.delay, clamp.dur = float(pulses.start_ms[index]), float(pulses.duration_ms[index])
            clamp.amp = float(pulses.current_na[index])
            clamps.append(clamp)
        h.secondorder = 0 if self.patch.last > self.patch.first else 2
        h.dt, h.steps_per_ms = dt_ms, 1 / dt_ms
        traces = [[self._record(axon, node) for axon in range(self.axons)] for node in nodes]
        h.finitialize(start_mv)
        began = time.process_time()
        h.continuerun(duration_ms)
        spent = time.process_time() - began
        return PeerSpikes([[crossings(np.array(t), dt_ms) for t in row] for row in traces], spent)

    def _record(self, axon: int, node: int) -> Any:
        return self.h.Vector().record(self.segments[axon][int(self.patch.nodes[node])]._ref_v)


def crossings(potential_mv: FloatArray, dt_ms: float, threshold_mv: float = 0.0) -> FloatArray:
    """Return when a potential (steps + 1,) rises through the threshold, in ms, by linear interpolation."""
    low, high = potential_mv[:-1], potential_mv[1:]
    at = np.flatnonzero((low < threshold_mv) & (high >= threshold_mv))
    times: FloatArray = dt_ms * (at + (threshold_mv - low[at]) / (high[at] - low[at]))
    return times


def _area_cm2(segment: Any) -> float:
    return float(np.pi * segment.diam * _LENGTH_UM * 1e-8)
