"""The errors a user can meet. Each message says what is wrong and what to do, in one sentence."""

from pathlib import Path


class FacialisError(Exception):
    """Base of every error facialis raises on purpose; the command line prints it and exits with 1."""


class SourceError(FacialisError):
    """A recording cannot be read: missing, empty, truncated, not a video, without frames."""


class OutputError(FacialisError):
    """A result cannot be written: no permission, no space, a file where a folder is needed.

    `path` is what could not be written and `advice` the rest of the sentence, where one file is to blame.
    """

    path: Path | None = None
    advice: str = ""


class ModelError(FacialisError):
    """The face model is missing, altered or not the model facialis was checked with."""


class RenderError(FacialisError):
    """A face cannot be rendered on this machine or from these curves."""


class SettingsError(FacialisError):
    """A setting is outside the range in which it has a meaning."""


class RecordError(FacialisError):
    """The person's record cannot be opened, or cannot hold what it was given."""
