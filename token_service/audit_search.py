"""What an auditor looks for: entries of a time, of a kind, of a person, of a session."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, not_, or_, select

from token_service.database import Transaction
from token_service.models import AuditEntry


class Kind(StrEnum):
    """Each entry is of one."""

    SIGN_IN = "sign_in"
    LOOK = "look"  # at a session's data, or a copy of it
    AGREEMENT = "agreement"  # a family's, and what it had erased
    SESSION = "session"  # whatever else is done in one
    ADMINISTRATION = "administration"
    AUDIT = "audit"
    REFUSED = "refused"


# Of actions; * is any text. What matches none is of a session.
PATTERNS: Mapping[Kind, tuple[str, ...]] = {
    Kind.SIGN_IN: ("signed_*", "role_lost"),
    Kind.LOOK: (
        *("read", "notes_read", "watched", "listed"),
        *("replayed", "recovered", "unsealed", "exported_*"),
    ),
    Kind.AGREEMENT: ("*.granted", "*.refused", "*.withdrawn", "measurements_erased"),
    Kind.ADMINISTRATION: (
        *("accounts_listed", "roles_of_*", "units_of_*", "label_of_*"),
        *("*_barred", "*_let_in_again", "*_signed_out"),
        *("unit_*_added", "unit_*_renamed", "code_pattern_of_unit_*", "backed_up", "restored"),
        *("retention_of_unit_*", "keys_rewrapped"),
    ),
    Kind.AUDIT: ("audit_*",),
    Kind.REFUSED: ("refused", "sign_in_refused", "code_refused"),
}


@dataclass(frozen=True, slots=True)
class AuditSearch:
    """All that is given holds at once."""

    since: datetime | None = None
    until: datetime | None = None
    kind: Kind | None = None
    account: str | None = None  # how it begins: by this person, or about them
    session: str | None = None  # how it begins


async def newest_first(
    db: Transaction, search: AuditSearch, before: int | None, limit: int
) -> list[AuditEntry]:
    found = select(AuditEntry).where(*_conditions(search))
    if before is not None:
        found = found.where(AuditEntry.id < before)
    return list(await db.scalars(found.order_by(AuditEntry.id.desc()).limit(limit)))


def _conditions(search: AuditSearch) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if search.since is not None:
        conditions.append(AuditEntry.at >= search.since)
    if search.until is not None:
        conditions.append(AuditEntry.at < search.until)
    if search.kind is not None:
        conditions.append(_of_kind(search.kind))
    if search.account is not None:
        by_them = AuditEntry.account.startswith(search.account, autoescape=True)
        about_them = AuditEntry.action.contains(search.account, autoescape=True)
        conditions.append(or_(by_them, about_them))
    if search.session is not None:
        conditions.append(AuditEntry.session_id.startswith(search.session, autoescape=True))
    return conditions


def _of_kind(kind: Kind) -> ColumnElement[bool]:
    if kind is Kind.SESSION:
        return and_(*(not_(_of_kind(other)) for other in PATTERNS))
    return or_(*(_like(pattern) for pattern in PATTERNS[kind]))


def _like(pattern: str) -> ColumnElement[bool]:
    return AuditEntry.action.like(pattern.replace("_", r"\_").replace("*", "%"), escape="\\")
