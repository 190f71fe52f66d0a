"""What the service runs with, and what it refuses to start with."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, SecretStr

from agent.errors import BadConfiguration
from agent.http.loopback import is_loopback
from agent.public_url import PublicUrl
from agent.settings import Network, read_settings
from token_service.oidc.settings import OidcSettings, oidc_settings

LIVEKIT_ON_THIS_MACHINE = "ws://127.0.0.1:7880"
MINIMUM_SECRET_BYTES = 32
WELL_KNOWN_KEYS = {("devkey", "secret")}


class ServiceSettings(BaseModel):
    livekit_url: str
    livekit_api_key: str
    livekit_api_secret: SecretStr
    environment: Literal["development", "production"]
    data: Path
    web: Path
    host: str = "127.0.0.1"
    port: int = 5002
    public_url: PublicUrl | None = None
    trusted_proxies: tuple[Network, ...] = ()
    oidc: OidcSettings | None = None  # None: the development sign-in

    @property
    def secret(self) -> str:
        return self.livekit_api_secret.get_secret_value()

    @property
    def development(self) -> bool:
        return self.environment == "development"

    @property
    def is_https(self) -> bool:
        return self.public_url is not None and self.public_url.is_https


def load_settings(*, host: str, port: int) -> ServiceSettings:
    given = read_settings()
    if given.livekit_api_key is None or given.livekit_api_secret is None:
        raise BadConfiguration(
            "LIVEKIT_API_KEY and LIVEKIT_API_SECRET: both must be set, in the environment or .env"
        )
    settings = ServiceSettings(
        livekit_url=given.livekit_url or LIVEKIT_ON_THIS_MACHINE,
        livekit_api_key=given.livekit_api_key,
        livekit_api_secret=given.livekit_api_secret,
        environment=given.environment,
        data=given.data,
        web=given.web,
        host=host,
        port=port,
        public_url=given.public_url,
        trusted_proxies=given.trusted_proxies,
        oidc=oidc_settings(given),
    )
    refuse_unsafe(settings)
    return settings


def refuse_unsafe(settings: ServiceSettings) -> None:
    if not settings.development:
        _refuse_weak_keys(settings)
        raise BadConfiguration(
            f"{_missing_in_production(settings)}: "
            "set EPEDICARE_ENV=development and bind to loopback"
        )
    if not is_loopback(settings.host):
        raise BadConfiguration(
            f"in development the service only runs on loopback, not on {settings.host}: "
            "use --host 127.0.0.1"
        )


def _missing_in_production(settings: ServiceSettings) -> str:
    if settings.oidc is None:
        return "without EPEDICARE_OIDC_ISSUER there is only the development sign-in"
    return "there are no roles yet, so that everybody whom the provider knows would be let in"


def _refuse_weak_keys(settings: ServiceSettings) -> None:
    if (settings.livekit_api_key, settings.secret) in WELL_KNOWN_KEYS:
        raise BadConfiguration("LIVEKIT_API_KEY and LIVEKIT_API_SECRET are LiveKit's public pair")
    if len(settings.secret.encode()) < MINIMUM_SECRET_BYTES:
        raise BadConfiguration(
            f"LIVEKIT_API_SECRET is shorter than {MINIMUM_SECRET_BYTES} bytes: "
            "make one with `openssl rand -hex 32`"
        )


def address_for_browsers(host: str, port: int, public_url: PublicUrl | None) -> str:
    """What the links begin with that a command prints."""
    if public_url is not None:
        return public_url.origin
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}"
