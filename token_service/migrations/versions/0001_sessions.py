"""Sessions, seats, invites, consents, sign-ins and the audit."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("seat_id", sa.String(32)),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("session_id", sa.String(32)),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_session_id", "audit", ["session_id"])
    op.create_table(
        "logins",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("cookie_digest", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_logins"),
        sa.UniqueConstraint("cookie_digest", name="uq_logins_cookie_digest"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("live_at", sa.DateTime()),
        sa.Column("ended_at", sa.DateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
    )
    op.create_index("ix_sessions_account", "sessions", ["account"])
    op.create_index("ix_sessions_state", "sessions", ["state"])
    op.create_table(
        "sign_in_secrets",
        sa.Column("secret_digest", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime()),
        sa.PrimaryKeyConstraint("secret_digest", name="pk_sign_in_secrets"),
    )
    op.create_table(
        "invites",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("session_id", sa.String(32), nullable=False),
        sa.Column("secret_digest", sa.String(64), nullable=False),
        sa.Column("code_locator", sa.String(4), nullable=False),
        sa.Column("code_digest", sa.String(64), nullable=False),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("code_expires_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("redeemed_at", sa.DateTime()),
        sa.Column("revoked_at", sa.DateTime()),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_invites_session_id"),
        sa.PrimaryKeyConstraint("id", name="pk_invites"),
        sa.UniqueConstraint("secret_digest", name="uq_invites_secret_digest"),
    )
    op.create_index("ix_invites_code_locator", "invites", ["code_locator"])
    op.create_index("ix_invites_session_id", "invites", ["session_id"])
    op.create_table(
        "seats",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("session_id", sa.String(32), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("identity", sa.String(32), nullable=False),
        sa.Column("login_id", sa.String(32)),
        sa.Column("credential_digest", sa.String(64)),
        sa.Column("admission", sa.String(16), nullable=False),
        sa.Column("stepped_out", sa.Boolean(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("joined_at", sa.DateTime()),
        sa.Column("revoked_at", sa.DateTime()),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_seats_session_id"),
        sa.PrimaryKeyConstraint("id", name="pk_seats"),
        sa.UniqueConstraint("credential_digest", name="uq_seats_credential_digest"),
        sa.UniqueConstraint("identity", name="uq_seats_identity"),
    )
    op.create_index("ix_seats_login_id", "seats", ["login_id"])
    op.create_index("ix_seats_session_id", "seats", ["session_id"])
    op.create_table(
        "consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.String(32), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("text_version", sa.String(32), nullable=False),
        sa.Column("text_sha256", sa.String(64), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("given_by", sa.String(16), nullable=False),
        sa.Column("child_assent", sa.Boolean()),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime()),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name="fk_consents_seat_id"),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
    )
    op.create_index("ix_consents_seat_id", "consents", ["seat_id"])


def downgrade() -> None:
    op.drop_index("ix_consents_seat_id", table_name="consents")
    op.drop_table("consents")
    op.drop_index("ix_seats_session_id", table_name="seats")
    op.drop_index("ix_seats_login_id", table_name="seats")
    op.drop_table("seats")
    op.drop_index("ix_invites_session_id", table_name="invites")
    op.drop_index("ix_invites_code_locator", table_name="invites")
    op.drop_table("invites")
    op.drop_table("sign_in_secrets")
    op.drop_index("ix_sessions_state", table_name="sessions")
    op.drop_index("ix_sessions_account", table_name="sessions")
    op.drop_table("sessions")
    op.drop_table("logins")
    op.drop_index("ix_audit_session_id", table_name="audit")
    op.drop_table("audit")
