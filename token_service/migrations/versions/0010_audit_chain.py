"""The audit's entries are chained: each has a digest of itself and of the one before."""

import hashlib
import json
from datetime import UTC

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

BEGINNING = "0" * 64
UPDATES_ARE_REFUSED = (
    "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
)
AUDIT = sa.table(
    "audit",
    sa.column("id", sa.Integer()),
    sa.column("at", sa.DateTime()),
    sa.column("role", sa.String()),
    sa.column("account", sa.String()),
    sa.column("seat_id", sa.String()),
    sa.column("action", sa.String()),
    sa.column("session_id", sa.String()),
    sa.column("digest", sa.String()),
)


def upgrade() -> None:
    op.add_column(
        "audit", sa.Column("digest", sa.String(64), nullable=False, server_default=BEGINNING)
    )
    end = op.create_table(
        "audit_end",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_end"),
    )
    _may_update(True)
    entry_id, digest = _chain()
    _may_update(False)
    op.bulk_insert(end, [{"id": 1, "entry_id": entry_id, "digest": digest}])


def downgrade() -> None:
    op.drop_table("audit_end")
    op.drop_column("audit", "digest")


def _chain() -> tuple[int, str]:
    connection = op.get_bind()
    entry_id, digest = 0, BEGINNING
    rows = connection.execute(sa.select(AUDIT).order_by(AUDIT.c.id)).fetchall()
    for row in rows:
        at = row.at.replace(tzinfo=UTC).isoformat(timespec="microseconds")
        content = [digest, row.id, at, *(row[2:7])]
        text = json.dumps(content, separators=(",", ":"))
        entry_id, digest = row.id, hashlib.sha256(text.encode()).hexdigest()
        connection.execute(sa.update(AUDIT).where(AUDIT.c.id == row.id).values(digest=digest))
    return entry_id, digest


def _may_update(may: bool) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE audit {'DISABLE' if may else 'ENABLE'} TRIGGER audit_only_grows")
    else:
        op.execute("DROP TRIGGER audit_no_update" if may else UPDATES_ARE_REFUSED)
