"""What the service runs with, and what it refuses to start with."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, SecretStr

from agent.errors import BadConfiguration
from agent.http.loopback import is_loopback
from agent.metrics_endpoint import MetricsAddress
from agent.public_url import PublicUrl
from agent.secret_files import KeyPair
from agent.settings import Network, read_settings
from token_service.database_address import DatabaseAddress, embedded_in, parsed
from token_service.oidc.settings import OidcSettings, oidc_settings
from token_service.production import refuse_unready
from token_service.pseudonyms import CodeRule

LIVEKIT_ON_THIS_MACHINE = "ws://127.0.0.1:7880"


class ServiceSettings(BaseModel):
    livekit_url: str
    livekit_api_key: str
    livekit_api_secret: SecretStr
    livekit_older_keys: tuple[KeyPair, ...] = ()  # still believed, no longer used
    environment: Literal["development", "production"]
    data: Path
    database_url: SecretStr | None = None  # None: the embedded one
    web: Path
    host: str = "127.0.0.1"
    port: int = 5002
    public_url: PublicUrl | None = None
    trusted_proxies: tuple[Network, ...] = ()
    metrics: MetricsAddress | None = None
    oidc: OidcSettings | None = None  # None: the development sign-in
    patient_codes: CodeRule = CodeRule()
    clinic_keys: SecretStr | None = None  # None: in development, made in the data folder

    @property
    def secret(self) -> str:
        return self.livekit_api_secret.get_secret_value()

    @property
    def given_clinic_keys(self) -> str | None:
        return None if self.clinic_keys is None else self.clinic_keys.get_secret_value()

    @property
    def livekit_keys(self) -> tuple[KeyPair, ...]:
        return ((self.livekit_api_key, self.livekit_api_secret), *self.livekit_older_keys)

    @property
    def database(self) -> DatabaseAddress:
        if self.database_url is None:
            return embedded_in(self.data)
        return parsed(self.database_url.get_secret_value())

    @property
    def development(self) -> bool:
        return self.environment == "development"

    @property
    def is_https(self) -> bool:
        return self.public_url is not None and self.public_url.is_https


def load_settings(*, host: str, port: int) -> ServiceSettings:
    given = read_settings()
    if given.environment == "production":
        refuse_unready(given)
    if not given.livekit_keys:
        raise BadConfiguration(
            "LIVEKIT_API_KEY and LIVEKIT_API_SECRET: both must be set, in the environment or .env"
        )
    (key, secret), *older = given.livekit_keys
    settings = ServiceSettings(
        livekit_url=given.livekit_url or LIVEKIT_ON_THIS_MACHINE,
        livekit_api_key=key,
        livekit_api_secret=secret,
        livekit_older_keys=tuple(older),
        environment=given.environment,
        data=given.data,
        database_url=given.database_url,
        web=given.web,
        host=host,
        port=port,
        public_url=given.public_url,
        trusted_proxies=given.trusted_proxies,
        metrics=given.metrics,
        oidc=oidc_settings(given),
        patient_codes=_code_rule(given.patient_code_pattern),
        clinic_keys=given.clinic_keys,
    )
    refuse_unsafe(settings)
    return settings


def _code_rule(pattern: str | None) -> CodeRule:
    if pattern is None:
        return CodeRule()
    try:
        return CodeRule.parsed(pattern)
    except BadConfiguration as error:
        raise BadConfiguration(f"EPEDICARE_PATIENT_CODE_PATTERN: {error}") from None


def refuse_unsafe(settings: ServiceSettings) -> None:
    """Links that sign in are for whoever sits at this machine."""
    if not settings.development and settings.oidc is None:
        raise BadConfiguration("outside development people sign in at a provider alone")
    if settings.development and not is_loopback(settings.host):
        raise BadConfiguration(
            f"in development the service only runs on loopback, not on {settings.host}: "
            "use --host 127.0.0.1"
        )


def address_for_browsers(host: str, port: int, public_url: PublicUrl | None) -> str:
    """What the links begin with that a command prints."""
    if public_url is not None:
        return public_url.origin
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}"
