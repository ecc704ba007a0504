"""The recording facialis carries: small, marked, and with a truth that shows what it should."""

from importlib.resources import as_file, files

import av
import numpy as np

from benchmarks.make_demo import SCENE, demo_performance
from facialis.simulate.face import COMMENT
from facialis.simulate.performance import Truth, read_truth
from facialis.simulate.scene import frame_times

DATA = files("facialis") / "data"


def truth() -> Truth:
    with as_file(DATA / "demo.truth.json") as path:
        return read_truth(path)


def test_it_is_a_small_marked_video_of_twenty_seconds() -> None:
    with as_file(DATA / "demo.mp4") as path, av.open(str(path)) as container:
        times = np.array([frame.time for frame in container.decode(video=0)])
        assert container.metadata["comment"] == COMMENT
        assert path.stat().st_size < 2e6
    np.testing.assert_allclose(times, frame_times(SCENE, 20.0), atol=1e-4)


def test_its_truth_is_that_of_the_script_which_made_it() -> None:
    assert truth().events == demo_performance().truth
    assert truth().simulated is True


def test_it_shows_spasms_of_the_left_and_movements_of_both() -> None:
    shown = truth()
    assert shown.side == "left"
    assert {e.side for e in shown.of_kind("twitch", "tonic", "episode")} == {"left"}
    assert len(shown.of_kind("twitch")) >= 6
    (tonic,) = shown.of_kind("tonic")
    assert 1.5 < tonic.duration_s < 2.5
    assert len(shown.of_kind("blink")) >= 5
    assert len(shown.of_kind("smile")) == 1
    assert {e.side for e in shown.of_kind("blink", "smile")} == {"both"}


def test_it_shows_the_other_babinski_sign() -> None:
    performance = demo_performance()
    eye = performance.activation["left", "orbicularis_oculi"]
    brow = performance.activation["left", "frontalis"]
    assert np.any((eye > 0.5) & (brow > 0.3))
    assert not np.any(performance.activation["right", "frontalis"] > 0.05)


def test_blinks_and_the_smile_fall_between_the_spasms() -> None:
    shown = truth()
    for event in shown.of_kind("blink", "smile"):
        for episode in shown.of_kind("episode"):
            assert event.offset_s < episode.onset_s or event.onset_s > episode.offset_s
