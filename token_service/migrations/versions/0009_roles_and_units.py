"""Accounts have roles and belong to units; so do sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "units",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("claim", sa.String(255)),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_units"),
        sa.UniqueConstraint("title", name="uq_units_title"),
        sa.UniqueConstraint("claim", name="uq_units_claim"),
    )
    op.create_table(
        "memberships",
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("unit_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_memberships_unit_id_units"),
        sa.PrimaryKeyConstraint("account", "unit_id", name="pk_memberships"),
    )
    op.create_index("ix_memberships_unit_id", "memberships", ["unit_id"])
    op.add_column(
        "accounts", sa.Column("granted_roles", sa.JSON(), nullable=False, server_default="[]")
    )
    op.add_column("accounts", sa.Column("label", sa.String(80)))
    op.add_column("accounts", sa.Column("barred_at", sa.DateTime()))
    op.add_column("sessions", sa.Column("unit_id", sa.String(32)))
    op.create_index("ix_sessions_unit_id", "sessions", ["unit_id"])


def downgrade() -> None:
    op.drop_index("ix_sessions_unit_id", "sessions")
    op.drop_column("sessions", "unit_id")
    for column in ("barred_at", "label", "granted_roles"):
        op.drop_column("accounts", column)
    op.drop_table("memberships")
    op.drop_table("units")
