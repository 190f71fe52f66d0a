"""Accounts are subjects of a provider of identities; a login knows its session there."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

OF_THE_PROVIDER = ("issuer", "provider_subject", "provider_sid")
LOOKED_UP = ("provider_subject", "provider_sid")


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("issuer", sa.String(255), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("name", sa.String(255)),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("unit", sa.String(255)),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("signed_in_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("issuer", "subject", name="uq_accounts_issuer"),
    )
    for column in OF_THE_PROVIDER:
        op.add_column("logins", sa.Column(column, sa.String(255)))
    for column in LOOKED_UP:
        op.create_index(f"ix_logins_{column}", "logins", [column])


def downgrade() -> None:
    for column in LOOKED_UP:
        op.drop_index(f"ix_logins_{column}", "logins")
    for column in reversed(OF_THE_PROVIDER):
        op.drop_column("logins", column)
    op.drop_table("accounts")
