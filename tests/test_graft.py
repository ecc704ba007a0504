"""Grafts: the warp does what the schedule says, on one side only, and nothing anywhere else."""

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.graft import (
    REPORT,
    SPANS,
    TUNE,
    Stretch,
    graft,
    grafted,
    main,
    ping_pong,
    read_stretch,
    write_video,
)
from benchmarks.warp import LOWER_LID, MIDLINE, PULLS, UPPER_LID, Pull, contract, face_frame
from facialis.errors import SourceError
from facialis.signals.hemiface import read_halves
from facialis.signals.landmarks import FaceTracker
from facialis.signals.model import FaceModel
from facialis.simulate.schedule import (
    MUSCLES,
    Muscle,
    hemifacial_spasm,
    read_truth,
    rest,
    sample,
)
from facialis.types import SIDES, FloatArray, ImageArray, Side

SIDE = st.sampled_from(SIDES)
SIZE = 400
IOD = 100.0
WHITE = (255, 255, 255)


def other(side: Side) -> Side:
    return "right" if side == "left" else "left"


def drawn_points() -> FloatArray:
    """Mesh points (478, 2) of a drawn face, 100 px between the eyes; the patient's left is at larger x."""
    points = np.full((478, 2), 200.0)
    points[list(MIDLINE), 1] = np.linspace(60, 340, len(MIDLINE))
    for side, sign in (("left", 1), ("right", -1)):
        along = np.linspace(1, -1, 9)
        x = 200 + sign * (50 + 25 * along)
        arch = 8 * (1 - along**2)
        points[list(UPPER_LID[side])] = np.column_stack([x, 150 - arch])
        points[list(LOWER_LID[side])] = np.column_stack([x, 150 + arch])
    for pull in PULLS:
        for side, sign in (("left", 1), ("right", -1)):
            points[list(pull.anchor[side])] = (200 + sign * 45, PLACES[pull.muscle][1])
            points[list(pull.anchor[side]), 0] = 200 + sign * PLACES[pull.muscle][0]
    points[[46, 53, 52, 65, 55], 1] = points[[276, 283, 282, 295, 285], 1] = 118
    points[[46, 53, 52, 65, 55], 0] = 200 - np.array([80, 65, 50, 35, 20])
    points[[276, 283, 282, 295, 285], 0] = 200 + np.array([80, 65, 50, 35, 20])
    return points


PLACES: dict[Muscle, tuple[float, float]] = {
    "frontalis": (50, 110),
    "corrugator": (25, 110),
    "zygomaticus": (40, 260),
    "orbicularis_oris": (40, 260),
    "levator": (25, 220),
    "mentalis": (25, 310),
}


def drawn_face(points: FloatArray) -> ImageArray:
    """A picture of textured skin (no pure white) in which both apertures are filled with white."""
    image = np.random.default_rng(0).integers(60, 160, (SIZE, SIZE, 3), dtype=np.uint8)
    image = cv2.GaussianBlur(image, (0, 0), 2)
    # Drawn eight times larger first: OpenCV fills a pixel beyond the outline.
    fine = np.zeros((8 * SIZE, 8 * SIZE), np.uint8)
    for side in SIDES:
        outline = np.concatenate([points[list(UPPER_LID[side])], points[list(LOWER_LID[side])][::-1]])
        cv2.fillPoly(fine, [np.round(8 * (outline + 0.5)).astype(np.int32)], (255,))
    image[cv2.resize(fine, (SIZE, SIZE), interpolation=cv2.INTER_AREA) > 200] = WHITE
    return np.asarray(image, np.uint8)


def white_area(image: ImageArray, side: Side) -> int:
    half = image[:, 200:] if side == "left" else image[:, :200]
    return int((half.min(axis=2) > 200).sum())


POINTS = drawn_points()
FACE = drawn_face(POINTS)


def moved_dot(pull: Pull, side: Side, activation: dict[Muscle, float]) -> tuple[float, float]:
    """How far a dark dot on the anchor goes: outward and up, in px."""
    at = POINTS[list(pull.anchor[side])].mean(axis=0)
    image = np.full((SIZE, SIZE, 3), 200, np.uint8)
    cv2.circle(image, (round(at[0]), round(at[1])), 3, (0, 0, 0), -1)
    warped = contract(image, POINTS, side, activation)
    ys, xs = np.nonzero(warped[..., 0] < 100)
    sign = 1 if side == "left" else -1
    return sign * (float(xs.mean()) - at[0]), at[1] - float(ys.mean())


@given(side=SIDE, strengths=st.lists(st.floats(0, 1), min_size=8, max_size=8))
@settings(max_examples=25, deadline=None)
def test_the_other_side_keeps_every_bit(side: Side, strengths: list[float]) -> None:
    warped = contract(FACE, POINTS, side, dict(zip(MUSCLES, strengths, strict=True)))
    untouched = np.s_[:, :200] if side == "left" else np.s_[:, 201:]
    np.testing.assert_array_equal(warped[untouched], FACE[untouched])


def test_without_activation_the_very_same_picture_comes_back() -> None:
    assert contract(FACE, POINTS, "left", dict.fromkeys(MUSCLES, 0.0)) is FACE
    assert contract(FACE, POINTS, "left", {}) is FACE


@pytest.mark.parametrize("side", SIDES)
def test_the_aperture_is_what_the_closure_leaves(side: Side) -> None:
    open_area = white_area(FACE, side)
    for closure in (0.25, 0.5, 0.75):
        left = white_area(contract(FACE, POINTS, side, {"orbicularis_oculi": closure}), side)
        assert left / open_area == pytest.approx(1 - closure, abs=0.08)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("roll_deg", [-20, 0, 35])
def test_at_full_activation_the_lids_meet_also_in_a_tilted_face(side: Side, roll_deg: float) -> None:
    turn = cv2.getRotationMatrix2D((200, 200), roll_deg, 1.0)
    points = POINTS @ turn[:, :2].T + turn[:, 2]
    image = np.asarray(cv2.warpAffine(FACE, turn, (SIZE, SIZE), borderMode=cv2.BORDER_REFLECT), np.uint8)
    before = int((image.min(axis=2) > 200).sum())
    shut = contract(image, points, side, {"orbicularis_oculi": 1.0})
    # Only the other eye stays open; the turned outline leaves a margin of a pixel.
    assert (shut.min(axis=2) > 200).sum() <= 0.53 * before


def test_more_closure_never_shows_more_of_the_eye() -> None:
    areas = [
        white_area(contract(FACE, POINTS, "left", {"orbicularis_oculi": c}), "left")
        for c in np.linspace(0, 1, 11)
    ]
    assert areas == sorted(areas, reverse=True)


def test_closing_stretches_skin_and_paints_nothing() -> None:
    shut = contract(FACE, POINTS, "left", {"orbicularis_oculi": 1.0})
    eye = np.s_[140:162, 230:270]
    low = FACE[100:200, 200:].reshape(-1, 3).min(axis=0)
    # Cubic interpolation overshoots a little beside the white.
    assert (shut[eye].astype(int) >= low.astype(int) - 25).all()
    assert (shut[eye] > 200).mean() < 0.03
    assert shut[eye].std() > 2


@pytest.mark.parametrize("side", SIDES)
def test_brow_and_mouth_leave_the_lids_alone(side: Side) -> None:
    everything: dict[Muscle, float] = {m: 1.0 for m in MUSCLES if m != "orbicularis_oculi"}
    warped = contract(FACE, POINTS, side, everything)
    assert white_area(warped, side) == white_area(FACE, side)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(
    ("muscle", "outward", "up"),
    [
        ("frontalis", 0.0, 8.0),
        ("levator", 0.7, 2.0),
        ("mentalis", 0.0, 3.0),
        ("orbicularis_oris", -4.0, 0.0),
    ],
)
def test_each_muscle_pulls_its_way_by_its_share(
    side: Side, muscle: Muscle, outward: float, up: float
) -> None:
    pull = next(p for p in PULLS if p.muscle == muscle)
    for strength in (0.5, 1.0):
        dx, dy = moved_dot(pull, side, {muscle: strength})
        assert dx == pytest.approx(strength * outward, abs=1.0)
        assert dy == pytest.approx(strength * up, abs=1.1)


def test_the_zygomaticus_takes_the_corner_of_the_mouth_out_and_up_by_about_an_eighth_of_the_iod() -> None:
    corner = next(p for p in PULLS if p.muscle == "zygomaticus")
    dx, dy = moved_dot(corner, "left", {"zygomaticus": 1.0})
    assert dx > 5
    assert dy > 5
    assert 0.1 * IOD < np.hypot(dx, dy) < 0.16 * IOD


def test_frontalis_raises_and_corrugator_lowers_the_brow() -> None:
    raised = next(p for p in PULLS if p.muscle == "frontalis")
    lowered = next(p for p in PULLS if p.muscle == "corrugator")
    assert moved_dot(raised, "right", {"frontalis": 1.0})[1] > 5
    assert moved_dot(lowered, "right", {"corrugator": 1.0})[1] < -3


@given(strengths=st.lists(st.floats(0, 1), min_size=8, max_size=8))
@settings(max_examples=10, deadline=None)
def test_left_and_right_are_mirror_images(strengths: list[float]) -> None:
    activation = dict(zip(MUSCLES, strengths, strict=True))
    mirrored = np.ascontiguousarray(FACE[:, ::-1])
    swapped = POINTS.copy()
    for pair in [(UPPER_LID, UPPER_LID), (LOWER_LID, LOWER_LID)] + [(p.anchor, p.anchor) for p in PULLS]:
        swapped[list(pair[0]["left"])] = POINTS[list(pair[1]["right"])]
        swapped[list(pair[0]["right"])] = POINTS[list(pair[1]["left"])]
    swapped[:, 0] = SIZE - 1 - swapped[:, 0]
    brows = [46, 53, 52, 65, 55], [276, 283, 282, 295, 285]
    for one, two in (brows, brows[::-1]):
        swapped[one, 0], swapped[one, 1] = SIZE - 1 - POINTS[two, 0], POINTS[two, 1]
    left = contract(FACE, POINTS, "left", activation)
    right = contract(mirrored, swapped, "right", activation)[:, ::-1]
    difference = np.abs(left.astype(int) - right.astype(int))
    assert np.percentile(difference, 99) <= 8


def test_the_frame_of_the_face_is_upright_and_knows_its_size() -> None:
    frame = face_frame(POINTS)
    assert frame.iod == pytest.approx(IOD)
    assert frame.to_face(POINTS[263])[0] > 0 > frame.to_face(POINTS[33])[0]
    assert frame.to_face(POINTS[152])[1] > 0 > frame.to_face(POINTS[10])[1]


@given(n=st.integers(2, 50), wanted=st.integers(1, 500))
def test_the_loop_never_jumps(n: int, wanted: int) -> None:
    order = ping_pong(n, wanted)
    assert len(order) == wanted
    assert order.min() >= 0
    assert order.max() < n
    assert (np.abs(np.diff(order)) == 1).all()


def test_a_graft_changes_only_the_frames_in_which_a_muscle_is_active() -> None:
    stretch = Stretch((FACE,) * 5, np.stack([POINTS] * 5), Fraction(30))
    spasms = hemifacial_spasm("left", episodes_per_min=20, duration_s=6, seed=3)
    active = np.max(list(sample(spasms, np.arange(180) / 30).values()), axis=0) > 1e-3
    frames = list(grafted(stretch, spasms))
    assert len(frames) == 180
    assert [frame is not FACE for frame in frames] == active.tolist()
    assert 0 < active.sum() < 180
    assert all(frame is FACE for frame in grafted(stretch, rest(1)))


def test_no_person_is_both_tuned_and_reported_on() -> None:
    assert not set(TUNE) & set(REPORT)
    assert set(SPANS) <= set(TUNE + REPORT)


def test_a_video_keeps_its_rate_and_loses_an_odd_row(tmp_path: Path) -> None:
    frames = [FACE[:101, :133]] * 12
    write_video(frames, Fraction(24000, 1001), tmp_path / "v.mp4")
    with av.open(str(tmp_path / "v.mp4")) as container:
        times = [float(f.time) for f in container.decode(video=0)]
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (132, 100)
    assert np.diff(times) == pytest.approx(1001 / 24000, abs=1e-3)
    assert len(times) == 12


@pytest.fixture(scope="module")
def model() -> FaceModel:
    return FaceModel()


def test_a_clip_without_a_face_is_refused(shared_faces: Path, model: FaceModel) -> None:
    with pytest.raises(SourceError, match="no face"):
        read_stretch(shared_faces / "no_face.mp4", model)


@pytest.mark.parametrize("side", SIDES)
def test_on_a_real_face_the_half_face_sees_the_closure_on_the_patients_side(
    shared_faces: Path, model: FaceModel, side: Side
) -> None:
    stretch = read_stretch(shared_faces / "single_face.mp4", model, (0.0, 1.2))
    image, points = stretch.frames[0], stretch.points_px[0]
    shut = contract(image, points, side, {"orbicularis_oculi": 1.0})
    mesh = FaceTracker(model).update(image, 0.0)
    assert mesh is not None
    apertures = []
    for picture in (image, shut):
        halves = read_halves(model, picture, mesh)
        apertures.append(
            {s: float(np.ptp(halves.points[s][[UPPER_LID[s][4], LOWER_LID[s][4]], 1])) for s in SIDES}
        )
    before, after = apertures
    assert after[side] < 0.5 * before[side]
    assert after[other(side)] == pytest.approx(before[other(side)], rel=0.02)


def test_a_grafted_clip_has_its_truth_beside_it(shared_faces: Path, model: FaceModel, tmp_path: Path) -> None:
    stretch = read_stretch(shared_faces / "single_face.mp4", model, (0.0, 1.2))
    spasms = hemifacial_spasm("right", episodes_per_min=20, duration_s=3, seed=1)
    truth = read_truth(graft(stretch, spasms, tmp_path / "g.mp4"))
    assert (truth.side, truth.simulated, truth.events) == ("right", "grafted", spasms.truth)
    with av.open(str(tmp_path / "g.mp4")) as container:
        n = sum(1 for _ in container.decode(video=0))
    assert n == round(3 * stretch.frames_per_s)


def test_the_command_says_what_is_wrong_in_one_sentence(tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    write_video([FACE] * 30, Fraction(30), clip)
    runner = CliRunner()
    wrong = runner.invoke(main, [str(clip), "--rate", "90", "--out", str(tmp_path / "out")])
    assert wrong.exit_code == 1
    assert "use 0 to 60" in wrong.output
    faceless = runner.invoke(main, [str(clip), "--seconds", "2", "--out", str(tmp_path / "out")])
    assert faceless.exit_code == 1
    assert "shows no face" in faceless.output
