"""What a practitioner is to a session."""

from token_service.authorisation import Who
from token_service.models import Colleague, ColleagueState, Role, Session

OPEN = (ColleagueState.WAITING, ColleagueState.ADMITTED)


def of_account(session: Session, account: str) -> Colleague | None:
    """Where they still are one."""
    for colleague in session.colleagues:
        if colleague.account == account and colleague.state in OPEN:
            return colleague
    return None


def practitioner_in(session: Session, account: str) -> Who | None:
    if session.account == account:
        return Who.OWNER
    colleague = of_account(session, account)
    if colleague is None:
        return None
    if colleague.state is ColleagueState.WAITING:
        return None if session.over else Who.WAITING
    return Who.CONTROLS if colleague.controls else Who.OBSERVER


def role_of(session: Session, account: str) -> Role:
    colleague = of_account(session, account)
    return Role.OBSERVER if colleague and not colleague.controls else Role.PRACTITIONER
