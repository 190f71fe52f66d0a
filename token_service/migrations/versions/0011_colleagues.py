"""Sessions may be shared with colleagues of their practitioner."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "colleagues",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("session_id", sa.String(32), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("controls", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name="fk_colleagues_session_id_sessions"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_colleagues"),
        sa.UniqueConstraint("session_id", "account", name="uq_colleagues_session_id"),
    )
    op.create_index("ix_colleagues_account", "colleagues", ["account"])
    op.create_table(
        "colleague_links",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("session_id", sa.String(32), nullable=False),
        sa.Column("secret_digest", sa.String(64), nullable=False),
        sa.Column("controls", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime()),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name="fk_colleague_links_session_id_sessions"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_colleague_links"),
        sa.UniqueConstraint("secret_digest", name="uq_colleague_links_secret_digest"),
    )
    op.create_index("ix_colleague_links_session_id", "colleague_links", ["session_id"])


def downgrade() -> None:
    op.drop_table("colleague_links")
    op.drop_table("colleagues")
