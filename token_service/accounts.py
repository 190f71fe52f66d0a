"""Who somebody is here: the same person at each sign-in, by issuer and subject alone."""

from sqlalchemy import select

from token_service.database import Transaction, utc_now
from token_service.models import Account
from token_service.oidc.claims import Identity


async def account_of(db: Transaction, issuer: str, identity: Identity) -> Account:
    """With what the provider says of them today."""
    known = select(Account).where(Account.issuer == issuer, Account.subject == identity.subject)
    account = await db.scalar(known.with_for_update())
    if account is None:
        account = Account(issuer=issuer, subject=identity.subject)
        db.add(account)
    account.name = identity.name
    account.roles = list(identity.roles)
    account.unit = identity.unit
    account.signed_in_at = utc_now()
    await db.flush()
    return account
