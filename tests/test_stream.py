import gc
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facialis.signals.stream import NAMES, QUEUE_FRAMES, Tracked, ahead, read_geometry, track
from facialis.source.video import Frame
from tests.faces import blank, face, needs_gl, placed

WAIT_S = 5.0


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether something another thread must do has been done; returns as soon as it has."""
    end_s = time.monotonic() + WAIT_S
    while not condition() and time.monotonic() < end_s:
        time.sleep(0.002)
    return condition()


class Clip(Iterator[Frame]):
    """Frames like those of a video that must be closed."""

    def __init__(self, n: int, fails_at: int | None = None, error: BaseException | None = None) -> None:
        self.given, self.closed, self.n, self.fails_at, self.error = 0, False, n, fails_at, error

    def __next__(self) -> Frame:
        if self.given == self.fails_at and self.error is not None:
            raise self.error
        if self.given == self.n or self.closed:
            raise StopIteration
        self.given += 1
        return Frame((self.given - 1) / 30, blank(64, 48))

    def close(self) -> None:
        self.closed = True


# Reading ahead


@given(st.lists(st.integers(), max_size=40))
def test_items_come_in_order_and_all_of_them(items: list[int]) -> None:
    assert list(ahead(items)) == items


def test_nones_and_falsehoods_are_items() -> None:
    assert list(ahead([None, False, 0, ""])) == [None, False, 0, ""]


def test_only_a_few_items_are_taken_ahead() -> None:
    taken = []

    def count() -> Iterator[int]:
        for i in range(1000):
            taken.append(i)
            yield i

    items = ahead(count())
    assert next(items) == 0
    assert eventually(lambda: len(taken) > QUEUE_FRAMES)
    # One is given out, one in the thread's hand.
    assert len(taken) <= QUEUE_FRAMES + 2
    items.close()  # type: ignore[attr-defined]


def test_items_are_prepared_in_another_thread() -> None:
    assert list(ahead(threading.get_ident() for _ in range(3))) != [threading.get_ident()] * 3


@pytest.mark.parametrize("error", [ValueError("bad frame"), KeyboardInterrupt(), MemoryError()])
def test_an_error_comes_after_the_items_before_it(error: BaseException) -> None:
    def failing() -> Iterator[int]:
        yield 1
        yield 2
        raise error

    items = ahead(failing())
    assert [next(items), next(items)] == [1, 2]
    with pytest.raises(type(error)) as caught:
        next(items)
    assert caught.value is error


def test_an_abandoned_reader_stops_its_thread_and_closes_the_source() -> None:
    before, clip = threading.active_count(), Clip(10_000)
    items = ahead(clip)
    next(items)
    del items
    gc.collect()
    assert eventually(lambda: clip.closed and threading.active_count() == before)
    assert clip.given < 100


def test_an_interrupt_of_the_reader_stops_its_thread() -> None:
    before, clip = threading.active_count(), Clip(10_000)

    def read() -> None:
        for _ in ahead(clip):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read()
    assert eventually(lambda: clip.closed and threading.active_count() == before)


def test_readers_can_stand_behind_each_other() -> None:
    before = threading.active_count()
    doubled = ahead(2 * i for i in ahead(range(20)))
    assert list(ahead(doubled)) == [2 * i for i in range(20)]
    assert eventually(lambda: threading.active_count() == before)


# Tracking


def test_every_frame_comes_back_once_and_in_order() -> None:
    tracked = list(track(Clip(7)))
    assert [t.frame.time_s for t in tracked] == [i / 30 for i in range(7)]
    assert all(t.mesh is None and t.halves is None for t in tracked)


def test_tracking_closes_the_video_at_its_end() -> None:
    clip = Clip(3)
    list(track(clip))
    assert clip.closed


def test_tracking_closes_the_video_when_abandoned() -> None:
    before, clip = threading.active_count(), Clip(10_000)
    frames = track(clip)
    next(frames)
    frames.close()  # type: ignore[attr-defined]
    assert eventually(lambda: clip.closed and threading.active_count() == before)


@pytest.mark.parametrize("error", [ValueError("damaged"), KeyboardInterrupt()])
def test_what_the_source_raises_reaches_the_reader(error: BaseException) -> None:
    before, clip = threading.active_count(), Clip(10, fails_at=4, error=error)
    seen: list[Tracked] = []
    with pytest.raises(type(error)):
        seen.extend(track(clip))
    assert eventually(lambda: clip.closed and threading.active_count() == before)


# Columns


def test_frames_without_a_face_give_empty_rows_with_their_times() -> None:
    done: list[float] = []
    time_s, raw = read_geometry(Clip(5), progress=done.append)
    np.testing.assert_allclose(time_s, np.arange(5) / 30)
    assert done == time_s.tolist()
    assert set(raw) == set(NAMES)
    assert raw.pop("n_faces").tolist() == [0] * 5
    assert all(values.shape == (5,) and np.isnan(values).all() for values in raw.values())


def test_no_frame_gives_empty_columns() -> None:
    time_s, raw = read_geometry(Clip(0))
    assert time_s.shape == (0,)
    assert {values.shape for values in raw.values()} == {(0,)}


@needs_gl
def test_a_face_that_leaves_and_returns_gives_numbers_where_it_was_seen() -> None:
    present = [True, True, False, True, True]
    pictures = [placed(face(), 0.6, 20, 20, blank(420, 340)) if seen else blank(420, 340) for seen in present]
    _, raw = read_geometry([Frame(i / 30, picture) for i, picture in enumerate(pictures)])
    assert np.isfinite(raw["left_aperture"]).tolist() == present
    # The change is from one picture of the face to the next.
    assert np.isfinite(raw["change"]).tolist() == [False, True, False, False, True]
    assert raw["change"][1] < 5


@needs_gl
def test_the_lids_of_one_person_are_not_compared_with_those_of_another() -> None:
    alone = placed(face(), 0.5, 0, 40, blank(800, 420))
    both = placed(face(left_shut=1.0), 0.9, 290, 0, alone)[:420]
    times_s = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2]
    pictures = [alone] * 4 + [both] * 3
    _, raw = read_geometry([Frame(t, picture) for t, picture in zip(times_s, pictures, strict=True)])
    # From 1.0 s on, when faces are looked for again, the larger one is followed.
    assert (raw["interocular_px"] > 1.5 * raw["interocular_px"][0]).tolist() == [t >= 1.0 for t in times_s]
    for side in ("left", "right"):
        shift = raw[f"{side}_lid_shift"]
        assert np.isfinite(shift).tolist() == [False, True, True, True, True, False, True]
        assert abs(shift[-1]) < 0.005
