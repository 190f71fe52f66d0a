"""What e-PediCare is told by its environment, or by `.env` in the folder where it is run.

Every variable that a person may set is declared here, with the words of `docs/configuration.md`.
The environment comes before the file; a variable that is empty counts as not set.
"""

from __future__ import annotations

import os
import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    NonNegativeInt,
    PositiveInt,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from agent.errors import BadConfiguration
from agent.logs import LogFormat
from agent.metrics_endpoint import MetricsAddress
from agent.public_url import PublicUrl
from agent.secret_files import KeyPair, read_keys, read_secret

ENV_FILE = Path(".env")
NONE = "–"
_REPOSITORY = Path(__file__).resolve().parents[1]

Network = IPv4Network | IPv6Network
PresetName = Literal["generic", "keycloak", "proconnect", "pro-sante-connect"]


def _expanded(given: str | Path) -> Path:
    """`~` and `$HOME` mean in a file, too, what they mean in a shell."""
    text = os.path.expandvars(given)
    if unset := re.search(r"\$(\w+|\{\w+\})", text):
        raise ValueError(f"{unset[0]} is not set")
    return Path(text).expanduser()


def _address(given: str | PublicUrl) -> PublicUrl:
    return given if isinstance(given, PublicUrl) else PublicUrl.parsed(given)


def _metrics_address(given: str | MetricsAddress) -> MetricsAddress:
    return given if isinstance(given, MetricsAddress) else MetricsAddress.parsed(given)


def _networks(given: str | tuple[Network, ...]) -> tuple[Network, ...]:
    if not isinstance(given, str):
        return given
    try:
        networks = tuple(ip_network(one.strip()) for one in given.split(",") if one.strip())
    except ValueError:
        raise ValueError(
            "give addresses, or networks such as 10.0.0.0/8, separated by commas"
        ) from None
    if any(network.prefixlen == 0 for network in networks):
        raise ValueError("a network of all addresses would believe everybody")
    return networks


Folder = Annotated[Path, BeforeValidator(_expanded)]
Address = Annotated[PublicUrl, BeforeValidator(_address)]
MetricsAt = Annotated[MetricsAddress, BeforeValidator(_metrics_address)]
IdleMinutes = Annotated[int, Field(ge=5)]
Networks = Annotated[tuple[Network, ...], BeforeValidator(_networks)]


def _variable(name: str, default: object, description: str) -> Any:
    return Field(default, validation_alias=name, description=description, validate_default=False)


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_file=ENV_FILE,
        extra="ignore",
        env_ignore_empty=True,
        enable_decoding=False,  # a value is text: no JSON is looked for in it
    )

    livekit_url: str | None = _variable(
        "LIVEKIT_URL",
        None,
        "The LiveKit server, as `wss://…`. Without it, `make run` starts one on this machine.",
    )
    livekit_api_key: str | None = _variable(
        "LIVEKIT_API_KEY", None, "The key's name, as in LiveKit's own configuration."
    )
    livekit_api_secret: SecretStr | None = _variable(
        "LIVEKIT_API_SECRET", None, "The key's secret, of 32 bytes or more."
    )
    livekit_api_secret_file: Folder | None = _variable(
        "LIVEKIT_API_SECRET_FILE",
        None,
        "A file with the secret and nothing else, instead of the variable before.",
    )
    livekit_keys_file: Folder | None = _variable(
        "LIVEKIT_KEYS_FILE",
        None,
        "A file with keys, one `name: secret` a line, instead of the variables before. The first "
        "signs; what another one signed is still believed, so that keys can be "
        "[changed](deployment.md#changing-keys) while calls go on.",
    )
    data: Folder = _variable(
        "EPEDICARE_DATA",
        Path("data"),
        "The folder of the service's own database and of all that is kept of sessions. Service and "
        "worker share it.",
    )
    database_url: SecretStr | None = _variable(
        "EPEDICARE_DATABASE_URL",
        None,
        "A PostgreSQL (15 or newer) instead of the service's own database, as "
        "`postgresql://user:password@host/database`. `epedicare migrate` makes its tables, and "
        "brings them up to date before a new version is started.",
    )
    database_url_file: Folder | None = _variable(
        "EPEDICARE_DATABASE_URL_FILE",
        None,
        "A file with that address and nothing else, instead of the variable before.",
    )
    clinic_keys: SecretStr | None = _variable(
        "EPEDICARE_CLINIC_KEYS",
        None,
        "The clinic's key, of 64 hexadecimal digits (`openssl rand -hex 32`): it wraps the key of "
        "each session, without which what is kept of it cannot be read. Of several, separated by "
        "spaces or lines, the first wraps, and all open, so that it can be "
        "[changed](deployment.md#changing-keys). The service alone has it, never a worker. Without "
        "it, development makes one in the data folder, `clinic.keys`.",
    )
    clinic_keys_file: Folder | None = _variable(
        "EPEDICARE_CLINIC_KEYS_FILE",
        None,
        "A file with that key, or one key a line, instead of the variable before.",
    )
    capacity: PositiveInt | None = _variable(
        "EPEDICARE_CAPACITY",
        None,
        "How many patients one worker analyses at once; further ones are in their call, and their "
        "practitioner is told. Without it: as many as the cores carry, by what "
        "the models cost on them when the worker starts.",
    )
    session_quota_mb: PositiveInt = _variable(
        "EPEDICARE_SESSION_QUOTA_MB",
        2000,
        "How much the agent keeps of one session, in megabytes; an hour takes about 570. Then the "
        "log is closed, the analysis goes on, and the practitioner is told.",
    )
    free_disk_mb: NonNegativeInt = _variable(
        "EPEDICARE_FREE_DISK_MB",
        1000,
        "The agent keeps nothing more while fewer megabytes are free on the disk of "
        "`EPEDICARE_DATA`. 0: it goes on until the disk is full.",
    )
    engine: Literal["openvino", "mediapipe"] | None = _variable(
        "EPEDICARE_ENGINE",
        None,
        "What runs MediaPipe's models: `openvino`, faster, the default on Linux, or `mediapipe`, "
        "the reference. Where OpenVINO cannot be used MediaPipe runs them; log and status say "
        "why.",
    )
    environment: Literal["development", "production"] = _variable(
        "EPEDICARE_ENV",
        "production",
        "`development` allows the one-time sign-in link, on loopback alone. `make run` sets it.",
    )
    public_url: Address | None = _variable(
        "EPEDICARE_PUBLIC_URL",
        None,
        "The address at which browsers reach the service, as `https://clinic.example`: scheme, "
        "host and port, no path. Links begin with it, pages work at it alone, and with https the "
        "sign-in's cookie goes over TLS alone, whatever a proxy makes of the request. Without it: "
        "loopback, as the browser names it.",
    )
    trusted_proxies: Networks = _variable(
        "EPEDICARE_TRUSTED_PROXIES",
        (),
        "The proxies before the service, as addresses or networks separated by commas: "
        "`127.0.0.1, 10.0.0.0/8`. Only they are believed when they tell by `X-Forwarded-For` or "
        "`Forwarded` whose request it is, and so whose wrong short codes are counted together.",
    )
    oidc_issuer: str | None = _variable(
        "EPEDICARE_OIDC_ISSUER",
        None,
        "The provider of identities (OpenID Connect) by which practitioners sign in, exactly as it "
        "names itself: `https://login.clinic.example/realms/clinic`. [Sign-in](sign-in.md) tells "
        "what to register there. Without it: the one-time link, in development alone.",
    )
    oidc_preset: PresetName = _variable(
        "EPEDICARE_OIDC_PRESET",
        "generic",
        "What kind of provider it is: `generic`, `keycloak`, `proconnect` or `pro-sante-connect`. "
        "It gives the other `EPEDICARE_OIDC_` variables their values; each may be set beside it.",
    )
    oidc_client_id: str | None = _variable(
        "EPEDICARE_OIDC_CLIENT_ID", None, "The client's name, as it is registered at the provider."
    )
    oidc_client_secret: SecretStr | None = _variable(
        "EPEDICARE_OIDC_CLIENT_SECRET", None, "The client's secret."
    )
    oidc_client_secret_file: Folder | None = _variable(
        "EPEDICARE_OIDC_CLIENT_SECRET_FILE",
        None,
        "A file with the client's secret and nothing else, instead of the variable before.",
    )
    oidc_name: str | None = _variable(
        "EPEDICARE_OIDC_NAME",
        None,
        "What the sign-in's button calls the provider, such as `Clinic login`.",
    )
    oidc_discovery_url: str | None = _variable(
        "EPEDICARE_OIDC_DISCOVERY_URL",
        None,
        "Where the provider's description lies, if neither at its usual place nor at the preset's.",
    )
    oidc_scopes: str | None = _variable(
        "EPEDICARE_OIDC_SCOPES", None, "The scopes that are asked for, separated by spaces."
    )
    oidc_acr_values: str | None = _variable(
        "EPEDICARE_OIDC_ACR_VALUES",
        None,
        "The levels of assurance that are good enough, separated by spaces. They are asked for, "
        "and a sign-in at any other level is refused.",
    )
    oidc_extra_parameters: str | None = _variable(
        "EPEDICARE_OIDC_EXTRA_PARAMETERS",
        None,
        "What else the request for a sign-in says, as in an address: `prompt=login&ui_locales=fr`.",
    )
    oidc_subject_claim: str | None = _variable(
        "EPEDICARE_OIDC_SUBJECT_CLAIM",
        None,
        "The claim by which the provider tells people apart, for ever. Inner names follow a dot, "
        "of lists each element is looked at: `realm_access.roles`.",
    )
    oidc_name_claim: str | None = _variable(
        "EPEDICARE_OIDC_NAME_CLAIM",
        None,
        "The claims that make the name which the person's own pages show, separated by spaces.",
    )
    oidc_roles_claim: str | None = _variable(
        "EPEDICARE_OIDC_ROLES_CLAIM",
        None,
        "The claim of the person's roles.",
    )
    oidc_roles: str | None = _variable(
        "EPEDICARE_OIDC_ROLES",
        None,
        "Which of the provider's roles is which here, as in an address: "
        "`10=practitioner&clinic-it=administrator`. The others count for nothing. Without it: "
        "`practitioner`, `researcher`, `administrator` and `auditor` are called so there, too.",
    )
    oidc_unit_claim: str | None = _variable(
        "EPEDICARE_OIDC_UNIT_CLAIM",
        None,
        "The claim of the person's unit, a service of the hospital.",
    )
    idle_minutes: IdleMinutes = _variable(
        "EPEDICARE_IDLE_MINUTES",
        30,
        "After how long without a touch of a key or a button whoever signed in at a provider is "
        "signed out, 5 minutes or more. Not in a call; two minutes before, the page warns.",
    )
    login_hours: PositiveInt | None = _variable(
        "EPEDICARE_LOGIN_HOURS",
        None,
        "After how long one signs in again at the provider, whatever was done; a call that is on "
        "is not cut short. Without it: 12, and 4 with Pro Santé Connect.",
    )
    patient_code_pattern: str | None = _variable(
        "EPEDICARE_PATIENT_CODE_PATTERN",
        None,
        "What patient codes look like that are typed, as `PED-####`: `#` is any digit, `?` any "
        "letter, the rest is as it stands. A unit may have its own "
        "(`epedicare admin units codes`). Without it: 3 to 16 letters, digits and hyphens, one "
        "digit or more. What looks like a name, a date, an address or a telephone number is "
        "refused whatever the pattern says; codes that e-PediCare draws are always taken.",
    )
    metrics: MetricsAt | None = _variable(
        "EPEDICARE_METRICS",
        None,
        "Where Prometheus reads this program's metrics, as `127.0.0.1:9464`: an address that only "
        "it reaches, for nobody is asked who they are. They name nobody. `make run` gives its "
        "worker the next port. Without it: nowhere.",
    )
    log_format: LogFormat = _variable(
        "EPEDICARE_LOG_FORMAT",
        "text",
        "`json`: the logs of service and worker are one JSON object a line, and each request is "
        "one, with an id that its answer carries as `X-Request-Id`. They name nobody either way.",
    )
    web: Folder = _variable(
        "EPEDICARE_WEB", _REPOSITORY / "web" / "dist", "The folder of the built pages."
    )
    models: Folder = _variable(
        "EPEDICARE_MODELS",
        _REPOSITORY / "models" / "bundles",
        "The folder of MediaPipe's model bundles.",
    )
    clips: Folder = _variable(
        "EPEDICARE_CLIPS",
        _REPOSITORY / ".cache" / "clips",
        "The folder of the sample clips, for the sample patient, tests and benchmarks.",
    )
    _livekit_keys: tuple[KeyPair, ...] = ()
    _files_are_read: bool = False

    @property
    def livekit_keys(self) -> tuple[KeyPair, ...]:
        """The first signs."""
        if self._livekit_keys or self.livekit_api_key is None or self.livekit_api_secret is None:
            return self._livekit_keys
        return ((self.livekit_api_key, self.livekit_api_secret),)

    @model_validator(mode="after")
    def _read_files(self) -> Self:
        if self._files_are_read:  # pydantic-settings validates twice what it is handed
            return self
        self._files_are_read = True
        for name in type(self).model_fields:
            if path := getattr(self, f"{name}_file", None):
                self._refuse_both(name, f"{name}_file")
                setattr(self, name, read_secret(_variable_of(f"{name}_file"), path))
        if self.livekit_keys_file is not None:
            self._refuse_both("livekit_api_key", "livekit_keys_file")
            self._refuse_both("livekit_api_secret", "livekit_keys_file")
            keys = read_keys("LIVEKIT_KEYS_FILE", self.livekit_keys_file)
            self._livekit_keys = keys
            self.livekit_api_key, self.livekit_api_secret = keys[0]
        return self

    def _refuse_both(self, name: str, file: str) -> None:
        if getattr(self, name) is not None:
            raise BadConfiguration(f"set either {_variable_of(name)} or {_variable_of(file)}")


def _variable_of(field: str) -> str:
    return str(Settings.model_fields[field].validation_alias)


def read_settings() -> Settings:
    """Raises BadConfiguration, which names what is wrong and shows no value."""
    try:
        return Settings()
    except ValidationError as error:
        raise BadConfiguration(
            f"wrong in the environment or {ENV_FILE}: "
            + "; ".join(f"{problem['loc'][0]} ({problem['msg']})" for problem in error.errors())
        ) from None  # the cause would print the values
    except UnicodeDecodeError:
        raise BadConfiguration(
            f"{ENV_FILE.resolve()} is not UTF-8 text; save it as UTF-8"
        ) from None


def markdown() -> str:
    """`docs/configuration.md`."""
    rows = [
        f"| `{field.validation_alias}` | {_default(field.default)} | {field.description} |"
        for field in Settings.model_fields.values()
    ]
    return "\n".join((_HEAD, *rows, ""))


def shown(value: object) -> str:
    """A setting's value for a person, and a dash for none."""
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or NONE
    return NONE if value is None else str(value)


def _default(value: object) -> str:
    if shown(value) == NONE:
        return NONE
    if isinstance(value, Path) and value.is_relative_to(_REPOSITORY):
        return f"`./{value.relative_to(_REPOSITORY)}`"
    return f"`{value}`"


_HEAD = """# Configuration

<!-- made by `epedicare settings --markdown` from agent/settings.py -->

Each variable stands in the environment, or in a file `.env` in the folder where a command is run
(UTF-8, one `NAME=value` a line); the environment comes first, and an empty value counts as none.
`~` and `$HOME` in a folder's name are replaced. `epedicare settings` tells what holds here and now,
`epedicare doctor` whether it works. Options of a command (`--data`, `--capacity`) come before both.

| variable | default | what it says |
|---|---|---|"""
