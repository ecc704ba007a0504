"""Which muscle of which side a channel of an EMG recorded, from its name or from what the user says."""

import re
from collections.abc import Iterable, Mapping
from typing import Literal, get_args

from facialis.errors import SourceError
from facialis.types import SIDES, Region, Side

EmgMuscle = Literal[
    "orbicularis_oculi",
    "frontalis",
    "corrugator",
    "zygomaticus",
    "levator",
    "nasalis",
    "orbicularis_oris",
    "mentalis",
]
EMG_MUSCLES: tuple[EmgMuscle, ...] = get_args(EmgMuscle)
MUSCLE_REGIONS: Mapping[EmgMuscle, tuple[Region, ...]] = {
    "orbicularis_oculi": ("eye",),
    "frontalis": ("brow",),
    "corrugator": (),
    "zygomaticus": ("cheek", "mouth"),
    "levator": ("nose",),
    "nasalis": ("nose",),
    "orbicularis_oris": ("mouth",),
    "mentalis": ("chin",),
}
"""What of the face each muscle moves, in the words of the video. There the brow rises: the corrugator, which
pulls it down, is shown and timed but moves no region."""
NEEDED: tuple[EmgMuscle, ...] = ("orbicularis_oculi",)
"""Needed of both sides: a blink contracts both, a spasm one."""

# "OO" alone is not taken: some mean the eye's ring muscle by it, some the mouth's.
_MUSCLES: Mapping[EmgMuscle, str] = {
    "orbicularis_oculi": r"ooc(?:uli)?|orb(?:ic(?:ularis)?)?oc(?:uli)?|oculi",
    "frontalis": r"front(?:al(?:is)?)?",
    "corrugator": r"corr(?:ug(?:ator)?)?(?:supercilii)?",
    "zygomaticus": r"zyg(?:o(?:maticus)?)?(?:major|maj)?",
    "levator": r"lev(?:ator)?(?:lab(?:ii)?)?(?:sup(?:erioris)?)?|llsan",
    "nasalis": r"nas(?:alis)?",
    "orbicularis_oris": r"oor(?:is)?|orb(?:ic(?:ularis)?)?or(?:is)?|oris",
    "mentalis": r"ment(?:alis)?",
}
_SIDES: Mapping[Side, str] = {"left": r"left|links|li|lt|l", "right": r"right|rechts|re|rt|r"}
_AROUND = r"(?:emg|muscle|musc|m)?"
_PATTERNS = tuple(
    (side, muscle, re.compile(pattern))
    for side, sides in _SIDES.items()
    for muscle, names in _MUSCLES.items()
    for pattern in (
        rf"{_AROUND}(?:{sides}){_AROUND}(?:{names}){_AROUND}",
        rf"{_AROUND}(?:{names}){_AROUND}(?:{sides}){_AROUND}",
    )
)
_REFERENCE = {"ref", "reference", "avg", "gnd"}


def column(side: Side, muscle: EmgMuscle) -> str:
    """Return the name under which a muscle's curve is kept, such as `left_orbicularis_oculi`."""
    return f"{side}_{muscle}"


def parts(name: str) -> tuple[Side, EmgMuscle]:
    """Return side and muscle of a column's name; KeyError where it names none."""
    for side in SIDES:
        for muscle in EMG_MUSCLES:
            if name == column(side, muscle):
                return side, muscle
    raise KeyError(name)


def muscle_of(name: str) -> str | None:
    """Return the column that a channel's name means, or None where it says no side or no facial muscle.

    `EMG OOc L`, `OOcL`, `L orb oculi`, `Frontalis_R`, `zyg. left` and `OOcL1-OOcL2` are understood. Case,
    dots, spaces, digits and the word EMG do not count. A name that two readings fit means none.
    """
    words = [re.sub(r"[^a-z]", "", part) for part in re.split(r"[-/]", name.casefold())]
    whole = _read("".join(words))
    if whole is not None:
        return whole
    named = {_read(word) for word in words if word and word not in _REFERENCE}
    return named.pop() if len(named) == 1 else None


def _read(letters: str) -> str | None:
    found = {column(side, muscle) for side, muscle, pattern in _PATTERNS if pattern.fullmatch(letters)}
    return found.pop() if len(found) == 1 else None


def column_from(words: str) -> str:
    """Return the column for `left orbicularis_oculi`, as a user writes it; SourceError where it is none."""
    asked = re.sub(r"[\s_]+", "_", words.strip().casefold())
    try:
        parts(asked)
    except KeyError:
        known = ", ".join(EMG_MUSCLES)
        raise SourceError(
            f"{words.strip()!r} names no side and muscle; write left or right and one of {known}."
        ) from None
    return asked


def assign(labels: Iterable[str], told: Mapping[str, str], file: str) -> dict[str, int]:
    """Return which channel (its position) holds which column.

    `labels` are the channels' names, `told` maps a name to side and muscle and comes before what names say.
    Raises SourceError where a told channel is missing, two channels claim one muscle, or a muscle that is
    needed was not recorded.
    """
    names = [label.strip() for label in labels]
    chosen: dict[str, int] = {}
    for name, words in told.items():
        if names.count(name.strip()) != 1:
            raise SourceError(f"{file} has no channel {name.strip()!r}; it has {_listed(names)}.")
        _take(chosen, column_from(words), names.index(name.strip()), names, file)
    taken = set(chosen.values())
    for index, name in enumerate(names):
        meant = muscle_of(name)
        if meant is not None and index not in taken and meant not in map(column_from, told.values()):
            _take(chosen, meant, index, names, file)
    missing = [column(side, muscle) for muscle in NEEDED for side in SIDES]
    missing = [each.replace("_", " ") for each in missing if each not in chosen]
    if missing:
        raise SourceError(
            f"{file} shows no channel of the {' and the '.join(missing)}, which a spasm is told from a blink "
            f"by; it has {_listed(names)}: name them with --channel 'NAME=left orbicularis_oculi'."
        )
    return chosen


def _take(chosen: dict[str, int], asked: str, index: int, names: list[str], file: str) -> None:
    if asked in chosen:
        both = f"{names[chosen[asked]]!r} and {names[index]!r}"
        raise SourceError(
            f"{file} has two channels of the {asked.replace('_', ' ')}, {both}; choose one with --channel."
        )
    chosen[asked] = index


def _listed(names: list[str]) -> str:
    return ", ".join(repr(name) for name in names[:24]) + (", ..." if len(names) > 24 else "") or "no channel"
