"""Films the mechanism beside the face, picture by picture as the face is filmed: memory does not grow."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av

from facialis.errors import OutputError
from facialis.report.files import write_beside
from facialis.source.container import SIMULATED_COMMENT
from facialis.types import ImageArray

if TYPE_CHECKING:
    from facialis.simulate.face import Watch
    from facialis.simulate.patient import PatientActivity

_TIME_BASE = Fraction(1, 90_000)


@contextmanager
def mechanism_film(activity: "PatientActivity", path: Path, quality: int = 23) -> Iterator["Watch"]:
    """Yield what `face.render_video` shows each picture; the film `path` is whole at the end, or not there.

    The film has the face's own times and says that it is simulated, in every picture and in its metadata.
    `quality` is x264's constant rate factor. Raises OutputError where it cannot be written.
    """
    from facialis.simulate.mechanism_picture import HEIGHT_PX, WIDTH_PX, MechanismPicture

    drawn = MechanismPicture(activity)
    before_s = -1e9
    with write_beside(path) as beside:
        try:
            with av.open(str(beside), "w", format="mp4", options={"movflags": "+faststart"}) as container:
                container.metadata["comment"] = SIMULATED_COMMENT
                container.metadata["title"] = f"simulated mechanism and face, {activity.patient.side}"
                stream = container.add_stream("libx264", rate=90_000)
                stream.width, stream.height, stream.pix_fmt = WIDTH_PX, HEIGHT_PX, "yuv420p"
                # One frame in, one frame out: without B-frames every time stamp is written as it is.
                stream.options = {"crf": str(quality), "preset": "veryfast", "bf": "0"}
                stream.time_base = stream.codec_context.time_base = _TIME_BASE

                def watch(time_s: float, face: ImageArray) -> None:
                    nonlocal before_s
                    frame = av.VideoFrame.from_ndarray(drawn.draw(time_s, before_s, face), format="rgb24")
                    frame.pts, frame.time_base = round(time_s / _TIME_BASE), _TIME_BASE
                    container.mux(stream.encode(frame))
                    before_s = time_s

                yield watch
                container.mux(stream.encode(None))
        except av.FFmpegError as error:
            if isinstance(error, OSError):
                raise
            raise OutputError(
                f"{path} cannot be written ({error.strerror}); choose another place."
            ) from error
