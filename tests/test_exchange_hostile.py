"""An archive that is damaged, or made to do harm, is refused whole, in one sentence, and changes nothing."""

import json
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from exchanges import AT, Tampered, dump, exported
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from records import open_fake, video

from facialis.errors import FacialisError, RecordError, SourceError
from facialis.record import DiaryEntry, Record, exchange_import
from facialis.record.exchange import import_archive
from facialis.record.exchange_archive import MANIFEST
from facialis.record.exchange_rows import SECRET_PREFERENCES
from facialis.record.exchange_unpack import Limits

pytestmark = pytest.mark.usefixtures("plain_files")
Where = str | Path
Change = Callable[[Tampered], object]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("facialis.record.when._of_video", lambda *_: None)
        return exported(tmp_path_factory.mktemp("there"))


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    """One record for all: whatever is refused leaves it as it is, which each test looks at itself."""
    folder = tmp_path_factory.mktemp("here")
    with pytest.MonkeyPatch.context() as patch, open_fake(folder / "record") as record:
        patch.setattr("facialis.record.when._of_video", lambda *_: None)
        mine(record, folder)
        (record.place.folder / "work").mkdir(exist_ok=True)
        yield record


def mine(record: Record, folder: Path) -> None:
    record.add(video(folder, "mine.mp4"))
    record.add_entry(DiaryEntry(AT, 4, note="mine"))


def refused(record: Record, archive: Path, limits: Limits | None = None) -> str:
    """Return the sentence with which the archive was refused; fail where anything was changed."""
    before, above = dump(record), sorted(record.place.folder.parent.rglob("*"))
    with pytest.raises(FacialisError) as caught:
        exchange_import.import_archive(record.store, archive, limits=limits)
    assert dump(record) == before
    assert sorted(record.place.folder.parent.rglob("*")) == above
    assert record.check() == ()
    assert record.unfinished() == ()
    said = str(caught.value)
    assert isinstance(caught.value, RecordError | SourceError)
    assert "\n" not in said
    assert len(said) < 400
    return said


def row(table: str, **values: Any) -> Change:
    return lambda told: told.change(table, 0, **values)


def part(name: str, body: bytes = b"harm") -> Change:
    return lambda told: told.parts.update({name: body})


def renamed(kind: str, to: Callable[[str], str]) -> Change:
    def change(told: Tampered) -> None:
        name = told.name(kind)
        told.parts[to(name)] = told.parts.pop(name)

    return change


def without(kind: str) -> Change:
    return lambda told: told.parts.pop(told.name(kind))


def body_of(kind: str, body: Callable[[bytes], bytes]) -> Change:
    def change(told: Tampered) -> None:
        name = told.name(kind)
        told.parts[name] = body(told.parts[name])

    return change


def manifest(**values: Any) -> Change:
    return lambda told: told.manifest.update(values)


def list_only(**values: Any) -> Change:
    """Change what the list says of the first file, and nothing else."""

    def change(told: Tampered) -> None:
        told.right = False
        told.manifest["files"][0].update(values)

    return change


def again(table: str) -> Change:
    def change(told: Tampered) -> None:
        told.put(table, [*told.rows(table), told.rows(table)[0]])

    return change


def of_settings(told: Tampered) -> None:
    body = told.rows("settings")[0]["body"]
    body["blink"] = {"made": "up"}
    told.change("settings", 0, body=body)


def of_another_recording(told: Tampered) -> None:
    events = {row["measurement_id"]: row["id"] for row in told.rows("events")}
    measured = {row["id"]: row["recording_id"] for row in told.rows("measurements")}
    first = told.rows("corrections")[0]
    other = next(e for m, e in events.items() if measured[m] != first["recording_id"])
    told.change("corrections", 0, event_id=other)


def deep(told: Tampered) -> None:
    line = json.dumps(told.rows("settings")[0]).replace('"body": {', '"body": ' + "[" * 100_000 + "{", 1)
    told.parts["tables/settings.jsonl"] = line.encode() + b"\n"


def raw(table: str, old: bytes, new: bytes) -> Change:
    def change(told: Tampered) -> None:
        name = f"tables/{table}.jsonl"
        assert old in told.parts[name]
        told.parts[name] = told.parts[name].replace(old, new, 1)

    return change


def measured(column: str, **values: Any) -> Change:
    def change(told: Tampered) -> None:
        told.change("measurements", 0, **{column: told.rows("measurements")[0][column] | values})

    return change


HARM: dict[str, tuple[Change, str]] = {
    # Where it would write
    "a path upwards": (part("../evil.txt"), "a part that no archive has"),
    "a path upwards within": (part("recordings/../../evil.txt"), "a part that no archive has"),
    "an absolute path": (part("/tmp/evil.txt"), "a part that no archive has"),
    "a drive": (part("C:\\evil.txt"), "a part that no archive has"),
    "a path of another system": (part("recordings\\" + "ab" * 32 + ".mp4"), "a part that no archive has"),
    "the database": (part("record.db"), "a part that no archive has"),
    "a folder": (part("recordings/", b""), "a part that no archive has"),
    "a suffix with a path": (row("recordings", suffix="/../../../evil"), "no name that a record gives"),
    "a suffix with two dots": (row("recordings", suffix=".mp4.age"), "no name that a record gives"),
    "a hash with a path": (row("recordings", sha256="../../evil"), "no name that a record gives"),
    "signals with a path": (row("measurements", signals_sha256="../../evil"), "no name that a record gives"),
    "a file in capitals": (renamed("recordings/", str.upper), "a part that no archive has"),
    # What it says of its files
    "a file that nothing needs": (part("recordings/" + "ab" * 32 + ".mp4"), "does not have the hash of its"),
    "a recording too many": (lambda t: t.put("recordings", t.rows("recordings")[1:]), "do not fit together"),
    "a recording that is missing": (without("recordings/"), "not those that its rows speak of"),
    "signals that are missing": (without("signals/"), "not those that its rows speak of"),
    "a changed recording": (body_of("recordings/", lambda b: b + b"x"), "does not have the hash of its name"),
    "a changed list": (list_only(sha256="0" * 64), "the hash"),
    "a wrong size": (list_only(size_bytes=5), "files that its list names"),
    "a size that is none": (list_only(size_bytes=True), "its list of files is not one"),
    "a hash that is none": (list_only(sha256=["0" * 64]), "its list of files is not one"),
    "a path that is none": (list_only(path=None), "its list of files is not one"),
    "the list in the list": (list_only(path=MANIFEST), "its list of files is not one"),
    "a list that is none": (lambda t: (setattr(t, "right", False), manifest(files="all")(t)), "is not one"),
    "a list that is empty": (lambda t: (setattr(t, "right", False), manifest(files=[])(t)), "list names"),
    "a row's size of its file": (row("recordings", size_bytes=1), "is not the one that its rows give"),
    "a size below nothing": (row("measurements", signals_bytes=-1), "is not the one that its rows give"),
    "signals that are none": (body_of("signals/", lambda _: b"PAR1 no curves PAR1"), "hash of its name"),
    # Versions
    "another format": (manifest(format="facialis-backup"), "no archive of facialis"),
    "no format": (lambda t: t.manifest.clear(), "no archive of facialis"),
    "a newer version": (manifest(format_version=2), "another version"),
    "a version that is none": (manifest(format_version="1.0"), "another version"),
    "newer tables": (manifest(revision="9999"), "another version"),
    "tables of no version": (manifest(revision="0000"), "of no version"),
    "a revision that is none": (manifest(revision={}), "another version"),
    "a revision with a command": (manifest(revision="0001; drop"), "of no version"),
    # Rows
    "a table of its own": (part("tables/secrets.jsonl", b"{}\n"), "no record has"),
    "the journal": (part("tables/intents.jsonl", b"{}\n"), "no record has"),
    "a column too many": (row("people", admin=True), "columns of that table"),
    "a column too few": (raw("people", b'"name"', b'"eman"'), "columns of that table"),
    "no row": (part("tables/people.jsonl", b"[1, 2]\n"), "no row"),
    "no JSON": (part("tables/people.jsonl", b"{\n"), "cannot be read"),
    "no text": (part("tables/people.jsonl", b"\xff\xfe\n"), "cannot be read"),
    "NaN": (raw("events", b'"onset_s": 2.0', b'"onset_s": NaN'), "cannot be read"),
    "a number beyond all": (raw("events", b'"onset_s": 2.0', b'"onset_s": 1e999'), "of the wrong kind"),
    "a key twice": (raw("people", b'{"id"', b'{"id": 7, "id"'), "cannot be read"),
    "a deep nest": (deep, "cannot be read"),
    "a long number": (raw("people", b'"id": 1', b'"id": ' + b"9" * 5000), "cannot be read"),
    "text for a number": (row("diary_entries", spasms="4"), "of the wrong kind"),
    "a number for text": (row("diary_entries", note=4), "of the wrong kind"),
    "yes for a number": (row("questionnaires", total=True), "of the wrong kind"),
    "a number for yes": (row("recordings", mirrored=0), "of the wrong kind"),
    "a number too large": (row("questionnaire_items", score=2**31), "of the wrong kind"),
    "a time without a zone": (row("diary_entries", at_utc="2026-11-20T12:00:00"), "of the wrong kind"),
    "a time before all": (row("diary_entries", at_utc="0001-01-01T00:00:00+14:00"), "of the wrong kind"),
    "a day that is none": (row("diary_entries", day="2026-02-30"), "of the wrong kind"),
    "half a character": (row("diary_entries", note="\ud83d"), "of the wrong kind"),
    "the end of a text": (row("diary_entries", note="a\0b"), "of the wrong kind"),
    "the end of a text in JSON": (measured("recording", name="a\0b"), "of the wrong kind"),
    "a list for a row's part": (row("audit", action=["add"]), "of the wrong kind"),
    "nothing where something must be": (row("events", kind=None), "do not fit together"),
    "a kind that is none": (row("events", kind="earthquake"), "do not fit together"),
    "a side that is none": (row("treatments", side="up"), "do not fit together"),
    "spasms beyond ten": (row("diary_entries", spasms=11), "do not fit together"),
    "a row twice": (again("diary_entries"), "do not fit together"),
    "a name that cannot be seen": (row("people", name=" \t"), "cannot be seen"),
    "a person twice": (again("people"), "do not fit together"),
    "nobody's recording": (row("recordings", person_id=77), "do not fit together"),
    "nobody's event": (row("events", measurement_id=77), "do not fit together"),
    "nobody's entry": (row("diary_triggers", entry_id=77), "do not fit together"),
    "nobody's settings": (row("measurements", settings_digest="0" * 12), "do not fit together"),
    "another's event": (of_another_recording, "belongs to another recording"),
    "a zone that is none": (row("recordings", zone="Mars/Olympus"), "no time zone"),
    "a zone that is a path": (row("recordings", zone="../../etc/passwd"), "no time zone"),
    "settings that were changed": (of_settings, "the hash that is given"),
    "settings that are none": (row("settings", body=[]), "the hash that is given"),
    "a total beyond its items": (row("questionnaires", total=10), "add up to"),
    "a questionnaire of its own": (row("questionnaires", name="hfs-99"), "no questionnaire"),
    "units below nothing": (row("treatments", units=-1), "more than 0"),
    "a name for seconds": (measured("recording", duration_s="long"), "cannot be read"),
    "seconds of no side": (measured("quality", seconds_observed={"middle": 1}), "cannot be read"),
    "a field too many": (measured("recording", evil=1), "cannot be read"),
    "exclusions that are none": (measured("quality", exclusions=[{"onset_s": 1}]), "cannot be read"),
    "a quality that is none": (row("measurements", quality=[]), "cannot be read"),
    "an order that is none": (row("trials", order_drawn="up and down"), "as many periods"),
    "an order of nothing": (row("trials", order_drawn=[]), "as many periods"),
    "a test without end": (row("trials", order_drawn=[[1, 0]] * 10_000), "days; plan at most"),
    "a test at the end of days": (row("trials", first_day="9999-12-31"), "cannot be read"),
    "a key of its own": (row("preferences", name=min(SECRET_PREFERENCES)), "a key of its own"),
    "a day that never ends": (row("preferences", value="never"), "cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize("harm", HARM)
def test_harm_is_refused(record: Record, archive: Path, tmp_path: Path, harm: str) -> None:
    change, expected = HARM[harm]
    told = Tampered(archive)
    change(told)
    assert expected in refused(record, told.write(tmp_path / "evil.zip"))


@pytest.mark.parametrize("harm", ["a recording that is missing", "nobody's event", "the end of a text"])
def test_harm_is_refused_on_either_database(where: Where, archive: Path, tmp_path: Path, harm: str) -> None:
    told = Tampered(archive)
    HARM[harm][0](told)
    with open_fake(where) as record:
        mine(record, tmp_path)
        refused(record, told.write(tmp_path / "evil.zip"))
        import_archive(record, archive)
        assert record.check() == ()


def test_the_archive_that_the_others_are_made_of_is_taken(archive: Path, tmp_path: Path) -> None:
    """Else they might be refused for another reason than theirs."""
    with open_fake(tmp_path / "record") as record:
        import_archive(record, Tampered(archive).write(tmp_path / "good.zip"))
    assert record.check() == ()


# The container


def rewritten(archive: Path, to: Path, change: Callable[[zipfile.ZipInfo, bytes], list[Any]]) -> Path:
    """Write the archive again, each part as `change` gives it: what is told of it, and its content."""
    with zipfile.ZipFile(archive) as opened, zipfile.ZipFile(to, "w") as writes:
        for info in opened.infolist():
            for told, body in change(info, opened.read(info)):
                writes.writestr(told, body)
    return to


def test_a_link_is_refused(record: Record, archive: Path, tmp_path: Path) -> None:
    def linked(info: zipfile.ZipInfo, body: bytes) -> list[Any]:
        if info.filename.startswith("recordings/"):
            info.external_attr = 0o120777 << 16
        return [(info, body)]

    evil = rewritten(archive, tmp_path / "evil.zip", linked)
    assert "no plain file" in refused(record, evil)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("kind", ["recordings/", "tables/people.jsonl", MANIFEST])
def test_a_part_twice_is_refused(record: Record, archive: Path, tmp_path: Path, kind: str) -> None:
    def twice(info: zipfile.ZipInfo, body: bytes) -> list[Any]:
        return [(info.filename, body)] * (2 if info.filename.startswith(kind) else 1)

    evil = rewritten(archive, tmp_path / "evil.zip", twice)
    assert "a part twice" in refused(record, evil)


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_way_of_packing_that_is_not_ours_is_refused(
    record: Record, archive: Path, tmp_path: Path, how: int
) -> None:
    def packed(info: zipfile.ZipInfo, body: bytes) -> list[Any]:
        info.compress_type = how
        return [(info, body)]

    evil = rewritten(archive, tmp_path / "evil.zip", packed)
    assert "grow beyond measure" in refused(record, evil)


@pytest.mark.parametrize("kind", ["recordings/" + "ab" * 32 + ".mp4", "tables/people.jsonl", MANIFEST])
def test_a_bomb_is_refused_by_its_ratio(record: Record, archive: Path, tmp_path: Path, kind: str) -> None:
    told = Tampered(archive)
    if kind == MANIFEST:
        told.manifest["more"] = " " * 20_000_000
    else:
        told.parts[kind] = b" " * 20_000_000
    assert "grow beyond measure" in refused(record, told.write(tmp_path / "evil.zip"))


LIMITS = Limits()


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (replace(LIMITS, json_bytes=10_000), "larger than any record's"),
        (replace(LIMITS, line_bytes=100), "larger than any row"),
        (replace(LIMITS, members=5), "more than 5 parts"),
        (replace(LIMITS, manifest_bytes=100), "larger than any is"),
        (replace(LIMITS, ratio=2, ratio_from_bytes=100), "grow beyond measure"),
    ],
)
def test_an_archive_beyond_all_measure_is_refused(
    record: Record, archive: Path, limits: Limits, expected: str
) -> None:
    assert expected in refused(record, archive, limits)


def test_an_archive_larger_than_the_disk_is_refused(
    record: Record, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        little = lambda _: type("Usage", (), {"free": 1000})  # noqa: E731
        patch.setattr("facialis.record.exchange_unpack.shutil.disk_usage", little)
        assert "more space than the disk has" in refused(record, archive)


def test_parts_that_share_their_bytes_are_refused(record: Record, archive: Path, tmp_path: Path) -> None:
    """As those of a bomb of overlapping parts: here each part of the list points at the largest one."""
    content = bytearray(archive.read_bytes())
    with zipfile.ZipFile(archive) as opened:
        largest = max(opened.infolist(), key=lambda info: info.compress_size)
        at = opened.start_dir
        for _ in opened.infolist():
            size = 46 + sum(struct.unpack_from("<3H", content, at + 28))
            struct.pack_into("<2I", content, at + 20, largest.compress_size, largest.file_size)
            struct.pack_into("<I", content, at + 42, largest.header_offset)
            at += size
    (tmp_path / "evil.zip").write_bytes(content)
    refused(record, tmp_path / "evil.zip")


def test_signals_that_hold_no_curves_are_refused(record: Record, archive: Path, tmp_path: Path) -> None:
    import hashlib
    import io

    import pyarrow as pa
    import pyarrow.parquet as pq

    for columns in ({"time_s": ["a"]}, {"x": [1.0]}, {"time_s": [1.0], "left_usable": [1.0]}):
        told, file = Tampered(archive), io.BytesIO()
        pq.write_table(pa.table(columns), file)
        body = file.getvalue()
        sha256 = hashlib.sha256(body).hexdigest()
        told.parts.pop(told.name("signals/"))
        old = {row["signals_sha256"] for row in told.rows("measurements")} - {
            name[8:72] for name in told.parts if name.startswith("signals/")
        }
        for number, row in enumerate(told.rows("measurements")):
            if row["signals_sha256"] in old:
                told.change("measurements", number, signals_sha256=sha256, signals_bytes=len(body))
        told.parts[f"signals/{sha256}.parquet"] = body
        assert "holds no curves" in refused(record, told.write(tmp_path / "evil.zip"))


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut off", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_archive_is_refused(record: Record, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "some.zip").write_bytes(content)
    refused(record, tmp_path / "some.zip")


@pytest.mark.parametrize("name", ["missing.zip", "folder.zip"])
def test_what_is_no_file_is_refused(record: Record, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.zip").mkdir()
    refused(record, tmp_path / name)


def test_a_backup_is_no_archive(record: Record, tmp_path: Path) -> None:
    record.backup(tmp_path / "backup.zip")
    refused(record, tmp_path / "backup.zip")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An archive of a diary alone."""
    archive = exported(
        tmp_path_factory.mktemp("small"),
        fill=lambda r, _: r.add_entry(DiaryEntry(AT, 4, note="mine")) and None,
    )
    return archive.read_bytes()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.floats(0, 1, exclude_max=True))
@example(cut=0.999)
def test_an_archive_cut_off_anywhere_is_refused(
    record: Record, small: bytes, tmp_path: Path, cut: float
) -> None:
    (tmp_path / "cut.zip").write_bytes(small[: int(cut * len(small))])
    refused(record, tmp_path / "cut.zip")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_changed_bit_is_refused_or_changes_nothing(
    record: Record, small: bytes, tmp_path: Path, where: float, bit: int
) -> None:
    content = bytearray(small)
    content[int(where * len(content))] ^= 1 << bit
    (tmp_path / "changed.zip").write_bytes(content)
    before, audit = dump(record), len(record.audit())
    try:
        done = import_archive(record, tmp_path / "changed.zip")
    except FacialisError:
        assert dump(record) == before
    else:  # A bit that says nothing, such as one of a date.
        assert (done.added, done.notes) == ({}, ())
        assert len(record.audit()) == audit + 1
    assert record.check() == ()
