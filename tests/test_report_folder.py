"""A folder of results holds what belongs to one measurement."""

from pathlib import Path

from facialis.report.folder import write_report
from tests.result_fixture import make_result


def test_an_overlay_of_an_earlier_measurement_does_not_stay(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "overlay.mp4").write_bytes(b"of somebody else")
    (folder / "notes.txt").write_text("mine")
    write_report(make_result(), folder)
    assert not (folder / "overlay.mp4").exists()
    assert (folder / "notes.txt").read_text() == "mine"
    assert (folder / "report.html").exists()
