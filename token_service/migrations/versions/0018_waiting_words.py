"""A practitioner tells a family that waits why."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("seats", sa.Column("waiting_word", sa.JSON()))


def downgrade() -> None:
    op.drop_column("seats", "waiting_word")
