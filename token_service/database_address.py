"""Where the database is: a file of the service's own, or a PostgreSQL that is named to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from agent.errors import BadConfiguration
from agent.settings import Settings, read_settings

VARIABLE = "EPEDICARE_DATABASE_URL"
DRIVER = "postgresql+psycopg"
NAMES = {"postgresql", "postgres", DRIVER}
EXPECTED = "give an address such as postgresql://epedicare@db.example/epedicare"


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    url: URL = field(repr=False)  # it may hold a password
    called: str  # in what is said to people

    @property
    def embedded(self) -> bool:
        return self.url.get_backend_name() == "sqlite"


def embedded_in(data: Path) -> DatabaseAddress:
    path = data.absolute() / "epedicare.db"
    return DatabaseAddress(URL.create("sqlite+aiosqlite", database=str(path)), str(path))


def parsed(text: str) -> DatabaseAddress:
    """Raises BadConfiguration, which shows nothing of the address."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise BadConfiguration(f"{VARIABLE} is no address of a database: {EXPECTED}") from None
    if url.drivername not in NAMES:
        raise BadConfiguration(f"{VARIABLE} names no PostgreSQL: {EXPECTED}")
    if not url.database:
        raise BadConfiguration(f"{VARIABLE} does not name the database: {EXPECTED}")
    place = url.host or url.query.get("host") or "this machine"
    return DatabaseAddress(url.set(drivername=DRIVER), f"{url.database} at {place}")


def given_database() -> DatabaseAddress | None:
    """As environment and `.env` say. None: the embedded one."""
    return given_in(read_settings())


def given_in(settings: Settings) -> DatabaseAddress | None:
    text = settings.database_url
    return None if text is None else parsed(text.get_secret_value())
