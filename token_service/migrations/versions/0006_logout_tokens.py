"""A provider's logout tokens are taken once."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "used_logout_tokens",
        sa.Column("jti_digest", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("jti_digest", name="pk_used_logout_tokens"),
    )


def downgrade() -> None:
    op.drop_table("used_logout_tokens")
