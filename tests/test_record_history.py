"""What a record gives the statistics, on both databases, of what lies in it."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from records import PASSPHRASE, FakeMeasure, emg, open_fake, video
from test_gathering import closing

from facialis.measures.history import DiaryDay
from facialis.record import Correction, DiaryEntry, Treatment, moment
from facialis.record.content import SIGNALS
from facialis.settings import Settings
from facialis.source.emg import EmgOptions
from facialis.types import Result

pytestmark = pytest.mark.usefixtures("plain_files")
Where = str | Path
BERLIN = "Europe/Berlin"


class Closing(FakeMeasure):
    """Measures recordings named `closing-...` as a face whose left eye shuts to three quarters."""

    def __call__(self, path: Path, *, settings: Settings, mirrored: bool, **more: Any) -> Result:
        result = super().__call__(path, settings=settings, mirrored=mirrored, **more)
        return replace(result, signals=closing(0.75)) if b"closing" in path.read_bytes() else result


def test_everything_that_counts_comes_out(where: Where, tmp_path: Path) -> None:
    with open_fake(where, measure=Closing()) as record:
        assert record.history().recordings == ()
        record.add(video(tmp_path, "a.mp4"), at=moment("2026-03-01 12:00", BERLIN), task="rest")
        record.add(video(tmp_path, "b.mp4"), at=moment("2026-03-08 01:00", BERLIN), task="rest")
        record.add(
            video(tmp_path, "c.mp4", more="closing"), at=moment("2026-03-01 12:10", BERLIN), task="closure"
        )
        record.add(video(tmp_path, "d.mp4"), at=moment("2026-03-09 12:00", BERLIN), measure=False)
        record.add_entry(DiaryEntry(moment("2026-03-08 00:30", BERLIN), 4, triggers={"stress": 0}))
        record.add_treatment(Treatment("toxin", "Botox", moment("2026-03-02 09:00", BERLIN), side="left"))
        history = record.history()
        first, second = history.recordings
        episodes = [e for e in record.events(1) if e.event.kind == "episode" and e.event.side == "left"]
        assert (first.count, first.seconds_observed) == (len(episodes), 17.5)
        assert first.closure == pytest.approx(0.75)
        assert (second.on, second.closure) == (date(2026, 3, 7), None)
        assert history.diary == (DiaryDay(date(2026, 3, 7), 4, None, {"stress": 0}),)
        assert history.of("toxin")[0].day == date(2026, 3, 2)
        assert record.gathered().side == "left"


def test_a_correction_changes_the_count(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        record.add(video(tmp_path), at=moment("2026-03-01 12:00", BERLIN))
        before = record.history().recordings[0].count
        one = next(e for e in record.events(1) if e.event.kind == "episode")
        record.correct(1, Correction("reject", one.id, note="a wink"))
        assert record.history().recordings[0].count == before - 1
        record.correct(1, Correction("add", None, "twitch", "left", 0.2, 0.4))
        assert record.history().recordings[0].count == before


def test_the_newest_measurement_counts(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        record.add(video(tmp_path), at=moment("2026-03-01 12:00", BERLIN))
    with open_fake(where, measure=FakeMeasure(seconds=60.0), settings=newer_settings()) as record:
        record.measure(1)
        assert record.history().recordings[0].seconds_observed == 57.5


def newer_settings() -> Settings:
    settings = Settings()
    return replace(settings, measures=replace(settings.measures, seed=2))


def test_going_back_from_mirrored_goes_back_to_its_numbers(where: Where, tmp_path: Path) -> None:
    """The measurement that took the video for mirrored is the newer one, and does not count."""
    with open_fake(where) as record:
        record.add(video(tmp_path), at=moment("2026-03-01 12:00", BERLIN))
        as_filmed = record.gathered()
        record.measure(1, mirrored=True)
        assert record.gathered().side == "right"
        record.measure(1, mirrored=False)
        assert record.gathered() == as_filmed
        assert record.anchor() is not None


def test_people_are_kept_apart(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        record.add_person("A")
        record.add_person("B")
    with open_fake(where, person="A") as record:
        record.add(video(tmp_path), at=moment("2026-03-01 12:00", BERLIN))
        record.add_entry(DiaryEntry(moment("2026-03-01 22:00", BERLIN), 4))
    with open_fake(where, person="B") as record:
        assert record.history().recordings == record.history().diary == ()


def test_an_encrypted_record_gives_the_same(tmp_path: Path) -> None:
    pytest.importorskip("sqlcipher3")
    pytest.importorskip("pyrage")
    from facialis.record import encrypt_record

    place = tmp_path / "record"
    with open_fake(place, measure=Closing()) as record:
        record.add(video(tmp_path, "a.mp4"), at=moment("2026-03-01 12:00", BERLIN))
        record.add(
            video(tmp_path, "c.mp4", more="closing"), at=moment("2026-03-01 12:10", BERLIN), task="closure"
        )
        plain = record.history()
    encrypt_record(place, PASSPHRASE)
    with open_fake(place, passphrase=PASSPHRASE) as record:
        assert record.history() == plain
        assert not list((place / "work").glob("*/*.parquet"))


def test_curves_that_are_gone_leave_the_closure_unknown(tmp_path: Path) -> None:
    with open_fake(tmp_path / "record", measure=Closing()) as record:
        record.add(video(tmp_path, "a.mp4"), at=moment("2026-03-01 12:00", BERLIN))
        record.add(
            video(tmp_path, "c.mp4", more="closing"), at=moment("2026-03-01 12:10", BERLIN), task="closure"
        )
        assert record.history().recordings[0].closure is not None
        for path in (tmp_path / "record" / SIGNALS).rglob("*.parquet"):
            path.unlink()
        assert record.history().recordings[0].closure is None


def test_the_events_of_many_measurements_come_in_one_go(
    where: Where, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from facialis.record import found

    monkeypatch.setattr(found, "_AT_ONCE", 2)
    with open_fake(where) as record:
        for k in range(5):
            record.add(video(tmp_path, f"{k}.mp4"), at=moment(f"2026-03-0{k + 1} 12:00", BERLIN))
        with record.store.database.reading() as connection:
            bare = found.bare_events(connection, [1, 2, 3, 4, 5])
        for number in range(1, 6):
            whole = record.events(number)
            assert [e.id for e in bare[number]] == [e.id for e in whole]
            assert [e.event.onset_s for e in bare[number]] == [e.event.onset_s for e in whole]


def test_going_back_to_earlier_channels_goes_back_to_their_numbers(where: Where, tmp_path: Path) -> None:
    named = EmgOptions({"EMG3": "left orbicularis_oculi"}, unit="mV")
    with open_fake(where) as record:
        record.add(emg(tmp_path), zone="UTC")
        told = record.recording(1).emg
        first = record.measurements()[0]
        record.measure(1, emg=named)
        assert record.measurements()[0].emg == named
        record.measure(1, emg=told)
        assert record.measurements()[0] == first
