"""Files by the hash of their content, beside the database; sealed with age where the record is encrypted."""

import errno
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from facialis.errors import OutputError, RecordError
from facialis.record.database import is_full, no_space
from facialis.record.private import close_file, make_folder

SEALED = ".age"
RECORDINGS, SIGNALS = "recordings", "signals"
_CHUNK = 1 << 20
_HASH = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Files:
    """The files of a record. `key` is the age identity of an encrypted one, and no part of its picture.

    Of a `shared` one, a clinic's, the rights are those that its keeper gives; others are the owner's alone.
    """

    folder: Path
    key: str | None = None
    shared: bool = False

    def __repr__(self) -> str:
        return f"Files({str(self.folder)!r}, {'plain' if self.key is None else 'sealed'})"

    def path(self, kind: str, sha256: str, suffix: str) -> Path:
        """Return where the content lies, sealed or not; the plain place where it lies nowhere."""
        plain = self.folder / kind / sha256[:2] / f"{sha256}{suffix}"
        sealed = plain.with_name(plain.name + SEALED)
        return sealed if sealed.exists() else plain

    def ready(self, source: Path) -> Path:
        """Return the file as it is to be stored: `source` itself, or sealed in its place."""
        if self.key is None:
            return source
        sealed = source.with_name(source.name + SEALED)
        with in_words(sealed):
            seal(source, sealed, self.key)
            source.unlink()
        return sealed

    def put(self, ready: Path, kind: str, sha256: str, suffix: str) -> Path:
        """Move what `ready` gave to its place; it is whole there or not there at all."""
        place = self.folder / kind / sha256[:2] / f"{sha256}{suffix}"
        if ready.suffix == SEALED and suffix != SEALED:
            place = place.with_name(place.name + SEALED)
        with in_words(place):
            if self.shared:
                place.parent.mkdir(parents=True, exist_ok=True)
            else:
                make_folder(place.parent, self.folder)
                close_file(ready)
            os.replace(ready, place)
            for folder in (place.parent, place.parent.parent, self.folder):
                sync_folder(folder)
        return place

    def remove(self, kind: str, sha256: str) -> None:
        """Delete the content, sealed or not, whatever its suffix."""
        folder = self.folder / kind / sha256[:2]
        found = [path for path in folder.glob(f"{sha256}*") if content_of(path) == sha256]
        for path in found:
            path.unlink(missing_ok=True)
        if found:
            sync_folder(folder)

    def seal(self, source: Path, to: Path) -> None:
        """Write the sealed form of `source`, whole on the disk when this returns."""
        with in_words(to):
            seal(source, to, self.key)
            close_file(to)  # Nothing that is shared is sealed.

    def plain(self, kind: str, sha256: str, suffix: str, work: Path) -> Path:
        """Return a path at which the content can be read: its own, or a copy in `work` where it is sealed."""
        path = self.path(kind, sha256, suffix)
        if not path.exists():
            raise RecordError(f"The file {path} is missing; restore the record from a backup.")
        if path.suffix != SEALED:
            return path
        copy = work / f"{sha256}{suffix}"
        with in_words(copy):
            unseal(path, copy, self.key)
        return copy

    def hash(self, path: Path) -> str:
        """Return the SHA-256 of the content as it was before it was sealed."""
        if path.suffix != SEALED:
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        digest = _Digest()
        with path.open("rb") as file:
            _decrypt(file, digest, self.key, path)
        return digest.sha.hexdigest()

    def all(self) -> Iterator[Path]:
        """Yield every file there is."""
        for kind in (RECORDINGS, SIGNALS):
            found = sorted((self.folder / kind).glob("*/*"))
            yield from (path for path in found if _HASH.fullmatch(content_of(path)))


def content_of(path: Path) -> str:
    """Return the hash in the name of a stored file."""
    return path.name.partition(".")[0]


def copy_hashed(source: Path, to: Path) -> str:
    """Copy a file so that it survives a power cut; return its SHA-256 and leave the original alone."""
    digest = hashlib.sha256()
    with in_words(to), source.open("rb") as reads, to.open("wb") as writes:
        while chunk := reads.read(_CHUNK):
            digest.update(chunk)
            writes.write(chunk)
        sync(writes)
    return digest.hexdigest()


def sync(file: IO[bytes]) -> None:
    """Have what was written reach the disk."""
    file.flush()
    os.fsync(file.fileno())


def sync_path(path: Path) -> None:
    """Have a closed file reach the disk."""
    with in_words(path), path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Have the names in a folder reach the disk; Windows cannot, and does so by itself."""
    with suppress(PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class in_words:  # noqa: N801  # reads as the word it is: `with in_words(path)`
    """Turn a failed write into a sentence."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Raise the sentence in place of the system's error."""
        if isinstance(error, OSError):
            if is_full(error):
                raise no_space(str(self.path)) from error
            raise OutputError(
                f"Cannot write {str(self.path)!r}: {error.strerror or error}; choose another place."
            ) from error


# Sealing, with age (https://age-encryption.org/v1)


def new_key() -> str:
    """Return a new age identity. It seals the files; the passphrase guards it inside the database."""
    return str(_age().x25519.Identity.generate())


def seal(source: Path, to: Path, key: str | None) -> None:
    """Encrypt a file, whole on the disk when this returns."""
    age = _age()
    with source.open("rb") as reads, to.open("wb") as writes:
        try:
            age.encrypt_io(reads, writes, [_identity(key).to_public()])
        except age.EncryptError as error:
            # It wraps what the system says of a failed write in words.
            told = re.search(r"\[Errno (\d+)\]", str(error))
            code = int(told[1]) if told else errno.EIO
            raise OSError(code, os.strerror(code)) from error
        sync(writes)


def unseal(source: Path, to: Path, key: str | None) -> None:
    """Decrypt a file; RecordError where the key does not fit or the file was changed."""
    with source.open("rb") as reads, to.open("wb") as writes:
        _decrypt(reads, writes, key, source)


def _decrypt(reads: IO[bytes], writes: Any, key: str | None, source: Path) -> None:
    age = _age()
    try:
        age.decrypt_io(reads, writes, [_identity(key)])
    except (age.DecryptError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise RecordError(f"The file {source} cannot be decrypted; restore it from a backup.") from None


def _identity(key: str | None) -> Any:
    if key is None:
        raise RecordError("There are encrypted files in a record that is not encrypted; restore a backup.")
    return _age().x25519.Identity.from_str(key)


def _age() -> Any:
    try:
        import pyrage
    except ImportError:
        raise RecordError("An encrypted record needs more: pip install 'facialis[encrypt]'.") from None
    return pyrage


class _Digest:
    """A file that keeps nothing but the hash of what is written into it."""

    def __init__(self) -> None:
        self.sha = hashlib.sha256()

    def write(self, data: bytes) -> int:
        """Take the bytes."""
        self.sha.update(data)
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""


def remove_tree(folder: Path) -> None:
    """Remove a working folder, as far as it goes."""
    shutil.rmtree(folder, ignore_errors=True)
