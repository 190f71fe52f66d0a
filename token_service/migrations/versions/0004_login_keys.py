"""A login needs a key beside its cookie. One that was opened before has none, and is over."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

NO_KEY = ""  # nothing has this digest


def upgrade() -> None:
    op.add_column(
        "logins", sa.Column("key_digest", sa.String(64), nullable=False, server_default=NO_KEY)
    )


def downgrade() -> None:
    op.drop_column("logins", "key_digest")
