"""Which provider of identities, and what is asked of it: its preset, and what is set beside it."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

from pydantic import BaseModel, ConfigDict, SecretStr

from agent.contract import AccountRole
from agent.errors import BadConfiguration
from agent.http.loopback import is_loopback
from agent.settings import Settings
from token_service.oidc.presets import PRESETS, ClientAuthentication

LONGEST_ISSUER = 255
OURS = {  # what the service says itself, each time anew
    "client_id",
    "code_challenge",
    "code_challenge_method",
    "nonce",
    "redirect_uri",
    "request",
    "request_uri",
    "response_mode",
    "response_type",
    "scope",
    "state",
}


class OidcSettings(BaseModel):
    model_config = ConfigDict(frozen=True)

    issuer: str
    client_id: str
    client_secret: SecretStr
    discovery_url: str
    name: str | None
    scopes: str
    acr_values: tuple[str, ...]
    extra_parameters: tuple[tuple[str, str], ...]
    subject_claim: str
    name_claims: tuple[str, ...]
    roles_claim: str | None
    roles: tuple[tuple[str, AccountRole], ...]  # by the provider's names
    unit_claim: str | None
    pkce: bool
    client_authentication: ClientAuthentication | None
    logout_needs_id_token: bool
    idle_limit: timedelta
    longest_login: timedelta


def oidc_settings(given: Settings) -> OidcSettings | None:
    """None: no provider is named. Raises BadConfiguration, which shows no value."""
    issuer = given.oidc_issuer
    if issuer is None:
        return None
    if given.oidc_client_id is None:
        raise BadConfiguration("EPEDICARE_OIDC_ISSUER is set: set EPEDICARE_OIDC_CLIENT_ID, too")
    preset = PRESETS[given.oidc_preset]
    _refuse_unsafe("EPEDICARE_OIDC_ISSUER", issuer)
    if len(issuer) > LONGEST_ISSUER:
        raise BadConfiguration(f"EPEDICARE_OIDC_ISSUER is longer than {LONGEST_ISSUER} characters")
    discovery_url = given.oidc_discovery_url or issuer.rstrip("/") + preset.discovery_path
    _refuse_unsafe("EPEDICARE_OIDC_DISCOVERY_URL", discovery_url)
    acr_values = given.oidc_acr_values or preset.acr_values
    return OidcSettings(
        issuer=issuer,
        client_id=given.oidc_client_id,
        client_secret=_secret(given),
        discovery_url=discovery_url,
        name=given.oidc_name or preset.name,
        scopes=_scopes(given.oidc_scopes or preset.scopes),
        acr_values=tuple(acr_values.split()),
        extra_parameters=_extra(given.oidc_extra_parameters or preset.extra_parameters),
        subject_claim=given.oidc_subject_claim or preset.subject_claim,
        name_claims=tuple((given.oidc_name_claim or preset.name_claim).split()),
        roles_claim=given.oidc_roles_claim or preset.roles_claim,
        roles=_roles(given.oidc_roles),
        unit_claim=given.oidc_unit_claim or preset.unit_claim,
        pkce=preset.pkce,
        client_authentication=preset.client_authentication,
        logout_needs_id_token=preset.logout_needs_id_token,
        idle_limit=timedelta(minutes=given.idle_minutes),
        longest_login=timedelta(hours=given.login_hours or preset.login_hours),
    )


def is_safe_address(url: str) -> bool:
    """TLS, or a provider of this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.username is not None or parts.fragment:
        return False
    return bool(host) and (
        parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    )


def is_of_this_machine(url: str) -> bool:
    return is_loopback(urlsplit(url).hostname or "")


def _refuse_unsafe(variable: str, url: str) -> None:
    if not is_safe_address(url):
        raise BadConfiguration(
            f"{variable} is no address that begins with https:// (http:// for loopback alone)"
        )


def _secret(given: Settings) -> SecretStr:
    if given.oidc_client_secret is None:
        raise BadConfiguration(
            "set either EPEDICARE_OIDC_CLIENT_SECRET or EPEDICARE_OIDC_CLIENT_SECRET_FILE"
        )
    return given.oidc_client_secret


def _scopes(text: str) -> str:
    scopes = text.split()
    if "openid" not in scopes:
        raise BadConfiguration("EPEDICARE_OIDC_SCOPES must hold openid")
    return " ".join(scopes)


def _roles(text: str | None) -> tuple[tuple[str, AccountRole], ...]:
    if text is None:
        return tuple((role.value, role) for role in AccountRole)
    try:
        named = parse_qsl(text, strict_parsing=True)
        return tuple((there, AccountRole(here)) for there, here in named)
    except ValueError:
        raise BadConfiguration(
            "EPEDICARE_OIDC_ROLES are written as in an address, name there=role here: "
            f"doctor=practitioner&it=administrator. The roles are {', '.join(AccountRole)}"
        ) from None


def _extra(text: str) -> tuple[tuple[str, str], ...]:
    try:
        extra = tuple(parse_qsl(text, strict_parsing=True)) if text else ()
    except ValueError:
        raise BadConfiguration(
            "EPEDICARE_OIDC_EXTRA_PARAMETERS are written as in an address: name=value&name=value"
        ) from None
    if ours := sorted({name for name, _ in extra} & OURS):
        raise BadConfiguration(
            f"EPEDICARE_OIDC_EXTRA_PARAMETERS: {', '.join(ours)} is for the service to say"
        )
    return extra
