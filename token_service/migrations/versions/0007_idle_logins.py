"""A login at a provider ends when nothing is done for a while."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("logins", sa.Column("idle_limit_s", sa.Integer()))
    op.add_column("logins", sa.Column("idle_at", sa.DateTime()))


def downgrade() -> None:
    op.drop_column("logins", "idle_at")
    op.drop_column("logins", "idle_limit_s")
