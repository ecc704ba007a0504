"""The tables, one schema for SQLite and PostgreSQL. A change needs a revision in `migrations/versions`."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

RECORDING_KINDS = ("video", "emg")
RECORDING_SIDES = ("left", "right", "both", "none", "undetermined")
EVENT_SIDES = ("left", "right", "both")
EVENT_KINDS = ("episode", "twitch", "tonic", "blink")
CONTEXTS = ("rest", "activated")
CORRECTIONS = ("confirm", "reject", "change", "add")
TREATMENTS = ("toxin", "surgery", "drug")
OUTCOMES = ("felt", "bother", "rate")
INTENTS = ("add", "measure", "erase", "encrypt", "import")


class UtcTime(TypeDecorator[datetime]):
    """A point in time: aware on both sides, kept as UTC (SQLite knows no zones, so without one there)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what is stored; a time without a zone is a fault of the caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


_JSON = sa.JSON(none_as_null=True)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True)


def _of(table: str, *, index: bool = True) -> sa.Column[int]:
    """A reference that goes when the row it points at goes."""
    name = {"people": "person_id"}.get(table, f"{table.rstrip('s')}_id")
    return sa.Column(
        name, sa.Integer, sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False, index=index
    )


def _text(name: str, **more: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, **more)


def _time(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, UtcTime, nullable=nullable)


def _number(name: str, *, nullable: bool = True) -> sa.Column[float]:
    return sa.Column(name, sa.Double, nullable=nullable)


def _one_of(column: str, words: tuple[str, ...]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


def _between(column: str, low: float, high: float) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} BETWEEN {low} AND {high}", name=column)


# What the record itself needs

preferences = sa.Table("preferences", metadata, sa.Column("name", sa.Text, primary_key=True), _text("value"))

intents = sa.Table(
    "intents",
    metadata,
    sa.Column("token", sa.Text, primary_key=True),
    _text("kind"),
    _time("started_utc"),
    sa.Column("detail", sa.JSON, nullable=False),
    _one_of("kind", INTENTS),
)

audit = sa.Table(
    "audit",
    metadata,
    _id(),
    _time("at_utc"),
    _text("who"),
    _text("action"),
    sa.Column("thing", sa.Text),
    sa.Column("thing_id", sa.Integer),
    sqlite_autoincrement=True,
)

settings = sa.Table(
    "settings", metadata, sa.Column("digest", sa.Text, primary_key=True), sa.Column("body", sa.JSON)
)

# People and what was recorded of them

people = sa.Table(
    "people", metadata, _id(), _text("name", unique=True), _time("added_utc"), sqlite_autoincrement=True
)

recordings = sa.Table(
    "recordings",
    metadata,
    _id(),
    _of("people"),
    _text("kind"),
    _text("sha256", index=True),
    _text("suffix"),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    _text("name"),
    _time("recorded_utc"),
    _text("zone"),
    _text("time_source"),
    _text("device"),
    _text("task"),
    sa.Column("mirrored", sa.Boolean, nullable=False),
    _time("added_utc"),
    _time("file_deleted_utc", nullable=True),
    sa.Column("emg", _JSON),
    sa.UniqueConstraint("person_id", "sha256", name="uq_recordings_person_sha256"),
    _one_of("kind", RECORDING_KINDS),
    sqlite_autoincrement=True,
)

measurements = sa.Table(
    "measurements",
    metadata,
    _id(),
    _of("recordings"),
    _time("measured_utc"),
    _text("version"),
    sa.Column("settings_digest", sa.Text, sa.ForeignKey("settings.digest"), nullable=False),
    sa.Column("model_sha256", sa.Text),
    sa.Column("model_packaged", sa.Boolean),
    sa.Column("mirrored", sa.Boolean, nullable=False),
    _text("side"),
    _number("side_probability", nullable=False),
    _text("side_evidence"),
    _text("signals_sha256", index=True),
    sa.Column("signals_bytes", sa.BigInteger, nullable=False),
    sa.Column("recording", sa.JSON, nullable=False),
    sa.Column("quality", sa.JSON, nullable=False),
    sa.Column("emg", _JSON),
    _text("read_with"),
    sa.UniqueConstraint(
        "recording_id",
        "version",
        "settings_digest",
        "read_with",
        "mirrored",
        name="uq_measurements_what_made_it",
    ),
    # A face model read a video, whole; nothing of it is there for EMG, whose options are.
    sa.CheckConstraint(
        "(model_sha256 IS NULL) = (model_packaged IS NULL) AND (model_sha256 IS NULL) <> (emg IS NULL)",
        name="model",
    ),
    _one_of("side", RECORDING_SIDES),
    sqlite_autoincrement=True,
)

events = sa.Table(
    "events",
    metadata,
    _id(),
    _of("measurements", index=False),
    sa.Column("number", sa.Integer, nullable=False),
    _text("kind"),
    _text("side"),
    _number("onset_s", nullable=False),
    _number("offset_s", nullable=False),
    _number("peak_s", nullable=False),
    _number("intensity"),
    _number("probability", nullable=False),
    _text("reason"),
    _text("context"),
    sa.UniqueConstraint("measurement_id", "number", name="uq_events_measurement_number"),
    _one_of("kind", EVENT_KINDS),
    _one_of("side", EVENT_SIDES),
    _one_of("context", CONTEXTS),
)

event_regions = sa.Table(
    "event_regions",
    metadata,
    sa.Column("event_id", sa.Integer, sa.ForeignKey("events.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    _text("region"),
    sa.Column("took_part", sa.Boolean, nullable=False),
    _number("excess"),
    _number("onset_s"),
)

measures = sa.Table(
    "measures",
    metadata,
    _id(),
    _of("measurements", index=False),
    sa.Column("number", sa.Integer, nullable=False),
    _text("name"),
    _text("label"),
    sa.Column("side", sa.Text),
    _number("value"),
    _number("low"),
    _number("high"),
    _text("unit"),
    sa.Column("n", sa.Integer, nullable=False),
    _number("seconds_observed", nullable=False),
    _text("how"),
    _text("reason"),
    sa.UniqueConstraint("measurement_id", "number", name="uq_measures_measurement_number"),
    _one_of("side", EVENT_SIDES),
)

corrections = sa.Table(
    "corrections",
    metadata,
    _id(),
    _of("recordings"),
    sa.Column("event_id", sa.Integer, sa.ForeignKey("events.id", ondelete="CASCADE"), index=True),
    _text("action"),
    sa.Column("kind", sa.Text),
    sa.Column("side", sa.Text),
    _number("onset_s"),
    _number("offset_s"),
    _text("note"),
    _text("who"),
    _time("made_utc"),
    _one_of("action", CORRECTIONS),
    _one_of("kind", EVENT_KINDS),
    _one_of("side", EVENT_SIDES),
    sqlite_autoincrement=True,
)

# What the person tells

diary_entries = sa.Table(
    "diary_entries",
    metadata,
    _id(),
    _of("people"),
    _time("at_utc"),
    _text("zone"),
    sa.Column("day", sa.Date, nullable=False, index=True),
    _number("spasms"),
    _number("bother"),
    _number("sleep_h"),
    _number("mood"),
    _text("note"),
    _time("added_utc"),
    _between("spasms", 0, 10),
    _between("bother", 0, 10),
    _between("sleep_h", 0, 24),
    _between("mood", 0, 10),
    sqlite_autoincrement=True,
)

diary_triggers = sa.Table(
    "diary_triggers",
    metadata,
    sa.Column(
        "entry_id", sa.Integer, sa.ForeignKey("diary_entries.id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("name", sa.Text, primary_key=True),
    _number("strength", nullable=False),
    _between("strength", 0, 10),
)

treatments = sa.Table(
    "treatments",
    metadata,
    _id(),
    _of("people"),
    _text("kind"),
    _time("at_utc"),
    _text("zone"),
    _text("name"),
    _number("units"),
    _number("dilution_ml_per_100_u"),
    _number("dose"),
    _text("dose_unit"),
    _time("until_utc", nullable=True),
    sa.Column("side", sa.Text),
    _text("note"),
    _time("added_utc"),
    _one_of("kind", TREATMENTS),
    _one_of("side", EVENT_SIDES),
    sqlite_autoincrement=True,
)

treatment_sites = sa.Table(
    "treatment_sites",
    metadata,
    sa.Column(
        "treatment_id", sa.Integer, sa.ForeignKey("treatments.id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("number", sa.Integer, primary_key=True),
    _text("site"),
    _text("side"),
    _number("units"),
    _one_of("side", ("left", "right")),
)

questionnaires = sa.Table(
    "questionnaires",
    metadata,
    _id(),
    _of("people"),
    _text("name"),
    _time("at_utc"),
    _text("zone"),
    sa.Column("total", sa.Integer, nullable=False),
    _text("note"),
    _time("added_utc"),
    sqlite_autoincrement=True,
)

questionnaire_items = sa.Table(
    "questionnaire_items",
    metadata,
    sa.Column(
        "questionnaire_id",
        sa.Integer,
        sa.ForeignKey("questionnaires.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("score", sa.Integer, nullable=False),
)

trials = sa.Table(
    "trials",
    metadata,
    _id(),
    _of("people"),
    _text("factor"),
    _text("outcome"),
    sa.Column("first_day", sa.Date, nullable=False),
    sa.Column("days_per_period", sa.Integer, nullable=False),
    sa.Column("washout_days", sa.Integer, nullable=False),
    sa.Column("order_drawn", sa.JSON, nullable=False),
    sa.Column("seed", sa.BigInteger, nullable=False),
    _text("note"),
    _time("added_utc"),
    _one_of("outcome", OUTCOMES),
    _between("days_per_period", 1, 60),
    _between("washout_days", 0, 60),
    sqlite_autoincrement=True,
)
