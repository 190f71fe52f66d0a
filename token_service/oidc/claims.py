"""What a provider's claims say of a person."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agent.contract import AccountRole
from agent.errors import SignInFailed
from token_service.oidc.settings import OidcSettings
from token_service.oidc.why import Why

LONGEST = 255  # a `sub` is no longer


@dataclass(frozen=True, slots=True)
class Identity:
    subject: str
    name: str | None
    roles: tuple[AccountRole, ...]
    unit: str | None


def identity(claims: Mapping[str, Any], settings: OidcSettings) -> Identity:
    subject = _first(claims, settings.subject_claim)
    if subject is None or len(subject) > LONGEST:
        raise SignInFailed(Why.NO_IDENTITY, f"no usable claim {settings.subject_claim}")
    names = (_first(claims, path) for path in settings.name_claims)
    return Identity(
        subject=subject,
        name=_short(" ".join(name for name in names if name)),
        roles=_roles(set(values_at(claims, settings.roles_claim or "")), settings),
        unit=_short(_first(claims, settings.unit_claim or "")),
    )


def _roles(there: set[str], settings: OidcSettings) -> tuple[AccountRole, ...]:
    """Of all that a provider says, what has a meaning here."""
    given = {here for name, here in settings.roles if name in there}
    return tuple(role for role in AccountRole if role in given)


def values_at(claims: object, path: str) -> Iterator[str]:
    """A name that holds dots itself, such as an address, comes before its parts."""
    if isinstance(claims, list):
        for element in claims:
            yield from values_at(element, path)
    elif not path:
        if isinstance(claims, str) and claims.strip():
            yield claims.strip()
    elif isinstance(claims, Mapping):
        if path in claims:
            yield from values_at(claims[path], "")
        else:
            name, _, rest = path.partition(".")
            if rest and name in claims:
                yield from values_at(claims[name], rest)


def _first(claims: Mapping[str, Any], path: str) -> str | None:
    return next(values_at(claims, path), None)


def _short(text: str | None) -> str | None:
    return text[:LONGEST] if text and text.isprintable() else None
