"""What an injured axon does in a moment, as tables of the cable tier: the spike tier reads them.

`facialis.simulate.tabulate` makes them. They are kept with the digest of the code and the parameters
that made them, so that a table older than its nerve is found.
"""

import ast
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from facialis.errors import SettingsError
from facialis.types import FloatArray

FILE = "nerve_tables.npz"
_MODULES = (
    "rates",
    "cable",
    "gating",
    "ephapse",
    "stepping",
    "fibre",
    "nerve",
    "patch",
    "discharge",
    "artery",
)
_MODULES_OF_TABLES = (*_MODULES, "tabulate")
_NOT_READ = ("CAUSES", "DEFAULT_CAUSE", "_LIMITS")
"""What the tables do not depend on: they hold every cause."""


@dataclass(frozen=True)
class Grid:
    """Where the nerve was calculated. The axes of the tables, in the order of their dimensions.

    `sodium_block` is 0 without a drug and 1 with half the persistent and 0.85 of the fast sodium;
    `internodes` of the lesion; `alpha`, `lamellae` and `shift_mv` as in `facialis.simulate.artery`; `size` of
    a patch. `draws` patches of random diameters and shifts were calculated at each point, `shift_sd_mv` being
    the scatter of the shift over the nodes of an axon.
    """

    sodium_block: tuple[float, ...] = (0.0, 1.0)
    internodes: tuple[float, ...] = (3.0, 5.0, 7.0)
    lamellae: tuple[float, ...] = (2.5, 5.0, 10.0, 25.0, 60.0, 130.0)
    shift_mv: tuple[float, ...] = (0.0, 0.75, 1.5, 2.0, 2.5)
    alpha: tuple[float, ...] = (0.45, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)
    size: tuple[int, ...] = (3, 4, 5)
    draws: int = 6
    shift_sd_mv: float = 0.7
    noise_na: float = 0.3
    dt_ms: float = 0.01


@dataclass(frozen=True)
class NerveTables:
    """The tables. All but two begin with the axes (sodium_block, internodes, lamellae, shift_mv).

    `transmission` (..., alpha, size, active): the share of silent axons of a patch of so many that fire when
    1, 2, 3, 4 of the others do, NaN where there are not so many. `delay_ms` (..., alpha): how much later than
    theirs their impulse leaves the lesion. `resting`: the share of patches that have a state of rest, the
    others' membrane stays depolarised and they are left out of all tables. `afterdischarge` (..., alpha):
    spikes that follow the first; `interval_ms` and `interval_cv` (..., alpha): between them. `crossing` and
    `transit_ms`: the share of impulses from the nucleus that leave the lesion, and how much later than
    without one. `ectopic`: how likely one brief current of channel noise fires the axon. `jitter_ms`
    (lamellae, alpha) of one response, `refractory_ms` (lamellae, alpha): after which an axon answers its
    neighbours again.
    """

    grid: Grid
    digest: str
    transmission: FloatArray
    delay_ms: FloatArray
    resting: FloatArray
    afterdischarge: FloatArray
    interval_ms: FloatArray
    interval_cv: FloatArray
    crossing: FloatArray
    transit_ms: FloatArray
    ectopic: FloatArray
    jitter_ms: FloatArray
    refractory_ms: FloatArray


ARRAYS = tuple(spec.name for spec in fields(NerveTables) if spec.name not in ("grid", "digest"))


@cache
def nerve_tables() -> NerveTables:
    """Return the tables that the package carries."""
    with as_file(files("facialis") / "data" / FILE) as path:
        return read_tables(path)


def read_tables(path: Path) -> NerveTables:
    """Return tables from a file. SettingsError where it is none."""
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as kept:
            grid: dict[str, Any] = json.loads(str(kept["grid"]))
            axes: dict[str, Any] = {
                name: tuple(value) if isinstance(value, list) else value for name, value in grid.items()
            }
            arrays = {name: kept[name].astype(float) for name in ARRAYS}
            return NerveTables(Grid(**axes), str(kept["digest"]), **arrays)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError, BadZipFile) as error:
        raise SettingsError(
            f"{path} holds no tables of the nerve; make them with python -m facialis.simulate.tabulate."
        ) from error


def write_tables(tables: NerveTables, path: Path) -> None:
    """Write tables to a file, beside it first."""
    beside = path.with_suffix(".part.npz")
    arrays = {name: getattr(tables, name).astype(np.float32) for name in ARRAYS}
    np.savez_compressed(beside, grid=json.dumps(asdict(tables.grid)), digest=tables.digest, **arrays)
    beside.replace(path)


def current_digest(grid: Grid) -> str:
    """Return the digest of the cable tier's code and parameters as they are now, and of the grid.

    Words that change no number (comments, docstrings, messages, layout) do not enter.
    """
    hashed = hashlib.sha256(json.dumps(asdict(grid), sort_keys=True).encode())
    for name in _MODULES_OF_TABLES:
        source = (Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8")
        for word in _words(ast.parse(source)):
            hashed.update(word.encode() + b"\n")
    return hashed.hexdigest()[:16]


def _words(tree: ast.Module) -> Iterator[str]:
    """Yield every name, operator and number of a module, in one order in all versions of Python."""
    tree.body = [part for part in tree.body if not _skipped(part)]
    for node in ast.walk(tree):
        yield type(node).__name__
        if isinstance(node, ast.Constant) and not isinstance(node.value, str):
            yield repr(node.value)
        for part in ("id", "attr", "arg", "name"):
            if isinstance(getattr(node, part, None), str):
                yield getattr(node, part)


def _skipped(part: ast.stmt) -> bool:
    targets = part.targets if isinstance(part, ast.Assign) else [getattr(part, "target", None)]
    return any(isinstance(target, ast.Name) and target.id in _NOT_READ for target in targets)
