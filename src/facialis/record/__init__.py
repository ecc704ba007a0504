"""The person's own record: recordings and what was measured of them, diary, treatments, over time."""

from facialis.record.opening import encrypt_record, open_record, restore_record
from facialis.record.record import Record
from facialis.record.times import Moment, moment, now
from facialis.record.types import (
    Correction,
    DiaryEntry,
    Measurement,
    Questionnaire,
    Site,
    StoredRecording,
    Treatment,
    Trial,
)

__all__ = [
    "Correction",
    "DiaryEntry",
    "Measurement",
    "Moment",
    "Questionnaire",
    "Record",
    "Site",
    "StoredRecording",
    "Treatment",
    "Trial",
    "encrypt_record",
    "moment",
    "now",
    "open_record",
    "restore_record",
]
