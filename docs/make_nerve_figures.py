"""Draw the pictures of docs/model.md from the nerve itself: `python docs/make_nerve_figures.py`.

Everything shown is calculated here: the lesion's fields, spikes with the vessel on the nerve and lifted off
it, and the potential over place and time in two axons of a patch.
"""

import base64
from pathlib import Path

import cv2
import numpy as np

from facialis.simulate.artery import CAUSES, DEFAULT_CAUSE, Cause, facial_nerve, spread
from facialis.simulate.cable import make_work
from facialis.simulate.discharge import changes, discharge, find_rest, make_plan
from facialis.simulate.fibre import geometry
from facialis.simulate.nerve import (
    Nerve,
    NerveSettings,
    Spikes,
    healthy_nerve,
    membrane_noise,
    together,
    volley,
    with_lesion,
)
from facialis.simulate.patch import assemble
from facialis.simulate.stepping import step_once
from facialis.types import FloatArray

IMAGES = Path(__file__).with_name("images")
INK, FAINT, RED, BLUE = "#222", "#bbb", "#b5342a", "#2a62b5"
PATCHES, VOLLEY_MS, SHOWN_MS = 6, 30.0, 100.0
STEPS, EVERY = 500, 2


def text(x: float, y: float, words: str, anchor: str = "start", colour: str = INK) -> str:
    """Return words at a place."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{words}</text>'


def line(points: list[tuple[float, float]], colour: str = INK, width: float = 1.5) -> str:
    """Return a line through points."""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}"/>'


def save(name: str, width: int, height: int, parts: list[str]) -> None:
    """Write one picture."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
    head += f'width="{width}" height="{height}" font-family="sans-serif" font-size="12">'
    body = [head, '<rect width="100%" height="100%" fill="white"/>', *parts, "</svg>\n"]
    (IMAGES / name).write_text("\n".join(body), encoding="utf-8")


def draw_lesion() -> None:
    """Lamellae, left shift, packing and coupling along the nerve under the default cause."""
    nerve = facial_nerve(seed=1)
    step_mm = float(np.median(geometry(nerve.diameter_um).internode_um)) / 1000
    edges = (np.arange(nerve.nodes) - (nerve.nodes - 1) / 2) * step_mm
    diastole, systole = nerve.coupling.min(axis=0), nerve.coupling.max(axis=0)
    middles = (edges[1:] + edges[:-1]) / 2
    field = spread(CAUSES[DEFAULT_CAUSE], middles, 0.0)
    rho, beat = field.packing, field.pulse
    panels: list[tuple[str, float, list[tuple[FloatArray, str]]]] = [
        ("lamellae of myelin", 120, [(np.median(nerve.lamellae, axis=0), INK)]),
        ("left shift, mV", 5, [(nerve.left_shift_mv.mean(axis=0), INK)]),
        ("packing, rho", 1, [(rho, BLUE), (rho + beat, RED)]),
        ("coupling, alpha", 1, [(diastole, BLUE), (systole, RED)]),
    ]
    parts, left, wide, tall = [], 130, 520, 80

    def across(x_mm: float) -> float:
        return left + wide * (x_mm - edges[0]) / (edges[-1] - edges[0])

    for row, (name, top, curves) in enumerate(panels):
        floor = 30 + row * (tall + 30) + tall
        parts += [line([(left, floor), (left + wide, floor)], FAINT, 1), text(left - 10, floor, "0", "end")]
        parts += [text(left - 10, floor - tall + 8, f"{top:g}", "end"), text(4, floor - tall / 2, name)]
        for values, colour in curves:
            spots = edges if values.size == edges.size else np.repeat(edges, 2)[1:-1]
            heights = values if values.size == edges.size else np.repeat(values, 2)
            points = [(across(x), floor - tall * h / top) for x, h in zip(spots, heights, strict=True)]
            parts.append(line(points, colour))
    parts += [text(left + wide - 10, 395, "at the top of the beat", "end", RED)]
    parts += [text(left + wide - 10, 410, "between beats", "end", BLUE)]
    ticks = range(-6, 7, 2)
    parts += [text(across(x), 464, f"{x}", "middle") for x in ticks]
    parts += [text(left + wide / 2, 484, "mm from the lesion's middle, brainstem left", "middle")]
    save("lesion.svg", 670, 495, parts)


def fired(packing: float) -> tuple[Nerve, Spikes]:
    """Return a nerve whose vessel presses so much, and its spikes: noise throughout, one volley."""
    cause = CAUSES[DEFAULT_CAUSE]
    nerve = facial_nerve(Cause(**{**vars(cause), "packing": packing, "pulse": 0.0}), seed=1)
    shown = np.flatnonzero(nerve.patch < PATCHES)
    driven = [int(axon) for patch in range(PATCHES) for axon in np.flatnonzero(nerve.patch == patch)[:2]]
    noise = membrane_noise(nerve.axons, range(4, 14), 30, 0.3, SHOWN_MS, seed=1)
    pulses = together(noise, volley(driven, 17, VOLLEY_MS))
    spikes = discharge(nerve, pulses, SHOWN_MS, NerveSettings(dt_ms=0.01), np.array([2]))
    keep = np.isin(spikes.axon, shown)
    return nerve, Spikes(spikes.axon[keep], spikes.node[keep], spikes.time_ms[keep], 0, 0)


def draw_raster() -> None:
    """Spikes that leave the lesion towards the brainstem, vessel on the nerve and lifted off."""
    parts, left, wide = [], 70, 560
    for column, (title, packing) in enumerate(
        (("the vessel presses", CAUSES[DEFAULT_CAUSE].packing), ("lifted off", 0.5))
    ):
        nerve, spikes = fired(packing)
        top = 28 + column * 185
        parts.append(text(left, top - 8, f"{title}: {spikes.time_ms.size} spikes"))
        shown = np.flatnonzero(nerve.patch < PATCHES)
        row = {int(axon): 6 * place + 4 * int(nerve.patch[axon]) for place, axon in enumerate(shown)}
        bottom = top + max(row.values()) + 8
        at = left + wide * VOLLEY_MS / SHOWN_MS
        parts.append(line([(at, top), (at, bottom)], BLUE, 1))
        for axon, time_ms in zip(spikes.axon, spikes.time_ms, strict=True):
            x, y = left + wide * time_ms / SHOWN_MS, top + row[int(axon)]
            second = np.flatnonzero(nerve.patch == nerve.patch[axon])[:2]
            parts.append(line([(x, y), (x, y + 5)], BLUE if axon in second else RED))
        for patch in range(PATCHES):
            places = [row[int(axon)] for axon in np.flatnonzero(nerve.patch == patch)]
            parts.append(text(left - 8, top + float(np.mean(places)) + 7, f"patch {patch + 1}", "end"))
        parts.append(line([(left, bottom), (left + wide, bottom)], FAINT, 1))
    for time in range(0, int(SHOWN_MS) + 1, 20):
        parts.append(text(left + wide * time / SHOWN_MS, 384, f"{time}", "middle"))
    parts.append(
        text(left + wide / 2, 402, "ms; blue axons get a shock at the blue line, red ones none", "middle")
    )
    save("raster.svg", 650, 410, parts)


def potentials() -> tuple[FloatArray, float]:
    """Return potentials (steps, compartments, 2) of a shocked and a silent axon of a patch; ms a row."""
    nerve = with_lesion(healthy_nerve(np.full(4, 7.3), 18, np.zeros(4, dtype=int)), range(7, 11), 0.8, 5, 2.0)
    settings, members = NerveSettings(), np.arange(4)
    patch, plan = assemble(nerve, members, settings), make_plan(nerve, 1.0, settings)
    state, work = find_rest(patch, plan).state, make_work(patch)
    mine = changes(patch, members, volley([0, 1], 17, 0.1), plan.dt_ms)
    current, seen = np.zeros_like(state.v), []
    for step in range(STEPS):
        for change in np.flatnonzero(mine.step == step):
            current[mine.compartment[change], mine.axon[change]] += mine.current[change]
        step_once(patch, state, current, 0, plan, work)
        if step % EVERY == 0:
            seen.append(state.v[:, [0, 2]].copy())
    return np.array(seen), EVERY * settings.dt_ms


def draw_potentials() -> None:
    """Potential over place and time: the impulse comes, and goes on in an axon that was not shocked."""
    v, row_ms = potentials()
    level = (255 * np.clip((v + 95) / 140, 0, 1)).astype(np.uint8)
    parts = []
    for column, title in enumerate(("shocked at the muscle's end", "its silent neighbour")):
        picture = cv2.applyColorMap(level[:, :, column], cv2.COLORMAP_VIRIDIS)
        _, data = cv2.imencode(".png", cv2.resize(picture, (280, 250), interpolation=cv2.INTER_AREA))
        code = base64.b64encode(data.tobytes()).decode()
        left = 60 + column * 300
        parts.append(text(left + 140, 20, title, "middle"))
        parts.append(
            f'<image x="{left}" y="30" width="280" height="250" href="data:image/png;base64,{code}"/>'
        )
        parts.append(text(left, 296, "brainstem"))
        parts.append(text(left + 280, 296, "muscle", "end"))
        parts.append(text(left + 140, 296, "lesion", "middle", RED))
    for time in np.arange(0, v.shape[0] * row_ms + 0.01, 0.5):
        parts.append(text(52, 34 + 246 * time / (v.shape[0] * row_ms), f"{time:g} ms", "end"))
    save("ephapse.svg", 650, 306, parts)


if __name__ == "__main__":
    draw_lesion()
    draw_raster()
    draw_potentials()
