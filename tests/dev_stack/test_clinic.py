"""`make run CLINIC=1`: practitioners sign in at a provider with made-up people."""

from collections.abc import Iterator

import httpx2
import pytest
from stack_fixtures import RunningStack

from agent.dev_stack.identity_provider import PEOPLE
from agent.dev_stack.practitioner import Practitioner

pytestmark = pytest.mark.provider


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    stack = RunningStack(tmp_path_factory.mktemp("clinic") / "data", options=("--clinic",))
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


def test_it_says_who_may_sign_in_and_prints_no_link(clinic: RunningStack) -> None:
    said = "\n".join(clinic.lines)
    assert all(person in said for person in PEOPLE)
    assert clinic.sign_in_secret() is None


async def test_each_of_the_four_signs_in_and_the_first_has_the_session(
    clinic: RunningStack,
) -> None:
    seen = []
    for person in PEOPLE:
        async with httpx2.AsyncClient(base_url=clinic.url, trust_env=False, timeout=30) as http:
            await Practitioner(http).sign_in_as(person)
            name = (await http.get("/api/v1/me")).json()["name"]
            answer = await http.get("/api/v1/sessions")
            seen.append((name, answer.status_code, len(answer.json().get("sessions", ()))))
    assert seen == [
        ("Dr Camille Moreau", 200, 1),
        ("Dr Nadia Haddad", 200, 0),
        ("Alex Petit", 403, 0),
        ("Robin Garnier", 403, 0),
    ]
