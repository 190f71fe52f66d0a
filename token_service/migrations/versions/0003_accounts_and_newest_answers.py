"""The audit says whose account, and takes rows at its end only; answers know whether they are the
newest; sessions count their runs and may have a label and an appointment."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

REFUSAL = "the audit is append-only"

REPLACED = (  # by a newer answer, or with the device that gave it
    "UPDATE consents SET superseded = {true} WHERE withdrawn_at IS NOT NULL OR EXISTS ("
    "SELECT 1 FROM consents AS newer WHERE newer.seat_id = consents.seat_id "
    "AND newer.purpose = consents.purpose AND newer.id > consents.id)"
)
WITHDRAWALS = (
    "UPDATE consents SET withdraws = {true} WHERE granted = {false} AND EXISTS ("
    "SELECT 1 FROM consents AS earlier WHERE earlier.seat_id = consents.seat_id "
    "AND earlier.purpose = consents.purpose AND earlier.id < consents.id "
    "AND earlier.granted = {true})"
)
ACCOUNTS = (
    "UPDATE seats SET account = (SELECT account FROM sessions WHERE id = seats.session_id) "
    "WHERE role = 'practitioner'"
)

# INSERT OR REPLACE takes a row away without asking the trigger against DELETE. Before an INSERT
# SQLite says -1 where it is going to choose the number itself.
ONLY_AT_THE_END = {
    "no_insert_between": (
        "BEFORE INSERT ON audit WHEN NEW.id <> -1 AND NEW.id <= (SELECT max(id) FROM audit)"
    ),
    "no_insert_below": "AFTER INSERT ON audit WHEN NEW.id < 1",
}


def upgrade() -> None:
    op.add_column("audit", sa.Column("account", sa.String(64)))
    op.add_column("sessions", sa.Column("label", sa.String(80)))
    op.add_column("sessions", sa.Column("appointment_at", sa.DateTime()))
    op.add_column("sessions", sa.Column("erase_until", sa.DateTime()))
    op.add_column("sessions", sa.Column("run", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("seats", sa.Column("account", sa.String(64)))
    for column in ("withdraws", "superseded"):
        op.add_column(
            "consents",
            sa.Column(column, sa.Boolean(), nullable=False, server_default=sa.false()),
        )
    op.create_index("ix_consents_newest", "consents", ["seat_id", "superseded"])
    postgresql = op.get_bind().dialect.name == "postgresql"
    words = {"true": "true", "false": "false"} if postgresql else {"true": "1", "false": "0"}
    for statement in (REPLACED, WITHDRAWALS, ACCOUNTS):
        op.execute(statement.format_map(words))
    if not postgresql:  # there, an INSERT never deletes, and one that updates is refused already
        for name, when in ONLY_AT_THE_END.items():
            op.execute(
                f"CREATE TRIGGER audit_{name} {when} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        for name in ONLY_AT_THE_END:
            op.execute(f"DROP TRIGGER audit_{name}")
    op.drop_index("ix_consents_newest", "consents")
    for table, columns in {
        "consents": ("superseded", "withdraws"),
        "seats": ("account",),
        "sessions": ("run", "erase_until", "appointment_at", "label"),
        "audit": ("account",),
    }.items():
        for column in columns:
            op.drop_column(table, column)
