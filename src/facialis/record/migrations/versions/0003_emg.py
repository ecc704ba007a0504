"""EMG is measured like a video: no face model made it, and what its file does not say is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_MADE_IT = "uq_measurements_what_made_it"
_MODEL = "(model_sha256 IS NULL) = (model_packaged IS NULL) AND (model_sha256 IS NULL) <> (emg IS NULL)"


def upgrade() -> None:
    """Let a measurement be without a face model, and keep what an EMG's file does not say itself."""
    op.add_column("recordings", sa.Column("emg", sa.JSON(), nullable=True))
    op.add_column("measurements", sa.Column("emg", sa.JSON(), nullable=True))
    op.add_column("measurements", sa.Column("read_with", sa.Text(), nullable=True))
    op.execute("UPDATE measurements SET read_with = model_sha256")
    highest = _highest_number()
    with op.batch_alter_table("measurements", copy_from=_measurements("model_sha256")) as batch_op:
        batch_op.alter_column("model_sha256", existing_type=sa.Text(), nullable=True)
        batch_op.alter_column("model_packaged", existing_type=sa.Boolean(), nullable=True)
        batch_op.alter_column("read_with", existing_type=sa.Text(), nullable=False)
        batch_op.drop_constraint(_MADE_IT, type_="unique")
        batch_op.create_unique_constraint(
            _MADE_IT, ["recording_id", "version", "settings_digest", "read_with", "mirrored"]
        )
        batch_op.create_check_constraint(op.f("ck_measurements_model"), _MODEL)
    _go_on_from(highest)


def downgrade() -> None:
    """Remove the measurements of EMG, which the earlier tables cannot hold; the recordings stay."""
    of_emg = "(SELECT id FROM measurements WHERE model_sha256 IS NULL)"
    events = f"(SELECT id FROM events WHERE measurement_id IN {of_emg})"
    # One by one: foreign keys do not act while SQLite's tables are changed.
    op.execute(f"DELETE FROM corrections WHERE event_id IN {events}")
    op.execute(f"DELETE FROM event_regions WHERE event_id IN {events}")
    op.execute(f"DELETE FROM events WHERE measurement_id IN {of_emg}")
    op.execute(f"DELETE FROM measures WHERE measurement_id IN {of_emg}")
    op.execute("DELETE FROM measurements WHERE model_sha256 IS NULL")
    highest = _highest_number()
    with op.batch_alter_table("measurements", copy_from=_measurements("read_with")) as batch_op:
        batch_op.drop_constraint(op.f("ck_measurements_model"), type_="check")
        batch_op.drop_constraint(_MADE_IT, type_="unique")
        batch_op.drop_column("read_with")
        batch_op.drop_column("emg")
        batch_op.alter_column("model_packaged", existing_type=sa.Boolean(), nullable=False)
        batch_op.alter_column("model_sha256", existing_type=sa.Text(), nullable=False)
        batch_op.create_unique_constraint(
            _MADE_IT, ["recording_id", "version", "settings_digest", "model_sha256", "mirrored"]
        )
    _go_on_from(highest)
    op.execute("ALTER TABLE recordings DROP COLUMN emg")


def _measurements(by: str) -> sa.Table:
    """Return the table as it is before the change; SQLite makes it anew from this, not from what it finds."""
    table = sa.Table(
        "measurements",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("measured_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("settings_digest", sa.Text(), nullable=False),
        sa.Column("model_sha256", sa.Text(), nullable=by == "read_with"),
        sa.Column("model_packaged", sa.Boolean(), nullable=by == "read_with"),
        sa.Column("mirrored", sa.Boolean(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("side_probability", sa.Double(), nullable=False),
        sa.Column("side_evidence", sa.Text(), nullable=False),
        sa.Column("signals_sha256", sa.Text(), nullable=False),
        sa.Column("signals_bytes", sa.BigInteger(), nullable=False),
        sa.Column("recording", sa.JSON(), nullable=False),
        sa.Column("quality", sa.JSON(), nullable=False),
        sa.Column("emg", sa.JSON(), nullable=True),
        sa.Column("read_with", sa.Text(), nullable=by != "read_with"),
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
        sa.UniqueConstraint("recording_id", "version", "settings_digest", by, "mirrored", name=_MADE_IT),
        sa.Index(op.f("ix_measurements_recording_id"), "recording_id"),
        sa.Index(op.f("ix_measurements_signals_sha256"), "signals_sha256"),
        sqlite_autoincrement=True,
    )
    if by == "read_with":
        table.append_constraint(sa.CheckConstraint(_MODEL, name=op.f("ck_measurements_model")))
    return table


def _highest_number() -> int | None:
    """Return the highest number a measurement ever had, which SQLite forgets with the old table."""
    if op.get_bind().dialect.name != "sqlite":
        return None
    kept = op.get_bind().execute(sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'measurements'"))
    found: int | None = kept.scalar()
    return found


def _go_on_from(highest: int | None) -> None:
    if highest is None:
        return
    connection = op.get_bind()
    connection.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = 'measurements'"))
    connection.execute(
        sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES ('measurements', :seq)"), {"seq": highest}
    )
