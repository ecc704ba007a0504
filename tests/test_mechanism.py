"""The mechanism's picture shows what was simulated: no dot without a spike, no spike without a dot."""

import tracemalloc
from dataclasses import replace
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from faces import needs_gl
from hypothesis import given, settings
from hypothesis import strategies as st
from muscles import axons_of

from facialis.errors import OutputError
from facialis.simulate import mechanism_picture
from facialis.simulate.artery import CAUSES, HEALTHY_PACKING, Cause
from facialis.simulate.axons import ORIGINS, Axons, LesionSpikes
from facialis.simulate.innervation import facial_axons
from facialis.simulate.mechanism import (
    SLOWER,
    TO_NUCLEUS_MS,
    Shown,
    contact,
    lit,
    muscle_names,
    pulse_at,
    shown,
)
from facialis.simulate.mechanism_film import mechanism_film
from facialis.simulate.mechanism_picture import HEIGHT_PX, WIDTH_PX, MechanismPicture, colour_of, pressing
from facialis.simulate.patient import Patient, PatientActivity, simulate_patient
from facialis.simulate.patient_folder import FILMS, write_recording
from facialis.simulate.performance import sample as activations_at
from facialis.simulate.scene import Scene
from facialis.simulate.treatments import Treatment
from facialis.source.video import probe
from facialis.types import SIDES, ImageArray, Side

FACE = np.full((240, 320, 3), 90, dtype=np.uint8)
NERVE = (slice(60, 480), slice(620, 1105))
"""Rows and columns of the picture where the nerve runs, artery and muscles left out as far as they go."""
VOLLEY, ECTOPIC, EPHAPTIC = (ORIGINS.index(name) for name in ("volley", "ectopic", "ephaptic"))


@pytest.fixture(scope="module")
def activity() -> PatientActivity:
    return simulate_patient(Patient(minutes=0.1, seed=5))


@pytest.fixture(scope="module")
def drawn(activity: PatientActivity) -> MechanismPicture:
    return MechanismPicture(activity)


def nerve() -> Axons:
    return facial_axons("anterior inferior cerebellar artery", 60, "left", 1)


def fired(times: list[float], axons: Axons, origin: int = ECTOPIC) -> Shown:
    """A sample in which lane n mod lanes fires at the nth time."""
    lanes = shown(axons, LesionSpikes(np.zeros(0, int), np.zeros(0), np.zeros(0, int), 10.0)).axon
    rising = np.sort(np.array(times, dtype=float))
    axon = lanes[np.arange(rising.size) % lanes.size]
    return shown(axons, LesionSpikes(axon, rising, np.full(rising.size, origin), 10.0))


def has_colour(picture: ImageArray, colour: tuple[int, int, int]) -> bool:
    return bool((picture[NERVE] == np.array(colour)).all(axis=-1).any())


# Which axons


@given(st.integers(5, 40), st.integers(0, 50), st.integers(6, 24))
def test_whole_patches_are_shown_side_by_side(count: int, seed: int, most: int) -> None:
    axons = facial_axons("none", count, "left", seed)
    sample = shown(axons, LesionSpikes(np.zeros(0, int), np.zeros(0), np.zeros(0, int), 1.0), most)
    assert 0 < sample.axon.size <= most
    assert np.unique(sample.axon).size == sample.axon.size
    for number in np.unique(sample.patch):
        mine = np.flatnonzero(sample.patch == number)
        assert mine.size == (axons.patch == number).sum()
        assert np.array_equal(mine, np.arange(mine[0], mine[0] + mine.size))
    assert np.array_equal(sample.muscle, axons.muscle[sample.axon])
    assert sample.axons == count


def test_they_are_the_same_whatever_fires(activity: PatientActivity) -> None:
    side = activity.patient.side
    busy = shown(activity.axons[side], activity.spikes[side])
    calm = shown(activity.axons[side], LesionSpikes(np.zeros(0, int), np.zeros(0), np.zeros(0, int), 6.0))
    assert np.array_equal(busy.axon, calm.axon)
    assert len(np.unique(busy.muscle)) >= 5


def test_every_spike_of_a_shown_axon_is_there_and_no_other(activity: PatientActivity) -> None:
    side = activity.patient.side
    spikes, sample = activity.spikes[side], shown(activity.axons[side], activity.spikes[side])
    mine = np.isin(spikes.axon, sample.axon)
    assert np.array_equal(sample.time_s, spikes.time_s[mine])
    assert np.array_equal(sample.axon[sample.lane], spikes.axon[mine])
    assert np.array_equal(sample.origin, spikes.origin[mine])
    assert sample.time_s.size > 100


def test_an_impulse_jumps_only_from_a_neighbour_that_just_fired(activity: PatientActivity) -> None:
    sample = shown(activity.axons[activity.patient.side], activity.spikes[activity.patient.side])
    jumped = np.flatnonzero(sample.source >= 0)
    assert jumped.size > 20
    assert set(sample.origin[jumped].tolist()) == {EPHAPTIC}
    for i in jumped:
        assert sample.patch[sample.source[i]] == sample.patch[sample.lane[i]]
        assert sample.source[i] != sample.lane[i]
        before = (sample.lane == sample.source[i]) & (sample.time_s <= sample.time_s[i])
        assert sample.time_s[i] - sample.time_s[before].max() <= 0.001 + 1e-12
    # More than half of what the model calls ephaptic: the rest is what all of the nerve does to an axon.
    assert jumped.size >= 0.5 * (sample.origin == EPHAPTIC).sum()


# Dots

times = st.lists(st.floats(0.05, 9.5), min_size=1, max_size=40)


@settings(max_examples=30)
@given(times, st.floats(0.02, 0.9))
def test_each_spike_lights_the_lesion_in_exactly_one_picture(spikes: list[float], step_s: float) -> None:
    sample = fired(spikes, nerve())
    lights, since = 0, -1e9
    for time_s in np.arange(0, 9.5 + step_s, step_s):
        dots = lit(sample, float(time_s), since)
        lights += int(dots.fresh.sum())
        since = float(time_s)
    assert lights == len(spikes)


@given(times, st.floats(0, 10))
def test_a_dot_is_there_exactly_while_its_impulse_runs(spikes: list[float], time_s: float) -> None:
    sample = fired(spikes, nerve())
    dots = lit(sample, time_s, time_s)
    age = time_s - sample.time_s
    running = (age >= 0) & (age <= SLOWER * sample.to_muscle_s[sample.lane])
    assert (dots.along >= 0).sum() == running.sum()
    back = (age > 0) & (age <= SLOWER * TO_NUCLEUS_MS / 1000)
    assert (dots.along < 0).sum() == pytest.approx(back.sum(), abs=1)
    assert np.all((dots.along >= -1) & (dots.along <= 1))


@given(st.floats(0, 10))
def test_without_a_spike_there_is_no_dot(time_s: float) -> None:
    assert lit(fired([], nerve()), time_s, time_s - 0.03).lane.size == 0


@pytest.mark.parametrize(
    ("origin", "before"),
    [(VOLLEY, True), (ORIGINS.index("reflex"), True), (ECTOPIC, False), (EPHAPTIC, False)],
)
def test_what_was_meant_comes_from_the_nucleus_and_what_was_not_runs_back_to_it(
    origin: int, before: bool
) -> None:
    sample, back_s = fired([1.0], nerve(), origin), SLOWER * TO_NUCLEUS_MS / 1000

    def central(at: float) -> list[float]:
        along = lit(sample, 1.0 + at * back_s, 5.0).along
        return along[along < 0].tolist()

    assert central(-0.5) == (pytest.approx([-0.5]) if before else [])
    assert central(0.5) == ([] if before else pytest.approx([-0.5]))
    assert central(-1.01) == central(1.01) == []


def test_thick_axons_are_faster_here_too() -> None:
    axons = axons_of("left")
    spikes = LesionSpikes(np.arange(len(axons.muscle)), np.full(len(axons.muscle), 1.0),
                          np.full(len(axons.muscle), ECTOPIC), 2.0)  # fmt: skip
    sample = shown(axons, spikes)
    dots = lit(sample, 1.05, 0.0)
    ahead = dots.along[dots.along >= 0]
    quicker = sample.to_muscle_s[dots.lane[dots.along >= 0]]
    assert np.array_equal(np.argsort(ahead, kind="stable")[::-1][:1], np.argsort(quicker, kind="stable")[:1])
    assert np.allclose(ahead * quicker * SLOWER, 0.05)


# The artery


def test_the_pulse_is_the_one_of_the_lesion() -> None:
    wave = np.array([pulse_at(t, 0.8) for t in np.linspace(0, 0.8, 200, endpoint=False)])
    assert wave.min() >= 0
    assert wave.max() == pytest.approx(1, abs=0.02)
    assert 0.1 < wave.argmax() / 200 < 0.3  # A fast rise, a slow fall.


@given(st.floats(0, 100), st.floats(0.3, 2))
def test_it_beats_with_the_heart(time_s: float, beat_s: float) -> None:
    assert pulse_at(time_s, beat_s) == pytest.approx(pulse_at(time_s + beat_s, beat_s), abs=1e-3)


def test_the_displacement_follows_the_pulse(drawn: MechanismPicture) -> None:
    moments = np.linspace(0, 3, 91)
    push = np.array([drawn.push_px(t) for t in moments])
    pulse = np.array([pulse_at(t, drawn.patient.beat_s) for t in moments])
    assert np.corrcoef(push, pulse)[0, 1] == pytest.approx(1)
    assert np.ptp(push) > 5  # To be seen.


def test_the_artery_in_the_picture_moves_with_it(activity: PatientActivity) -> None:
    quiet = MechanismPicture(activity)
    quiet.sample = fired([], activity.axons["left"])
    low = []
    for time_s in (0.0, 0.1, 0.2, 0.5, 0.9):
        picture = quiet.draw(time_s, time_s, FACE)
        red = (picture == np.array((196, 62, 58))).all(axis=-1)
        low.append((pulse_at(time_s, activity.patient.beat_s), int(np.flatnonzero(red.any(axis=1)).max())))
    rows = [row for _, row in sorted(low)]
    assert rows == sorted(rows)
    assert rows[-1] - rows[0] >= 5


def test_without_a_pulse_nothing_beats(activity: PatientActivity) -> None:
    still = replace(activity, today=replace(activity.today, cause=replace(activity.today.cause, pulse=0.0)))
    picture = MechanismPicture(still)
    assert len({picture.push_px(t) for t in np.linspace(0, 2, 20)}) == 1


@given(st.floats(HEALTHY_PACKING, 0.9), st.floats(HEALTHY_PACKING, 0.9))
def test_more_packing_is_drawn_as_no_less_contact(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 <= contact(Cause(3.0, low)) <= contact(Cause(3.0, high)) <= 1
    assert contact(Cause()) == 0


@pytest.mark.parametrize(
    ("cause", "drawn_as"),
    [
        ("anterior inferior cerebellar artery", "artery"),
        ("ectatic artery", "artery"),
        ("tumour", "mass"),
        ("multiple sclerosis plaque", "plaque"),
        ("none", ""),
    ],
)
def test_each_cause_is_drawn_as_what_it_is(cause: str, drawn_as: str) -> None:
    found = CAUSES[cause]  # type: ignore[index]
    assert pressing(found, found) == drawn_as


def test_a_decompressed_artery_is_drawn_away_from_the_nerve() -> None:
    lifted = (Treatment("decompression", day=0),)
    patient = Patient(minutes=0.05, treatments=lifted, day=60)
    today = patient.today().cause
    assert pressing(CAUSES["anterior inferior cerebellar artery"], today) == "moved"
    assert contact(today) == 0


# The picture


def test_a_quiet_nerve_gives_a_quiet_picture(activity: PatientActivity) -> None:
    picture = MechanismPicture(activity)
    picture.sample = fired([], activity.axons["left"])
    seen = picture.draw(2.0, 1.97, FACE)
    assert seen.shape == (HEIGHT_PX, WIDTH_PX, 3)
    assert not any(has_colour(seen, colour_of(origin)) for origin in range(len(ORIGINS)))


@pytest.mark.parametrize("origin", range(len(ORIGINS)))
def test_a_spike_is_seen_in_the_colour_of_its_origin(activity: PatientActivity, origin: int) -> None:
    picture = MechanismPicture(activity)
    picture.sample = fired([2.0], activity.axons["left"], origin)
    seen = picture.draw(2.01, 1.98, FACE)
    shown_in = [o for o in range(len(ORIGINS)) if has_colour(seen, colour_of(o))]
    assert shown_in == [origin]
    assert not has_colour(picture.draw(2.01 + SLOWER * 0.01, 2.5, FACE), colour_of(origin))


def test_the_spasm_in_the_recording_is_in_the_picture(
    activity: PatientActivity, drawn: MechanismPicture
) -> None:
    spasm = next(e for e in activity.muscles.performance.nerve if e.kind in ("twitch", "tonic"))
    seen = drawn.draw(spasm.onset_s + 0.02, spasm.onset_s - 0.013, FACE)
    assert has_colour(seen, colour_of(EPHAPTIC))


def test_muscles_glow_as_they_are_active(activity: PatientActivity, drawn: MechanismPicture) -> None:
    performance = activity.muscles.performance
    glow, active = [], []
    for time_s in np.linspace(0.1, 5.9, 60):
        column = drawn.draw(float(time_s), float(time_s), FACE)[60:500, 1119:1150]
        glow.append(int((column == np.array((235, 140, 120))).all(axis=-1).sum()))
        at = activations_at(performance, np.array([time_s]))
        active.append(sum(float(at[key][0]) for key in at if key[0] == "left" and key[1] != "jaw"))
    assert np.corrcoef(glow, active)[0, 1] > 0.9
    assert min(glow) == 0 or min(active) > 0.05


def test_the_face_of_the_moment_is_in_it(drawn: MechanismPicture) -> None:
    bright = drawn.draw(1.0, 0.97, np.full((640, 640, 3), 200, dtype=np.uint8))
    dark = drawn.draw(1.0, 0.97, np.full((640, 640, 3), 10, dtype=np.uint8))
    differs = (bright != dark).any(axis=-1)
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    assert differs.sum() == 440 * 440
    assert (rows[0], columns[0]) == (60, 20)


def test_the_emg_scrolls_and_is_the_simulated_one(activity: PatientActivity) -> None:
    emg = activity.muscles.emg
    lone = np.where(np.arange(emg.time_s.size) == np.searchsorted(emg.time_s, 1.0), 2000.0, 0.0)
    told = replace(emg, channels={key: lone * (key[1] == "zygomaticus") for key in emg.channels})
    picture = MechanismPicture(replace(activity, muscles=replace(activity.muscles, emg=told)))
    for time_s in (1.1, 2.0, 4.9):
        strips = picture.draw(time_s, time_s, FACE)[556 : 556 + 6 * 36, 170:1260]
        inked = (strips != np.array((20, 23, 27))).any(axis=-1).reshape(6, 36, 1090).sum(axis=1)
        tallest = [(strip.muscle, row.max() > 10) for strip, row in zip(picture.strips, inked, strict=True)]
        assert [muscle for muscle, tall in tallest if tall] == ["zygomaticus"]
        where = 1090 - (time_s - 1.0) / 4 * 1090
        assert int(inked.max(axis=0).argmax()) == pytest.approx(where, abs=4)
    gone = picture.draw(5.1, 5.1, FACE)[556 : 556 + 6 * 36, 170:1260]
    assert (gone != np.array((20, 23, 27))).any(axis=-1).reshape(6, 36, 1090).sum(axis=1).max() < 10


def test_before_the_recording_began_there_is_no_emg(drawn: MechanismPicture) -> None:
    picture = drawn.draw(1.0, 0.97, FACE)
    past = picture[556 : 556 + 6 * 36, 170 : 170 + 700]
    assert (past == np.array((20, 23, 27))).all()


def test_all_words_lie_within_the_picture_and_can_be_read_at_half_its_width(
    activity: PatientActivity, monkeypatch: pytest.MonkeyPatch
) -> None:
    put: list[tuple[str, tuple[int, int], float]] = []
    real = cv2.putText

    def noted(
        picture: ImageArray, words: str, at: tuple[int, int], font: int, size: float, *more: object
    ) -> None:
        put.append((words, at, size))
        real(picture, words, at, font, size, *more)

    monkeypatch.setattr(mechanism_picture.cv2, "putText", noted)
    for cause in ("anterior inferior cerebellar artery", "nerve injury with misrouting", "none", Cause()):
        told = replace(activity, patient=replace(activity.patient, cause=cause, side="left"))
        MechanismPicture(told).draw(1.0, 0.9, FACE)
    assert not any(text == "nucleus answered" for text, _, _ in put)
    told = replace(activity, patient=replace(activity.patient, nucleus_gain=1.0))
    MechanismPicture(told).draw(1.0, 0.9, FACE)
    assert any(text == "nucleus answered" for text, _, _ in put)
    words = " ".join(text for text, _, _ in put)
    assert "SIMULATED" in words
    assert f"{SLOWER:g} times slower" in words
    assert {*muscle_names()} <= {text for text, _, _ in put}
    for text, (x, y), size in put:
        wide, high = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, size, 1)[0]
        assert x >= 0
        assert x + wide <= WIDTH_PX
        assert y - high > 0
        assert y < HEIGHT_PX
        assert high / 2 >= 6 or size >= 0.6, text


@pytest.mark.parametrize(
    "patient",
    [
        Patient(minutes=0.03),
        Patient(minutes=0.03, cause="ectatic artery"),
        Patient(minutes=0.03, cause="early disease"),
        Patient(minutes=0.03, cause="tumour"),
        Patient(minutes=0.03, treatments=(Treatment("decompression", day=0),), day=60),
    ],
    ids=["artery", "ectatic", "early", "tumour", "moved"],
)
def test_what_presses_never_covers_its_name(patient: Patient) -> None:
    picture = MechanismPicture(simulate_patient(patient))
    ink = np.array((225, 228, 232))
    box = (slice(60, 205), slice(600, 860))
    words = (picture._base[box] == ink).all(axis=-1)
    assert words.sum() > 50
    for time_s in np.linspace(0, 1, 12):  # All of a beat.
        drawn = picture.draw(float(time_s), float(time_s), FACE)[box]
        assert (drawn[words] == ink).all()


def test_the_same_moment_gives_the_same_picture(activity: PatientActivity, drawn: MechanismPicture) -> None:
    again = MechanismPicture(simulate_patient(activity.patient))
    for time_s in (0.5, 1.5, 4.0):
        assert np.array_equal(
            drawn.draw(time_s, time_s - 0.03, FACE), again.draw(time_s, time_s - 0.03, FACE)
        )


@pytest.mark.parametrize("side", SIDES)
def test_the_sick_sides_nerve_is_shown(side: Side) -> None:
    sick = simulate_patient(Patient(minutes=0.05, side=side, seed=2))
    picture = MechanismPicture(sick)
    assert picture.side == side
    assert picture.sample.time_s.size <= sick.spikes[side].time_s.size
    assert [strip.side for strip in picture.strips].count(side) == len(picture.strips) - 1


def test_drawing_keeps_nothing(drawn: MechanismPicture) -> None:
    for time_s in (1.0, 1.1):
        drawn.draw(time_s, time_s - 0.03, FACE)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for time_s in np.arange(0.1, 3, 0.1):
            drawn.draw(float(time_s), float(time_s) - 0.03, FACE)
        assert tracemalloc.get_traced_memory()[0] - before < 200_000
    finally:
        tracemalloc.stop()


# The film


def test_the_film_has_the_faces_times_and_says_that_it_is_simulated(
    activity: PatientActivity, tmp_path: Path
) -> None:
    path = tmp_path / "mechanism.mp4"
    told = [0.0, 0.041, 0.07, 0.12]
    with mechanism_film(activity, path) as watch:
        assert not path.exists()
        for time_s in told:
            watch(time_s, FACE)
    header = probe(path)
    assert header.simulated
    assert (header.width_px, header.height_px) == (WIDTH_PX, HEIGHT_PX)
    with av.open(str(path)) as container:
        seen = [float(frame.time) for frame in container.decode(video=0)]
    assert seen == pytest.approx(told, abs=1e-4)


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_what_cuts_it_off_leaves_nothing(
    activity: PatientActivity, tmp_path: Path, error: type[BaseException]
) -> None:
    def cut_off() -> None:
        with mechanism_film(activity, tmp_path / "mechanism.mp4") as watch:
            watch(0.0, FACE)
            raise error

    with pytest.raises(error):
        cut_off()
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_one_sentence(activity: PatientActivity, tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError) as caught,
        mechanism_film(activity, tmp_path / "no" / "film.mp4") as watch,
    ):
        watch(0.0, FACE)
    assert "\n" not in str(caught.value)


@needs_gl
def test_both_films_lie_in_the_folder_and_go_with_the_next_recording(tmp_path: Path) -> None:
    small = Scene(width_px=128, height_px=128, interocular_px=30, frames_per_s=10)
    brief = simulate_patient(Patient(minutes=0.02, seed=1))
    write_recording(brief, tmp_path / "out", scene=small, picture=False)
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {*FILMS} <= names
    plain, beside = (probe(tmp_path / "out" / name) for name in FILMS)
    assert plain.simulated
    assert beside.simulated
    assert (plain.width_px, beside.width_px) == (128, WIDTH_PX)
    write_recording(brief, tmp_path / "out", picture=False)
    assert {path.name for path in (tmp_path / "out").iterdir()} == names - {*FILMS}


@needs_gl
def test_a_film_that_is_cut_off_leaves_no_folder(tmp_path: Path) -> None:
    small = Scene(width_px=128, height_px=128, interocular_px=30, frames_per_s=10)
    brief = simulate_patient(Patient(minutes=0.02, seed=1))

    def stop(time_s: float) -> None:
        if time_s > 0.3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_recording(brief, tmp_path / "out", scene=small, picture=False, progress=stop)
    assert list(tmp_path.iterdir()) == []
