"""What the environment, or `.env` where it is run, tells a worker of e-PediCare's own."""

from __future__ import annotations

from pathlib import Path

from pydantic import PositiveInt, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from agent.errors import CannotStart


class WorkerEnvironment(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", env_prefix="EPEDICARE_", extra="ignore")

    data: Path = Path("data")  # the service reads it by the same rule, and deletes what is there
    capacity: PositiveInt | None = None


def worker_environment() -> WorkerEnvironment:
    try:
        return WorkerEnvironment()
    except ValidationError as error:
        wrong = ", ".join(f"EPEDICARE_{problem['loc'][0]}".upper() for problem in error.errors())
        raise CannotStart(f"wrong in the environment or .env: {wrong}") from None
