"""Sign-in at the certified oidc-provider, over its own pages."""

from collections.abc import Iterator

import httpx2
import pytest
from database_fixtures import everything_in
from made_up_provider import running
from provider_fixtures import of_provider, settings_with, signed_in_as
from service_fixtures import RunningService
from sqlalchemy import select

from agent.dev_stack.identity_provider import IdentityProvider
from agent.dev_stack.ports import free_port
from agent.errors import CannotStart
from token_service.database import Transaction
from token_service.models import Account, AuditEntry

pytestmark = pytest.mark.provider


@pytest.fixture(scope="module", params=[("RS256", False), ("ES256", True)], ids=str)
def clinic(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningService]:
    """Userinfo as JSON once, and once as a signed JWT."""
    algorithm, signs_userinfo = request.param
    port = free_port()
    provider = IdentityProvider(
        f"http://127.0.0.1:{port}", algorithm=algorithm, signs_userinfo=signs_userinfo
    )
    with running(provider):
        folder = tmp_path_factory.mktemp("clinic")
        settings = settings_with(folder, of_provider(provider), port)
        with RunningService(settings) as service:
            yield service


def test_a_provider_that_was_started_ends_with_its_test() -> None:
    with running(IdentityProvider("http://127.0.0.1:1")) as provider:
        pass
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(provider.description_url, trust_env=False)


def test_the_pages_learn_at_whom_to_sign_in(clinic: RunningService) -> None:
    answer = clinic.client().get("/api/v1/configuration")
    assert answer.json() == {"sign_in": "oidc", "provider": "Made-up clinic", "capabilities": {}}


def test_a_person_signs_in_and_is_named(clinic: RunningService) -> None:
    camille = signed_in_as(clinic, "camille.moreau")
    me = camille.client.get("/api/v1/me").json()
    assert me["name"] == "Dr Camille Moreau"
    assert me["roles"] == ["practitioner"]
    assert [unit["title"] for unit in me["units"]] == ["Neuropaediatrics"]


def test_a_person_without_the_role_of_a_practitioner_makes_no_session(
    clinic: RunningService,
) -> None:
    alex = signed_in_as(clinic, "alex.petit")
    assert alex.client.get("/api/v1/me").json()["roles"] == ["administrator", "auditor"]
    answer = alex.client.post("/api/v1/sessions", json={})
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-your-role")


def test_the_same_person_has_the_same_account_from_every_browser(clinic: RunningService) -> None:
    one, other = (signed_in_as(clinic, "camille.moreau") for _ in range(2))
    session = one.create()
    assert other.show(session)["id"] == session


def test_what_one_person_has_does_not_exist_for_another(clinic: RunningService) -> None:
    session = signed_in_as(clinic, "camille.moreau").create()
    nadia = signed_in_as(clinic, "nadia.haddad")
    assert nadia.client.get(f"/api/v1/sessions/{session}").status_code == 404


def test_an_account_holds_roles_and_unit_and_nothing_that_names_the_person(
    clinic: RunningService,
) -> None:
    signed_in_as(clinic, "nadia.haddad")

    async def known(db: Transaction) -> tuple[list[Account], list[str]]:
        accounts = list(await db.scalars(select(Account)))
        ids = [account.id for account in accounts]
        entries = select(AuditEntry.action).where(AuditEntry.account.in_(ids))
        return accounts, list(await db.scalars(entries))

    accounts, actions = clinic.in_database(known)
    assert ["practitioner", "researcher"] in [account.roles for account in accounts]
    assert "Child psychiatry" in [account.unit for account in accounts]
    assert "signed_in" in actions
    content = everything_in(clinic.settings.database).lower()
    assert "child psychiatry" in content
    assert "nadia" not in content and "haddad" not in content


def test_whoever_cancels_is_told_so(clinic: RunningService) -> None:
    with pytest.raises(CannotStart, match="sign-in-cancelled"):
        signed_in_as(clinic, "nobody")


def test_there_is_no_way_past_the_provider(clinic: RunningService) -> None:
    secret = clinic.in_database(None)
    answer = clinic.client().post("/api/v1/sign-in", json={"secret": secret})
    assert answer.status_code in (404, 405)
