"""An archive from elsewhere is read with distrust: names, sizes and hashes, before anything is taken.

Whatever is wrong, the whole archive is refused in one sentence.
"""

import hashlib
import json
import re
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NoReturn

from facialis.errors import RecordError
from facialis.record.content import RECORDINGS, SIGNALS, in_words, sync, unseal
from facialis.record.exchange_archive import (
    FORMAT,
    FORMAT_VERSION,
    MANIFEST,
    SEALED_ARCHIVE,
    SEALED_KEY,
    TABLES,
)
from facialis.record.migrations import HEAD

_CHUNK = 1 << 20
_SUFFIX = r"(\.[^./\\\x00-\x1f\x7f]{1,60})?"
SHA256 = re.compile("[0-9a-f]{64}")
SUFFIX = re.compile(_SUFFIX)
_NAMES = re.compile(
    rf"manifest\.json|{TABLES}/[a-z_]{{1,60}}\.jsonl|{RECORDINGS}/[0-9a-f]{{64}}{_SUFFIX}"
    rf"|{SIGNALS}/[0-9a-f]{{64}}\.parquet"
)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError)
"""What zipfile says of an archive that is cut off, changed, or packed in a way it does not know."""


@dataclass(frozen=True)
class Limits:
    """What an archive may ask of this computer. A record of ten years is far below all of them."""

    members: int = 500_000
    manifest_bytes: int = 256 << 20
    line_bytes: int = 16 << 20
    json_bytes: int = 2 << 30
    ratio: int = 200
    """Rows of a record shrink to a tenth or a thirtieth; a bomb to a thousandth."""
    ratio_from_bytes: int = 1 << 20


def refused(archive: Path, why: str) -> RecordError:
    """Return the error for an archive that is not taken, and nothing of it."""
    return RecordError(f"{archive.name} is not imported: {why}.")


@dataclass(frozen=True)
class Archive:
    """An archive whose outside is in order. `files` maps each member to its hash and size."""

    path: Path
    zipped: zipfile.ZipFile
    limits: Limits
    revision: str
    digest: str
    files: Mapping[str, tuple[str, int]]

    def refuse(self, why: str) -> NoReturn:
        """Refuse it."""
        raise refused(self.path, why)

    def contents(self) -> dict[tuple[str, str], str]:
        """Return the members that are files: kind and hash, with the name."""
        kinds = (RECORDINGS, SIGNALS)
        split = {name: name.split("/") for name in self.files if name.startswith(kinds)}
        return {(kind, rest.partition(".")[0]): name for name, (kind, rest) in split.items()}

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of a table; of one that it does not have, none."""
        name = f"{TABLES}/{table}.jsonl"
        if name not in self.files:
            return
        with self._reading(name) as reads:
            while line := reads.readline(self.limits.line_bytes + 1):
                if len(line) > self.limits.line_bytes:
                    self.refuse(f"a row of {table} is larger than any row is")
                row = read_json(line)
                if not isinstance(row, dict):
                    self.refuse(f"{name} holds something that is no row")
                yield row

    def unpack(self, name: str, to: Path) -> None:
        """Write a file of the archive to `to`, against its hash."""
        with self._reading(name) as reads, in_words(to), to.open("wb") as writes:
            while chunk := reads.read(_CHUNK):
                writes.write(chunk)
            sync(writes)

    @contextmanager
    def _reading(self, name: str) -> Iterator["_Hashed"]:
        sha256, size = self.files[name]
        try:
            with self.zipped.open(name) as raw:
                reads = _Hashed(raw)
                yield reads
        except (ValueError, RecursionError):
            self.refuse(f"{name} in it cannot be read")
        except _BROKEN:
            self.refuse(f"{name} in it is damaged")
        if (reads.sha256.hexdigest(), reads.size) != (sha256, size):
            self.refuse(f"{name} in it does not have the hash that its list gives")


class _Hashed:
    """A file that is hashed while it is read."""

    def __init__(self, raw: IO[bytes]) -> None:
        self.raw, self.sha256, self.size = raw, hashlib.sha256(), 0

    def read(self, size: int) -> bytes:
        """Read so many bytes."""
        return self._seen(self.raw.read(size))

    def readline(self, size: int) -> bytes:
        """Read a line, at most so many bytes of it."""
        return self._seen(self.raw.readline(size))

    def _seen(self, data: bytes) -> bytes:
        self.sha256.update(data)
        self.size += len(data)
        return data


def read_json(text: bytes) -> Any:
    """Read strict JSON: no NaN, no key twice. ValueError, RecursionError where it is none."""
    return json.loads(text.decode(), parse_constant=_no_constant, object_pairs_hook=_no_pair_twice)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _no_pair_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key twice")
    return found


@contextmanager
def opened(path: Path, work: Path, limits: Limits | None = None) -> Iterator[Archive]:
    """Yield the archive after looking at its outside: names, sizes, list of files, version.

    `work` is on the disk that its files will need. Raises RecordError.
    """
    limits = limits or Limits()
    try:
        zipped = zipfile.ZipFile(path)
    except (*_BROKEN, ValueError):
        raise refused(path, "it is no archive of facialis, or is cut off") from None
    with zipped:
        _check_members(path, zipped.infolist(), limits, work)
        body, digest = _manifest(path, zipped, limits)
        if body.get("format") != FORMAT:
            raise refused(path, "it is no archive of facialis")
        version, revision = body.get("format_version"), body.get("revision")
        if version != FORMAT_VERSION or not isinstance(revision, str) or revision > HEAD:
            raise refused(path, "it was written by another version of facialis; install the newest one")
        if revision not in known_revisions():
            raise refused(path, "its tables are of no version of facialis")
        files = _listed(path, body.get("files"))
        sizes = {info.filename: info.file_size for info in zipped.infolist() if info.filename != MANIFEST}
        if sizes != {name: size for name, (_, size) in files.items()}:
            raise refused(path, "it does not hold the files that its list names")
        yield Archive(path, zipped, limits, revision, digest, files)


def _check_members(path: Path, members: list[zipfile.ZipInfo], limits: Limits, work: Path) -> None:
    names = [member.filename for member in members]
    if len(names) > limits.members:
        raise refused(path, f"it has more than {limits.members} parts")
    if len(set(names)) < len(names) or any(m.orig_filename != m.filename for m in members):
        raise refused(path, "it has a part twice, or one whose name is none")
    for member in members:
        if not _NAMES.fullmatch(member.filename):
            raise refused(path, f"it has a part that no archive has ({member.filename[:80]!r})")
        mode = member.external_attr >> 16
        if (mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG)) or member.flag_bits & 1:
            raise refused(path, "it has a part that is no plain file")
        packed_well = member.file_size <= max(limits.ratio_from_bytes, limits.ratio * member.compress_size)
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or not packed_well:
            raise refused(path, "a part of it would grow beyond measure when unpacked")
    # Parts that share their bytes, as those of some bombs do, are more than the file.
    if sum(m.compress_size for m in members) > path.stat().st_size:
        raise refused(path, "its parts overlap")
    rows = sum(m.file_size for m in members if m.filename.startswith(TABLES))
    if rows > limits.json_bytes:
        raise refused(path, "its tables are larger than any record's; export it person by person")
    if sum(m.file_size for m in members) - rows > shutil.disk_usage(work).free:
        raise refused(path, "its files need more space than the disk has left; free some")


def _manifest(path: Path, zipped: zipfile.ZipFile, limits: Limits) -> tuple[Mapping[str, Any], str]:
    try:
        if zipped.getinfo(MANIFEST).file_size > limits.manifest_bytes:
            raise refused(path, "its list of files is larger than any is")
        text = zipped.read(MANIFEST)
        body = read_json(text)
    except (*_BROKEN, ValueError, RecursionError):
        raise refused(path, "it has no list of its files that can be read") from None
    if not isinstance(body, dict):
        raise refused(path, "it has no list of its files")
    return body, hashlib.sha256(text).hexdigest()


def _listed(path: Path, told: Any) -> dict[str, tuple[str, int]]:
    """Return the listed files with hash and size; each that is named by a hash has that one."""
    found: dict[str, tuple[str, int]] = {}
    for each in told if isinstance(told, list) else [None]:
        if not isinstance(each, dict) or set(each) != {"path", "sha256", "size_bytes"}:
            raise refused(path, "its list of files is not one")
        name, sha256, size = each["path"], each["sha256"], each["size_bytes"]
        right = isinstance(name, str) and isinstance(sha256, str) and type(size) is int
        if not right or name in found or name == MANIFEST or not SHA256.fullmatch(sha256):
            raise refused(path, "its list of files is not one")
        if not name.startswith(TABLES) and sha256 not in name:
            raise refused(path, f"{name[:80]} in it does not have the hash of its name")
        found[name] = (sha256, size)
    return found


def known_revisions() -> frozenset[str]:
    """Return the revisions of the tables that there have been."""
    folder = Path(__file__).parent / "migrations" / "versions"
    return frozenset(path.name.partition("_")[0] for path in folder.glob("[0-9]*.py"))


# Sealed


def is_sealed(path: Path) -> bool:
    """Tell whether the archive needs a passphrase. Raises RecordError where it is none."""
    try:
        with zipfile.ZipFile(path) as outer:
            return sorted(outer.namelist()) == sorted((SEALED_KEY, SEALED_ARCHIVE))
    except (*_BROKEN, ValueError):
        raise refused(path, "it is no archive of facialis, or is cut off") from None


def unsealed(path: Path, passphrase: str, work: Path) -> Path:
    """Write the archive inside an encrypted one to `work` and return where. Raises RecordError."""
    try:
        import pyrage
    except ImportError:
        raise RecordError("An encrypted archive needs more: pip install 'facialis[encrypt]'.") from None
    sealed, plain = work / SEALED_ARCHIVE, work / "archive.zip"
    try:
        with zipfile.ZipFile(path) as outer:
            if outer.getinfo(SEALED_KEY).file_size > _CHUNK:
                raise refused(path, "its key is none")
            if outer.getinfo(SEALED_ARCHIVE).file_size > shutil.disk_usage(work).free // 2:
                raise refused(path, "its files need more space than the disk has left; free some")
            key = pyrage.passphrase.decrypt(outer.read(SEALED_KEY), passphrase).decode().strip()
            with outer.open(SEALED_ARCHIVE) as reads, in_words(sealed), sealed.open("wb") as writes:
                shutil.copyfileobj(reads, writes, _CHUNK)
    except pyrage.DecryptError:
        raise RecordError(f"The passphrase is not the one of {path.name}.") from None
    except (*_BROKEN, ValueError):
        raise refused(path, "it is damaged") from None
    try:
        with in_words(plain):
            unseal(sealed, plain, key)
    except (RecordError, pyrage.IdentityError):
        raise refused(path, "it is damaged") from None
    sealed.unlink()
    return plain
