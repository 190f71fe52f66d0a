"""Who somebody is here: the same person at each sign-in, by issuer and subject alone."""

from sqlalchemy import select

from token_service.database import Transaction, utc_now
from token_service.models import Account
from token_service.oidc.claims import Identity
from token_service.secret_values import digest


async def account_of(db: Transaction, issuer: str, identity: Identity) -> Account:
    """With the roles and the unit that the provider tells today."""
    subject_digest = digest_there(issuer, identity.subject)
    known = select(Account).where(Account.subject_digest == subject_digest)
    account = await db.scalar(known.with_for_update())
    if account is None:
        account = Account(subject_digest=subject_digest)
        db.add(account)
    account.roles = list(identity.roles)
    account.unit = identity.unit
    account.signed_in_at = utc_now()
    await db.flush()
    return account


def digest_there(issuer: str, name: str) -> str:
    """Of what somebody, or their session, is called at a provider: no other has it."""
    return digest(f"{issuer}\n{name}")
