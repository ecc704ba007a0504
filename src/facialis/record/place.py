"""Where a record is: a folder, and the database in it or on a server."""

import os
from dataclasses import dataclass
from pathlib import Path

from facialis.errors import RecordError

FOLDER_VARIABLE = "FACIALIS_RECORD"
DATABASE_VARIABLE = "FACIALIS_DATABASE"
DATABASE_FILE = "record.db"
_SERVERS = ("postgresql://", "postgres://", "postgresql+psycopg://")


@dataclass(frozen=True)
class Place:
    """`folder` holds files and signals, and the SQLite database unless `url` names one on a server."""

    folder: Path
    url: str | None = None

    @property
    def database(self) -> Path:
        """The SQLite file, which exists only where there is no server."""
        return self.folder / DATABASE_FILE

    @property
    def name(self) -> str:
        """The place in words for a person, without a password."""
        if self.url is None:
            return str(self.folder)
        return self.url.partition("://")[2].rpartition("@")[2].partition("?")[0].lstrip("/")


def place_of(where: str | Path | None = None) -> Place:
    """Return the place that `where` names: a folder, or a PostgreSQL address.

    Without it the environment tells: FACIALIS_RECORD the folder, FACIALIS_DATABASE the address. Without
    those it is the user's own data folder. With an address, files stay in the folder. Raises RecordError.
    """
    if where == "":
        raise RecordError("The record's folder has no name; give its path, or leave it out for your own.")
    url = os.environ.get(DATABASE_VARIABLE) or None
    if isinstance(where, str) and "://" in where:
        where, url = None, where
    elif where is not None:
        url = None
    if url is not None and not url.startswith(_SERVERS):
        raise RecordError(
            "The database must be a PostgreSQL address such as postgresql:///facialis, or none for SQLite."
        )
    folder = Path(where) if where is not None else _folder()
    return Place(folder.expanduser().absolute(), url)


def _folder() -> Path:
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("facialis", appauthor=False)
