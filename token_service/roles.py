"""What somebody may do, in a word or several."""

from collections.abc import Collection

from agent.contract import AccountRole
from token_service import audit
from token_service.database import Transaction
from token_service.models import Account


def roles_of(account: Account) -> frozenset[AccountRole]:
    """Those that the provider tells and those that an administrator has given."""
    if account.barred_at is not None:
        return frozenset()
    return frozenset(AccountRole(role) for role in {*account.roles, *account.granted_roles})


def as_audited(roles: Collection[AccountRole]) -> str:
    """One of them, where no route says which it was asked for."""
    return next((role for role in AccountRole if role in roles), audit.UNKNOWN)


async def audited_role(db: Transaction, account_id: str) -> str:
    account = await db.get(Account, account_id)
    return audit.UNKNOWN if account is None else as_audited(roles_of(account))
