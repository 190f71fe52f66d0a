"""The provider of identities of a stack that stays on this machine: four made-up people."""

import json
import secrets
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from agent.dev_stack.ports import LOOPBACK, free_port
from agent.errors import CannotStart
from agent.settings import Settings

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "provider"
PROGRAM = FOLDER / "provider.mjs"
VARIABLE = "EPEDICARE_MADE_UP_PROVIDER"
PEOPLE = ("camille.moreau", "nadia.haddad", "alex.petit", "robin.garnier")
NAME = "Made-up clinic"


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    service_url: str
    port: int = field(default_factory=free_port)
    client_id: str = "epedicare"
    client_secret: str = field(default_factory=lambda: secrets.token_hex(32), repr=False)
    algorithm: Literal["RS256", "ES256"] = "RS256"
    signs_userinfo: bool = False

    @property
    def issuer(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def description_url(self) -> str:
        return f"{self.issuer}/.well-known/openid-configuration"

    @property
    def command(self) -> tuple[str, ...]:
        return (str(Path(sys.executable).with_name("node")), str(PROGRAM))

    @property
    def environment(self) -> dict[str, str]:
        """In which it is started."""
        told = {
            "port": self.port,
            "clientId": self.client_id,
            "clientSecret": self.client_secret,
            "serviceUrl": self.service_url,
            "algorithm": self.algorithm,
            "signsUserinfo": self.signs_userinfo,
        }
        return {VARIABLE: json.dumps(told)}

    @property
    def client_environment(self) -> dict[str, str]:
        """In which the service finds it."""
        return {
            "EPEDICARE_OIDC_ISSUER": self.issuer,
            "EPEDICARE_OIDC_NAME": NAME,
            "EPEDICARE_OIDC_CLIENT_ID": self.client_id,
            "EPEDICARE_OIDC_CLIENT_SECRET": self.client_secret,
            "EPEDICARE_OIDC_SCOPES": "openid profile clinic",
            "EPEDICARE_OIDC_ROLES_CLAIM": "roles",
            "EPEDICARE_OIDC_UNIT_CLAIM": "unit",
        }


def refuse_missing_provider(given: Settings) -> None:
    if given.public_url is not None:
        raise CannotStart("the made-up provider stays on loopback: unset EPEDICARE_PUBLIC_URL")
    if not (FOLDER / "node_modules" / "oidc-provider").is_dir():
        raise CannotStart("the made-up provider is not installed; run: deploy/setup clinic")


def refuse_other_sign_in(given: Settings) -> None:
    """The stack opens the first session itself, and cannot sign in just anywhere."""
    if given.oidc_issuer is not None:
        raise CannotStart(
            "EPEDICARE_OIDC_ISSUER is set: unset it, or start `epedicare serve` and "
            "`epedicare worker` by themselves"
        )
