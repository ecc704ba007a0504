"""The tables of the spike tier are those of the cable tier as it is now."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facialis.errors import SettingsError
from facialis.simulate import tables as module
from facialis.simulate.tables import ARRAYS, Grid, current_digest, nerve_tables, read_tables, write_tables
from facialis.simulate.tabulate import answers, burst, crossing, ectopic

TABLES = nerve_tables()
GRID = TABLES.grid


def place(point: tuple[float, float, float, float]) -> tuple[int, ...]:
    axes = (GRID.sodium_block, GRID.internodes, GRID.lamellae, GRID.shift_mv)
    return tuple(axis.index(value) for axis, value in zip(axes, point, strict=True))


# A stale table is caught


def test_the_tables_were_made_by_this_code_with_these_parameters() -> None:
    assert TABLES.digest == current_digest(GRID), "run python -m facialis.simulate.tabulate"
    assert Grid() == GRID


def test_the_digest_sees_a_parameter_and_not_a_comment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(module.__file__).parent
    for source in folder.glob("*.py"):
        (tmp_path / source.name).write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(module, "__file__", str(tmp_path / "tables.py"))
    same = current_digest(GRID)
    assert same == TABLES.digest
    fibre = tmp_path / "fibre.py"
    words = fibre.read_text(encoding="utf-8")
    fibre.write_text('"""Other words."""\n# and a comment\n' + words.split('"""', 2)[2], encoding="utf-8")
    assert current_digest(GRID) == same
    fibre.write_text(words.replace("NODE_LEAK_S_CM2 = 0.015", "NODE_LEAK_S_CM2 = 0.016"), encoding="utf-8")
    assert current_digest(GRID) != same


def test_the_digest_sees_the_grid() -> None:
    assert current_digest(replace(GRID, draws=GRID.draws + 1)) != current_digest(GRID)


@pytest.mark.parametrize(
    ("point", "alpha"),
    [((0.0, 3.0, 5.0, 1.5), 0.8), ((1.0, 5.0, 10.0, 2.5), 0.85)],
)
def test_entries_are_what_the_cable_tier_gives_now(
    point: tuple[float, float, float, float], alpha: float
) -> None:
    here, column = place(point), GRID.alpha.index(alpha)
    share, delay = answers(GRID, point, alpha, 4)
    assert TABLES.transmission[(*here, column, 1)][:3] == pytest.approx(share, abs=0.02)
    assert TABLES.delay_ms[(*here, column)] == pytest.approx(delay, abs=0.005, nan_ok=True)
    following, interval, _ = burst(GRID, point, alpha)
    assert TABLES.afterdischarge[(*here, column)] == pytest.approx(following, abs=0.1)
    assert TABLES.interval_ms[(*here, column)] == pytest.approx(interval, abs=0.05, nan_ok=True)
    assert crossing(GRID, point)[1] == pytest.approx(TABLES.crossing[here], abs=0.01)


def test_the_chance_of_an_ectopic_spike_is_what_the_cable_tier_gives_now() -> None:
    point = (0.0, 3.0, 5.0, 2.0)
    assert ectopic(GRID, point) == pytest.approx(TABLES.ectopic[place(point)], rel=0.02)


# What the tables say


def test_whole_myelin_barely_injured_does_not_transmit() -> None:
    """T5, for a lesion as long as an artery's, up to alpha 0.9."""
    shifts, alphas = GRID.shift_mv.index(0.75) + 1, GRID.alpha.index(0.9) + 1
    assert np.nanmax(TABLES.transmission[:, 0, -1, :shifts, :alphas]) == 0


def test_more_active_axons_excite_no_fewer() -> None:
    rises = np.diff(TABLES.transmission[:, 0, :3], axis=-1)
    assert np.nanmean(rises < -0.01) < 0.02


@pytest.mark.parametrize("name", ["transmission", "resting", "crossing", "ectopic"])
def test_chances_are_chances(name: str) -> None:
    values = getattr(TABLES, name)
    known = values[np.isfinite(values)]
    assert known.size
    assert known.min() >= 0
    assert known.max() <= 1


def test_a_drug_that_blocks_sodium_makes_ectopic_spikes_rarer() -> None:
    free, blocked = TABLES.ectopic
    assert np.mean(blocked < free) > 0.95


# Files


def test_tables_come_back_as_written(tmp_path: Path) -> None:
    write_tables(TABLES, tmp_path / "kept.npz")
    again = read_tables(tmp_path / "kept.npz")
    assert (again.grid, again.digest) == (GRID, TABLES.digest)
    for name in ARRAYS:
        assert np.array_equal(getattr(again, name), getattr(TABLES, name), equal_nan=True)
    assert [path.name for path in tmp_path.iterdir()] == ["kept.npz"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", None])
def test_a_file_without_tables_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "none.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match="holds no tables"):
        read_tables(path)
