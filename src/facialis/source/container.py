"""Opening a video file: what FFmpeg says in error codes, said in one sentence."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from facialis.errors import SourceError

StrPath = str | os.PathLike[str]

SIMULATED_COMMENT = "simulated by facialis"

_VIDEOS = (
    "mov,matroska,avi,mpegts,mpeg,mpegvideo,asf,flv,ogg,gif,mxf,dv,rm,nut,ivf,h264,hevc,obu,m4v,mjpeg,wtv"
)
_PICTURES = "image2,png_pipe,jpeg_pipe,webp_pipe,bmp_pipe,tiff_pipe,heic_pipe,avif"

# Only containers that hold their own pictures, from files: a playlist would name other files or servers,
# and FFmpeg draws plain text as video.
_OPTIONS = {"protocol_whitelist": "file", "format_whitelist": f"{_VIDEOS},{_PICTURES}"}


def sha256_of(path: StrPath) -> str:
    """Return the SHA-256 of the file's bytes as 64 hex digits; SourceError where it cannot be read."""
    checked = checked_path(path)
    with reading(checked), checked.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def reading(path: StrPath) -> Iterator[None]:
    """Turn every OSError of reading `path` into a SourceError: nobody shall take it for one of writing."""
    try:
        yield
    except OSError as error:
        raise SourceError(
            f"{path} cannot be read to its end ({error.strerror or error}); copy it again, or check the disk."
        ) from error


def checked_path(path: StrPath) -> Path:
    """Return `path` if it is a readable file with content, else raise SourceError."""
    file = Path(path)
    if file.is_dir():
        raise SourceError(f"{file} is a folder; give the files in it, such as {file / '*.mp4'}.")
    try:
        with file.open("rb") as handle:
            first = handle.read(1)
    except (FileNotFoundError, NotADirectoryError):
        raise SourceError(f"There is no file {file}; check the name and the folder.") from None
    except PermissionError:
        raise SourceError(f"{file} may not be read; change its permissions or copy it elsewhere.") from None
    except (OSError, ValueError) as error:
        raise SourceError(f"{str(file)!r} cannot be opened ({error}); check the name and the disk.") from None
    if not first:
        raise SourceError(f"{file} is empty; copy it again from the camera or phone.")
    return file


@contextmanager
def open_video(path: StrPath) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open a video file and its picture stream, decoding on all cores; SourceError where that fails."""
    file = checked_path(path)
    try:
        # "file:" keeps FFmpeg from taking a name with a colon for an address.
        container = _opened(f"file:{file}")
    except av.FFmpegError:
        raise SourceError(_not_a_video(file)) from None
    with container:
        stream = _picture_stream(container, file)
        stream.thread_type = "AUTO"
        yield container, stream


def _opened(address: str) -> InputContainer:
    """Open, whatever the encoding of the tags, of which only one of facialis's own counts."""
    try:
        return av.open(address, container_options=_OPTIONS)
    except UnicodeDecodeError:  # PyAV 18 alone; 19 reads any tag, and has no such argument
        lenient: dict[str, Any] = {"metadata_errors": "replace"}
        container: InputContainer = av.open(address, container_options=_OPTIONS, **lenient)
        return container


def _picture_stream(container: InputContainer, file: Path) -> VideoStream:
    """Return the largest moving-picture stream (a cover picture of a song is none)."""
    if container.format.name in _PICTURES.split(","):
        raise SourceError(f"{file} is a single picture; facialis needs a video.")
    moving = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not moving and container.streams.audio:
        raise SourceError(f"{file} holds sound but no pictures; give a video of the face.")
    if not moving:
        raise SourceError(_not_a_video(file))
    stream = max(moving, key=lambda s: (s.width or 0) * (s.height or 0))
    if stream.codec_context is None:
        raise SourceError(f"{file} uses a video format unknown here; convert it to MP4 (H.264).")
    return stream


def is_simulated(container: InputContainer) -> bool:
    """Tell whether the comment in the file says that facialis rendered it."""
    tags = {key.lower(): value for key, value in container.metadata.items()}  # Matroska writes capitals
    return tags.get("comment", "").startswith(SIMULATED_COMMENT)


def no_frame(path: StrPath) -> str:
    """Return the sentence for a video of which nothing can be shown."""
    return f"{path} holds no picture that can be decoded; copy it again or convert it to MP4 (H.264)."


def _not_a_video(file: Path) -> str:
    with file.open("rb") as handle:
        head = handle.read(12)
    if head[4:8] in (b"ftyp", b"mdat", b"wide", b"free", b"skip"):
        return f"{file} is cut off before its index was written; copy it again or repair it."
    return f"{file} is not a readable video or is damaged; give an MP4, MOV, WebM, AVI or MKV file."
