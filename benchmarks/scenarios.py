"""The recordings of the accuracy benchmark: who, what the face does, how it is filmed.

A scenario is drawn from its numbers alone, so the same scenario gives the same video everywhere.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import numpy as np

from benchmarks import graft
from facialis.simulate.head import Identity
from facialis.simulate.scene import Scene
from facialis.simulate.schedule import (
    Performance,
    blinks,
    combine,
    hemifacial_spasm,
    rest,
    smiles,
    smirks,
    talking,
    winks,
)
from facialis.types import SIDES, Side

Material = Literal["grafted", "filmed", "rendered"]
Purpose = Literal["spasm", "size", "healthy", "wink", "smirk"]
Group = Literal["tune", "report"]

CLIPS = Path(__file__).resolve().parents[1] / ".." / "shared" / "data" / "faces"

RENDERED: dict[Group, tuple[Identity, ...]] = {
    "tune": (
        "african-female-young",
        "african-male-old",
        "asian-female-old",
        "asian-male-young",
        "caucasian-female-old",
        "caucasian-male-young",
    ),
    "report": (
        "african-female-old",
        "african-male-young",
        "asian-female-young",
        "asian-male-old",
        "caucasian-female-young",
        "caucasian-male-old",
    ),
}
"""Rendered people who may be looked at while tuning, and those for the reported numbers only. Both halves
hold each ancestry twice and each sex and age three times; the faces of the demonstration recording and of the
tests, which everyone sees, are among those to tune on."""

CLIPS_OF: dict[Group, tuple[str, ...]] = {"tune": graft.TUNE, "report": graft.REPORT}
NUMBER_OF: dict[str, int] = {
    "interview_a.mp4": 0,
    "face_noface.mov": 1,
    "noface_face.mov": 2,
    "single_face.mp4": 3,
    "interview_b.mp4": 0,
    "expressive.mp4": 1,
    "hand_over_face.mp4": 2,
    "disfa.avi": 3,
}
"""Seeds and sides of a clip's recordings come from this, and stay when its person changes groups."""

RATES_PER_MIN = (6.0, 12.0, 30.0)
"""Episodes a minute of the recordings that F1, onset, intensity and side come from; published rates of
blink-like spasms run from 0.3 to 24.7 a minute (10.1007/s00417-019-04567-w)."""
FURTHER_RATES_PER_MIN = (24.0, 40.0, 60.0)
"""Further rates, for the curve of measured against true rate only."""
SIZES = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Twitch sizes as shares of full closure."""
SIZE_RATE_PER_MIN = 20.0
BLINKS_PER_MIN, SMILES_PER_MIN, PHRASES_PER_MIN, MIMICS_PER_MIN = 17.0, 2.0, 6.0, 4.0


@dataclass(frozen=True)
class Scenario:
    """One recording: a clip's file name or an identity, and what happens. `rate_per_min` counts episodes."""

    person: str
    material: Material
    purpose: Purpose
    seconds: float
    seed: int
    side: Side = "left"
    rate_per_min: float = 0.0
    size: float = 0.0

    @property
    def name(self) -> str:
        """A short name for people."""
        detail = {"spasm": f" {self.rate_per_min:g}/min", "size": f" {self.size:g}"}.get(self.purpose, "")
        return f"{Path(self.person).stem} {self.material} {self.purpose}{detail} {self.side}"


def scenarios(group: Group, materials: Sequence[str], seconds: float, quick: bool = False) -> list[Scenario]:
    """Return all recordings of a group of people; `quick` takes two people of each kind and fewer videos."""
    clips, identities = CLIPS_OF[group], RENDERED[group]
    if quick:
        clips, identities = clips[:2], identities[:2]
    made: list[Scenario] = []
    if "grafts" in materials:
        for clip in clips:
            made += _with_spasms(clip, "grafted", NUMBER_OF[clip], seconds, quick)
            made.append(Scenario(clip, "grafted", "healthy", seconds, 0))
            made.append(Scenario(clip, "filmed", "healthy", 0.0, 0))
    if "rendered" in materials:
        for number, identity in enumerate(identities):
            made += _with_spasms(identity, "rendered", number, seconds, quick)
            made += [Scenario(identity, "rendered", "healthy", seconds, seed) for seed in range(2 - quick)]
            side = SIDES[number % 2]
            made.append(Scenario(identity, "rendered", "wink", seconds, number, side))
            made.append(Scenario(identity, "rendered", "smirk", seconds, number, side))
    return made


def _with_spasms(
    person: str, material: Material, number: int, seconds: float, quick: bool
) -> Iterator[Scenario]:
    sides = SIDES if material == "grafted" and not quick else (SIDES[number % 2],)
    for k, rate in enumerate(RATES_PER_MIN):
        for side in sides:
            seed = 1000 + 100 * number + 10 * k + SIDES.index(side)
            yield Scenario(person, material, "spasm", seconds, seed, side, rate)
    for k, rate in enumerate(FURTHER_RATES_PER_MIN[1:2] if quick else FURTHER_RATES_PER_MIN):
        seed = 2000 + 100 * number + k
        yield Scenario(person, material, "spasm", seconds, seed, SIDES[(number + k) % 2], rate)
    for k, size in enumerate(SIZES):
        seed = 3000 + 100 * number + k
        side = SIDES[(number + k) % 2]
        yield Scenario(person, material, "size", seconds, seed, side, SIZE_RATE_PER_MIN, size)


def performance(scenario: Scenario) -> Performance:
    """Return what the face does. A rendered one also blinks, smiles and talks; real ones do so anyway."""
    duration_s, seed = scenario.seconds, scenario.seed
    if scenario.purpose == "healthy":
        deed = rest(duration_s)
    elif scenario.purpose == "wink":
        deed = winks(scenario.side, duration_s=duration_s, seed=seed, winks_per_min=MIMICS_PER_MIN)
    elif scenario.purpose == "smirk":
        deed = smirks(scenario.side, duration_s=duration_s, seed=seed, smirks_per_min=MIMICS_PER_MIN)
    else:
        of_one_size = scenario.purpose == "size"
        deed = hemifacial_spasm(
            scenario.side,
            episodes_per_min=scenario.rate_per_min,
            duration_s=duration_s,
            seed=seed,
            twitch_size=(scenario.size, scenario.size) if of_one_size else (0.1, 0.9),
            tonic_share=0.0 if of_one_size else 0.2,
        )
    if scenario.material != "rendered":
        return deed
    return combine(
        deed,
        blinks(duration_s=duration_s, seed=seed, blinks_per_min=BLINKS_PER_MIN),
        smiles(duration_s=duration_s, seed=seed, smiles_per_min=SMILES_PER_MIN),
        talking(duration_s=duration_s, seed=seed, phrases_per_min=PHRASES_PER_MIN),
    )


def scene(scenario: Scenario) -> Scene:
    """Return how a rendered face is filmed: pose, distance, light and natural asymmetry differ by seed."""
    rng = np.random.default_rng([scenario.seed, sum(scenario.person.encode()), 41])
    return Scene(
        identity=cast(Identity, scenario.person),
        width_px=640,
        height_px=480,
        yaw_deg=float(rng.uniform(-8, 8)),
        pitch_deg=float(rng.uniform(-6, 6)),
        roll_deg=float(rng.uniform(-8, 8)),
        head_motion_deg=float(rng.uniform(1, 3)),
        gaze_motion_deg=float(rng.uniform(2, 6)),
        interocular_px=float(rng.uniform(80, 120)),
        light_azimuth_deg=float(rng.uniform(-60, 60)),
        noise_sd=float(rng.uniform(1, 4)),
        resting_asymmetry=float(rng.uniform(-0.08, 0.08)),
        seed=scenario.seed,
    )
