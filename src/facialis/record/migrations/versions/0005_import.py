"""An import is a kind of work that can be cut off."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_BEFORE = "kind IN ('add', 'measure', 'erase', 'encrypt')"
_NOW = "kind IN ('add', 'measure', 'erase', 'encrypt', 'import')"
_NAME = "ck_intents_kind"


def upgrade() -> None:
    """Let the journal hold imports."""
    _allow(_NOW)


def downgrade() -> None:
    """Forget imports that were cut off: an earlier version cannot finish them."""
    op.execute("DELETE FROM intents WHERE kind = 'import'")
    _allow(_BEFORE)


def _allow(kinds: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        # The table is made anew, which leaves out the old constraint by itself.
        with op.batch_alter_table("intents", recreate="always") as batch_op:
            batch_op.create_check_constraint(op.f(_NAME), kinds)
        return
    op.drop_constraint(op.f(_NAME), "intents", type_="check")
    op.create_check_constraint(op.f(_NAME), "intents", sa.text(kinds))
