"""Draws the head with OpenGL, without a screen."""

from collections.abc import Mapping
from typing import Any

import cv2
import moderngl
import numpy as np
from numpy.typing import NDArray

from facialis.errors import RenderError
from facialis.simulate import shaders, skin
from facialis.simulate.head import Head, build_head, hair_share
from facialis.simulate.performance import Muscle
from facialis.simulate.scene import VIEW_DISTANCE_DM, Scene
from facialis.types import FloatArray, ImageArray, Side

SAMPLES = 4
_PIVOT_DM = np.array([0.0, -0.5, -0.7])
_NEAR_FAR_DM = (2.0, 60.0)
_LASH_REACH_DM = 0.085
_FRAGMENTS = {
    "skin": shaders.SKIN_FRAGMENT,
    "eye": shaders.EYE_FRAGMENT,
    "mouth": shaders.MOUTH_FRAGMENT,
    "lash": shaders.LASH_FRAGMENT,
}
_PARTS = {"skin": ("skin",), "eye": ("eye",), "mouth": ("teeth", "tongue"), "lash": ("lash",)}
_NO_GL = (
    "No OpenGL 3.3 was found to render with; install a driver (Debian: apt install libegl1 libgl1 "
    "libgl1-mesa-dri) or use a recorded video."
)


def open_context() -> Any:
    """Return an OpenGL context that needs no screen. RenderError where the machine has none."""
    for backend in ("egl", None):
        options: dict[str, Any] = {"backend": backend} if backend else {}
        try:
            return moderngl.create_standalone_context(require=330, **options)
        except Exception as error:  # moderngl raises whatever the platform's loader raises
            reason = error
    raise RenderError(_NO_GL) from reason


class FaceRenderer:
    """Draws one scene's head again and again; use it as a context manager, or call `close`.

    Raises RenderError where the machine has no OpenGL.
    """

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.head = build_head(scene.identity)
        self._look = skin.complexion(scene.identity)
        self._context = open_context()
        self._rng = np.random.default_rng([scene.seed, 31])
        self._build_programs()
        self._build_buffers()
        self._build_textures()
        self._build_targets()
        self._noise = _noise_bank(scene, self._rng)

    def __enter__(self) -> "FaceRenderer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the context and all it holds back."""
        self._context.release()

    def draw(
        self,
        activation: Mapping[tuple[Side, Muscle], float],
        head_rad: FloatArray,
        gaze_rad: FloatArray,
    ) -> ImageArray:
        """Return the picture (height, width, 3) RGB.

        `head_rad` (3,) is yaw, pitch and roll, `gaze_rad` (2,) yaw and pitch of the eyes in the head.
        """
        scene = self.scene
        positions = self.head.shape(_resting(activation, scene), float(gaze_rad[1]))
        self._positions.write(positions.astype(np.float32))
        self._normals.write(self.head.normals(positions).astype(np.float32))
        self._set_pose(positions, head_rad, gaze_rad)
        self._many.use()
        self._many.clear(depth=1.0)
        self._context.enable_only(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
        for name in ("skin", "eye", "mouth"):
            self._drawings[name].render()
        self._context.enable_only(moderngl.DEPTH_TEST)
        self._room.render(moderngl.TRIANGLE_STRIP)
        self._context.enable_only(moderngl.DEPTH_TEST | moderngl.BLEND)
        self._many.depth_mask = False
        self._drawings["lash"].render()
        self._many.depth_mask = True
        self._context.copy_framebuffer(self._one, self._many)
        raw = np.frombuffer(self._one.read(components=3, alignment=1), np.uint8)
        picture = raw.reshape(scene.height_px, scene.width_px, 3)[::-1]
        return self._with_noise(picture)

    def _with_noise(self, picture: ImageArray) -> ImageArray:
        if self.scene.noise_sd == 0:
            return np.ascontiguousarray(picture)
        height, width = picture.shape[:2]
        spare = self._noise.shape[0] - height
        row, column = self._rng.integers(0, spare, 2)
        noise = self._noise[row : row + height, column : column + width]
        return np.asarray(cv2.add(np.ascontiguousarray(picture), noise, dtype=cv2.CV_8U), dtype=np.uint8)

    def _build_programs(self) -> None:
        self._programs = {
            name: self._context.program(shaders.HEAD_VERTEX, fragment)
            for name, fragment in _FRAGMENTS.items()
        }
        self._room_program = self._context.program(shaders.ROOM_VERTEX, shaders.ROOM_FRAGMENT)
        scene, look = self.scene, self._look
        azimuth, elevation = np.radians([scene.light_azimuth_deg, scene.light_elevation_deg])
        light = (np.sin(azimuth) * np.cos(elevation), np.sin(elevation), np.cos(azimuth) * np.cos(elevation))
        values = {
            "light": light,
            "light_strength": scene.light_strength,
            "exposure": scene.exposure,
            "skin_color": look.skin,
            "hair_color": look.hair,
            "iris_color": look.iris,
            "shirt_color": look.shirt,
            "face_area": (skin.X_DM[0], skin.Y_DM[0], 1 / np.ptp(skin.X_DM), 1 / np.ptp(skin.Y_DM)),
            "eye_center": [tuple(lids.center) for lids in self.head.lids.values()],
            "eye_radii": [tuple(lids.radii) for lids in self.head.lids.values()],
            "face": 0,
            "grain": 1,
        }
        for name, value in values.items():
            self._set(name, value)
        self._room_program["room"].value = 2
        self._room_program["exposure"].value = scene.exposure

    def _build_buffers(self) -> None:
        context, mesh = self._context, self.head.mesh
        n = len(mesh.positions)
        self._positions = context.buffer(reserve=n * 12, dynamic=True)
        self._normals = context.buffer(reserve=n * 12, dynamic=True)
        drawn = context.buffer(mesh.positions.astype(np.float32))
        surface = context.buffer(_surface(self.head).astype(np.float32))
        content = [
            (self._positions, "3f", "in_position"),
            (self._normals, "3f", "in_normal"),
            (drawn, "3f", "in_drawn"),
            (surface, "4f", "in_surface"),
        ]
        part = mesh.part[mesh.triangles[:, 0]]
        self._drawings = {}
        for name, parts in _PARTS.items():
            kept = mesh.triangles[np.isin(part, [mesh.part_names.index(p) for p in parts])]
            self._drawings[name] = context.vertex_array(
                self._programs[name], content, context.buffer(kept.astype(np.uint32)), skip_errors=True
            )
        corners = context.buffer(np.array([-1, -1, 1, -1, -1, 1, 1, 1], np.float32))
        self._room = context.vertex_array(self._room_program, [(corners, "2f", "in_corner")])

    def _build_textures(self) -> None:
        pictures = (
            skin.paint_face(self.scene.identity, self.scene.seed),
            skin.paint_grain(self.scene.seed),
            skin.paint_room(self.scene.seed),
        )
        for unit, picture in enumerate(pictures):
            texture = self._context.texture(
                picture.shape[1::-1], picture.shape[2], picture.tobytes(), alignment=1
            )
            texture.build_mipmaps()
            texture.filter = (moderngl.LINEAR_MIPMAP_NEAREST, moderngl.LINEAR)
            texture.use(unit)

    def _build_targets(self) -> None:
        context, size = self._context, (self.scene.width_px, self.scene.height_px)
        samples = min(SAMPLES, context.max_samples)
        self._many = context.framebuffer(
            [context.renderbuffer(size, 3, samples=samples)],
            context.depth_renderbuffer(size, samples=samples),
        )
        self._one = context.framebuffer([context.renderbuffer(size, 3)])

    def _set_pose(self, positions: FloatArray, head_rad: FloatArray, gaze_rad: FloatArray) -> None:
        turn = _turn(head_rad)
        self._set("turn", tuple(turn.T.ravel()))
        self._set("to_clip", tuple(self._to_clip(turn).T.ravel()))
        yaw, pitch = gaze_rad
        pitch = pitch + np.mean([lids.resting_gaze_rad for lids in self.head.lids.values()])
        self._set("gaze", (np.sin(yaw) * np.cos(pitch), np.sin(pitch), np.cos(yaw) * np.cos(pitch)))
        rims = self.head.mesh.rims
        self._set("lid_height", [float(positions[rim, 1].max()) for rim in rims.values()])

    def _set(self, name: str, value: Any) -> None:
        """Set a uniform in every program that uses it."""
        for program in self._programs.values():
            if name in program:
                program[name].value = value

    def _to_clip(self, turn: FloatArray) -> FloatArray:
        """Return the matrix (4, 4) from the head to clip space: turn about the neck, step back, project."""
        scene = self.scene
        focal_px = scene.interocular_px * VIEW_DISTANCE_DM / self.head.interocular_dm
        right = scene.right_offset * scene.width_px / focal_px * VIEW_DISTANCE_DM
        up = -scene.down_offset * scene.height_px / focal_px * VIEW_DISTANCE_DM
        view = np.eye(4)
        view[:3, :3] = turn
        view[:3, 3] = _PIVOT_DM - turn @ _PIVOT_DM + [right, up, -VIEW_DISTANCE_DM]
        near, far = _NEAR_FAR_DM
        project = np.zeros((4, 4))
        project[0, 0], project[1, 1] = 2 * focal_px / scene.width_px, 2 * focal_px / scene.height_px
        project[2, 2], project[2, 3] = -(far + near) / (far - near), -2 * far * near / (far - near)
        project[3, 2] = -1
        matrix: FloatArray = project @ view
        return matrix


def _turn(head_rad: FloatArray) -> FloatArray:
    """Return the rotation (3, 3): roll, then pitch, then yaw, in radians."""
    yaw, pitch, roll = head_rad
    about_y = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]])
    about_z = np.array([[np.cos(roll), np.sin(roll), 0], [-np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    turn: FloatArray = about_y @ about_x @ about_z
    return turn


def _resting(
    activation: Mapping[tuple[Side, Muscle], float], scene: Scene
) -> dict[tuple[Side, Muscle], float]:
    """Return the activations with the scene's resting asymmetry: the narrower eye starts partly closed."""
    share = scene.resting_asymmetry
    key: tuple[Side, Muscle] = ("left" if share > 0 else "right", "orbicularis_oculi")
    closure = activation.get(key, 0.0)
    return {**activation, key: abs(share) + (1 - abs(share)) * closure}


def _surface(head: Head) -> FloatArray:
    """Return four numbers a vertex, (n, 4): its part, and by part what the shader needs.

    Skin: share of hair, how far inside mouth or nostril (0 to 1), way to the lid's rim. Lashes: cover at the
    root, share of the way to the tip.
    """
    mesh = head.mesh
    rim_distance = np.minimum.reduce([np.minimum(lids.rim_distance, 1) for lids in head.lids.values()])
    surface = np.column_stack([mesh.part, hair_share(mesh.positions), _inside(head), rim_distance])
    lash = mesh.of_part("lash")
    rims = np.concatenate([mesh.positions[rim] for rim in mesh.rims.values()])
    apart = np.linalg.norm(mesh.positions[lash][:, None] - rims[None], axis=2)
    upper = mesh.positions[lash, 1] > rims[apart.argmin(axis=1), 1]
    surface[lash, 1] = np.where(upper, 0.55, 0.2)
    surface[lash, 2] = apart.min(axis=1) / _LASH_REACH_DM
    return surface


def _inside(head: Head) -> FloatArray:
    """Return how far each vertex (n,) lies behind the front of mouth and nose, 0 to 1."""
    positions, skin_part = head.mesh.positions, head.mesh.of_part("skin")
    x, y, z = positions.T
    near = np.flatnonzero(skin_part & (np.abs(x) < 0.3) & (np.abs(y - 6.65) < 0.3) & (z > 0.8))
    place = positions[near]
    beside = np.linalg.norm(place[:, None, :2] - place[None, :, :2], axis=2) < 0.03
    behind = np.max(np.where(beside, place[None, :, 2], -np.inf), axis=1) - place[:, 2]
    inside = np.zeros(len(positions))
    inside[near] = np.clip((behind - 0.05) / 0.08, 0, 1)
    return inside


def _noise_bank(scene: Scene, rng: np.random.Generator) -> NDArray[np.int8]:
    """Return sensor noise larger than the picture, int8: each frame takes another part of it."""
    shape = (scene.height_px + 97, scene.width_px + 97, 3)
    if scene.noise_sd == 0:
        return np.zeros((1, 1, 3), np.int8)
    noise = rng.standard_normal(shape, dtype=np.float32) * np.float32(scene.noise_sd)
    bank: NDArray[np.int8] = np.clip(np.rint(noise), -127, 127).astype(np.int8)
    return bank
