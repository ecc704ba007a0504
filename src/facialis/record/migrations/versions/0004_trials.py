"""Plans of tests by lot: which days are with a factor and which without."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "trials",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("factor", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("days_per_period", sa.Integer(), nullable=False),
        sa.Column("washout_days", sa.Integer(), nullable=False),
        sa.Column("order_drawn", sa.JSON(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("added_utc", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("days_per_period BETWEEN 1 AND 60", name=op.f("ck_trials_days_per_period")),
        sa.CheckConstraint("outcome IN ('felt', 'bother', 'rate')", name=op.f("ck_trials_outcome")),
        sa.CheckConstraint("washout_days BETWEEN 0 AND 60", name=op.f("ck_trials_washout_days")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_trials_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trials")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("trials", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trials_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    """Remove it with all it holds."""
    with op.batch_alter_table("trials", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trials_person_id"))

    op.drop_table("trials")
