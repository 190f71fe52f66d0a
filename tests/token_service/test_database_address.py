import asyncio
import re
from pathlib import Path
from traceback import format_exception

import pytest
from database_fixtures import Place, connected
from postgresql_fixtures import PostgreSql
from sqlalchemy import select, text

from agent.errors import BadConfiguration, DatabaseUnusable
from token_service import operator
from token_service.database import open_database
from token_service.database_address import given_database, parsed
from token_service.models import SignInSecret
from token_service.secret_values import digest

pytestmark = pytest.mark.unit

PASSWORD = "correct-horse"


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_password_is_never_shown(scheme: str) -> None:
    address = parsed(f"{scheme}://epedicare:{PASSWORD}@db.example:5433/clinic")
    assert address.called == "clinic at db.example"
    assert address.url.password == PASSWORD
    assert PASSWORD not in f"{address} {address!r}"


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        PASSWORD,
        f"mysql://epedicare:{PASSWORD}@db.example/clinic",
        f"sqlite:///{PASSWORD}",
        f"postgresql://epedicare:{PASSWORD}@db.example",
        f"postgresql://epedicare@db.example:{PASSWORD}/clinic",
        f"postgresql+asyncpg://epedicare:{PASSWORD}@db.example/clinic",
    ],
)
def test_a_wrong_address_is_refused_and_not_shown(wrong: str) -> None:
    with pytest.raises(
        BadConfiguration, match=r"EPEDICARE_DATABASE_URL .*postgresql://"
    ) as refusal:
        parsed(wrong)
    assert PASSWORD not in "".join(format_exception(refusal.value))


def test_it_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "address"
    file.write_text(f"postgresql://epedicare:{PASSWORD}@db.example/clinic\n")
    monkeypatch.setenv("EPEDICARE_DATABASE_URL_FILE", str(file))
    assert (found := given_database()) is not None
    assert found.url.password == PASSWORD


async def refusal_of(url: str, data: Path) -> str:
    with pytest.raises(DatabaseUnusable) as refusal:
        async with open_database(data, parsed(url)):
            pass
    return str(refusal.value)


async def test_a_postgresql_is_migrated_by_the_command_alone(
    postgresql: PostgreSql, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgresql.new_empty_database()
    said = await refusal_of(url, tmp_path)
    assert said.startswith("the database is still empty: run `epedicare migrate`")
    monkeypatch.setenv("EPEDICARE_DATABASE_URL", url)
    at_once = await asyncio.gather(*(operator.migrate(tmp_path) for _ in range(3)))
    name = parsed(url).called
    assert at_once == [f"the database {name} is up to date"] * 3
    link = await operator.sign_in_link(tmp_path, "127.0.0.1", 5002, None)
    async with open_database(tmp_path, parsed(url)) as database, database.read() as db:
        [kept] = await db.scalars(select(SignInSecret))
    assert kept.secret_digest == digest(link.partition("#sign-in=")[2])
    assert not list(tmp_path.glob("*.db*")), "the embedded database is not even made"


@pytest.mark.parametrize(
    ("revision", "said"),
    [
        ("0001", r"the database is at revision 0001, not \d+: run `epedicare migrate`"),
        ("of_the_future", "was made by a newer version of e-PediCare; update this one"),
    ],
)
async def test_another_versions_tables_are_refused(
    postgresql: PostgreSql, tmp_path: Path, revision: str, said: str
) -> None:
    url = postgresql.new_database()
    with connected(Place(tmp_path, parsed(url))) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": revision})
    assert re.search(said, await refusal_of(url, tmp_path))


async def test_a_postgresql_that_does_not_answer_is_one_line(tmp_path: Path) -> None:
    said = await refusal_of(f"postgresql://epedicare:{PASSWORD}@127.0.0.1:1/clinic", tmp_path)
    assert said.startswith("the database clinic at 127.0.0.1 cannot be used: ")
    assert "\n" not in said and PASSWORD not in said
