"""Who did what, when: seats and roles, never names or addresses."""

from token_service.database import Transaction
from token_service.models import AuditEntry, Seat

OPERATOR = "operator"  # whoever may run the command line on the machine
SERVICE = "service"


def record(db: Transaction, seat: Seat, action: str) -> None:
    db.add(AuditEntry(role=seat.role, seat_id=seat.id, action=action, session_id=seat.session_id))


def record_by(db: Transaction, role: str, action: str, session_id: str | None = None) -> None:
    db.add(AuditEntry(role=role, action=action, session_id=session_id))
