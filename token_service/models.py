"""The tables. Nothing in them names a person: seats and accounts are opaque."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Enum,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from agent.contract import AccountRole as AccountRole
from agent.contract import Role as Role
from token_service.database import UtcDateTime, utc_now
from token_service.secret_values import new_id


class SessionState(StrEnum):
    CREATED = "created"
    WAITING = "waiting"
    LIVE = "live"
    ENDED = "ended"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


OVER = (SessionState.ENDED, SessionState.EXPIRED, SessionState.CANCELLED)


class Admission(StrEnum):
    NONE = "none"
    INVITED = "invited"
    WAITING = "waiting"
    ADMITTED = "admitted"
    DENIED = "denied"


class Purpose(StrEnum):
    LIVE_ANALYSIS = "live_analysis"
    KEEPING = "keeping"
    RESEARCH_USE = "research_use"


def _values(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ix": "ix_%(table_name)s_%(column_0_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        datetime: UtcDateTime,
        StrEnum: Enum(StrEnum, native_enum=False, length=16, values_callable=_values),
    }


class Session(Base):
    """A consultation. Its id is also the room's name."""

    __tablename__ = "sessions"
    __table_args__ = (
        Index("ix_sessions_listed", "account", "listed_at", "id"),
        Index("ix_sessions_listed_by_state", "account", "state", "listed_at", "id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    account: Mapped[str] = mapped_column(String(64), index=True)
    unit_id: Mapped[str | None] = mapped_column(String(32), index=True)
    label: Mapped[str | None] = mapped_column(String(80))  # the practitioner's own, for the list
    patient_code_id: Mapped[str | None] = mapped_column(ForeignKey("patient_codes.id"), index=True)
    visit_number: Mapped[int | None]
    age_months: Mapped[int | None]  # at this visit; never a date of birth
    appointment_at: Mapped[datetime | None]
    listed_at: Mapped[datetime] = mapped_column(default=utc_now)  # when it was, is, or was made
    run: Mapped[int] = mapped_column(default=0)  # the newest that was dispatched; only grows
    lock: Mapped[str | None] = mapped_column(String(43))  # of its key: see WrappedKey
    keeping_days: Mapped[int | None]  # after its end, as its unit said then; None: no date
    research_use_days: Mapped[int | None]
    held: Mapped[bool] = mapped_column(default=False)  # no date erases it
    retention_ended_at: Mapped[datetime | None]
    erase_until: Mapped[datetime | None]  # what an agent writes while it is told to stop goes, too
    state: Mapped[SessionState] = mapped_column(default=SessionState.CREATED, index=True)
    sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    live_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    seats: Mapped[list["Seat"]] = relationship(lazy="selectin", cascade="all, delete-orphan")
    colleagues: Mapped[list["Colleague"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="Colleague.id"
    )
    colleague_links: Mapped[list["ColleagueLink"]] = relationship(cascade="all, delete-orphan")
    invites: Mapped[list["Invite"]] = relationship(cascade="all, delete-orphan")
    notes: Mapped[list["Note"]] = relationship(cascade="all, delete-orphan")
    patient_code: Mapped["PatientCode | None"] = relationship(lazy="selectin")

    @property
    def over(self) -> bool:
        return self.state in OVER

    @property
    def patient(self) -> "Seat":
        return next(seat for seat in self.seats if seat.role == Role.PATIENT)


class WrappedKey(Base):
    """A session's key, wrapped by the clinic's: without this row what is kept is noise."""

    __tablename__ = "wrapped_keys"

    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    clinic_key: Mapped[str] = mapped_column(String(64), index=True)  # the name of what wrapped it
    wrapped: Mapped[str] = mapped_column(Text)


class PatientCode(Base):
    """A patient, as a unit calls it here: a pseudonym, and nothing else."""

    __tablename__ = "patient_codes"
    # The constraint's name is older than the column's: SQLite gives none another.
    __table_args__ = (UniqueConstraint("holder", "text", name="uq_patient_codes_account"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    holder: Mapped[str] = mapped_column(String(64))  # a unit's id, or the account of nobody's unit
    text: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class Seat(Base):
    """A place in a session. Its identity in the room is random, and new with each credential."""

    __tablename__ = "seats"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"), index=True)
    role: Mapped[Role]
    identity: Mapped[str] = mapped_column(String(32), unique=True, default=new_id)
    login_id: Mapped[str | None] = mapped_column(String(32), index=True)  # practitioners
    account: Mapped[str | None] = mapped_column(String(64))  # practitioners
    credential_digest: Mapped[str | None] = mapped_column(String(64), unique=True)  # patients
    admission: Mapped[Admission] = mapped_column(default=Admission.NONE)
    stepped_out: Mapped[bool] = mapped_column(default=False)
    paused: Mapped[bool] = mapped_column(default=False)
    present: Mapped[bool] = mapped_column(default=False)
    joined_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    picture_test: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # until the session is over
    waiting_word: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # to who waits, until let in
    consents: Mapped[list["Consent"]] = relationship(
        cascade="all, delete-orphan", order_by="Consent.id"
    )
    answers: Mapped[list["Consent"]] = relationship(  # the newest to each purpose
        lazy="selectin",
        viewonly=True,
        primaryjoin="and_(Seat.id == Consent.seat_id, Consent.superseded.is_(False))",
    )


class ColleagueState(StrEnum):
    WAITING = "waiting"  # came by a link
    ADMITTED = "admitted"
    LEFT = "left"
    REMOVED = "removed"


class Colleague(Base):
    """Another practitioner in a session, by the word of its owner."""

    __tablename__ = "colleagues"
    __table_args__ = (UniqueConstraint("session_id", "account", name="uq_colleagues_session_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"))
    account: Mapped[str] = mapped_column(String(64), index=True)
    state: Mapped[ColleagueState]
    controls: Mapped[bool]  # else they observe


class ColleagueLink(Base):
    """An invitation for whoever has it, once, after signing in."""

    __tablename__ = "colleague_links"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"), index=True)
    secret_digest: Mapped[str] = mapped_column(String(64), unique=True)
    controls: Mapped[bool]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Note(Base):
    """What a practitioner writes down about a session, beside the video. No log has it."""

    __tablename__ = "notes"

    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    version: Mapped[int]  # counted up with each change
    changed_at: Mapped[datetime]


class Invite(Base):
    __tablename__ = "invites"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"), index=True)
    secret_digest: Mapped[str] = mapped_column(String(64), unique=True)
    code_locator: Mapped[str] = mapped_column(String(4), index=True)
    code_digest: Mapped[str] = mapped_column(String(64))
    code_tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    code_expires_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    redeemed_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Consent(Base):
    """One answer to one purpose. The newest answer counts; a withdrawal leaves its trace."""

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_newest", "seat_id", "superseded"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    seat_id: Mapped[str] = mapped_column(ForeignKey("seats.id"), index=True)
    purpose: Mapped[Purpose]
    granted: Mapped[bool]
    text_version: Mapped[str] = mapped_column(String(32))
    text_sha256: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(8))
    given_by: Mapped[str] = mapped_column(String(16))
    child_assent: Mapped[bool | None]
    given_at: Mapped[datetime] = mapped_column(default=utc_now)
    withdrawn_at: Mapped[datetime | None]
    withdraws: Mapped[bool] = mapped_column(default=False)  # a refusal after an agreement
    superseded: Mapped[bool] = mapped_column(default=False)  # there is a newer answer


class Account(Base):
    """Somebody whom a provider of identities vouches for. Everywhere else stands the id."""

    __tablename__ = "accounts"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    subject_digest: Mapped[str] = mapped_column(String(64), unique=True)  # of issuer and subject
    roles: Mapped[list[str]] = mapped_column(JSON, default=list)  # by the provider's claims
    granted_roles: Mapped[list[str]] = mapped_column(JSON, default=list)  # by an administrator
    unit: Mapped[str | None] = mapped_column(String(255))  # as the provider has it
    label: Mapped[str | None] = mapped_column(String(80))  # what an administrator calls it
    barred_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    signed_in_at: Mapped[datetime] = mapped_column(default=utc_now)


class Unit(Base):
    """A service of the hospital. It is never deleted: sessions are of it."""

    __tablename__ = "units"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    title: Mapped[str] = mapped_column(String(80), unique=True)
    claim: Mapped[str | None] = mapped_column(String(255), unique=True)  # as the provider has it
    patient_code_pattern: Mapped[str | None] = mapped_column(String(16))  # None: the clinic's
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    keeping_days: Mapped[int | None]  # of sessions that are made from now on; None: no date
    research_use_days: Mapped[int | None]


class Membership(Base):
    """Given by an administrator; whom the provider says to be of a unit needs none."""

    __tablename__ = "memberships"

    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"), primary_key=True, index=True)


class Login(Base):
    """A signed-in browser. `account` is an account's id."""

    __tablename__ = "logins"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    account: Mapped[str] = mapped_column(String(64))
    cookie_digest: Mapped[str] = mapped_column(String(64), unique=True)
    key_digest: Mapped[str] = mapped_column(String(64))  # of what the page's origin keeps
    there_subject_digest: Mapped[str | None] = mapped_column(String(64), index=True)  # the person,
    there_sid_digest: Mapped[str | None] = mapped_column(String(64), index=True)  # their session
    sealed: Mapped[str | None] = mapped_column(Text)  # by the cookie: see There
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime]
    idle_limit_s: Mapped[int | None]  # None: it may lie still
    idle_at: Mapped[datetime | None]  # when that will have been too long
    revoked_at: Mapped[datetime | None]


class UsedLogoutToken(Base):
    """A provider's word that a session has ended there, which is taken once."""

    __tablename__ = "used_logout_tokens"

    jti_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime]


class SignInSecret(Base):
    """A one-time secret of the development sign-in."""

    __tablename__ = "sign_in_secrets"

    secret_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Lease(Base):
    """Which of several services does what only one may do. See `leadership`."""

    __tablename__ = "leases"

    duty: Mapped[str] = mapped_column(String(32), primary_key=True)
    holder: Mapped[str] = mapped_column(String(32))
    fence: Mapped[int] = mapped_column(BigInteger)  # grows whenever another one takes it
    expires_at: Mapped[datetime]  # by the database's clock


class AuditEntry(Base):
    """Who did what, when. No foreign keys: it outlives what it speaks of.

    Triggers of the database's refuse every change, and rows that would stand between others.
    """

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=utc_now)
    role: Mapped[str] = mapped_column(String(16))
    account: Mapped[str | None] = mapped_column(String(64))  # none of a family
    seat_id: Mapped[str | None] = mapped_column(String(32))
    action: Mapped[str] = mapped_column(String(64))
    session_id: Mapped[str | None] = mapped_column(String(32), index=True)
    digest: Mapped[str] = mapped_column(String(64))  # see audit_chain


class AuditEnd(Base):
    """The newest entry: one row, held by whoever appends."""

    __tablename__ = "audit_end"

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    entry_id: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
