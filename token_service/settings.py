"""What the service is told by its environment and `.env`, and what it refuses to start with."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from agent.errors import BadConfiguration
from agent.http.loopback import is_loopback

REPOSITORY = Path(__file__).resolve().parents[1]
MINIMUM_SECRET_BYTES = 32
WELL_KNOWN_KEYS = {("devkey", "secret")}


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore", populate_by_name=True)

    livekit_url: str = Field("ws://127.0.0.1:7880", validation_alias="LIVEKIT_URL")
    livekit_api_key: str = Field(validation_alias="LIVEKIT_API_KEY")
    livekit_api_secret: SecretStr = Field(validation_alias="LIVEKIT_API_SECRET")
    environment: Literal["development", "production"] = Field(
        "production", validation_alias="EPEDICARE_ENV"
    )
    data: Path = Field(Path("data"), validation_alias="EPEDICARE_DATA")
    web: Path = Field(REPOSITORY / "web" / "dist", validation_alias="EPEDICARE_WEB")
    host: str = "127.0.0.1"
    port: int = 5002

    @property
    def secret(self) -> str:
        return self.livekit_api_secret.get_secret_value()

    @property
    def development(self) -> bool:
        return self.environment == "development"


def load_settings(*, host: str, port: int) -> Settings:
    try:
        settings = Settings.model_validate({"host": host, "port": port})
    except ValidationError as error:
        fields = ", ".join(sorted(str(problem["loc"][0]) for problem in error.errors()))
        raise BadConfiguration(
            f"missing or wrong in the environment or .env: {fields}"
        ) from None  # the cause would print the values
    refuse_unsafe(settings)
    return settings


def refuse_unsafe(settings: Settings) -> None:
    if not settings.development:
        _refuse_weak_keys(settings)
        raise BadConfiguration(
            "the only sign-in so far is the development sign-in: "
            "set EPEDICARE_ENV=development and bind to loopback"
        )
    if not is_loopback(settings.host):
        raise BadConfiguration(
            f"the development sign-in only runs on loopback, not on {settings.host}: "
            "use --host 127.0.0.1"
        )


def _refuse_weak_keys(settings: Settings) -> None:
    if (settings.livekit_api_key, settings.secret) in WELL_KNOWN_KEYS:
        raise BadConfiguration("LIVEKIT_API_KEY and LIVEKIT_API_SECRET are LiveKit's public pair")
    if len(settings.secret.encode()) < MINIMUM_SECRET_BYTES:
        raise BadConfiguration(
            f"LIVEKIT_API_SECRET is shorter than {MINIMUM_SECRET_BYTES} bytes: "
            "make one with `openssl rand -hex 32`"
        )
