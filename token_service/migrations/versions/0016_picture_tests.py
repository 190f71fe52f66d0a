"""A family that waits says what its page found of its own picture."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("seats", sa.Column("picture_test", sa.JSON()))


def downgrade() -> None:
    op.drop_column("seats", "picture_test")
