"""Which LiveKit server to use: the one that the environment names, or `.env` where it is run."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from agent.errors import CannotStart


@dataclass(frozen=True, slots=True)
class LiveKitAccess:
    url: str
    api_key: str
    api_secret: str = field(repr=False)

    def environment(self) -> dict[str, str]:
        return {
            "LIVEKIT_URL": self.url,
            "LIVEKIT_API_KEY": self.api_key,
            "LIVEKIT_API_SECRET": self.api_secret,
        }


class _GivenLiveKit(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", env_prefix="LIVEKIT_", extra="ignore")

    url: str = ""
    api_key: str = ""
    api_secret: SecretStr = SecretStr("")


def given_livekit() -> LiveKitAccess | None:
    """The LiveKit server that LIVEKIT_URL names, with its keys."""
    given = _GivenLiveKit()
    secret = given.api_secret.get_secret_value()
    if not given.url:
        return None
    if not (given.api_key and secret):
        raise CannotStart(
            "LIVEKIT_URL is set but LIVEKIT_API_KEY or LIVEKIT_API_SECRET is not; "
            "set both, or unset LIVEKIT_URL and let `make run` start a server here"
        )
    return LiveKitAccess(given.url, given.api_key, secret)
