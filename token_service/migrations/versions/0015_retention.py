"""How long what is kept stays, by purpose: of a unit, and of each session as it was made."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

DAYS = ("keeping_days", "research_use_days")


def upgrade() -> None:
    for table in ("units", "sessions"):
        for name in DAYS:
            op.add_column(table, sa.Column(name, sa.Integer()))
    held: sa.Column[bool] = sa.Column(
        "held", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("sessions", held)
    op.add_column("sessions", sa.Column("retention_ended_at", sa.DateTime()))


def downgrade() -> None:
    for name in ("retention_ended_at", "held"):
        op.drop_column("sessions", name)
    for table in ("units", "sessions"):
        for name in DAYS:
            op.drop_column(table, name)
