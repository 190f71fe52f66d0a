"""Accounts are subjects of a provider of identities; a login knows its session there."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

LOOKED_UP = ("there_subject_digest", "there_sid_digest")


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("subject_digest", sa.String(64), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("unit", sa.String(255)),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("signed_in_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("subject_digest", name="uq_accounts_subject_digest"),
    )
    for column in LOOKED_UP:
        op.add_column("logins", sa.Column(column, sa.String(64)))
        op.create_index(f"ix_logins_{column}", "logins", [column])
    op.add_column("logins", sa.Column("sealed", sa.Text()))


def downgrade() -> None:
    op.drop_column("logins", "sealed")
    for column in reversed(LOOKED_UP):
        op.drop_index(f"ix_logins_{column}", "logins")
        op.drop_column("logins", column)
    op.drop_table("accounts")
