"""What the person tells: diary, treatments, questionnaires."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "diary_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("spasms", sa.Double(), nullable=True),
        sa.Column("bother", sa.Double(), nullable=True),
        sa.Column("sleep_h", sa.Double(), nullable=True),
        sa.Column("mood", sa.Double(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("added_utc", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("bother BETWEEN 0 AND 10", name=op.f("ck_diary_entries_bother")),
        sa.CheckConstraint("mood BETWEEN 0 AND 10", name=op.f("ck_diary_entries_mood")),
        sa.CheckConstraint("sleep_h BETWEEN 0 AND 24", name=op.f("ck_diary_entries_sleep_h")),
        sa.CheckConstraint("spasms BETWEEN 0 AND 10", name=op.f("ck_diary_entries_spasms")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_diary_entries_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diary_entries")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("diary_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_diary_entries_day"), ["day"], unique=False)
        batch_op.create_index(batch_op.f("ix_diary_entries_person_id"), ["person_id"], unique=False)

    op.create_table(
        "questionnaires",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("added_utc", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_questionnaires_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaires")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("questionnaires", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_questionnaires_person_id"), ["person_id"], unique=False)

    op.create_table(
        "treatments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("units", sa.Double(), nullable=True),
        sa.Column("dilution_ml_per_100_u", sa.Double(), nullable=True),
        sa.Column("dose", sa.Double(), nullable=True),
        sa.Column("dose_unit", sa.Text(), nullable=False),
        sa.Column("until_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("side", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("added_utc", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('toxin', 'surgery', 'drug')", name=op.f("ck_treatments_kind")),
        sa.CheckConstraint("side IN ('left', 'right', 'both')", name=op.f("ck_treatments_side")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_treatments_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_treatments")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("treatments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_treatments_person_id"), ["person_id"], unique=False)

    op.create_table(
        "diary_triggers",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("strength", sa.Double(), nullable=False),
        sa.CheckConstraint("strength BETWEEN 0 AND 10", name=op.f("ck_diary_triggers_strength")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["diary_entries.id"], name=op.f("fk_diary_triggers_entry_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("entry_id", "name", name=op.f("pk_diary_triggers")),
    )
    op.create_table(
        "questionnaire_items",
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"],
            ["questionnaires.id"],
            name=op.f("fk_questionnaire_items_questionnaire_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("questionnaire_id", "number", name=op.f("pk_questionnaire_items")),
    )
    op.create_table(
        "treatment_sites",
        sa.Column("treatment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("units", sa.Double(), nullable=True),
        sa.CheckConstraint("side IN ('left', 'right')", name=op.f("ck_treatment_sites_side")),
        sa.ForeignKeyConstraint(
            ["treatment_id"],
            ["treatments.id"],
            name=op.f("fk_treatment_sites_treatment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("treatment_id", "number", name=op.f("pk_treatment_sites")),
    )


def downgrade() -> None:
    """Remove them with all they hold."""
    op.drop_table("treatment_sites")
    op.drop_table("questionnaire_items")
    op.drop_table("diary_triggers")
    with op.batch_alter_table("treatments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_treatments_person_id"))

    op.drop_table("treatments")
    with op.batch_alter_table("questionnaires", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_questionnaires_person_id"))

    op.drop_table("questionnaires")
    with op.batch_alter_table("diary_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_diary_entries_person_id"))
        batch_op.drop_index(batch_op.f("ix_diary_entries_day"))

    op.drop_table("diary_entries")
