"""What is kept of a session is sealed with a key of its own, wrapped by the clinic's."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("sessions", sa.Column("lock", sa.String(43)))
    op.create_table(
        "wrapped_keys",
        sa.Column("session_id", sa.String(32), nullable=False),
        sa.Column("clinic_key", sa.String(64), nullable=False),
        sa.Column("wrapped", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_wrapped_keys_session_id"),
        sa.PrimaryKeyConstraint("session_id", name="pk_wrapped_keys"),
    )
    op.create_index("ix_wrapped_keys_clinic_key", "wrapped_keys", ["clinic_key"])


def downgrade() -> None:
    """What was sealed meanwhile can be read no more."""
    op.drop_table("wrapped_keys")
    op.drop_column("sessions", "lock")
