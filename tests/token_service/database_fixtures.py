"""Tests of the service run on its own database and on PostgreSQL.

Which of them by themselves run on both says `both_databases`: those that ask something of the
database that the two might answer differently. `pytest --every-database` runs all of them on both.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from postgresql_fixtures import PostgreSql
from sqlalchemy import Connection, Engine, create_engine, inspect, text

from token_service.database import Database, open_database
from token_service.database_address import DatabaseAddress, embedded_in, parsed

SYNCHRONOUS = {True: "sqlite", False: "postgresql+psycopg"}

NewDatabase = Callable[[], str | None]


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest) -> PostgreSql | None:
    """None: each service has a database of its own in its folder."""
    if request.param == "sqlite":
        return None
    found: PostgreSql = request.getfixturevalue("postgresql")
    return found


@pytest.fixture(scope="module")
def new_database(server: PostgreSql | None) -> NewDatabase:
    """Makes one for a service, and gives its address; None: the service's own."""
    return (lambda: None) if server is None else server.new_database


@pytest.fixture(scope="module")
def empty_database(server: PostgreSql | None) -> NewDatabase:
    return (lambda: None) if server is None else server.new_empty_database


def synchronous(address: DatabaseAddress) -> Engine:
    """For what a test does to a database behind the service's back."""
    return create_engine(address.url.set(drivername=SYNCHRONOUS[address.embedded]))


@dataclass(frozen=True)
class Place:
    """A folder of data, and a database for it."""

    data: Path
    given: DatabaseAddress | None

    @property
    def address(self) -> DatabaseAddress:
        return self.given or embedded_in(self.data)

    def open(self) -> AbstractAsyncContextManager[Database]:
        return open_database(self.data, self.given)


def databases_for(metafunc: pytest.Metafunc) -> None:
    if "server" in metafunc.fixturenames:
        both = metafunc.config.getoption("every_database") or (
            metafunc.definition.get_closest_marker("both_databases") is not None
        )
        kinds = ["sqlite", "postgresql"] if both else ["sqlite"]
        metafunc.parametrize("server", kinds, indirect=True, scope="module")


@pytest.fixture
def place(tmp_path: Path, new_database: NewDatabase) -> Place:
    url = new_database()
    return Place(tmp_path, None if url is None else parsed(url))


@contextmanager
def connected(place: Place) -> Iterator[Connection]:
    engine = synchronous(place.address)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def everything_in(address: DatabaseAddress) -> str:
    """Every row of every table, as text."""
    engine = synchronous(address)
    with engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        rows = [
            row._asdict()
            for table in tables
            for row in connection.execute(text(f"SELECT * FROM {table}"))
        ]
    engine.dispose()
    return repr(rows)
