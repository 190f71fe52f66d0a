"""What e-PediCare is told by its environment, or by `.env` in the folder where it is run.

Every variable that a person may set is declared here, with the words of `docs/configuration.md`.
The environment comes before the file; a variable that is empty counts as not set.
"""

from __future__ import annotations

import os
import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    NonNegativeInt,
    PositiveInt,
    SecretStr,
    ValidationError,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from agent.errors import BadConfiguration
from agent.public_url import PublicUrl

ENV_FILE = Path(".env")
NONE = "–"
_REPOSITORY = Path(__file__).resolve().parents[1]

Network = IPv4Network | IPv6Network


def _expanded(given: str | Path) -> Path:
    """`~` and `$HOME` mean in a file, too, what they mean in a shell."""
    text = os.path.expandvars(given)
    if unset := re.search(r"\$(\w+|\{\w+\})", text):
        raise ValueError(f"{unset[0]} is not set")
    return Path(text).expanduser()


def _address(given: str | PublicUrl) -> PublicUrl:
    return given if isinstance(given, PublicUrl) else PublicUrl.parsed(given)


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
Networks = Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_networks)]


def _variable(name: str, default: object, description: str) -> Any:
    return Field(default, validation_alias=name, description=description, validate_default=False)


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=ENV_FILE, extra="ignore", env_ignore_empty=True)

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
    data: Folder = _variable(
        "EPEDICARE_DATA",
        Path("data"),
        "The folder of the service's database and of all that is kept of sessions. Service and "
        "worker share it.",
    )
    capacity: PositiveInt | None = _variable(
        "EPEDICARE_CAPACITY",
        None,
        "How many patients one worker analyses at once; further ones are in their call, and their "
        "practitioner is told. Without it: two for each core.",
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
