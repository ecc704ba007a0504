"""What people said of events holds after the recording is measured again."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from filled import Counting, add
from hypothesis import given
from hypothesis import strategies as st
from reads import event, spasms, stored
from records import open_fake

from facialis.record import Correction
from facialis.record.corrections import carried, corrected
from facialis.record.types import StoredEvent
from facialis.settings import Settings
from facialis.types import Event, Result

pytestmark = pytest.mark.usefixtures("plain_files")
Where = str | Path


def by_number(events: Sequence[StoredEvent]) -> dict[int, Event]:
    return {each.id: each.event for each in events}


OLD = stored([event("twitch", 1.0, 1.4), event("twitch", 10.0, 10.4), event("tonic", 20.0, 23.0)])


@pytest.mark.parametrize(
    ("now", "goes_to"),
    [
        (event("twitch", 1.05, 1.45), 11),
        (event("twitch", 1.0, 1.4), 11),
        (event("twitch", 1.1, 1.2), 11),  # Within it.
        (event("twitch", 1.35, 1.75), None),
        (event("twitch", 1.0, 1.4, "right"), None),
        (event("tonic", 1.0, 1.4), None),
        (event("twitch", 5.0, 5.4), None),
    ],
)
def test_the_same_event_is_the_one_at_the_same_place(now: Event, goes_to: int | None) -> None:
    said = carried([Correction("reject", 1)], stored([now], 11), by_number(OLD))
    assert said == ((Correction("reject", 11),) if goes_to else ())


def test_of_two_the_one_that_overlaps_more() -> None:
    now = stored([event("twitch", 0.8, 1.2), event("twitch", 1.05, 1.4)], 11)
    assert carried([Correction("confirm", 1)], now, by_number(OLD))[0].event_id == 12


def test_what_was_confirmed_or_changed_is_missed_where_it_is_not_found_again() -> None:
    said = carried(
        [
            Correction("confirm", 1),
            Correction("change", 2, kind="tonic", offset_s=12.0),
            Correction("reject", 3),
        ],
        (),
        by_number(OLD),
    )
    assert [(c.action, c.kind, c.onset_s, c.offset_s) for c in said] == [
        ("add", "twitch", 1.0, 1.4),
        ("add", "tonic", 10.0, 12.0),
    ]
    assert len(corrected((), said)) == 2


def test_what_speaks_of_now_or_of_nothing_stays_as_it_is() -> None:
    told = [Correction("reject", 11), Correction("add", None, "twitch", "left", 3.0, 3.2)]
    assert carried(told, stored([event("twitch", 1.0, 1.4)], 11), by_number(OLD)) == tuple(told)
    assert carried([Correction("reject", 99)], (), by_number(OLD)) == ()


def test_the_last_word_holds_across_measurements() -> None:
    now = stored([event("twitch", 1.0, 1.4)], 11)
    said = carried([Correction("reject", 1), Correction("confirm", 11)], now, by_number(OLD))
    assert len(corrected(now, said)) == 1
    said = carried([Correction("confirm", 11), Correction("reject", 1)], now, by_number(OLD))
    assert corrected(now, said) == ()


@given(st.lists(st.integers(0, 60), unique=True, min_size=1, max_size=12), st.data())
def test_measured_the_same_again_it_reads_the_same(onsets: list[int], data: st.DataObject) -> None:
    before = stored(spasms([float(t) for t in onsets]))
    now = tuple(StoredEvent(each.id + 1000, each.event) for each in before)
    some = data.draw(st.sets(st.sampled_from([each.id for each in before])))
    told = [Correction("reject", number) for number in some]
    said = carried(told, now, by_number(before))
    assert corrected(now, said) == corrected(before, tuple(told))


# In the record


class Newer(Counting):
    """Measures as before, every onset a twentieth of a second later."""

    def __call__(self, path: Path, *, settings: Settings, mirrored: bool, **more: Any) -> Result:
        result = super().__call__(path, settings=settings, mirrored=mirrored, **more)
        moved = [replace(e, onset_s=e.onset_s + 0.05, offset_s=e.offset_s + 0.05) for e in result.events]
        swapped = [replace(e, side="right" if mirrored else "left") for e in moved]
        return replace(result, events=tuple(swapped))


def newer() -> Settings:
    settings = Settings()
    return replace(settings, measures=replace(settings.measures, seed=2))


def test_measuring_again_loses_no_correction(where: Where, tmp_path: Path) -> None:
    with open_fake(where, measure=Counting()) as record:
        add(record, tmp_path, 0, 10)
        twitch = next(e for e in record.events(1) if e.event.kind == "twitch")
        record.correct(1, Correction("reject", twitch.id, note="a wink"))
        record.correct(1, Correction("add", None, "twitch", "left", 179.5, 179.8))
        before = record.history().recordings[0].count
        assert before == 10
    with open_fake(where, measure=Newer(), settings=newer()) as record:
        assert record.measure(1).measured
        assert record.history().recordings[0].count == before
        assert len(record.said_of(2)) == 2
        assert record.said_of(2)[0].event_id in {e.id for e in record.events(2)}
        assert len([e for e in record.corrected_events(2) if e.kind == "twitch"]) == 10
        assert record.corrections(1)[0].event_id == twitch.id  # What was written stays as it was written.


def test_found_to_be_mirrored_the_corrections_change_sides_too(where: Where, tmp_path: Path) -> None:
    with open_fake(where, measure=Newer()) as record:
        add(record, tmp_path, 0, 10)
        twitch = next(e for e in record.events(1) if e.event.kind == "twitch")
        record.correct(1, Correction("reject", twitch.id))
        record.correct(1, Correction("add", None, "twitch", "left", 179.5, 179.8))
        record.measure(1, mirrored=True)
        assert record.gathered().side == "right"
        assert record.history().recordings[0].count == 10
        assert {e.side for e in record.corrected_events(2)} == {"right"}
        record.correct(1, Correction("add", None, "twitch", "right", 0.1, 0.3))
        assert record.history().recordings[0].count == 11
        record.measure(1, mirrored=False)
        assert record.history().recordings[0].count == 11
        assert {e.side for e in record.corrected_events(1)} == {"left"}


def test_a_recording_without_corrections_has_nothing_said(tmp_path: Path) -> None:
    with open_fake(tmp_path / "record", measure=Counting()) as record:
        add(record, tmp_path, 0, 3)
        assert record.said_of(1) == ()
