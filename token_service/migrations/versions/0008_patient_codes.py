"""Sessions are visits of patients, who are codes; each stands in the list at one moment."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

# SQLite adds no constraint to a table that is there, but takes one with a new column.
VISIT_OF = (
    "ALTER TABLE sessions ADD COLUMN patient_code_id VARCHAR(32) "
    "CONSTRAINT fk_sessions_patient_code_id REFERENCES patient_codes (id)"
)
LISTED_AT = "UPDATE sessions SET listed_at = coalesce(live_at, appointment_at, created_at)"
CANCELLED_BEFORE = "UPDATE sessions SET state = 'expired' WHERE state = 'cancelled'"


def upgrade() -> None:
    op.create_table(
        "patient_codes",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("text", sa.String(16), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_patient_codes"),
        sa.UniqueConstraint("account", "text", name="uq_patient_codes_account"),
    )
    op.execute(VISIT_OF)
    op.create_index("ix_sessions_patient_code_id", "sessions", ["patient_code_id"])
    op.add_column("sessions", sa.Column("visit_number", sa.Integer()))
    op.add_column("sessions", sa.Column("age_months", sa.Integer()))
    op.add_column(
        "sessions",
        sa.Column("listed_at", sa.DateTime(), nullable=False, server_default="1970-01-01 00:00:00"),
    )
    op.execute(LISTED_AT)
    op.create_index("ix_sessions_listed", "sessions", ["account", "listed_at", "id"])
    op.create_index(
        "ix_sessions_listed_by_state", "sessions", ["account", "state", "listed_at", "id"]
    )


def downgrade() -> None:
    op.execute(CANCELLED_BEFORE)
    op.drop_index("ix_sessions_listed_by_state", "sessions")
    op.drop_index("ix_sessions_listed", "sessions")
    op.drop_index("ix_sessions_patient_code_id", "sessions")
    for column in ("listed_at", "age_months", "visit_number", "patient_code_id"):
        op.drop_column("sessions", column)
    op.drop_table("patient_codes")
