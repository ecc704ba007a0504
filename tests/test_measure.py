"""The whole chain on a video whose truth is known, and what users import."""

import subprocess
import sys
import time
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from clips import FPS, TRUE_BLINK_S, TRUE_TONIC_S, TRUE_TWITCH_S, Clip, write_clip
from test_model import repacked

import facialis
from facialis.errors import FacialisError, SourceError
from facialis.settings import QualitySettings, Settings
from facialis.signals.model import MODEL_SHA256
from facialis.source.video import sha256_of
from facialis.types import SIDES, Event, Model, Result


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("measure") / "clip.mp4", Clip(180))


@pytest.fixture(scope="module")
def told() -> list[float]:
    return []


@pytest.fixture(scope="module")
def result(clip: Path, told: list[float]) -> Result:
    return facialis.measure(clip, progress=told.append)


def overlapping(result: Result, kind: str, span: tuple[float, float]) -> Event:
    (event,) = (e for e in result.events if e.kind == kind and e.onset_s < span[1] and e.offset_s > span[0])
    return event


# What users import


def test_importing_facialis_does_not_load_what_only_measuring_needs() -> None:
    heavy = ("cv2", "scipy", "av", "pyarrow", "jinja2", "ai_edge_litert", "moderngl")
    code = f"import facialis, facialis.cli, sys; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("first", ["", "import facialis.measure; ", "from facialis.measure import measure; "])
def test_measure_is_the_function_whatever_was_imported_first(first: str) -> None:
    code = f"{first}import facialis; print(callable(facialis.measure))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


def test_every_name_offered_is_there() -> None:
    assert all(hasattr(facialis, name) for name in facialis.__all__)
    assert issubclass(facialis.SourceError, facialis.FacialisError)
    assert facialis.__version__ == version("facialis")


# The chain


def test_the_events_are_those_of_the_truth(result: Result) -> None:
    for kind, span in (("twitch", TRUE_TWITCH_S), ("tonic", TRUE_TONIC_S), ("blink", TRUE_BLINK_S)):
        event = overlapping(result, kind, span)
        assert event.onset_s == pytest.approx(span[0], abs=0.1), kind
        assert event.offset_s == pytest.approx(span[1], abs=0.15), kind
        assert event.side == ("both" if kind == "blink" else "left")
        assert event.intensity > 0.5


def test_episodes_hold_their_contractions(result: Result) -> None:
    episodes = [e for e in result.events if e.kind == "episode"]
    for event in result.events:
        if event.kind in ("twitch", "tonic"):
            assert any(
                e.side == event.side and e.onset_s <= event.onset_s and event.offset_s <= e.offset_s
                for e in episodes
            )


def test_the_recording_is_described(clip: Path, result: Result) -> None:
    recording = result.recording
    assert (recording.name, recording.sha256) == ("clip.mp4", sha256_of(clip))
    assert recording.n_frames == len(result.signals.time_s) == 180
    assert recording.duration_s == pytest.approx(179 / FPS)
    assert recording.frames_per_s == pytest.approx(FPS)
    assert recording.simulated
    assert result.quality.seconds_observed["both"] == pytest.approx(6, abs=0.2)


def test_version_and_settings_travel_with_the_result(result: Result) -> None:
    assert result.version == facialis.__version__
    assert result.settings_digest == Settings().digest()


def test_the_model_travels_with_the_result(result: Result, tmp_path: Path) -> None:
    assert result.model == Model(MODEL_SHA256, packaged=True)
    own = repacked(tmp_path / "own.task")
    mine = facialis.measure(write_clip(tmp_path / "short.mp4", Clip(10)), model=own)
    assert mine.model == Model(sha256_of(own), packaged=False)


def test_all_curves_have_one_value_a_frame_and_a_unit(result: Result) -> None:
    n = len(result.signals.time_s)
    assert all(values.shape == (n,) for values in result.signals.columns.values())
    assert set(result.signals.units) == set(result.signals.columns)
    assert all(result.signals.usable[side].shape == (n,) for side in SIDES)


def test_every_measure_has_a_value_or_a_reason(result: Result) -> None:
    for measure in result.measures:
        assert measure.value is not None or measure.reason, measure.name
        if measure.low is not None and measure.high is not None and measure.value is not None:
            assert measure.low <= measure.value <= measure.high, measure.name


def test_progress_is_told_in_seconds_of_video(result: Result, told: list[float]) -> None:
    assert told == sorted(told)
    assert told[-1] == pytest.approx(result.recording.duration_s)


def test_the_same_video_gives_the_same_result(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "short.mp4", Clip(30))
    first, second = facialis.measure(path), facialis.measure(str(path))
    assert first.events == second.events
    assert first.measures == second.measures
    for name, values in first.signals.columns.items():
        np.testing.assert_array_equal(values, second.signals.columns[name])


def test_settings_are_used_and_named(tmp_path: Path) -> None:
    settings = replace(Settings(), quality=replace(QualitySettings(), min_interocular_px=900))
    result = facialis.measure(write_clip(tmp_path / "short.mp4", Clip(30)), settings=settings)
    assert {exclusion.reason for exclusion in result.quality.exclusions} == {"the face is too small"}
    assert result.settings_digest == settings.digest() != Settings().digest()


def test_a_missing_file_is_a_facialis_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no file") as caught:
        facialis.measure(tmp_path / "none.mp4")
    assert isinstance(caught.value, FacialisError)


def test_an_interruption_stays_one_while_frames_are_still_decoded(
    clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from facialis.source.picture import Painter

    image = Painter.image

    def slow(self: Painter, frame: object) -> object:
        time.sleep(0.1)  # The decoder is at work when the interruption comes.
        return image(self, frame)  # type: ignore[arg-type]

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Painter, "image", slow)
    with pytest.raises(KeyboardInterrupt):
        facialis.measure(clip, progress=interrupt)
