"""Brings a database's tables to what this version needs, or says that they are not.

The embedded database is migrated whenever it is opened: it is a file of one machine, which nobody
else has open in another version, and `make run` is to be one command. A PostgreSQL serves several
processes, so that it is migrated once, by `epedicare migrate`, and whoever only uses it checks.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from agent.errors import DatabaseUnusable
from token_service.database_address import DatabaseAddress
from token_service.engines import POSTGRESQL_TIMES

MIGRATIONS = Path(__file__).parent / "migrations"
OLDEST_POSTGRESQL = (15,)
ONE_AT_A_TIME = 0x65506564  # of the advisory lock


async def migrate(address: DatabaseAddress) -> None:
    """Data are kept. Of two who do it at once the second finds it done."""
    arguments = {} if address.embedded else POSTGRESQL_TIMES
    engine = create_async_engine(address.url, poolclass=NullPool, connect_args=arguments)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(upgrade)
    finally:
        await engine.dispose()


def upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        _refuse_old(connection)
        connection.execute(text(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})"))
    command.upgrade(configuration(connection), "head")


def check(connection: Connection) -> None:
    """Raises DatabaseUnusable, or CommandError where a newer version has made the tables."""
    _refuse_old(connection)
    found = MigrationContext.configure(connection).get_current_revision()
    scripts = ScriptDirectory.from_config(configuration(connection))
    head = scripts.get_current_head()
    if found == head:
        return
    if found is not None and found not in {one.revision for one in scripts.walk_revisions()}:
        raise CommandError(f"revision {found} is not known here")
    state = "is still empty" if found is None else f"is at revision {found}, not {head}"
    raise DatabaseUnusable(f"the database {state}: run `epedicare migrate` once, then start again")


def configuration(connection: Connection) -> Config:
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.attributes["connection"] = connection
    return made


def _refuse_old(connection: Connection) -> None:
    version = connection.dialect.server_version_info or ()
    if version < OLDEST_POSTGRESQL:
        raise DatabaseUnusable(
            f"the database is PostgreSQL {'.'.join(map(str, version))}; "
            f"{OLDEST_POSTGRESQL[0]} or newer is needed"
        )
