"""Who is simulated and filmed in the circle: a design that stays balanced where it is cut short.

Every identity has every cause once, nine recordings each. They come in nine blocks, so that after every third
block each identity has had each severity and each provocation as often, and each cause has come as often.
Before and after a treatment, the same person with the same seed makes two recordings.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from benchmarks.scenarios import RENDERED, Group, Scenario, scene
from facialis.simulate.artery import CauseName
from facialis.simulate.patient import Patient
from facialis.simulate.performance import Muscle
from facialis.simulate.scene import Scene
from facialis.simulate.treatments import Treatment
from facialis.simulate.triggers import Habits, Trigger
from facialis.types import SIDES

Provocation = Literal["calm", "usual", "driven"]
CAUSES: tuple[CauseName, ...] = get_args(CauseName)
SEVERITIES = (0.4, 0.7, 1.0)
PROVOCATIONS: tuple[Provocation, ...] = get_args(Provocation)
BLOCKS = len(CAUSES)
FRAMES_PER_S = 60.0
SMALLER = 0.85
LOWER_FACE: tuple[Muscle, ...] = ("zygomaticus", "levator", "orbicularis_oris", "mentalis")
TREATMENTS: dict[str, tuple[Treatment, float]] = {
    "decompression, day 1": (Treatment("decompression"), 1.0),
    "decompression, day 30": (Treatment("decompression"), 30.0),
    "decompression, day 180": (Treatment("decompression"), 180.0),
    "half a decompression, day 30": (Treatment("decompression", amount=0.5), 30.0),
    "toxin at the eye, day 14": (Treatment("toxin"), 14.0),
    "toxin at the eye, day 84": (Treatment("toxin"), 84.0),
    "toxin in the lower face, day 14": (Treatment("toxin", muscles=LOWER_FACE), 14.0),
    "carbamazepine, day 7": (Treatment("carbamazepine"), 7.0),
    "clonazepam, day 7": (Treatment("clonazepam"), 7.0),
}
"""Treatments, each with the day on which the recording after it is made; all begin on day 0."""
NUCLEUS_GAIN = 0.2
"""Of the patient who gets clonazepam, which acts on nothing else."""
BEFORE_DAY = -1.0


@dataclass(frozen=True)
class Shot:
    """One recording: who, filmed how. `name` is for people; `treatment` is one of TREATMENTS, or empty."""

    name: str
    patient: Patient
    scene: Scene
    block: int = 0
    provocation: Provocation = "usual"
    treatment: str = ""
    before: bool = field(default=False)

    @property
    def scenario(self) -> Scenario:
        """What the scores need to know of it."""
        healthy = self.patient.cause == "none"
        return Scenario(
            self.scene.identity,
            "rendered",
            "healthy" if healthy else "spasm",
            self.patient.duration_s,
            self.patient.seed,
            self.patient.side,
        )


def square(group: Group, seconds: float, blocks: int = BLOCKS) -> list[Shot]:
    """Return the recordings of the first blocks, 1 to 9, for a group of identities, block by block."""
    if not 1 <= blocks <= BLOCKS:
        raise ValueError(f"{blocks} blocks cannot be made; use 1 to {BLOCKS}.")
    places = range(len(RENDERED[group]))
    return [_cell(group, place, block, seconds) for block in range(blocks) for place in places]


def treated(group: Group, seconds: float, identities: int) -> list[Shot]:
    """Return recordings before and after every treatment of the group's first so many identities.

    What is before is shared by all treatments of a person but clonazepam, which works on a patient whose
    nucleus answers.
    """
    made: list[Shot] = []
    for place, identity in enumerate(RENDERED[group][:identities]):
        plain = Patient(side=SIDES[place % 2], minutes=seconds / 60, day=BEFORE_DAY, seed=500 + place)
        answering = replace(plain, nucleus_gain=NUCLEUS_GAIN)
        made += [_visit(identity, plain, "", 0), _visit(identity, answering, "", 1)]
        for number, (name, (treatment, day)) in enumerate(TREATMENTS.items()):
            start = answering if treatment.kind == "clonazepam" else plain
            after = replace(start, treatments=(treatment,), day=day)
            made.append(_visit(identity, after, name, 2 + number))
    return made


def pairs(shots: Sequence[Shot]) -> list[tuple[str, Shot, Shot]]:
    """Return (treatment, before, after) for each recording after a treatment whose before is there, too."""
    found = []
    for after in shots:
        if not after.treatment or after.before:
            continue
        for before in shots:
            person = before.scene.identity == after.scene.identity
            same = replace(after.patient, treatments=(), day=BEFORE_DAY) == before.patient
            if before.before and person and same:
                found.append((after.treatment, before, after))
    return found


def _cell(group: Group, place: int, block: int, seconds: float) -> Shot:
    """Return one identity's recording in a block; the module's first lines say what the sums are for."""
    turn, step = divmod(block, 3)
    number = (place + 3 * step + turn) % len(CAUSES)
    cause = CAUSES[number]
    severity = SEVERITIES[(place + place // 3 + number + number // 3) % 3]
    provocation = PROVOCATIONS[(place // 2 + number // 3) % 3]
    identity = RENDERED[group][place]
    seed = 100 * (1 + place) + number
    patient = Patient(
        cause,
        SIDES[(place + number) % 2],
        severity,
        seconds / 60,
        _triggers(provocation),
        seed=seed,
        habits=Habits(8.0, 0.5) if provocation == "calm" else Habits(),
    )
    name = f"{identity}, {cause} {severity:g}, {provocation}"
    return Shot(name, patient, _scene(identity, seed, seconds), block, provocation)


def _triggers(provocation: Provocation) -> tuple[Trigger, ...]:
    return (Trigger("stress"), Trigger("blinking", strength=0.5)) if provocation == "driven" else ()


def _visit(identity: str, patient: Patient, treatment: str, number: int) -> Shot:
    answering = ", nucleus answering" * (patient.nucleus_gain > 0)
    name = f"{identity}, {treatment or 'untreated'}{answering}"
    seed = patient.seed + 10 * number
    return Shot(
        name, patient, _scene(identity, seed, patient.duration_s), treatment=treatment, before=not treatment
    )


def _scene(identity: str, seed: int, seconds: float) -> Scene:
    """Return pose, light, noise and natural asymmetry as in the accuracy benchmark, at 60 frames a second.

    Picture and face are smaller, for time: 68 to 102 px between the centres of the eyes.
    """
    filmed = scene(Scenario(identity, "rendered", "spasm", seconds, seed))
    apart_px = SMALLER * filmed.interocular_px
    return replace(filmed, frames_per_s=FRAMES_PER_S, width_px=400, height_px=400, interocular_px=apart_px)
