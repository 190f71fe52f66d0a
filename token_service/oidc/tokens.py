"""What a provider signed, checked: its ID tokens, its userinfo, its logout tokens.

Pure: keys and time come from the caller. Whatever is wrong is `SignInFailed`, and never shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, RSAKey
from joserfc.jws import JWSRegistry
from joserfc.jwt import ClaimsOption, JWTClaimsRegistry
from joserfc.registry import JWS_HEADER_REGISTRY, HeaderRegistryDict

from agent.errors import SignInFailed
from token_service.oidc.why import Why

ALGORITHMS = ("RS256", "ES256")
KEY_TYPES: Mapping[str, type[RSAKey] | type[ECKey]] = {"RSA": RSAKey, "EC": ECKey}
LEEWAY_S = 30
LOGOUT_LIFE_S = 600  # however long a provider would have it believed, and so remembered
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_TYPES = {None, "jwt", "logout+jwt", "application/logout+jwt"}

Claims = dict[str, Any]


class _Registry(JWSRegistry):
    """Of a token's header only what names the key. One that brings its own key, says where to
    fetch it, or demands what is not understood (`jwk`, `jku`, `x5u`, `x5c`, `crit`) is refused."""

    default_header_registry: HeaderRegistryDict = {  # noqa: RUF012 - as the class above has it
        name: JWS_HEADER_REGISTRY[name] for name in ("alg", "kid", "typ", "cty", "x5t", "x5t#S256")
    }


REGISTRY = _Registry(algorithms=ALGORITHMS)


@dataclass(frozen=True, slots=True)
class Expected:
    """Who must have signed, for whom."""

    issuer: str
    client_id: str


@dataclass(frozen=True, slots=True)
class Logout:
    """Whose sign-ins end: those of one session at the provider, or all of a person."""

    jti: str
    subject: str | None
    sid: str | None
    believed_until_s: float


def kid_of(token: str) -> str | None:
    """Which key to look for; nothing is believed yet."""
    try:
        kid = jws.extract_compact(token.encode(), registry=REGISTRY).headers().get("kid")
    except (JoseError, ValueError) as error:
        raise _not_trusted(error) from None
    return kid if isinstance(kid, str) else None


def usable_keys(document: object) -> list[Key]:
    """Of a JWK set, the public keys for our algorithms; what is not understood is passed over."""
    described = document.get("keys") if isinstance(document, dict) else None
    keys: list[Key] = []
    for one in described if isinstance(described, list) else []:
        kind = KEY_TYPES.get(str(one.get("kty"))) if isinstance(one, dict) else None
        if kind is None or one.get("use", "sig") != "sig":
            continue
        try:
            keys.append(kind.import_key(one))
        except (JoseError, ValueError):
            continue
    return keys


def id_token(
    token: str,
    keys: Sequence[Key],
    expected: Expected,
    nonce: str,
    acr_values: Sequence[str],
    now_s: int,
) -> Claims:
    claims = _verified(token, keys, expected, now_s, "iss", "sub", "aud", "exp", "iat", "nonce")
    if claims["nonce"] != nonce:
        raise _refusal("another sign-in's nonce")
    if acr_values and claims.get("acr") not in acr_values:
        raise _refusal("the level of assurance is not among those asked for")
    return claims


def signed_userinfo(
    token: str, keys: Sequence[Key], expected: Expected, subject: str, now_s: int
) -> Claims:
    return of_subject(_verified(token, keys, expected, now_s, "sub"), subject)


def of_subject(claims: Claims, subject: str) -> Claims:
    """Userinfo without a signature comes over TLS; its subject must be the ID token's."""
    if claims.get("sub") != subject:
        raise _refusal("userinfo of another subject")
    return claims


def logout_token(token: str, keys: Sequence[Key], expected: Expected, now_s: int) -> Logout:
    claims = _verified(token, keys, expected, now_s, "iss", "aud", "exp", "iat", "jti", "events")
    if _type_of(token) not in LOGOUT_TYPES:
        raise _refusal("another type of token")
    if claims["iat"] < now_s - LOGOUT_LIFE_S or claims["exp"] > now_s + LOGOUT_LIFE_S:
        raise _refusal("a logout token is made for the moment")
    events = claims["events"]
    if not isinstance(events, dict) or not isinstance(events.get(LOGOUT_EVENT), dict):
        raise _refusal("no event of a logout")
    subject, sid = claims.get("sub"), claims.get("sid")
    if "nonce" in claims or not (subject or sid) or not isinstance(sid, str | None):
        raise _refusal("a logout token says whose, and has no nonce")
    return Logout(claims["jti"], subject, sid, claims["exp"] + LEEWAY_S)


def _verified(
    token: str, keys: Sequence[Key], expected: Expected, now_s: int, *essential: str
) -> Claims:
    """Issuer and audience are compared where a claim is there, essential or not."""
    options: dict[str, ClaimsOption] = {name: {"essential": True} for name in essential}
    options["iss"] = {"essential": "iss" in essential, "value": expected.issuer}
    options["aud"] = {"essential": "aud" in essential, "value": expected.client_id}
    try:
        claims = jwt.decode(token, KeySet(list(keys)), registry=REGISTRY).claims
        JWTClaimsRegistry(now_s, LEEWAY_S, **options).validate(claims)
    except (JoseError, ValueError) as error:
        raise _not_trusted(error) from None
    _refuse_other_parties(claims, expected)
    return claims


def _refuse_other_parties(claims: Claims, expected: Expected) -> None:
    """With several audiences, the one that it was made for is named."""
    audiences = claims.get("aud")
    party = claims.get("azp")
    if isinstance(audiences, list) and len(audiences) > 1 and party is None:
        raise _refusal("several audiences, and none that it was made for")
    if party is not None and party != expected.client_id:
        raise _refusal("made for another client")


def _type_of(token: str) -> str | None:
    named = jws.extract_compact(token.encode(), registry=REGISTRY).headers().get("typ")
    return named.lower() if isinstance(named, str) else None


def _not_trusted(error: Exception) -> SignInFailed:
    return _refusal(type(error).__name__)


def _refusal(detail: str) -> SignInFailed:
    return SignInFailed(Why.NOT_TRUSTED, detail)
