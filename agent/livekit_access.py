"""Which LiveKit server to use, and with which keys."""

from __future__ import annotations

from dataclasses import dataclass, field

from agent.errors import CannotStart
from agent.settings import Settings, read_settings

# By which the server and its keys are told, in whatever way.
VARIABLES = tuple(
    str(field.validation_alias)
    for name, field in Settings.model_fields.items()
    if name.startswith("livekit_")
)


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


def given_livekit() -> LiveKitAccess | None:
    """The LiveKit server that LIVEKIT_URL names, with its keys."""
    given = read_settings()
    if given.livekit_url is None:
        return None
    if given.livekit_api_key is None or given.livekit_api_secret is None:
        raise CannotStart(
            "LIVEKIT_URL is set but LIVEKIT_API_KEY or LIVEKIT_API_SECRET is not; "
            "set both, or unset LIVEKIT_URL and let `make run` start a server here"
        )
    secret = given.livekit_api_secret.get_secret_value()
    return LiveKitAccess(given.livekit_url, given.livekit_api_key, secret)
