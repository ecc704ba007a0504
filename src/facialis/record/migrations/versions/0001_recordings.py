"""People, recordings, what was measured of them and corrected; the record's own journal and audit."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("thing", sa.Text(), nullable=True),
        sa.Column("thing_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "intents",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("started_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.CheckConstraint("kind IN ('add', 'measure', 'erase', 'encrypt')", name=op.f("ck_intents_kind")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_intents")),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("added_utc", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("name", name=op.f("uq_people_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "preferences",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_preferences")),
    )
    op.create_table(
        "settings",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_settings")),
    )
    op.create_table(
        "recordings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("suffix", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("recorded_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("time_source", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("mirrored", sa.Boolean(), nullable=False),
        sa.Column("added_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_deleted_utc", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('video', 'emg')", name=op.f("ck_recordings_kind")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_recordings_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recordings")),
        sa.UniqueConstraint("person_id", "sha256", name="uq_recordings_person_sha256"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("recordings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recordings_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_recordings_sha256"), ["sha256"], unique=False)

    op.create_table(
        "measurements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("measured_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("settings_digest", sa.Text(), nullable=False),
        sa.Column("model_sha256", sa.Text(), nullable=False),
        sa.Column("model_packaged", sa.Boolean(), nullable=False),
        sa.Column("mirrored", sa.Boolean(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("side_probability", sa.Double(), nullable=False),
        sa.Column("side_evidence", sa.Text(), nullable=False),
        sa.Column("signals_sha256", sa.Text(), nullable=False),
        sa.Column("signals_bytes", sa.BigInteger(), nullable=False),
        sa.Column("recording", sa.JSON(), nullable=False),
        sa.Column("quality", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "side IN ('left', 'right', 'both', 'none', 'undetermined')", name=op.f("ck_measurements_side")
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recordings.id"], name=op.f("fk_measurements_recording_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["settings_digest"], ["settings.digest"], name=op.f("fk_measurements_settings_digest")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measurements")),
        sa.UniqueConstraint(
            "recording_id",
            "version",
            "settings_digest",
            "model_sha256",
            "mirrored",
            name="uq_measurements_what_made_it",
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("measurements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_measurements_recording_id"), ["recording_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_measurements_signals_sha256"), ["signals_sha256"], unique=False)

    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("measurement_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("onset_s", sa.Double(), nullable=False),
        sa.Column("offset_s", sa.Double(), nullable=False),
        sa.Column("peak_s", sa.Double(), nullable=False),
        sa.Column("intensity", sa.Double(), nullable=True),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("context", sa.Text(), nullable=False),
        sa.CheckConstraint("context IN ('rest', 'activated')", name=op.f("ck_events_context")),
        sa.CheckConstraint("kind IN ('episode', 'twitch', 'tonic', 'blink')", name=op.f("ck_events_kind")),
        sa.CheckConstraint("side IN ('left', 'right', 'both')", name=op.f("ck_events_side")),
        sa.ForeignKeyConstraint(
            ["measurement_id"], ["measurements.id"], name=op.f("fk_events_measurement_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("measurement_id", "number", name="uq_events_measurement_number"),
    )
    op.create_table(
        "measures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("measurement_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=True),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("seconds_observed", sa.Double(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("side IN ('left', 'right', 'both')", name=op.f("ck_measures_side")),
        sa.ForeignKeyConstraint(
            ["measurement_id"],
            ["measurements.id"],
            name=op.f("fk_measures_measurement_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measures")),
        sa.UniqueConstraint("measurement_id", "number", name="uq_measures_measurement_number"),
    )
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("side", sa.Text(), nullable=True),
        sa.Column("onset_s", sa.Double(), nullable=True),
        sa.Column("offset_s", sa.Double(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("made_utc", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "action IN ('confirm', 'reject', 'change', 'add')", name=op.f("ck_corrections_action")
        ),
        sa.CheckConstraint(
            "kind IN ('episode', 'twitch', 'tonic', 'blink')", name=op.f("ck_corrections_kind")
        ),
        sa.CheckConstraint("side IN ('left', 'right', 'both')", name=op.f("ck_corrections_side")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_corrections_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recordings.id"], name=op.f("fk_corrections_recording_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_corrections_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_corrections_recording_id"), ["recording_id"], unique=False)

    op.create_table(
        "event_regions",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("took_part", sa.Boolean(), nullable=False),
        sa.Column("excess", sa.Double(), nullable=True),
        sa.Column("onset_s", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_event_regions_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", "number", name=op.f("pk_event_regions")),
    )


def downgrade() -> None:
    """Remove them with all they hold."""
    op.drop_table("event_regions")
    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_corrections_recording_id"))
        batch_op.drop_index(batch_op.f("ix_corrections_event_id"))

    op.drop_table("corrections")
    op.drop_table("measures")
    op.drop_table("events")
    with op.batch_alter_table("measurements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_measurements_signals_sha256"))
        batch_op.drop_index(batch_op.f("ix_measurements_recording_id"))

    op.drop_table("measurements")
    with op.batch_alter_table("recordings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recordings_sha256"))
        batch_op.drop_index(batch_op.f("ix_recordings_person_id"))

    op.drop_table("recordings")
    op.drop_table("settings")
    op.drop_table("preferences")
    op.drop_table("people")
    op.drop_table("intents")
    op.drop_table("audit")
